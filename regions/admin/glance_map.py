"""The map beside a table of the overview."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from regions.choices import Level
from regions.lookup.outlines import map_of
from regions.lookup.overview.grid import CLASSES, class_of
from regions.lookup.overview.tables import Row, Table
from regions.models.region import COUNTRY_CODE
from regions.outlines.maps import MapPlace, RegionMap

from .glance_shapes import by_class, measures, share, within, words


def map_of_grid(table: Table, measure: str, query: QueryDict) -> RegionMap:
    """What lies below a region, coloured by a measure, with the equal table."""
    rows, code, level = table.rows(), table.head["region"], table.head["unit_level"]
    said = str(measures(level)[measure])
    in_classes = measure in ("services", "verified")
    places = [
        MapPlace(
            row["region"],
            row["name"],
            class_of(row[measure]) if in_classes else _step(*_part(row, measure)),
            _("%(count)d services") % {"count": row[measure]}
            if in_classes
            else _figure(*_part(row, measure)),
            within(query, row["region"]) if row["level"] != Level.TOWNSHIP.word else "",
            _note(row, level),
        )
        for row in rows
    ]
    steps = [_("%(count)s services") % {"count": word} for word in CLASSES] if in_classes else [
        _("none"), _("less than a tenth"), _("less than half"), _("half or more"), _("all")
    ]  # fmt: skip
    drawn = len(code) == 6 and (code == COUNTRY_CODE or code.endswith("0000"))
    return RegionMap(
        title=_("%(region)s: %(measure)s") % {"region": table.head["name"], "measure": said},
        description=_("The denser the pattern, the more; the table beside it says the same in figures."),
        steps=steps,
        places=places,
        columns=[_("Region"), said, _("In figures")],
        drawing=map_of(code) if drawn else None,
    )


def _part(row: Row, measure: str) -> tuple[int, int]:
    """How many of its units a measure is about, of how many; of a place without units the place itself."""
    without = {"reach": row["units_0"], "gaps": row["units_0"], "reach_verified": row["units_verified_0"]}[
        measure
    ]
    total = row["units"]
    if not total:
        has = row["verified"] if measure == "reach_verified" else row["services"]
        return int(bool(has) != (measure == "gaps")), 1
    return (without if measure == "gaps" else total - without), total


def _step(part: int, total: int) -> int:
    if not part:
        return 0
    return 4 if part == total else 1 if 10 * part < total else 2 if 2 * part < total else 3


def _figure(part: int, total: int) -> str:
    return _("%(part)d of %(total)d") % {"part": part, "total": total} + f" · {share(part, total)}"


def _note(row: Row, level: str) -> str:
    said = {"classes": by_class("units")(row), "checked": by_class("units_verified")(row)}
    return words(level)["note"] % {**row, **said}
