"""Hand-kept words: groups of provinces, the country, fillers, what lies below Hong Kong, Macao and Taiwan.

Groups with one meaning are rules, those that companies draw differently are suggestions. 珠三角, 长三角, 苏南,
内蒙古东部 and the like have no official extent and cut through provinces, so they stay unknown.
"""

import re

ABBREVIATIONS = {
    "京": "110000", "津": "120000", "冀": "130000", "晋": "140000", "蒙": "150000", "辽": "210000", "吉": "220000",
    "黑": "230000", "沪": "310000", "苏": "320000", "浙": "330000", "皖": "340000", "闽": "350000", "赣": "360000",
    "鲁": "370000", "豫": "410000", "鄂": "420000", "湘": "430000", "粤": "440000", "桂": "450000", "琼": "460000",
    "渝": "500000", "川": "510000", "贵": "520000", "黔": "520000", "云": "530000", "滇": "530000", "藏": "540000",
    "陕": "610000", "甘": "620000", "青": "630000", "宁": "640000", "新": "650000", "台": "710000", "港": "810000",
    "澳": "820000",
}  # fmt: skip
# Read together without being listed: abbreviations that are no ordinary words.
PLAIN_ABBREVIATIONS = frozenset("京津冀晋沪浙皖闽赣鲁豫鄂湘粤桂琼渝黔滇陕")

_GROUPS = {
    "江浙沪": "苏浙沪", "江浙": "苏浙", "苏浙沪": "苏浙沪", "江浙沪皖": "苏浙沪皖", "苏浙沪皖": "苏浙沪皖", "苏浙皖": "苏浙皖",
    "沪苏浙皖": "沪苏浙皖", "沪苏浙": "沪苏浙", "苏沪": "苏沪", "苏浙": "苏浙", "苏皖": "苏皖",
    "两广": "粤桂", "两湖": "鄂湘", "湖广": "", "京津冀": "京津冀", "云贵川": "云贵川", "云贵": "云贵", "川渝": "川渝",
    "成渝": "", "云贵川渝": "云贵川渝", "川渝云贵": "川渝云贵", "川渝黔": "川渝黔", "川滇黔": "川滇黔", "川藏": "川藏",
    "陕甘宁": "陕甘宁", "陕甘": "陕甘", "甘青宁": "甘青宁", "陕甘青宁": "陕甘青宁", "陕甘宁青": "陕甘宁青", "甘青": "甘青",
    "陕甘宁青新": "陕甘宁青新", "陕甘青宁新": "陕甘宁青新", "新藏": "新藏", "青藏": "青藏", "晋陕蒙": "晋陕蒙", "蒙晋陕": "蒙晋陕",
    "新疆西藏": "新藏", "西藏新疆": "藏新", "港澳": "港澳", "港澳台": "港澳台", "台港澳": "台港澳", "粤港澳": "粤港澳",
    "东三省": "辽吉黑", "东北三省": "辽吉黑", "黑吉辽": "黑吉辽", "辽吉黑": "辽吉黑", "东北": "辽吉黑",
    "华北": "京津冀晋蒙", "华东": "沪苏浙皖闽赣鲁", "华中": "豫鄂湘",
    "华南": "粤桂琼", "西南": "渝川贵云藏", "西南五省": "渝川贵云藏", "西南五省市": "渝川贵云藏",
    "大湾区": "粤港澳", "粤港澳大湾区": "粤港澳", "西南三省": "川贵云", "西北": "陕甘青宁新", "西北五省": "陕甘青宁新", "西北五省区": "陕甘青宁新",
    "直辖市": "京津沪渝", "四大直辖市": "京津沪渝", "四个直辖市": "京津沪渝", "各直辖市": "京津沪渝", "北上广": "",
    "特别行政区": "港澳", "两个特别行政区": "港澳", "港澳特别行政区": "港澳", "五个自治区": "蒙桂藏宁新", "五大自治区": "蒙桂藏宁新",
}  # fmt: skip
GROUPS = {name: tuple(ABBREVIATIONS[ch] for ch in members) for name, members in _GROUPS.items() if members}
# The same abbreviations in any order: 苏浙皖沪, by its sorted letters.
SHUFFLED = {
    "".join(sorted(name)): codes
    for name, codes in GROUPS.items()
    if len(name) > 2 and set(name) <= ABBREVIATIONS.keys() and len(name) == len(codes)
}
# 都 in 青海、西藏都不送 and not that of a name: 成都, 昌都, 于都.
EVERY = "(?:(?<![成首古昌江花新望于宁丰武宜])|(?<=蒙古|南昌|宜昌|许昌|浙江|龙江|内江|辽宁|西宁|南宁|海宁|济宁|咸宁))都"
# What a company calls an office of its own, and a stretch of its own: behind it a colon or a bracket names places.
SEATS = "办事处|营业部|经营部|经销处|联络处|代表处|分拨中心|运营中心|配送中心|分拨仓?|中心仓|前置仓"
OWN_LAND = f"片区|大区|战区|{SEATS}"
SIDE = "[东南西北中]{1,2}(?:部|线|翼)?"
# Names of country that everybody uses and nobody has drawn; parts of a city; numbers and letters.
COUNTRYSIDE = (
    "胶东|辽东|辽西|江淮|淮海|黄淮|苏锡常|长三角|珠三角|环渤海|环太湖|长株潭|成渝|关中|河西|江汉|江南|江北|沿海|沿江|环京|川藏"
    r"|主?城区?|市区|近?郊区?|远郊区?|中心城?区?|第?[一二三四五六七八九十\d]{1,2}号?|[a-e]"
)
# Groups that every company draws as it likes: 福建 and 山东 in 华东 or not, 内蒙古 in 东北, 河南 in 华北.
DRAWN = frozenset(["华北", "华东", "华中", "华南", "西南", "西北", "大湾区", "粤港澳大湾区"])
GROUP_TAIL = re.compile(
    r"(?:地区|区域|大区|全境|全域|各省|等地区?|等省市?区?"
    r"|(?P<provinces>[一二两三四五六七八九\d])省(?:(?P<cities>[一二两三四\d])[市区])?市?区?|(?P<places>[二两三四五六\d])地)$"
)
_NUMBERS = {ch: number for number, ch in enumerate("一二三四五六七八九", 1)} | {"两": 2}


