"""Records that people name: by slug, or by what they are called."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from regions.models import Source

MOST = 8  # of several that are called so
Named = TypeVar("Named", bound=Model)


def so_called(rows: QuerySet[Named], text: str) -> list[Named]:
    """The one with that slug; else those that are called so, a few of them."""
    if one := rows.filter(slug=text).first():  # along an index
        return [one]
    name = "title" if rows.model is Source else "name"
    return list(rows.filter(**{f"{name}__iexact": text}).order_by("slug")[: MOST + 1])


def the_one(rows: QuerySet[Named], text: str) -> Named:
    """The one that a text names. ValueError where it is none, or one of several."""
    found = so_called(rows, text)
    if len(found) == 1:
        return found[0]
    words = {"kind": rows.model._meta.verbose_name, "slug": text[:80]}
    if not found:
        raise ValueError(_("There is no %(kind)s “%(slug)s”, or it is not one of yours.") % words)
    raise ValueError(several(words["kind"], text, [each.slug for each in found]))  # type: ignore[attr-defined]


def several(kind, text: str, slugs: list[str]) -> str:
    """What is said where more than one is called so."""
    said = _("More than one %(kind)s is called “%(name)s”: write one of %(slugs)s.")
    return said % {"kind": kind, "name": text[:80], "slugs": ", ".join(slugs[:MOST])}
