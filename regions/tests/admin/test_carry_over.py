"""The page on which rules on abolished regions are carried over: by whom, what goes, and what is refused in words."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from regions.models import Change, ChangeSet, CoverageRule
from regions.models.base import today
from regions.tests.factories import load_regions, make_rules, make_service

URL = reverse("admin:regions_coveragerule_carry_over")


@pytest.fixture
def places(world):
    """330104 江干区 was split between 330102 and 330114; 320125 高淳县 became 320118 高淳区 whole."""
    return load_regions("330104", "320125", "330102", "510322")


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def press(client, **data):
    return client.post(URL, data, follow=True)


def open_on(region):
    return CoverageRule.objects.open().filter(region=region)


def test_the_page_groups_rules_by_region_and_offers_what_followed(places, world, desk):
    whole = make_rules(world.ours, include=[places["320125@"]])[0]
    split = make_rules(world.ours, exclude=[places["330104@"]], note="仅限城区")[0]
    make_rules(world.theirs, include=[places["330104@"]])
    response = desk.get(URL)
    page = response.content.decode().split('id="doubts"')[0]
    assert [len(group["rows"]) for group in response.context["groups"]] == [1, 2]
    assert [group["by_itself"] for group in response.context["groups"]] == [True, False]
    assert "江苏省/南京市/高淳县" in page and "国函〔2021〕29号" in page and "仅限城区" in page
    for code in ("320118", "330102", "330114"):
        assert f'name="to" value="{code}"' in page
    assert f'value="{whole.pk}" checked' in page and f'value="{split.pk}" checked' in page
    assert page.count('name="to"') == 3 and page.count('name="to" value="320118" checked') == 1


def test_what_was_merged_is_not_ticked_and_says_why(world, desk):
    merged = load_regions("320103")["320103@"]
    make_rules(world.ours, include=[merged])
    response = desk.get(URL)
    page = response.content.decode().split('id="doubts"')[0]
    assert [group["by_itself"] for group in response.context["groups"]] == [False]
    assert 'name="to" value="320104">' in page and "the successor is larger: it was merged" in page


def test_nothing_to_do_is_said(world, desk):
    page = desk.get(URL).content.decode()
    assert "No rule stands on an abolished region." in page and 'value="all"' not in page


def test_one_button_moves_what_went_whole_in_one_change_set(places, world, desk, chief):
    make_rules(world.ours, include=[places["320125@"], places["330104@"]])
    make_rules(world.theirs, include=[places["320125@"]])
    before = Change.objects.latest("id").pk
    response = press(desk, do="all")
    assert "2 rules were carried over" in said(response)
    assert open_on(places["320118"]).count() == 2
    assert open_on(places["330104@"]).count() == 1
    changes = Change.objects.filter(pk__gt=before)
    assert {change.actor for change in changes} == {chief} and changes.count() == 4
    assert len({change.changeset for change in changes}) == 1


def test_pressing_twice_moves_nothing_twice(places, world, desk):
    make_rules(world.ours, include=[places["320125@"]])
    press(desk, do="all")
    before = Change.objects.count()
    assert "nothing left" in said(press(desk, do="all"))
    assert Change.objects.count() == before and open_on(places["320118"]).count() == 1


@pytest.mark.parametrize("codes", [["330102"], ["330102", "330114"]])
def test_a_split_goes_where_a_person_says(places, world, desk, codes):
    rules = make_rules(world.ours, exclude=[places["330104@"]]) + make_rules(
        world.theirs, include=[places["330104@"]]
    )
    chosen = [rule for rule in rules if codes == ["330102", "330114"] or rule.service == world.ours]
    before = Change.objects.latest("id").pk
    response = press(desk, do="chosen", rule=[rule.pk for rule in chosen], to=codes)
    assert "carried over" in said(response) and "上城区" in said(response)
    for code in codes:
        # The other brand has its own rule on 330102 from before.
        expected = {world.ours.pk} if len(codes) == 1 else {world.ours.pk, world.theirs.pk}
        assert expected <= set(open_on(places[code]).values_list("service", flat=True))
    assert open_on(places["330104@"]).count() == len(rules) - len(chosen)
    assert len(set(Change.objects.filter(pk__gt=before).values_list("changeset", flat=True))) == 1


@pytest.mark.slow
def test_other_regions_can_be_named_by_name_or_code(places, world, desk):
    (rule,) = make_rules(world.ours, include=[places["330104@"]])
    press(desk, do="chosen", rule=rule.pk, to="330114", other="330105")
    assert "Not a current region: 330105" in said(press(desk, do="chosen", rule=rule.pk, other="330105"))
    assert open_on(places["330104@"]).exists()
    press(desk, do="chosen", rule=rule.pk, to="330114", other="杭州市上城区")
    assert {open_on(places[code]).filter(service=world.ours).count() for code in ("330102", "330114")} == {1}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"to": []}, "Choose at least one region"),
        ({"rule": []}, "Choose at least one rule"),
        ({"rule": ["x"]}, "Choose at least one rule"),
        ({"rule": ["999999"]}, "look at the page again"),
        ({"to": ["330104"]}, "Not a current region: 330104"),
        ({"to": ["x"]}, "Choose at least one region"),
        ({"other": "不知何处"}, "不知何处"),
        ({"other": "330104"}, "Not a current region: 330104"),
        ({"other": "四川省除甘孜外"}, ""),
    ],
)
@pytest.mark.slow
def test_bad_choices_change_nothing_and_say_why(places, world, desk, change, words):
    (rule,) = make_rules(world.ours, include=[places["330104@"]])
    before = Change.objects.count()
    response = press(desk, **({"do": "chosen", "rule": [rule.pk], "to": ["330102"]} | change))
    assert words in said(response) and "Nothing was changed." in said(response)
    assert Change.objects.count() == before
    rule.refresh_from_db()
    assert rule.valid_to is None


@pytest.mark.slow
def test_a_stale_page_changes_nothing(places, world, desk):
    """Somebody else carried one of the rules over in the meantime; the whole choice is refused."""
    rules = make_rules(world.ours, include=[places["330104@"]]) + make_rules(
        make_service(), include=[places["330104@"]]
    )
    press(desk, do="chosen", rule=rules[0].pk, to="330114")
    before = Change.objects.count()
    response = press(desk, do="chosen", rule=[rule.pk for rule in rules], to="330102")
    assert "carried over by somebody else" in said(response)
    assert Change.objects.count() == before
    assert open_on(places["330104@"]).get() == rules[1]


def test_all_of_a_choice_or_nothing(places, world, desk):
    """The second rule meets a contrary one; the first does not go either."""
    rules = make_rules(world.ours, include=[places["330104@"]]) + make_rules(
        world.theirs, exclude=[places["330104@"]]
    )
    response = press(desk, do="chosen", rule=[rule.pk for rule in rules], to="330102")
    assert "has a contrary rule for this service" in said(response)
    assert open_on(places["330104@"]).count() == 2
    assert not open_on(places["330102"]).filter(service=world.ours).exists()


def test_what_is_in_the_way_is_linked_and_not_ticked(places, world, desk):
    (rule,) = make_rules(world.ours, include=[places["320125@"]])
    (other,) = make_rules(world.ours, include=[places["320118"]], valid_to=today() + timedelta(days=5))
    page = desk.get(URL).content.decode()
    assert reverse("admin:regions_coveragerule_change", args=[other.pk]) in page
    assert f'value="{rule.pk}">' in page and f'value="{rule.pk}" checked' not in page
    assert "for a part of that time" in page


@pytest.mark.slow
def test_a_maintainer_sees_and_moves_only_their_own(places, world, keeper):
    make_rules(world.ours, include=[places["320125@"]])
    (their,) = make_rules(world.theirs, include=[places["320125@"]])
    page = keeper.get(URL)
    assert page.context["page"].paginator.count == 1
    assert "look at the page again" in said(press(keeper, do="chosen", rule=their.pk, to="320118"))
    press(keeper, do="all")
    assert open_on(places["320118"]).get().service == world.ours
    assert open_on(places["320125@"]).get() == their


def test_who_may_only_look_sees_no_buttons_and_moves_nothing(places, world, client):
    make_rules(world.ours, include=[places["320125@"]])
    user = User.objects.create_user("reader", password="secret", is_staff=True)
    client.force_login(user)
    assert client.get(URL).status_code == 403
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_coveragerule", "edit_all_brands", "view_release"])
    )
    page = client.get(URL)
    assert page.status_code == 200 and b'name="do"' not in page.content and b"checkbox" not in page.content
    assert client.post(URL, {"do": "all"}).status_code == 403
    assert open_on(places["320125@"]).count() == 1
    client.logout()
    assert client.get(URL).status_code == 302


@pytest.mark.slow
def test_the_ways_to_the_page(places, world, desk):
    (rule,) = make_rules(world.ours, include=[places["320125@"]])
    for name, args in (
        ("coveragerule_changelist", []),
        ("coveragerule_change", [rule.pk]),
        ("release_changelist", []),
    ):
        assert URL in desk.get(reverse(f"admin:regions_{name}", args=args)).content.decode(), name
    address = reverse("admin:regions_coveragerule_change", args=[world.rule.pk])
    assert URL not in desk.get(address).content.decode()
    assert "rules on abolished regions: 1" in desk.get(reverse("admin:index")).content.decode()


@pytest.mark.slow
def test_many_rules_come_a_page_at_a_time_and_cost_no_more(
    places, world, desk, django_assert_max_num_queries
):
    for _n in range(30):
        make_rules(make_service(), include=[places["330104@"], places["320125@"]])
    for number, count in (("1", 25), ("3", 10), ("99", 10), ("x", 25)):
        with django_assert_max_num_queries(16):
            response = desk.get(URL, {"p": number})
        assert sum(len(group["rows"]) for group in response.context["groups"]) == count
    response = desk.post(f"{URL}?p=2", {"do": "all"})
    assert response["Location"] == f"{URL}?p=2"


def test_a_press_moves_only_so_many(places, world, desk, monkeypatch):
    monkeypatch.setattr("regions.admin.carry_over.AT_ONCE", 2)
    for _n in range(3):
        make_rules(make_service(), include=[places["320125@"]])
    assert "There are more" in said(press(desk, do="all"))
    assert open_on(places["320118"]).count() == 2
    assert "1 rule was carried over." in said(press(desk, do="all"))


def test_the_townships_that_came_over_can_be_chosen_instead_of_the_whole(world, desk):
    places = load_regions("130721", "130705", "130721100", "130721105", "130721107")
    [rule] = make_rules(world.ours, include=[places["130721@"]])
    response = desk.get(URL)
    [group] = response.context["groups"]
    codes = [town.code for town in group["towns"]]
    assert codes and all(code.startswith("1307") for code in codes)
    page = response.content.decode()
    assert all(f'name="to" value="{code}"' in page for code in codes)
    press(desk, do="chosen", rule=rule.pk, to=codes)
    assert {rule.region.code for rule in CoverageRule.objects.open()} >= set(codes)
    assert not open_on(places["130705"]).exists()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["include", "exclude"])
def test_what_an_older_list_means_for_a_part_that_left_is_settled_with_a_button(world, desk, kind):
    places = load_regions("330110", "330113")
    [rule] = make_rules(world.ours, [places["330110"]], source=world.source)
    assert "330113" in desk.get(URL).content.decode()
    answer = {"do": kind, "rule": rule.pk, "to": "330113"}
    assert "330113" in said(press(desk, **answer))
    [new] = open_on(places["330113"])
    assert (new.kind, new.source_id, new.valid_from) == (kind, world.source.pk, today())
    assert [row.pk for row in open_on(places["330110"])] == [rule.pk]  # what it says of 余杭区 stays
    assert ChangeSet.objects.get(uuid=Change.objects.latest("pk").changeset).door == "carry-over"
    assert 'value="330113"' not in desk.get(URL).content.decode()
    press(desk, **answer)
    assert open_on(places["330113"]).count() == 1


@pytest.mark.slow
def test_only_what_is_in_doubt_is_settled_and_only_by_who_keeps_the_brand(world, desk, keeper):
    places = load_regions("330110", "330113", "510322")
    [theirs] = make_rules(world.theirs, [places["330110"]])
    assert "330113" not in keeper.get(URL).content.decode()
    press(keeper, do="exclude", rule=theirs.pk, to="330113")
    for bad in (
        {"rule": theirs.pk, "to": "510322"},
        {"rule": theirs.pk, "to": "nope"},
        {"rule": "x", "to": "330113"},
        {"rule": theirs.pk},
        {"to": "330113"},
    ):
        press(desk, do="include", **bad)
    assert (
        not open_on(places["330113"]).exists()
        and not open_on(places["510322"]).filter(service=world.theirs).exists()
    )
