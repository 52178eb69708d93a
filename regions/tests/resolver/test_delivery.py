"""Delivery forms: whatever stands around an address, the address is read, and no answer repeats the person."""

import json

import pytest
from rest_framework.test import APIClient

from regions.resolver import load_default

ADDRESS = "江苏省苏州市吴中区木渎镇金枫路1号"
PERSON, MOBILE = "欧阳某某", "13800000000"
FORMS = [
    "收件人:{p} 电话{m} 地址:{a}",
    "收货人：{p}\n手机号码：{m}\n所在地区：江苏省苏州市吴中区\n详细地址：木渎镇金枫路1号",
    "姓名：{p}，手机：{m}，收货地址：{a}",
    "{p}{m}{a}",
    "{p} {m} {a}",
    "{p}，{m}，{a}",
    "{a}{p}收{m}",
    "{a} {p} {m}",
    "{a} 收件人：{p} 联系电话：{m}",
    "{a}，{p}，{m}",
    "📍{a}📞{m}",
    "{a} 手机：138-0000-0000",
    "{a} [转 1234]",
    "邮编：215000 地址：{a}",
    "215000 {a}",
    "{a} 215000",
    "{a},215000",
    "快递地址是{a}",
    "寄到：{a}",
    "江苏省&nbsp;苏州市&nbsp;吴中区&nbsp;木渎镇金枫路1号",
    "江苏省<br>苏州市<br/>吴中区<br>木渎镇金枫路1号",
    '{{"name":"{p}","mobile":"{m}","province":"江苏省","city":"苏州市","district":"吴中区","address":"木渎镇金枫路1号"}}',
    "江苏省苏州市null吴中区木渎镇金枫路1号",
    r"江苏省\n苏州市\r\n吴中区\t木渎镇金枫路1号",
    r"地址：江苏省\u3000苏州市\u3000吴中区\n木渎镇金枫路1号",
    "undefined江苏省苏州市吴中区木渎镇金枫路1号",
    "送货上门 {a} 谢谢",
    "万达广场(木渎店) {a}",
]


@pytest.mark.parametrize("form", FORMS)
def test_the_address_is_read_and_the_person_is_not_repeated(resolver, form):
    text = form.format(p=PERSON, m=MOBILE, a=ADDRESS)
    result = resolver.resolve(text)
    unit = resolver.index.find(result.code) if result.code else None
    assert result.status == "resolved" and "320506" in (unit.code, *unit.up), result
    said = json.dumps(result.as_dict(), ensure_ascii=False)
    assert MOBILE not in said and "138-0000" not in said
    assert PERSON not in said, said
    assert len(result.text) == len(text)
    for item in result.evidence:
        assert result.text[slice(*item["span"])] == item["text"]


LABELS = [
    "name", "userName", "user_name", "contactName", "contact", "contactPerson", "receiver", "receiverName", "recipient",
    "consignee", "consigneeName", "linkman", "manager", "buyer", "realName", "customerName", "owner_name", "负责人",
    "联系人", "收货人", "客户姓名",
]  # fmt: skip
SHAPES = [
    '{{"{label}":"{p}","province":"江苏省","city":"苏州市","district":"吴中区","address":"木渎镇金枫路1号"}}',
    '{{"address": "江苏省苏州市吴中区木渎镇金枫路1号", "{label}": "{p}"}}',
    "{label}: {p}, 江苏省苏州市吴中区木渎镇金枫路1号",
    "{label}={p}&province=江苏省&city=苏州市&district=吴中区&address=木渎镇金枫路1号",
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("person", ["长春", "张北", "吴江", "李某某"])
def test_who_is_labelled_is_a_person_though_called_like_a_place(resolver, shape, label, person):
    result = resolver.resolve(shape.format(label=label, p=person))
    unit = resolver.index.find(result.code) if result.code else None
    assert result.status == "resolved" and "320506" in (unit.code, *unit.up), result
    assert person not in json.dumps(result.as_dict(), ensure_ascii=False)


@pytest.mark.parametrize(
    "text", ["成都13800000000", "成都 13800000000", "南京市 025-88888888", "常熟13800000000"]
)
def test_a_place_before_a_telephone_is_no_person(resolver, text):
    assert resolver.resolve(text).code in ("510100", "320100", "320581")


@pytest.mark.parametrize("text", ["510322", "510322、330106", "320106 鼓楼区", "400-800-8888"])
def test_codes_and_hotlines_are_no_forms(resolver, text):
    assert resolver.resolve(text).text == text


@pytest.mark.parametrize("between", ["n", "abc", "0", "12", "-n-", "%20", "/x/", "#", "→", "=>"])
def test_what_slips_in_between_places_never_makes_the_answer_wide(resolver, between):
    result = resolver.resolve(between.join(["江苏省", "苏州市", "吴中区", "木渎镇金枫路1号"]))
    assert result.status == "partial" or resolver.index.find(result.code).code.startswith("320506"), result


@pytest.mark.slow
@pytest.mark.django_db
def test_the_api_repeats_no_person(make_regions):
    """Neither the answer to a question nor the reading of a text says who asked."""
    make_regions("510322")
    client = APIClient()
    form = FORMS[0].replace("{a}", "四川省自贡市富顺县人民路1号")
    text = form.format(p=PERSON, m=MOBILE, a=ADDRESS)
    for answer in (
        client.get("/api/v1/coverage/", {"q": text}),
        client.post("/api/v1/resolve/", {"texts": [text]}, format="json"),
    ):
        assert answer.status_code == 200
        question = json.dumps({k: v for k, v in answer.json().items() if k != "next"}, ensure_ascii=False)
        assert PERSON not in question and MOBILE not in question


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("643200 富顺县", "510322"), ("四川省自贡市富顺县643200", "510322"), ("510000 广州市天河区", "440106"), ("410000，长沙市岳麓区", "430104"),
        ("100010北京市东城区王府井百货", "110101"), ("200000 上海浦东", "310115"), ("350001 福州市鼓楼区", "350102"), ("110105 朝阳区", "110105"),
    ],
)  # fmt: skip
def test_a_postcode_beside_a_place_of_its_province_is_no_code(resolver, text, code):
    assert resolver.resolve(text).code == code


