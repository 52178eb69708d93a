"""Parameters that name a record by its slug: one that nobody has is an error that names near ones, not an empty answer."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from regions.models import Source

from .params import bad

NEAR = 5
AtHand = Mapping[str, object] | Mapping[int | str, object]  # records known to be there, by slug
_LOOKED_AT = 2_000


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


def _unknown(name: str, value: str, model: type[Model]):
    near = _near(value, model)
    words = {"word": model._meta.verbose_name, "value": value[:40]}
    if not near:
        return bad(name, _("There is no %(word)s “%(value)s”.") % words)
    words["near"] = ", ".join(f"{slug} ({title})" for slug, title in near.items())
    return bad(name, _("There is no %(word)s “%(value)s”; near are: %(near)s.") % words, near=list(near))


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
