"""An edition in an editor's hands: kept, compared, activated on a day, undone; and changes that are announced."""

import datetime
import io
import random
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from regions.choices import AnswerState, UpdateState
from regions.gazetteer import updates
from regions.gazetteer.announced import AnnouncementError, read_rows, rows_of_file
from regions.gazetteer.archive import pack_folder, pack_uploads
from regions.gazetteer.corrections import COLUMNS
from regions.gazetteer.edition import EditionError
from regions.gazetteer.files import SUCCESSIONS, TOWNSHIPS
from regions.gazetteer.plan import plan
from regions.gazetteer.read import read_edition
from regions.lookup import who_covers
from regions.lookup.filters import Filters
from regions.models import (
    Change,
    CoverageRule,
    Region,
    RegionName,
    RegionUpdate,
    Release,
    Service,
    Succession,
)
from regions.services.carry_over import proposals
from regions.services.changes import change_set
from regions.tests.factories import make_rules, make_service

from .next_edition import BEFORE, edition_after, edition_before, zipped
from .small import write_edition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = datetime.date(2026, 11, 26)


@pytest.fixture
def clock():
    with time_machine.travel(
        datetime.datetime(2026, 11, 26, 4, tzinfo=datetime.UTC), tick=False
    ) as traveller:
        yield traveller


def run(*args, **options) -> str:
    out = io.StringIO()
    try:
        call_command(*args, stdout=out, stderr=out, **options)
    except SystemExit as stop:
        out.write(f"exit {stop.code}\n")
    return out.getvalue()


@pytest.fixture
def place(tmp_path):
    run("load_regions", dir=edition_before(tmp_path / "before"), commit=True)
    return SimpleNamespace(folder=tmp_path, after=edition_after(tmp_path / "after"))


def everything() -> dict:
    """All that an update may write, as it stands."""
    return {
        "regions": list(Region.objects.order_by("pk").values()),
        "names": list(RegionName.objects.order_by("pk").values()),
        "edges": list(Succession.objects.order_by("pk").values()),
        "rules": list(CoverageRule.objects.order_by("pk").values()),
        "active": Release.objects.get(state="active").edition,
    }


def rule_on(code: str, service: str = "one", **kind):
    found = Service.objects.filter(slug=service).first() or make_service(service, brand=service)
    region = Region.objects.open().get(code=code)
    return make_rules(found, **(kind or {"include": [region]}) if not kind else {next(iter(kind)): [region]})[
        0
    ]


def row(action, code, to="", **others) -> dict:
    values = {"action": action, "code": code, "to": to, "date": "2026-11-20", "source": "浙江省人民政府"}
    return dict.fromkeys(COLUMNS, "") | values | others


def current() -> dict[str, str]:
    return dict(Region.objects.open().values_list("code", "full_name"))


# --- editions


def test_nothing_is_written_before_it_is_activated(place):
    before, last = everything(), Change.objects.last().pk
    update = updates.add_edition(zipped_archive(place))
    assert everything() == before
    assert Change.objects.last().pk == last
    assert update.state == UpdateState.DRAFT
    counts = {word: n for word, n in update.report["counts"].items() if n}
    assert counts == {
        "new": 7, "gone": 6, "renamed": 2, "recoded": 3, "carved": 1, "upgraded": 2, "merged": 1, "split": 2,
    }  # fmt: skip
    assert update.report["names"]["330127"] == "淳安县 → 千岛湖县"


def zipped_archive(place) -> bytes:
    return pack_uploads([("next.zip", zipped(place.after))])


@pytest.mark.slow
def test_activation_and_undo_give_back_exactly_what_was(place):
    for code in ("330122", "330103", "330106", "330110", "330127"):
        rule_on(code)
    before = everything()
    update = updates.add_edition(zipped_archive(place))
    updates.compare(update, move_rules=True)
    updates.activate(update, move_rules=True, seen=update.report)
    assert current()["330115"] == "浙江省/杭州市/桐庐区"
    places = set(CoverageRule.objects.open().values_list("region__code", "region__name"))
    assert {("330115", "桐庐区"), ("330127", "千岛湖县")} <= places
    assert {(one.rule.region.code, one.rule.region.name, one.automatic) for one in proposals()} == {
        ("330103", "下城区", False),
        ("330106", "西湖区", False),
    }
    assert everything() != before
    updates.undo(update)
    assert everything() == before
    with pytest.raises(ValidationError):
        updates.undo(update)


