"""Signals about numbers and claims: what page A shows, what a recorded fact explains, and what a check changes."""

import datetime

import pytest
from django.utils import timezone, translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from regions.choices import VerificationMethod, VerificationResult
from regions.lookup.numbers import whose_number
from regions.models import Brand, Organization, Source, Verification
from regions.models.base import today
from regions.services.verifications import record_verification
from regions.signals import Claims, SignalCode, of_brands, of_numbers, of_service
from regions.signals.printing import groupings, print_signals
from regions.tests.factories import make_hotline, make_rules, make_service, make_source

pytestmark = pytest.mark.django_db
NUMBER = "4001865909"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def about(hotline, on=None):
    on = on or today()
    return of_numbers(Claims.load([hotline.number_id], on), [hotline.number])[hotline.number_id]


def confirm(hotline, day=None, result=VerificationResult.CONFIRMED, **fields):
    fields.setdefault("source", make_source(kind="official_site"))
    return record_verification(
        hotline=hotline, method=VerificationMethod.OFFICIAL_SITE, result=result, checked_on=day, **fields
    )


@pytest.fixture
def page_a():
    """Page A's claim: one number, ten mentions, fourteen names, (1) and (2)."""
    return make_hotline(
        make_service("cabinets", brand="page-a"),
        NUMBER,
        labels=[f"名称{number}" for number in range(14)],
        mentions=10,
        spellings=["400-1865-909(点击咨询)", "(1)400-1865-909(点击咨询)(2)400-1865-909(点击咨询)"],
    )


def test_page_a_alone(page_a):
    signals = about(page_a).standing
    assert [signal.code for signal in signals] == ["never_verified", "several_labels", "list_marks"]
    assert signals[1].figures == {"labels": 14, "mentions": 10}
    assert signals[2].figures == {"marks": ["1", "2"], "mentions": 10}
    assert {record.key for signal in signals for record in signal.records} == {"cabinets:4001865909"}


@pytest.mark.slow
def test_a_second_brand_makes_it_shared_everywhere(page_a):
    other = make_hotline(make_service("ovens", brand="page-b"), NUMBER)
    shared = about(page_a).standing[0]
    assert shared.code == SignalCode.NUMBER_SHARED
    assert shared.figures == {"brands": 2, "unrelated_groups": 2, "services": 2, "mentions": 11}
    assert [record.key for record in shared.records] == ["cabinets:4001865909", "ovens:4001865909"]
    assert shared.explanation == "4001865909 is listed for 2 brands: 示例 page-a、示例 page-b."
    for service in (page_a.service, other.service):
        assert "number_shared" in of_service(service).codes()
    brands = of_brands(Brand.objects.all())
    assert all(signals.standing[0] == shared for signals in brands.values())


@pytest.mark.parametrize("how", ["owners", "operators", "owner and operator"])
def test_a_common_owner_or_operator_explains_sharing(page_a, how):
    other = make_hotline(make_service("ovens", brand="page-b"), NUMBER)
    organization = Organization.objects.create(slug="centre", name="示例服务中心")
    for hotline, by_owner in ((page_a, how != "operators"), (other, how == "owners")):
        record = hotline.service.brand if by_owner else hotline.service
        setattr(record, "owner" if by_owner else "operator", organization)
        record.save()
    signals = about(page_a)
    assert "number_shared" not in signals.codes()
    [silenced] = signals.silenced
    assert (silenced.code, silenced.silenced_by) == (
        "number_shared",
        "On record as owner or operator: 示例服务中心.",
    )


def test_a_third_brand_without_the_operator_is_still_shared(page_a):
    organization = Organization.objects.create(slug="centre", name="示例服务中心")
    page_a.service.operator = organization
    page_a.service.save()
    make_hotline(make_service("ovens", brand="page-b", operator=organization), NUMBER)
    make_hotline(make_service("fans", brand="page-c"), NUMBER)
    assert about(page_a).standing[0].figures["unrelated_groups"] == 2


def test_different_owners_are_no_explanation(page_a):
    for slug, service in (("one", page_a.service), ("two", make_service("ovens", brand="page-b"))):
        service.operator = Organization.objects.create(slug=slug, name=slug)
        service.save()
    make_hotline(service, NUMBER)
    assert about(page_a).codes()[0] == "number_shared"


def test_two_services_of_one_brand_share_nothing(page_a):
    make_hotline(make_service("ovens", brand="page-a"), NUMBER)
    assert "number_shared" not in about(page_a).codes()


