"""What the records of changes are called: 富顺县 (510322) · 示例 · 维修 instead of a key. A few queries for a page of changes."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from regions import keys
from regions.models import Change, CoverageRule, Dispute, Hotline, Region, Service, named_by_slug
from regions.postings.touched import LIST, RULE
from regions.services.changes import kind_of
from regions.wording import spelled

from .pretty import models_by_kind, places

# Kinds whose key is one column.
_COLUMNS = dict.fromkeys((*map(kind_of, named_by_slug()), LIST), "slug") | {
    "number": "canonical",
    "release": "edition",
    "import": "pk",
    "key": "prefix",
    "dispute": "reference",
    "user": "pk",
    "group": "pk",
}


class Named(NamedTuple):
    """What people call a record, and its page in the admin; no address for one that is gone."""

    title: str
    address: str = ""


def named(changes: Iterable[Change]) -> dict[tuple[str, str], Named]:
    """The names of the records that changes are about, by kind and key."""
    wanted: dict[str, dict[str, Change]] = defaultdict(dict)
    for change in changes:
        wanted[change.kind][change.key] = change
    services = _services(wanted)
    found: dict[tuple[str, str], Named] = {}
    for kind, of_kind in wanted.items():
        if kind == RULE:
            titles = _rules(of_kind, services)
        elif kind in ("hotline", "verification"):
            titles = _hotlines(of_kind, services, kind)
        elif kind == "region":
            titles = _regions(of_kind)
        else:
            titles = _plain(kind, of_kind)
        found |= {(kind, key): titles.get(key) or Named(_gone(of_kind[key])) for key in of_kind}
    return found


def _services(wanted: dict[str, dict[str, Change]]) -> dict[str, Service]:
    slugs = {
        keys.service_of(key) for kind in (RULE, "hotline", "verification") for key in wanted.get(kind, ())
    }
    return {
        service.slug: service for service in Service.objects.filter(slug__in=slugs).select_related("brand")
    }


def _of(service: Service | None, slug: str) -> str:
    return f"{service.brand.name} · {service.name}" if service else slug


def _rules(changes: dict[str, Change], services: dict[str, Service]) -> dict[str, Named]:
    parts = {key: keys.read_rule_key(key) for key in changes}
    names = places(part.region for part in parts.values())
    stored = {
        (rule.service_id, rule.region.code, str(rule.valid_from)): rule.pk
        for rule in CoverageRule.objects.filter(
            service__in=services.values(), region__code__in={part.region for part in parts.values()}
        )
        .select_related("region")
        .order_by()
    }
    found = {}
    for key, (slug, code, day) in parts.items():
        service = services.get(slug)
        pk = stored.get((service.pk, code, day)) if service else None
        title = f"{names.get(code, code)} · {_of(service, slug)}"
        found[key] = Named(title, page_of(CoverageRule, pk))
    return found


def _hotlines(changes: dict[str, Change], services: dict[str, Service], kind: str) -> dict[str, Named]:
    rows = Hotline.objects.filter(service__in=services.values()).select_related("service", "number")
    numbers = {keys.read_hotline_key(keys.hotline_of(key)).number for key in changes}
    stored = {hotline.key: hotline.pk for hotline in rows.filter(number__canonical__in=numbers)}
    found = {}
    for key in changes:
        claim = keys.read_hotline_key(keys.hotline_of(key))
        number = spelled(claim.number, claim.extension)
        title = f"{number} · {_of(services.get(claim.service), claim.service)}"
        found[key] = Named(title, page_of(Hotline, stored.get(keys.hotline_of(key))))
    return found


def _regions(changes: dict[str, Change]) -> dict[str, Named]:
    codes = {keys.read_region_key(key).code for key in changes}
    rows = {region.key: region for region in Region.objects.filter(code__in=codes)}
    return {
        key: Named(f"{rows[key].full_name} ({rows[key].code})", page_of(Region, rows[key].pk))
        for key in changes
        if key in rows
    }


def _plain(kind: str, changes: dict[str, Change]) -> dict[str, Named]:
    model = Service if kind == LIST else models_by_kind().get(kind)
    column = _COLUMNS.get(kind)
    if model is None or column is None:
        return {}
    rows = model._default_manager.filter(**{f"{column}__in": list(changes)})
    if model is Service:
        rows = rows.select_related("brand")
    return {
        str(getattr(row, column)): Named(
            _of(row, "") if isinstance(row, Service) else _title(row), page_of(model, row.pk)
        )
        for row in rows
    }


def _title(record: Model) -> str:
    return record.reference if isinstance(record, Dispute) else str(record)


def _gone(change: Change) -> str:
    """What a record that is gone was called."""
    values: dict[str, Any] = {**(change.after or {}), **(change.before or {})}
    return str(values.get("name") or values.get("title") or values.get("username") or change.key)


def page_of(model: type[Model], pk: Any) -> str:
    """The record's page in the admin; empty where there is none."""
    if not pk:
        return ""
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])
    except NoReverseMatch:
        return ""
