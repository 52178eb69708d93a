"""Why a record cannot be deleted, in a few lines."""

from django.contrib.admin.utils import NestedObjects
from django.db import models, router
from django.urls import NoReverseMatch, reverse

EXAMPLES = 5


def protected_groups(objs, site) -> list[dict]:
    """What points at records, by kind: `name`, `count`, `examples` (text, address or None), `more`.

    Empty when nothing does. Reads everything that hangs below the records, as Django's own page does.
    """
    objs = list(objs)
    if not objs:
        return []
    collector = NestedObjects(using=router.db_for_write(type(objs[0])), origin=objs)
    collector.collect(objs)
    by_model: dict[type[models.Model], list] = {}
    for obj in sorted(collector.protected, key=lambda obj: obj.pk):
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


def _address(obj, site) -> str | None:
    if type(obj) not in site._registry:
        return None
    try:
        return reverse(f"{site.name}:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])
    except NoReverseMatch:
        return None
