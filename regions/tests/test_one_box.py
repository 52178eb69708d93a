"""The one box takes what a household types: sentences with a product or a brand anywhere, half numbers, nothing on file."""

import re
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest
from django.utils.html import escape

from regions.lookup import suggesting
from regions.lookup.public_numbers import PUBLIC_NUMBERS
from regions.lookup.sentences import understand
from regions.models import Brand, Category, Service

from .factories import make_hotline, make_rules, make_service, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_regions):
    regions = make_regions("510322", "511100", "500115")
    source = make_source("page")
    for slug, brand, name, category, product, english in (
        ("haier-repair", "haier", "海尔", "washing-machine", "洗衣机", "washing machines"),
        ("other-repair", "other", "某牌（虚构）", "gas-water-heater", "燃气热水器", "gas water heaters"),
    ):
        service = make_service(slug, brand=brand, category=category, source=source)
        Brand.objects.filter(slug=brand).update(name=name)
        Category.objects.filter(slug=category).update(name=product, name_en=english)
        make_rules(service, include=[regions["510322"]], source=source)
    return regions


W, G, H, M = (
    ("category", "washing-machine"),
    ("category", "gas-water-heater"),
    ("brand", "haier"),
    ("brand", "other"),
)
OWN = ("own", "1")


@pytest.mark.parametrize(
    ("text", "path", "query"),
    [
        ("我家在富顺县,洗衣机坏了找谁修", "/coverage/", {("q", "富顺县"), W}),
        ("富顺洗衣机不脱水怎么办", "/coverage/", {("q", "富顺"), ("said", "不脱水"), W}),
        ("海尔洗衣机富顺有网点吗", "/coverage/", {("q", "富顺"), W, H}),
        ("富顺县洗衣机和燃气热水器", "/coverage/", {("q", "富顺县"), W, G}),
        ("乐山市有没有某牌的网点", "/coverage/", {("q", "乐山市"), M}),
        ("某牌 网点 富顺", "/coverage/", {("q", "富顺"), M}),
        ("长寿 热水器", "/coverage/", {("q", "长寿"), G}),
        ("富顺的热水器", "/coverage/", {("q", "富顺"), G}),
        ("富顺县的热水器谁修", "/coverage/", {("q", "富顺县"), G}),
        ("富顺电热水器", "/coverage/", {("q", "富顺电热水器")}),
        ("who repairs water heaters in Fushun", "/coverage/", {("q", "Fushun"), G}),
        ("washing machine Fushun", "/coverage/", {("q", "Fushun"), W}),
        ("自贡市洗衣机厂宿舍", "/coverage/", {("q", "自贡市洗衣机厂宿舍")}),
        ("成都市海尔路 洗衣机", "/coverage/", {("q", "成都市海尔路"), W}),
        ("海尔售后电话是多少", "/brands/haier/", set()),
        ("打12315有用吗", "/numbers/", {("number", "打12315有用吗")}),
        ("7212345", "/numbers/", {("number", "7212345")}),
        ("721-2345", "/numbers/", {("number", "721-2345")}),
        ("电话 1865909", "/numbers/", {("number", "电话 1865909")}),
        ("富顺 7212345 洗衣机", "/numbers/", {("number", "富顺 7212345 洗衣机")}),
        ("富顺7212345洗衣机", "/numbers/", {("number", "富顺7212345洗衣机")}),
        ("400-1865-***9", "/numbers/", {("number", "400-1865-***9")}),
        ("400-1865-90", "/numbers/", {("number", "400-1865-90")}),
        ("400_1865_909", "/numbers/4001865909/", set()),
        ("95xxx", "/numbers/", {("number", "95xxx")}),
        ("富顺县解放街12315号 洗衣机", "/coverage/", {("q", "富顺县解放街12315号"), W}),
        ("13900001234 富顺县解放街12号 洗衣机", "/coverage/", {("q", "富顺县解放街12号"), W, OWN}),
        ("收件人张三 139****1234 富顺县", "/coverage/", {("q", "收件人张三 富顺县"), OWN}),
        ("富顺县解放街9号 12345 139-0000-1234", "/numbers/", {("number", "富顺县解放街9号 12345"), OWN}),
        ("富顺 139-0000-1234", "/numbers/", {("number", "富顺 139-0000-1234")}),
        (
            "富顺县洗衣机上门维修，电话：13900001234",
            "/numbers/",
            {("number", "富顺县洗衣机上门维修，电话：13900001234")},
        ),
        (
            "富顺县解放街9号 专业空调清洗 13900001234",
            "/numbers/",
            {("number", "富顺县解放街9号 专业空调清洗 13900001234")},
        ),
        ("13900001234 洗衣机", "/numbers/", {("number", "13900001234 洗衣机")}),
        ("refrigerator Fushun", "/coverage/", {("q", "refrigerator Fushun")}),
        ("510322102 洗衣机", "/coverage/", {("q", "510322102"), W}),
        ("0813", "/coverage/", {("q", "0813")}),
    ],
)
@pytest.mark.slow
def test_a_sentence_is_asked_with_all_that_it_names(world, client, text, path, query):
    found = urlsplit(client.get("/ask/", {"q": text})["Location"])
    asked = {(name, value) for name, values in parse_qs(found.query).items() for value in values}
    assert (found.path, asked) == (path, query)
    assert client.get(found.geturl()).status_code == 200


