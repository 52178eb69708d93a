"""Addresses as people write them: the certain answer is the county, or nothing is certain. Names are invented."""

import pytest

RESOLVED = {
    "what an order form says twice": [
        ("无锡无锡江阴澄江中路9号", "320281"),
        ("烟台烟台市莱阳市旌旗路3号", "370682"),
        ("襄阳市襄州区襄州区航空路8号", "420607"),
        ("湖南省株洲市null湖南省株洲市醴陵市瓷城大道6号", "430281"),
        ("石家庄市中山路1号石家庄市正定县恒山路2号", "130123"),
        ("大理大理宾川金牛路1号", "532924"),
    ],
    "the stem of a county before a road of its own": [
        ("江苏省无锡市江阴澄江中路1号", "320281"),
        ("杭州桐庐迎春南路88号", "330122"),
        ("成都简阳射洪坝路5号", "510185"),
        ("河南省新郑中华北路12号", "410184"),
        ("苏州太仓东仓南路3号", "320585"),
    ],
    "an unknown town, zone or quarter below a county, and a house behind it": [
        ("长沙市望城区火焰镇雷锋大道9号", "430112"),
        ("宁波市慈溪市胜利二区12幢", "330282"),
        ("佛山市顺德区五金工业区兴业路3号", "440606"),
        ("石家庄市正定县老城区燕赵大街7号", "130123"),
        ("西安市长安区经济开发区文苑路1号", "610116"),
        ("无锡市滨湖区东三旗小区5号楼", "320211"),
    ],
    "types of divisions inside the names of roads and houses": [
        ("合肥市包河区镇海路6号", "340111"),
        ("昆明市盘龙区市府路1号", "530103"),
        ("郑州市金水区旗帜大厦3楼", "410105"),
        ("武汉市武昌区县华林街11号", "420106"),
    ],
    "words before the place": [
        ("虹桥镇浙江省温州市乐清市虹桥镇幸福路2号", "330382"),
        ("嗯 江苏省常州市武进区湖塘镇1号", "320412"),
        ("请送到安徽省芜湖市镜湖区中山路1号", "340202"),
    ],
    "levels and separators": [
        ("四川省\n成都市\n武侯区\n人民南路四段1号", "510107"),
        ("四川省,成都,武侯区,人民南路四段1号", "510107"),
        ("人民南路四段1号 武侯区 成都市", "510107"),
        ("武侯区人民南路四段1号，成都市", "510107"),
        ("[四川省][成都市][武侯区]人民南路四段1号", "510107"),
        ("【四川省成都市武侯区】人民南路四段1号", "510107"),
    ],
    "rooms and floors": [
        ("成都市武侯区人民南路四段1号1703、04", "510107"),
        ("成都市武侯区人民南路四段1号15、16楼", "510107"),
        ("成都市武侯区人民南路四段1号2103、2104室", "510107"),
        ("成都市武侯区人民南路四段1号一楼、三楼", "510107"),
        ("成都市武侯区人民南路四段1号1706/1707", "510107"),
    ],
    "notes": [
        ("成都市武侯区人民南路四段1号（青羊区政府对面）", "510107"),
        ("成都市武侯区人民南路四段1号A座(东区停车场旁)3楼", "510107"),
        ("成都市武侯区人民南路四段1号 西区18号楼", "510107"),
        ("成都市武侯区科华社区 成都市科华北路", "510107"),
        ("成都市武侯区（靠近锦江区）", "510107"),
    ],
    "zones": [("雄安新区容城县奥威路1号", "130629"), ("兵团第八师石河子市北四路1号", "659001")],
    "radicals": [("⻄安市⻓安区", "610116")],
}


@pytest.mark.parametrize(
    ("text", "county"),
    [case for cases in RESOLVED.values() for case in cases],
    ids=lambda value: str(value)[:24],
)
def test_the_county_is_certain(resolver, text, county):
    result = resolver.resolve(text)
    unit = resolver.index.find(result.code) if result.code else None
    assert result.status == "resolved" and county in (unit.code, *unit.up), result


@pytest.mark.parametrize(
    "text",
    [
        # the name is a town's or a street's
        "长春街道人民路1号", "南京街道解放路5号", "河南岸街道1号", "衡阳镇人民路", "松花江镇1号", "渡口乡人民路1号",
        # generic names at the head
        "西区7号楼", "东区门诊2楼", "矿区中学", "城区派出所", "新区管委会", "北区1至3层",
        # contradictions
        "浙江省宁波市鄞州区江苏省苏州市吴中区木渎镇", "成都市武侯区浙江义乌江东路", "广东省长沙市岳麓区", "浙江省余杭区广州市天河区",
    ],
)  # fmt: skip
def test_nothing_is_certain(resolver, text):
    result = resolver.resolve(text)
    assert not (result.code or result.include or (result.status == "historical" and result.successors)), (
        result
    )