@pytest.mark.slow
def test_an_undone_edition_can_be_activated_again(place):
    for _again in range(2):
        update = updates.add_edition(zipped_archive(place))
        updates.activate(update)
        assert "330115" in current()
        updates.undo(update)
        assert "330115" not in current()


@pytest.mark.parametrize(
    "newer",
    [
        lambda: rule_on("330115"),
        lambda: RegionName.objects.create(
            region=Region.objects.open().get(code="330115"), name="桐城", kind="colloquial", source="people"
        ),
        lambda: CoverageRule.objects.open().filter(region__code="330127").update(note="new"),
        lambda: updates.activate(updates.add_changes([row("rename", "330110", "330110::新余杭区")])),
    ],
)
@pytest.mark.slow
def test_undo_refuses_where_something_newer_stands(place, newer):
    rule_on("330127")
    update = updates.add_edition(zipped_archive(place))
    updates.activate(update, move_rules=True)
    newer()
    before = everything()
    with pytest.raises(ValidationError):
        updates.undo(update)
    assert everything() == before


@pytest.mark.slow
def test_what_was_not_shown_is_not_written(place):
    rule_on("330122")
    update = updates.add_edition(zipped_archive(place))
    rule_on("330103", "two")
    before = everything()
    with pytest.raises(ValidationError, match="compare again|重新比对"):
        updates.activate(update, seen=update.report)
    assert everything() == before
    updates.activate(update, seen=updates.compare(update).report)


@pytest.mark.slow
def test_a_future_day_is_activated_on_that_day(place, clock):
    update = updates.add_edition(zipped_archive(place))
    updates.plan_day(update, datetime.date(2026, 12, 1))
    assert "waits on 2026-12-01" in run("region_updates", commit=True)
    assert "330115" not in current()
    clock.move_to(datetime.datetime(2026, 11, 30, 15, 59, tzinfo=datetime.UTC))  # 23:59 in China
    run("region_updates", commit=True)
    assert "330115" not in current()
    clock.move_to(datetime.datetime(2026, 11, 30, 16, 1, tzinfo=datetime.UTC))
    assert "exit 1" in run("region_updates")
    assert "330115" not in current()
    assert "exit" not in run("region_updates", commit=True)
    assert "330115" in current()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: (folder / TOWNSHIPS).unlink(), TOWNSHIPS),
        (lambda folder: (folder / "x.txt").write_text("x"), None),
        (lambda folder: (folder / SUCCESSIONS).write_text("old_code\n"), SUCCESSIONS),
        (lambda folder: (folder / "edition.json").write_text("{}"), "edition.json"),
    ],
)
def test_files_that_are_not_whole_are_refused_with_the_file(place, spoil, told):
    spoil(place.after)
    if told is None:  # what else lies in the archive is left out
        assert updates.add_edition(zipped_archive(place)).pk
        return
    with pytest.raises(EditionError, match=told):
        updates.add_edition(zipped_archive(place))
    assert not RegionUpdate.objects.exists()


def test_an_edition_without_checksums_is_refused(place):
    path = place.after / "edition.json"
    path.write_text(path.read_text().replace("sha256", "sums"))
    with pytest.raises(EditionError, match=TOWNSHIPS):
        updates.add_edition(pack_folder(place.after))


def test_no_archive_is_named_as_such(place):
    with pytest.raises(EditionError, match="ZIP"):
        pack_uploads([("next.zip", b"PK no")])


# --- what it does to answers, held against the answers themselves


def answers(day=None) -> dict[tuple[str, str], str]:
    """(service, county code) → state, asked as everybody asks."""
    found = {}
    services = list(Service.objects.all())
    for region in Region.objects.open().filter(level=3):
        hits = {
            hit.service.slug: str(hit.state)
            for hit in who_covers(region, filters=Filters(states=tuple(AnswerState)), limit=100).hits
        }
        for service in services:
            found[service.slug, region.code] = hits.get(service.slug, "not_covered")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("move", [False, True])
