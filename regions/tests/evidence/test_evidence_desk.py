"""The evidence desk of the admin: queue, one-step checks, a number's page, decisions; and who may do what."""

import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import urlencode

from regions.choices import SourceKind, VerificationMethod
from regions.models import Brand, Change, Dispute, Hotline, Organization, Source, Verification
from regions.models.base import today
from regions.services.disputes import open_dispute
from regions.services.verifications import record_verification
from regions.tests.factories import make_disputed, make_hotline, make_rules, make_service, make_source

pytestmark = pytest.mark.django_db
NUMBER = "4001865909"
QUEUE = reverse("admin:regions_verification_queue")


@pytest.fixture
def hotline():
    return make_hotline(make_service("cabinets", brand="ours"), NUMBER)


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create_superuser("chief"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def keeper(client, hotline):
    """A browser of somebody who looks after the brand "ours" only."""
    user = User.objects.create_user("keeper", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="regions").exclude(codename="edit_all_brands")
    )
    hotline.service.brand.maintainers.add(user)
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def record_url(hotline):
    return reverse("admin:regions_verification_record", args=[hotline.pk])


def number_url(canonical=NUMBER):
    return reverse("admin:regions_verification_number", args=[canonical])


def dispute_url(dispute):
    return reverse("admin:regions_dispute_change", args=[dispute.pk])


def confirm(hotline, days_left=90, checked=60):
    return record_verification(
        hotline=hotline,
        method=VerificationMethod.CALL,
        result="confirmed",
        note="已致电",
        checked_on=today() - datetime.timedelta(days=checked),
        expires_on=today() + datetime.timedelta(days=days_left),
    )


def check_form(**fields):
    return {
        "method": "official_site",
        "result": "confirmed",
        "checked_on": today().isoformat(),
        "source": "",
        **fields,
    }


# --- The queue --------------------------------------------------------------------------------------------------


def listed(response):
    return [hotline.service.slug for hotline in response.context["page"].object_list]


@pytest.fixture
def waiting(hotline):
    """cabinets never checked; due in 20, 3, 0 days; disputed; refuted; ended."""
    hotlines = {
        name: make_hotline(make_service(name))
        for name in ("far", "month", "week", "gone", "told", "wrong", "ended")
    }
    for name, days, checked in (("far", 80, 10), ("month", 20, 70), ("week", 3, 87), ("gone", 0, 90)):
        confirm(hotlines[name], days, checked)
    make_disputed(hotlines["told"])
    record_verification(hotline=hotlines["wrong"], method="call", result="refuted", note="空号")
    Hotline.objects.filter(pk=hotlines["ended"].pk).update(valid_to=today())
    return hotlines


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("all", ["told", "cabinets", "gone", "week", "month", "far"]),
        ("disputed", ["told"]),
        ("reported", ["told"]),
        ("due_0", ["gone"]),
        ("due_7", ["gone", "week"]),
        ("due_30", ["gone", "week", "month"]),
        ("never", ["told", "cabinets"]),
    ],
)
@pytest.mark.slow
def test_disputed_on_top_then_longest_unchecked_first(desk, waiting, part, expected):
    response = desk.get(QUEUE, {"part": part})
    assert listed(response) == expected
    counts = {name: count for name, _title, count, _chosen in response.context["parts"]}
    assert counts[part] == len(expected)


def test_an_unknown_part_is_not_found(desk):
    assert desk.get(QUEUE, {"part": "nonsense"}).status_code == 404
    assert desk.get(QUEUE, {"p": "x"}).status_code == 200


@pytest.mark.slow
def test_the_queue_costs_the_same_for_few_and_for_many(desk, hotline):
    desk.get(QUEUE)
    with CaptureQueriesContext(connection) as few:
        desk.get(QUEUE)
    for _ in range(60):
        confirm(make_hotline(make_service(), source=make_source()))
    with CaptureQueriesContext(connection) as many:
        response = desk.get(QUEUE)
    assert len(many) == len(few)
    assert len(response.context["page"].object_list) == 50
    assert len(desk.get(QUEUE, {"p": "2"}).context["page"].object_list) == 11


