"""Why a record cannot be deleted, in a few lines."""

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from regions.models import CoverageImport
from regions.services.records import named, never_applied

EXAMPLES = 5


def protected_groups(objs, site) -> list[dict]:
    """What points at records, by kind: `name`, `count`, `examples` (text, address or None), `more`.

    Empty when nothing does. Counted by the database, however many there are. Drafts that go with their service hinder
    nobody.
    """
    objs = list(objs)
    if not objs:
        return []
    going = [draft.pk for draft in drafts_of(objs)]
    groups = []
    for model, points in _pointing(type(objs[0]), [obj.pk for obj in objs]).items():
        found = named(model).filter(points)
        if model is CoverageImport:
            found = found.exclude(pk__in=going)
        if count := found.count():
            groups.append(
                {
                    "name": model._meta.verbose_name_plural,
                    "count": count,
                    "examples": [(str(obj), _address(obj, site)) for obj in found[:EXAMPLES]],
                    "more": max(0, count - EXAMPLES),
                }
            )
    return groups


def _pointing(model: type[models.Model], keys) -> dict[type[models.Model], models.Q]:
    """By model, which records keep these from being deleted: those that point at them, or at what would go with them."""
    found: dict[type[models.Model], models.Q] = {}
    for way in model._meta.related_objects:
        points = models.Q(**{f"{way.field.name}__in": keys})
        if way.on_delete is models.PROTECT:
            found[way.related_model] = found.get(way.related_model, models.Q()) | points
        elif way.on_delete is models.CASCADE:
            parts = way.related_model._base_manager.filter(points).values("pk")
            for other, more in _pointing(way.related_model, parts).items():
                found[other] = found.get(other, models.Q()) | more
    return found


def drafts_of(objs) -> list[CoverageImport]:
    """The drafts that go with services that are deleted."""
    return [draft for obj in objs for draft in never_applied(obj)]


def linked(obj, site):
    """What a record is and what it is called, with the way to its page."""
    name, address = capfirst(obj._meta.verbose_name), _address(obj, site)
    if address is None:
        return f"{name}: {obj}"
    return format_html('{}: <a class="sn-link" href="{}">{}</a>', name, address, str(obj))


def _address(obj, site) -> str | None:
    if type(obj) not in site._registry:
        return None
    try:
        return reverse(f"{site.name}:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])
    except NoReverseMatch:
        return None
