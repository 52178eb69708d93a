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
    inside which it is usually written; `strangers` are other places that bore one of these codes at another time
    (430300 was 湘潭's until 1982, then 邵阳's, and is 湘潭's again).
    """

    __slots__ = (
        "code",
        "holders",
        "level",
        "name",
        "parent",
        "pinyin",
        "short",
        "since",
        "strangers",
        "until",
        "up",
    )

    def __init__(
        self,
        code: str,
        level: int,
        parent: str,
        name: str,
        short: str,
        pinyin: str = "",
        since: str = "",
        until: str = "",
    ):
        self.code, self.level, self.parent = code, level, parent
        self.name, self.short, self.pinyin = name, short, pinyin
        self.since, self.until = since, until
        self.up: tuple[str, ...] = ()
        self.holders: tuple[str, ...] = ()
        self.strangers: tuple[Unit, ...] = ()

    def __repr__(self) -> str:
        return f"<{self.code} {self.name}{' until ' + self.until if self.until else ''}>"

    def inside(self, other: "Unit") -> bool:
        if not self.strangers:
            return other.code in self.holders
        return other.code in (*self.up, *self.holders) and other not in self.strangers


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
