"""Pages invented over the whole gazetteer, with headings in very many wordings, tables and prose: each knows what it says."""

import random

import pytest

from regions.resolver import load_default
from regions.services.intake import reading

from .test_lists import accepted, drafted

pytestmark = pytest.mark.one_database

SERVED = [
    "服务区域",
    "覆盖范围",
    "上门城市",
    "可服务地区",
    "服务范围",
    "网点分布",
    "维修覆盖",
    "售后网点覆盖",
    "配送范围",
    "包邮地区",
    "已开通城市",
    "受理地区",
    "上门安装区域",
    "直营城市",
    "可上门城市",
    "业务范围",
    "支持地区",
    "服务城市",
    "主要服务地区",
    "我们的服务区域",
    "全部服务城市",
    "目前覆盖",
]
REFUSED = [
    *["暂未开通地区", "不包括", "除外地区", "停止服务", "服务盲区", "不发货地区", "不上门地区", "暂不支持", "未覆盖地区", "不服务城市", "无网点地区", "暂停服务", "已停止服务", "不在服务范围内", "不含以下地区", "例外地区", "无法上门", "不予受理", "不接单地区", "停运地区", "尚未开通", "不配送区域", "无法送达", "暂不受理", "盲区", "禁发地区", "不派送", "不提供服务的地区", "未开通", "非服务区域", "超出服务范围", "已撤点", "关闭网点", "不可上门地区", "暂停接单", "恕不上门", "拒收地区", "不覆盖", "没有网点的城市", "去不了的地方", "除外", "不支持上门", "以下地区不服务", "以下城市暂不上门", "以下地区除外", "服务范围不包括", "服务范围外", "服务空白区", "售后空白", "未设网点", "未设立服务点", "排除地区", "剔除城市", "中止服务", "撤销网点", "停业网点", "不享受上门服务"],
    "Not available in", "Excluded areas", "No service in", "Not covered", "Except", "Unavailable", "Excluding",
]  # fmt: skip
ASKED = [
    *["即将开通", "筹建中", "规划中", "拟开通", "预计下月开通", "待开通", "敬请期待", "明年开通", "即将上线", "筹备中", "建设中", "计划开通城市", "下一批开通", "将于12月开通", "偏远地区", "疑似假冒网点所在城市", "竞品覆盖", "另行商议", "寄修地区", "需电话确认", "投诉较多地区", "历史服务区域", "原服务城市", "招商地区", "仅限寄修", "同行覆盖城市", "加盟意向城市", "待确认地区", "咨询客服为准", "部分地区可上门", "备选城市", "库存城市", "例如", "参考"],
    "Coming soon", "Planned",
]  # fmt: skip
FORMS = (
    "{h}：{w}", "{h}：\n{w}", "【{h}】\n{w}", "## {h}\n{w}", "**{h}**：{w}", "一、{h}\n{w}", "{h}：\n{e}", "{h}：\n{b}", "{h}——{w}", "【{h}】{w}",
)  # fmt: skip
SENTENCES = (
    "我们目前服务{p}、{o}，其中{a}、{b}暂不上门。", "{p}、{o}均可上门，{a}、{b}除外。", "除{a}、{b}外，{p}均可上门；{o}全境覆盖。", "{p}（{a}、{b}除外）和{o}均提供上门服务。",
    "服务范围包括{p}和{o}，不包括{a}、{b}。", "{p}、{o}包邮，{a}、{b}不发货", "{o}全省可上门。{p}除{a}、{b}外都可上门。", "本公司受理{p}、{o}的报修，{a}和{b}暂未开通。",
    "服务区域：{o}、{p}，{a}、{b}不上门", "服务区域：{o}、{p}（excluding {a}、{b}）",
)  # fmt: skip


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


@pytest.fixture(scope="module")
def provinces():
    """(province, its cities) of the gazetteer."""
    units = load_default().index.current.values()
    held = [
        (top, [u for u in units if u.parent == top.code and u.level == 2 and u.name.endswith("市")])
        for top in units
        if top.level == 1 and top.name.endswith("省")
    ]
    return [(top, cities) for top, cities in held if len(cities) > 3]


