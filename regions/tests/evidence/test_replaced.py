"""What took the place of a number that ended: said at every door, never in a circle, and seen when a page lags behind."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from regions.models import Change
from regions.services import records
from regions.tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.date(2021, 5, 1)
OLD, NEW = "4000000001", "4000000002"


@pytest.fixture
def pair(make_regions):
    """A brand's number until 2021 and the one that took its place, by a page that says so."""
    service = factories.make_service("one", brand="brand")
    factories.make_rules(service, include=[make_regions("510322")["510322"]])
    notice = factories.make_source("notice", fetched_at=datetime.datetime(2021, 6, 1, tzinfo=datetime.UTC))
    new = factories.make_hotline(service, NEW, source=notice)
    old = factories.make_hotline(service, OLD, valid_to=DAY)
    old.replaced_by, old.replaced_source = new, notice
    records.save(old, correct=True)
    return old, new


@pytest.mark.slow
def test_both_numbers_say_it_at_every_door(api, pair):
    claim = api.get(f"/api/v1/numbers/{OLD}/").json()["claims"][0]
    assert (claim["replaced_by"], claim["replaced_on"]) == (
        {"key": f"one:{NEW}", "number": NEW},
        "2021-05-01",
    )
    assert claim["replaced_source"]["slug"] == "notice"
    assert "since 2021-05-01 replaced by 400-0000-002, according to “来源 notice”" in claim["limits_text"]
    hit = api.get("/api/v1/coverage/?region=510322").json()["answers"][0]["results"][0]
    assert hit["hotlines"][0]["replaces"] == {"number": OLD, "extension": "", "until": "2021-05-01"}
    assert "in place of 400-0000-001" in hit["hotlines"][0]["limits_text"]
    assert "in place of 400-0000-001" in api.get("/api/v1/services/one/hsds/").content.decode()
    assert "in place of 400-0000-001" in api.get("/api/v1/services/one/schema-org/").content.decode()
    for path, words in ((f"/en/numbers/{OLD}/", "replaced by"), ("/en/coverage/?q=510322", "in place of")):
        assert words in api.get(path).content.decode()
    for number, words in (
        (OLD, "since 2021-05-01 replaced by 400-0000-002, according to “来源 notice”"),
        (NEW, "in place of 400-0000-001, the number until 2021-05-01"),
    ):
        assert words in api.get(f"/en/numbers/{number}/feed/").content.decode()
    assert "since 2021-05-01 replaced by 400-0000-002" in api.get("/en/brands/brand/feed/").content.decode()
    changed = set(Change.objects.filter(kind="hotline").values_list("key", flat=True))
    assert changed == {f"one:{OLD}", f"one:{NEW}"}
    row = b"".join(api.get("/api/v1/export/hotlines.csv").streaming_content).decode()
    assert f"one:{NEW}" in row


@pytest.mark.slow
def test_an_answer_that_is_kept_hears_of_it(api, pair):
    old, _new = pair
    api.get("/api/v1/coverage/?region=510322")
    old.replaced_on = datetime.date(2021, 7, 1)
    records.save(old, correct=True)
    hit = api.get("/api/v1/coverage/?region=510322").json()["answers"][0]["results"][0]
    assert hit["hotlines"][0]["replaces"]["until"] == "2021-07-01"


@translation.override("en")
def test_what_goes_round_or_has_not_ended_is_refused(pair):
    old, new = pair
    new.replaced_by = old
    with pytest.raises(ValidationError, match="has ended"):
        records.save(new)
    new.valid_to = datetime.date(2999, 1, 1)
    with pytest.raises(ValidationError, match="circle"):
        records.save(new)
    old.replaced_by = None
    with pytest.raises(ValidationError, match="leave all three empty"):
        records.save(old)


def test_what_took_a_place_is_not_deleted(pair):
    old, new = pair
    with pytest.raises(records.StillInUse, match=rf"\(1: {re.escape(str(old))}\)"):
        records.delete(new, correct=True)


@pytest.mark.parametrize(
    ("read_on", "brand", "raised"),
    [("2021-04-30", "brand", False), ("2021-05-02", "brand", True), ("2021-05-02", "other", False)],
)
def test_a_page_read_later_that_still_prints_it_is_a_signal(api, pair, read_on, brand, raised):
    page = factories.make_source(
        "page", fetched_at=datetime.datetime.fromisoformat(f"{read_on}T12:00:00+08:00")
    )
    service = factories.make_service("two", brand=brand)
    factories.make_hotline(service, OLD, source=page)
    signals = api.get(f"/api/v1/numbers/{OLD}/").json()["signals"]
    found = [each for each in signals if each["code"] == "ended_still_printed"]
    assert bool(found) is raised
    if raised:
        assert found[0]["figures"] == {"ended_on": "2021-05-01", "seen_on": read_on, "pages": 1}
        assert {each["kind"] for each in found[0]["records"]} == {"hotline", "source"}
