"""Texts of every kind that people write, made at random over the real gazetteer, each with its right answer, which is
known because the text was made of it. Nothing here is a real address.

A text is (kind, words, sort, codes). ONE: the region, or a part of it. NEAR: at least that the region is the parent.
OPEN: nothing is certain. SET: exactly these. INSIDE: nothing certain lies outside. LESS: these, but for those with a dash.
"""

import random
from collections.abc import Iterator

from regions.resolver.index import Index
from regions.resolver.unit import COUNTY, PREFECTURE, PROVINCE, Unit

from .companies import BUILDINGS, ROADS, ZONES

ONE, NEAR, OPEN, SET, INSIDE, LESS = "one", "near", "open", "set", "inside", "less"
Made = tuple[str, str, str, frozenset[str]]

PEOPLE = [
    "张三",
    "李四",
    "王小明",
    "欧阳雪",
    "陈某",
    "赵先生",
    "刘女士",
    "周杰",
    "孙丽丽",
    "吴建国",
    "司马光明",
]
PARTS = [
    "市区",
    "城区",
    "主城区",
    "中心城区",
    "郊区",
    "近郊",
    "老城区",
    "新城区",
    "新区",
    "郊县",
    "城郊",
    "周边",
    "各郊县",
    "部分区域",
    "大部分地区",
    "主城",
    "市中心",
    "四环内",
    "东部",
    "北部",
    "农村",
    "各乡镇",
    "下辖县",
    "城区内",
    "三环以内",
    "部分乡镇",
    "城乡结合部",
]
LIMITS = [
    "市区",
    "部分乡镇",
    "5个乡镇",
    "东部乡镇",
    "周边",
    "大部分地区",
    "城区",
    "（除{town}）",
    "（不含{town}）",
    "除{town}外",
    "（部分）",
    "（城区）",
    "三个镇",
    "以北",
    "（市区）",
    "主城区",
    "北部",
    "（{town}除外）",
]
# What makes a sight or a road of its own out of a district's name.
TAKEN = [
    "文化广场",
    "塘路12号",
    "公园",
    "大酒店",
    "大桥",
    "火车站",
    "体育馆",
    "塘北路9号",
    "风景区",
    "湿地公园",
    "国际机场",
    "大学",
    "门大街3号",
    "江路5号",
    "山庄路7号",
]
HEADS = [
    "西区5号楼",
    "东区食堂2楼",
    "矿区医院",
    "城区3栋",
    "新区管委会",
    "南区门卫",
    "北区1至2层",
    "郊区政府",
    "东区12号",
    "市区办事处",
    "林区宿舍3栋",
    "中区B座",
]
NOTES = [
    "（{}政府对面）",
    "（近{}）",
    "（原{}商场旁）",
    "（{}公交车场对面）",
    "({}大厦斜对面)",
    "（靠近{}）",
    "【{}方向】",
    "（{}客运站旁）",
]
ROOMS = [
    "1703、04",
    "15、16楼",
    "2103、2104室",
    "一楼、三楼",
    "1706/1707",
    "A座1201、1202",
    "3-5层",
    "101、103、105号",
    "2楼B区、C区",
    "负一层、一层",
    "0801-0803室",
    "8F、9F",
    "12层01、02单元",
    "D栋3、4楼",
    "二、三层",
    "201室、202室",
    "5号楼、6号楼",
    "1601，1602",
    "701",
    "702",
]
INSIDE = [
    "镇明路107号",
    "西三旗小区3号楼",
    "胜利二区92栋",
    "五金工业区3栋",
    "旗山路5号",
    "县前街8号",
    "乡政府路2号",
    "市府大道9号",
    "区庄新村1栋",
    "旧镇街6号",
    "州桥路11号",
]
GONE_ON = [
    "经济开发区兴业路3号",
    "工业园区5号",
    "高新区创业大道1号",
    "云溪工业园",
    "东南大道29号",
    "经济技术开发区",
    "城南路12号",
    "新城大街6号",
    "塘桥镇8号",
]
PHONES = "13800000000 138-0000-0000 138 0000 0000 0571-88000000 +86 13900000000".replace(
    "138 0000 0000", "13700000000"
).split()
FORMS = [
    "收件人:{n} 电话{t} 地址:{a}", "收货人：{n}\n手机号码：{t}\n所在地区：{l}\n详细地址：{h}", "{n}{t}{a}", "{a}{n}收{t}", "{n} {t} {a}", "{a} {n} {t}",
    "{t} {a} {n}", "{a}，{n}，{t}", "{n}，{t}，{a}", "地址：{a}\n电话：{t}\n姓名：{n}", "寄到：{a}", "快递地址是{a}", "{a} {z}", "{z} {a}", "邮编：{z} 地址：{a}",
    "姓名：{n}；电话：{t}；地址：{a}", '{{"name":"{n}","mobile":"{t}","address":"{a}"}}', '{{"province":"{p}","city":"{q}","district":"{c}","address":"{h}"}}',
    "{a}&nbsp;{n}&nbsp;{t}", "{l}<br>{h}<br>{n} {t}", "【{l}】{h}", "[{p}][{q}][{c}]{h}", "（{l}）{h}", "{h} {l}", "{h}，{l}", "{h} {c} {q}", "收货地址：{a}（{n}收）",
    "{p}{q}null{c}{h}", "{p}null{a}", "{p}\n{q}\n{c}\n{h}", "{p},{q},{c},{h}", "{p}_{q}_{c}_{h}", "📍{a}📞{t}", "我在{a}", "请送到{a}，谢谢", "收件人姓名：{n}，联系方式：{t}，收件地址：{a}，邮政编码：{z}",
    "{p} {q} {c} {h} {z} {n} {t}", "送货上门 {a} 谢谢", "{a} [转 1234]", "{a} 转1234", "客户姓名：{n} 客户电话：{t} 安装地址：{a}", "{n}（{t}）{a}", "{a}\n{n}\n{t}", "{n}\n{t}\n{l}\n{h}",
    "中国 {p} {q} {c} {h}", "中国{a}", "undefined{a}", "所在地区: {l}\n详细地址: {h}", "电话：{t} {a}", "{a} 电话{t} 联系人{n}", "{q}{q}{c}{h}", "{a}{a}", "{l}{a}",
    "收货信息：{n}，{t}，{a}", "收货人: {n} 手机: {t} 省市区: {l} 详细地址: {h}", "{l}\t{h}\t{n}\t{t}", "{n}|{t}|{l}|{h}", "报修地址：{a} 报修人：{n} {t}",
]  # fmt: skip
PAIRS = [
    "{};{}",
    "{}；{}",
    "A公司：{}/B公司：{}",
    "{}\n{}",
    "1、{} 2、{}",
    "总部：{}；分公司：{}",
    "一、{}；二、{}",
    "（1）{}（2）{}",
    "{}、{}",
]
RADICALS = dict(
    zip("西长黄马门青龙车见贝页风飞鱼鸟麦齐金", "⻄⻓⻩⻢⻔⻘⻰⻋⻅⻉⻚⻛⻜⻥⻦⻨⻬⾦", strict=True)
)
FIXED = {
    "江浙沪": "320000 330000 310000", "京津冀": "110000 120000 130000", "东三省": "210000 220000 230000", "两广": "440000 450000", "两湖": "420000 430000",
    "云贵川": "530000 520000 510000", "港澳台": "810000 820000 710000", "江浙沪皖": "320000 330000 310000 340000", "东北三省": "210000 220000 230000",
    "川渝": "510000 500000", "西北五省": "610000 620000 630000 640000 650000", "粤港澳": "440000 810000 820000", "陕甘宁": "610000 620000 640000",
}  # fmt: skip
DRAWN = [
    "华东",
    "华北",
    "华中",
    "华南",
    "西北",
    "西南",
    "大湾区",
    "华东地区",
    "华北区域",
    "西南大区",
    "华中片区",
    "华东五省一市",
    "华北四省",
    "西南四省",
    "大西北",
    "长三角",
    "珠三角",
    "环渤海",
    "苏南",
    "浙北",
    "皖北",
    "闽南",
    "粤东",
    "东南沿海",
    "中原",
    "关中",
]
MAINLAND_ONLY = ("71", "81", "82")


