"""A service's coverage edited as a tree, over HTTP: what results, what is written, what is refused, at what price."""

import json
import random
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regions.lookup import memory
from regions.models import Change, CoverageImport, CoverageRule, Region
from regions.models.base import today
from regions.services import records
from regions.services.changes import current_sequence
from regions.tests.factories import load_regions, make_rules, make_service

YESTERDAY, TOMORROW = today() - timedelta(1), today() + timedelta(1)


@pytest.fixture
def city(world):
    """广州市 with two counties whole, and the province around it."""
    return load_regions("440105", "440300", below=["440103", "440104"])


def url(service) -> str:
    return reverse("admin:regions_service_coverage", args=[service.pk])


def choice(code, kind, **more):
    return {"code": code, "kind": kind, "hours": None, "note": "", "day": "", **more}


def post(client, service, do, *choices, **more):
    data = {"do": do, "seen": current_sequence(), "choices": json.dumps(choices), "reason": "why", **more}
    return client.post(url(service), data, follow=True)


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def refused(response) -> str:
    return response.context["refused"]


def listed(service, day=None) -> dict[str, str]:
    rules = CoverageRule.objects.current(day or today()).filter(service=service)
    return dict(rules.values_list("region__code", "kind"))


# --- What results ------------------------------------------------------------------------------------------------


class Naive:
    """A second reading of the rules: a division is the set of its leaves, and the nearest rule decides on each."""

    def __init__(self, kinds: dict[str, str]) -> None:
        self.kinds = kinds
        self.paths = {region.code: region.path for region in Region.objects.open()}

    def decides(self, path: str) -> str:
        return next(
            (self.kinds[code] for code in reversed(path.strip("/").split("/")) if code in self.kinds), ""
        )

    def included(self, path: str) -> bool:
        return self.decides(path) == "include"

    def without(self, code: str) -> str:
        """What is said of a place of which nothing is covered."""
        taken_out = self.decides(self.paths[code]) == "exclude"
        return "unknown" if not self.kinds else "excluded" if taken_out else "not_covered"

    def parts(self, unit: str) -> list[bool]:
        """The unit itself, for what no township is named of, and its townships."""
        return [self.included(path) for path in self.paths.values() if path.startswith(unit)]

    def counties(self, top: str) -> tuple[int, int, int]:
        counties = {path for code, path in self.paths.items() if len(code) == 6 and not code.endswith("00")}
        alone = {
            path
            for code, path in self.paths.items()
            if code.endswith("00")
            and not code.endswith("0000")
            and not any(c.startswith(path) for c in counties)
        }
        units = [path for path in counties | alone if path.startswith(top)]
        parts = [self.parts(unit) for unit in units]
        return sum(map(all, parts)), sum(any(each) and not all(each) for each in parts), len(units)

    def whole_and_part(self, code: str) -> tuple[int, int, int]:
        path = self.paths[code]
        if len(code) == 6 and code.endswith("00"):
            return self.counties(path)
        towns = [
            self.included(each) for each in self.paths.values() if each.startswith(path) and each != path
        ]
        return sum(towns), 0, len(towns)


