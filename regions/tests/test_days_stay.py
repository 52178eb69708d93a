"""Who asked each day has the same answers for ever: random writes over days, through the doors, and every past day asked again after each.

Only what `/changes/` calls a correction may change an answer about a day that has passed. What a record is called, and other
words that describe it as it is known today, stand beside; so does what had not begun on the day.
"""

import datetime
import io
import random

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from regions import models
from regions.models.base import today
from regions.tests import factories

from .admin.test_writes import form_of, url

pytestmark = pytest.mark.django_db
START = datetime.date(2026, 11, 2)
STATES = ("covered", "partly_covered", "excluded", "not_covered", "unknown")
QUESTIONS = (
    {"region": "510322"},
    {"region": "510300", "state": STATES},
    {"region": "510322", "verified": "true"},
    {"region": "510322", "hotline_status": ("disputed", "refuted")},
)
DAYS = 5
SHARED = "4001865911"
NUMBERS = ("4001865909", "4001865910", SHARED)
STATEMENTS = (
    "打过去是另一家公司的销售热线",
    "语音提示该号码已经停机很久了",
    "工作人员说从未听说过这个牌子",
    "要求先转账才肯派人来修理",
)
PLACES = ("510300", "510322", "510303", "510304")
OF_RULE = ("kind", "note", "response_hours", "disputed")
OF_CLAIM = ("extension", "contact_type", "channel", "status", "checked_on", "expires_on", "open_reports")


@pytest.fixture
def begun(time_machine, make_regions, settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": dict.fromkeys(rates, "1000000/hour")
    }
    time_machine.move_to(f"{START}T04:00:00Z", tick=False)
    regions = make_regions(*PLACES)
    sources = [factories.make_source("site", kind="official_site"), factories.make_source("page")]
    for at, slug in enumerate(("one", "two")):
        service = factories.make_service(f"repair-{slug}", brand=slug)
        factories.make_rules(service, include=[regions["510300"], regions["510322"]], source=sources[at])
        factories.make_rules(service, exclude=[regions["510303"]])
        for number in NUMBERS[at:]:
            claim = factories.make_hotline(service, number, source=sources[at] if at else None)
        factories.make_outlet(service, f"shop-{slug}", claim, region=regions["510322"])
    call_command("rebuild_postings", stdout=io.StringIO())
    return time_machine


