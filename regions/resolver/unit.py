"""One life of a region, and the names of the townships below one."""

from collections.abc import Mapping

COUNTRY, PROVINCE, PREFECTURE, COUNTY, TOWNSHIP = range(5)
LEVELS = {
    "country": COUNTRY,
    "province": PROVINCE,
    "prefecture": PREFECTURE,
    "county": COUNTY,
    "township": TOWNSHIP,
}


COUNTRY_CODE = "100000"


class Unit:
    """One life of a region: from `since` (ISO, may be empty) until `until` (ISO, exclusive; empty: current).

    `up` holds the codes of its ancestors during that life, nearest first, the country last; `holders` also those
    inside which it is usually written.
    """

    __slots__ = ("code", "holders", "level", "name", "parent", "pinyin", "short", "since", "until", "up")

    def __init__(self, code, level, parent, name, short, pinyin="", since="", until=""):
        self.code, self.level, self.parent = code, level, parent
        self.name, self.short, self.pinyin = name, short, pinyin
        self.since, self.until, self.up, self.holders = since, until, (), ()

    def __repr__(self):
        return f"<{self.code} {self.name}{' until ' + self.until if self.until else ''}>"

    def inside(self, other: "Unit") -> bool:
        return other.code in self.holders


class Names:
    """Names of townships: the codes of each, and by the first two characters which lengths occur, longest first."""

    __slots__ = ("codes", "lengths")

    def __init__(self, codes: dict[str, tuple[str, ...]]):
        self.codes = codes
        lengths: dict[str, tuple[int, ...]] = {}
        for name in codes:
            start, size = name[:2], len(name)
            held = lengths.get(start, ())
            if size not in held:
                lengths[start] = tuple(sorted((*held, size), reverse=True))
        self.lengths = lengths


def unit_of(row: Mapping[str, str]) -> Unit:
    """The life a row of regions.csv describes."""
    return Unit(
        row["code"],
        LEVELS[row["level"]],
        row["parent"] or "",
        row["name"],
        row["short_name"] or "",
        row["pinyin"] or "",
        row["valid_from"] or "",
        row["valid_to"] or "",
    )