class Texts:
    def __init__(self, index: Index, seed: int):
        self.index, self.rng = index, random.Random(seed)
        current = [unit for unit in index.current.values() if unit.code[:2] not in MAINLAND_ONLY]
        self.counties = [unit for unit in current if unit.level == COUNTY]
        self.cities = [unit for unit in current if unit.level == PREFECTURE and unit.name.endswith("市")]
        self.provinces = [unit for unit in current if unit.level == PROVINCE]
        self.closed = [
            unit for unit in index.units
            if unit.level == COUNTY and unit.until >= "1995" and unit.parent in index.current and index.successors(unit)
        ]  # fmt: skip
        self.kinds = sorted(name for name in dir(self) if name.startswith("made_"))

    def some(self, count: int) -> Iterator[Made]:
        """`count` texts of each kind."""
        for kind in self.kinds:
            for _ in range(count):
                made = getattr(self, kind)()
                if made is not None:
                    words, sort, codes = made
                    yield kind[5:], words, sort, frozenset(codes)

    # ---------------------------------------------------------------- words

    def pick(self, of):
        return self.rng.choice(of)

    def above(self, unit: Unit) -> Unit:
        return self.index.current[unit.parent]

    def top(self, unit: Unit) -> Unit:
        return self.index.current[unit.up[-2]] if len(unit.up) > 1 else unit

    def beneath(self, city: Unit) -> list[Unit]:
        return [unit for unit in self.counties if unit.parent == city.code]

    def in_city(self) -> tuple[Unit, Unit]:
        """A county and its prefecture, which is called a city."""
        while True:
            city = self.pick(self.cities)
            below = self.beneath(city)
            if below:
                return self.pick(below), city

    def town(self, unit: Unit) -> str:
        towns = [
            self.index.townships[code][0] for code in self.index.below.get(unit.code, ())
            if not self.index.townships[code][4]
        ]  # fmt: skip
        return self.pick(towns) if towns else "某某镇"

    def house(self) -> str:
        road = self.pick(ROADS) + self.pick(
            ["{}号", "{}弄3号", "{}号2幢", "{}-1号", "{}号3单元402室"]
        ).format(self.rng.randint(1, 900))
        return road + self.pick(["", "", self.pick(BUILDINGS)])

    def levels(self, unit: Unit) -> str:
        above, top = self.above(unit), self.top(unit)
        if above is top:
            return self.pick([top.name, top.short, top.name * 2]) + unit.name
        return (
            self.pick(
                [
                    top.name + above.name,
                    above.name,
                    top.short + above.short,
                    above.short,
                    top.name + above.short,
                ]
            )
            + unit.name
        )

    # ---------------------------------------------------------------- kinds

    def made_beside_a_sibling(self):
        unit = self.pick(self.closed)
        city = self.index.current[unit.parent]
        siblings = [one for one in self.beneath(city) if one.name != unit.name]
        if (
            city.level != PREFECTURE
            or not siblings
            or any(one.level <= PREFECTURE and one.name == unit.name for one in self.index.current.values())
        ):
            return None
        line = self.pick(["{}{}、{}", "{}：{}、{}", "{}({}、{})", "{}:{}，{}"]).format(
            city.name, self.pick(siblings).name, unit.name
        )
        return line, INSIDE, {city.code, *self.index.successors(unit)}

    def made_part_of_a_city(self):
        city = self.pick(self.cities)
        part = self.pick(PARTS)
        form = self.pick(["{}（{}）", "{}({})", "{}{}", "{}【{}】", "{}（{}）"])
        return form.format(self.pick([city.name, city.short]), part), NEAR, {city.code}

    def made_limited_and_closed(self):
        unit = self.pick(self.closed)
        above = self.index.current[unit.parent]
        lead = self.pick(["", above.name, above.short if above.level == PREFECTURE else above.name])
        return lead + unit.name + self.pick(LIMITS).format(town=self.town(unit)), OPEN, set()

    def made_town_at_the_head(self):
        code = self.pick(sorted(self.index.townships))
        name, parent = self.index.townships[code][:2]
        if parent in self.index.leaves or name.endswith(("农场", "林场", "开发区", "管理区", "区", "场")):
            return None
        return name + self.house(), OPEN, set()

    def made_generic_head(self):
        return self.pick(HEADS), OPEN, set()

    def made_taken_by_a_sight(self):
        unit, city = self.in_city()
        if unit.name[-1] != "区" or len(unit.short) != 2 or unit.short == city.short:
            return None
        return self.pick([city.name, city.short]) + unit.short + self.pick(TAKEN), NEAR, {city.code}

    def made_contradiction(self):
        one, other = self.pick(self.counties), self.pick(self.counties)
        if self.top(one) is self.top(other):
            return None
        second = (
            self.top(other).name + self.above(other).name + other.name
            if self.above(other) is not self.top(other)
            else self.top(other).name + other.name
        )
        return self.levels(one) + self.pick(["", "", "null"]) + second + self.house(), OPEN, set()

    def made_note_behind(self):
        unit, other = self.pick(self.counties), self.pick([*self.counties, *self.closed])
        return (
            self.levels(unit) + self.house() + self.pick(NOTES).format(self.pick([other.name, other.short])),
            ONE,
            {unit.code},
        )

    def made_said_twice(self):
        unit, city = self.in_city()
        short, full = city.short, city.name
        form = self.pick(
            [
                "{s}{s}{c}",
                "{s}{f}{c}",
                "{f}{f}{c}",
                "{s}{s}{u}",
                "{f}{c}{c}",
                "{p}{f}null{p}{f}{c}",
                "{f}null{c}",
                "{p}{f}{p}{f}{c}",
                "{p}{s}{f}{c}",
                "{c}{h}{f}{c}",
            ]
        )
        words = form.format(
            s=short,
            f=full,
            c=unit.name,
            u=unit.short if len(unit.short) > 1 else unit.name,
            p=self.top(unit).name,
            h=self.house(),
        )
        return words + self.house(), ONE, {unit.code}

    def made_city_again(self):
        unit, city = self.in_city()
        again = self.pick([" {}{}", " {}{}", "，{}{}", "（{}{}）", " {} {}"]).format(
            city.name, self.pick(["金阳世纪城", "东区商务楼", "市区政府大楼", *ROADS, *BUILDINGS])
        )
        return self.levels(unit) + self.house() + again, ONE, {unit.code}

    def made_house_in_a_city(self):
        city = self.pick(self.cities)
        return self.pick([city.name, self.top(city).name + city.name]) + self.house(), NEAR, {city.code}

    def made_group(self):
        if self.rng.random() < 0.5:
            name = self.pick(sorted(FIXED))
            return name + self.pick(["", "地区", "全境"]), SET, set(FIXED[name].split())
        return self.pick(DRAWN), OPEN, set()

    def made_form(self):
        unit, city = self.in_city()
        h = self.house()
        p, q, c = self.top(unit).name, city.name, unit.name
        words = self.pick(FORMS).format(
            n=self.pick(PEOPLE),
            t=self.pick(PHONES),
            z=self.rng.randint(100000, 860000),
            p=p,
            q=q,
            c=c,
            l=p + q + c,
            h=h,
            a=p + q + c + h,
        )
        return words, ONE, {unit.code}

    def made_rooms(self):
        unit = self.pick(self.counties)
        return (
            self.levels(unit) + self.pick(ROADS) + f"{self.rng.randint(1, 900)}号" + self.pick(ROOMS),
            ONE,
            {unit.code},
        )

    def made_two_addresses(self):
        one, other = self.pick(self.counties), self.pick(self.counties)
        text = self.pick(PAIRS).format(self.levels(one) + self.house(), self.levels(other) + self.house())
        return text, SET, {one.code, other.code}

    def made_types_in_names(self):
        unit = self.pick(self.counties)
        return self.levels(unit) + self.pick(INSIDE), ONE, {unit.code}

    def made_county_city(self):
        unit, city = self.in_city()
        if (
            unit.name[-1] not in "市县"
            or len(unit.short) < 2
            or unit.short in (city.short, self.top(unit).short)
        ):
            return None
        lead = self.pick(
            [
                city.name,
                city.short,
                self.top(unit).name,
                self.top(unit).short,
                self.top(unit).name + city.name,
            ]
        )
        return lead + unit.short + self.pick(GONE_ON), NEAR, {unit.code}

    def made_radicals(self):
        unit, city = self.in_city()
        text = self.top(unit).name + city.name + unit.name
        return "".join(RADICALS.get(ch, ch) for ch in text), ONE, {unit.code}

    def made_reversed(self):
        unit, city = self.in_city()
        return self.pick(["{t}{c}{q}{p}", "{c} {q} {p}", "{h} {c} {q}", "{c}{q}{h}", "{t}{p}{q}{c}{t}"]).format(
            t=self.town(unit), c=unit.name, q=city.name, p=self.top(unit).name, h=self.house()
        ), ONE, {unit.code}  # fmt: skip

    def made_zone(self):
        unit = self.pick(self.counties)
        return (
            self.levels(unit)
            + self.pick(["", unit.short])
            + self.pick(ZONES)
            + self.pick(["", self.house()]),
            NEAR,
            {unit.code},
        )

    def made_exclusion(self):
        top = self.pick(self.provinces)
        below = [
            unit
            for unit in self.index.current.values()
            if unit.parent == top.code and unit.level == PREFECTURE
        ]
        if len(below) < 4:
            return None
        one, two = self.rng.sample(below, 2)
        other = self.pick([each for each in self.provinces if each is not top])
        form = self.pick([
            "{p}除{a}、{b}外，{o}", "{p}（{a}、{b}除外）、{o}", "{p}（不含{a}、{b}），{o}", "{p}(除{a}和{b}外)；{o}", "{p}（{a}、{b}不上门）、{o}", "{p}（{a}/{b}除外） {o}",
        ])  # fmt: skip
        return (
            form.format(p=top.name, a=one.name, b=two.name, o=other.name),
            LESS,
            {top.code, other.code, "-" + one.code, "-" + two.code},
        )

    def made_not_served(self):
        one, two = self.rng.sample(self.provinces, 2)
        form = self.pick(
            [
                "{}、{}不发货",
                "{}，{}等地不发货",
                "{}和{}暂不配送",
                "{}{}不送",
                "{}、{}暂未开通",
                "{}、{}地区停发",
                "{}、{}除外",
                "不含{}、{}",
                "除{}、{}外",
            ]
        )
        return form.format(self.pick([one.name, one.short]), self.pick([two.name, two.short])), OPEN, set()

    def made_promise_with_an_exception(self):
        """满200元全国包邮（新疆、西藏除外）"""
        one, two = self.rng.sample(self.provinces, 2)
        lead = self.pick(
            ["满{n}元", "全场满{n}元", "订单满{n}元起", "单笔满{n}元,", "购物满{n}", "消费满{n}元以上"]
        )
        form = self.pick(["{lead}全国包邮（{a}、{b}除外）", "{lead}全国包邮（除{a}、{b}外）", "全国{lead}包邮（{a}、{b}除外）", "{lead}全国配送（不含{a}、{b}）"])  # fmt: skip
        text = form.format(lead=lead.format(n=self.pick([59, 99, 200, 1000])), a=one.name, b=self.pick([two.name, two.short]))  # fmt: skip
        return text, LESS, {"100000", "-" + one.code, "-" + two.code}

    def made_count_of_parts(self):
        """江西省全部11个地市, 覆盖湖南14个市州: all of it if there are so many, else a part."""
        top = self.pick(self.provinces)
        cities = sum(unit.parent == top.code for unit in self.index.current.values())
        told = self.pick([cities, cities - 1, cities + 1, cities + 3])
        if cities < 3 or self.index.current[top.code].name.endswith("市"):
            return None
        form = self.pick(
            ["{p}全部{n}个地市", "{p}所有{n}个市州", "覆盖{p}{n}个市州", "{p}{n}个地市全覆盖", "{p}共{n}个市州", "服务覆盖{p}{n}个地市", "{p}下辖{n}个市州", "{p}全省{n}个市州"]
        )  # fmt: skip
        text = form.format(p=self.pick([top.name, top.short]), n=told)
        return (text, SET, {top.code}) if told == cities else (text, OPEN, set())

    def made_part_of_a_short_city(self):
        """长沙（部分乡镇）: a part of the city, whichever of its bearers is meant."""
        city = self.pick([unit for unit in self.index.current.values() if unit.level == PREFECTURE])
        part = self.pick(["部分乡镇", "部分街道", "部分区域", "个别乡镇", "少数乡镇", "局部", "大部分地区"])
        return f"{city.short}（{part}）", OPEN, set()

    def made_bare_cities_of_a_province(self):
        """湖北（武汉、恩施）, 山西：太原、大同."""
        top = self.pick(self.provinces)
        below = [
            unit
            for unit in self.index.current.values()
            if unit.parent == top.code and unit.level == PREFECTURE and len(unit.short) == 2
        ]
        if len(below) < 4:
            return None
        some = self.rng.sample(below, 3)
        form = self.pick(
            ["{p}（{a}、{b}、{c}）", "{p}：{a}、{b}、{c}", "{p}{a}、{b}、{c}", "{p}省：{a}，{b}，{c}"]
        )
        if form.startswith("{p}省") and not top.name.endswith("省"):
            return None
        words = dict(zip("abc", (unit.short for unit in some), strict=True))
        return form.format(p=top.short, **words), SET, {unit.code for unit in some}