def _wordings():
    """Who is ill, how, and where, in the orders in which people say it: the place is read, other words are told gently."""
    for ill in ("不转", "不工作了", "坏了", "漏水", "突然不响了"):
        for place in ("富顺", "富顺县", "四川省自贡市富顺县"):
            yield f"洗衣机{ill} {place}", place
            yield f"洗衣机{ill}，{place}", place
            yield f"洗衣机{ill}在{place}", place
            yield f"海尔洗衣机{ill}，我住在{place}", place
            yield f"{place}洗衣机{ill}", place
            yield f"{place}{ill}的洗衣机", place
            yield f"{place}{ill}洗衣机", place
            yield f"我的洗衣机是海尔的{ill}在{place}", place


@pytest.mark.parametrize(("text", "place"), [*_wordings()])
def test_the_place_is_found_in_any_wording_and_complaints_are_no_brands(world, text, place):
    found = understand(text)
    assert found.place == place and [each.name for each in found.categories] == ["洗衣机"]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_what_is_wrong_with_an_appliance_is_said_gently(world, client, prefix):
    html = client.get(f"{prefix}/ask/", {"q": "洗衣机不转 富顺"}, follow=True).content.decode()
    assert "不转" in html and "服务 haier-repair" in html
    for words in ("不是名录里的", "is neither a place", "如果是品牌", "If it is a brand"):
        assert words not in html


@pytest.mark.parametrize("text", ["谁修洗衣机", "有没有修洗衣机的", "海尔 某牌 售后"])
def test_what_names_no_place_asks_for_it(world, client, text):
    assert 'name="q" required' in client.get("/ask/", {"q": text}).content.decode()


def page(client, url: str, **query) -> str:
    return client.get(url, query).content.decode()


def test_words_that_are_no_place_are_said_and_the_place_is_answered(world, client):
    html = page(client, "/en/coverage/", q="富顺 不脱水")
    assert "不脱水" in html and "is neither a place nor a product nor a brand on file" in html
    assert "服务 haier-repair" in html and "name plate" in html