def test_what_is_taken_out_and_what_nobody_names_are_told_apart(city, desk):
    """As the API tells them; and what is covered in part is counted beside what is covered, in the country too."""
    service = make_service("fresh")
    shown = ",".join(["440000", "440100", "440103", "440104", "440300"])
    told = post(desk, service, "look", shown=shown).json()
    assert {state for state, _mark, _words in told["results"].values()} == {"unknown"}
    one = next(code for code in city if code.startswith("440103") and len(code) == 9)
    told = post(
        desk,
        service,
        "look",
        choice("440104", "exclude"),
        choice(one, "include"),
        choice("440300", "include"),
        shown=shown,
    ).json()
    words = {code: (state, said) for code, (state, _mark, said) in told["results"].items()}
    assert words["440104"] == ("excluded", "excluded")
    assert words["440100"][0] == words["440103"][0] == "partly_covered"
    assert "0/" in words["440100"][1] and words["440100"][1].endswith(", and 1 more in part")
    assert words["440300"] == ("covered", "covered") and ", and 1 more in part" in told["whole"]
    page = post(desk, service, "preview", choice("440104", "exclude"))
    assert (
        "needs no rule of its own" in page.content.decode()
        and "nothing to carve it out of" in page.content.decode()
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_what_results_is_what_a_naive_reading_says_and_what_the_api_answers(city, world, desk, api, seed):
    dice = random.Random(seed)
    codes = ["100000", "440000", "440100", "440103", "440104", "440105", "440300"]
    codes += dice.sample(sorted(code for code in city if code.startswith("44010") and len(code) == 9), 12)
    for _round in range(3):
        chosen = [
            choice(code, dice.choice(["", "include", "exclude"]))
            for code in dice.sample(codes, dice.randint(1, 8))
        ]
        kinds = listed(world.ours) | {each["code"]: each["kind"] for each in chosen}
        kinds = {code: kind for code, kind in kinds.items() if kind}
        naive = Naive(kinds)
        told = post(desk, world.ours, "look", *chosen, shown=",".join([*codes, "330102"])).json()["results"]
        for code in codes:
            covered, partly, total = naive.whole_and_part(code)
            state, _mark, words = told[code]
            if not total:  # a township, or a county of which no townships are on file
                expected = "covered" if naive.included(naive.paths[code]) else naive.without(code)
            elif partly or 0 < covered < total:
                expected = "partly_covered"
                assert f" {covered}/{total}" in words and (f", and {partly} more in part" in words) == bool(
                    partly
                ), code
            else:
                expected = "covered" if covered else naive.without(code)
            if (
                len(code) == 6
                and not code.endswith("00")
                and not any(rule.startswith(code) and rule != code for rule in kinds)
            ):
                expected = "covered" if naive.included(naive.paths[code]) else naive.without(code)
            assert state == expected, (code, kinds)
        response = post(desk, world.ours, "apply", *chosen)
        if "Written" not in said(response):  # all of it stood already, or a wider rule says it
            assert not refused(response)
        for code in codes:
            answer = api.get("/api/v1/coverage/", {"region": code, "brand": "a"}).json()
            hits = answer["answers"][0]["results"]
            if len(code) == 9:
                covered = any(hit["state"] == "covered" for hit in hits)
                assert covered == naive.included(naive.paths[code]), (code, kinds)


def test_the_rows_below_a_division_come_on_demand(city, world, desk):
    page = desk.get(url(world.ours)).content.decode()
    assert 'data-code="440000"' in page and 'data-code="440100"' not in page
    rows = post(desk, world.ours, "open", code="440000").content.decode()
    assert 'data-code="440100"' in rows and 'data-code="440103"' not in rows
    rows = post(
        desk, world.ours, "open", choice("440103", "include"), code="440000", counties="1"
    ).content.decode()
    assert 'data-code="440103"' in rows and 'data-code="440103001"' not in rows and "1/3" in rows
    assert post(desk, world.ours, "open", code="999999").content.decode().strip() == ""
    at_once = desk.get(url(world.ours), {"region": "440103"}).content.decode()
    assert 'data-code="440103"' in at_once


@pytest.mark.parametrize("words", ["荔湾", "440103", "liwan", "lwq", "LWQ", "广州 荔湾", "广东荔湾"])
def test_a_division_is_found_and_its_branch_named(city, world, desk, words):
    found = desk.get(url(world.ours), {"q": words}).json()["found"]
    first = next(each for each in found if each["code"] == "440103")
    assert first["above"] == "100000,440000,440100"


@pytest.mark.slow
@pytest.mark.parametrize("words", ["", " ", "\x00", "x" * 500, "%%%", "(["])
def test_a_search_for_nothing_finds_nothing(world, desk, words):
    assert desk.get(url(world.ours), {"q": words}).json() == {"found": []}


# --- What is written ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_all_of_a_city_but_a_county_is_one_change_set_with_its_reason(city, world, desk, chief):
    before = current_sequence()
    chosen = (choice("440100", "include", note="仅限城区", hours=24), choice("440103", "exclude"))
    shown = post(desk, world.ours, "preview", *chosen)
    assert [row.effect for row in shown.context["rows"]] == ["new", "new"]
    assert current_sequence() == before and listed(world.ours) == {"510322": "include"}
    assert "2 new, 0 changed, 0 closed" in said(post(desk, world.ours, "apply", *chosen, reason="荔湾店关了"))
    assert listed(world.ours) == {"510322": "include", "440100": "include", "440103": "exclude"}
    rule = CoverageRule.objects.get(region__code="440100")
    assert (rule.note, rule.response_hours, rule.valid_from) == ("仅限城区", 24, today())
    written = Change.objects.filter(pk__gt=before)
    assert {(each.reason, each.actor) for each in written} == {("荔湾店关了", chief)}
    assert len({each.changeset for each in written}) == 1 and written.count() == 2


def test_another_kind_note_or_response_ends_a_rule_and_begins_another(city, world, desk):
    old, other = make_rules(
        world.ours, include=[city["440100"], city["440300"]], note="老", source=world.source
    )
    chosen = (choice("440100", "exclude"), choice("440300", "include", note="新", hours=2))
    shown = post(desk, world.ours, "preview", *chosen)
    assert dict(shown.context["effects"]) == {"changed": 2} and shown.context["writes"]
    assert "0 new, 2 changed" in said(post(desk, world.ours, "apply", *chosen))
    assert listed(world.ours, YESTERDAY)["440100"] == "include" and listed(world.ours)["440100"] == "exclude"
    old.refresh_from_db(), other.refresh_from_db()
    assert old.valid_to == other.valid_to == today()
    turned = CoverageRule.objects.current().get(service=world.ours, region__code="440100")
    same = CoverageRule.objects.current().get(service=world.ours, region__code="440300")
    assert (turned.note, turned.source) == ("", None)  # its source said the contrary
    assert (same.note, same.response_hours, same.source) == ("新", 2, world.source)


@pytest.mark.slow
def test_what_began_today_is_changed_and_removed_in_place(city, world, desk):
    post(desk, world.ours, "apply", choice("440100", "include"), choice("440300", "include"))
    first = CoverageRule.objects.get(region__code="440100")
    post(desk, world.ours, "apply", choice("440100", "exclude"), choice("440300", ""))
    first.refresh_from_db()
    assert first.kind == "exclude" and not CoverageRule.objects.filter(region__code="440300").exists()


def test_as_above_closes_and_the_past_stays(city, world, desk):
    assert "1 closed" in said(post(desk, world.ours, "apply", choice("510322", "")))
    assert listed(world.ours) == {} and listed(world.ours, YESTERDAY) == {"510322": "include"}


def test_a_first_day_is_when_the_choice_begins_to_hold(city, world, desk):
    make_rules(world.ours, include=[city["440300"]])
    chosen = (
        choice("440100", "include", day=str(TOMORROW)),
        choice("440300", "exclude", day=str(TOMORROW)),
        choice("510322", "", day=str(TOMORROW)),
        choice("440105", "include", day=str(YESTERDAY)),
    )
    post(desk, world.ours, "apply", *chosen)
    assert listed(world.ours) == {"440300": "include", "510322": "include", "440105": "include"}
    assert listed(world.ours, YESTERDAY)["440105"] == "include"
    assert listed(world.ours, TOMORROW) == {"440300": "exclude", "440100": "include", "440105": "include"}


def test_a_county_is_written_where_the_wider_rule_begins_later(city, world, desk):
    post(
        desk,
        world.ours,
        "apply",
        choice("440100", "include", day=str(TOMORROW)),
        choice("440103", "include"),
        choice("440104", "include", day=str(TOMORROW)),
    )
    assert listed(world.ours) == {"510322": "include", "440103": "include"}
    assert "440104" not in listed(world.ours, TOMORROW)  # the city says it from then on


@pytest.mark.parametrize(
    ("code", "more", "word"),
    [
        ("440999", {}, "no division of today"),
        ("510322", {"kind": "exclude", "day": str(YESTERDAY)}, "correct that rule"),
        ("510322", {"kind": "", "day": str(YESTERDAY)}, "correct that rule"),
        ("440100", {"day": "2999-01-01"}, "a rule begins on"),
        ("440300", {"day": "2001-01-01"}, "a rule held until"),
        ("440103", {"hours": -1}, "whole hours"),
        ("440103", {"hours": 40_000}, "whole hours"),
        ("440103", {"note": "长" * 201}, "at most 200"),
    ],
)
@pytest.mark.slow
def test_what_cannot_be_is_refused_with_its_cure_and_all_else_with_it(city, world, desk, code, more, word):
    make_rules(world.ours, include=[city["440100"]], valid_from=today() + timedelta(30))
    make_rules(world.ours, include=[city["440300"]], valid_to=YESTERDAY)
    before, sequence = listed(world.ours), current_sequence()
    for do in ("preview", "apply"):
        response = post(
            desk, world.ours, do, choice("440105", "include"), choice(code, **{"kind": "include", **more})
        )
        assert response.status_code == 200 and word in refused(response)
        assert [each["code"] for each in response.context["choices"]] == ["440105", code]
    assert listed(world.ours) == before and current_sequence() == sequence


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["", "x", "{}", "[1]", '[{"code": 5}]', '[{"code": "a", "kind": ""}]', '[{"code": "440103", "kind": "all"}]',
     '[{"code": "440103", "kind": "include", "day": "soon"}]', '[{"code": "440103", "kind": "include", "hours": "2"}]',
     '[{"code": "440103", "kind": "include", "note": "\\u0000"}]', '[{"code": "440103", "kind": "include", "x": 1}]',
     "[" * 10_000],
)  # fmt: skip
def test_choices_that_are_none_are_said_to_be_none(world, desk, text):
    for do in ("preview", "apply", "look", "open", "edit"):
        response = desk.post(url(world.ours), {"do": do, "choices": text, "reason": "why"}, follow=True)
        assert response.status_code == 200 and said(response)
    assert listed(world.ours) == {"510322": "include"}