@pytest.mark.parametrize(
    ("text", "parent"),
    [
        ("南京鼓楼文化广场", "320100"),
        ("上海黄浦江大道1号", "310000"),
        ("成都(市区)", "510100"),
        ("昆明（新区）", "530100"),
        ("沈阳(主城区)", "210100"),
        ("长春郊县", "220100"),
        ("即墨市市区", "370215"),
        ("长乐市部分乡镇", "350112"),
        ("昆山经济开发区", "320583"),
        ("浙江省瑞安经济开发区", "330381"),
        ("青岛平度云山工业园", "370283"),
        ("西咸新区", "610000"),
        ("苏州工业园区", "320500"),
        ("五家渠一〇三团", "659004"),
    ],
)
def test_only_the_place_above_is_certain(resolver, text, parent):
    result = resolver.resolve(text)
    assert (result.status, result.parent, result.code) == ("partial", parent, None), result


def test_the_zone_offers_its_counties(resolver):
    assert set(resolver.resolve("雄安新区").candidates) == {"130629", "130632", "130638"}
    assert resolver.resolve("深圳前海路1号").candidates == ()


def test_several_addresses_are_several_and_a_coarse_one_takes_no_city(resolver):
    result = resolver.resolve("北京市海淀区中关村大街1号；广州市天河区天河路2号")
    assert (result.status, result.include) == ("rules", ("110108", "440106"))
    result = resolver.resolve("成都市解放路1号；广州市天河区天河路2号")
    assert (result.status, result.include) == ("partial", ("440106",))
    [token] = resolver.tokens("成都市解放路1号")
    assert (token.result.status, token.result.parent) == ("partial", "510100")


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("江北区", {"330205", "500157"}),
        ("清河区", {"211204", "320812"}),
        ("江北区人民路1号", {"330205", "500157"}),
    ],
)
def test_a_name_that_another_bore_lately_is_ambiguous(resolver, text, candidates):
    result = resolver.resolve(text)
    assert result.status == "ambiguous" and set(result.candidates) == candidates


def test_the_bearer_is_clear_where_a_place_is_named_above(resolver):
    assert resolver.resolve("宁波市江北区").code == "330205"
    assert resolver.resolve("重庆市江北区").successors == ("500157",)
    assert resolver.resolve("江北区", within="330200").code == "330205"


def test_one_that_bore_the_name_long_ago_is_told(resolver):
    result = resolver.resolve("河西区")
    assert result.code == "120103"
    [first, *_] = [item for item in result.evidence if item["kind"] == "namesake"]
    assert first["of"] and first["until"] < "2011" and first["code"] is None


@pytest.mark.parametrize("text", ["哈密市", "铜仁市", "毕节市"])
def test_a_place_that_grew_is_no_second_bearer(resolver, text):
    result = resolver.resolve(text)
    assert result.status == "resolved" and not any(item["kind"] == "namesake" for item in result.evidence)


@pytest.mark.parametrize("text", ["华东", "华北地区", "西南", "华东六省一市", "粤港澳大湾区", "湘西"])
def test_what_companies_draw_is_suggested(resolver, text):
    result = resolver.resolve(text)
    assert result.status == "suggestion" and result.candidates and not result.include


@pytest.mark.parametrize("text", ["东北四省", "江浙沪四省", "东北三省一市"])
def test_a_number_that_contradicts_is_said(resolver, text):
    assert resolver.resolve(text).status == "conflict"


@pytest.mark.parametrize(
    ("text", "include", "exclude"),
    [
        ("全国除西藏、新疆外满88元包邮", {"100000"}, {"540000", "650000"}),
        ("全国包邮，青海、西藏不发货", {"100000"}, {"630000", "540000"}),
        ("四川省除甘孜、阿坝外，重庆市", {"510000", "500000"}, {"513300", "513200"}),
        ("受理上海市、江苏省", {"310000", "320000"}, set()),
        ("二档=成都市、绵阳市", {"510100", "510700"}, set()),
        ("华北:北京、天津", {"110000", "120000"}, set()),
    ],
)
def test_sentences_of_coverage(resolver, text, include, exclude):
    result = resolver.resolve(text)
    assert (result.status, set(result.include), set(result.exclude)) == ("rules", include, exclude)


@pytest.mark.parametrize("text", ["西藏，青海等地不发货", "内蒙古、新疆、西藏地区暂不配送", "新疆停发"])
def test_what_is_not_served_is_never_included(resolver, text):
    result = resolver.resolve(text)
    assert not result.include and not result.code and result.exclude and result.status == "partial"
    assert not any(token.result.include or token.result.code for token in resolver.tokens(text))