def test_a_maintainer_sees_the_queue_of_their_brands(keeper, waiting):
    assert listed(keeper.get(QUEUE)) == ["cabinets"]


# --- One step to record a check ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_one_step_records_a_check_with_a_new_source_and_leads_back(desk, hotline):
    page = desk.get(record_url(hotline), {"back": f"{QUEUE}?part=never"})
    assert page.context["back"] == f"{QUEUE}?part=never"
    data = check_form(
        new_title="官网联系我们",
        new_url="https://brand.example.com/contact",
        note="页脚",
        back=f"{QUEUE}?part=never",
    )
    response = desk.post(record_url(hotline), data)
    assert response.url == f"{QUEUE}?part=never"
    check = Verification.objects.get()
    assert (check.result, check.note, check.checked_by.username) == ("confirmed", "页脚", "chief")
    assert (check.source.title, check.source.kind, check.source.url) == (
        "官网联系我们",
        "official_site",
        "https://brand.example.com/contact",
    )
    assert Hotline.objects.with_status().get().status == "verified"
    assert set(Change.objects.values_list("kind", "reason")) == {
        ("source", "页脚"),
        ("verification", "页脚"),
        ("hotline", "页脚"),
    }
    assert Change.objects.values("changeset").distinct().count() == 1


@pytest.mark.slow
def test_a_source_on_file_will_do_and_two_new_ones_get_two_slugs(desk, hotline):
    source = make_source(kind="official_site")
    desk.post(record_url(hotline), check_form(source=source.pk))
    assert Verification.objects.get().source == source
    for _ in range(2):
        desk.post(record_url(hotline), check_form(new_title="官网"))
    assert Source.objects.filter(title="官网").values("slug").distinct().count() == 2


BAD = {
    "nothing to compare with": {},
    "both sources": {"new_title": "官网", "source": "SOURCE"},
    "an address without a title": {"new_url": "https://brand.example.com/"},
    "tomorrow": {
        "new_title": "官网",
        "checked_on": (datetime.date.today() + datetime.timedelta(days=3)).isoformat(),
    },
    "no day": {"new_title": "官网", "checked_on": "yesterday"},
    "a call without a note": {"method": "call"},
    "by machine": {"method": "machine", "new_title": "官网"},
    "by dispute": {"method": "dispute"},
    "no result": {"result": "", "new_title": "官网"},
    "NUL": {"new_title": "官\x00网"},
    "endless": {"new_title": "官网", "note": "长" * 301},
}


@pytest.mark.parametrize("fields", BAD.values(), ids=BAD.keys())
@pytest.mark.slow
def test_a_bad_check_says_why_and_leaves_nothing(desk, hotline, fields):
    source = make_source()
    data = check_form(**{name: source.pk if value == "SOURCE" else value for name, value in fields.items()})
    response = desk.post(record_url(hotline), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert (Verification.objects.count(), Source.objects.count(), Change.objects.count()) == (0, 1, 0)


COMPARED = ("official_site", "authority")
PAGE = "https://www.example.com/service/"


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind.value for kind in SourceKind])
@pytest.mark.parametrize("method", [*COMPARED, "call", "document"])
def test_what_a_check_is_compared_with_is_of_its_kind_and_not_where_the_claim_comes_from(
    desk, hotline, method, kind
):
    own, other = make_source(kind=kind, url=PAGE), make_source(kind=kind, url="https://example.com/other")
    same = make_source(kind=kind, url="http://example.com/service#top")
    Hotline.objects.update(source=own)

    def taken(result, **fields):
        data = check_form(method=method, result=result, note="听到", **fields)
        return desk.post(record_url(hotline), data).status_code == 302

    fits = method not in COMPARED or kind == method
    assert taken("confirmed", source=other.pk) == fits
    assert taken("refuted", source=own.pk) == fits, "what its own page no longer says is no circle"
    by_call = method == "call"
    for source in (own, same):
        assert taken("confirmed", source=source.pk) == by_call, source
    assert taken("confirmed", new_title="官网", new_url=PAGE) == by_call
    assert taken("confirmed", new_title="官网", new_url=f"{PAGE}contact")
    refused = desk.post(record_url(hotline), check_form(method="authority", source=own.pk))
    assert own.title in refused.content.decode()