def said(rng, heading, units):
    names = [unit.name for unit in units]
    words = rng.choice(["、", "、", "、", "，", " ", "/", "；"]).join(names)
    lines = {"e": "\n".join(names), "b": "\n".join(f"- {name}" for name in names)}
    return rng.choice(FORMS).format(h=heading, w=words, **lines)


def codes(units):
    return {unit.code for unit in units}


@pytest.mark.parametrize("heading", REFUSED)
@pytest.mark.slow
def test_a_heading_that_refuses_is_never_coverage(provinces, heading):
    rng = random.Random(heading)
    for _ in range(3):
        top, cities = rng.choice(provinces)
        out = rng.sample(cities, 2)
        page = f"{said(rng, rng.choice(SERVED), [top])}\n{said(rng, heading, out)}"
        lines = drafted(page)
        assert accepted(lines, "include") == {top.code}, page
        assert accepted(lines, "exclude") == codes(out), page
        alone = drafted(said(rng, heading, out))
        assert accepted(alone, "include") == set() and accepted(alone, "exclude") == codes(out), page


@pytest.mark.parametrize("heading", ASKED)
def test_what_is_planned_or_not_understood_is_asked(provinces, heading):
    rng = random.Random(heading)
    for _ in range(3):
        (top, _), (_, cities) = rng.sample(provinces, 2)
        out = rng.sample(cities, 2)
        page = f"{said(rng, rng.choice(SERVED), [top])}\n{said(rng, heading, out)}"
        lines = drafted(page)
        assert accepted(lines, "include") == {top.code} and accepted(lines, "exclude") == set(), page
        waiting = " ".join(line["token"] for line in lines if line["decision"] == "open")
        assert all(unit.name in waiting for unit in out), page


@pytest.mark.parametrize("sentence", SENTENCES)
def test_prose_that_takes_something_out(provinces, sentence):
    rng = random.Random(sentence)
    for _ in range(3):
        (top, cities), (other, _) = rng.sample(provinces, 2)
        out = rng.sample(cities, 2)
        page = sentence.format(p=top.name, o=other.name, a=out[0].name, b=out[1].name)
        lines = drafted(page)
        assert accepted(lines, "include") == {top.code, other.code}, page
        assert accepted(lines, "exclude") == codes(out), page


@pytest.mark.parametrize("head", ["不覆盖", "除外", "不上门区域", "例外地区"])
def test_a_column_of_exceptions(provinces, head):
    rng = random.Random(head)
    rows, include, exclude = [["省份", "覆盖", head]], set(), set()
    for top, cities in rng.sample(provinces, 4):
        out = rng.sample(cities, 2)
        rows.append([top.name, rng.choice(["全省", "全境"]), "、".join(unit.name for unit in out)])
        include.add(top.code)
        exclude |= codes(out)
    lines = drafted("\n".join("\t".join(row) for row in rows))
    assert (accepted(lines, "include"), accepted(lines, "exclude")) == (include, exclude)


@pytest.mark.parametrize(
    ("text", "include", "exclude"),
    [
        ("西安：全市覆盖", {"610100"}, set()),
        ("服务城市：合肥市区县均可", {"340100"}, set()),
        ("江西省11个地市全覆盖", {"360000"}, set()),
        ("江西省9个地市全覆盖", set(), set()),
        ("【烟台】约满停约", set(), {"370600"}),
        ("服务城市：潍坊市、烟台市（已停业）", {"370700"}, {"370600"}),
        ("成都市（各县）、衡阳：全部区县", {"430400"}, set()),
    ],
)
def test_what_is_said_of_all_parts(text, include, exclude):
    lines = drafted(text)
    assert (accepted(lines, "include"), accepted(lines, "exclude")) == (include, exclude)


