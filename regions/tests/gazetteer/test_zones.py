"""The table of zones: every row stands on divisions of today, every name means one zone, every row names its source."""

from collections import Counter
from datetime import date

import pytest
from django.conf import settings

from regions.resolver.zones import COLUMNS, FILE, KINDS, read_zones, zones_by_name

from .small import table


@pytest.fixture(scope="module")
def zones():
    return read_zones(settings.REGIONS_DIR)


@pytest.fixture(scope="module")
def current():
    return {row["code"]: row for row in table(settings.REGIONS_DIR / "regions.csv") if not row["valid_to"]}


def test_every_zone_lies_in_divisions_of_today(zones, current):
    assert [(zone.name, code) for zone in zones for code in zone.codes if code not in current] == []


def test_a_name_means_one_zone(zones):
    assert [
        name for name, count in Counter(n for zone in zones for n in zone.names).items() if count > 1
    ] == []


def test_a_division_of_the_same_name_is_one_that_the_zone_names(zones, current):
    """浦东新区 is a district: a zone must not lead elsewhere than the district of its name."""
    bearers = {}
    for code, row in current.items():
        bearers.setdefault(row["name"], set()).add(code)
    wrong = [
        (zone.name, name)
        for zone in zones
        for name in zone.names
        if name in bearers and len(name) > 3 and not bearers[name] & set(zone.codes)
    ]
    assert wrong == []


def test_every_row_says_who_says_so_and_when(zones):
    assert {zone.kind for zone in zones} == set(KINDS)
    assert all(zone.source and date.fromisoformat(zone.checked) for zone in zones)
    assert [zone.name for zone in zones if zone.source.startswith("approval") and not zone.founded] == []


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("雄安新区", {"130629", "130632", "130638"}),
        ("横琴", {"440402"}),
        ("前海", {"440305", "440306"}),
        ("光谷", {"420111", "420115"}),
        ("苏州工业园区", {"320505", "320506"}),
        ("舟山群岛新区", {"330900"}),
        ("兵团八师", {"659001"}),
        ("洋浦", {"460400"}),
    ],
)
def test_well_known_zones(name, codes):
    assert set(zones_by_name(settings.REGIONS_DIR)[name].codes) == codes


def test_a_bad_line_is_named(tmp_path):
    (tmp_path / FILE).write_text(
        ",".join(COLUMNS) + "\n某区,,zone,110101,part,,,x,2026-01-01\n", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="line 2: kind"):
        read_zones(tmp_path)


def test_a_folder_without_the_table_has_no_zones(tmp_path):
    assert read_zones(tmp_path) == ()
