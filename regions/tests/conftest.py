"""What tests share: real regions in small portions, and short ways to make records."""

import gc
import os

import pytest
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from regions.api import throttling
from regions.gazetteer import active
from regions.lookup import memory, opening, suggesting

from . import factories
from .page_a import page_a as page_a

# Time is never what a property is about; in CI a commit always meets the same examples, elsewhere new ones.
hypothesis_settings.register_profile(
    "project", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
hypothesis_settings.load_profile("project")


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL only what asks a database for something of its own: the rest has run with SQLite, and would say the same."""
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    asks = {"db", "transactional_db", "live_server"}
    kept, left = [], []
    for item in items:
        wants = item.get_closest_marker("django_db") or asks & set(getattr(item, "fixturenames", asks))
        alone = item.get_closest_marker("faults") or item.get_closest_marker("browser")
        either = item.get_closest_marker("one_database")
        (kept if (wants or alone) and not either else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def pytest_collection_finish(session):
    """Thousands of collected tests are not garbage: looking through them again and again costs a fifteenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rate limits, cached answers, names of regions, the language and what a process keeps do not leak from test to test."""
    translation.deactivate()
    cache.clear()
    throttling._local.clear()
    throttling._broken_until = 0.0
    active.forget()
    suggesting.forget()
    memory._memories.clear()
    opening.forget()
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