@pytest.mark.parametrize("text", ["富顺 洗衣机", "富顺洗衣机", "海尔 富顺县"])
@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.slow
def test_a_product_or_brand_asked_of_the_answer_itself_is_read_as_the_box_reads_it(
    world, client, prefix, text
):
    """An address that somebody wrote by hand: what is on file is never said not to be."""
    answer = client.get(f"{prefix}/coverage/", {"q": text}, follow=True)
    assert [found for found, _status in answer.redirect_chain] and answer.status_code == 200
    asked = parse_qs(urlsplit(answer.redirect_chain[-1][0]).query)
    assert asked.keys() & {"category", "brand"}
    for words in ("不是名录里的", "is neither a place"):
        assert words not in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("富顺 美的", "美的"),
        ("富顺美的", "美的"),
        ("富顺美的洗衣机", "美的"),
        ("富顺县美的售后", "美的"),
        ("富顺县的长虹", "长虹"),
        ("美的洗衣机 富顺", "美的"),
        ("富顺长虹", "长虹"),
        ("富顺长虹洗衣机", "长虹"),
        ("富顺县长虹售后电话", "长虹"),
    ],
)
@pytest.mark.slow
def test_a_brand_that_is_not_on_file_is_said_whole_and_the_place_is_answered(world, client, text, brand):
    found = client.get("/ask/", {"q": text})["Location"]
    html = client.get(found).content.decode()
    assert f"“{brand}”不是名录里的地点、产品或品牌" in html and "四川省/自贡市/富顺县" in html
    assert "不是已登记的区划" not in html and "没有识别出区划" not in html


@pytest.mark.parametrize("text", ["美的", "美的售后电话", "美的洗衣机"])
def test_a_brand_alone_that_is_not_on_file_is_said_whole_once(world, client, text):
    html = client.get("/ask/", {"q": text}, follow=True).content.decode()
    assert "“美的”不是名录里的地点、产品或品牌" in html and "12315" in html and "没有识别出区划" not in html


def test_where_nothing_is_read_there_is_a_way_on_and_nothing_asked_is_lost(world, client):
    html = page(client, "/en/coverage/", q="什么都不是", category="washing-machine")
    assert "is neither a place nor a product nor a brand on file" in html and "12315" in html
    assert 'type="hidden" name="category" value="washing-machine"' in html and "/en/regions/" in html
    assert html.count('id="q"') == 1
    assert re.search(r"Name the place for .*washing machines", html)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_page_speaks_of_parameters(world, client, prefix):
    for text in ("1", "7212345", "12345678", "1234567890123"):
        response = client.get(f"{prefix}/coverage/", {"q": text})
        assert response.status_code == 400 and "q=" not in re.sub("<[^>]*>", "", response.content.decode())


def test_a_number_that_nobody_claims_says_what_helps(world, client):
    assert "name plate" in page(client, "/en/numbers/08137212345/")


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("富顺 400-1865-909", "/coverage/?q=%E5%AF%8C%E9%A1%BA"),
        ("12345 富顺洗衣机", "/coverage/?q=%E5%AF%8C%E9%A1%BA&amp;category=washing-machine"),
        ("海尔4001865909是真的吗", "/ask/?q=%E6%B5%B7%E5%B0%94"),
        ("7212345 洗衣机", "/ask/?q=%E6%B4%97%E8%A1%A3%E6%9C%BA"),
    ],
)
def test_what_a_text_names_beside_its_numbers_is_led_to(world, client, text, link):
    assert f'href="{link}"' in page(client, "/numbers/", number=text)
    assert "文中还提到" not in page(client, "/numbers/", number="投诉请打12315，市话7212345")
    for text in ("没有号码", "急修请拨 400-1865-909"):
        assert "文中还提到" not in page(client, "/numbers/", number=text), text


@pytest.mark.slow
def test_a_mobile_beside_an_address_is_the_askers_own_and_is_shown_nowhere(world, client):
    answer = client.get("/ask/", {"q": "张三 13900001234 富顺县解放街12号 洗衣机"}, follow=True)
    assert "13900001234" not in answer.content.decode() + answer.redirect_chain[-1][0]
    assert "当作是您自己的" in answer.content.decode()
    make_hotline(Service.objects.get(slug="haier-repair"), "13900001234")
    answer = client.get("/ask/", {"q": "13900001234 富顺县解放街12号"}, follow=True)
    assert (
        answer.redirect_chain[-1][0].startswith("/numbers/")
        and "服务 haier-repair" in answer.content.decode()
    )


