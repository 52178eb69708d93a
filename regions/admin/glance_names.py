"""What somebody types into a box of the overview: names as well as the codes and slugs that its tables are asked by."""

from collections.abc import Iterable
from contextlib import suppress

from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext as _

from regions.api import params
from regions.codes import BadCode, is_digits, read_code
from regions.lookup.called import MOST, several, so_called
from regions.lookup.names import find_by_text
from regions.models import Brand, Region, Service

# Boxes, and what they name.
NAMED: dict[str, type[Model]] = {"region": Region, "brand": Brand, "service": Service}


def called(record) -> str:
    """A record as it stands in a box: its name, and what it is asked by."""
    if isinstance(record, Region):
        return f"{record.full_name.replace('/', '')} ({record.code})"
    return f"{record.name} ({record.slug})"


def read_names(query: QueryDict) -> None:
    """Put the code or slug in the place of a name. What nobody is called stays, and is refused as a code or slug is."""
    for name in NAMED:
        if name in query:
            query.setlist(name, [_key(query, name, value.strip()) for value in query.getlist(name)])


def said_names(query: QueryDict) -> dict[str, list[str]]:
    """How what was read stands in the boxes again."""
    said = {}
    for name, model in NAMED.items():
        by = "code" if model is Region else "slug"
        rows = model._default_manager.filter(**{f"{by}__in": query.getlist(name)}) if name in query else ()
        found = {getattr(row, by): called(row) for row in rows}
        said[name] = [found.get(value, value) for value in query.getlist(name)]
    return said


def _key(query: QueryDict, name: str, value: str) -> str:
    before, bracket, key = value.removesuffix(")").rpartition(" (")
    if bracket and before and value.endswith(")"):  # as `called` writes it
        value = key
    return _code(query, value) if name == "region" else _slug(name, value)


def _code(query: QueryDict, value: str) -> str:
    if is_digits(value):
        with suppress(BadCode):  # refused where it is asked for
            return read_code(value)
        return value
    place = find_by_text(value, params.day(query))
    if place.asked is not None and place.regions == [place.asked] and not place.unread:
        return place.asked.code
    offered = [*place.candidates, *(each.region for each in place.successors)] or place.regions
    raise params.bad("region", f"{place.detail} {_meant(map(called, offered[:MOST]))}".strip())


def _slug(name: str, value: str) -> str:
    model = NAMED[name]
    found = so_called(model._default_manager.all(), value)
    if len(found) > 1:
        raise params.bad(name, several(model._meta.verbose_name, value, list(map(called, found))))
    return getattr(found[0], "slug", value) if found else value


def _meant(offered: Iterable[str]) -> str:
    listed = "、".join(offered)
    return _("Which is meant: %(offered)s?") % {"offered": listed} if listed else ""
