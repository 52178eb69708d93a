"""Whatever was written by whatever door can be undone, whole or in part; what it may be is said by exported rows, naively."""

import datetime
import json
import random
from collections import defaultdict

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from regions.models import (
    Change,
    ChangeSet,
    CoverageImport,
    CoverageRule,
    Dispute,
    Hotline,
    Organization,
    Service,
    Verification,
)
from regions.models.base import today
from regions.services import intake, records
from regions.services.changes import change_set, current_sequence
from regions.services.disputes import open_dispute
from regions.services.joined import joining
from regions.services.undo import plan
from regions.services.undo import undo as services_undo
from regions.tests import factories

from .test_writes import form_of, send

PLACES = ("510302", "510303", "510304", "510322")
RECORDS = {"brand", "service", "hotline", "organization", "number", "coverage-rule"}


def url(model, page, *args):
    return reverse(f"admin:regions_{model._meta.model_name}_{page}", args=args)


# --- The naive reading: rows of the exported files, by what they are about ---------------------------------------


def exported(client) -> dict[tuple, frozenset[str]]:
    """Subject → its rows. All rules of a service on a region are one subject, as are all claims to a number."""
    found = defaultdict(set)
    cache.clear()  # it is not about limits
    for name in ("directory", "coverage-rules"):
        answer = client.get(f"/api/v1/export/{name}.ndjson")
        for line in b"".join(answer.streaming_content).decode().splitlines():
            row = json.loads(line)
            record = row.pop("record", "coverage-rule")
            if record == "hotline":
                found[record, row["service"], row["number"], row["extension"]].add(
                    json.dumps(row, sort_keys=True)
                )
            elif record == "coverage-rule":
                found[record, row["service"], row["region"]].add(json.dumps(row, sort_keys=True))
            elif record in RECORDS:
                found[record, row.get("slug") or row.get("canonical") or row["number"]].add(
                    json.dumps(row, sort_keys=True)
                )
    return {subject: frozenset(rows) for subject, rows in found.items()}


class Book:
    """What each set did to each subject: rows before and after; and which set undid which."""

    def __init__(self) -> None:
        self.done: list[tuple[int, dict]] = []
        self.undoes: dict[int, int] = {}

    def note(self, number: int, before: dict, after: dict, undoes: int | None = None) -> dict:
        touched = {
            subject: (before.get(subject, frozenset()), after.get(subject, frozenset()))
            for subject in before.keys() | after.keys()
            if before.get(subject) != after.get(subject)
        }
        self.done.append((number, touched))
        if undoes:
            self.undoes[number] = undoes
        return touched

    def of(self, number: int) -> dict:
        return next(touched for other, touched in self.done if other == number)

    def stands_clear(self, number: int, subject: tuple) -> bool:
        """True when all that was done to the subject since cancels out: each undo with what it undid."""
        later: list[int] = []
        for other, touched in self.done:
            if other > number and subject in touched:
                if later and self.undoes.get(other) == later[-1]:
                    later.pop()
                else:
                    later.append(other)
        return not later

    def is_undone(self, number: int, subject: tuple) -> bool:
        """True when what the set did to the subject was taken back, and not brought back since."""
        stack, taken = [number], {}
        for other, touched in self.done:
            if other > number and subject in touched:
                if stack and self.undoes.get(other) == stack[-1]:
                    taken[other] = stack.pop()
                else:
                    stack.append(taken.get(self.undoes.get(other), other))
        return number not in stack


def rests(touched: dict, state: dict) -> bool:
    """True when a number would go to which a claim stays, or a claim would come back to a number that is gone."""
    then = {subject for subject in state if subject not in touched}
    then |= {subject for subject, (before, _after) in touched.items() if before}
    return any(subject[0] == "hotline" and ("number", subject[2]) not in then for subject in then)


# --- Doors ---------------------------------------------------------------------------------------------------------