def test_the_answers_it_foretells_are_those_it_makes(place, seed, move):
    dice = random.Random(seed)
    regions = [region for region in Region.objects.open() if region.level > 1]
    for number in range(6):
        service = make_service(f"s{number}", brand=f"b{number}")
        chosen = dice.sample(regions, dice.randint(2, 6))
        cut = dice.randint(1, len(chosen) - 1)
        with change_set(reason="set up") as changes:
            changes.created(service, *make_rules(service, include=chosen[:cut], exclude=chosen[cut:]))
    before = answers()
    names = dict(Region.objects.open().values_list("code", "name"))
    update = updates.add_edition(pack_folder(place.after))
    updates.compare(update, move_rules=move)
    updates.activate(update, move_rules=move)
    after = answers()
    came_from = {"330115": "330122", "330107": "330106", "330113": "330110"} | {c: c for c in names}
    changed = {
        (service, code, before[service, came_from[code]], state)
        for (service, code), state in after.items()
        if before[service, came_from[code]] != state
    }
    changed |= {
        (service, "330102", before[service, "330103"], after[service, "330102"])
        for service in Service.objects.values_list("slug", flat=True)
        if before[service, "330103"] != after[service, "330102"]
    }
    told = set()
    for county, service, was, becomes in update.report["effects"]["answers"]["rows"]:
        sides = county.split(" → ")
        code = (sides[-1] if len(sides) > 1 else county)[:6]
        told.add((service, code, was, becomes))
    assert told == changed


@pytest.mark.parametrize(
    ("row_of", "by_itself", "asks"),
    [
        (lambda: row("upgrade", "330122", "330115::桐庐区"), 1, 0),
        (lambda: row("recode", "330122", "330115"), 1, 0),
        (lambda: row("merge", "330122", "330115::新区"), 0, 1),
        (lambda: row("merge", "330122;330127", "330115::新区"), 0, 2),
        (lambda: row("merge", "330122", "330127"), 0, 1),
    ],
)
@pytest.mark.slow
def test_only_a_whole_territory_takes_its_rules_along(place, row_of, by_itself, asks):
    for code in {"330122", *row_of()["code"].split(";")}:
        rule_on(code)
    update = updates.add_changes([row_of()])
    effects = updates.compare(update, move_rules=True).report["effects"]
    assert (effects["by_itself"], effects["asks"]) == (by_itself, asks)
    updates.activate(update, move_rules=True)
    assert len(proposals()) == asks


def test_two_upgrades_into_one_ask(place):
    rows = [row("upgrade", "330122", "330115::新区"), row("merge", "330127", "330115")]
    for code in ("330122", "330127"):
        rule_on(code)
    update = updates.add_changes(rows)
    assert updates.compare(update, move_rules=True).report["effects"]["asks"] == 2
    updates.activate(update, move_rules=True)
    assert len(proposals()) == 2


def test_a_place_that_was_merged_and_came_again_is_no_difference(place):
    """An earlier life of the same code and name ended; that is not news."""

    def change(rows):
        rows.update(BEFORE)
        rows["regions.csv"] = [
            *(line for line in BEFORE["regions.csv"] if not line.startswith("330127")),
            "330127,county,330100,淳安县,淳安,chunanxian,1981-01-01,year,1985-01-01,day",
            "330127,county,330100,淳安县,淳安,chunanxian,1990-01-01,day,,",
        ]
        rows[SUCCESSIONS] = ["330127,1981-01-01,330122,1981-01-01,merge,1985-01-01,day,whole,,notice"]

    folder = write_edition(place.folder / "again", edition="2026-11-03", change=change)
    run("load_regions", dir=folder, commit=True)
    update = updates.add_edition(pack_folder(folder))
    assert not any(update.report["counts"].values())


# --- history


