"""Wherever a page, a frame or a feed shows a number or a line of a list, it says what limits it."""

import datetime
import json
import re

import pytest

from regions.choices import VerificationMethod, VerificationResult
from regions.models import Hotline
from regions.services.changes import change_set
from regions.services.disputes import open_dispute
from regions.services.verifications import record_verification

from . import factories, schema_org

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NUMBER = "4001865909"
OF_THE_NUMBER = ("for sales", "only for 四川省/自贡市", "2099-04-30")
OF_THE_LINE = ("仅限城区", "4 hours", "2099-05-31")
SHOW_THE_NUMBER = (
    "/brands/brand/",
    "/brands/brand/numbers/",
    "/services/repair/",
    "/services/repair/numbers/",
    "/services/repair/outlets/",
    "/services/repair/regions/510322/",
    "/regions/510322/",
    "/regions/510322/outlets/",
    "/coverage/?q=510322",
    "/embed/?q=510322",
    "/sources/page/",
    "/numbers/4001865909/",
    "/numbers/?number=400-1865-909、400-1865-910",
    "/report/?hotline=repair:4001865909",
    "/reports/{number}/",
)
SHOW_THE_LINE = (
    "/services/repair/",
    "/services/repair/list/",
    "/services/repair/regions/510322/",
    "/regions/510322/",
    "/coverage/?q=510322",
    "/embed/?q=510322",
    "/report/?coverage_rule={key}",
    "/reports/{line}/",
)
# Where a report has its own address or form, that page is about the report.
SAY_THAT_IT_IS_REPORTED = tuple(path for path in SHOW_THE_LINE if not path.startswith("/report"))
FEEDS = ("/brands/brand/feed/", "/regions/510322/feed/")


@pytest.fixture
def references(make_regions) -> dict[str, str]:
    regions = make_regions("510322", "510300")
    page = factories.make_source("page")
    service = factories.make_service("repair", brand="brand")
    (rule,) = factories.make_rules(
        service,
        include=[regions["510322"]],
        note="仅限城区",
        response_hours=4,
        valid_to=datetime.date(2099, 6, 1),
    )
    limited = {"region": regions["510300"], "valid_to": datetime.date(2099, 5, 1)}
    hotline = factories.make_hotline(service, NUMBER, source=page, contact_type="sales", **limited)
    ended = factories.make_hotline(service, "4001865910", valid_to=datetime.date(2026, 1, 1))
    Hotline.objects.filter(pk=ended.pk).update(replaced_by=hotline)
    factories.make_outlet(service, "shop", hotline, region=regions["510322"])
    record_verification(
        hotline=hotline,
        method=VerificationMethod.CALL,
        result=VerificationResult.CONFIRMED,
        source=page,
        note="接线员报了品牌名",
    )
    with change_set() as changes:
        changes.touched(hotline)
        changes.touched(rule)
    reports = {
        "number": open_dispute(hotline=hotline, reason="other", statement="打过去是别家"),
        "line": open_dispute(rule=rule, reason="other", statement="没有人来"),
    }
    return {name: report.dispute.reference for name, report in reports.items()} | {"key": rule.key}


def text_of(html: str) -> str:
    """What is read, without the pinyin of places."""
    return re.sub(r" \\([A-Z][A-Za-z/]+\\)", "", re.sub("<[^>]+>", "", html))


def test_every_number_says_for_whom_and_until_when(references, client):
    missing, shown = [], 0
    for path in SHOW_THE_NUMBER:
        html = client.get("/en" + path.format(**references)).content.decode()
        places = [
            place
            for place in re.findall("<p[ >].*?</p>", html, re.S)
            if ">400-1865-909<" in re.sub(" <span.*?</span>", "", place)
        ]
        assert places, path
        for place in places:
            shown += 1
            missing += [(path, said) for said in OF_THE_NUMBER if said not in text_of(place)]
    assert missing == [] and shown > len(SHOW_THE_NUMBER)


def test_every_line_says_its_note_its_response_and_its_days(references, client):
    missing = []
    for path in SHOW_THE_LINE:
        text = text_of(client.get("/en" + path.format(**references)).content.decode())
        missing += [(path, said) for said in OF_THE_LINE if said not in text]
        if path in SAY_THAT_IT_IS_REPORTED and "reported as wrong" not in text:
            missing.append((path, "reported as wrong"))
    for path in FEEDS:
        text = client.get("/en" + path).content.decode()
        missing += [(path, said) for said in OF_THE_LINE if said not in text]
    assert missing == []


def test_no_page_about_a_place_leads_to_a_number_that_is_for_another(make_regions, client):
    """What the brand has confirmed, what is called at an outlet; elsewhere both stand with their limit."""
    regions = make_regions("510322", "440103")
    service = factories.make_service("repair", brand="brand")
    factories.make_rules(service, include=[regions["510322"], regions["440103"]])
    factories.make_hotline(service, "4001865910")
    factories.make_hotline(service, "4001865911", region=regions["440103"])
    other = factories.make_hotline(service, NUMBER, region=regions["510000"])
    checked = {"method": VerificationMethod.CALL, "result": VerificationResult.CONFIRMED}
    record_verification(hotline=other, note="接线员报了品牌名", **checked)
    elsewhere = factories.make_service(
        "cleaning", brand="brand"
    )  # nobody is served by it: it stands at outlets
    theirs = factories.make_hotline(elsewhere, "4001865912", region=regions["510000"])
    factories.make_outlet(elsewhere, "shop", theirs, region=regions["440103"])
    factories.make_outlet(elsewhere, "store", theirs, region=regions["510322"])
    for path in ("/coverage/?q={}", "/embed/?q={}", "/regions/{}/", "/regions/{}/outlets/"):
        there, here = (
            text_of(client.get("/en" + path.format(code)).content.decode()) for code in ("440103", "510322")
        )
        only = [number for number in ("400-1865-909", "400-1865-912") if number in here]
        assert only and [number for number in only if number in there] == [], path
        assert "only for 四川省" in here and "only for 四川省" not in there, path
    for path in ("/brands/brand/", "/numbers/4001865910/"):
        assert "only for 四川省" in text_of(client.get(f"/en{path}").content.decode()), path