class Desk:
    """Somebody who does random things in the admin and by the API."""

    def __init__(self, client, world, random_) -> None:
        self.client, self.world, self.random = client, world, random_
        self.services = list(Service.objects.filter(slug__in=("a-repair", "b-repair")))
        self.count = 0

    def word(self) -> str:
        self.count += 1
        return f"词{self.count}"

    def post(self, address, data) -> None:
        assert self.client.post(address, data).status_code in (200, 302), address

    def edit(self, record, **changes) -> None:
        address = url(type(record), "change", record.pk)
        data = form_of(self.client.get(address)) | changes | {"reason": self.word()}
        self.post(address, {name: value for name, value in data.items() if value is not None})

    def rule_added(self):
        place = self.world.regions[self.random.choice(PLACES)]
        data = {"service": self.random.choice(self.services).pk, "region": place.pk, "kind": "include"}
        self.post(
            url(CoverageRule, "add"),
            data | {"valid_from": self.today, "note": self.word(), "seen": current_sequence()},
        )

    def rule_edited(self):
        if rule := self.some(CoverageRule.objects.filter(valid_to=None)):
            self.edit(rule, note=self.word(), kind=self.random.choice(["include", "exclude"]))

    def rules_closed(self):
        rules = CoverageRule.objects.filter(valid_to=None, valid_from__lt=self.today)
        if keys := list(rules.values_list("pk", flat=True)):
            chosen = self.random.sample(keys, min(len(keys), 2))
            data = {
                "action": "close_rules",
                "_selected_action": chosen,
                "apply": "1",
                "on": self.today,
                "reason": self.word(),
            }
            self.post(url(CoverageRule, "changelist"), data)

    def sheet(self):
        service = self.random.choice(self.services)
        rows = [f"{service.slug},{code},include,,{self.word()}" for code in self.random.sample(PLACES, 2)]
        text = "service,region,kind,valid_from,note\n" + "\n".join(rows) + "\n"
        file = SimpleUploadedFile("x.csv", text.encode())
        answer = self.client.post(
            url(CoverageRule, "import"), {"format": "0", "resource": "0", "import_file": file}
        )
        if answer.context and (form := answer.context.get("confirm_form")):
            self.post(url(CoverageRule, "process_import"), form.initial)

    def pasted(self):
        names = {"510302": "自流井区", "510303": "贡井区", "510304": "大安区", "510322": "富顺县"}
        text = "自贡市：" + "、".join(names[code] for code in self.random.sample(PLACES, 2))
        body = {
            "service": self.random.choice(self.services).slug,
            "text": text,
            "mode": self.random.choice(["add", "replace"]),
        }
        answer = self.client.post("/api/v1/imports/", json.dumps(body), content_type="application/json")
        address = f"/api/v1/imports/{answer.json()['id']}/apply/"
        self.client.post(address, json.dumps({"overrule": True}), content_type="application/json")

    def tree(self):
        service = self.random.choice(self.services)
        choices = [
            {
                "code": code,
                "kind": self.random.choice(["include", "exclude", ""]),
                "note": "",
                "hours": None,
                "day": "",
            }
            for code in self.random.sample(PLACES, 2)
        ]
        data = {
            "do": "apply",
            "seen": current_sequence(),
            "choices": json.dumps(choices),
            "reason": self.word(),
        }
        self.post(reverse("admin:regions_service_coverage", args=[service.pk]), data)

    def hotline_edited(self):
        if hotline := self.some(Hotline.objects.filter(valid_to=None)):
            change = self.random.choice(
                [{"labels": self.word()}, {"contact_type": "sales"}, {"opening_hours": "24小时"}]
            )
            self.edit(hotline, **change)

    def hotline_added(self):
        self.count += 1
        data = {
            "service": self.random.choice(self.services).pk,
            "new_number": f"4008{self.count:06d}",
            "labels": "售后",
        }
        more = {"seen": current_sequence()}
        self.post(
            url(Hotline, "add"),
            data | more | {"contact_type": "customer_service", "channel": "phone", "mentions": "1"},
        )

    def hotline_deleted(self):
        if hotline := self.some(Hotline.objects.filter(verifications=None, disputes=None, followed_by=None)):
            self.post(url(Hotline, "delete", hotline.pk), {"post": "yes", "reason": self.word()})

    def service_edited(self):
        self.edit(self.random.choice(self.services), **{"name": self.word(), "promises-0-text": self.word()})

    def organization_added(self):
        self.post(
            url(Organization, "add"),
            {"name": self.word(), "slug": f"o-{self.count}", "seen": current_sequence()},
        )

    def organizations_deleted(self):
        keys = list(Organization.objects.values_list("pk", flat=True)[:2])
        self.post(
            url(Organization, "changelist"),
            {"action": "delete_selected", "_selected_action": keys, "post": "yes"},
        )

    def carried_over(self):
        self.post(url(CoverageRule, "carry_over"), {"do": "all"})

    def some(self, rows):
        found = list(rows.order_by("pk"))
        return self.random.choice(found) if found else None


