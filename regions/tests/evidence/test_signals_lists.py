"""Signals about lists: page A's facts raise them, honest lists do not."""

import random
from collections import Counter

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from regions.choices import ImportState, Verdict
from regions.models import (
    Brand,
    CoverageImport,
    CoverageRule,
    ImportLine,
    Organization,
    PostingIndex,
    Region,
    Release,
)
from regions.postings.write import rebuild
from regions.services.changes import change_set
from regions.signals import SignalCode, load_units, near_equal, of_service, of_services
from regions.signals.likeness import at_least, includers
from regions.signals.scatter import measure
from regions.tests.factories import bundled, make_hotline, make_rules, make_service

from .conftest import list_places

LIST_CODES = {
    SignalCode.NATIONWIDE_NOT_LISTED,
    SignalCode.ABOLISHED_PLACES,
    SignalCode.SCATTERED_LIST,
    SignalCode.LIST_LIKE_OTHER_BRAND,
}

CLAIM_CODES = {"number_shared", "never_verified"}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def whole(units, *groups):
    return sorted(code for group in groups for code in units.members[group])


def large_groups(units, count, seed):
    groups = sorted(group for group, members in units.members.items() if len(members) > 2)
    return random.Random(seed).sample(groups, count)


# --- Honest lists stay silent -----------------------------------------------------------------------------------


def forty_cities(units):
    return whole(units, *large_groups(units, 40, 1))


def districts_of_eighty_cities(units):
    codes = whole(units, *large_groups(units, 80, 2))
    return [code for code in codes if int(code[4:]) <= 20]


def one_shop_in_every_city(units):
    rng = random.Random(3)
    return [rng.choice(whole(units, group)) for group in large_groups(units, 150, 3)]


def two_shops_in_every_city(units):
    rng = random.Random(4)
    return [code for group in large_groups(units, 200, 4) for code in rng.sample(whole(units, group), 2)]


def province_less_one_county(units):
    return sorted(units.below["510000"] - {"510322"})


def five_provinces_spelled_out(units):
    return sorted(
        set().union(*(units.below[code] for code in ("320000", "330000", "340000", "370000", "440000")))
    )


def country_spelled_out_less_tibet(units):
    return sorted(set(units.paths) - units.below["540000"])


HONEST = [
    forty_cities,
    districts_of_eighty_cities,
    one_shop_in_every_city,
    two_shops_in_every_city,
    province_less_one_county,
    five_provinces_spelled_out,
    country_spelled_out_less_tibet,
]


@pytest.mark.slow
@pytest.mark.parametrize("honest", HONEST, ids=lambda honest: honest.__name__)
def test_an_honest_list_stays_silent_even_beside_another_brand_with_the_same_plan(country, units, honest):
    service = make_service("honest")
    list_places(service, country, honest(units))
    assert not LIST_CODES & set(of_service(service).codes())


@pytest.mark.slow
@pytest.mark.parametrize(
    "honest",
    [province_less_one_county, five_provinces_spelled_out, country_spelled_out_less_tibet],
    ids=lambda f: f.__name__,
)
def test_two_brands_may_serve_the_same_whole_provinces(country, units, honest):
    one, other = make_service("one"), make_service("other")
    list_places(one, country, honest(units))
    list_places(other, country, honest(units))
    assert of_service(one).codes() == []
    assert near_equal(timezone.localdate(), units) == []


@pytest.mark.slow
def test_nationwide_with_exceptions_stays_silent(country):
    service = make_service(nationwide_claimed=True)
    make_rules(service, include=[country["100000"]], exclude=[country["540400"], country["510322"]])
    assert of_service(service).codes() == []


@pytest.mark.slow
def test_nationwide_without_a_list_leaves_nothing_to_compare(country):
    assert of_service(make_service(nationwide_claimed=True)).codes() == []