@pytest.mark.parametrize(
    ("text", "include", "exclude"),
    [
        ("省份：广东\n城市：广州、深圳\n省份：福建\n城市：福州、厦门", {"440100", "440300", "350100", "350200"}, set()),
        ("1 河南\n1.1 郑州\n1.1.1 金水区\n1.1.2 二七区\n1.2 洛阳\n1.2.1 涧西区", {"410105", "410103", "410305"}, set()),
        ("上海市\n ├ 徐汇区\n └ 静安区\n苏州市\n ├─ 姑苏区\n └─ 吴江区", {"310104", "310106", "320508", "320509"}, set()),
        ("东北（辽宁、吉林）、华东（上海、江苏）", {"210000", "220000", "310000", "320000"}, set()),
        ("Provinces covered: Hunan, Jiangxi; not available in Ganzhou", {"430000", "360000"}, {"360700"}),
        ("全国包邮，偏远地区（新疆、西藏）除外", {"100000"}, {"650000", "540000"}),
        ("目前我们在四川省的成都、绵阳设有网点，重庆正在筹备中。", {"510100", "510700"}, set()),
        ("我司在江苏、浙江、上海三地设有服务网点", {"320000", "330000", "310000"}, set()),
        ("本店支持送货上门的城市有武汉、黄石，其他城市请联系客服。", {"420100", "420200"}, set()),
        ("贵州省8个地市：贵阳、遵义、铜仁", {"520100", "520300", "520600"}, set()),
        ("广西除河池市、来宾市，其他均可", {"450000"}, {"451200", "451300"}),
    ],
)  # fmt: skip
def test_further_ways_to_set_a_list(text, include, exclude):
    lines = drafted(text)
    assert (accepted(lines, "include"), accepted(lines, "exclude")) == (include, exclude)


def test_what_is_left_and_the_addresses_of_outlets_are_asked_about():
    for text, words in (
        ("新疆、西藏运费20元，其余地区包邮", ["其余地区包邮"]),
        ("一店 成都市武侯区示例路1号 028-88880001\n二店 成都市青羊区示例路2号 028-88880002", ["武侯区示例路1号", "青羊区示例路2号"]),
    ):  # fmt: skip
        waiting = " ".join(line["token"] for line in drafted(text) if line["decision"] == "open")
        assert all(word in waiting for word in words), waiting


def test_one_bad_member_of_a_bracket_does_not_spoil_the_others():
    lines = drafted("安庆市（宜秀区、潜山县、太湖县）")
    assert accepted(lines, "include") == {"340811", "340825"}
    assert [line["token"] for line in lines if line["decision"] == "open"] == ["潜山县"]


@pytest.mark.parametrize(
    "sentence",
    [
        "服务范围：{p}、{o}用户请放心下单，{a}即将开通",
        "{p}、{o}师傅随时出发，{a}暂停服务",
        "售后网点：{p}、{o}照常，{a}、{b}不发货",
        "{o}客户直接来店，{p}包邮，{a}暂未开通",
        "配送区域：{p}、{o}今天正常接待，{a}即将上线，{b}不上门",
    ],
)
def test_no_place_of_a_sentence_is_dropped_where_another_clause_is_read(provinces, sentence):
    rng = random.Random(sentence)
    for _ in range(5):
        (top, _), (other, _), (_, cities) = rng.sample(provinces, 3)
        out = rng.sample(cities, 2)
        named = {"p": top, "o": other, "a": out[0], "b": out[1]}
        page = sentence.format(**{key: unit.name for key, unit in named.items()})
        lines = drafted(page)
        told = " ".join(line["token"] for line in lines)
        missing = [
            unit.name for key, unit in named.items() if f"{{{key}}}" in sentence and unit.name not in told
        ]
        assert not missing, page
        assert not accepted(lines, "include") & codes(out), page
        assert not accepted(lines, "exclude") - codes(out), page


def test_a_label_that_refuses_goes_on_to_the_end_of_its_block(provinces):
    rng = random.Random("goes on")
    for label in ("暂未开通：", "不发货地区：", "停止服务 ", "【服务盲区】"):
        (top, _), (_, cities), (_, others) = rng.sample(provinces, 3)
        out, more = rng.sample(cities, 3), rng.sample(others, 2)
        names = [unit.name for unit in out]
        for lines_of in ("\n".join(names), f"{names[0]}、{names[1]}\n{names[2]}"):
            lines = drafted(
                f"服务区域：{top.name}\n{label}{lines_of}\n\n服务城市：{more[0].name}、{more[1].name}"
            )
            assert accepted(lines, "exclude") == codes(out), label
            assert accepted(lines, "include") == codes([top, *more]), label
        # below a list without a label, or one that is headed as served, nobody can say whose the next line is
        for above in (
            f"{more[0].name}\n",
            f"## 服务城市\n{more[0].name}\n",
            "## 服务城市\n",
            f"### {top.name}\n",
        ):
            lines = drafted(f"{above}{label}{names[0]}\n{names[1]}")
            assert accepted(lines, "exclude") <= codes(out[:1]), above
            assert not accepted(lines, "include") & codes(out), above


