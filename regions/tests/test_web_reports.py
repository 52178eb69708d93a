"""The report form on the pages: the same rules as through the API, without a cookie."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from regions.models import Change, Dispute
from regions.services.disputes import answer_dispute, open_dispute

from .factories import make_hotline, make_rules, make_service

pytestmark = pytest.mark.django_db
FORM = "/en/report/?hotline=cabinet-repair:4001865909"
SAID = {"reason": "not_this_brand", "evidence_url": "", "statement": "The brand's page names another number."}


@pytest.fixture
def subject(make_regions):
    service = make_service("cabinet-repair")
    make_rules(service, include=[make_regions("510322")["510322"]])
    return make_hotline(service, "4001865909")


def reasons(client, url) -> list[str]:
    return re.findall(r'name="reason" value="(\w+)"', client.get(url).content.decode())


@pytest.mark.slow
def test_every_number_and_line_links_to_its_form(subject, client):
    for page in ("/en/coverage/?q=510322", "/en/numbers/4001865909/", "/en/brands/brand-cabinet-repair/", "/en/services/cabinet-repair/"):  # fmt: skip
        links = re.findall(r'href="(/en/report/\?[^"]+)"', client.get(page).content.decode())
        assert links, page
        for link in links:
            assert reasons(client, link.replace("&amp;", "&"))


def test_a_report_is_taken_in_and_its_page_says_what_became_of_it(subject, client):
    reason = reasons(client, FORM)[0]
    response = client.post(FORM, SAID | {"reason": reason})
    dispute = Dispute.objects.get()
    assert response["Location"] == f"/en/reports/{dispute.reference}/?outcome=opened"
    page = client.get(response["Location"])
    assert "Your report is open" in page.content.decode() and page["Cache-Control"] == "no-store"
    assert SAID["statement"] not in page.content.decode()
    again = client.post(FORM, SAID | {"reason": reason})
    assert again["Location"].endswith("?outcome=collapsed")
    assert "Set-Cookie" not in page and not client.cookies
    assert client.get("/en/reports/nobody/").status_code == 404


@pytest.mark.slow
def test_several_reasons_are_a_dispute_each_on_one_page_and_weigh_once(subject, client):
    assert client.get(FORM).content.decode().count('type="checkbox"') == 4
    response = client.post(FORM, SAID | {"reason": ["wrong_number", "wrong_details"]})
    disputes = Dispute.objects.order_by("id")
    assert [dispute.reason for dispute in disputes] == ["wrong_number", "wrong_details"]
    assert [dispute.weight for dispute in disputes] == [1, 0]
    assert len(set(Change.objects.filter(kind="dispute").values_list("changeset", flat=True))) == 1
    first, second = (dispute.reference for dispute in disputes)
    assert response["Location"] == f"/en/reports/{first},{second}/?outcome=opened,opened"
    html = client.get(response["Location"]).content.decode()
    for words in (first, second, "belongs to someone else", "hours, labels or names", "decided by itself"):
        assert words in html
    number = client.get("/en/numbers/4001865909/").content.decode()
    assert "not decided: the number belongs to someone else; hours, labels or names are wrong" in number
    more = client.post(FORM, SAID | {"reason": ["wrong_details", "other"]})["Location"]
    assert more.endswith("?outcome=collapsed,opened") and f"/{second}," in more
    for wrong in (f"{first},nobody", f"{first},", ",".join([first] * 9 + ["x"]), "," * 2_000):
        assert client.get(f"/en/reports/{wrong}/").status_code == 404


@pytest.mark.slow
def test_what_one_reporter_ticks_is_one_report_and_hides_nobody(subject, client):
    """Three ticks were "3 reports"; others who say the same, or something else, are counted as before."""

    def beside() -> dict:
        [claim] = client.get("/api/v1/numbers/4001865909/").json()["claims"]
        return claim["open_reports"]

    ticks = SAID | {"reason": ["wrong_number", "not_in_service", "wrong_details"]}
    client.post(FORM, ticks)
    assert (beside()["count"], beside()["weight"]) == (1, 1)
    [claim] = client.get("/api/v1/numbers/4001865909/", HTTP_ACCEPT_LANGUAGE="en").json()["claims"]
    assert "1 report open since" in claim["status_text"]
    client.post(FORM, SAID | {"reason": ["other"]})  # the same reporter, later
    assert beside()["count"] == 1
    others = {
        "wrong_number": "A paint shop answered the call.",
        "not_in_service": "Three days only the busy tone.",
    }
    for number, (reason, statement) in enumerate(others.items(), 1):
        client.post(FORM, {"reason": reason, "statement": statement}, REMOTE_ADDR=f"198.51.100.{number}")
        assert beside()["count"] == beside()["weight"] == 1 + number
    assert client.get("/api/v1/hotlines/cabinet-repair:4001865909/").json()["status"] == "disputed"
    for number in range(2):  # whose address is not known is somebody else
        other = make_hotline(subject.service, f"400000000{number}")
        open_dispute(hotline=other, reason="other")
        open_dispute(hotline=other, reason="wrong_number")
        assert other.__class__.objects.with_status().get(pk=other.pk).reports_open == 2


def test_a_report_is_taken_in_with_all_its_reasons_or_none(subject, client, monkeypatch):
    monkeypatch.setattr("regions.services.disputes.OPEN_PER_REPORTER", 2)
    response = client.post(FORM, SAID | {"reason": ["wrong_number", "not_in_service", "other"]})
    assert response.status_code == 429 and not Dispute.objects.exists()
    assert SAID["statement"].replace("'", "&#x27;") in response.content.decode()


def test_a_page_is_not_made_of_reports_about_different_entries(subject, client):
    others = [subject, make_hotline(subject.service, "4000000002")]
    references = [open_dispute(hotline=each, reason="other").dispute.reference for each in others]
    assert client.get(f"/en/reports/{','.join(references)}/").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://["},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
    ],
)
def test_a_form_that_another_site_sent_is_refused(subject, client, headers):
    response = client.post(FORM, SAID | {"reason": reasons(client, FORM)[0]}, **headers)
    assert response.status_code == 403 and not Dispute.objects.exists()
    assert SAID["statement"].replace("'", "&#x27;") in response.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "nonsense"},
        {"reason": ""},
        {"evidence_url": "javascript:alert(1)"},
        {"statement": "x" * 10_000},
    ],
)
def test_what_cannot_be_taken_in_is_said_and_nothing_typed_is_lost(subject, client, change):
    response = client.post(FORM, SAID | {"reason": reasons(client, FORM)[0]} | change)
    assert response.status_code == 400 and 'role="alert"' in response.content.decode()
    assert not Dispute.objects.exists()


@pytest.mark.parametrize(
    "query", ["", "hotline=nobody:1", "coverage_rule=x", "hotline=%00", "hotline=cabinet-repair:4001865909&coverage_rule=cabinet-repair:510322:2000-01-01"]
)  # fmt: skip
def test_a_form_for_nothing_says_so(subject, client, query):
    assert client.get(f"/en/report/?{query}").status_code == 400


def test_reports_are_limited_as_through_the_api(subject, client, settings):
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "dispute": "2/hour"},
    }
    reason = reasons(client, FORM)[0]
    both = client.post(FORM, SAID | {"reason": ["wrong_number", "other", "wrong_details"]})
    assert both.status_code == 429 and "Each reason counts" in both.content.decode()  # more than are left
    assert 0 < int(both["Retry-After"]) <= 3600
    codes = [client.post(FORM, SAID | {"reason": reason}).status_code for _ in range(3)]
    assert codes == [302, 302, 429]


@pytest.mark.slow
def test_the_reported_side_answers_once(subject, client, django_user_model):
    desk = Client()
    desk.force_login(django_user_model.objects.create_superuser("chief", password="x"))
    dispute = open_dispute(hotline=subject, reason="wrong_number", statement=SAID["statement"]).dispute
    page = f"/en/reports/{dispute.reference}/"
    assert "can answer once" in client.get(page).content.decode()
    form = f"/admin/regions/dispute/{dispute.pk}/change/"
    said = {"new_state": "answer", "new_decision": "The number is ours since 2024."}
    assert desk.post(form, said).status_code == 302
    html = client.get(page).content.decode()
    assert "The reported side answers" in html and "ours since 2024" in html and "can answer once" not in html
    told = client.get(f"/api/v1/disputes/{dispute.reference}/").json()
    assert (
        told["answer"] == "The number is ours since 2024." and told["answered_at"] and told["state"] == "open"
    )
    again = desk.post(form, said | {"new_decision": "And once more."}, HTTP_ACCEPT_LANGUAGE="en")
    assert again.status_code == 200 and "once more" not in client.get(page).content.decode()
    with pytest.raises(ValidationError):
        answer_dispute(dispute=dispute, answer="third", actor=None)
    number = client.get("/en/numbers/4001865909/").content.decode()
    assert "The reported side answers" in number and "ours since 2024" not in number
    assert desk.post(form, {"new_state": "rejected", "new_decision": "It is theirs."}).status_code == 302
    assert "ours since 2024" in client.get(page).content.decode()


@pytest.mark.parametrize("size", [200_000, 3_000_000])
def test_a_report_that_is_too_large_is_refused_unread(subject, client, size):
    answer = client.post(FORM, SAID | {"statement": "a" * size})
    assert answer.status_code == 413 and len(answer.content) < 5_000 and not Dispute.objects.exists()


def test_a_character_that_cannot_be_kept_is_named(subject, client):
    html = client.post(FORM.removeprefix("/en"), SAID | {"statement": "a\0b"}).content.decode()
    assert "NUL" in html and "空字符串" not in html
