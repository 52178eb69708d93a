"""A report is not evidence: random reports, checks and decisions through the doors, against rules told a second time.

The oracle below knows docs/evidence.md and nothing of the code.
"""

import random
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from regions.models import Dispute
from regions.tests.factories import make_hotline, make_service, make_source

pytestmark = pytest.mark.django_db
NUMBER = "4001865909"
REASONS = ("wrong_number", "not_in_service", "wrong_details", "other")
STATEMENTS = (
    "",
    "打过去是另一家公司的销售热线",
    "语音提示该号码已经停机很久了",
    "工作人员说从未听说过这个牌子",
    "这里只卖配件并不提供任何维修服务",
    "对方要求先转账才肯派师傅来家里",
)
PAGES = ("", "https://example.com/notice", "https://example.org/about", "https://example.net/contact")
ORDER = ("verified", "attested", "expired", "unverified", "refuted", "disputed")


@pytest.fixture(autouse=True)
def _generous(settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": dict.fromkeys(rates, "100000/hour")
    }


@pytest.fixture
def desk():
    client = Client()
    client.force_login(User.objects.create_superuser("chief"))
    return client


# --- The rules, told again --------------------------------------------------------------------------------------


@dataclass
class Told:
    """One dispute as the rules see it."""

    reason: str
    opener: str
    state: str = "open"
    accepted: bool = False
    words: set = field(default_factory=set)
    weighing: set = field(default_factory=set)


@dataclass
class Claim:
    attested: bool
    last_check: str = ""
    confirmed_again: bool = False  # since something was upheld
    told: list[Told] = field(default_factory=list)

    @property
    def standing(self) -> list[Told]:
        return [told for told in self.told if told.state == "open"]

    @property
    def weight(self) -> int:
        return sum(len(told.weighing) for told in self.standing)

    @property
    def count(self) -> int:
        """What one reporter says is one report, whatever reasons he gives."""
        return max(len({told.opener for told in self.standing}), self.weight)

    @property
    def status(self) -> str:
        if any(told.accepted for told in self.standing):
            return "disputed"
        if self.last_check == "refuted":
            return "refuted"
        if self.last_check == "confirmed":
            return "verified"
        if self.weight >= 3:
            return "disputed"
        return "attested" if self.attested else "unverified"

    def report(self, who: str, reason: str, brought: set) -> str:
        """What the door should answer."""
        if not brought and self.status == "verified":
            return "refused"
        standing = self.standing
        already = set().union(*(told.words for told in standing))
        weighs = bool(brought - already) and all(who not in told.weighing for told in standing)
        for told in standing:
            if told.reason == reason:
                told.words |= brought
                told.weighing |= {who} if weighs else set()
                return "collapsed"
        rejected = [told for told in self.told if told.state == "rejected"]
        if rejected and not brought - set().union(*(told.words for told in rejected)):
            same = [told for told in rejected if told.reason == reason] or rejected
            same[-1].words |= brought
            return "already_rejected"
        for told in self.told:
            if told.state == "upheld" and told.reason == reason and not self.confirmed_again:
                return "already_upheld"
        self.told.append(Told(reason, who, words=set(brought), weighing={who} if weighs else set()))
        return "opened"


# --- The doors --------------------------------------------------------------------------------------------------


def report(api, hotline, address, reason, statement="", page=""):
    body = {"hotline": hotline.key, "reason": reason, "statement": statement, "evidence_url": page}
    return api.post("/api/v1/disputes/", body, format="json", REMOTE_ADDR=address)


def check(desk, hotline, result, source):
    url = reverse("admin:regions_verification_record", args=[hotline.pk])
    fields = {"method": "document", "result": result, "source": source.pk, "note": "看过"}
    fields["checked_on"] = desk.get(url).context["form"].fields["checked_on"].initial().isoformat()
    assert desk.post(url, fields).status_code == 302


def decide(desk, hotline, reason, new_state):
    dispute = Dispute.objects.get(hotline=hotline, reason=reason, state="open")
    url = reverse("admin:regions_dispute_change", args=[dispute.pk])
    return desk.post(url, {"new_state": new_state, "new_decision": "看过了"}).status_code