@pytest.mark.slow
def test_whole_provinces_by_rule_stay_silent(country):
    service = make_service()
    make_rules(service, include=[country["510000"], country["330000"]], exclude=[country["510322"]])
    assert of_service(service).codes() == []


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(("cities", "share"), [(40, 0.5), (80, 0.4), (150, 0.5)])
def test_part_of_the_districts_of_many_cities_is_not_like_a_draw(units, seed, cities, share):
    rng = random.Random(seed)
    codes = []
    for group in large_groups(units, cities, seed):
        members = whole(units, group)
        codes += rng.sample(members, max(1, round(len(members) * share)))
    assert not measure(codes, units).like_a_draw


# --- Page A's facts raise them ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_page_a_is_scattered_like_a_draw_and_lists_far_less_than_the_country(country, units, page_a_codes):
    service = make_service("page-a", nationwide_claimed=True)
    list_places(service, country, page_a_codes)
    signals = {signal.code: signal for signal in of_service(service).standing}
    assert set(signals) == {SignalCode.NATIONWIDE_NOT_LISTED, SignalCode.SCATTERED_LIST}
    scatter = signals[SignalCode.SCATTERED_LIST].figures
    assert abs(scatter["pairs"] - scatter["pairs_expected"]) < scatter["pairs_deviation"]
    assert scatter["complete_groups"] == 0
    assert scatter["units_per_group"] < 2
    share = signals[SignalCode.NATIONWIDE_NOT_LISTED].figures
    assert share["units"] == len(units.paths)
    assert share["covered"] + share["partly_covered"] == scatter["units"]
    assert 0.11 < share["share"] < 0.13
    assert share["missing_provinces"] == ["130000", "540000", "650000"]
    assert "of 28" in signals[SignalCode.NATIONWIDE_NOT_LISTED].explanation


def test_a_township_counts_its_city_as_partly_listed(make_regions):
    regions = make_regions("441900103", "441900104", "440106")
    service = make_service(nationwide_claimed=True)
    make_rules(service, include=[regions["441900103"]])
    [signal] = of_service(service).standing
    figures = signal.figures
    assert (figures["covered"], figures["partly_covered"], figures["missing_provinces"]) == (0, 1, [])


@pytest.mark.parametrize("seed", range(60))
def test_a_random_draw_is_recognised_in_most_cases(units, seed):
    codes = random.Random(seed).sample(sorted(units.paths), 350)
    spread = measure(codes, units)
    assert abs(spread.pairs - spread.pairs_expected) < 4 * spread.pairs_deviation
    assert abs(spread.groups - spread.groups_expected) < 4 * spread.groups_deviation


@pytest.mark.slow
def test_expectation_and_deviation_are_those_of_repeated_draws(units):
    rng, codes = random.Random(7), sorted(units.paths)
    draws = [measure(rng.sample(codes, 200), units) for _ in range(400)]
    pairs, groups = [d.pairs for d in draws], [d.groups for d in draws]
    for seen, expected, deviation in (
        (pairs, draws[0].pairs_expected, draws[0].pairs_deviation),
        (groups, draws[0].groups_expected, draws[0].groups_deviation),
    ):
        mean = sum(seen) / len(seen)
        spread = (sum((value - mean) ** 2 for value in seen) / (len(seen) - 1)) ** 0.5
        assert abs(mean - expected) < 4 * deviation / len(seen) ** 0.5
        assert 0.85 < spread / deviation < 1.15
    assert sum(draw.like_a_draw for draw in draws) > 0.95 * len(draws)


# --- Abolished places -------------------------------------------------------------------------------------------


def make_import(service, tokens, state=ImportState.APPLIED):
    release, _new = Release.objects.get_or_create(
        edition="test",
        defaults={
            "publisher": "test",
            "cut_off": "2026-09-11",
            "licence": "CC BY 4.0",
            "checksum": bundled(),
        },
    )
    made = CoverageImport.objects.create(
        service=service, text="、".join(t for t, _v in tokens), release=release, state=state
    )
    return [
        ImportLine.objects.create(
            coverage_import=made, line_no=1, position=place, start=0, end=1, token=token, verdict=verdict
        )
        for place, (token, verdict) in enumerate(tokens, 1)
    ]


