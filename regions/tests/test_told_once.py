"""Every public record is told whole at every door, or the reason why not stands in `told_once.py`.

A door tells a column when it says something else after the column was changed: each column of each record is given
another value, and each door is asked before and after. A forgotten one fails with record, field and door.
"""

import datetime
import json
import re
import uuid

import pytest
from django.core.cache import cache
from django.db import models, transaction

from regions.admin.spreadsheets import coverage, directory, outlets
from regions.api.files import TABLES
from regions.gazetteer import active
from regions.lookup import memory
from regions.lookup.export import RULES
from regions.models import Hotline, Outlet, Region
from regions.tests import told_once
from regions.tests.told_once import DOORS, HOURS, TELLINGS, TOLD, Telling
from regions.web import caching

pytestmark = pytest.mark.one_database

SHEETS = {
    sheet._meta.model: sheet
    for module in (coverage, directory, outlets)
    for sheet in vars(module).values()
    if isinstance(sheet, type)
    and hasattr(sheet, "export")
    and getattr(getattr(sheet, "_meta", None), "model", None)
}


@pytest.fixture
def rich(make_regions, db) -> dict[type[models.Model] | str, models.Model]:
    return told_once.make(make_regions("510322", "330104", "510303", below=["510300"]))


def columns(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def another(field: models.Field, value, record: models.Model):
    """Another value that the column may have."""
    if field.is_relation:
        others = field.related_model._default_manager.exclude(
            pk__in=[value or 0, *told_once.not_for(record, field)]
        )
        return others.order_by("pk").first().pk
    if field.choices:
        return next(choice for choice, _label in field.flatchoices if choice != value)
    match field:
        case models.BooleanField():
            return not value
        case models.DateTimeField():
            return (value or datetime.datetime(2026, 1, 2, 3, tzinfo=datetime.UTC)) - datetime.timedelta(1)
        case models.DateField():
            unbounded = datetime.date(2001 if field.name == "valid_from" else 2098, 1, 1)
            return value - datetime.timedelta(1) if value else unbounded
        case models.TimeField():
            return datetime.time(value.hour - 1, 7)
        case models.IntegerField():
            return (value or 0) + 1
        case models.DecimalField():
            return value + 1
        case models.JSONField():
            more = "2000-01-01" if field.name == "weighed_on" else "xq"
            return [*value, more] if isinstance(value, list) else value | {"xq": 1}
        case models.UUIDField():
            return uuid.UUID(int=7)
        case models.URLField():
            return "https://other.example.com/xq"
    if field.name in ("canonical", "code"):
        return value[:-1] + "7"
    if field.name == "path":
        return value + "x/"
    return (value + "xq")[-(field.max_length or 99) :]


def forget() -> None:
    cache.clear()
    active.forget()
    memory._memories.clear()
    caching.forget()


_CHANCE = r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"'
# What stands in a page for programs tells its readers nothing.
_NOT_READ = rf'{_CHANCE}|(?s:<script type="application/ld\+json".*?</script>)'


def ask(api, door: str, telling: Telling, record: models.Model) -> str:
    """Everything a door says of a record, as text."""
    forget()
    if door == "sheet":
        sheet = SHEETS[type(record)]()
        return sheet.export(queryset=sheet.get_queryset().filter(pk=record.pk)).csv
    said = []
    for path in telling.doors[door]:
        path = path.format(record)
        if door == "batch":
            answer = api.post("/api/v1/coverage/", {"questions": [{"region": path}]}, format="json")
        else:
            answer = api.get(path if door == "page" else f"/api/v1/{path}")
        assert answer.status_code == 200, f"{path}: {answer.content.decode()[:400]}"
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        said.append(re.sub(_NOT_READ if door == "page" else _CHANCE, "", body.decode()))
    return "\n".join(said)


def reason(telling: Telling, field: models.Field, door: str) -> str:
    """Why a door does not tell a column; empty where it must."""
    return telling.silent.get(field.name) or telling.silent_at.get((door, field.name), "")


def heard(api, rich, name, *, with_reason: bool) -> list[tuple[str, str, bool]]:
    """(column, door, whether it tells the column) for the doors that have a reason to be silent, or for the others."""
    which, telling = TELLINGS[name]
    model = type(rich[which])
    record = model._default_manager.get(pk=rich[which].pk)
    doors = telling.doors
    before = {door: ask(api, door, telling, record) for door in doors}
    found = []
    for field in columns(model):
        asked = [door for door in doors if bool(reason(telling, field, door)) == with_reason]
        if not asked or with_reason and (model, field.name) in told_once.NOT_ALONE:
            continue
        with transaction.atomic():
            value = another(field, getattr(record, field.attname), record)
            model._default_manager.filter(pk=record.pk).update(**{field.attname: value})
            changed = told_once.reload(model, record.pk)
            found += [(field.name, door, ask(api, door, telling, changed) != before[door]) for door in asked]
            transaction.set_rollback(True)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("which", TELLINGS)
def test_every_door_tells_every_column(api, rich, which):
    told = heard(api, rich, which, with_reason=False)
    forgotten = [f"{which}.{name} is not told at the door {door}" for name, door, tells in told if not tells]
    assert not forgotten, "\n".join(forgotten)


@pytest.mark.slow
@pytest.mark.parametrize("which", TELLINGS)
def test_no_reason_to_be_silent_is_stale(api, rich, which):
    told = heard(api, rich, which, with_reason=True)
    stale = [
        f"{which}.{name} is told at the door {door}, which has a reason why not: {TELLINGS[which][1].silent.get(name)}"
        for name, door, tells in told
        if tells
    ]
    assert not stale, "\n".join(stale)


@pytest.mark.slow
@pytest.mark.parametrize("model", [Hotline, Outlet], ids=lambda model: model.__name__)
def test_hours_are_told_in_members_not_in_their_text_alone(api, rich, model):
    """What hours say of days, times, holidays and appointments a program finds without reading the text."""
    record, telling = rich[model], TOLD[model]
    doors = [
        door for door in ("record", "list", "answer", "hsds", "schema.org", "page") if door in telling.doors
    ]
    said: dict[tuple[str, str], str] = {}
    for what, text in HOURS.items():
        model.objects.filter(pk=record.pk).update(opening_hours=text)
        for door in doors:
            told = ask(api, door, telling, record)
            said[door, what] = re.sub(r'"id":"[^"]*"', "", told.replace(text, ""))
    plain, *others = HOURS
    silent = {(door, what) for door in doors for what in others if said[door, what] == said[door, plain]}
    assert not silent


@pytest.mark.parametrize("model", TOLD, ids=lambda model: model.__name__)
def test_a_record_has_every_door_or_a_reason_why_not(model):
    telling = TOLD[model]
    assert set(telling.doors) | set(telling.absent) == set(DOORS), model.__name__
    assert not set(telling.doors) & set(telling.absent)
    names = {field.name for field in columns(model)}
    assert names >= set(telling.silent) | {name for _door, name in telling.silent_at}


def test_no_public_record_is_forgotten():
    """Whatever has a file, a sheet or an address is one of these records."""
    described = {table.description.Meta.model for table in TABLES.values()} | set(SHEETS)
    assert described <= set(TOLD), {model.__name__ for model in described - set(TOLD)}


def test_a_streamed_rule_says_what_its_description_says(api, rich):
    """Rules alone have columns of their own in files; each is what the list says, with keys in place of records."""
    lines = b"".join(api.get(f"/api/v1/export/{RULES}.ndjson").streaming_content).decode().splitlines()
    rows = {row["key"]: row for row in map(json.loads, lines) if row["record"] == "coverage-rule"}
    listed = api.get("/api/v1/coverage-rules/", {"page_size": 200}).json()["results"]
    assert len(listed) == len(rows)
    for told in listed:
        del told["source_line"]  # a file of their own
        told |= {"service": told["service"]["slug"], "region": told["region"]["code"]}
        told["source"] = told["source"] and told["source"]["slug"]
        assert rows[told["key"]] == {"record": "coverage-rule"} | told


@pytest.mark.slow
def test_a_region_has_one_shape(api, rich):
    """The members of a region are called alike wherever one is told."""
    code = rich[Region].code
    single = api.get(f"/api/v1/regions/{code}/").json()
    (answer,) = api.get("/api/v1/coverage/", {"region": code}).json()["answers"]
    line = b"".join(api.get("/api/v1/export/regions.ndjson").streaming_content).decode().splitlines()
    (row,) = [row for row in map(json.loads, line) if row.get("code") == code and row["is_current"]]
    del row["record"]
    assert row.items() <= single.items()
    assert answer["region"].items() <= single.items()
