"""Changes in words: field names instead of columns, records instead of database keys."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions import access
from regions.choices import ChangeAction, Door, Verdict
from regions.keys import SEP
from regions.models import Change, ChangeSet, PostingIndex, Region
from regions.postings.touched import INDEX, LIST, RULE
from regions.services.changes import kind_of
from regions.services.joined import joined_fields
from regions.services.records import named

MAX_TEXT = 300
# Columns that hold codes of regions, or new rules of a list as code:day; so many of one column are named.
_OF_CODES = {"include", "exclude", "created"}
_MOST_NAMED = 50
PLACES = "places"  # among the records that were found
# Columns that no field of ours names, and words of counts.
_WORDS = {
    "accepted": gettext_lazy("worth looking at"),
    "prefix": gettext_lazy("prefix"),
    "created": gettext_lazy("made at"),
    "tokens": gettext_lazy("places"),
    "exact": gettext_lazy("exact"),
    "duplicate": gettext_lazy("duplicate"),
    **dict(Verdict.choices),
}
# What comes by these from nobody is a report: everything else that the API writes asks for a key or a log-in.
_WITHOUT_A_NAME = (Door.REPORT, Door.API)
# Columns that say nothing to people.
_INNER = {"id", "changeset", "revision"}


VERBS = {
    "add": gettext_lazy("add"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("delete"),
    "view": gettext_lazy("view"),
}


class Row(NamedTuple):
    """One field of a change: its name for people, and its values before and after as text."""

    name: str
    before: str
    after: str


def models_by_kind() -> dict[str, type[models.Model]]:
    """The model behind each word that changes use."""
    models_told: list[type[models.Model]] = [*apps.get_app_config("regions").get_models(), User, Group]
    return {kind_of(model): model for model in models_told}


def kind_label(kind: str) -> str:
    """The word for people, for example "coverage rule" in the reader's language."""
    if kind == LIST:
        return _("coverage list")
    if kind == INDEX:
        return str(PostingIndex._meta.verbose_name)
    model = models_by_kind().get(kind)
    return str(model._meta.verbose_name) if model else kind


def moment(at: Any) -> str:
    """A moment as people here read the clock."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def places(codes: Iterable[str]) -> dict[str, str]:
    """Code → full name and code; the life that is open, else the latest."""
    rows = (
        Region.objects.filter(code__in=set(codes))
        .order_by("valid_from")
        .only("code", "full_name", "valid_to")
    )
    names: dict[str, str] = {}
    for region in rows:
        if region.is_open or region.code not in names:
            names[region.code] = f"{region.full_name} ({region.code})"
    return names


def counted(sets: Iterable[ChangeSet], user) -> dict[uuid.UUID, tuple[str, int]]:
    """How many records of which kinds, 覆盖规则 20、热线 1, by set, and how many of them the user may not see.

    The set itself has counted its records; what a maintainer may see of it is counted in the same way (2 queries) and told beside.
    """
    sets = list(sets)
    if access.sees_every_change(user):
        return {each.uuid: (_of_kinds(each.counts), 0) for each in sets}
    mine = _counts(access.limit(Change.objects.filter(changeset__in=[each.uuid for each in sets]), user))
    said = {}
    for each in sets:
        his: dict[str, int] = mine.get(each.uuid, Counter())
        count, total = sum(his.values()), sum(each.counts.values())
        words = {"yours": _of_kinds(his), "count": count, "total": total}
        text = _("%(yours)s (yours are %(count)d of %(total)d)") % words if count < total else words["yours"]
        said[each.uuid] = str(text), max(0, total - count)
    return said


def _of_kinds(counts: dict[str, int]) -> str:
    return "、".join(f"{kind_label(kind)} {number}" for kind, number in sorted(counts.items())) or "—"


def _counts(changes: QuerySet[Change]) -> dict[uuid.UUID, Counter[str]]:
    """Records by kind, by set, as sets count them (`services.changes`): of many new rules their list says how many."""
    found: dict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    by_kind = changes.exclude(kind=LIST).order_by().values("changeset", "kind")
    told = Count("key", distinct=True, filter=~Q(before={}, after={}))
    touched: dict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    for row in by_kind.annotate(told=told, all=Count("key", distinct=True)):
        found[row["changeset"]][row["kind"]] = row["told"]
        touched[row["changeset"]][row["kind"]] = row["all"]
    for of_set, rules in changes.filter(kind=LIST).order_by().values_list("changeset", "after__created"):
        found[of_set][RULE] += len(rules or ())
    return {key: +of or touched[key] for key, of in found.items()}


def pretty_changes(changes: Iterable[Change]) -> list[tuple[Change, list[Row]]]:
    """Each change with its fields in words. Referenced records are fetched once per kind."""
    changes = list(changes)
    kinds = models_by_kind()
    wanted: dict[type[models.Model], set] = defaultdict(set)
    codes: set[str] = set()
    for change in changes:
        for values in (change.before, change.after):
            for column, field, value in _told(kinds.get(change.kind), values or {}):
                if field is not None and field.is_relation:
                    wanted[field.related_model].update(_keys(value))
                elif column in _OF_CODES and isinstance(value, list):
                    codes.update(str(each).partition(SEP)[0] for each in value[:_MOST_NAMED])
    found: dict[Any, dict[Any, Any]] = {model: named(model).in_bulk(keys) for model, keys in wanted.items()}
    if Permission in found:
        given = Permission.objects.select_related("content_type").in_bulk(wanted[Permission])
        found[Permission] = {key: permission_words(permission) for key, permission in given.items()}
    for model, keys in wanted.items():
        if missing := keys - found[model].keys():
            found[model] |= _names_of_gone(model, missing)
    found[PLACES] = places(codes) if codes else {}
    return [(change, list(_rows(change, kinds.get(change.kind), found))) for change in changes]


def permission_words(permission: Permission) -> str:
    """A permission by what it is about: 品牌: 添加; Django's own names of them are English."""
    model = permission.content_type.model_class()
    verb, _underscore, rest = permission.codename.partition("_")
    if model is None or verb not in VERBS or rest != model._meta.model_name:
        return _(permission.name)
    return f"{model._meta.verbose_name}: {VERBS[verb]}"


