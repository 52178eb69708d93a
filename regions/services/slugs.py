"""Slugs proposed from names: 海尔洗衣机维修 → haier-xiyiji-weixiu is a person's work, haierxiyijiweixiu a start."""

import re

from django.db import models

from regions.choices import ChangeAction
from regions.models import Change

LONGEST = 60


def from_name(text: str) -> str:
    """Small letters and digits of a name, Chinese in pinyin without tones; words and signs between them become hyphens."""
    from pypinyin import Style, lazy_pinyin  # large: only whoever makes a record needs it

    spelled = "".join(lazy_pinyin(text, style=Style.NORMAL, v_to_u=False, errors=lambda signs: f" {signs} "))
    words = re.findall(r"[a-z0-9]+", spelled.lower().replace("ü", "v"))
    return "-".join(words)[:LONGEST].strip("-")


def all_taken(model: type[models.Model], wanted: str = "") -> set[str]:
    """The slugs that records have, or had until they were deleted; those that begin like one that is wanted."""
    gone = Change.objects.filter(
        kind=model._meta.model_name, action=ChangeAction.DELETE, key__startswith=wanted
    )
    there = model._default_manager.filter(slug__startswith=wanted)
    return {*there.values_list("slug", flat=True), *gone.values_list("key", flat=True)}


def free(model: type[models.Model], wanted: str) -> str:
    """The slug, or the first one with a number that is not taken; empty for an empty one."""
    if not wanted:
        return ""
    taken = all_taken(model, wanted)
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
