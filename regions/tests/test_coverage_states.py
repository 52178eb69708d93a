"""The five answer states, by every pair of levels and both kinds of rule, and the sets that compute them."""

import datetime
import itertools

import pytest

from regions.choices import AnswerState, Level, RuleKind
from regions.lookup import Filters, decide, who_covers

from .factories import make_rules, make_service

I, E = RuleKind.INCLUDE, RuleKind.EXCLUDE  # noqa: E741
ON = datetime.date(2026, 11, 21)
ALL = Filters(states=tuple(AnswerState.values))
# One region of each level, each inside the one before.
LADDER = ["100000", "510000", "510300", "510322", "510322102"]


@pytest.mark.parametrize(
    ("nearest", "include_below", "exclude_below", "has_list", "expected"),
    [
        (I, False, False, True, "covered"),
        (I, True, False, True, "covered"),
        (I, False, True, True, "partly_covered"),
        (I, True, True, True, "partly_covered"),
        (E, False, False, True, "excluded"),
        (E, False, True, True, "excluded"),
        (E, True, False, True, "partly_covered"),
        (E, True, True, True, "partly_covered"),
        (None, False, False, True, "not_covered"),
        (None, False, True, True, "not_covered"),
        (None, True, False, True, "partly_covered"),
        (None, True, True, True, "partly_covered"),
        (None, False, False, False, "unknown"),
    ],
)
def test_decide_truth_table(nearest, include_below, exclude_below, has_list, expected):
    assert (
        decide(nearest, include_below=include_below, exclude_below=exclude_below, has_list=has_list)
        == expected
    )


def ladder(make_regions):
    regions = make_regions("510322102")
    return [regions[code] for code in LADDER]


def states_on(region, on=ON) -> dict[str, str]:
    return {hit.service.slug: hit.state for hit in who_covers(region, on=on, filters=ALL, limit=200).hits}


def expected_state(asked: int, rules: dict[int, str]) -> str:
    """What `decide` says for rules on rungs of the ladder, worked out without sets."""
    above = [rules[rung] for rung in range(asked, -1, -1) if rung in rules]
    below = {rules[rung] for rung in range(asked + 1, len(LADDER)) if rung in rules}
    return decide(
        above[0] if above else None, include_below=I in below, exclude_below=E in below, has_list=bool(rules)
    )


def test_every_pair_of_levels_and_both_kinds(make_regions):
    """One rule, two nested rules and three, on all rungs and of both kinds, asked on every rung."""
    regions = ladder(make_regions)
    cases: dict[str, dict[int, str]] = {"none": {}}
    for size in (1, 2, 3):
        for rungs in itertools.combinations(range(5), size):
            for kinds in itertools.product((I, E), repeat=size):
                name = "-".join(f"{rung}{kind[0]}" for rung, kind in zip(rungs, kinds, strict=True))
                cases[f"s-{name}"] = dict(zip(rungs, kinds, strict=True))
    for slug, rules in cases.items():
        service = make_service(slug, brand="one")
        for rung, kind in rules.items():
            make_rules(service, **{kind: [regions[rung]]})
    for asked, region in enumerate(regions):
        expected = {slug: expected_state(asked, rules) for slug, rules in cases.items()}
        assert states_on(region) == expected, Level(region.level).label


def test_counts_agree_with_hits_in_every_state(make_regions):
    regions = ladder(make_regions)
    make_rules(make_service("all", brand="one"), include=[regions[0]])
    make_rules(make_service("part", brand="one"), include=[regions[4]])
    make_rules(make_service("out", brand="one"), include=[regions[1]], exclude=[regions[2]])
    make_rules(make_service("elsewhere", brand="one"), exclude=[regions[4]])
    make_service("nothing", brand="one")
    answer = who_covers(regions[3], on=ON)
    assert answer.counts == {
        "covered": 1,
        "partly_covered": 1,
        "excluded": 1,
        "not_covered": 1,
        "unknown": 1,
    }
    assert [(hit.service.slug, hit.state) for hit in answer.hits] == [
        ("all", "covered"),
        ("part", "partly_covered"),
    ]
    assert answer.count == 2


def test_validity_filters_before_the_nearest_rule_decides(make_regions):
    regions = ladder(make_regions)
    service = make_service("dated", brand="one")
    make_rules(service, include=[regions[1]], valid_from=datetime.date(2020, 1, 1))
    make_rules(
        service,
        exclude=[regions[3]],
        valid_from=datetime.date(2022, 1, 1),
        valid_to=datetime.date(2023, 1, 1),
    )
    county = regions[3]
    assert states_on(county, datetime.date(2019, 12, 31)) == {"dated": "unknown"}
    assert states_on(county, datetime.date(2020, 1, 1)) == {"dated": "covered"}
    assert states_on(county, datetime.date(2022, 1, 1)) == {"dated": "excluded"}
    assert states_on(county, datetime.date(2022, 12, 31)) == {"dated": "excluded"}
    assert states_on(county, datetime.date(2023, 1, 1)) == {"dated": "covered"}


def units_of(region, slug):
    (hit,) = (
        hit for hit in who_covers(region, on=ON, filters=ALL, limit=200).hits if hit.service.slug == slug
    )
    return hit.units and (hit.units.level, hit.units.covered, hit.units.partly, hit.units.total)


def test_partly_covered_counts_the_units_below(make_regions):
    regions = make_regions(below=["510300", "441900"])
    counties = [region for region in regions.values() if region.parent_id == regions["510300"].pk]
    assert len(counties) == 6
    make_rules(make_service("two", brand="one"), include=[regions["510322"], regions["510321"]])
    make_rules(make_service("town", brand="one"), include=[regions["510322102"]])
    make_rules(make_service("less", brand="one"), include=[regions["510000"]], exclude=[regions["510322"]])
    make_rules(
        make_service("nested", brand="one"),
        include=[regions["510000"], regions["510322102"]],
        exclude=[regions["510300"]],
    )
    zigong = regions["510300"]
    assert units_of(zigong, "two") == ("county", 2, 0, 6)
    assert units_of(zigong, "town") == ("county", 0, 1, 6)
    assert units_of(zigong, "less") == ("county", 5, 0, 6)
    assert units_of(zigong, "nested") == ("county", 0, 1, 6)
    townships = sum(region.parent_id == regions["510322"].pk for region in regions.values())
    assert units_of(regions["510322"], "town") == ("township", 1, 0, townships)
    # A city without counties is one unit of its province, and its townships are its own units.
    make_rules(make_service("dalang", brand="one"), include=[regions["441900113"]])
    make_rules(make_service("dongguan", brand="one"), include=[regions["441900"]])
    towns = sum(region.parent_id == regions["441900"].pk for region in regions.values())
    assert units_of(regions["441900"], "dalang") == ("township", 1, 0, towns)
    assert units_of(regions["440000"], "dongguan") == ("county", 1, 0, 1)
    assert units_of(regions["440000"], "dalang") == ("county", 0, 1, 1)


def test_paths_are_compared_byte_by_byte_whatever_the_database_s_language(db):
    from django.db import connection

    from regions.models import Region

    parameters = Region._meta.get_field("path").db_parameters(connection)
    assert parameters["collation"] == ("C" if connection.vendor == "postgresql" else None)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT collation_name FROM information_schema.columns"
                " WHERE table_name = 'regions_region' AND column_name = 'path' AND table_schema = current_schema()"
            )
            assert cursor.fetchone() == ("C",)