DOORS = [
    "rule_added", "rule_edited", "rules_closed", "sheet", "pasted", "tree", "hotline_edited", "hotline_added",
    "hotline_deleted", "service_edited", "organization_added", "organizations_deleted", "carried_over",
]  # fmt: skip


@pytest.fixture
def at_work(world, desk):
    """The desk, with rules of old on several places and one on a region that is no more."""
    world.regions |= factories.load_regions("320125", *PLACES)
    factories.make_rules(world.ours, include=[world.regions["320125@"], world.regions["510303"]])
    factories.make_rules(world.theirs, exclude=[world.regions["510304"]])
    Verification.objects.all()._raw_delete("default")  # which stay: see below

    def begin(seed) -> Desk:
        found = Desk(desk, world, random.Random(seed))
        found.today = str(today())
        return found

    return begin


def undo(client, the_set: ChangeSet, chosen=()) -> ChangeSet | None:
    """The set that undid it; None where that was refused."""
    last = ChangeSet.objects.latest("pk").pk
    address = url(ChangeSet, "undo", the_set.pk)
    preview = client.get(address, {"change": chosen})
    answer = client.post(address, {"change": chosen, "reason": "错了"})
    made = ChangeSet.objects.filter(pk__gt=last).first()
    assert (made is None) == (answer.status_code == 200)
    # The preview says beforehand whether it will be done.
    said = [str(message) for message in answer.context["messages"]] if made is None else []
    assert bool(preview.context["refused"] or preview.context["nothing"]) == (made is None), said
    return made


def revert(client, the_set: ChangeSet) -> ChangeSet | None:
    """The same by the import's own door, where an import wrote the set and stands applied."""
    imp = CoverageImport.objects.filter(changeset=the_set.uuid, state="applied").first()
    if imp is None:
        return undo(client, the_set)
    last = ChangeSet.objects.latest("pk").pk
    answer = client.post(f"/api/v1/imports/{imp.pk}/revert/", "{}", content_type="application/json")
    made = ChangeSet.objects.filter(pk__gt=last).first()
    assert answer.status_code == (200 if made else 409), answer.content
    assert made is None or (made.undoes == the_set and made.door == "api")
    imp.refresh_from_db()
    assert imp.state == ("reverted" if made else "applied")
    return made