class World:
    """What people and programs do, each thing through its door. True where something was written."""

    def __init__(self, chance: random.Random, folder) -> None:
        self.chance, self.folder = chance, folder
        self.chief = User.objects.create_superuser("chief")
        self.desk, self.api = Client(), Client()
        self.renamed = 0

    def some(self, model, **conditions):
        if model is models.Hotline and self.chance.random() < 0.5:
            conditions |= {"number__canonical": SHARED}  # where more than one thing happens
        rows = list(model.objects.filter(**conditions).order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def send(self, record, **typed) -> bool:
        self.desk.force_login(self.chief)
        address = url(type(record), "change", record.pk)
        return self.desk.post(address, form_of(self.desk.get(address)) | typed).status_code == 302

    def report(self) -> bool:
        claim = self.some(models.Hotline, valid_to=None)
        if claim is None:
            return False
        return self._report("hotline", claim, ("wrong_number", "not_in_service", "wrong_details", "other"))

    def report_rule(self) -> bool:
        return self._report(
            "coverage_rule", self.some(models.CoverageRule, valid_to=None), ("not_covered", "other")
        )

    def _report(self, subject, record, reasons) -> bool:
        said = {
            subject: record.key,
            "reason": self.chance.choice(reasons),
            "statement": self.chance.choice(STATEMENTS),
        }
        who = {"REMOTE_ADDR": f"198.51.100.{self.chance.randrange(200)}"}
        made = self.api.post("/api/v1/disputes/", said, content_type="application/json", **who)
        return made.status_code in (200, 201)

    def decide(self) -> bool:
        dispute = self.some(models.Dispute, state="open")
        words = {"new_decision": "看过了"}
        return dispute is not None and self.send(
            dispute, **words, new_state=self.chance.choice(("accept", "upheld", "rejected"))
        )

    def check(self, days: int = 0) -> bool:
        self.desk.force_login(self.chief)
        claim = self.some(models.Hotline, valid_to=None)
        said = {"method": "call", "note": "打过", "result": self.chance.choice(("confirmed", "refuted"))}
        said["checked_on"] = str(today() - datetime.timedelta(days))
        return self.desk.post(url(models.Verification, "record", claim.pk), said).status_code == 302

    def check_of_an_earlier_day(self) -> bool:
        return self.check(self.chance.randint(1, 5))

    def edit(self, **how) -> bool:
        claim = self.some(models.Hotline, valid_to=None)
        limit = models.Region.objects.open().get(code=self.chance.choice(PLACES))
        changed = self.chance.choice(
            ({"region": limit.pk}, {"region": ""}, {"contact_type": "sales"}, {"channel": "sms"})
        )
        return self.send(claim, **changed, **how)

    def correct(self) -> bool:
        return self.edit(since="always")

    def describe(self) -> bool:
        return self.send(self.some(models.Hotline), labels=f"热线{self.chance.randrange(99)}", mentions="4")

    def end(self) -> bool:
        return self.send(self.some(models.Hotline, valid_to=None), valid_to=str(today()))

    def begin_again(self) -> bool:
        claim = self.some(models.Hotline, valid_to__isnull=False, followed_by=None)
        if claim is None:
            return False
        self.desk.force_login(self.chief)
        typed = {
            "service": claim.service_id,
            "number": claim.number_id,
            "extension": "",
            "contact_type": "repair",
        }
        typed |= {"channel": "phone", "mentions": "1", "hours-TOTAL_FORMS": "0", "hours-INITIAL_FORMS": "0"}
        return self.desk.post(url(models.Hotline, "add"), typed).status_code == 302

    def turn_rule(self, **how) -> bool:
        rule = self.some(models.CoverageRule, valid_to=None)
        other = "exclude" if rule.kind == "include" else "include"
        typed = self.chance.choice(
            ({"kind": other}, {"note": f"仅限{self.chance.randrange(9)}环"}, {"response_hours": "3"})
        )
        return self.send(rule, **typed, **how)

    def correct_rule(self) -> bool:
        return self.turn_rule(since="always")

    def end_rule(self) -> bool:
        return self.send(self.some(models.CoverageRule, valid_to=None), valid_to=str(today()))

    def list_in_a_table(self) -> bool:
        service = self.some(models.Service)
        table = f"service,region,kind\n{service.slug},{self.chance.choice(PLACES)},include\n"
        before = models.Change.objects.latest("pk").pk
        path = self.folder / "list.csv"
        path.write_text(table, "utf-8")
        call_command("import_coverage", str(path), "--commit", stdout=io.StringIO(), stderr=io.StringIO())
        return models.Change.objects.latest("pk").pk > before

    def rename(self) -> bool:
        self.renamed += 1
        return self.send(self.some(models.Service), slug=f"repair-{self.renamed}")

    def attest(self) -> bool:
        return self.send(
            self.some(models.Source), kind=self.chance.choice(("official_site", "web_page", "document"))
        )

    def move_shop(self) -> bool:
        shop = self.some(models.Outlet)
        typed = self.chance.choice(({"kind": "own"}, {"valid_to": str(today())}, {"name": "新店名"}))
        return self.send(shop, **typed)

    def undo(self) -> bool:
        the_set = self.some(models.ChangeSet)
        if the_set is None:
            return False
        self.desk.force_login(self.chief)
        before = models.ChangeSet.objects.count()
        self.desk.post(url(models.ChangeSet, "undo", the_set.pk), {"reason": "错了"})
        return models.ChangeSet.objects.count() > before


DEEDS = [name for name in vars(World) if not name.startswith("_") and name not in ("some", "send")]


def asked(api, days: list[datetime.date]) -> dict[str, list]:
    """All that the directory says of some days, by day and question."""
    found = {}
    if not days:
        return found
    put = [(question, day.isoformat()) for day in days for question in QUESTIONS]
    batch = {"questions": [question | {"on": on} for question, on in put]}
    told = api.post("/api/v1/coverage/", batch, content_type="application/json").json()["verdicts"]
    for (question, on), verdict in zip(put, told, strict=True):
        hits = verdict["answer"]["answers"][0]["results"]
        found[f"{question} on {on}"] = [hit_of(hit, on) for hit in hits]
    for on in map(str, days):
        body = api.get(f"/api/v1/numbers/{SHARED}/", {"on": on}).json()
        known = [each for each in body["claims"] if each["status"] != "upcoming"]
        said = [f"{claim_of(each, on)}, {len(each['open_disputes'])} reports" for each in known]
        found[f"{SHARED} on {on}"] = sorted(said)
        for path, told_of in (("hotlines", claim_of), ("coverage-rules", rule_of)):
            rows = api.get(f"/api/v1/{path}/", {"on": on, "page_size": 200}).json()["results"]
            found[f"{path} on {on}"] = sorted(str(told_of(row, on)) for row in rows)
    return found


def hit_of(hit: dict, on: str) -> tuple:
    return (
        hit["service"]["name"],
        hit["state"],
        hit["rule"] and rule_of(hit["rule"], on),
        [claim_of(each, on) for each in hit["hotlines"]],
        hit.get("outlet_count"),
    )


def rule_of(rule: dict, on: str) -> dict:
    return {name: rule[name] for name in OF_RULE} | {
        "region": rule["region"]["code"],
        "since": rule["valid_from"],
    }


def claim_of(claim: dict, on: str) -> dict:
    """What a claim says on a day; an end that had not come was not known."""
    said = {name: claim[name] for name in OF_CLAIM}
    said |= {
        "number": claim["number"],
        "region": claim["region"] and claim["region"]["code"],
        "since": claim["valid_from"],
    }
    return said | {"ended": claim["valid_to"] if claim["valid_to"] and claim["valid_to"] <= on else None}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_day_that_has_passed_is_answered_as_it_was(begun, seed, tmp_path):
    chance = random.Random(seed)
    world, days, said, done = World(chance, tmp_path), [], {}, set()
    deeds = chance.sample(all_deeds := [*DEEDS, *("report", "edit", "decide") * 6], len(all_deeds))
    position = world.api.get("/api/v1/changes/").json()["position"]
    for number in range(DAYS):
        day = START + datetime.timedelta(number)
        begun.move_to(f"{day}T04:00:00Z", tick=False)
        for _write in range(len(deeds) // (DAYS - number)):
            deed = deeds.pop()
            if not getattr(world, deed)():
                continue
            done.add(deed)
            changes = world.api.get("/api/v1/changes/", {"after": position}).json()
            position, now = changes["position"], asked(world.api, days)
            if not any(change["correction"] for change in changes["results"]):
                differ = [question for question, answer in now.items() if answer != said[question]]
                assert not differ, (
                    f"{deed} on {day}: {[(each, said[each], now[each]) for each in differ[:2]]}"
                )
            said = now
        days.append(day)
        said |= asked(world.api, [day])
    assert done > {"report", "decide", "edit", "check"}
