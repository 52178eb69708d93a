"""Under which number an outlet is called on a day: the claim of that number that stands then, however often it was edited since.

What is expected is counted over rows, by docs/evidence.md alone.
"""

import datetime
import importlib
import json
import random

import pytest
from django.apps import apps

from regions.models import Change, ChangeSet, Hotline, Outlet, OutletService
from regions.services import outlets, records
from regions.services.undo import undo
from regions.tests import factories

START = datetime.date(2026, 11, 2)
SIZE = 14


def on_day(days: int) -> datetime.date:
    return START + datetime.timedelta(days)


@pytest.fixture
def clock(time_machine):
    def move(days: int) -> datetime.date:
        time_machine.move_to(f"{on_day(days)}T04:00:00Z", tick=False)
        return on_day(days)

    move(0)
    return move


@pytest.fixture
def world(clock, make_regions):
    """A service on a list with two outlets: one under both extensions of a number, one under a number of its own."""
    regions = make_regions("510322", "510303", below=["510300"])
    service = factories.make_service("repair")
    factories.make_rules(service, include=[regions["510300"]], valid_from=on_day(-90))
    lines = [
        factories.make_hotline(service, number, extension=extension, valid_from=first)
        for number, extension, first in (
            ("4001865909", "1", None),
            ("4001865909", "2", on_day(-20)),
            ("4001865910", "", None),
        )
    ]
    shop = factories.make_outlet(service, "shop", lines[0], region=regions["510322"])
    OutletService.objects.create(outlet=shop, service=service, hotline=lines[1])
    factories.make_outlet(service, "depot", lines[2], region=regions["510322"])
    return regions, service


AT = {
    "shop": [("4001865909", "1"), ("4001865909", "2")],
    "depot": [("4001865910", "")],
}


def standing(outlet: str, day: datetime.date) -> list[str]:
    """The keys of the claims under which an outlet is called on a day, for a place in Zigong."""
    found = []
    rows = list(Hotline.objects.order_by("pk").values())
    numbers = dict(Hotline.objects.values_list("pk", "number__canonical"))
    for number, extension in AT[outlet]:
        for row in rows:
            if (numbers[row["id"]], row["extension"]) != (number, extension):
                continue
            if (row["valid_from"] or day) <= day and (row["valid_to"] is None or day < row["valid_to"]):
                key = f"repair:{number}" + (f"-{extension}" if extension else "")
                found.append(key + (f"@{row['valid_from']}" if row["follows_id"] else ""))
    return found


def answered(api, day: datetime.date) -> dict[str, list[str]]:
    answer = api.get("/api/v1/coverage/", {"region": "510322", "on": day.isoformat()}).json()
    (hit,) = answer["answers"][0]["results"]
    return {each["slug"]: [claim["key"] for claim in each["hotlines"]] for each in hit["outlets"]}


def change(chance: random.Random, regions) -> str:
    """Somebody edits, corrects, ends or claims again one of the numbers; what he did."""
    number, extension = chance.choice([each for every in AT.values() for each in every])
    last = Hotline.objects.filter(number__canonical=number, extension=extension).order_by("-pk")[0]
    if last.valid_to:
        records.save(Hotline(service=last.service, number=last.number, extension=extension, labels=["重开"]))
        return "again"
    what = chance.choice(["edit", "edit", "edit", "edit and undo", "correct", "end"])
    if what == "end":
        last.valid_to = datetime.date.today()
    else:
        last.channel = chance.choice([each for each in ("phone", "sms", "fax") if each != last.channel])
        last.region = chance.choice([None, regions["510300"], regions["510322"]])
    records.save(last, correct=what in ("correct", "end"))
    if what == "edit and undo":
        undo(ChangeSet.objects.latest("pk"), reason="after all not")
    return what


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_edits_move_no_number_on_any_day(api, world, clock, seed):
    regions, _service = world
    chance = random.Random(seed)
    done = set()
    for step in range(SIZE):
        now = clock(step * 3)
        past = [now - datetime.timedelta(chance.randint(1, 30)) for _ in range(2)]
        before = {day: answered(api, day) for day in past}
        done.add(change(chance, regions))
        assert {day: answered(api, day) for day in past} == before, f"{done} rewrote a past day"
        for day in (now, *past, now + datetime.timedelta(9)):
            wanted = {slug: standing(slug, day) for slug in AT}
            assert answered(api, day) == wanted
            for slug, keys in wanted.items():
                told = api.get(f"/api/v1/outlets/{slug}/", {"on": day.isoformat()}).json()["services"]
                claims = [each["hotline"] for each in told]
                assert len(claims) == len(AT[slug])  # with none that stands the last one, which says so
                ended = ("upcoming", "ended")
                assert [each["key"] for each in claims if each["status"] not in ended] == keys
        file = b"".join(api.get("/api/v1/export/outlets.ndjson").streaming_content).decode()
        rows = [json.loads(line) for line in file.splitlines()]
        for row in rows:
            if row["record"] == "outlet":
                told = api.get(f"/api/v1/outlets/{row['slug']}/").json()["services"]
                assert row["services"] == [each["hotline"]["key"] for each in told]
    assert done > {"edit", "correct"}


