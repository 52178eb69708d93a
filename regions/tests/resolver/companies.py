"""Company addresses made at random over the real gazetteer, each with the counties it lies in: what people write on
invoices, licences and order forms. Nothing here is a real address."""

import random
from collections.abc import Iterator

from regions.resolver.index import Index
from regions.resolver.unit import COUNTY, Unit

_ROADS = (
    "人民路 中山路 解放大道 长江路 西湖大道 朝阳北路 东风东路 振兴街 和平西路 建设三路 新华路 高新三路 科技园路 南京路 北京东路 上海路 江东南路 镇明路 "
    "西乡大道 滨江路 鼓楼街 开发区大道 工业大道 环城西路 龙华路 桥东街 河西路 太湖路 长安街 城东路 市府路 乡政府路 大学城南路 石桥街 东海路 金山大道 福田路"
)
_BUILDINGS = (
    "万达广场 国际大厦 科技园 软件园 西湖国际大厦 中山广场 和平大厦 新城花园 东区商务楼 江南世家 北京大厦 上海花园 工业园区 高新产业园 物流园 时代广场 "
    "阳光小区 朝阳小区 区政府大楼 商贸城 五金市场 县医院 镇政府 村委会 标准厂房 鼓楼大厦"
)
_ZONES = "经济开发区 高新区 高新技术产业开发区 工业园区 经济技术开发区 新区 产业集聚区 物流园区 保税区"
ROADS, BUILDINGS, ZONES = _ROADS.split(), _BUILDINGS.split(), _ZONES.split()
ENDS = ["三组", "村东头", "工业集中区", "镇政府旁", "一号院", "火车站对面"]
NOTES = [
    "（住所申报）", "（集群注册）", "(仅限办公)", "（自编01）", "(靠近火车站)", "（原{}）", "（{}对面）", "（{}大厦旁）", "（近{}路）", "（北市区）",
    "（东门）", "（{}客户专用）", "（一照多址）",
]  # fmt: skip
PAIRS = [
    "A公司:{};B公司:{}", "{};{}", "甲公司：{}/乙公司：{}", "住所：{}；经营地址：{}", "1、{} 2、{}", "一、{}；二、{}", "{}/{}", "总部：{}，分部：{}", "{}\n{}",
    "注册地址：{} 办公地址：{}", "（1）{}（2）{}",
]  # fmt: skip
BEFORE = ["地址：", "住所:", "经营地址：", "单位地址:", "中国", "邮编215000 ", "注册地址："]
BEHIND = [
    " 电话0512-68001234",
    " 联系人：王建国 13812345678",
    "，邮编：410000",
    "。",
    " 215000",
    "（{}对面） 联系人：李 13812345678",
]


class Companies:
    def __init__(self, index: Index, seed: int):
        self.index, self.rng = index, random.Random(seed)
        self.counties = [
            unit
            for unit in index.current.values()
            if unit.level == COUNTY and unit.code[:2] not in ("71", "81", "82")
        ]

    def addresses(self, count: int) -> Iterator[tuple[str, set[str]]]:
        """(text, the codes of the counties it lies in), `count` times."""
        for _ in range(count):
            unit = self.rng.choice(self.counties)
            text, named = self._levels(unit) + self._house(unit), {unit.code}
            shape = self.rng.random()
            if shape < 0.15:
                text += self._note()
            elif shape < 0.22:
                text += " " + text
            elif shape < 0.27:
                text += " " + self._above(unit).name + self.rng.choice(BUILDINGS)
            elif shape < 0.37:
                other = self.rng.choice(self.counties)
                named.add(other.code)
                second = self._levels(other) + self._house(other)
                text = self.rng.choice(PAIRS).format(text, second)
            elif shape < 0.42:
                text = self.rng.choice(BEFORE) + text
            elif shape < 0.47:
                text += self._filled(self.rng.choice(BEHIND))
            elif shape < 0.5:
                text = f"（{self._levels(unit)}）{self._house(unit)}"
            yield text, named

    def _above(self, unit: Unit) -> Unit:
        return self.index.current[unit.parent]

    def _levels(self, unit: Unit) -> str:
        above, top = self._above(unit), self.index.current[unit.up[-2]] if len(unit.up) > 1 else unit
        if above is top:
            forms = [top.name + unit.name, top.name * 2 + unit.name, top.short + unit.name]
        else:
            p, q, c = top.name, above.name, unit.name
            forms = [
                p + q + c,
                q + c,
                top.short + above.short + c,
                above.short + c,
                f"{p} {q} {c}",
                p + above.short + c,
                p + q + q + c,
            ]
            forms += [q + q + c, above.short + q + c, p + q + c + c, f"{p},{q},{c}", f"{p}/{q}/{c}", f"{p}-{q}-{c}"]  # fmt: skip
        return self.rng.choice(forms)

    def _house(self, unit: Unit) -> str:
        rng = self.rng
        towns = [
            name
            for name, codes in self.index.township_names(unit.code).codes.items()
            if len(codes) == 1
            and not self.index.township(codes[0]).until
            and self.index.township(codes[0]).name == name
        ]
        town = rng.choice(towns) if towns and rng.random() < 0.5 else ""
        zone = rng.choice(ZONES) if rng.random() < 0.2 else ""
        zone = unit.short + zone if zone and rng.random() < 0.3 else zone
        road = rng.choice(ROADS) + self._number() if rng.random() < 0.8 else ""
        building = rng.choice(BUILDINGS) if rng.random() < 0.5 else ""
        end = "" if road or building else rng.choice(ENDS)
        return town + zone + road + building + (self._rooms() if rng.random() < 0.7 else "") + end

    def _number(self) -> str:
        first, second = self.rng.randint(1, 300), self.rng.randint(1, 20)
        return self.rng.choice(
            [
                f"{first}号",
                f"{first}弄{second}号",
                f"{first}-{second}号",
                f"{first}号{second}幢",
                f"{first}号{second}栋2单元",
            ]
        )

    def _rooms(self) -> str:
        rng, room = self.rng, self.rng.randint(101, 2800)
        return rng.choice([
            f"{room}室", f"{room}、{room + 1}室", f"{room}-{room + 3}室", f"{room}/{room + 1}", "2、15层", "一楼、二楼", f"{room}、{room % 100:02d}",
            f"{rng.choice('ABCD')}座{room}", f"A区{room % 20}号", "东区3栋", "5号楼3F", f"{room}、{room + 2}、{room + 5}号", f"{room}（自主申报）",
            "1-3层", "C、D栋", "101、201、301室", "A区西侧", "二楼东首", "底商3号", "铺位A12、A13",
        ])  # fmt: skip

    def _note(self) -> str:
        return self._filled(self.rng.choice(NOTES))

    def _filled(self, words: str) -> str:
        other = self.rng.choice(self.counties)
        return words.replace("{}", self.rng.choice([other.name, other.short]))
