"""What names a record by its slug, or a division by its code: one that nobody has is an error that names near ones, not an empty answer."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.serializers import ValidationError

from regions.choices import Level
from regions.lookup.places import never_was
from regions.models import Region, Source

from .params import bad

NEAR = 5
AtHand = Mapping[str, object] | Mapping[int | str, object]  # records known to be there, by slug
_LOOKED_AT = 2_000
Named = TypeVar("Named", bound=Model)


def check_slugs(
    name: str,
    values: Iterable[str],
    model: type[Model],
    at_hand: AtHand | None = None,
) -> None:
    """Refuse a slug that no record of the model has. `at_hand` has something for slugs known to be there."""
    asked = [value for value in values if not (at_hand and at_hand.get(value))]
    if not asked:
        return
    there = set(model._default_manager.filter(slug__in=asked).order_by().values_list("slug", flat=True))
    for value in asked:
        if value not in there:
            raise _unknown(name, value, model)


def named_in_body(name: str, slug: str, records: QuerySet[Named]) -> Named:
    """The record that a member of a body names. Refuses, about that member, a slug that nobody has."""
    found = records.filter(slug=slug).first()
    if found is None:
        raise ValidationError({name: [unknown(slug, records.model)[0]]})
    return found


def check_codes(name: str, codes: Collection[str]) -> None:
    """Refuse a code, as `codes.read_code` writes it, that no division has or had. One query."""
    there = set(Region.objects.filter(code__in=codes).order_by().values_list("code", flat=True))
    for code in codes:
        if code not in there:
            near = _near_codes(code)
            said = never_was(code)
            if near:
                listed = ", ".join(f"{like} ({title})" for like, title in near.items())
                said += " " + _("Near are: %(near)s.") % {"near": listed}
            raise bad(name, said, **({"near": list(near)} if near else {}))


def _near_codes(code: str) -> dict[str, str]:
    """Codes of living divisions that begin alike, with their names: those written most alike first."""
    living = Region.objects.filter(valid_to=None).order_by("code")
    for start in (code[:6],) if len(code) > 6 else (code[:4], code[:2]):
        of_length = Q(level=Level.TOWNSHIP) if len(code) > 6 else Q(level__lt=Level.TOWNSHIP)
        names = dict(living.filter(of_length, code__startswith=start).values_list("code", "name"))
        if names:
            return {like: names[like] for like in get_close_matches(code, names, n=NEAR, cutoff=0)}
    return {}


def _unknown(name: str, value: str, model: type[Model]):
    said, near = unknown(value, model)
    return bad(name, said, **({"near": near} if near else {}))


def unknown(value: str, model: type[Model]) -> tuple[str, list[str]]:
    """What is said of a slug that no record of a model has, and which are near."""
    near = _near(value, model)
    words = {"word": model._meta.verbose_name, "value": value[:40]}
    if not near:
        return _("There is no %(word)s “%(value)s”.") % words, []
    words["near"] = ", ".join(f"{slug} ({title})" for slug, title in near.items())
    return _("There is no %(word)s “%(value)s”; near are: %(near)s.") % words, list(near)


def _near(value: str, model: type[Model]) -> dict[str, str]:
    """Slugs with their names that are spelled alike, or whose name is or holds the value."""
    value = value.strip()[:40]
    if not value:
        return {}
    name = "title" if model is Source else "name"
    called = Q(**{f"{name}__icontains": value}) | Q(slug__contains=value.lower())
    alike = called | Q(slug__startswith=value[0].lower()) | Q(**{f"{name}__startswith": value[0]})
    titles = dict(
        model._default_manager.filter(alike).order_by("slug").values_list("slug", name)[:_LOOKED_AT]
    )
    close = get_close_matches(value.lower(), titles, n=NEAR)
    for slug, title in titles.items():
        if len(close) < NEAR and slug not in close and (value in title or value.lower() in slug):
            close.append(slug)
    return {slug: titles[slug] for slug in close}