def subject_of(change: Change) -> tuple:
    """Said once more, by hand: what the exported row of a change's record is about."""
    if change.kind == "coverage-rule":
        return (change.kind, *change.key.split(":")[:2])
    if change.kind == "hotline":
        service, rest = change.key.split(":")
        number, _dash, extension = rest.partition("@")[0].partition("-")
        return change.kind, service, number, extension
    return change.kind, change.key


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_random_writes_by_random_doors_are_undone_as_a_naive_replay_says(at_work, seed):
    work = at_work(seed)
    book, state = Book(), exported(work.client)
    refused = undone = 0
    for _step in range(36):
        last = ChangeSet.objects.latest("pk").pk
        if book.done and work.random.random() < 0.5:
            number = work.random.choice([number for number, _touched in book.done[-6:]])
            the_set = ChangeSet.objects.get(pk=number)
            rows = list(Change.objects.filter(changeset=the_set.uuid))
            touched, chosen = book.of(number), []
            if work.random.random() < 0.4 and touched:
                one = work.random.choice(sorted(touched))
                chosen = [row.pk for row in rows if subject_of(row) == one]
                touched = {one: touched[one]}
            elif left := {one: its for one, its in touched.items() if not book.is_undone(number, one)}:
                touched = left  # what is undone already is left out
            free = all(book.stands_clear(number, subject) for subject in touched)
            by_import = not chosen and work.random.random() < 0.7
            made = revert(work.client, the_set) if by_import else undo(work.client, the_set, chosen)
            now = exported(work.client)
            if made is None:
                assert now == state
                assert not free or not touched or rests(touched, state), (the_set, the_set.reason, touched)
                refused += 1
                continue
            undone += 1
            assert free, (the_set, the_set.reason)
            expected = dict(state)
            for subject, (before, _after) in touched.items():
                expected[subject] = before
            assert now == {subject: rows for subject, rows in expected.items() if rows}
            book.note(made.pk, state, now, undoes=number)
            state = now
            continue
        getattr(work, work.random.choice(DOORS))()
        now = exported(work.client)
        for number in ChangeSet.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True):
            newest = ChangeSet.objects.latest("pk").pk == number
            book.note(number, state, now if newest else state)
        state = now
    assert undone > 3 and refused < 20


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_what_a_door_wrote_is_undone_and_undoing_that_brings_it_back(at_work, door):
    work = at_work(7)
    work.organization_added(), work.hotline_added()
    before, last = exported(work.client), ChangeSet.objects.latest("pk").pk
    for _try in range(6):  # until one writes something
        getattr(work, door)()
        if exported(work.client) != before:
            break
    made = ChangeSet.objects.filter(pk__gt=last).order_by("pk").last()
    after = exported(work.client)
    assert made is not None and before != after
    first = undo(work.client, made)
    assert exported(work.client) == before and first.undoes == made and first.door == "undo"
    assert undo(work.client, made) is None  # it is undone already
    second = undo(work.client, first)
    assert exported(work.client) == after and second.undoes == first
    assert undo(work.client, made) is not None and exported(work.client) == before
    # Nothing was destroyed: all of it is on record.
    assert Change.objects.filter(changeset=made.uuid).exists()


def answered(client, day) -> list:
    """What is answered for the places on a day: state, kind, note and numbers of each service."""
    cache.clear()
    found = []
    for code in PLACES:
        body = client.get("/api/v1/coverage/", {"region": code, "on": str(day), "state": STATES}).json()
        for hit in (hit for answer in body["answers"] for hit in answer["results"]):
            rule = hit.get("rule") or {}
            numbers = sorted((one["number"], one["contact_type"]) for one in hit["hotlines"])
            found.append((code, hit["service"]["slug"], hit["state"], rule.get("note"), numbers))
    return sorted(found, key=str)


STATES = ("covered", "partly_covered", "excluded", "not_covered")
DATED = ["rule_added", "rule_edited", "rules_closed", "sheet", "pasted", "tree", "hotline_edited"]