@pytest.mark.slow
def test_history_of_towns_is_not_lost_by_an_edition_that_does_not_know_it(place):
    updates.activate(updates.add_edition(zipped_archive(place)))
    edges = Succession.objects.filter(old__level=4).count()
    assert edges == 4

    def silent(rows):
        rows[SUCCESSIONS] = [line for line in rows[SUCCESSIONS] if len(line.split(",")[0]) != 9]

    from .next_edition import _after

    def change(rows):
        rows.update(BEFORE)
        _after(rows)
        silent(rows)

    later = write_edition(place.folder / "later", edition="2026-11-20", change=change)
    run("load_regions", dir=later, commit=True)
    assert Succession.objects.filter(old__level=4).count() == edges

    # one that tells another fate does replace what is on file
    def other(rows):
        change(rows)
        rows[SUCCESSIONS].append("330103001,,330102001,,merge,2026-11-01,day,whole,,notice")

    run(
        "load_regions",
        dir=write_edition(place.folder / "other", edition="2026-11-21", change=other),
        commit=True,
    )
    assert list(Succession.objects.filter(old__code="330103001").values_list("new__code", flat=True)) == [
        "330102001"
    ]


# --- announced changes


FIVE = [
    row("upgrade", "330122", "330115::桐庐区"),
    row("merge", "330103", "330102"),
    row("split", "330106", "330106:most:新西湖区;330107::三墩区"),
    row("carve-out", "330110", "330113::临平区"),
    row("rename", "330127", "330127::千岛湖县"),
    row("town", "330106109", parent="330107"),
    row("town", "330110001", parent="330113"),
]


def test_announced_changes_bring_their_townships_along(place):
    older = Region.objects.filter(code="330122100")  # than the district that it comes to
    older.update(valid_from="2019-01-01", from_precision="year")
    update = updates.add_changes(FIVE)
    updates.activate(update)
    found = current()
    assert {code: name for code, name in found.items() if len(code) == 6 and code > "330100"} == {
        "330102": "浙江省/杭州市/上城区",
        "330106": "浙江省/杭州市/新西湖区",
        "330107": "浙江省/杭州市/三墩区",
        "330110": "浙江省/杭州市/余杭区",
        "330113": "浙江省/杭州市/临平区",
        "330115": "浙江省/杭州市/桐庐区",
        "330127": "浙江省/杭州市/千岛湖县",
    }
    assert {code: name.split("/")[2] for code, name in found.items() if len(code) == 9} == {
        "330102001": "上城区",
        "330103001": "上城区",
        "330106001": "新西湖区",
        "330106109": "三墩区",
        "330110001": "临平区",
        "330110109": "余杭区",
        "330122100": "桐庐区",
    }
    assert Region.objects.open().get(code="330115").pinyin == "tongluqu"
    assert Release.objects.get(state="active").edition == f"2026-01-01+{update.pk}"
    assert "faults 0" in run("check_regions")


@pytest.mark.slow
def test_announced_changes_are_undone(place):
    for code in ("330122", "330103", "330110", "330127", "330110001"):
        rule_on(code)
    before = everything()
    update = updates.add_changes(FIVE)
    updates.activate(update, move_rules=True)
    assert everything() != before
    updates.undo(update)
    assert everything() == before


def test_it_survives_an_edition_that_does_not_know_it(place):
    update = updates.add_changes([row("upgrade", "330122", "330115::桐庐区")])
    updates.activate(update)
    later = write_edition(
        place.folder / "later", edition="2026-11-25", change=lambda rows: rows.update(BEFORE)
    )
    told = run("load_regions", dir=later, commit=True)
    assert "announced, kept" in told
    assert current()["330115"] == "浙江省/杭州市/桐庐区"
    assert current()["330122100"] == "浙江省/杭州市/桐庐区/富春江镇"
    assert Release.objects.get(state="active").edition == f"2026-11-25+{update.pk}"


@pytest.mark.slow
def test_it_is_overtaken_by_an_edition_that_knows_it(place):
    update = updates.add_changes([row("upgrade", "330122", "330115::桐庐区")])
    updates.activate(update)
    key = Region.objects.open().get(code="330115").pk
    edition = updates.add_edition(pack_folder(place.after))
    assert len(edition.report["overtaken"]) == 1
    updates.activate(edition)
    update.refresh_from_db()
    assert update.state == UpdateState.OVERTAKEN
    assert Region.objects.open().get(code="330115").pk == key  # the same life, its first day put right
    assert Region.objects.open().get(code="330115").valid_from == datetime.date(2026, 11, 1)
    assert Release.objects.get(state="active").edition == "2026-11-02"
    updates.undo(edition)
    update.refresh_from_db()
    assert update.state == UpdateState.ACTIVE
    assert Region.objects.open().get(code="330115").valid_from == datetime.date(2026, 11, 20)