def judged(index: Index, result, sort: str, codes: frozenset[str]) -> str:
    """right, less (only the parent is certain), refused, wide or wrong."""
    certain = {result.code} if result.code else set()
    if result.status == "historical":
        certain = set(result.successors)
    if result.status == "rules":
        certain = {*result.include, *("-" + code for code in result.exclude)}
    if not certain:
        if sort in (OPEN, INSIDE):
            return "right"
        near = {result.parent} if result.parent else set(result.include)
        if sort in (ONE, NEAR) and near and all(_inside(index, code, codes) for code in near):
            return "right" if sort == NEAR else "less"
        return "refused"
    if sort == OPEN:
        return "right" if result.status == "historical" and not codes else "wrong"
    if sort in (SET, LESS):
        cut = {code[: 6 if code[0] != "-" else 7] for code in certain}
        if cut == codes:
            return "right"
        return "gone" if cut < codes else "wrong"
    if all(_inside(index, code, codes) for code in certain):
        return "right"
    above = {code for each in codes for code in index.find(each).up}
    return "wide" if all(code in above or _inside(index, code, codes) for code in certain) else "wrong"


def _inside(index: Index, code: str, codes) -> bool:
    unit = index.find(code)
    return unit is not None and not codes.isdisjoint((code, *unit.holders))