@pytest.mark.parametrize(
    "text", ["643200 兰州市", "510322 荣县", "330106 上城区", "350102 福州市台江区", "999999 富顺县"]
)
def test_six_digits_that_do_not_agree_are_asked_about(resolver, text):
    assert resolver.resolve(text).code is None


@pytest.mark.parametrize(
    "text",
    [
        "户籍：贵州省遵义市 现居：成都市武侯区", "现住址：成都市武侯区桐梓林路3号 户籍所在地：贵州省遵义市红花岗区", "姓名：李四，籍贯：贵州遵义，居住地：四川成都武侯区",
        "户口所在地：贵州省遵义市\n常住地址：成都市武侯区\n电话：13800000000",
    ],
)  # fmt: skip
def test_where_somebody_comes_from_is_not_where_he_is(resolver, text):
    assert resolver.resolve(text).code == "510107"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("杭州市余杭区瓶窑镇（原瓶窑乡）张堰村", "330110110"), ("成都市双流区（原双流县）东升街道棠湖路1号", "510116001"), ("重庆市（原四川省）万州区", "500101"),
        ("杭州市临平区（原余杭区）南苑街道", "330113002"),
    ],
)  # fmt: skip
def test_what_a_place_was_stands_in_brackets_between_its_levels(resolver, text, code):
    assert resolver.resolve(text).code == code


def test_a_house_in_the_town_of_a_county_lies_in_the_county(resolver):
    assert resolver.resolve("陕西省渭南市潼关县（城区）文昌巷589号").code == "610522"
    assert resolver.resolve("陕西省渭南市（城区）文昌巷589号").code is None


@pytest.mark.parametrize(
    "text", ["大理白族自治州大理学府路3号", "阿勒泰地区阿勒泰中山路946号", "临夏州临夏人民路3号"]
)
def test_the_stem_of_a_city_behind_its_whole_name_may_be_its_county(resolver, text):
    assert resolver.resolve(text).code is None


@pytest.mark.parametrize("name", ["李广州", "张杭州", "王福州", "陈海南", "赵天津", "孙郑州"])
@pytest.mark.parametrize(
    "form",
    [
        "{} 13700001111 湖北省荆门市京山市",
        "{}13700001111 湖北省荆门市京山市",
        "湖北省荆门市京山市新市大道1号 {} 13700001111",
    ],
)
def test_somebody_who_is_called_like_a_place_is_masked(resolver, name, form):
    found = resolver.resolve(form.format(name))
    told = [found.text, found.rest, *[item["text"] for item in found.evidence]]
    assert found.code == "420882" and not any(name in text or "1370000" in text for text in told)


def test_a_place_before_a_number_is_nobodys_name(resolver):
    for text, code in (
        ("黔南州 13700001111", "522700"),
        ("湖北黄冈 13700001111", "421100"),
        ("广州 13700001111", "440100"),
    ):
        assert resolver.resolve(text).code == code


@pytest.mark.parametrize("mark", [" ", ",", "，", "/", "\t", "  "])
@pytest.mark.parametrize(
    ("form", "code"),
    [
        (("刘洋", "13911112222", "510000", "广东", "广州", "天河", "体育西路1号"), "440106"),
        (("周女士", "18612345678", "100083", "北京", "海淀", "学院路37号"), "110108"),
    ],
)
def test_a_postcode_behind_name_and_telephone_is_none_of_the_levels(form, code, mark):
    found = load_default().resolve(mark.join(form))
    assert (found.status, found.code, found.include) == ("resolved", code, ()), mark.join(form)
    assert form[0] not in found.text or mark == "/"


@pytest.mark.parametrize("name", ["陈小明", "王芳", "欧阳静"])
@pytest.mark.parametrize(
    "frame",
    [
        "收件:{}",
        "收件：{}",
        "联系：{}",
        "联系 {}",
        "找{}",
        "机主{}",
        "户主：{}",
        "业主{}先生",
        "（{} 收）",
        "（{}收）",
        "报修人：{}",
    ],
)
@pytest.mark.parametrize("place", ["成都市成华区校园路88号 ", "成都市，"])
def test_a_name_behind_a_short_word_is_masked(name, frame, place):
    resolver = load_default()
    text = place + frame.format(name)
    found = resolver.resolve(text)
    for result in (found, *(token.result for token in resolver.tokens(text))):
        assert name not in result.text + result.rest + "".join(mark["text"] for mark in result.evidence), text
    assert not found.include and found.code in (None, "510100", "510108")
    assert len(found.text) == len(text)


@pytest.mark.parametrize("text", ["找江阴", "联系：金华", "成都市 收货：江阴"])
def test_a_place_behind_a_short_word_is_no_name(text):
    assert load_default().resolve(text).text == text