def test_a_refuted_claim_no_longer_shares(page_a):
    other = make_hotline(make_service("ovens", brand="page-b"), NUMBER)
    confirm(other, result=VerificationResult.REFUTED)
    assert "number_shared" not in about(page_a).codes()


@pytest.mark.slow
def test_a_number_that_moved(page_a):
    former = make_hotline(make_service("ovens", brand="page-b"), NUMBER, valid_to="2025-06-30")
    page_a.valid_from = datetime.date(2025, 12, 30)
    page_a.save()
    signals = {signal.code: signal for signal in about(page_a).standing}
    assert "number_shared" not in signals
    moved = signals[SignalCode.NUMBER_MOVED]
    assert moved.figures == {"ended_on": "2025-06-30", "brands_before": 1}
    assert moved.explanation == "4001865909 belonged to 示例 page-b until 2025-06-30."
    assert "number_moved" in of_service(page_a.service).codes()
    before = about(page_a, datetime.date(2025, 6, 1)).standing  # the new claim had not begun
    assert [(signal.code, signal.subject.key) for signal in before] == [("never_verified", former.key)]
    assert [s.subject.key for s in about(former).standing if s.code == "number_moved"] == [page_a.key]
    organization = Organization.objects.create(slug="centre", name="示例服务中心")
    Brand.objects.update(owner=organization)
    assert "number_moved" not in about(page_a).codes()
    assert about(page_a).silenced[0].silenced_by == "On record as owner or operator: 示例服务中心."


def test_a_number_without_a_later_sighting_has_not_moved(page_a):
    make_hotline(make_service("ovens", brand="page-b"), NUMBER, valid_to="2025-06-30")
    assert "number_moved" not in about(page_a).codes()
    Source.objects.create(slug="page", title="页面", kind="web_page", fetched_at=timezone.now())
    page_a.source = Source.objects.get()
    page_a.save()
    assert "number_moved" in about(page_a).codes()


@pytest.mark.slow
def test_a_check_ends_never_verified_and_expires_on_its_day(page_a):
    day = today() - datetime.timedelta(days=10)
    confirm(page_a, day, expires_on=today())
    assert "never_verified" not in about(page_a).codes()
    [expired] = [s for s in about(page_a).standing if s.code == "verification_expired"]
    assert expired.figures["days_since_expiry"] == 0
    assert "verification_expired" not in about(page_a, today() - datetime.timedelta(days=1)).codes()
    assert "never_verified" in about(page_a, day - datetime.timedelta(days=1)).codes()


def test_an_inconclusive_check_verifies_nothing(page_a):
    confirm(page_a, result=VerificationResult.INCONCLUSIVE)
    assert "never_verified" in about(page_a).codes()


@pytest.mark.slow
@pytest.mark.parametrize("which", ["claim", "check"])
def test_a_source_that_changed_since_the_check(page_a, which):
    source = make_source(kind="official_site")
    page_a.source = source if which == "claim" else None
    page_a.save()
    confirm(page_a, source=source if which == "check" else make_source(kind="official_site"))
    assert "source_changed" not in about(page_a).codes()
    source.changed_at = timezone.now()
    source.save()
    [changed] = [s for s in about(page_a).standing if s.code == "source_changed"]
    assert [record.key for record in changed.records] == [source.slug]
    confirm(page_a, source=source if which == "check" else make_source(kind="official_site"))
    assert "source_changed" not in about(page_a).codes()


@pytest.mark.slow
def test_the_brands_confirmed_number_is_another(page_a):
    official = make_hotline(page_a.service, "4000000001")
    confirm(official)
    [differs] = [s for s in about(page_a).standing if s.code == "confirmed_number_differs"]
    assert differs.figures == {"confirmed_numbers": ["4000000001"]}
    assert differs.explanation == "The confirmed number of 示例 page-a is 4000000001."
    assert "confirmed_number_differs" not in about(official).codes()
    confirm(page_a)
    assert "confirmed_number_differs" not in about(page_a).codes()


def test_numbers_for_different_places_do_not_contradict(page_a, make_regions):
    regions = make_regions("440000", "510000")
    page_a.region = regions["440000"]
    page_a.save()
    confirm(make_hotline(page_a.service, "4000000001", region=regions["510000"]))
    assert "confirmed_number_differs" not in about(page_a).codes()


def test_another_brands_confirmed_number_is_nothing_to_this_brand(page_a):
    confirm(make_hotline(make_service(), "4000000001"))
    assert "confirmed_number_differs" not in about(page_a).codes()