@pytest.mark.parametrize("method", ["official_site", "document"])
def test_one_page_confirms_nothing_of_itself_however_its_address_is_written(hotline, method):
    own = make_source(kind="official_site", url="https://www.example.com/service/a%20b/?id=7&lang=zh")
    Hotline.objects.update(source=own)
    hotline.refresh_from_db()
    one_page = [
        "http://EXAMPLE.com:80/service/a b?lang=zh&id=7",
        "https://www.example.com:443//service//a%20b/index.html?id=7&lang=zh#top",
        "https://user@example.com./x/../service/./%61%20b/?id=7&from=timeline&lang=zh&isappinstalled=0",
        "https://example.com/service/a%20b?utm_source=x&UTM_Medium=y&id=7&lang=zh&spm=a.1&gclid=3&_t=5",
        "https://example.com/service/a%20b",  # what only one of them asks for is hung on to it
    ]
    others = [
        "https://example.com/service/a%20b?id=8&lang=zh",
        "https://example.com/service/A%20b?id=7&lang=zh",
        "https://shop.example.com/service/a%20b?id=7&lang=zh",
        "https://example.com:8443/service/a%20b?id=7&lang=zh",
        "",
    ]
    taken = []
    for url in [*one_page, *others]:
        source = make_source(kind="official_site", url=url)
        try:
            record_verification(hotline=hotline, method=method, result="confirmed", source=source)
            taken.append(url)
        except ValidationError as error:
            assert own.title in str(error)
    assert taken == others


WEBSITES = {
    # (website of the brand, of its owner, of another brand), address of the source → taken
    ("", "", "", "https://ours.example.com/x"): True,
    ("", "", "https://other.example.com", "https://other.example.com/contact"): False,
    ("", "", "https://www.other.example.com/", "https://service.other.example.com/contact"): False,
    ("https://ours.example.com", "", "", "https://ours.example.com/contact"): True,
    ("https://www.ours.example.com", "", "", "https://service.ours.example.com/contact"): True,
    ("https://ours.example.com", "", "", "https://elsewhere.example.org/contact"): False,
    ("", "https://owner.example.com", "", "https://owner.example.com/brands/ours"): True,
    ("https://ours.example.com", "https://owner.example.com", "", "https://owner.example.com/"): True,
    ("https://one.example.com", "", "https://one.example.com", "https://one.example.com/both"): True,
    ("https://ours.example.com", "", "", ""): True,
}


@pytest.mark.slow
@pytest.mark.parametrize(("sites", "taken"), WEBSITES.items(), ids=[" ".join(sites) for sites in WEBSITES])
def test_the_official_site_of_another_brand_proves_nothing(desk, hotline, sites, taken):
    """Neither one on file nor one that is put on file with the check; what owner and operator publish is the brand's own."""
    brand, website, owner, other, url = hotline.service.brand, *sites
    Brand.objects.create(slug="other", name="别的牌子", website=other)
    organization = Organization.objects.create(slug="owner", name="业主", url=owner)
    Brand.objects.filter(pk=brand.pk).update(website=website, owner=organization)
    source = make_source(kind="official_site", url=url)
    for fields in ({"source": source.pk}, {"new_title": "官网", "new_url": url}):
        answer = desk.post(record_url(hotline), check_form(**fields))
        assert (answer.status_code == 302) == taken, fields
        assert taken or "put it on file as the website" in answer.content.decode()


