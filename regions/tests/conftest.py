"""What tests share: real regions in small portions, and short ways to make records."""

import os

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from . import factories

# Time is never what a property is about; in CI a commit always meets the same examples, elsewhere new ones.
hypothesis_settings.register_profile(
    "project", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
hypothesis_settings.load_profile("project")


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
