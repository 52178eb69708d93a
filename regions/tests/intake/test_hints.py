"""What helps with open lines, through the API and the admin: reasons, what was decided before, list lines, mergers."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import translation

from regions.models import ImportLine, RegionName
from regions.services.intake import accept_renames, decide, draft
from regions.services.intake.previewing import preview
from regions.tests import factories

from .conftest import IMPORTS, post

pytestmark = pytest.mark.django_db


def row_of(imp, token):
    return next(row for row in preview(imp).rows if row.line is not None and row.line.token == token)


def test_a_line_says_what_stands_over_it_and_why_it_waits(program, service):
    text = "服务区域：自贡市富顺县\n即将开通：潮州市\n不上门地区：汕头市、朝阳区"
    imp = post(program, IMPORTS, {"service": service.slug, "text": text}, 201)
    lines = program.get(f"{IMPORTS}{imp['id']}/lines/").json()["results"]
    assert [
        (line["token"], line["heading"], line["kind"], line["held"], line["decision"]) for line in lines
    ] == [
        ("自贡市富顺县", "服务区域", "include", "", "accepted"),
        ("潮州市", "即将开通", "include", "not-yet", "open"),
        ("汕头市", "不上门地区", "exclude", "", "accepted"),
        ("朝阳区", "不上门地区", "exclude", "", "open"),
    ]


def test_choosing_under_a_refusing_heading_excludes(admin_client, service):
    imp = draft(service=service, text="服务区域：广东省\n不上门地区：朝阳")
    line = imp.lines.get(token="朝阳")
    admin_client.post(
        f"/admin/regions/coverageimport/{imp.pk}/change/", {"line": line.pk, "do": "choose:110105"}
    )
    line.refresh_from_db()
    assert (line.decision, line.include, line.exclude) == ("accepted", [], ["110105"])


@pytest.mark.slow
def test_what_was_decided_is_offered_again_for_the_brand_and_for_all_where_said_so(service, clerk, places):
    first = draft(service=service, text="自贡市沿摊区、胡说县").lines
    decide(line=first.get(token="自贡市沿摊区"), include=["510311"], actor=clerk)
    decide(line=first.get(token="胡说县"), include=["510322"], actor=clerk, for_all_brands=True)
    again = draft(service=service, text="自贡市沿摊区、胡说县")
    other = draft(service=factories.make_service("other", brand="other"), text="自贡市沿摊区、胡说县")
    assert row_of(again, "自贡市沿摊区").before.include == ["510311"]
    assert row_of(again, "胡说县").before.include == ["510322"]
    assert row_of(other, "自贡市沿摊区").before is None
    assert row_of(other, "胡说县").before.include == ["510322"]
    assert all(line.decision == "open" for line in again.lines.all())  # offered, never chosen


def test_another_line_of_the_text_can_be_declared_a_list_line(program, service):
    text = "自贡市富顺县\n欢迎自贡市沿滩区的朋友来电咨询。\n汕头市"
    imp = post(program, IMPORTS, {"service": service.slug, "text": text}, 201)
    other = [line for line in imp["reading"]["lines"] if line["no"] == 2]
    assert other and other[0]["reason"]
    after = post(program, f"{IMPORTS}{imp['id']}/decisions/", {"list_lines": [2]}, 200)
    assert not [line for line in after["reading"]["lines"] if line["no"] == 2]
    assert after["counts"]["tokens"] == ImportLine.objects.filter(coverage_import=imp["id"]).count() > 2
    refused = program.post(f"{IMPORTS}{imp['id']}/decisions/", {"list_lines": [2]}, format="json")
    assert refused.status_code == 400


@pytest.mark.parametrize("text", ["吴江市（除盛泽镇）", "吴江市部分乡镇", "白下区", "胶南市", "杭州市江干区"])
def test_no_merger_no_split_and_no_limited_name_is_accepted_as_a_rename(make_regions, text):
    make_regions("320584", "320103", "370284", "330104")
    imp = draft(service=factories.make_service("one", brand="b"), text=text)
    accept_renames(imp=imp)
    assert [line.decision for line in imp.lines.all()] == ["open"] * imp.lines.count()


@pytest.mark.slow
def test_what_is_wider_than_a_line_says_is_not_taken_with_its_like(make_regions, admin_client):
    """A merger, a name with a limit, an unknown town and a house in a city: each is decided by itself."""
    make_regions("320103", "320125", "370284", "320584", "510322")
    texts = "南京市白下区、青岛市胶南市、南京市高淳县、吴江市（除盛泽镇）\n自贡市甲乙镇、自贡市富顺县丙丁镇、南京市（0家）"
    imp = draft(service=factories.make_service("one", brand="b"), text=texts)
    url = f"/admin/regions/coverageimport/{imp.pk}/change/"
    page = admin_client.get(url).content.decode()
    assert "all-like:take" not in page
    for line in imp.lines.filter(decision="open"):
        imp.refresh_from_db()
        admin_client.post(url, {"line": line.pk, "do": "all-like:take", "revision": imp.revision})
    taken = imp.lines.filter(decision="accepted").values_list("token", flat=True)
    assert list(taken) == ["南京市高淳县"]
    assert "一个也没有" in row_of(imp, "南京市(0家)").why or "nothing" in row_of(imp, "南京市(0家)").why


def test_a_rename_of_the_same_territory_is_accepted(make_regions):
    make_regions("320125")
    imp = draft(service=factories.make_service("one", brand="b"), text="南京市高淳县")
    assert accept_renames(imp=imp) == 1
    assert imp.lines.get().include == ["320118"]


@pytest.mark.parametrize(("beside", "likely"), [("玄武区", "320106"), ("台江区", "350102"), ("富顺县", "")])
def test_a_choice_beside_its_neighbours_is_named_and_not_taken(make_regions, beside, likely):
    """鼓楼区 is four cities': on a line with another district of one of them that one is named, and none is taken."""
    make_regions("320102", "320106", "350102", "350103", "320302", "410204", "510322")
    imp = draft(service=factories.make_service("one", brand="b"), text=f"{beside}、鼓楼区")
    row = row_of(imp, "鼓楼区")
    assert {place.code for place in row.choices} == {"320106", "350102", "320302", "410204"}
    assert (row.likely, row.line.decision, row.line.include) == (likely, "open", [])
    assert imp.lines.get(token=beside).decision == "accepted"