DOUBTS = [
    "是不是骗子",
    "靠谱吗",
    "可信么",
    "是正规的吗",
    "投诉电话多少",
    "保修多久",
    "真的假的",
    "怎么样",
    "是骗局还是真的",
    "收费贵不贵",
]


@pytest.mark.parametrize("doubt", DOUBTS)
def test_what_is_asked_about_a_brand_is_no_place(world, doubt):
    for name, kind in (("海尔", "brands"), ("洗衣机", "categories")):
        found = understand(f"富顺{name}{doubt}")
        assert [named.name for named in getattr(found, kind)] == [name] and found.place == "富顺"


@pytest.mark.parametrize(
    ("text", "answered"),
    [("Zigong", True), ("fridge Zigong", True), ("Zigong, Sichuan", True), ("fridge Inner Mongolia", True), ("Fushun", False), ("fridge Fushun", False)],
)  # fmt: skip
def test_a_name_in_latin_letters_is_answered_where_it_is_one_place(client, make_regions, text, answered):
    make_regions("510322", "150000", "210421")
    shown = client.get("/en/coverage/", {"q": text}).context
    assert bool(shown["answers"]) == answered and bool(shown["choices"]) != answered
    assert ("fridge" in shown["place"].detail) == ("fridge" in text)


@pytest.mark.django_db
@pytest.mark.parametrize("digits", PUBLIC_NUMBERS)
def test_a_public_number_says_what_it_is_for(client, digits):
    html = client.get("/en/ask/", {"q": digits}, follow=True).content.decode()
    assert escape(f"This is {PUBLIC_NUMBERS[digits]}.") in html and "That says nothing about" not in html


FORMS = [
    "收件人:李某 电话{} 地址:四川省自贡市富顺县富州街9号",
    "收货人：李某\n手机号码：{}\n所在地区：四川省自贡市富顺县\n详细地址：富州街9号 洗衣机",
    "李某{}四川省自贡市富顺县富州街9号",
    "四川省自贡市富顺县富州街9号李某收{}",
    "\U0001f4cd四川省自贡市富顺县富州街9号\U0001f4de{}",
    "富顺县富州街9号 手机：{}",
]


MOBILES = ["13900001234", "139-0000-1234", "139****1234", "+86 139 0000 1234", "139-0000-12", "139 00001234"]


@pytest.mark.parametrize(("form", "mobile"), [*zip(FORMS, MOBILES, strict=True)])
def test_a_delivery_form_is_answered_for_its_place(client, make_regions, form, mobile):
    make_regions("510322")
    answer = client.get("/ask/", {"q": form.format(mobile)}, follow=True)
    assert [each["region"].code for each in answer.context["answers"]] == ["510322"]
    assert mobile not in answer.content.decode() + unquote_plus(answer.redirect_chain[-1][0])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "means", "address"),
    [
        ("阿拉妤太太", "阿拉好太太", "/brands/ala/"),
        ("阿啦好太太", "阿拉好太太", "/brands/ala/"),
        ("alahaotaitai", "阿拉好太太", "/brands/ala/"),
        ("富顺 阿拉好泰泰", "阿拉好太太", "?q=510322&brand=ala"),
        ("富顺 阿拉好泰泰 洗衣机", "阿拉好太太", "?q=510322&category=washing-machine&brand=ala"),
        ("富顺 洗衣鸡", "洗衣机", "?q=510322&category=washing-machine"),
        ("洗衣几", "洗衣机", "/ask/?q="),
        ("好太太", "", ""),
        ("海耳", "", ""),
        ("什么都不是", "", ""),
        ("富顺 某厂", "", ""),
    ],
)
def test_a_misspelt_brand_or_product_is_offered_and_not_taken_for_another(
    world, client, text, means, address
):
    make_service("ala-repair", brand="ala")
    Brand.objects.filter(slug="ala").update(name="阿拉好太太")
    suggesting.forget()
    html = client.get("/ask/", {"q": text}, follow=True).content.decode()
    found = re.findall(r'<a class="button" href="([^"]+)">([^<]+)</a>', html.partition("您是不是要找")[2])
    assert [name for _address, name in found] == ([means] if means else [])
    if means:
        assert found[0][0].replace("&amp;", "&").startswith(address)
        assert client.get(found[0][0] if address[0] == "/" else f"/coverage/{found[0][0]}".replace("&amp;", "&")).status_code == 200  # fmt: skip