@pytest.mark.slow
def test_it_is_overtaken_by_an_edition_that_says_otherwise(place):
    updates.activate(updates.add_changes([row("rename", "330127", "330127::淳安新县")]))
    later = edition_after(place.folder / "later", "2026-11-25")
    edition = updates.add_edition(pack_folder(later))
    assert "330127" in edition.report["overtaken"][0]
    updates.activate(edition)
    assert current()["330127"] == "浙江省/杭州市/千岛湖县"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (row("rename", "330127", "330127"), "new name"),
        (row("rename", "330199", "330199::甲县"), "330199"),
        (row("upgrade", "330122", "330115"), "name"),
        (row("upgrade", "330122", "330102"), "merger"),
        (row("split", "330106", "330107::三墩区"), "split"),
        (row("split", "330106", "330107::三墩区;330108::丁区"), "most"),
        (row("merge", "330103;330102", "330102"), "goes on"),
        (row("carve-out", "330110", "330113001::临平区"), "nine digits"),
        (row("town", "330110", parent="330113"), "nine digits"),
        (row("rename", "330127", "330127::甲县", date="soon"), "day"),
        (row("rename", "330127", "330127::甲县", source=""), "source"),
        (row("rename", "330127", "330127::甲\x00县"), "NUL"),
        (row("rename", "330127", "330127::甲县", date="1980-01-01"), "1981"),
        (row("abolish", "330127"), "action"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_cure(place, wrong, told):
    from django.utils import translation

    with translation.override("en"), pytest.raises(AnnouncementError, match=told):
        updates.add_changes([wrong])
    assert not RegionUpdate.objects.exists()


def test_it_is_not_activated_before_its_day(place):
    update = updates.add_changes([row("rename", "330127", "330127::千岛湖县", date="2027-01-01")])
    with pytest.raises(ValidationError):
        updates.activate(update)
    with pytest.raises(ValidationError):
        updates.plan_day(update, datetime.date(2026, 12, 31))
    updates.plan_day(update, datetime.date(2027, 1, 1))


@pytest.mark.slow
def test_the_same_by_command(place):
    rule_on("330122")
    before = everything()
    told = run("region_updates", "add", "--dir", str(place.after))
    assert "upgraded 2: " in told
    assert "330122 桐庐县 -> 330115 桐庐区" in told
    assert "rules in force on regions that end: 1 of 1 services: one (330122 桐庐县)" in told
    update = RegionUpdate.objects.get()
    run("region_updates", "activate", str(update.pk), "--move-rules")
    assert CoverageRule.objects.open().get().region.name == "桐庐区"
    run("region_updates", "undo", str(update.pk))
    assert everything() == before
    path = place.folder / "corrections.csv"
    path.write_text(
        ",".join(COLUMNS) + "\ndate,330103,,,,,,,2021-03-11,,for the build\n"
        "rename,330127,,,,,,330127::千岛湖县,2026-11-20,,浙江省人民政府\n"
    )
    assert len(rows_of_file(path.read_text())) == 1
    run("region_updates", "add", "--changes", str(path))
    run("region_updates", "discard", str(RegionUpdate.objects.first().pk))
    assert everything() == before
    with pytest.raises(CommandError, match="There is no update 999"):
        call_command("region_updates", "activate", "999")


@pytest.mark.slow
def test_a_load_by_command_can_be_undone_too(place):
    before = everything()
    run("load_regions", dir=place.after, commit=True)
    update = RegionUpdate.objects.get()
    updates.undo(update)
    assert everything() == before
    assert plan(read_edition(place.folder / "before")).changed == 0


def test_rows_are_read_by_day_with_townships_last():
    rows = [row("town", "330110001", parent="330113"), row("rename", "330127", "330127::千岛湖县")]
    assert [one.action for one in read_rows(rows)] == ["rename", "town"]