def shown(api) -> list[tuple[str, str]]:
    claims = api.get(f"/api/v1/numbers/{NUMBER}/").json()["claims"]
    return [(claim["key"].split(":")[0], claim["status"]) for claim in claims]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_random_reports_checks_and_decisions(api, desk, seed):
    dice = random.Random(seed)
    papers, site = make_source(), make_source(kind="official_site")
    hotlines, claims = {}, {}
    for slug in ("cabinets", "ovens", "fans"):
        attested = slug == "ovens"
        hotlines[slug] = make_hotline(make_service(slug), NUMBER, source=site if attested else None)
        claims[slug] = Claim(attested)
    for step in range(40):
        slug = dice.choice(list(claims))
        claim, hotline = claims[slug], hotlines[slug]
        act = dice.choices(("report", "check", "decide"), (7, 1, 2))[0]
        if act == "report":
            who, reason = f"198.51.100.{dice.randrange(8)}", dice.choice(REASONS)
            statement, page = dice.choice(STATEMENTS), dice.choice(PAGES)
            answer = report(api, hotline, who, reason, statement, page)
            expected = claim.report(who, reason, {text for text in (statement, page) if text})
            assert (answer.json().get("outcome") or "refused") == expected, answer.content
            assert answer.status_code == {"refused": 400, "opened": 201}.get(expected, 200)
        elif act == "check":
            result = dice.choice(("confirmed", "refuted", "inconclusive"))
            check(desk, hotline, result, papers)
            if result != "inconclusive":
                claim.last_check = result
            claim.confirmed_again |= result == "confirmed"
        elif claim.standing:
            told = dice.choice(claim.standing)
            new_state = dice.choice(("accept", "upheld", "rejected"))
            code = decide(desk, hotline, told.reason, new_state)
            assert code == (200 if new_state == "accept" and told.accepted else 302)
            if new_state == "accept":
                told.accepted = True
            else:
                told.state, told.accepted = new_state, False
                if new_state == "upheld":
                    claim.confirmed_again = False
                    if told.reason != "wrong_details":
                        claim.last_check = "refuted"
        if step % 4 == 3:
            compare(api, hotlines, claims)


def compare(api, hotlines, claims):
    """Order, filters, numbers for machines and the note beside are what the rules say."""
    answer = shown(api)
    assert dict(answer) == {slug: claim.status for slug, claim in claims.items()}
    ranks = [ORDER.index(status) for _slug, status in answer]
    assert ranks == sorted(ranks)
    verified = api.get(f"/api/v1/numbers/{NUMBER}/?verified=true").json()["claims"]
    assert {claim["service"]["slug"] for claim in verified} == {
        slug for slug, claim in claims.items() if claim.status == "verified"
    }
    for slug, hotline in hotlines.items():
        claim = claims[slug]
        beside = api.get(f"/api/v1/hotlines/{hotline.key}/").json()["open_reports"]
        assert (beside or {}).get("weight", 0) == claim.weight
        assert (beside or {}).get("count", 0) == claim.count
        channels = api.get(f"/api/v1/services/{slug}/schema-org/").json()["availableChannel"]
        assert bool(channels) == (claim.status not in ("refuted", "disputed"))


# --- The attack -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("brings", ["nothing", "one copied statement", "a statement of his own"])
@pytest.mark.parametrize("known", ["verified", "unverified"])
def test_150_reports_from_150_addresses(api, desk, known, brings):
    ours, _copycat = (make_hotline(make_service(slug), NUMBER) for slug in ("cabinets", "ovens"))
    if known == "verified":
        check(desk, ours, "confirmed", make_source())
    before = {path: api.get(path).json() for path in paths(ours)}
    for number in range(150):
        statement = {
            "nothing": "",
            "one copied statement": STATEMENTS[1],
            "a statement of his own": f"第{number}次{'〇一二三四五六七八九'[number % 10] * 30}{STATEMENTS[number % 6]}",
        }[brings]
        report(api, ours, f"198.51.{number}.7", REASONS[number % 4], statement)
    weight = api.get(paths(ours)[0]).json()["open_reports"]
    moved = known == "unverified" and brings == "a statement of his own"
    theirs = ("ovens", "unverified")
    assert shown(api) == ([theirs, ("cabinets", "disputed")] if moved else [("cabinets", known), theirs])
    if brings == "nothing" and known == "verified":
        assert weight is None  # a number that was checked is not reported without a word
    if not moved:
        after = {path: without_notes(api.get(path).json()) for path in paths(ours)}
        assert after == {path: without_notes(body) for path, body in before.items()}
    if brings == "one copied statement":
        assert weight["weight"] == 1


def paths(hotline) -> list[str]:
    slug = hotline.service.slug
    return [
        f"/api/v1/hotlines/{hotline.key}/",
        f"/api/v1/hotlines/?status=verified&service={slug}",
        f"/api/v1/services/{slug}/schema-org/",
        f"/api/v1/numbers/{NUMBER}/",
    ]


def without_notes(body):
    """An answer without the note that stands beside a status."""
    if isinstance(body, list):
        return [without_notes(part) for part in body]
    if not isinstance(body, dict):
        return body
    notes = ("open_reports", "open_disputes", "status_text", "description")
    return {key: without_notes(part) for key, part in body.items() if key not in notes}


@pytest.mark.slow
def test_the_note_is_in_words_and_keeps_the_check(api, desk):
    hotline = make_hotline(make_service("cabinets"), NUMBER)
    check(desk, hotline, "confirmed", make_source())
    report(api, hotline, "198.51.100.1", "other", STATEMENTS[1])
    [claim] = api.get(f"/api/v1/numbers/{NUMBER}/").json()["claims"]
    assert claim["status"] == "verified"
    assert "checked on" in claim["status_text"]
    assert "1 report open since" in claim["status_text"]
    page = Client().get("/numbers/", {"number": NUMBER}, HTTP_ACCEPT_LANGUAGE="zh-hans").content.decode()
    assert "尚未裁定" in page and "其他" in page
    decide(desk, hotline, "other", "accept")
    [claim] = api.get(f"/api/v1/numbers/{NUMBER}/").json()["claims"]
    assert claim["status"] == "disputed"
    assert "confirmed on" in claim["status_text"]