@pytest.mark.slow
def test_a_site_on_which_records_of_others_alone_rest_proves_nothing(desk, hotline):
    theirs = make_source(kind="official_site")
    other = make_hotline(make_service("ovens", brand="ovens"), "4001860000", source=theirs)
    answer = desk.post(record_url(hotline), check_form(source=theirs.pk))
    assert answer.status_code == 200 and str(other.service.brand) in answer.content.decode()
    assert not Verification.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize("part", ["all", "due_30", "never"])
def test_one_works_through_a_part_of_the_queue_one_after_the_other(desk, waiting, part):
    order = listed(desk.get(QUEUE, {"part": part}))
    queue = f"{QUEUE}?part={part}"
    address = f"{record_url(desk.get(queue).context['page'].object_list[0])}?{urlencode({'part': part, 'back': queue})}"
    seen: list[str] = []
    while address != queue:
        page = desk.get(address)
        seen.append(page.context["hotline"].service.slug)
        assert len(seen) <= len(order)
        data = check_form(method="call", note="听到", part=part, back=queue, next="1")
        address = page.context["onwards"] if len(seen) == 2 else desk.post(address, data).url
        address = address or queue
    assert seen == order
    skipped = order[1]
    left = listed(desk.get(queue))
    assert left[0] == skipped if part == "due_30" else skipped in left
    assert desk.get(record_url(next(iter(waiting.values()))), {"part": "nonsense"}).status_code == 404


@pytest.mark.slow
def test_the_next_is_checked_by_the_same_method_and_the_page_says_what_to_ask(desk, hotline):
    second = make_hotline(make_service("ovens"), "4001860000")
    Brand.objects.filter(slug="ours").update(name="海尔")
    page = desk.get(record_url(hotline), {"part": "all", "back": QUEUE, "method": "call"})
    assert "海尔" in " ".join(page.context["script"]) and NUMBER in page.context["script"][0]
    data = check_form(method="call", note="听到", part="all", back=QUEUE)
    after = desk.post(record_url(hotline), data | {"next": "1"}).url
    assert after.startswith(record_url(second)) and "method=call" in after
    assert desk.get(after).context["form"]["method"].value() == "call"
    assert desk.post(record_url(second), data).url == QUEUE


@pytest.mark.slow
def test_back_leads_nowhere_else(desk, hotline):
    for away in ("https://evil.example.com/", "//evil.example.com", "javascript:alert(1)"):
        response = desk.post(record_url(hotline), check_form(new_title="官网", back=away))
        assert response.url == number_url()


def test_a_maintainer_records_for_their_brands_only(keeper, hotline):
    assert keeper.post(record_url(hotline), check_form(new_title="官网")).status_code == 302
    other = make_hotline(make_service("theirs"), NUMBER)
    assert keeper.get(record_url(other)).status_code == 403
    assert keeper.post(record_url(other), check_form(new_title="官网")).status_code == 403
    assert Verification.objects.filter(hotline=other).count() == 0


@pytest.mark.parametrize("url", [QUEUE, number_url(), reverse("admin:regions_verification_record", args=[1])])
def test_strangers_are_asked_to_log_in_and_staff_without_rights_are_refused(client, hotline, url):
    assert client.get(url).status_code == 302
    client.force_login(User.objects.create_user("new", is_staff=True))
    assert client.get(url).status_code in (403, 404)


def test_verifications_are_read_only(desk, hotline):
    check = confirm(hotline)
    change = reverse("admin:regions_verification_change", args=[check.pk])
    assert desk.get(change).status_code == 200
    assert desk.post(change, {"note": "改"}).status_code == 403
    assert desk.get(reverse("admin:regions_verification_add")).status_code == 403
    assert (
        desk.post(reverse("admin:regions_verification_delete", args=[check.pk]), {"post": "yes"}).status_code
        == 403
    )


