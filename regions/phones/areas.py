"""Telephone area codes: which divisions ring under 0813. Pure Python; read once from fixtures/regions/area_codes.csv."""

import csv
import itertools
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "fixtures" / "regions" / "area_codes.csv"


@lru_cache(maxsize=1)
def area_codes() -> dict[str, tuple[str, ...]]:
    """Area code → codes of the prefectures (or provinces, or counties below none) that use it."""
    found: dict[str, tuple[str, ...]] = {}
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found[row["area_code"]] = (*found.get(row["area_code"], ()), row["code"])
    return found


@lru_cache(maxsize=1)
def known_areas() -> frozenset[str]:
    """The divisions that an area code rings in."""
    return frozenset(itertools.chain.from_iterable(area_codes().values()))


def area_of(canonical: str) -> tuple[str, ...]:
    """The divisions in which a fixed-line number rings: 08132100000 → 自贡市; empty for all other numbers."""
    if len(canonical) < 10 or not canonical.startswith("0"):
        return ()
    return area_codes().get(canonical[:3]) or area_codes().get(canonical[:4]) or ()
