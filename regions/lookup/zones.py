"""What an answer says of a zone: an area with its own administration that is no division (光谷), and who says where it lies."""

from django.utils.translation import gettext as _

from regions.models import Region
from regions.resolver.result import Result
from regions.resolver.zones import Zone, zone_called


def zone_of(result: Result) -> Zone | None:
    """The zone that a text names, alone or behind a place it lies in."""
    named = (mark["text"] for mark in result.evidence if mark["kind"] == "zone")
    return next(filter(None, map(zone_called, (result.text, *named, result.rest))), None)


def said_of(zone: Zone, regions: list[Region]) -> str:
    """In which divisions it lies, and what that rests on: a document, a source that was seen, or nothing but memory."""
    words = {
        "zone": zone.name,
        "regions": "、".join(region.full_name for region in regions),
        "day": zone.checked,
        "document": zone.source.removeprefix("approval "),
    }
    lies = (
        _("“%(zone)s” is no division but an area with its own administration, the same area as %(regions)s.")
        if zone.extent == "whole"
        else _("“%(zone)s” is no division but an area with its own administration; it lies in %(regions)s.")
    )
    return f"{lies % words} {_basis(zone.source) % words}"


def _basis(source: str) -> str:
    if source.startswith("general knowledge"):
        return _("No document was seen for this: it is what the editors know (%(day)s).")
    if "general knowledge" in source:
        return _(
            "That it exists stands in a source; that it lies in all of these is what the editors know (%(day)s)."
        )
    if source.startswith("approval "):
        return _("By the approval %(document)s.")
    return _("By a source that was seen on %(day)s.")