def test_a_reason_is_asked_for(city, world, desk):
    response = post(desk, world.ours, "apply", choice("440100", "include"), reason=" ")
    assert "why" in refused(response) and listed(world.ours) == {"510322": "include"}


def test_whoever_was_overtaken_is_told_by_whom_and_decides_again(city, world, desk):
    seen = current_sequence()
    other = User.objects.create_user("other")
    records.save(
        CoverageRule(service=world.ours, region=city["440103"], kind="exclude"),
        actor=other,
        reason="没有师傅",
    )
    response = post(desk, world.ours, "apply", choice("440100", "include"), seen=seen)
    assert "440100" not in listed(world.ours)
    (sentence,) = response.context["newer"]
    assert "other" in sentence and "没有师傅" in sentence
    post(desk, world.ours, "apply", choice("440100", "include"), seen=response.context["seen"])
    assert listed(world.ours) == {"510322": "include", "440100": "include", "440103": "exclude"}


def test_another_services_changes_are_nobodys_business(city, world, desk):
    seen = current_sequence()
    records.save(CoverageRule(service=world.theirs, region=city["440103"], kind="exclude"))
    post(desk, world.ours, "apply", choice("440100", "include"), seen=seen)
    assert listed(world.ours)["440100"] == "include"


# --- Who may, and at what price ----------------------------------------------------------------------------------


