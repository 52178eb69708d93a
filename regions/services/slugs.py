"""Slugs proposed from names: 海尔洗衣机维修 → haier-xiyiji-weixiu is a person's work, haierxiyijiweixiu a start."""

import re

from django.db import models

LONGEST = 60


def from_name(text: str) -> str:
    """Small letters and digits of a name, Chinese in pinyin without tones; words and signs between them become hyphens."""
    from pypinyin import Style, lazy_pinyin  # large: only whoever makes a record needs it

    spelled = "".join(lazy_pinyin(text, style=Style.NORMAL, v_to_u=False, errors=lambda signs: f" {signs} "))
    words = re.findall(r"[a-z0-9]+", spelled.lower().replace("ü", "v"))
    return "-".join(words)[:LONGEST].strip("-")


def free(model: type[models.Model], wanted: str) -> str:
    """The slug, or the first one with a number that is not taken; empty for an empty one."""
    if not wanted:
        return ""
    taken = set(model._default_manager.filter(slug__startswith=wanted).values_list("slug", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