def number_of(said: str) -> int:
    """11 and 十一 as a number; 0 for what is none."""
    if said.isdecimal():
        return int(said)
    tens, ten, ones = said.rpartition("十")
    if not ten:
        return _NUMBERS.get(said, 0)
    return 10 * (_NUMBERS.get(tens, 0) if tens else 1) + _NUMBERS.get(ones, 0)


def said_number(tail: re.Match[str]) -> int | None:
    """How many members the end of a group's name says it has: 六省一市 are seven, 京津冀三地 three."""
    if tail["places"]:
        return number_of(tail["places"])
    if not tail["provinces"]:
        return None
    return number_of(tail["provinces"]) + (number_of(tail["cities"]) if tail["cities"] else 0)


COUNTRY = re.compile(
    r"(?:中华人民共和国|全中国|中国|全国|国内)"
    r"(?:范围内?|境内|各地区?|各省市?(?:自治)?区?|各省、?自治区、?直辖市|所有地区|全境|地区|内|全部地区|全部)?"
)
MAINLAND = re.compile(r"(?:中国|全国)?(?:大陆|内地)(?:地区|全境|范围|各地|各省市?)?(?:内)?$")
BEYOND_MAINLAND = ("710000", "810000", "820000")

# Written inside a prefecture that the code list does not put above them: 伊犁哈萨克自治州塔城地区.
ALSO_INSIDE = {"654200": "654000", "654300": "654000"}

# Words that lists put between the levels and that name no region.
FILLER = re.compile(
    r"(?:省|自治区)?直辖县级行政(?:区划|单位|区)|(?:省|自治区)?直辖(?:行政单位|县级市|县级|县市|县|市)"
    r"|生产建设兵团(?=第[一二三四五六七八九十\d]{1,3}师|[\u4e00-\u9fff]{2,4}市)|省直辖|省直管(?:县级)?(?:市|县|行政单位)?|直管市|市辖[区县]|县级市|县级行政区划|(?:(?<=重庆市)|(?<=重庆))县(?=[\u4e00-\u9fff]{2,12}县)"
)

# A number that counts a list: 二十七、 and 十、, not 二七、, which is a place.
NUMERAL = "(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"

# Full names that any town uses for a part of itself: at the head of an address (西区5号楼, 矿区医院) they name nothing.
GENERIC = frozenset(
    ["东区", "西区", "南区", "北区", "中区", "城区", "郊区", "矿区", "市区", "新区", "林区", "老区"]
)
OUTSKIRTS = frozenset(["城区", "郊区", "市区", "新区", "老区"])