@pytest.mark.slow
def test_a_number_written_with_letters_is_offered_in_digits(world, client):
    html = client.get("/numbers/", {"number": "格力 4OO-1865-9O9 或 400-1616-×××，4OO-18"}).content.decode()
    assert re.findall(r'href="(/numbers/\d+/)">您是不是要问', html) == ["/numbers/4001865909/"]
    assert client.get("/ask/", {"q": "10000号"})["Location"] == "/numbers/10000/"
    assert "/numbers/" not in client.get("/ask/", {"q": "富顺县3号"})["Location"]


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("door", ["coverage", "ask", "embed"])
def test_a_town_of_which_there_is_one_is_answered(client, make_regions, prefix, door):
    make_regions("441900113")
    answer = client.get(f"{prefix}/{door}/", {"q": "大朗镇"}, follow=True)
    html = answer.content.decode()
    assert (
        "广东省/东莞市/大朗镇" in html
        and "没有叫这个名字" not in html
        and "No division is called so" not in html
    )


def test_a_town_without_the_last_word_of_its_name_is_offered(world, client, make_regions):
    make_regions("441900121")
    html = client.get("/ask/", {"q": "虎门 洗衣机"}, follow=True).content.decode()
    assert (
        "广东省/东莞市/虎门镇" in html
        and "不是名录里的" not in html
        and "q=441900121&amp;category=washing-machine" in html
    )


@pytest.mark.parametrize(
    "text", ["400-1865-909 微信13812345678", "400-1865-909 微信：13812345678", "客服微信13812345678"]
)
def test_an_account_that_is_a_mobile_is_a_number_of_the_text(client, text):
    html = client.get("/ask/", {"q": text}, follow=True).content.decode()
    assert "138 1234 5678" in html or "13812345678" in re.sub(
        "<input[^>]*>|<title>.*?</title>|<head>.*</head>", "", html, flags=re.S
    )


@pytest.mark.parametrize(
    "text", ["四零零一八六五九零九", "四〇〇一八六五九〇九", "400一1865一909", "四00-1865-九〇九"]
)
def test_a_number_in_numerals_is_offered_in_digits(client, text):
    html = client.get("/ask/", {"q": text}, follow=True).content.decode()
    assert "/numbers/4001865909/" in html


@pytest.mark.parametrize("length", [1_000, 1_830, 2_000, 2_500])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_long_question_is_answered_in_words(client, length, prefix):
    answer = client.get(f"{prefix}/ask/", {"q": "富" * length}, follow=True)
    assert answer.status_code in (200, 400) and 'role="search"' in answer.content.decode()


@pytest.mark.parametrize("digits", ["12399", "12361"])
def test_a_public_number_that_is_not_on_file_is_told_to_be_public(client, digits):
    assert "by the numbering plan" in client.get("/en/ask/", {"q": digits}, follow=True).content.decode()


def test_a_filter_that_nobody_has_leads_back_to_the_question(client, make_regions):
    make_regions("510322")
    for bad in ("category=none", "brand=none", "state=none", "on=none", "page=x"):
        answer = client.get(f"/coverage/?q=510322&{bad}")
        assert answer.status_code == 400 and 'href="?q=510322"' in answer.content.decode()
