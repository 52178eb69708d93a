"""A small directory with something of every kind, and who works on it."""

import datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from regions.choices import (
    ImportState,
    NameKind,
    PromiseKind,
    Verdict,
    VerificationMethod,
    VerificationResult,
)
from regions.models import (
    ApiKey,
    Brand,
    CoverageImport,
    Dispute,
    ImportLine,
    Organization,
    Promise,
    RegionName,
    Release,
    Verification,
)
from regions.services.changes import change_set
from regions.tests import factories


@pytest.fixture
def world(db):
    """Records of every kind: brand "a" (a maintainer looks after it) and brand "b" (nobody does)."""
    regions = factories.load_regions("510322", "330104", "330102", "220106", "110105", "211300", "110105010")
    source = factories.make_source("page-a", url="https://example.com/a")
    ours = factories.make_service("a-repair", brand="a", steps=["电话预约", "上门检测"], source=source)
    theirs = factories.make_service("b-repair", brand="b")
    rule = factories.make_rules(ours, include=[regions["510322"]], source=source)[0]
    their_rule = factories.make_rules(theirs, include=[regions["330102"]])[0]
    hotline = factories.make_hotline(ours, "4000000001", labels=["售后", "客服"], source=source)
    their_hotline = factories.make_hotline(theirs, "4000000002")
    Promise.objects.create(
        service=ours, kind=PromiseKind.WARRANTY, text="质保九十天", source=source, source_line=3
    )
    hotline.opening_hours = "周一 8:30-17:30"
    hotline.save()
    RegionName.objects.create(
        region=regions["510322"], name="富义", kind=NameKind.COLLOQUIAL, source="people"
    )
    organization = Organization.objects.create(slug="example", name="示例公司")
    Verification.objects.create(
        hotline=hotline,
        method=VerificationMethod.CALL,
        result=VerificationResult.CONFIRMED,
        checked_on=datetime.date(2026, 11, 1),
    )
    Dispute.objects.create(hotline=their_hotline, reason="wrong_number", statement="错号")
    job = CoverageImport.objects.create(
        service=ours, text="富顺县", release=Release.objects.get(), state=ImportState.DRAFT
    )
    ImportLine.objects.create(
        coverage_import=job, line_no=1, position=1, start=0, end=3, token="富顺县", verdict=Verdict.RESOLVED
    )
    Group.objects.create(name="editors")
    ApiKey.objects.create_key(name="client", owner=User.objects.create_user("client"))
    with change_set(reason="set up") as changes:
        changes.created(ours, rule, hotline)
    return SimpleNamespace(
        regions=regions,
        source=source,
        ours=ours,
        theirs=theirs,
        rule=rule,
        their_rule=their_rule,
        hotline=hotline,
        their_hotline=their_hotline,
        organization=organization,
        brand=Brand.objects.get(slug="a"),
        their_brand=Brand.objects.get(slug="b"),
    )


@pytest.fixture
def second(db):
    """Another head of the directory, who has the same page open; in English."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.create_superuser("second"))
    return client


@pytest.fixture
def chief(db):
    return User.objects.create_superuser("chief", password="secret")


@pytest.fixture
def desk(client, chief):
    """A browser in which the chief is logged in, asking for English."""
    client.force_login(chief)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def maintainer(world):
    return factories.make_keeper("keeper", world.brand)


@pytest.fixture
def keeper(client, maintainer):
    """A browser in which the maintainer of brand "a" is logged in."""
    client.force_login(maintainer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