def test_a_maintainer_edits_the_brands_he_is_given_and_no_other(city, world, keeper):
    post(keeper, world.ours, "apply", choice("440100", "include"))
    assert "440100" in listed(world.ours)
    assert keeper.get(url(world.theirs)).status_code == 404
    assert post(keeper, world.theirs, "apply", choice("440100", "include")).status_code == 404


@pytest.mark.slow
def test_who_may_only_look_gets_a_tree_without_buttons(city, world, client):
    viewer = User.objects.create_user("viewer", is_staff=True)
    names = ["view_service", "view_coveragerule", "edit_all_brands"]
    viewer.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(viewer)
    page = client.get(url(world.ours)).content.decode()
    assert 'data-code="440000"' in page and "data-choose" not in page
    assert post(client, world.ours, "look", shown="440000").status_code == 200
    for do in ("preview", "apply", "edit"):
        assert post(client, world.ours, do, choice("440100", "include")).status_code == 403
    viewer.user_permissions.clear()
    client.force_login(User.objects.get(pk=viewer.pk))
    assert client.get(url(world.ours)).status_code in (403, 404)


@pytest.fixture
def long_list(world):
    """3,000 rules: on counties and townships that are made up."""
    province = load_regions("650000")["650000"]
    counties = [
        Region(code=f"69{n:04d}", level=3, parent=province, path=f"{province.path}69{n:04d}/", name=f"第{n}县",
               full_name=f"{province.full_name}/第{n}县", pinyin="x") for n in range(500)
    ]  # fmt: skip
    Region.objects.bulk_create(counties)
    counties = list(Region.objects.filter(code__startswith="69"))
    towns = [
        Region(code=f"{county.code}{n:03d}", level=4, parent=county, path=f"{county.path}{county.code}{n:03d}/",
               name=f"第{n}镇", full_name=f"{county.full_name}/第{n}镇", pinyin="x")
        for county in counties for n in range(5)
    ]  # fmt: skip
    Region.objects.bulk_create(towns)
    service = make_service("long", brand="a")
    regions = Region.objects.filter(code__startswith="69")
    CoverageRule.objects.bulk_create(
        CoverageRule(
            service=service, region=region, kind="include" if n % 5 else "exclude", valid_from="2020-01-01"
        )
        for n, region in enumerate(regions)
    )
    return service


