"""All county-level places of the country, and ways to list them."""

import csv
from functools import cache

import pytest
from django.conf import settings

from regions.choices import Level
from regions.models import CoverageRule, Region
from regions.models.base import today
from regions.signals.places import Units
from regions.tests.page_a import places


@cache
def current_rows() -> list[dict]:
    """Current divisions down to the county, from fixtures/regions, with path and level."""
    with open(settings.REGIONS_DIR / "regions.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["valid_to"]]
    rows.sort(key=lambda row: Level.from_word(row["level"]))
    paths, names = {}, {"100000": ""}
    for row in rows:
        paths[row["code"]] = row["path"] = f"{paths.get(row['parent'], '')}{row['code']}/"
        if row["code"] != "100000":
            above = names[row["parent"]]
            names[row["code"]] = f"{above}/{row['name']}".lstrip("/")
        row["full_name"] = names[row["code"]] or row["name"]
        row["level"] = Level.from_word(row["level"])
    return rows


@pytest.fixture(scope="session")
def units() -> Units:
    """The real units, without a database."""
    rows = ((row["code"], row["level"], row["path"], row["name"]) for row in current_rows())
    return Units.of(rows, today())


@pytest.fixture
def country(db) -> dict[str, Region]:
    """Every current division down to the county, in the database, by code."""
    known: dict[str, Region] = {}
    for level in (Level.COUNTRY, Level.PROVINCE, Level.PREFECTURE, Level.COUNTY):
        regions = [
            Region(
                code=row["code"],
                level=level,
                parent=known.get(row["parent"]),
                path=row["path"],
                name=row["name"],
                short_name=row["short_name"],
                full_name=row["full_name"],
            )
            for row in current_rows()
            if row["level"] == level
        ]
        Region.objects.bulk_create(regions)
        known |= {region.code: region for region in regions}
    return known


@pytest.fixture
def page_a_codes() -> list[str]:
    """The codes of page A's places, in its order; an abolished one through its successors."""
    return [code for place in places() for code in (sorted(place.became) or [place.code])]


def list_places(service, country, codes, kind="include") -> None:
    """Put codes on a service's list; townships by the county (or city) above them, each once."""
    found = dict.fromkeys(code if code in country else code[:6] for code in codes)
    CoverageRule.objects.bulk_create(
        CoverageRule(service=service, region=country[code], kind=kind, valid_from="2020-01-01")
        for code in found
        if code in country
    )
