"""From names to the regions that answer for them, on the day that is asked about."""

import datetime

import pytest
from django.utils import translation

from regions.lookup import find_by_text, successors_of
from regions.models import Region, Succession

TODAY = datetime.date(2026, 11, 21)


def codes(place) -> list[str]:
    return [region.key for region in place.regions]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def regions(make_regions):
    return make_regions(
        "330104", "330103", "330110", "330113", "420600", "511400", "500103", "510200", "371200"
    )


def test_a_former_name_is_the_division_itself_while_it_lived(regions):
    place = find_by_text("江干区", datetime.date(2020, 6, 1))
    assert (place.state, codes(place)) == ("ok", ["330104@1981-01-01"])
    assert codes(find_by_text("江干区", TODAY)) == ["330102", "330114"]
    assert codes(find_by_text("襄樊市", datetime.date(2005, 1, 1))) == ["420600@1981-01-01"]


def test_a_name_of_today_is_followed_back_within_its_code(regions):
    place = find_by_text("襄阳市", datetime.date(2005, 1, 1))
    assert (place.state, codes(place)) == ("ok", ["420600@1981-01-01"])


def test_a_name_never_means_another_place_that_once_had_the_code(regions):
    """511400 was 涪陵市 until 1997 and is 眉山市 since 2000."""
    for day in (datetime.date(1996, 1, 1), datetime.date(1998, 1, 1)):
        place = find_by_text("眉山市", day)
        assert (place.state, place.regions) == ("unknown_region", [])
        assert "眉山市" in place.detail and "did not exist" in place.detail


def test_a_list_leaves_out_what_did_not_exist_and_says_so(regions):
    place = find_by_text("余杭区、临平区", datetime.date(2015, 1, 1))
    assert codes(place) == ["330110"]
    assert "临平区" in place.detail and "did not exist" in place.detail


def test_a_list_with_a_former_name_drops_nothing(regions):
    place = find_by_text("江干区、余杭区", TODAY)
    assert (place.state, codes(place)) == ("several", ["330102", "330114", "330110"])
    assert "abolished" in place.detail
    place = find_by_text("江干区、下城区", datetime.date(2020, 6, 1))
    assert codes(place) == ["330104@1981-01-01", "330103@1981-01-01"]


def test_a_list_with_an_unknown_name_is_answered_for_the_rest(regions):
    place = find_by_text("余杭区、无此区", TODAY)
    assert (place.state, codes(place)) == ("partial", ["330110"])
    assert "无此区" in place.detail


def test_a_current_place_under_a_former_parent(regions):
    place = find_by_text("四川省重庆市渝中区", TODAY)
    assert (place.state, codes(place)) == ("historical", ["500103"])
    assert find_by_text("四川省重庆市渝中区", datetime.date(1990, 1, 1)).regions == []


def test_one_place_is_not_called_several(regions):
    place = find_by_text("全国", TODAY)
    assert (place.state, place.detail, codes(place)) == ("ok", "", ["100000"])
    assert find_by_text("浙江省除杭州外", TODAY).detail == "What it excludes is not asked about."


def test_of_two_ways_to_a_successor_the_larger_share_counts(regions):
    """371200 莱芜市 as if it had gone in part directly and, larger, by another way into one closed life."""
    old, middle, new = regions["371200@"], regions["330104@"], regions["420600"]
    Succession.objects.all().delete()
    by_the_way = regions["330103@"]
    rows = [(old, middle, "part"), (old, by_the_way, "whole"), (middle, regions["511400@"], "whole")]
    rows += [(by_the_way, regions["511400@"], "whole"), (regions["511400@"], new, "whole")]
    for one, other, share in rows:
        Succession.objects.create(old=one, new=other, share=share, kind="merge", date="2000-01-01")
    assert [(found.region, found.share) for found in successors_of(Region.objects.get(pk=old.pk))] == [
        (new, "whole")
    ]


@pytest.mark.parametrize("text", ["宝安区民治街道", "深圳市宝安区民治街道", "宝安区观澜街道"])
def test_a_street_of_the_district_beside_it_is_asked_about(make_regions, text):
    make_regions("440306", "440309", "440311")
    place = find_by_text(text, TODAY)
    assert (place.state, place.regions) == ("ambiguous", [])
    assert {region.key for region in place.candidates} == {"440306", "440309"}
    assert place.unread in text