def test_what_took_a_numbers_place_is_offered_where_and_when_it_stands(make_regions, client):
    regions = make_regions("510322")
    service = factories.make_service("repair", brand="brand")
    factories.make_rules(service, include=[regions["510322"]])
    days = [datetime.date(year, 1, 1) for year in (2023, 2025, 2099)]
    last = factories.make_hotline(service, "4001865912", region=regions["510000"], valid_from=days[1])
    second = factories.make_hotline(
        service, "4001865911", valid_from=days[0], valid_to=days[1], replaced_by=last
    )
    factories.make_hotline(service, "4001865910", valid_to=days[0], replaced_by=second)
    factories.make_hotline(service, "4001865913", valid_to=days[2], replaced_by=last)

    def text(path: str) -> str:
        return text_of(client.get(f"/en{path}").content.decode())

    assert "Call instead" not in text("/numbers/4001865910/")
    assert "Call instead: 400-1865-911" in text("/numbers/4001865910/?on=2024-01-01")
    assert "Call instead" not in text("/numbers/4001865911/?on=2024-01-01")
    assert "Call instead: 400-1865-912 nobody has checked it only for 四川省" in text("/numbers/4001865911/")
    # Records, lists and files name beforehand what is to take a number's place; an answer about a day knows that day.
    assert "replaced by" not in text("/coverage/?q=510322")


def test_a_number_for_something_else_is_not_the_one_to_call(make_regions, client):
    """Nor is a fax dialled; every door says what a number is for and how it is used."""
    regions = make_regions("510322")
    service = factories.make_service("repair", brand="brand")
    factories.make_rules(service, include=[regions["510322"]])
    factories.make_hotline(service, "4001865910")
    uses = {
        "4001865901": ("for sales", {"contact_type": "sales"}),
        "4001865902": ("for complaints", {"contact_type": "complaints"}),
        "4001865903": ("takes faxes only", {"channel": "fax"}),
        "4001865904": ("takes text messages only", {"channel": "sms"}),
        "4001865905": ("for installation", {"contact_type": "installation"}),
        "4001865906": ("for emergencies", {"contact_type": "emergency"}),
    }
    checked = {
        "method": VerificationMethod.CALL,
        "result": VerificationResult.CONFIRMED,
        "note": "报了品牌名",
    }
    made = {number: factories.make_hotline(service, number, **use) for number, (_said, use) in uses.items()}

    def brand() -> list[str]:
        """What the page of the brand says under each heading."""
        return text_of(re.sub("<h2", "§<h2", client.get("/en/brands/brand/").content.decode())).split("§")

    for number in ("4001865901", "4001865902", "4001865903", "4001865904"):
        record_verification(hotline=made[number], **checked)
    _head, to_call, others, claimed, *_rest = brand()
    assert "No number here is confirmed for repairs" in to_call and "400-1865" not in to_call
    assert (
        "for something else" in others and others.count("400-1865-90") == 2 and "400-1865-901" not in claimed
    )
    coverage = client.get("/en/coverage/?q=510322").content.decode()
    assert "The brand's checked number is another one" not in coverage
    for number in ("4001865905", "4001865906"):
        record_verification(hotline=made[number], **checked)
    assert "400-1865-905" in brand()[1] and "400-1865-906" in brand()[1] and "400-1865-901" not in brand()[1]
    for page in ("/en/services/repair/numbers/", "/en/brands/brand/numbers/", "/en/coverage/?q=510322"):
        html = client.get(page).content.decode()
        assert "tel:4001865901" in html and "tel:4001865903" not in html and "tel:4001865904" not in html
        assert "sms:4001865904" in html
        for number, (said, _use) in uses.items():
            (place,) = re.findall(f'<p><a class="tel" href="[^"]*{number}.*?</p>', html)
            assert said in place, (page, number)
    factories.make_outlet(service, "shop", made["4001865903"], region=regions["510322"])
    headers = {"accept-language": "en"}
    hsds = client.get("/api/v1/services/repair/hsds/", headers=headers).json()
    by_digits = {phone["number"][-10:]: phone for phone in hsds["phones"]}
    assert [
        said for number, (said, _use) in uses.items() if said not in by_digits[number]["description"]
    ] == []
    (there,) = hsds["service_at_locations"][0]["phones"]
    assert there["type"] == by_digits["4001865903"]["type"] == "fax" and "faxes only" in there["description"]
    told = client.get("/api/v1/services/repair/schema-org/", headers=headers).json()
    assert list(schema_org.faults({key: told[key] for key in told if key != "@context"})) == []
    points = [
        point for channel in told["availableChannel"] for point in channel.values() if isinstance(point, dict)
    ]
    faxes = [point for point in points if "4001865903" in json.dumps(point)]
    assert len(faxes) == 2 and all("faxNumber" in fax and "telephone" not in fax for fax in faxes)
    (message,) = [each["serviceSmsNumber"] for each in told["availableChannel"] if "serviceSmsNumber" in each]
    assert "text messages only" in message["description"] and message["telephone"].endswith("4001865904")
