"""A small directory for the API's tests."""

import pytest
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from regions.models import ApiKey, Service
from regions.tests import factories


@pytest.fixture
def regions(make_regions):
    return make_regions("510322", "330104", "110105", "441900113", below=["510300"])


@pytest.fixture
def directory(regions) -> Service:
    """A service that covers 自贡市 without 富顺县, with one hotline that has hours and one that never closes."""
    source = factories.make_source("page", url="https://www.example.com/service")
    service = factories.make_service(
        "cabinet-repair",
        brand="brand",
        steps=["电话预约", "上门检测"],
        source=source,
        nationwide_claimed=True,
    )
    factories.make_rules(
        service, include=[regions["510300"]], exclude=[regions["510322"]], source=source, response_hours=2
    )
    factories.make_hotline(service, "4001865909", labels=["售后热线"], source=source, opening_hours="24小时")
    factories.make_hotline(
        service, "4001865910", extension="1", source=source, opening_hours="周一、周二 8:30-17:30"
    )
    return service


@pytest.fixture
def wsgi(db):
    """The WSGI application, asked within the test's transaction: a request would close the connection."""
    from servicenet.wsgi import application

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield application
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def staff(db) -> User:
    return User.objects.create_user("lin", password="x", is_staff=True)


@pytest.fixture
def make_key(staff):
    """make_key(role="write", …) returns (record, headers)."""

    def make(**fields):
        record, key = ApiKey.objects.create_key(name="呼叫中心", **({"owner": staff} | fields))
        return record, {"HTTP_AUTHORIZATION": f"Api-Key {key}"}

    return make