@pytest.mark.slow
def test_several_groupings_within_one_claim_or_across_brands(page_a):
    assert "several_groupings" not in about(page_a).codes()
    make_hotline(
        make_service("ovens", brand="page-a"),
        NUMBER,
        spellings=["400-186-5909", "4001865909", "+86 400-1865-909"],
    )
    [found] = [s for s in about(page_a).standing if s.code == "several_groupings"]
    assert found.figures == {"groupings": ["400-186-5909", "400-1865-909"]}


@pytest.mark.parametrize(
    ("spellings", "marks"),
    [
        (["400-1865-909", "客服:400-1865-909"], []),
        (["(1)400-1865-909"], []),
        (["(1)400-1865-909", "(2)400-1865-909"], ["1", "2"]),
        (["①400-1865-909 ②400-1865-909"], ["1", "2"]),
        (["1、400-1865-909;2、400-1865-909"], ["1", "2"]),
        (["(1)400-1865-909(2)400-000-0001"], []),
        (["400-1865-909转1", "400-1865-909转2"], []),
        (["NUL 😀 400-1865-909", "……"], []),
    ],
)
def test_list_marks(spellings, marks):
    hotline = make_hotline(make_service(), NUMBER, spellings=spellings)
    found = [s.figures["marks"] for s in about(hotline).standing if s.code == "list_marks"]
    assert found == ([marks] if marks else [])


def test_three_names_for_one_number_are_ordinary():
    hotline = make_hotline(make_service(), NUMBER, labels=["客服热线", "售后电话", "报修电话"])
    assert about(hotline).codes() == ["never_verified"]


def test_an_ended_claim_raises_nothing_about_itself(page_a):
    page_a.valid_to = today()
    page_a.save()
    assert about(page_a).codes() == []


def test_explanations_are_in_the_readers_language(page_a):
    with translation.override("zh-hans"):
        for signal in about(page_a).standing:
            assert signal.explanation


def test_verifications_are_never_rewritten(page_a):
    check = confirm(page_a)
    with pytest.raises(TypeError):
        check.save()
    with pytest.raises(TypeError):
        check.delete()
    assert Verification.objects.count() == 1


pieces = st.sampled_from(
    ["400", "-", "1865", "909", "4001865909", "(1)", "②", "(", "转", "1", " ", "😀", "\x00", "—", "客服"]
)
spellings = st.lists(st.lists(pieces, max_size=9).map("".join) | st.text(max_size=30), max_size=4)


@pytest.mark.slow
@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spellings=spellings)
def test_no_spelling_breaks_a_signal(page_a, spellings):
    page_a.spellings = spellings
    for signal in [*print_signals(page_a), *groupings([page_a])]:
        assert signal.figures
        assert signal.explanation


@pytest.mark.slow
@hypothesis_settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.lists(pieces, max_size=9).map("".join) | st.text(max_size=40))
def test_no_text_breaks_the_question(page_a, text):
    answer = whose_number(text)
    assert (answer.reading is None) <= bool(answer.reason)
    assert bool(answer.claims) == (answer.canonical == NUMBER)


@pytest.mark.parametrize(
    ("number", "include", "exclude", "elsewhere"),
    [
        ("08132100000", ["510300"], [], False),  # 自贡 rings and is served
        ("08132100000", ["510322"], [], False),  # a county of it is
        ("08132100000", ["510000"], [], False),  # the province
        ("08132100000", ["100000"], [], False),
        ("08132100000", ["440000"], [], True),  # only 广东
        ("08132100000", ["510000"], ["510300"], True),  # the province without it
        ("08132100000", ["510000", "510322"], ["510300"], False),  # but one of its counties
        ("08132100000", ["440000"], ["510300"], True),
        ("4000000001", ["440000"], [], False),  # rings nowhere in particular
        ("13800138000", ["440000"], [], False),
        ("08132100000", [], [], False),  # no list says nothing
    ],
)
def test_a_local_number_rings_where_the_service_is(make_regions, number, include, exclude, elsewhere):
    regions = make_regions("510322", "440000")
    claim = make_hotline(make_service("repair"), number)
    make_rules(claim.service, [regions[code] for code in include], [regions[code] for code in exclude])
    for signals in (about(claim), of_service(claim.service)):
        assert ("rings_elsewhere" in signals.codes()) == elsewhere
    if elsewhere:
        [signal] = [one for one in signals.standing if one.code == "rings_elsewhere"]
        assert signal.figures["rings_in"] == ["510300"]
        assert [record.key for record in signal.records] == ["repair"]
        claim.valid_to = today()
        claim.valid_from = today() - datetime.timedelta(days=9)
        claim.save()
        assert "rings_elsewhere" not in about(claim).codes()