@pytest.mark.slow
@pytest.mark.parametrize("door", DATED)
def test_undone_later_days_between_keep_their_answers(at_work, door, time_machine, chief):
    monday, day = datetime.date(2026, 11, 23), datetime.timedelta(1)
    noon = lambda date: datetime.datetime.combine(date, datetime.time(4), datetime.UTC)  # noqa: E731
    time_machine.move_to(noon(monday), tick=False)
    work = at_work(8)
    asked = [monday + n * day for n in (-1, 0, 4, 5, 9)]
    before = {on: answered(work.client, on) for on in asked}
    getattr(work, door)()
    made = ChangeSet.objects.latest("pk")
    after = {on: answered(work.client, on) for on in asked}
    time_machine.move_to(noon(monday + 5 * day), tick=False)
    work.client.force_login(chief)  # the session has ended meanwhile
    first = undo(work.client, made)
    assert first is not None
    now = {on: answered(work.client, on) for on in asked}
    for on in asked:
        if door == "hotline_edited" and after[monday - day] != before[monday - day]:
            break  # what is known of a number today is answered for past days too
        expected = after if on < monday + 5 * day else before
        assert now[on] == expected[on], on
    assert undo(work.client, first) is not None
    assert {on: answered(work.client, on) for on in asked} == after


@pytest.mark.slow
def test_refused_with_the_name_and_the_set_that_stands_on_it(world, desk, chief):
    address = url(Organization, "change", world.organization.pk)
    send(desk, address, name="甲公司", reason="更名")
    first = ChangeSet.objects.latest("pk")
    send(desk, address, url="https://example.com/", reason="网址")
    second = ChangeSet.objects.latest("pk")
    page = desk.get(url(ChangeSet, "undo", first.pk)).content.decode()
    assert "甲公司" in page and f"#{second.pk}" in page and "网址" in page
    assert undo(desk, first) is None
    assert undo(desk, second) is not None and undo(desk, first) is not None
    world.organization.refresh_from_db()
    assert world.organization.name == "示例公司" and world.organization.url == ""


def test_a_reason_is_asked_for(world, desk):
    desk.post(url(Organization, "delete", world.organization.pk), {"post": "yes"})
    address = url(ChangeSet, "undo", ChangeSet.objects.latest("pk").pk)
    desk.post(address, {"reason": " "})
    assert not Organization.objects.exists()


@pytest.mark.slow
def test_a_maintainer_undoes_what_is_of_his_brands_and_no_more(world, keeper, chief):
    with change_set(actor=chief, reason="两家的"):
        for service in (world.ours, world.theirs):
            service.name = f"新 {service.slug}"
            records.save(service)
    mixed = ChangeSet.objects.latest("pk")
    assert undo(keeper, mixed) is not None
    world.ours.refresh_from_db(), world.theirs.refresh_from_db()
    assert world.ours.name == "服务 a-repair" and world.theirs.name == "新 b-repair"
    with change_set(actor=chief, reason="别家的"):
        world.theirs.name = "又新"
        records.save(world.theirs)
    foreign = ChangeSet.objects.latest("pk")
    answer = keeper.post(url(ChangeSet, "undo", foreign.pk), {"reason": "x"})
    assert answer.status_code in (302, 403, 404)
    world.theirs.refresh_from_db()
    assert world.theirs.name == "又新"


@pytest.mark.slow
def test_a_maintainer_who_takes_back_a_service_is_led_to_what_he_may_see(world, keeper):
    """It is gone, and with it what says that the set was of his brand."""
    data = {"name": "弄错了", "slug": "a-mistake", "brand": world.brand, "category": world.ours.category}
    records.save(Service(kind="other", **data), actor=None, reason="弄错了")
    the_set = ChangeSet.objects.latest("pk")
    answer = keeper.post(url(ChangeSet, "undo", the_set.pk), {"reason": "错了"}, follow=True)
    assert answer.status_code == 200 and not Service.objects.filter(slug="a-mistake").exists()
    assert answer.redirect_chain == [(url(ChangeSet, "changelist"), 302)]