# What any town calls a part of itself, behind a place or as a label.
_TOWN = r"(?:老|新|旧)?(?:主|中心|核心|内|外|大)?(?:城区|市区|郊区|市郊|城郊|近郊|远郊|郊县|县城|市中心|城里|城内|市内)|[老新主旧]城区?"
_ZONE = r"(?:高新|经开|开发|工业|新|老|矿|林|园|保税|度假|示范|高新技术(?:产业)?(?:开发)?|经济(?:技术)?(?:开发)?)区"
_SIDE = r"[东南西北中](?:[东南西北]|部)?(?:区|城区?|部|边|面|片区?|郊|城区)|城[东南西北中关]区?|市[东南西北中]区?|[桥河](?:东|西)区|[东南西北]部"
TOWN_PART = re.compile(
    rf"(?:{_TOWN}|{_ZONE}|{_SIDE}|周边|乡镇|下属[县区]|部分(?:地区|区域))(?:等地?|地区|内|范围内?)?"
)
# Before a colon: what follows is served in town only. 东区：上海、杭州 is a stretch of a company's own (`lands.py`).
TOWN_LABEL = re.compile(rf"(?:仅|只|限)?(?:{_TOWN}|{_ZONE})(?:内|范围)?[^:、,;\n()\d]{{0,6}} ?: ?")

# Ordinary words and famous sights that are also the bare stem of one county: alone they only suggest it.
_WORDS = (
    "河西 河东 江南 江北 中原 平安 东方 前进 光明 平原 友好 东风 红旗 新华 向阳 和平 海港 路桥 城中 城东 城西 城北 城关 市中 市南 "
    "市北 江岸 老城 新城 古城 北关 南关 上街 金水 解放 工农 振兴 复兴 平房 宏伟 大东 老边 西市 新建 天桥 钟楼 白塔 双塔 站前 大通 七星 "
    "海棠 港口 清新 长寿 大足 前锋 朝天 宝塔 安定 惠农 惠民 利民 资源 共和 富民 明水 白水 清水 黑水 响水 安宁 大方 大新 同心 永福 民和 "
    "天涯 西山 东山 南山 泰山 衡山 庐山 千山 天山 常山 大观 天心 天元 雨花 双桥 红桥 滨海 滨江 滨湖 临海 沿海 东海 南海 黄海 兴安 "
    "人和 石鼓 秀峰 太平 太和 长安 文峰 龙潭 花山 青山 雨山 红山 尖山 西湖 东湖 南湖 北湖 沙湾 荷塘 鼎湖 西工 桃源 长青 上城 下城 "
    "九龙 中站 二七 华龙 天宁 团结 建设 民主 胜利 三元 金山 银海 金台 朝阳 "
    "太湖 凤凰 武功 博爱 民权 民乐 公安 商城 友谊 方正 木兰 延寿 梨树 灯塔 海伦 安居 平和 互助 通道 会同 富裕 富源 兴业 兴国 乐业 高明 "
    "永和 万年 温泉 湘西 全州"
)
WORDS = frozenset(_WORDS.split())

# Below 710000, 810000 and 820000 the code list has nothing: these names are read as their province-level region.
_BELOW = {
    "710000": "台北市 新北市 桃园市 台中市 台南市 高雄市 基隆市 新竹市 新竹县 嘉义市 嘉义县 苗栗县 彰化县 南投县 云林县 屏东县 "
    "宜兰县 花莲县 台东县 澎湖县 台北县 桃园县 台北 新北 高雄 台中 台南 基隆 新竹 嘉义 花莲 屏东 澎湖 宜兰 彰化 苗栗",
    "810000": "油尖旺区 湾仔区 深水埗区 九龙城区 黄大仙区 观塘区 葵青区 荃湾区 屯门区 元朗区 大埔区 沙田区 西贡区 离岛区 "
    "香港岛 湾仔 油尖旺 深水埗 观塘 葵青 荃湾 屯门 元朗 旺角 铜锣湾 尖沙咀",
    "820000": "花地玛堂区 圣安多尼堂区 花王堂区 望德堂区 风顺堂区 嘉模堂区 圣方济各堂区 路凼填海区 澳门半岛 氹仔 路环 花地玛堂",
}  # fmt: skip
BELOW_NAMES = {name: code for code, names in _BELOW.items() for name in names.split()}
# Only after 香港, 澳门, 台湾: alone these words name other regions too.
BELOW_TAIL = {
    "710000": re.compile(
        r"(?:省)?(?:[\u4e00-\u9fff]{2,3}(?:市|县)|台北|新北|高雄|台中|台南|桃园|台东|南投|云林|金门|马祖)"
    ),
    "810000": re.compile(
        r"岛|九龙|新界|中环|铜锣湾|尖沙咀|旺角|元朗|屯门|荃湾|观塘|湾仔|北角|柴湾|葵青|葵涌|将军澳|深水埗|油尖旺|红磡|大屿山|黄大仙|"
        r"中西区|东区|南区|北区|沙田|西贡|大埔|离岛|[\u4e00-\u9fff]{2,3}区"
    ),
    "820000": re.compile(r"半岛|氹仔|路环|路凼|花地玛|大堂区|离岛|[\u4e00-\u9fff]{2,6}堂区?"),
}