@pytest.mark.parametrize("label", ["Not available in Tibet", "No service in Qinghai"])
def test_an_english_sentence_that_refuses_says_nothing_of_the_next_line(label):
    assert not accepted(drafted(f"Service area: Sichuan\n{label}\nHubei"), "exclude") & {"420000"}


@pytest.mark.parametrize(
    "only",
    ["只做", "仅限", "只接", "仅服务", "目前只能上门", "：只做", "只跑", "仅限于", "（只做{}）", "仅覆盖"],
)
def test_only_the_parts_that_are_named(only):
    form = "{c}" + (only if "{}" in only else only + "{}")
    for city, names, parts in (
        ("南京市", "鼓楼区、玄武区", {"320106", "320102"}),
        ("西安", "新城区、长安区", {"610102", "610116"}),
    ):
        lines = drafted(form.format(names, c=city))
        assert accepted(lines, "include") == parts, form
        assert all(line["decision"] == "accepted" for line in lines), form
    assert not accepted(drafted(form.format("急修单", c="南京市")), "include")


@pytest.mark.parametrize(
    ("text", "include", "exclude"),
    [
        ("林芝市：墨脱县、朗县、察隅县，巴宜区除外", {"540423", "540426", "540425"}, {"540402"}),
        ("庆阳市：庆城县、镇原县、环县（合水县暂未开通）", {"621021", "621027", "621022"}, {"621024"}),
        ("枣庄市：山亭区、峄城区\n滕州市除外", {"370406", "370404"}, {"370481"}),
        ("山南市\n贡嘎县、洛扎县\n（不含措美县）", {"540522", "540527"}, {"540526"}),
        ("温州市\n永嘉县、龙港市\n注：洞头区暂不上门", {"330324", "330383"}, {"330305"}),
        ("成都市\n武侯区、青羊区\n注：青羊区暂不上门", {"510107"}, set()),
        ("### 黔南布依族苗族自治州\n全境（独山县除外）", {"522700"}, {"522726"}),
        ("服务城市：\n辽阳市 ×\n太原市\n汕尾市：暂无网点\n池州市", {"140100", "341700"}, {"211000", "441500"}),
        ("辽阳市 ×\n太原市\n汕尾市", set(), {"211000"}),
        ("目前服务鞍山市、长春市，宣城市已经停止服务。", {"210300", "220100"}, {"341800"}),
        ("山西省全省可做，阳泉市、晋中市不接", {"140000"}, {"140300", "140700"}),
        ("【辽阳市白塔区】\n襄平街道、武圣街道", {"211002019", "211002017"}, set()),
        ("辽阳市辽阳县：柳壕镇、首山镇", {"211021108", "211021100"}, set()),
        ("是 揭阳市\n否 临沧市\n[可] 武汉市\n[否] 呼和浩特市", {"445200", "420100"}, {"530900", "150100"}),
        ("停 呼和浩特市、成都市", set(), set()),
        ("喀什地区（除叶城县、莎车县外均可上门）、西安市（碑林区去不了）", {"653100", "610100"}, {"653126", "653125", "610103"}),
        ("服务城市：阜新市\n抚顺市。节假日照常服务", {"210900", "210400"}, set()),
        ("服务城市：阜新市\n抚顺市。本店已停业", {"210900"}, set()),
        ("株洲市\n鞍山市\n以上仅供参考", set(), set()),
        ("已开通3城：山南市、郑州市、宁波市\n以上价格仅供参考", {"540500", "410100", "330200"}, set()),
    ],
)  # fmt: skip
def test_what_any_clerk_reads(text, include, exclude):
    lines = drafted(text)
    assert (accepted(lines, "include"), accepted(lines, "exclude")) == (include, exclude)


def test_words_behind_places_that_nobody_knows_do_not_lose_them():
    waiting = " ".join(
        line["token"] for line in drafted("长治市、辽阳市：凭券上门") if line["decision"] == "open"
    )
    assert "长治市" in waiting and "辽阳市" in waiting