def queries(ask) -> int:
    ask()
    with CaptureQueriesContext(connection) as asked:
        assert ask().status_code == 200
    return len(asked)


@pytest.mark.slow
def test_the_page_costs_ten_queries_at_three_thousand_rules(world, long_list, desk):
    assert CoverageRule.objects.filter(service=long_list).count() == 3000
    first = lambda: memory._memories.clear() or desk.get(url(long_list))  # noqa: E731  # a process's first
    assert queries(first) <= 10
    # The counties of the country with their townships are kept: the list's length costs nothing more.
    assert queries(lambda: desk.get(url(long_list))) == queries(lambda: desk.get(url(world.ours))) <= 7
    shown = ",".join(["100000", "650000"])
    assert queries(lambda: post(desk, long_list, "look", choice("650000", "include"), shown=shown)) <= 10
    deep = lambda: post(desk, long_list, "open", code="650000", counties="1")  # noqa: E731
    assert queries(deep) <= 10
    assert queries(lambda: post(desk, long_list, "preview", choice("650000", "include"))) <= 14


def test_a_maintainers_page_costs_hardly_more(world, keeper):
    assert queries(lambda: keeper.get(url(world.ours))) <= 13


# --- The ways to it, and without scripts -------------------------------------------------------------------------


@pytest.mark.slow
def test_ways_lead_to_it(world, desk):
    address = url(world.ours)
    draft = CoverageImport.objects.get(service=world.ours)
    for model, key in (("brand", world.brand.pk), ("service", world.ours.pk), ("coveragerule", world.rule.pk), ("coverageimport", draft.pk)):  # fmt: skip
        page = desk.get(reverse(f"admin:regions_{model}_change", args=[key])).content.decode()
        assert f'href="{address}' in page, model
    listed_rules = desk.get(reverse("admin:regions_coveragerule_changelist"), {"service": world.ours.pk})
    assert f'href="{address}"' in listed_rules.content.decode()


@pytest.mark.slow
def test_without_scripts_the_paste_box_has_the_list(city, world, desk):
    make_rules(world.ours, include=[city["440100"]], exclude=[city["440103"]])
    page = desk.get(url(world.ours)).content.decode()
    address = reverse("admin:regions_coverageimport_add") + f"?service={world.ours.pk}&list=1"
    assert "<noscript>" in page and address.replace("&", "&amp;") in page
    form = desk.get(address).context["form"]
    assert form.initial["mode"] == "replace" and "广州市(除" in form.initial["text"]
    given = {"service": world.ours.pk, "mode": "replace", "text": form.initial["text"]}
    shown = desk.post(reverse("admin:regions_coverageimport_add"), given, follow=True)
    assert shown.context["preview"].changes_nothing