# --- The number's page ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_all_claims_stand_side_by_side_with_the_signals(desk, hotline):
    other = make_hotline(make_service("ovens", brand="other"), NUMBER, labels=["厂家售后"])
    confirm(make_hotline(other.service, "4000000001"))
    open_dispute(hotline=other, reason="wrong_number")
    page = desk.get(number_url()).content.decode()
    for text in (
        "服务 cabinets",
        "服务 ovens",
        "厂家售后",
        "number shared by unrelated brands",
        "4000000001",
        "the number belongs to someone else",
    ):
        assert text in page, text
    assert dispute_url(Dispute.objects.get()) in page
    organization = Organization.objects.create(slug="centre", name="示例服务中心")
    Brand.objects.update(owner=organization)
    assert (
        "explained: On record as owner or operator: 示例服务中心." in desk.get(number_url()).content.decode()
    )


@pytest.mark.slow
def test_the_numbers_page_costs_the_same_for_few_and_for_many(desk, hotline):
    confirm(make_hotline(make_service(), NUMBER, source=make_source()))
    desk.get(number_url())  # what is kept of a number is read by then
    with CaptureQueriesContext(connection) as few:
        desk.get(number_url())
    for _ in range(20):
        confirm(make_hotline(make_service(), NUMBER, source=make_source()))
    desk.get(number_url())
    with CaptureQueriesContext(connection) as many:
        assert desk.get(number_url()).status_code == 200
    assert len(many) == len(few)


@pytest.mark.parametrize("canonical", ["4000000000", "400-1865-909", "hello", "😀"])
def test_a_number_that_is_not_on_file(desk, hotline, canonical):
    assert desk.get(number_url(canonical)).status_code == 404


@pytest.mark.slow
def test_a_maintainer_sees_all_claims_and_checks_their_own(keeper, hotline):
    other = make_hotline(make_service("theirs"), NUMBER)
    page = keeper.get(number_url()).content.decode()
    assert "服务 theirs" in page
    assert record_url(hotline) in page
    assert record_url(other) not in page


@pytest.mark.slow
def test_pages_of_numbers_and_hotlines_lead_here(desk, hotline):
    assert QUEUE in desk.get(reverse("admin:index")).content.decode()
    number = desk.get(reverse("admin:regions_phonenumber_change", args=[hotline.number_id])).content.decode()
    assert number_url() in number
    page = desk.get(reverse("admin:regions_hotline_change", args=[hotline.pk])).content.decode()
    assert record_url(hotline) in page


# --- Disputes ---------------------------------------------------------------------------------------------------


@pytest.fixture
def dispute(hotline):
    statement = "<script>alert(1)</script>😀"
    return open_dispute(
        hotline=hotline,
        reason="wrong_number",
        statement=statement,
        evidence_url="https://example.com/?a=1&b=2",
    ).dispute


def test_a_decision_states_its_reason(desk, dispute, hotline):
    response = desk.post(dispute_url(dispute), {"new_state": "upheld", "new_decision": "官方书面否认"})
    assert response.status_code == 302
    dispute.refresh_from_db()
    assert (dispute.state, dispute.decision, dispute.decided_by.username) == (
        "upheld",
        "官方书面否认",
        "chief",
    )
    assert Hotline.objects.with_status().get().status == "refuted"
    assert set(Change.objects.filter(actor__username="chief").values_list("kind", "reason")) == {
        ("dispute", "官方书面否认"),
        ("hotline", "官方书面否认"),
        ("verification", "官方书面否认"),
    }


@pytest.mark.parametrize(
    "data",
    [
        {"new_state": "upheld", "new_decision": " "},
        {"new_state": "upheld"},
        {"new_decision": "有理"},
        {"new_state": "open", "new_decision": "有理"},
        {"new_state": "upheld", "new_decision": "长" * 301},
        {"new_state": "upheld", "new_decision": "a\x00b"},
    ],
)
@pytest.mark.slow
def test_without_a_decision_or_a_reason_nothing_is_decided(desk, dispute, data):
    assert desk.post(dispute_url(dispute), data).status_code == 200
    dispute.refresh_from_db()
    assert (dispute.state, Verification.objects.count()) == ("open", 0)