@pytest.mark.parametrize(
    ("text", "include", "exclude", "waiting"),
    [
        ("郑州市：金水、二七、管城", {"410105", "410103", "410104"}, set(), ""),
        ("=== 福建 ===\n福州 / 泉州\n=== 江西 ===\n赣州", {"350100", "350500", "360700"}, set(), ""),
        ("▼福建省\n福州市\n▼江西省\n赣州市", {"350100", "360700"}, set(), ""),
        ("【福州】鼓楼区、台江区【赣州】章贡区", {"350102", "350103", "360702"}, set(), ""),
        ("重庆分公司\n渝中区 南岸区", {"500103", "500108"}, set(), ""),
        ("江浙沪皖免费上门", {"320000", "330000", "310000", "340000"}, set(), ""),
        ("本店工程师可到成都、绵阳上门", {"510100", "510700"}, set(), ""),
        ("工程师不能到成都市、绵阳市上门", set(), set(), "成都市"),
        ("目前业务已拓展至昆明、丽江、西双版纳等地。", {"530100", "530700", "532800"}, set(), ""),
        ("我司在湖南省的株洲、湘潭设有售后服务网点。", {"430200", "430300"}, set(), ""),
        ("很抱歉，蚌埠市、十堰市暂时没有师傅", set(), {"340300", "420300"}, ""),
        ("注：上门前请确认\n广州市、佛山市", {"440100", "440600"}, set(), ""),
        ("注：以下城市请确认\n广州市、佛山市", set(), set(), "广州市"),
        ("南昌市。以上价格仅供参考", {"360100"}, set(), ""),
        ("服务城市：南昌市、九江市。价格以师傅现场报价为准。", {"360100", "360400"}, set(), ""),
        ("南昌市。以上仅供参考", set(), set(), "南昌市"),
        ("包安装地区：江苏省\n不包安装地区：新疆", {"320000"}, {"650000"}, ""),
        ("江苏省、浙江省包邮；新疆不免邮", set(), set(), "新疆不免邮"),
        ("江浙沪包邮。新疆另付运费", {"320000", "330000", "310000"}, set(), "新疆另付运费"),
        ("成都绕城高速以内免费上门；绵阳市、德阳市", set(), set(), "成都绕城高速以内免费上门"),
        ("✅可上门：杭州\n❌不可上门：舟山", {"330100"}, {"330900"}, ""),
        ("❌可上门：舟山、杭州", set(), set(), "舟山"),
        ("深证市\n东莞市\n中山市", {"441900", "442000"}, set(), "深证市"),
        ("株洲、岳阳、常德（桃源县不上门）", {"430200", "430600", "430700"}, {"430725"}, ""),
        ("支持上门城市如下（未列出城市请寄修）：\n无锡、常州", {"320200", "320400"}, set(), ""),
        ("支持上门城市如下（部分请寄修）：\n无锡、常州", set(), set(), "无锡"),
        ("不发货地区：无\n配送区域：淄博市、常州市", {"370300", "320400"}, set(), ""),
        ("一、西藏自治区\n1. 拉萨市：堆龙德庆区\n2. 阿里地区：全市", {"540103", "542500"}, set(), ""),
        ("厦门市+拉萨市", {"350200", "540100"}, set(), ""),
        ("①厦门市②拉萨市③武汉市", {"350200", "540100", "420100"}, set(), ""),
        ("江苏省（13个地级市全覆盖）", {"320000"}, set(), ""),
        ("江苏省（12个地级市全覆盖）", set(), set(), "江苏省"),
        ("北京、上海、广州、深圳四城", {"110000", "310000", "440100", "440300"}, set(), ""),
        ("浙东片区（宁波、舟山）,浙南片区（温州、丽水）", {"330200", "330900", "330300", "331100"}, set(), ""),
        ("粤东片区：汕头、潮州\n粤西片区：湛江、茂名", {"440500", "445100", "440800", "440900"}, set(), ""),
        ("粤东片区：汕头、南昌市", {"440500"}, set(), "南昌市"),
        ("成都办事处：成都市、德阳市\n重庆办事处：重庆市", {"510100", "510600", "500000"}, set(), ""),
        ("海口营业部：海口、文昌", {"460100", "469005"}, set(), ""),
        ("武汉办事处：武汉、南昌", {"420100", "360100"}, set(), ""),
        ("武汉办事处：江岸区、西青区", {"420102"}, set(), "西青区"),
        ("竞品片区：汕头、潮州", set(), set(), "汕头"),
        ("（一）皖南：黄山、池州\n（二）皖北：阜阳", {"341000", "341700", "341200"}, set(), ""),
        ("豫北服务站：安阳、鹤壁", {"410500", "410600"}, set(), ""),
        ("成都办事处\n电话：028-85550000\n地址：成都市武侯区人民南路四段1号", set(), set(), "成都办事处"),
        ("服务网点：成都办事处、绵阳办事处", {"510100", "510700"}, set(), ""),
        ("西区（成都、重庆，不含万州）", {"510100", "500000"}, {"500101"}, ""),
        ("川南片区：自贡、泸州已停止服务", set(), set(), "自贡"),
        ("可上门地区：三亚市\n仅限市区:\n晋宁区、拉萨市", {"460200"}, set(), "晋宁区"),
        ("* 河南省\n* 内蒙古都停止服务", set(), {"150000"}, "河南省"),
        ("拉萨市、合肥市\n仅限城区", set(), set(), "拉萨市"),
        ("阳泉市：城区、郊区", {"140302", "140311"}, set(), ""),
        ("豫北竞品：安阳、鹤壁", set(), set(), "安阳"),
        ("福州市：6家\n莆田市：0家", {"350100"}, set(), "莆田市"),
        ("Guangdong: Guangzhou, Shenzhen\nFujian: Xiamen", {"440100", "440300", "350200"}, set(), ""),
        ("Guangdong: Guangzhou, Xiamen", {"440100"}, set(), "Xiamen"),
        ("济南（12个网点）、青岛（8个网点）、泰安（0个网点）", {"370100", "370200"}, set(), "泰安"),
        ("四川省（0家）：成都市、绵阳市", set(), set(), "成都市"),
        ("广东省（广州、深圳）\n佛山市、东莞市", {"440100", "440300", "440600", "441900"}, set(), ""),
        ("重庆市（渝中区）\n解放碑街道", {"500103003"}, set(), ""),
        ("我司服务覆盖自贡市富顺县；泸州市合江县、叙永县。", {"510322", "510522", "510524"}, set(), ""),
        ("代码：330100，330200", {"330100", "330200"}, set(), ""),
    ],
)  # fmt: skip
def test_lists_as_people_set_them(text, include, exclude, waiting):
    lines = drafted(text)
    assert (accepted(lines, "include"), accepted(lines, "exclude")) == (include, exclude)
    open_ = " ".join(line["token"] for line in lines if line["decision"] == "open")
    assert waiting in open_ and bool(waiting) == bool(open_)


