"""The public pages, without scripts."""

import re

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
        response = client.get(url if language == "zh-hans" else f"/{language}{url}")
        assert response.status_code == status
        assert response["Content-Type"].startswith("text/html")
        return response.content.decode()

    return get


def test_home_asks_the_two_questions(show):
    html = show("/")
    assert "Place, product, brand or number" in html
    assert "地点、产品、品牌或号码" in show("/", language="zh-hans")


@pytest.mark.parametrize("q", ["510322", "自贡市富顺县"])
def test_coverage_by_code_and_by_name(show, q):
    html = show(f"/coverage/?q={q}")
    assert "四川省/自贡市/富顺县" in html
    assert "服务 cabinet-repair" in html and "400-1865-909" in html
    assert "nobody has checked it" in html and "来源 page" in html


def test_an_abolished_district_is_answered_through_its_successors(show):
    html = show("/coverage/?q=330104")
    assert "abolished on 2021-03-11" in html
    assert "上城区" in html and "钱塘区" in html


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00", "q=1234", "q=510322&page=0", "q=510322&on=x", "q=510322&state=x"]
)
def test_bad_questions_say_what_to_do(show, query):
    assert 'role="alert"' in show(f"/coverage/?{query}", 400)


def test_text_is_escaped(show):
    assert "<script>alert" not in show("/coverage/?q=<script>alert(1)</script>")


def test_a_number_shows_its_claims(show):
    html = show("/numbers/?number=400 1865 909")
    assert "服务 cabinet-repair" in html and "nobody has checked it" in html
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
    html = response.content.decode()
    assert re.findall(r"<script[^>]*>", html) == [
        '<script src="/static/web/ask.js" defer>',
        '<script type="application/ld+json">',
    ]


def test_a_page_that_is_not_there_offers_the_questions(show):
    html = show("/services/nobody/", status=404, language="zh-hans")
    assert "没有这个页面" in html and "地点、产品、品牌或号码" in html


@pytest.mark.slow
@pytest.mark.parametrize(
    "tail", ["from=timeline", "isappinstalled=0", "utm_source=x&utm_medium=y", "bd_vid=1", "nope=1&nope=2"]
)
@pytest.mark.parametrize(
    "url", ["/", "/coverage/?q=510322", "/numbers/?number=4001865909", "/services/cabinet-repair/"]
)
def test_a_shared_link_opens_with_what_others_hung_on_it(show, url, tail):
    assert show(url) == show(url + ("&" if "?" in url else "?") + tail).replace(f"?{tail}", "")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "url", ["/", "/coverage/?q=510322", "/numbers/4001865909/", "/services/cabinet-repair/"]
)
def test_the_language_is_in_the_address(show, client, url, language):
    html = show(url, language=language)
    assert f'<html lang="{language}">' in html
    other = f"/en{url}" if language == "zh-hans" else url
    assert f'href="http://testserver{other}"' in html
    response = client.get(url, HTTP_ACCEPT_LANGUAGE="en")
    assert '<html lang="zh-hans">' in response.content.decode()
    assert "Set-Cookie" not in response and "Cookie" not in response.get("Vary", "")


def test_a_page_past_the_end_does_not_say_that_nobody_covers(show):
    html = show("/coverage/?q=510322&page=2")
    assert "service of this place stands on an earlier page" in html and "Nobody on file serves" not in html


@pytest.mark.slow
def test_a_state_that_no_service_is_in_does_not_say_that_nobody_covers(show):
    html = show("/coverage/?q=510322&state=excluded")
    assert "No service is in the state asked for" in html and "Nobody on file serves" not in html
    assert "Nobody on file serves" in show("/coverage/?q=330102")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("全国统一售后：400-1865-909 或 400-800-0000", ["服务 cabinet-repair", "Nobody on file claims", "400-8000-000"]),
        ("报修电话 4001865909，备用 400-1616-×××", ["服务 cabinet-repair", "400-1616-×××: digits are hidden"]),
        ("400-1616-×××", ["No telephone number in this text", "400-1616-×××: digits are hidden"]),
        ("4OO-1865-9O9", ["4OO-1865-9O9: letters or numerals in words stand among the digits"]),
        ("报修 4001865909 或 4OO 16I6 OOO，400-16**-909、l2315", ["4OO 16I6 OOO: letters", "400-16**-909: digits are hidden", "l2315: letters"]),
        ("（400）1865-909", ["服务 cabinet-repair", "1 number in this text"]),
        ("63000000", ["63000000: a local number"]),
        ("洗衣机坏了", ["No telephone number in this text"]),
        ("12315", ["complaints of consumers"]),
        ("110", ["emergency number of the police"]),
        ("电话：" + "、".join(f"400-8000-1{n:02}" for n in range(15)), ["10 numbers in this text", "5 more numbers"]),
    ],
)  # fmt: skip
def test_each_number_of_a_text_is_answered_and_what_cannot_be_read_is_said(show, text, said):
    html = show(f"/numbers/?number={text}")
    assert [words for words in said if words not in html] == []
    assert ("Nobody on file claims" in html) == ("400-8000" in html)


@pytest.mark.slow
def test_a_number_has_an_address_of_its_own(show):
    html = show("/numbers/4001865909/")
    assert '<link rel="canonical" href="http://testserver/en/numbers/4001865909/">' in html
    assert "服务 cabinet-repair" in html
    assert 'content="noindex"' in html and "This number is not confirmed for any brand" in html
    show("/numbers/400-1865-909/", 404)
    show("/numbers/x/", 404)


COOKIES = ("csrftoken=abc", "sessionid=gone", "csrftoken=abc; sessionid=gone; django_language=en")


@pytest.mark.parametrize("cookie", COOKIES)
@pytest.mark.parametrize(
    "path", ["/", "/regions/", "/ask/?q=1", "/en/coverage/?q=510322", "/nothing/", "/embed/"]
)
@pytest.mark.django_db
def test_cookies_of_an_earlier_visit_change_nothing(client, path, cookie):
    plain = client.get(path)
    answer = client.get(path, headers={"cookie": cookie})
    assert (
        "Set-Cookie" not in answer.headers and not answer.cookies and "Cookie" not in answer.get("Vary", "")
    )
    for name in ("ETag", "Cache-Control"):
        assert answer.get(name) == plain.get(name)