@pytest.mark.slow
def test_an_import_follows_its_set_and_comes_back_with_it(world, desk):
    imp = intake.draft(service=world.theirs, text="自贡市富顺县")
    intake.apply(imp=imp)
    made = ChangeSet.objects.latest("pk")
    first = undo(desk, made)
    imp.refresh_from_db()
    assert imp.state == "reverted" and not world.theirs.rules.filter(region__code="510322").exists()
    second = undo(desk, first)
    imp.refresh_from_db()
    assert imp.state == "applied" and world.theirs.rules.filter(region__code="510322").exists()
    desk.post(
        reverse("admin:regions_coverageimport_change", args=[imp.pk]), {"do": "revert", "seen": imp.revision}
    )
    imp.refresh_from_db()
    assert imp.state == "reverted" and second.undone_by.exists() in (True, False)


@pytest.mark.slow
def test_a_thousand_rules_are_undone_by_a_fixed_number_of_readings(
    world, desk, make_regions, tmp_path, django_assert_max_num_queries
):
    below = make_regions(below=["511500", "511600", "511700", "513200", "513300"])
    codes = [code for code, region in below.items() if code.startswith("51") and "@" not in code][:600]
    table = tmp_path / "list.csv"
    table.write_text(
        "service,region,kind\n" + "".join(f"b-repair,{code},include\n" for code in codes), "utf-8"
    )
    before = exported(desk)
    call_command("import_coverage", str(table), "--commit")
    made = ChangeSet.objects.latest("pk")
    with django_assert_max_num_queries(60):
        assert desk.get(url(ChangeSet, "undo", made.pk)).status_code == 200
    assert undo(desk, made) is not None and exported(desk) == before


@pytest.mark.slow
def test_a_check_stays_and_the_claim_that_carries_it_says_again_what_was_said(world, desk):
    asked = lambda: desk.get("/api/v1/hotlines/", {"service": "a-repair"}).json()["results"]  # noqa: E731
    said = ("number", "contact_type", "region", "status", "labels")
    before = [{name: row[name] for name in said} for row in asked()]
    address = url(Hotline, "change", world.hotline.pk)
    send(desk, address, contact_type="sales", reason="改")
    assert undo(desk, ChangeSet.objects.latest("pk")) is not None
    assert [{name: row[name] for name in said} for row in asked()] == before
    assert Verification.objects.filter(hotline__valid_to=None, hotline__service=world.ours).exists()
    check = {
        "method": "document",
        "result": "confirmed",
        "source": factories.make_source("papers").pk,
        "checked_on": "2026-11-20",
    }
    desk.post(url(Verification, "record", world.their_hotline.pk), check)
    assert undo(desk, ChangeSet.objects.latest("pk")) is None


@pytest.mark.slow
@pytest.mark.parametrize("days", [0, 5])
def test_an_open_report_goes_with_the_claim_and_stays_in_the_way_of_a_rule_that_would_end(
    world, desk, chief, time_machine, days
):
    time_machine.move_to(datetime.datetime(2026, 11, 23, 4, tzinfo=datetime.UTC), tick=False)
    desk.force_login(chief)
    asked = lambda: [  # noqa: E731
        (
            row["contact_type"],
            row["status"],
            Dispute.objects.filter(hotline__service=world.theirs, hotline__valid_to=None).count(),
        )
        for row in desk.get("/api/v1/hotlines/", {"service": "b-repair"}).json()["results"]
        if not row["valid_to"]
    ]
    open_dispute(reason="wrong_number", hotline=world.their_hotline, address="192.0.2.7")
    before = asked()
    send(desk, url(Hotline, "change", world.their_hotline.pk), contact_type="sales", reason="改")
    edited, after = ChangeSet.objects.latest("pk"), asked()
    place = factories.load_regions("510303")["510303"]
    data = {"service": world.theirs.pk, "region": place.pk, "kind": "include", "valid_from": str(today())}
    desk.post(url(CoverageRule, "add"), data | {"seen": current_sequence()})
    added = ChangeSet.objects.latest("pk")
    open_dispute(reason="not_covered", rule=CoverageRule.objects.latest("pk"), address="192.0.2.8")
    time_machine.shift(datetime.timedelta(days))
    desk.force_login(chief)
    first = undo(desk, edited)
    assert first is not None and asked() == before != after
    assert undo(desk, first) is not None and asked() == after
    assert undo(desk, added) is None