ASK = "/api/v1/resolve/"


@pytest.mark.slow
def test_who_looks_after_some_brands_decides_for_these_only(program, client, clerk, service):
    """Through the admin and the API, one line and many: refused, and nothing is decided or named."""
    imp = draft(service=service, text="花果城、汕头市")
    line = imp.lines.get(token="花果城")
    page = f"/admin/regions/coverageimport/{imp.pk}/change/"
    client.force_login(clerk)
    assert 'name="for_all"' not in client.get(page).content.decode()
    mine = {"line": line.pk, "do": "other", "other": "510322"}
    decision = {"include": ["510322"], "for_all_brands": True}
    many = {"decisions": [decision | {"line": 1, "position": 1}]}
    assert client.post(page, mine | {"for_all": "on"}).status_code == 403
    assert post(program, f"{IMPORTS}{imp.pk}/lines/1.1/", decision, 403)["detail"].startswith(
        "You may decide"
    )
    post(program, f"{IMPORTS}{imp.pk}/decisions/", many, 403)
    line.refresh_from_db()
    assert (line.decision, line.shared, RegionName.objects.filter(name="花果城").count()) == (
        "open",
        False,
        0,
    )
    assert client.post(page, mine).status_code == 302
    line.refresh_from_db()
    assert (line.decision, line.include) == ("accepted", ["510322"])


@pytest.fixture
def chief(clerk):
    """The clerk, who may now edit all brands."""
    clerk.user_permissions.add(Permission.objects.get(codename="edit_all_brands"))
    return clerk