def test_one_abolished_place_among_396_tokens(make_regions):
    regions = make_regions("510322", "330102", "330114", "330104")
    service = make_service()
    tokens = [("杭州市江干区", Verdict.HISTORICAL), *[("自贡市富顺县", Verdict.RESOLVED)] * 395]
    lines = make_import(service, tokens)
    ImportLine.objects.filter(pk__in=[line.pk for line in lines[2:30]]).update(is_duplicate=True)
    make_rules(service, include=[regions["330102"], regions["330114"]], import_line=lines[0])
    make_rules(service, include=[regions["510322"]], import_line=lines[1])
    [signal] = of_service(service).standing
    assert signal.code == SignalCode.ABOLISHED_PLACES
    assert signal.figures == {"abolished": 1, "listed": 396, "share": 0.0025}
    assert signal.explanation == "1 of 396 listed places no longer exist: 杭州市江干区."
    assert [record.name for record in signal.records] == ["杭州市江干区"]


def test_reverted_and_replaced_imports_do_not_count(make_regions):
    regions = make_regions("510322")
    service = make_service()
    reverted = make_import(service, [("杭州市江干区", Verdict.HISTORICAL)], ImportState.REVERTED)
    replaced = make_import(service, [("杭州市江干区", Verdict.HISTORICAL)])
    make_rules(service, include=[regions["510322"]], import_line=reverted[0], valid_to="2021-01-01")
    make_rules(
        service,
        include=[regions["510322"]],
        import_line=replaced[0],
        valid_from="2021-01-01",
        valid_to="2022-01-01",
    )
    assert of_service(service).codes() == []


def test_a_rule_on_a_closed_region_counts_from_the_day_it_closed(make_regions):
    regions = make_regions("330104", "510322")
    service = make_service()
    make_rules(service, include=[regions["330104@"], regions["510322"]])
    closed = regions["330104@"].valid_to
    [signal] = of_service(service, closed).standing
    assert signal.figures == {"abolished": 1, "listed": 2, "share": 0.5}
    assert of_service(service, closed.replace(year=closed.year - 1)).codes() == []


# --- Lists alike ------------------------------------------------------------------------------------------------


@pytest.fixture
def alike(country, units):
    """Three brands: two with the same draw but for ten places, one with a draw of its own."""
    rng = random.Random(11)
    codes = rng.sample(sorted(units.paths), 200)
    services = [make_service(f"alike-{number}") for number in range(3)]
    list_places(services[0], country, codes)
    list_places(services[1], country, codes[10:])
    list_places(services[2], country, rng.sample(sorted(units.paths), 200))
    return services


@pytest.mark.slow
def test_nearly_equal_lists_of_two_brands(alike, units):
    signals = of_services(alike)
    found = [
        signal for signal in signals[alike[0].pk].standing if signal.code == SignalCode.LIST_LIKE_OTHER_BRAND
    ]
    assert [signal.figures for signal in found] == [{"shared": 190, "either": 200, "share": 0.95}]
    assert [record.key for record in found[0].records] == ["alike-1"]
    assert SignalCode.LIST_LIKE_OTHER_BRAND not in signals[alike[2].pk].codes()
    assert near_equal(timezone.localdate(), units) == [sorted([alike[0].pk, alike[1].pk])]
    # asked alone, a service gets the same answer as in company
    assert of_service(alike[0]) == signals[alike[0].pk]


@pytest.mark.slow
def test_a_common_owner_explains_equal_lists(alike):
    owner = Organization.objects.create(slug="owner", name="示例集团")
    Brand.objects.filter(services__in=alike[:2]).update(owner=owner)
    signals = of_service(alike[0])
    assert SignalCode.LIST_LIKE_OTHER_BRAND not in signals.codes()
    [silenced] = signals.silenced
    assert silenced.silenced_by == "On record as owner or operator: 示例集团."


@pytest.mark.slow
def test_services_of_one_brand_are_not_compared(alike, units):
    alike[1].brand = alike[0].brand
    alike[1].save()
    assert SignalCode.LIST_LIKE_OTHER_BRAND not in of_service(alike[0]).codes()
    assert near_equal(timezone.localdate(), units) == []