def _told(model, values: dict) -> Iterable[tuple]:
    """(column, field, value) of a record's columns and of the parts in them."""
    for column, value in values.items():
        yield column, _field(model, column), value
        if part := _part(model, column):
            for item in value or ():
                yield from _told(part, item) if isinstance(item, dict) else ()


def _keys(value: Any) -> list[int]:
    """The database keys that a column of relations holds: one, or those of all that is joined to a record."""
    return [key for key in (value if isinstance(value, list) else [value]) if isinstance(key, int)]


def _names_of_gone(model: type[models.Model], keys: set[int]) -> dict[int, str]:
    """What deleted records were called, as their deletion tells."""
    deletions = Change.objects.filter(kind=kind_of(model), action=ChangeAction.DELETE, before__id__in=keys)
    gone = [(change.before or {}, change.key) for change in deletions]
    return {
        row["id"]: _("%(name)s (deleted)")
        % {"name": row.get("name") or row.get("title") or row.get("username") or key}
        for row, key in gone
    }


def who(entry: Change | ChangeSet) -> str:
    """Who wrote a set, or a change that knows its own (`with_sets`) or its `door`: a person, a reporter from outside, a command."""
    if entry.actor:
        return entry.actor.get_username()
    door = getattr(entry, "door", "") or getattr(getattr(entry, "set", None), "door", "")
    return _("a reporter from outside") if door in _WITHOUT_A_NAME else _("a command")


def with_sets(changes: Iterable[Change]) -> list[ChangeSet]:
    """Give each change the set that it stands in, as `set`; these sets."""
    changes = list(changes)
    sets = ChangeSet.objects.in_bulk({change.changeset for change in changes}, field_name="uuid")
    for change in changes:
        change.set = sets.get(change.changeset)  # type: ignore[attr-defined]
    return list(sets.values())


def _rows(change: Change, model, found) -> Iterable[Row]:
    before, after = change.before or {}, change.after or {}
    for column in {**before, **after}:
        field = _field(model, column)
        if column in _INNER:
            continue
        part = _part(model, column)
        yield Row(
            _name(model, field, column),
            _text(part or model, column, field, before.get(column), found),
            _text(part or model, column, field, after.get(column), found),
        )


def _field(model, column: str):
    if model is None:
        return None
    for field in (*model._meta.concrete_fields, *joined_fields(model)):
        if column in (field.name, field.attname):
            return field
    return None


def _name(model, field, column: str) -> str:
    if model is None and column == "created":  # of a list
        return _("new rules")
    if field is not None and column not in _WORDS:
        return str(field.verbose_name)
    part = _part(model, column)
    return str(part._meta.verbose_name_plural if part else _WORDS.get(column, column))


def _part(model, column: str):
    """The model of the records that a record tells as parts of itself, in a column of this name."""
    related = model._meta.related_objects if model else ()
    return next((each.related_model for each in related if each.get_accessor_name() == column), None)


def _parts(model, items: list | dict, found) -> str:
    """Parts, or counts by word, as people read them: 类型 质保 · 文本 质保九十天; 准确 1 · 重复 0."""
    said = []
    for item in items if isinstance(items, list) else [items]:
        if not isinstance(item, dict):
            said.append(str(item))
            continue
        told = ((name, _field(model, name), value) for name, value in item.items() if name not in _INNER)
        said.append(
            " · ".join(
                f"{_name(model, field, name)} {_text(model, name, field, value, found)}"
                for name, field, value in told
            )
        )
    return "；".join(said)


def lines(record: models.Model, field: models.Field) -> str:
    """What a column of JSON holds, a line an item, for who may only look."""
    value = getattr(record, field.attname)
    items = value if isinstance(value, list) else [value] if value else []
    if field.name in _OF_CODES:
        names = places(items)
        items = [names.get(item, item) for item in items]
    return "\n".join(_parts(type(record), [item], {}) for item in items) or "—"


def _text(model, column: str, field, value: Any, found) -> str:
    if value is None or value == "" or value == []:
        return "—"
    if field is not None and field.is_relation:
        known = found.get(field.related_model, {})
        return _listed([str(known.get(key, key)) for key in _keys(value)]) or str(value)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.DateTimeField) and isinstance(value, str):
        at = parse_datetime(value)
        return moment(at) if at else value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return _listed(_places_named(value, found) if column in _OF_CODES else value)
    text = _parts(model, value, found) if isinstance(value, list | dict) else str(value)
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"


def _places_named(items: list[str], found) -> list[str]:
    """Regions by name, of new rules with the day on which each begins."""
    names = found.get(PLACES, {})
    parts = (item.partition(SEP) for item in items)
    return [" ".join(filter(None, (names.get(code, code), day))) for code, _sep, day in parts]


def _listed(items: list[str]) -> str:
    """As many of the items as fit, and how many there are besides."""
    shown, size = 0, 0
    while shown < len(items) and (size := size + len(items[shown]) + 1) <= MAX_TEXT:
        shown += 1
    more = _(" and %d more") % (len(items) - shown) if shown < len(items) else ""
    return "、".join(items[:shown]) + more