@pytest.mark.slow
def test_a_decision_for_all_brands_is_an_alias_with_its_source(program, admin_client, service, chief):
    """Offered by every door, in every list; never certain; gone when the decision is taken back."""
    imp = post(program, IMPORTS, {"service": service.slug, "text": "花果城、汕头市"}, 201)
    line = program.get(f"{IMPORTS}{imp['id']}/lines/").json()["results"][0]
    assert (line["verdict"], program.get(ASK, {"text": "花果城"}).json()["status"]) == ("unknown", "unknown")
    decision = {"include": ["510322"], "for_all_brands": True}
    post(program, f"{IMPORTS}{imp['id']}/lines/1.1/", decision, 200)
    (alias,) = RegionName.objects.filter(name="花果城")
    assert (alias.region.code, alias.kind, alias.source) == (
        "510322",
        "decided",
        f"import {imp['id']}, line 1.1",
    )
    assert (
        alias.source in admin_client.get(f"/admin/regions/region/{alias.region_id}/change/").content.decode()
    )

    told = program.get(ASK, {"text": "花果城"}).json()
    assert (told["status"], told["code"], told["candidates"]) == ("suggestion", None, ["510322"])
    assert told["evidence"][-1]["kind"] == "decided"
    other = factories.make_service("other", brand="other")
    again = draft(service=other, text="花果城")
    (open_line,) = again.lines.all()
    assert (open_line.decision, open_line.include, open_line.result["candidates"]) == ("open", [], ["510322"])
    page = admin_client.get(f"/admin/regions/coverageimport/{again.pk}/change/").content.decode()
    assert 'value="as-before"' in page and 'value="choose:510322"' in page

    post(program, f"{IMPORTS}{imp['id']}/lines/1.1/", {"include": ["510311"], "for_all_brands": True}, 200)
    assert [each.region.code for each in RegionName.objects.filter(name="花果城")] == ["510311"]
    post(program, f"{IMPORTS}{imp['id']}/lines/1.1/", {"include": ["510311"]}, 200)
    assert not RegionName.objects.filter(name="花果城").exists()
    assert program.get(ASK, {"text": "花果城"}).json()["status"] == "unknown"


@pytest.mark.slow
def test_an_alias_widens_no_certain_reading_and_stands_first_among_several(
    program,
    service,
    make_regions,
    chief,
):
    make_regions("110105", "220104")
    before = program.get(ASK, {"text": "朝阳区"}).json()
    assert before["status"] == "ambiguous" and before["candidates"][0] == "110105"
    imp = post(program, IMPORTS, {"service": service.slug, "text": "朝阳区"}, 201)
    post(program, f"{IMPORTS}{imp['id']}/lines/1.1/", {"include": ["220104"], "for_all_brands": True}, 200)
    after = program.get(ASK, {"text": "朝阳区"}).json()
    assert after["status"] == "ambiguous" and after["candidates"][0] == "220104"
    assert set(after["candidates"]) == set(before["candidates"])
    assert program.get(ASK, {"text": "北京市朝阳区"}).json()["code"] == "110105"


@pytest.mark.slow
def test_the_preview_of_the_api_tells_what_was_decided_before_and_what_is_likely(program, service, places):
    first = post(program, IMPORTS, {"service": service.slug, "text": "花果城"}, 201)
    post(program, f"{IMPORTS}{first['id']}/lines/1.1/", {"include": ["510322"], "exclude": ["510311"]}, 200)
    again = post(program, IMPORTS, {"service": service.slug, "text": "花果城"}, 201)
    (row,) = program.get(f"{IMPORTS}{again['id']}/preview/", {"effect": "open"}).json()["results"]
    before = row["before"]
    assert before.pop("decided_at") and row["likely"] == ""
    assert before == {
        "import_id": first["id"], "token": "花果城", "include": ["510322"], "exclude": ["510311"], "for_all_brands": False,
    }  # fmt: skip
    skipped = {
        "decisions": [{"line": 1, "position": 1, "include": before["include"], "exclude": before["exclude"]}]
    }
    post(program, f"{IMPORTS}{again['id']}/decisions/", skipped, 200)
    assert not program.get(f"{IMPORTS}{again['id']}/preview/", {"effect": "open"}).json()["results"]


@pytest.mark.parametrize("words", ["", "x" * 65])
def test_words_that_are_no_name_are_offered_from_their_line_only(service, clerk, places, words):
    first = draft(service=service, text=f"胡说{words}县" if words else "胡").lines.first()
    if first is not None:
        decide(line=first, include=["510322"], actor=clerk, for_all_brands=True)
        assert not RegionName.objects.filter(kind="decided").exists()


def test_of_a_merged_district_it_is_said_whether_its_townships_are_known(service):
    imp = draft(service=service, text="杭州市江干区")
    with translation.override("en"):
        row = row_of(imp, "杭州市江干区")
    towns = [place.code for place in row.choices if len(place.code) == 9]
    assert ("offered" in row.why) == bool(towns) and ("not on file" in row.why) == (not towns)
