"""What tests share: real regions in small portions, and short ways to make records."""

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from . import factories


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rate limits and cached answers do not leak from test to test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def make_regions(db):
    """Load real regions by code from fixtures/regions, with what lies above them and what became of them.

    `make_regions("510322", below=["330100"])` returns {code: Region} of the current lives, and under
    "code@" the latest closed life.
    """
    return factories.load_regions


@pytest.fixture
def api() -> APIClient:
    """A client that asks in English."""
    client = APIClient()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
