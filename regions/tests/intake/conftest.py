"""A service and the regions its lists speak of."""

import pytest
from rest_framework.test import APIClient

from regions.models import CoverageRule, ImportLine
from regions.tests import factories


@pytest.fixture
def places(make_regions):
    """自贡 and its counties, 潮州, 汕头, 甘孜 with 康定, 江干 with its successors, 襄樊, 澳门, two 朝阳, towns of 东莞."""
    return make_regions(
        "510322", "510311", "510100", "440500", "445122", "513301", "330104", "330102", "330114", "420600",
        "420683", "820000", "810000", "710000", "110105", "211300", "211321", "220104", "441900113", "510322003",
    )  # fmt: skip


@pytest.fixture
def service(places):
    return factories.make_service("cabinet-repair", brand="brand")


@pytest.fixture
def source(db):
    return factories.make_source("page")


@pytest.fixture
def clerk(service):
    """Somebody in the staff who looks after the service's brand and may bring lists in."""
    return factories.make_keeper("clerk", service.brand)


@pytest.fixture
def desk(client, clerk):
    """The clerk's browser, in Chinese."""
    client.force_login(clerk)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    return client


@pytest.fixture
def program(clerk) -> APIClient:
    """The clerk's program, asking for English."""
    client = APIClient()
    client.force_login(clerk)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


ADD, IMPORTS = "/admin/regions/coverageimport/add/", "/api/v1/imports/"


def paste(desk, service, text, **fields):
    """Send the paste box; the address of the draft."""
    response = desk.post(ADD, {"service": service.pk, "text": text, "mode": "add", **fields})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def press(desk, url, do, **fields):
    """Press a button; the page that follows."""
    response = desk.post(url, {"do": do, **fields}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def bring(desk, service, text, **more):
    """Send a store table; the address of its draft."""
    return paste(desk, service, text, mode="outlets", **more)


def choose(desk, url, line, do):
    """Decide a line by a button."""
    found = ImportLine.objects.get(coverage_import=url.split("/")[-3], line_no=line)
    desk.post(url, {"line": found.pk, "seen": found.mark, "do": do})


def post(program, url, body=None, status=200, **headers):
    """What the API answers."""
    response = program.post(url, body or {}, format="json", headers=headers)
    assert response.status_code == status, response.content.decode()
    return response.json()


def rules(service, on=None) -> set[tuple[str, str]]:
    """{(code, kind)} of the rules in force."""
    return set(CoverageRule.objects.filter(service=service).current(on).values_list("region__code", "kind"))