@pytest.mark.slow
def test_the_postings_give_the_same_answer_and_are_used_only_for_their_days(alike, django_assert_num_queries):
    today = timezone.localdate()
    from_rules = of_services(alike)
    rebuild(0)
    PostingIndex.objects.update(day=today)
    assert of_services(alike) == from_rules
    region_ids = list(CoverageRule.objects.values_list("region", flat=True)[:5])
    CoverageRule.objects.all().delete()  # behind the back of the postings, to see which is asked
    assert all(includers(region_ids, today).values())
    assert not any(includers(region_ids, today - timezone.timedelta(days=1)).values())


@pytest.mark.slow
@given(st.lists(st.sets(st.integers(0, 40)), max_size=20), st.integers(1, 20))
def test_counting_members_of_many_bitmaps_at_once(sets, least):
    counts = Counter(member for members in sets for member in members)
    expected = {member for member, count in counts.items() if count >= least}
    assert set(at_least([BitMap(members) for members in sets], least)) == expected


@pytest.mark.slow
def test_many_services_of_ones_own_brand_do_not_crowd_the_other_out(country, units):
    codes = random.Random(3).sample(sorted(units.paths), 40)
    mine = [make_service(f"mine-{number}", brand="mine") for number in range(60)]
    for service in [*mine, make_service("other")]:
        list_places(service, country, codes)
    assert "list_like_other_brand" in of_service(mine[0]).codes()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_the_search_over_the_directory_finds_what_comparing_all_pairs_finds(country, units, seed):
    rng = random.Random(seed)
    codes, lists = sorted(units.paths), {}
    for number in range(14):
        listed = set(rng.sample(codes, rng.choice([35, 60, 200])))
        if number % 2 and lists:
            listed = set(rng.choice(list(lists.values())))
            for code in rng.sample(sorted(listed), rng.randrange(0, max(1, len(listed) // 6))):
                listed.discard(code)
        service = make_service(f"random-{seed}-{number}")
        list_places(service, country, sorted(listed))
        lists[service.pk] = listed
    today = timezone.localdate()

    def alike(one, other):
        return len(lists[one] & lists[other]) / len(lists[one] | lists[other]) >= 0.9

    groups = {pk: {pk} for pk in lists}
    for one in lists:
        for other in lists:
            if one < other and alike(one, other) and len(lists[other]) >= 30 and len(lists[one]) >= 30:
                joined = groups[one] | groups[other]
                for member in joined:
                    groups[member] = joined
    expected = sorted({tuple(sorted(group)) for group in groups.values() if len(group) > 1})
    assert [tuple(group) for group in near_equal(today, load_units(today))] == expected


@pytest.mark.slow
def test_signals_of_fifty_services_cost_as_many_queries_as_those_of_two(
    country, units, django_assert_num_queries
):
    rng = random.Random(5)
    services = [make_service(nationwide_claimed=True) for _ in range(50)]
    codes = rng.sample(sorted(units.paths), 130)
    for service in services:
        list_places(service, country, codes)
        make_hotline(service, "4000000000")
    with change_set() as changes:  # from then on a process keeps what it has read of brands and regions
        changes.add("release", "test", "create", None, {})
    of_services(services[:1])
    for asked in (services[:2], services):
        # the rules of the fifty are loaded by then: one query less, however many services are asked
        with django_assert_num_queries(10 if len(asked) == 2 else 9):
            found = of_services(asked)
        assert {tuple(sorted(set(signals.codes()))) for signals in found.values()} == {
            tuple(sorted({*CLAIM_CODES, "nationwide_not_listed", "scattered_list", "list_like_other_brand"}))
        }


@pytest.mark.slow
def test_regions_and_rules_are_read_as_of_the_day(country, units):
    service = make_service(nationwide_claimed=True)
    list_places(service, country, ["510322"])
    CoverageRule.objects.update(valid_to="2021-01-01")
    Region.objects.filter(code="510322").update(valid_from="1981-01-01")
    assert of_service(service).codes() == []
    assert of_service(service, timezone.datetime(2020, 6, 1).date()).codes() == ["nationwide_not_listed"]
