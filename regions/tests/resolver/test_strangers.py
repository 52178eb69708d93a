"""A bare name beside one address may be somebody's: it is never taken for a second place. Provinces may stand glued."""

import random
from itertools import product

import pytest

from regions.resolver.unit import PROVINCE

ADDRESSES = {
    "浙江省台州市三门县海游街道": "331022", "河南省南阳市邓州市花洲街道": "411381", "郑州市惠济区天河路5号": "410108",
    "福建省龙岩市上杭县临江镇": "350823", "四川省绵阳市江油市太平路88号": "510781",
}  # fmt: skip
NAMES = ["高安", "泰兴", "长兴", "永安", "高淳", "江宁", "吴江", "长乐", "丰宁", "韩城", "宁波"]
PHONE = "13800001111"
WITH_PHONE = ["{p} {n} {a}", "{n} {p} {a}", "{a} {p} {n}", "{p}，{n}，{a}", "手机：{p}；{n}；{a}", "{n}/{p}/{a}", "{n}\n{p}\n{a}", "{p}\n{n}\n{a}", "{a}，{n}，{p}", "{n} {a} {p}"]  # fmt: skip
WITHOUT = ["{n} {a}", "{a} {n}", "{n}，{a}", "{n}\n{a}"]


def _certain(result):
    sure = result.status in ("resolved", "rules", "historical")
    return (
        {code[:6] for code in (*filter(None, [result.code]), *result.include, *result.successors)}
        if sure
        else set()
    )


@pytest.mark.parametrize("form", WITH_PHONE + WITHOUT)
def test_no_second_place_is_made_of_a_name(resolver, form):
    for (address, code), name in product(ADDRESSES.items(), NAMES):
        text = form.format(a=address, n=name, p=PHONE)
        assert _certain(resolver.resolve(text)) <= {code}, text


@pytest.mark.parametrize("form", WITH_PHONE)
def test_beside_a_telephone_the_address_is_read(resolver, form):
    for (address, code), name in product(ADDRESSES.items(), NAMES[:-1]):
        if name == "永安" and address.startswith("福建"):
            continue  # a county of that province it may be
        result = resolver.resolve(form.format(a=address, n=name, p=PHONE))
        assert (result.code or "")[:6] == code, (address, name, result)
        assert name not in result.text and PHONE not in result.text


def test_a_county_of_the_city_that_is_named_stays_a_place(resolver):
    assert resolver.resolve(f"湖州 安吉 {PHONE}").code == "330523"


@pytest.mark.parametrize("dish", ["沙县小吃", "兰州拉面", "重庆小面", "武汉热干面", "桂林米粉", "北京烤鸭店"])
def test_a_dish_is_no_place(resolver, dish):
    for address, code in ADDRESSES.items():
        assert _certain(resolver.resolve(f"{address} {dish}旁")) <= {code}
    assert not _certain(resolver.resolve(dish + "店"))


def test_provinces_may_stand_glued(resolver):
    index = resolver.index
    provinces = [unit for unit in index.current.values() if unit.level == PROVINCE]
    rng = random.Random(16)
    for _ in range(200):
        some = rng.sample(provinces, rng.randint(3, 5))
        names, codes = "".join(unit.short for unit in some), {unit.code for unit in some}
        if "青海海南" in names:  # 海南州 lies in 青海
            continue
        assert set(resolver.resolve(names).include) == codes, names
        for form in (
            "全国除{}外均可上门",
            "全国（除{}）",
            "除{}外全国包邮",
            "全国，{}除外",
            "全国除{}以外都可以配送",
        ):
            result = resolver.resolve(form.format(names))
            assert (result.include, set(result.exclude)) == (("100000",), codes), form.format(names)


@pytest.mark.parametrize("name", ["周敏", "王小明", "欧阳锋", "李广州"])
@pytest.mark.parametrize(
    ("digits", "place", "code"),
    [
        ("430000", "湖北 武汉", "420100"),
        ("310000", "浙江 杭州", "330100"),
        ("610000", "四川 成都", "510100"),
        ("230000", "安徽合肥", "340100"),
    ],
)
def test_a_postcode_is_no_code_of_another_province(resolver, name, digits, place, code):
    for form in ("{p} {n} {d} {a}", "{n} {d} {a} {p}", "{d} {a}", "{p} {n} {d} {a}长江路8号"):
        result = resolver.resolve(form.format(p="18612345678", n=name, d=digits, a=place))
        assert result.code == code and name not in result.text, (form, result)