@pytest.mark.slow
def test_what_stays_by_its_nature_is_not_said_to_have_something_standing_on_it(world, desk):
    """A check is not undone; nothing newer is in the way, and no other change can be ticked."""
    page = reverse("admin:regions_verification_record", args=[world.hotline.pk])
    desk.post(page, {"method": "call", "result": "confirmed", "checked_on": str(today()), "note": "asked"})
    shown = desk.get(url(ChangeSet, "undo", ChangeSet.objects.latest("pk").pk)).content.decode()
    assert "Checks stay on file" in shown and "This is not undone here" in shown
    assert "Undo first" not in shown and "tick only" not in shown and "can be undone" not in shown


@pytest.mark.slow
def test_who_records_checks_is_told_that_they_stay(world, keeper):
    page = reverse("admin:regions_verification_record", args=[world.hotline.pk])
    keeper.post(page, {"method": "call", "result": "confirmed", "checked_on": str(today()), "note": "asked"})
    shown = keeper.get(url(ChangeSet, "undo", ChangeSet.objects.latest("pk").pk)).content.decode()
    assert "Checks stay on file" in shown


@pytest.mark.one_database
@pytest.mark.parametrize("times", range(5))
def test_a_chain_of_undoing_stands_in_the_way_only_while_what_it_is_about_stands(times, world, chief):
    """A, B on it, C undoes B, D undoes C, E undoes D …: A is free whenever B does not stand; either of B's names takes it away."""

    def set_of(**says) -> ChangeSet:
        for name, value in says.items():
            setattr(world.organization, name, value)
        records.save(world.organization, actor=chief, reason="edited")
        return ChangeSet.objects.latest("pk")

    def undone(the_set: ChangeSet) -> ChangeSet:
        services_undo(the_set, reason="x", actor=chief)
        return ChangeSet.objects.latest("pk")

    first, last = set_of(name="甲"), set_of(name="乙")
    for _time in range(times):
        last = undone(last)
    world.organization.refresh_from_db()
    assert world.organization.name == ("乙" if times % 2 == 0 else "甲")
    refused = plan(first).refused
    assert bool(refused) == (times % 2 == 0)
    if refused:
        assert refused[0].stands == last  # what was last brought back is named
    else:
        undone(first)
        world.organization.refresh_from_db()
        assert world.organization.name == "示例公司"


@pytest.mark.slow
def test_undo_gives_nobody_what_a_form_does_not(world, keeper, chief, maintainer):
    """Who looks after a brand, who is in a group, who is a superuser: taken back by those who may give it."""
    other = User.objects.create_user("other", is_staff=True)
    with change_set(actor=chief, reason="two"), joining(world.brand, actor=chief):
        world.brand.maintainers.add(other)
    granted = ChangeSet.objects.latest("pk")
    maintainer.user_permissions.add(*Permission.objects.filter(codename__in=["view_user", "change_user"]))
    maintainer.is_superuser = True
    records.save(maintainer, actor=chief, reason="by mistake")
    maintainer.is_superuser = False
    records.save(maintainer, actor=chief, reason="taken back")
    taken = ChangeSet.objects.latest("pk")
    for the_set in (granted, taken):
        answer = keeper.post(reverse("admin:regions_changeset_undo", args=[the_set.pk]), {"reason": "mine"})
        assert not ChangeSet.objects.filter(undoes=the_set).exists(), answer.status_code
    maintainer.refresh_from_db()
    assert world.brand.maintainers.filter(pk=other.pk).exists() and not maintainer.is_superuser