def test_the_report_itself_cannot_be_edited_and_shows_its_words_as_text(desk, dispute):
    page = desk.get(dispute_url(dispute)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;😀" in page
    assert 'href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer"' in page
    desk.post(
        dispute_url(dispute),
        {"statement": "改", "reports": "99", "new_state": "rejected", "new_decision": "已核实"},
    )
    dispute.refresh_from_db()
    assert (dispute.statement, dispute.reports, dispute.state) == (
        "<script>alert(1)</script>😀",
        1,
        "rejected",
    )


@pytest.mark.slow
def test_a_decided_dispute_is_only_shown(desk, dispute):
    desk.post(dispute_url(dispute), {"new_state": "rejected", "new_decision": "已核实"})
    assert "已核实" in desk.get(dispute_url(dispute)).content.decode()
    refused = desk.post(dispute_url(dispute), {"new_state": "upheld", "new_decision": "改主意"})
    assert refused.context["adminform"].form.non_field_errors() and not refused.context["show_save"]
    dispute.refresh_from_db()
    assert (dispute.state, dispute.decision) == ("rejected", "已核实")
    assert desk.get(reverse("admin:regions_dispute_add")).status_code == 403
    assert (
        desk.post(reverse("admin:regions_dispute_delete", args=[dispute.pk]), {"post": "yes"}).status_code
        == 403
    )


def test_a_maintainer_decides_about_their_brands_only(keeper, dispute, make_regions):
    [rule] = make_rules(make_service("theirs"), include=[make_regions("510322")["510322"]])
    other = open_dispute(rule=rule, reason="not_covered").dispute
    listing = keeper.get(reverse("admin:regions_dispute_changelist")).content.decode()
    assert dispute.reference in listing
    assert other.reference not in listing
    keeper.post(dispute_url(other), {"new_state": "rejected", "new_decision": "不是我的"})
    other.refresh_from_db()
    assert other.state == "open"
    assert (
        keeper.post(dispute_url(dispute), {"new_state": "rejected", "new_decision": "已核实"}).status_code
        == 302
    )
    dispute.refresh_from_db()
    assert dispute.state == "rejected"


def test_a_dispute_about_a_rule_names_service_and_region(desk, make_regions):
    [rule] = make_rules(make_service("cabinets"), include=[make_regions("510322")["510322"]])
    dispute = open_dispute(rule=rule, reason="not_covered").dispute
    assert "服务 cabinets · 四川省/自贡市/富顺县" in desk.get(dispute_url(dispute)).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(desk, dispute, hotline, language):
    confirm(hotline)
    pages = [QUEUE, number_url(), record_url(hotline), dispute_url(dispute)]
    for url in pages:
        assert desk.get(url, HTTP_ACCEPT_LANGUAGE=language).status_code == 200
    page = desk.get(QUEUE, HTTP_ACCEPT_LANGUAGE=language).content.decode()
    assert ("待核实" in page) == (language == "zh-hans")


@pytest.mark.slow
@pytest.mark.parametrize("screen", ["list", "queue", "record", "number", "service"])
def test_every_screen_that_shows_a_number_says_its_limit_and_its_days(screen, desk, hotline, make_regions):
    region = make_regions("510000")["510000"]
    Hotline.objects.filter(pk=hotline.pk).update(
        region=region, valid_from="2026-01-01", valid_to=today() + datetime.timedelta(days=10)
    )
    address = {
        "list": reverse("admin:regions_hotline_changelist"),
        "queue": QUEUE,
        "record": record_url(hotline),
        "number": number_url(),
        "service": reverse("admin:regions_service_change", args=[hotline.service_id]),
    }[screen]
    last = today() + datetime.timedelta(days=9)
    assert f"only for 四川省; from 2026-01-01 on; until {last}" in desk.get(address).content.decode()
    with CaptureQueriesContext(connection) as few:
        desk.get(address)
    for number in range(6):
        make_hotline(hotline.service, f"400800000{number}", region=region)
        if screen == "number":
            make_hotline(make_service(f"more-{number}", brand="ours"), NUMBER, region=region)
    with CaptureQueriesContext(connection) as many:
        desk.get(address)
    if screen != "service":  # there each has a form of its own
        assert len(many) <= len(few)
