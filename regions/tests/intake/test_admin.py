"""粘贴名单: every step by buttons that work without JavaScript."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from regions.models import Brand, Category, Change, CoverageImport, CoverageRule, Hotline, Promise
from regions.tests import factories

from .conftest import ADD, paste, press, rules

pytestmark = pytest.mark.django_db
PAGE = """阿拉好太太消毒柜售后服务热线:(1)400-1865-909(2)400-1865-909
阿拉好太太消毒柜24小时服务电话
阿拉好太太消毒柜全国24小时服务热线中心
维修服务维修日志记录,追溯可查:为每位客户的维修服务建立详细日志记录,便于后续追溯。
自贡市富顺县、杭州市江干区、朝阳区
"""


def line_of(url, token):
    imp = CoverageImport.objects.get(pk=url.split("/")[-3])
    return imp.lines.get(token=token)


@pytest.mark.slow
def test_the_flow_from_paste_to_revert(desk, service, source):
    url = paste(desk, service, "自贡市富顺县、杭州市江干区、富顺县\n朝阳区", source=source.pk)
    page = desk.get(url).content.decode()
    rows = page[page.index('id="rows"') :]
    assert rows.index("杭州市江干区") < rows.index("自贡市富顺县")  # exceptions first
    for code in ("330102", "330114", "330102,330114"):
        assert f'value="choose:{code}"' in page
    assert "需要人工处理" in press(desk, url, "apply") and not rules(service)
    press(desk, url, "choose:330102,330114", line=line_of(url, "杭州市江干区").pk)
    press(desk, url, "other", line=line_of(url, "朝阳区").pk, other="北京市朝阳区")
    page = press(desk, url, "apply")
    assert "新增 4" in page
    assert {code for code, _kind in rules(service)} == {"510322", "330102", "330114", "110105"}
    assert {rule.source for rule in CoverageRule.objects.all()} == {source}
    assert {change.actor.username for change in Change.objects.filter(kind="coverage-rule")} == {"clerk"}
    assert 'value="revert"' in page and 'value="apply"' not in page
    assert "结束 4" in press(desk, url, "revert") and not rules(service)


@pytest.mark.slow
def test_skip_take_back_leave_open_and_overrule(desk, service):
    url = paste(desk, service, "自贡市富顺县、朝阳区")
    line = line_of(url, "自贡市富顺县").pk
    press(desk, url, "skip", line=line)
    assert "自贡市富顺县" in desk.get(url + "?show=skipped").content.decode()
    press(desk, url, "reopen", line=line)
    page = press(desk, url, "apply", leave_open="on")
    assert "1 行留待处理" in page and rules(service) == {("510322", "include")}
    factories.make_rules(service, exclude=[factories.load_regions("440000")["440000"]])
    url = paste(desk, service, "广东省")
    assert "矛盾" in press(desk, url, "apply")
    press(desk, url, "apply", overrule="on")
    assert ("440000", "include") in rules(service)


@pytest.mark.slow
def test_one_click_each_for_exact_lines_and_renames(desk, service):
    url = paste(desk, service, "自贡市富顺县、襄樊市、杭州市江干区")
    CoverageImport.objects.get().lines.update(decision="open", include=[])
    assert "1" in press(desk, url, "accept-exact")
    press(desk, url, "accept-renames")
    assert [line.decision for line in CoverageImport.objects.get().lines.all()] == [
        "accepted",
        "accepted",
        "open",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"do": ""},
        {"do": "choose:330102", "line": "999"},
        {"do": "choose:330102", "line": "x"},
        {"do": "choose:000000"},
        {"do": "choose:"},
        {"do": "other", "other": "胡说"},
        {"do": "other", "other": ""},
        {"do": "other", "other": "33010"},
        {"do": "add:number-7"},
        {"do": "add:colour-0"},
        {"do": "revert"},
    ],
)
@pytest.mark.slow
def test_nonsense_is_refused_with_a_sentence(desk, service, fields):
    url = paste(desk, service, "杭州市江干区")
    fields = {"line": line_of(url, "杭州市江干区").pk, **fields}
    response = desk.post(url, fields, follow=True)
    messages = [message.level_tag for message in response.context["messages"]]
    assert messages == ["error"]
    assert not rules(service) and line_of(url, "杭州市江干区").decision == "open"


@pytest.mark.slow
def test_what_the_page_says_is_proposed_and_added_only_when_asked(desk, service, source):
    Category.objects.create(slug="xdg", name="消毒柜")
    url = paste(desk, service, PAGE, source=source.pk)
    page = desk.get(url).content.decode()
    assert "400-1865-909" in page and "消毒柜" in page and "维修日志可追溯" in page
    assert not Hotline.objects.exists() and not Promise.objects.exists()

    press(desk, url, "add:number-0")
    hotline = Hotline.objects.with_status().get()
    assert (hotline.number.canonical, hotline.status, hotline.mentions, hotline.source) == (
        "4001865909", "unverified", 2, source,
    )  # fmt: skip
    assert len(hotline.labels) >= 2
    assert "早已登记" in press(desk, url, "add:number-0") and Hotline.objects.count() == 1

    reading = CoverageImport.objects.get().reading
    index = next(i for i, found in enumerate(reading["promises"]) if found["kind"] == "records")
    press(desk, url, f"add:promise-{index}", fact="维修日志可追溯")
    promise = Promise.objects.get()
    assert (promise.kind, promise.text, promise.source_line) == ("records", "维修日志可追溯", 4)

    press(desk, url, "add:nationwide-0")
    press(desk, url, "add:category-0")
    service.refresh_from_db()
    assert service.nationwide_claimed and service.category.name == "消毒柜"
    assert not rules(service)  # a claim never becomes coverage


def test_a_text_file_in_any_encoding(desk, service):
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        file = SimpleUploadedFile("list.txt", "自贡市富顺县".encode(encoding))
        paste(desk, service, "", file=file)
    assert set(CoverageImport.objects.values_list("text", flat=True)) == {"自贡市富顺县"}


@pytest.mark.parametrize(
    "fields",
    [{"text": ""}, {"text": "  "}, {"service": ""}, {"mode": "wipe"}, {"text": "富\x00顺"}, {"service": "x"}],
)
def test_the_paste_form_says_what_is_missing(desk, service, fields):
    response = desk.post(ADD, {"service": service.pk, "text": "富顺县", "mode": "add", **fields})
    assert response.status_code == 200 and "sn-error" in response.content.decode()
    assert not CoverageImport.objects.exists()


@pytest.mark.slow
def test_the_service_may_be_preset_and_every_page_leads_here(desk, service, places):
    rule = factories.make_rules(service, include=[places["510322"]])[0]
    assert (
        f'<option value="{service.pk}" selected>' in desk.get(f"{ADD}?service={service.pk}").content.decode()
    )
    for url in (
        f"/admin/regions/brand/{service.brand_id}/change/",
        f"/admin/regions/service/{service.pk}/change/",
        f"/admin/regions/coveragerule/{rule.pk}/change/",
        "/admin/regions/coveragerule/",
    ):
        assert ADD in desk.get(url).content.decode(), url


@pytest.mark.slow
def test_a_maintainer_works_on_their_brand_only(desk, service):
    theirs = factories.make_service("theirs", brand="theirs")
    response = desk.post(ADD, {"service": theirs.pk, "text": "富顺县", "mode": "add"})
    assert response.status_code == 200 and not CoverageImport.objects.exists()
    url = paste(desk, service, "自贡市富顺县")
    Brand.objects.get(pk=service.brand_id).maintainers.clear()
    assert desk.get(url).status_code == 404
    assert desk.post(url, {"do": "apply"}).status_code == 404
    assert desk.get(f"/admin/regions/coverageimport/export/{service.pk}/csv/").status_code == 404


@pytest.mark.slow
def test_a_viewer_sees_and_changes_nothing(desk, service, clerk):
    url = paste(desk, service, "自贡市富顺县")
    clerk.user_permissions.remove(
        *clerk.user_permissions.filter(codename__in=["add_coverageimport", "change_coverageimport"])
    )
    page = desk.get(url).content.decode()
    assert "自贡市富顺县" in page and 'name="do"' not in page
    assert desk.post(url, {"do": "apply"}).status_code == 403
    assert desk.get(ADD).status_code == 403


def test_a_service_list_as_a_file(desk, service, places):
    factories.make_rules(service, include=[places["440000"]])
    for form, start in (("text", "广东省".encode()), ("csv", "\ufeff服务,".encode()), ("xlsx", b"PK")):
        response = desk.get(f"/admin/regions/coverageimport/export/{service.pk}/{form}/")
        assert response.status_code == 200 and response.content.startswith(start)
    assert desk.get(f"/admin/regions/coverageimport/export/{service.pk}/pdf/").status_code == 404


@pytest.mark.slow
def test_a_page_costs_the_same_for_few_and_many_lines(desk, service, django_assert_max_num_queries):
    few = paste(desk, service, PAGE)
    many = paste(desk, service, PAGE + "、".join(f"胡说{i}县" for i in range(300)) + "、成都市、太原市")
    for url in (few, many):
        desk.get(url)
        with django_assert_max_num_queries(30):
            assert desk.get(url).status_code == 200


@pytest.mark.slow
def test_nothing_pasted_is_markup(desk, service):
    url = paste(desk, service, "<script>alert(1)</script>富顺县、<img src=x>朝阳、自贡市富顺县、太原市")
    page = desk.get(url).content.decode()
    assert "<script>alert(1)" not in page and "<img src=x>" not in page


def shown(desk, url, **query):
    """The words of the lines that a preview shows, in order."""
    return [row.line.token for row in desk.get(url, query).context["preview"].rows if row.line]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("富顺", ["自贡市富顺县"]),
        ("510322", ["自贡市富顺县"]),
        ("四川省", ["自贡市富顺县"]),
        ("2", ["朝阳区"]),
        ("江干", ["杭州市江干区"]),
        ("没有这个", []),
        ("110105", ["朝阳区"]),
        ("北京", ["朝阳区"]),
        ("shangchengqu", ["杭州市江干区"]),
        ("330102", ["杭州市江干区"]),
        ("", ["杭州市江干区", "朝阳区", "自贡市富顺县"]),
    ],
)
@pytest.mark.slow
def test_a_preview_is_searched_by_words_region_code_and_line(desk, service, asked, found):
    url = paste(desk, service, "自贡市富顺县、杭州市江干区\n朝阳区")
    assert sorted(shown(desk, url, q=asked)) == sorted(found)
    page = desk.get(url, {"q": asked, "show": "open"})
    assert asked in page.content.decode()
    assert [row.effect for row in page.context["preview"].rows if row.effect != "open"] == []


@pytest.mark.slow
def test_all_lines_like_one_are_decided_in_one_click(desk, service, client, clerk):
    url = paste(desk, service, "自贡市富顺县、甲乙丙区、丁戊己区、庚辛壬区\n朝阳区")
    page = desk.get(url).context["preview"]
    unknown = [row for row in page.rows if row.line.verdict == "unknown"]
    assert [row.like for row in unknown] == [3, 3, 3]
    seen = CoverageImport.objects.get().revision
    press(desk, url, "skip", line=line_of(url, "朝阳区").pk)
    press(desk, url, "reopen", line=line_of(url, "朝阳区").pk)
    revision = CoverageImport.objects.get().revision
    assert revision > seen
    press(desk, url, "all-like:skip", line=unknown[0].line.pk, revision=seen)
    assert not CoverageImport.objects.get().lines.filter(decision="skipped").exists()
    press(desk, url, "all-like:skip", line=unknown[0].line.pk, revision=revision)
    lines = CoverageImport.objects.get().lines
    assert sorted(lines.filter(decision="skipped").values_list("token", flat=True)) == [
        "丁戊己区",
        "庚辛壬区",
        "甲乙丙区",
    ]
    assert list(lines.filter(decision="open").values_list("token", flat=True)) == ["朝阳区"]
    assert {line.decided_by for line in lines.filter(decision="skipped")} == {clerk}


@pytest.mark.slow
def test_what_is_offered_is_taken_for_all_lines_with_one_choice(desk, service):
    url = paste(desk, service, "即将开通：自贡市富顺县、潮州市")
    rows = [row for row in desk.get(url).context["preview"].rows if row.line and row.effect == "open"]
    sure = [row for row in rows if len(row.choices) == 1]
    assert len(sure) >= 2, [(row.line.token, row.line.verdict) for row in rows]
    press(desk, url, "all-like:take", line=sure[0].line.pk, revision=CoverageImport.objects.get().revision)
    for row in sure:
        line = CoverageImport.objects.get().lines.get(pk=row.line.pk)
        assert (line.decision, line.include) == ("accepted", [row.choices[0].code])
    assert press(desk, url, "all-like:take", line=999_999)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["replace", "add"])
def test_a_list_that_would_close_most_of_another_is_applied_only_with_the_number(desk, service, mode):
    first = paste(desk, service, "自贡市富顺县、自贡市沿滩区、潮州市饶平县")
    press(desk, first, "apply")
    assert len(rules(service)) == 3
    url = paste(desk, service, "自贡市富顺县", mode=mode)
    page = desk.get(url)
    if mode == "add":
        assert page.context["closing"] is None
        return
    assert tuple(page.context["closing"]) == (2, 3)
    for given in ("", "3", "-2", "x"):
        assert "2 条" in press(desk, url, "apply", closing=given)
        assert len(rules(service)) == 3
    press(desk, url, "apply", closing="2")
    assert len(rules(service)) == 1
    less = paste(desk, service, "自贡市富顺县、自贡市沿滩区、潮州市饶平县", mode="replace")
    press(desk, less, "apply")
    one = paste(desk, service, "自贡市富顺县、自贡市沿滩区", mode="replace")
    assert desk.get(one).context["closing"] is None, "a third is not most"
    press(desk, one, "apply")
    assert len(rules(service)) == 2


TAKING_OUT = """疑似：甘肃省除甘南外
四川省除火星县外
疑似：四川省除火星县、甘孜州外
富顺县（偏远乡镇除外）
四川省非甘孜地区
富顺县不含农村
海淀区除外
疑似：四川省（甘孜除外）
"""


@pytest.mark.slow
def test_no_button_takes_a_whole_of_a_line_that_takes_something_out(desk, service, make_regions):
    """What every word of it was read of is offered with what it takes out; of the others it is said what to do."""
    make_regions("620000", "623000", "513300")
    url = paste(desk, service, TAKING_OUT)
    page = desk.get(url).content.decode()
    lines = CoverageImport.objects.get().lines.filter(decision="open")
    assert lines.count() == 8
    assert set(re.findall(r'value="choose:([^"]+)"', page)) == {
        "620000-623000",
        "510000-513300",
    }
    assert "甘肃省，但不含甘肃省" in page
    assert page.count("510000 -513300") == 6
    for line in lines:
        for code in ("510000", "620000", "510322", "110108", "620000-", "510000-510322"):
            assert "不能整个采纳" in press(desk, url, f"choose:{code}", line=line.pk, seen=line.mark)
    assert lines.count() == 8
    press(desk, url, "choose:620000-623000", line=line_of(url, "甘肃省除甘南外").pk)
    press(desk, url, "other", line=line_of(url, "四川省除火星县外").pk, other="510000，-513300")
    assert rules_of_lines(url) == {
        ("甘肃省除甘南外", "620000", "623000"),
        ("四川省除火星县外", "510000", "513300"),
    }


def rules_of_lines(url):
    imp = CoverageImport.objects.get(pk=url.split("/")[-3])
    return {(line.token, *line.include, *line.exclude) for line in imp.lines.filter(decision="accepted")}