@pytest.mark.slow
def test_every_door_calls_it_under_the_claim_of_the_day(api, client, world, clock):
    """Of a number that was limited yesterday, and no longer is since today."""
    _regions, _service = world
    clock(1)
    claim = Hotline.objects.get(number__canonical="4001865910")
    claim.contact_type = "sales"
    records.save(claim)
    for day, key in ((0, "repair:4001865910"), (1, f"repair:4001865910@{on_day(1)}")):
        assert answered(api, on_day(day))["depot"] == [key]
        for path in ("regions/510322/", "services/repair/outlets/", "regions/510322/outlets/"):
            page = client.get(f"/en/{path}", {"on": on_day(day).isoformat()}).content.decode()
            part = page[page.index('id="outlet-depot') :] if 'id="outlet-depot' in page else page
            assert "/numbers/4001865910/" in part, (path, day)
    hsds = api.get("/api/v1/services/repair/hsds/").json()["service_at_locations"]
    assert {each["location"]["name"]: len(each["phones"]) for each in hsds} == {
        "网点 shop": 2,
        "网点 depot": 1,
    }
    channels = api.get("/api/v1/services/repair/schema-org/").json()["availableChannel"]
    told = [each["serviceLocation"].get("telephone") for each in channels if "serviceLocation" in each]
    assert told == [["+864001865909;ext=1", "+864001865909;ext=2"], ["+864001865910"]]


def test_who_follows_is_told_that_an_outlet_is_called_otherwise(world, clock):
    clock(1)

    def told_by(write) -> set[str]:
        before = Change.objects.latest("pk").pk if Change.objects.exists() else 0
        write()
        return set(Change.objects.filter(pk__gt=before, kind="outlet").values_list("key", flat=True))

    claim = Hotline.objects.get(number__canonical="4001865909", extension="2")
    claim.channel = "sms"
    assert told_by(lambda: records.save(claim)) == {"shop"}
    assert told_by(lambda: undo(ChangeSet.objects.latest("pk"), reason="not so")) == {"shop"}
    assert told_by(lambda: undo(ChangeSet.objects.latest("pk"), reason="yet so")) == {"shop"}
    assert told_by(lambda: records.delete(Hotline.objects.get(channel="sms"))) == {"shop"}


def test_an_edit_is_undone_with_all_that_it_moved(world, clock):
    """What was replaced by the claim, the reports that wait at it, and the outlets: all as before."""
    regions, service = world
    claim = Hotline.objects.get(number__canonical="4001865910")
    old = factories.make_hotline(service, valid_to=on_day(-1), replaced_by=claim)
    report = factories.make_disputed(claim)
    clock(1)
    edited = Hotline.objects.get(pk=claim.pk)
    edited.region = regions["510300"]
    records.save(edited)
    new = Hotline.objects.get(follows=claim)
    # Both lives of the number say what it took the place of.
    said = Hotline.objects.with_status(on_day(0)).in_bulk([claim.pk, new.pk]).values()
    assert {each.replaces_number for each in said} == {old.number.canonical}
    assert Change.objects.filter(kind="hotline", key=old.key).exists()
    undo(ChangeSet.objects.latest("pk"), reason="not so")
    assert not Hotline.objects.filter(pk=new.pk).exists()
    old.refresh_from_db()
    report.refresh_from_db()
    assert (old.replaced_by_id, report.hotline_id) == (claim.pk, claim.pk)


def test_a_number_is_named_once_by_whichever_of_its_claims(world, clock):
    _regions, service = world
    clock(1)
    first = Hotline.objects.get(number__canonical="4001865910")
    edited = Hotline.objects.get(pk=first.pk)
    edited.channel = "sms"
    records.save(edited)
    depot = Outlet.objects.get(slug="depot")
    named = ["repair:4001865910", f"repair:4001865910@{on_day(1)}"]
    outlets.save(depot, outlets.read_served(named, type(service).objects, Hotline.objects), reason="same")
    assert [row.hotline_id for row in depot.served.all()] == [first.pk]
    assert not Change.objects.filter(
        kind="outlet", after__has_key="served"
    ).exists()  # nothing else than before


def test_rows_from_before_name_the_first_claim(world, clock):
    """Migration 0020: what had moved to a later claim names the first one, once."""
    clock(1)
    first = Hotline.objects.get(number__canonical="4001865910")
    edited = Hotline.objects.get(pk=first.pk)
    edited.channel = "sms"
    records.save(edited)
    (row,) = Outlet.objects.get(slug="depot").served.all()
    OutletService.objects.filter(pk=row.pk).update(hotline=edited)
    OutletService.objects.create(outlet=row.outlet, service=row.service, hotline=first)
    assert row.outlet.served_as_keys == ["repair:4001865910"] * 2  # nothing reads by the claim that is named
    migration = importlib.import_module("regions.migrations.0020_outlets_name_numbers")
    migration.name_first_claims(apps, None)
    assert [row.hotline_id for row in row.outlet.served.all()] == [first.pk]
