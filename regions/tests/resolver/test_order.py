"""What only blanks, commas or bars keep apart and what is no list: labels in front, addresses from behind; and exclusions that hold in their base."""

import pytest

from regions.resolver import load_default

CITIES = {"西宁": "630100", "银川": "640100", "成都市": "510100", "贵阳市": "520100"}


@pytest.mark.parametrize("label", ["未开通", "不发", "暂不上门", "停止服务", "无法配送"])
@pytest.mark.parametrize("mark", [" ", "\t", "|", " - ", "　", "：", ": ", "： ", " ：", " : "])
def test_a_label_that_refuses_refuses_before_any_mark(label, mark):
    resolver = load_default()
    for one, other in (("西宁", "银川"), ("成都市", "贵阳市")):
        for between in ("、", " "):
            text = f"{label}{mark}{one}{between}{other}"
            found = resolver.resolve(text)
            assert (found.code, found.include) == (None, ()), text
            assert set(found.exclude) == {CITIES[one], CITIES[other]}, text
            assert not [t for t in resolver.tokens(text) if t.result.code or t.result.include], text


@pytest.mark.parametrize("label", ["仅主城区", "部分区域", "仅周边区域"])
def test_a_label_that_limits_leaves_the_place_in_part(label):
    resolver = load_default()
    for city, code in CITIES.items():
        found = resolver.resolve(f"{label} {city}")
        assert (found.status, found.include) == ("partial", ()), (label, city)
        assert [t.result.parent for t in resolver.tokens(f"{label} {city}")][-1] == code


@pytest.mark.parametrize(
    ("text", "parent"),
    [
        ("人民南路四段 成都市", "510100"),
        ("中山路 南京 江苏", "320100"),
        ("中山路,南京,江苏", "320100"),
        ("建设大道|武汉市|湖北省", "420100"),
        ("体育东路 天河区 广州市", "440106"),
    ],
)
def test_an_address_from_behind_is_no_city(text, parent):
    resolver = load_default()
    (token,) = resolver.tokens(text)
    assert (token.result.status, token.result.parent, token.text) == ("partial", parent, text)
    found = resolver.resolve(text)
    assert found.code in (None, parent) and not found.include
    assert [t.text for t in resolver.tokens(f"{text}、拉萨市")] == [text, "拉萨市"]


@pytest.mark.parametrize("mark", [" ", "，", ", ", "/", "|", " - "])
@pytest.mark.parametrize(
    ("city", "province"),
    [
        ("西安", "陕西"),
        ("朝阳", "辽宁"),
        ("兰州", "甘肃"),
        ("鼓楼", "南京"),
        ("西安市", "陕西省"),
        ("朝阳", "北京"),
    ],
)
def test_a_place_before_the_one_it_lies_in_is_that_place(city, province, mark):
    """Also one of several that are called so, where the other says which; never the whole of the other."""
    resolver = load_default()
    outer = resolver.resolve(province).code
    (token,) = resolver.tokens(f"{city}{mark}{province}")
    found = token.result
    assert outer in resolver.index.known(found.code).up if found.code else found.status == "ambiguous"
    inside = [unit for _, _, unit in resolver.index.alias[city] if outer in unit.up and not unit.until]
    if len(inside) == 1:
        assert found.code == inside[0].code, (found, inside)


def test_a_list_of_cities_and_their_provinces_stays_one():
    resolver = load_default()
    assert [t.result.code for t in resolver.tokens("成都 四川 重庆")] == ["510100", "510000", "500000"]


@pytest.mark.parametrize(
    "text", ["崇明县（长兴、横沙除外）", "富阳市（新登、永昌除外）", "富阳市（除新登、永昌外）"]
)
def test_a_closed_base_holds_what_is_taken_out(text):
    found = load_default().resolve(text)
    heirs = found.successors or (found.parent,)
    assert found.status == "partial" and not found.include and len(heirs) == 1
    assert all(code.startswith(heirs[0]) for code in (*found.exclude, *found.candidates))


def test_each_item_has_its_own_exclusion():
    resolver = load_default()
    for mark in ("、", "，"):
        found = resolver.resolve(f"上海市除崇明{mark}江苏省除宿迁")
        assert (set(found.include), set(found.exclude)) == ({"310000", "320000"}, {"310151", "321300"})
    found = resolver.resolve("全国大部分地区，西藏除外")
    assert (found.status, found.include) == ("partial", ())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("欧阳锋（收）浙江省杭州市西湖区文三路90号", "欧阳锋"),
        ("浙江省杭州市西湖区文三路90号 欧阳锋（收）", "欧阳锋"),
        ("张伟收 浙江省杭州市西湖区文三路90号", "张伟"),
        ("浙江省杭州市西湖区文三路90号赵小明15200001111", "赵小明"),
        ("联系人赵小明 浙江省杭州市西湖区文三路90号", "赵小明"),
        ("13812345678张伟浙江省杭州市西湖区文三路90号", "张伟"),
        ("浙江省杭州市西湖区文三路90号（张伟 13812345678）", "张伟"),
        ("浙江省杭州市西湖区张伟13812345678", "张伟"),
    ],
)
def test_a_person_is_named_in_no_answer(text, name):
    resolver = load_default()
    found = resolver.resolve(text)
    assert found.code == "330106" and name not in str(found.as_dict())
    assert name not in str([token.result.as_dict() for token in resolver.tokens(text)])


@pytest.mark.parametrize(
    "text", ["重庆市高新区13800000000", "重庆市高新13800000000", "成都市金花镇13800000000"]
)
def test_a_part_before_a_telephone_is_no_person(text):
    assert load_default().resolve(text).status != "resolved" or "镇" in text


def test_a_county_that_bears_the_name_of_the_prefecture_it_lay_in_is_another_place():
    found = load_default().resolve("巢湖市")
    assert found.status == "ambiguous" and found.candidates[0] == "340181"
    for grown in ("哈密市", "铜仁市"):
        assert load_default().resolve(grown).status == "resolved"