@pytest.mark.parametrize("joint", ["：", "-", "——", "（{}）", " ", "，"])
def test_what_is_taken_out_of_a_place_takes_not_the_place(joint):
    """成都：除某某外, Chengdu - excluding Pidu: of a part that nobody knows, and the place is neither served whole nor refused."""
    outs = ("除某某外", "除某某镇以外", "不含某某", "不包括某某镇", "某某除外", "排除某某", "剔除某某")
    english = ("except Pidu", "excluding Pidu", "without Pidu", "other than Pidu")
    for place, said in [
        ("上海市", outs),
        ("成都", outs),
        ("成都、绵阳", outs[:2]),
        ("Chengdu", english),
        ("We serve Chengdu", english),
    ]:
        for out in said:
            text = place + (joint.format(out) if "{}" in joint else joint + out)
            lines = drafted(text)
            out_of = accepted(lines, "exclude")
            assert out_of <= ({"510117"} if place.isascii() else set()), text  # Pidu is a district of Chengdu
            if not out_of:
                assert not accepted(lines, "include") & {"310000", "510700" if "、" in place else "510100"}, (
                    text
                )
            assert any(line["decision"] == "open" for line in lines) or place.isascii(), text
    for answer in ("除外", "暂不包含", "服务范围外", "不包括在内"):
        text = "成都" + (joint.format(answer) if "{}" in joint else joint + answer)
        assert not accepted(drafted(text), "include"), text
