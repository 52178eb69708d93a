"""Why a record cannot be deleted, in a few lines."""

from django.contrib.admin.utils import NestedObjects
from django.db import models, router
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from regions.models import CoverageImport
from regions.services.records import never_applied

EXAMPLES = 5


def protected_groups(objs, site) -> list[dict]:
    """What points at records, by kind: `name`, `count`, `examples` (text, address or None), `more`.

    Empty when nothing does. Reads everything that hangs below the records, as Django's own page does. Drafts that go
    with their service hinder nobody.
    """
    objs = list(objs)
    if not objs:
        return []
    collector = NestedObjects(using=router.db_for_write(type(objs[0])), origin=objs)
    collector.collect(objs)
    by_model: dict[type[models.Model], list] = {}
    going = set(drafts_of(objs))
    for obj in sorted((obj for obj in collector.protected if obj not in going), key=lambda obj: obj.pk):
        by_model.setdefault(type(obj), []).append(obj)
    return [
        {
            "name": model._meta.verbose_name_plural,
            "count": len(found),
            "examples": [(str(obj), _address(obj, site)) for obj in found[:EXAMPLES]],
            "more": max(0, len(found) - EXAMPLES),
        }
        for model, found in by_model.items()
    ]


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
