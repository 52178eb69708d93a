"""The public pages, without scripts."""

import pytest

from .factories import make_hotline, make_rules, make_service, make_source


@pytest.fixture
def show(client, make_regions):
    regions = make_regions("510322", "330104")
    source = make_source("page")
    service = make_service("cabinet-repair", source=source, nationwide_claimed=True, steps=["电话预约"])
    make_rules(service, include=[regions["510322"]], source=source)
    make_hotline(service, "4001865909", labels=["紧急客服"], source=source)

    def get(url: str, status: int = 200, language: str = "en") -> str:
        response = client.get(url, HTTP_ACCEPT_LANGUAGE=language)
        assert response.status_code == status
        assert response["Content-Type"].startswith("text/html")
        return response.content.decode()

    return get


def test_home_asks_the_two_questions(show):
    html = show("/")
    assert "Who covers my district?" in html and "Whose number is this?" in html
    assert "谁服务我的区县" in show("/", language="zh-hans")


@pytest.mark.parametrize("q", ["510322", "自贡市富顺县"])
def test_coverage_by_code_and_by_name(show, q):
    html = show(f"/coverage/?q={q}")
    assert "四川省/自贡市/富顺县" in html
    assert "服务 cabinet-repair" in html and "400-1865-909" in html
    assert "unverified" in html and "来源 page" in html


def test_an_abolished_district_is_answered_through_its_successors(show):
    html = show("/coverage/?q=330104")
    assert "abolished on 2021-03-11" in html
    assert "上城区" in html and "钱塘区" in html


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00", "q=1234", "q=510322&page=0", "q=510322&on=x", "q=510322&nope=1"]
)
def test_bad_questions_say_what_to_do(show, query):
    assert 'role="alert"' in show(f"/coverage/?{query}", 400)


def test_text_is_escaped(show):
    assert "<script>alert" not in show("/coverage/?q=<script>alert(1)</script>")


def test_a_number_shows_its_claims(show):
    html = show("/numbers/?number=400 1865 909")
    assert "服务 cabinet-repair" in html and "unverified" in html
    assert "Nobody on file claims" in show("/numbers/?number=400-800-0000")
    assert 'role="alert"' in show("/numbers/", 400)


def test_a_service_shows_what_it_claims_and_its_list(show):
    html = show("/services/cabinet-repair/")
    assert "claims to be nationwide" in html and "富顺县" in html and "电话预约" in html
    show("/services/nobody/", 404)


@pytest.mark.parametrize("url", ["/", "/coverage/?q=510322", "/services/cabinet-repair/"])
def test_pages_take_nothing_from_elsewhere(show, client, url):
    response = client.get(url)
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert "<script" not in response.content.decode()


def test_a_page_that_is_not_there_offers_the_questions(show):
    html = show("/services/nobody/", status=404, language="zh-hans")
    assert "没有这个页面" in html and "谁服务我的区县" in html
