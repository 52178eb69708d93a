"""The five answer states, by every pair of levels and both kinds of rule, and the sets that compute them."""

import datetime
import itertools

import pytest

from regions.choices import AnswerState, Level, RuleKind
from regions.lookup import Filters, who_covers

from .factories import make_rules, make_service

I, E = RuleKind.INCLUDE, RuleKind.EXCLUDE  # noqa: E741
ON = datetime.date(2026, 11, 21)
ALL = Filters(states=tuple(AnswerState.values))
# One region of each level, each inside the one before.
LADDER = ["100000", "510000", "510300", "510322", "510322102"]
# Another division beside each rung: what a rung leaves of the one above.
BESIDE = ["440000", "510100", "510321", "510322104"]


def ladder(make_regions):
    regions = make_regions("510322102", *BESIDE)
    return [regions[code] for code in LADDER]


def states_on(region, on=ON) -> dict[str, str]:
    return {hit.service.slug: hit.state for hit in who_covers(region, on=on, filters=ALL, limit=200).hits}


def expected_state(asked: int, rules: dict[int, str]) -> str:
    """What rules on rungs of the ladder come to, worked out without sets: something beside a rule is left as it was."""
    if not rules:
        return AnswerState.UNKNOWN
    above = [rules[rung] for rung in range(asked, -1, -1) if rung in rules]
    below = {rules[rung] for rung in range(asked + 1, len(LADDER)) if rung in rules}
    if above and above[0] == I:
        return AnswerState.PARTLY_COVERED if E in below else AnswerState.COVERED
    if I in below:
        return AnswerState.PARTLY_COVERED
    return AnswerState.EXCLUDED if above else AnswerState.NOT_COVERED


@pytest.mark.slow
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


@pytest.mark.slow
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
    return hit.units and (hit.units.level, hit.units.covered, hit.units.partly_covered, hit.units.total)


@pytest.mark.slow
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


def answered(region, slug):
    """(state, counts) of one service."""
    return states_on(region)[slug], units_of(region, slug)


@pytest.mark.slow
def test_a_state_follows_the_counties(make_regions):
    """All listed one by one, all carved out, all carved out but one, and one of which every town is carved out."""
    regions = make_regions(below=["510300"])
    zigong, fushun = regions["510300"], regions["510322"]
    counties = [region for region in regions.values() if region.parent_id == zigong.pk]
    towns = [region for region in regions.values() if region.parent_id == fushun.pk]
    others = [county for county in counties if county != fushun]
    assert (len(counties), len(others)) == (6, 5) and len(towns) > 1
    make_rules(make_service("each", brand="one"), include=counties)
    make_rules(make_service("none", brand="one"), include=[zigong], exclude=counties)
    make_rules(make_service("again", brand="one"), include=[regions["510000"], *counties], exclude=[zigong])
    make_rules(make_service("hollow", brand="one"), include=counties, exclude=towns)
    make_rules(make_service("towns", brand="one"), include=[*others, *towns])
    make_rules(make_service("empty", brand="one"), include=[fushun], exclude=towns)
    for slug, state, covered in (
        ("each", "covered", 6),
        ("none", "excluded", 0),
        ("again", "covered", 6),
        ("hollow", "partly_covered", 5),
        ("towns", "covered", 6),
        ("empty", "not_covered", 0),
    ):
        assert answered(zigong, slug) == (state, ("county", covered, 0, 6)), slug
    assert [answered(fushun, slug) for slug in ("hollow", "empty", "towns")] == [
        ("excluded", ("township", 0, 0, len(towns))),
        ("excluded", ("township", 0, 0, len(towns))),
        ("covered", ("township", len(towns), 0, len(towns))),
    ]
    assert states_on(regions["510000"])["each"] == "covered"  # 四川 has no other prefecture here
    by_default = {hit.service.slug for hit in who_covers(zigong, on=ON, limit=200).hits}
    assert by_default == {"each", "again", "hollow", "towns"}


@pytest.mark.slow
def test_the_rule_is_named_that_decides_and_none_where_the_units_do(make_regions):
    regions = make_regions(below=["510300"])
    counties = [region for region in regions.values() if region.parent_id == regions["510300"].pk]
    make_rules(make_service("each", brand="one"), include=counties, exclude=[regions["510000"]])
    make_rules(make_service("none", brand="one"), include=[regions["510000"]], exclude=counties)
    make_rules(make_service("part", brand="one"), include=[regions["510000"]], exclude=counties[:1])

    def rules(**more):
        hits = who_covers(
            regions["510300"], on=ON, filters=Filters(states=ALL.states, **more), limit=200
        ).hits
        return {hit.service.slug: hit.rule and hit.rule.region.code for hit in hits}

    assert rules() == {"each": None, "none": None, "part": "510000"}
    assert rules(levels=(Level.PROVINCE,)) == {"part": "510000"}


@pytest.mark.slow
@pytest.mark.parametrize("code", ["620200", "442000", "460400", "441900"])
def test_cities_without_counties_count_their_towns(make_regions, code):
    """嘉峪关, 中山, 儋州, 东莞."""
    regions = make_regions(below=[code])
    city = regions[code]
    province = regions[f"{code[:2]}0000"]
    towns = [region for region in regions.values() if region.parent_id == city.pk and region.is_open]
    assert len(towns) > 3
    make_rules(make_service("city", brand="one"), include=[city])
    make_rules(make_service("each", brand="one"), include=towns)
    make_rules(make_service("some", brand="one"), include=towns[1:])
    make_rules(make_service("none", brand="one"), include=[city], exclude=towns)
    total = len(towns)
    assert answered(city, "city") == ("covered", None)
    assert answered(city, "each") == ("covered", ("township", total, 0, total))
    assert answered(city, "some") == ("partly_covered", ("township", total - 1, 0, total))
    assert answered(city, "none") == ("excluded", ("township", 0, 0, total))
    assert answered(province, "city") == ("covered", ("county", 1, 0, 1))
    assert answered(province, "each") == ("covered", ("county", 1, 0, 1))
    assert answered(province, "some") == ("partly_covered", ("county", 0, 1, 1))
    assert answered(province, "none") == ("not_covered", ("county", 0, 0, 1))


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
