"""Judges the text that is left behind the last region: harmless, or a sign that something was not understood."""

import re

# Harmless.
NONE, MARK, WHOLE, ADDRESS, DETAIL, BELOW, NOTE = "", "mark", "whole", "address", "detail", "below", "note"
# Not harmless: a division we do not know, a development zone or the like, a vague part, anything else.
DIVISION, ZONE, PART, OTHER = "division", "zone", "part", "other"

_WHOLE = re.compile(
    r"(?:的?(?:全境|全域|全[省市区县州盟旗镇乡]|境内|辖区内?|管辖区|行政区域?内?|范围内?|地区|全部(?:地区|区域)?"
    r"|及?其?(?:各|所有|全部|下辖各?|所辖各?|下属各?|所属各?)(?:地区|区域|[省市州盟县区旗乡镇街道地]{1,5}(?:自治区)?)"
    r"|整体|均可|皆可|均覆盖|全覆盖|均有|等(?:地区?|省市?|城市|市|区|县)?|境|内))+$"
)
_MARK = re.compile(r"[\s.,、;:!?…·~\-_/|>()*#+=&^%$@\\<]*$")
_PART = re.compile(
    r"(?:的)?(?:[东南西北中]{1,2}(?:部|边|面|侧|郊|片区?)|以[东南西北内外]|周边|附近|周围|一带|沿线|部分|局部|大部|主要|主城|中心城?区|市中心|"
    r"[\d一二三四五六七八九十两]+个?(?:[省市区县镇乡街州旗]|地级|地市|主城|行政|城市)|(?:其他|其余|其它)|中心$|城区|市区|郊区|郊县|县城|城郊|区$|城$|县区|农村|乡镇|乡下|除|不含|不包|外$|以外|[一二三四五六内外中]环|[南北东]疆|关[内外]|及|和|与|或|至|到|交界)"
)
_STREET = re.compile(
    r"[\u4e00-\u9fff]{1,10}?(?:大道|大街|街(?!道)|路|巷|弄|胡同|国道|省道|县道|高速|立交|隧道|环[东西南北]?[路线]|道(?=\d))"
    r"|[\u4e00-\u9fff]{0,10}?(?:号|\d|[a-z]|村|社区|(?<=[\u4e00-\u9fff]{2})小区|居委|居民区|新村|花园|家园|公寓|大厦|大楼|广场|商场|市场"
    r"|超市|公园|大学|学院|学校|中学|小学|幼儿园|医院|银行|酒店|宾馆|车站|机场|火车|地铁|码头|公司|工厂|[厂店]|书店|中心|政府|委员会|管委会"
    r"|法院|公安|派出所|图书馆|博物馆|体育馆|影院|剧院|寺|景区|风景名胜|大桥|水库|科技园|产业园|创业园|软件园|物流园"
    r"|[一二三四五六七八九十]+[组队栋座层期])"
)
_DIVISION = re.compile(
    r"[\u4e00-\u9fff]{0,14}?(?:自治[县州旗区]|街道(?:办事处)?|办事处|(?:开发|新|园|示范|试验|实验|合作|管理|保税|度假|特|林|矿|垦|港|高新|经开|"
    r"技术|产业|工业|集聚|功能|改革)区|片区|苏木|兵团|农场|林场|牧场|团场|工业园|区公所|"
    r"(?<![小社校厂院营街社])区(?![域间号])|县(?!城|道|医|政|委|一中|人民)|旗(?!舰|下)|盟|(?<![超门城都])市(?!场|政|民|区|内|郊|中心|立|委|人民|[一二三四五六七八九]院)|"
    r"镇(?!政|中心|上)|乡(?!政|村|镇))"
)
_ZONE = re.compile(
    r"[\u4e00-\u9fff]{0,14}?(?:(?:开发|新|园|示范|试验|实验|合作|管理|保税|度假|特|林|矿|垦|港|高新|经开|技术|产业|工业|集聚|功能|改革|风景)区"
    r"|片区|兵团|农场|林场|牧场|团场|工业园)"
)
_VILLAGE_TAIL = re.compile(r"[\u4e00-\u9fff]{1,8}(?:村|社区|居委会|小区|屯|庄|湾|寨|组)$")
# 山兰店区, 回族自平县: a whole rest that ends like a division is one, whatever it holds.
_ENDS_AS_DIVISION = re.compile(
    r"[\u4e00-\u9fff]{1,10}(?:(?<![小社校厂院营街景])区|(?<!道)县|旗|(?<![超门城夜])市|镇|乡|街道)$"
)
_STREET_OF = re.compile(
    r"(?<=[市县区旗])[前后东西南北中府大新老]?(?:大道|大街|路|街(?!道)|巷|弄)"
)  # 老县前街
_ZONE_NAMES = (
    "高新",
    "经开",
    "开发区",
    "自贸",
    "航空港",
    "空港",
    "临空",
    "保税",
    "综保",
    "净月",
    "滨湖新",
    "工业园",
    "科学城",
)
# What makes a road or a thing out of the name before it: 南京东路, 朝阳北大街, 朝阳门外大街, 北京路, 中山公园.
_NAMED_AFTER = re.compile(
    r"(?:[东西南北中前后新老上下内外大小]|门[内外]?|[一二三四五六七八九十\d])*"
    r"(?:路|街(?!道)|大道|大街|巷|弄|胡同|道(?!\S区)|桥|门|站|里|公园|广场|大厦|大学|医院|机场|新村|花园(?!路|街|大道)|酒店|饭店|公寓|小区|社区|村|线|国道|高速)"
)
_ROAD = re.compile(r"([\u4e00-\u9fff]{2,8}?)(?:[东西南北中][一二三]?)?(?:大道|大街|路|街(?!道))")
_PLACE_WORD = re.compile(r"公园|广场|大学|医院|车站|机场|学院|书店|火车|银行|酒店|饭店")


_DISTRICT = re.compile(r"[\u4e00-\u9fff]{1,6}(?<![小社校厂院营街景])区(?=[\s、;,()]|$)")
# Begin words that make a hill, a river, a temple or a thing out of the name before them.
_FEATURES = frozenset(
    "江河湖海山岭峰岛洲溪泉滩水沟谷洞祠寺庙塔观宫堂殿阁楼亭陵园苑城关庄坝堤港湾人话菜酒茶米面的式型牌群去曲先现是"
)


_WHOLE_STARTS = frozenset("的全境辖管行范地各所及其下整均皆等内")
_PART_STARTS = frozenset(
    "0123456789一二三四五六七八九十两其的东南西北中以周附一沿部局大主城市郊县区农乡除不外内关及和与或至到交"
)
_TYPES = frozenset("区县市旗盟镇乡道木团场处所团业")
_TYPE = re.compile(r"[区县市旗盟镇乡木团场处所业]")  # a character without which no division ends


def classify(rest: str) -> str:
    """The kind of a rest by its words alone (no region names looked up)."""
    if not rest or _MARK.match(rest):
        return MARK if rest.strip() else NONE
    rest = rest.strip(" .,;:!、-·/|>~的")
    if not rest:
        return MARK
    if rest[0] in _WHOLE_STARTS and _WHOLE.match(rest):
        return WHOLE
    street = _STREET.match(rest)
    part = _PART.match(rest) if rest[0] in _PART_STARTS else None
    if street and not part and rest[-1] not in _TYPES and not _TYPE.search(rest, 0, street.end()):
        return ADDRESS
    division = _DIVISION.match(rest)
    if (
        part
        and not (street and street.end() > part.end())
        and not (division and division.end() > part.end() + 1)
    ):
        return PART
    if division and _ENDS_AS_DIVISION.match(rest):
        return ZONE if _ZONE.match(rest, 0, division.end()) else DIVISION
    if division and _STREET_OF.match(rest, division.end()):
        return ADDRESS
    if street and (division is None or street.end() < division.end() or _VILLAGE_TAIL.match(rest)):
        return ADDRESS
    if rest.startswith(_ZONE_NAMES) or (division and _ZONE.match(rest, 0, division.end())):
        return ZONE
    return DIVISION if division else OTHER


def whole_of(rest: str, name: str) -> bool:
    """Whether a rest like 全县 fits the region it is said of: 全县 is no part of a city."""
    said = re.match(r"\W*的?全([省市区县州盟旗镇乡])", rest)
    return said is None or name.endswith(said.group(1))


def named_after(rest: str) -> int:
    """How many of the following characters make a road or a place out of a bare name (北京 + 东路, 中山 + 公园)."""
    found = _NAMED_AFTER.match(rest)
    return found.end() if found else 0


def ends_as_district(rest: str) -> bool:
    """Whether the rest, up to a separator, ends like a district (新站区), which no road or building does."""
    return _DISTRICT.match(rest) is not None


def inside_county(rest: str, kind: str) -> bool:
    """Whether words after the stem of a county whose parent is named can only be something inside it (望京, 文三路).

    北京海淀中关村 is in 海淀; 上海黄浦江 and 西安未央宫 are things that borrow the name.
    """
    return (
        kind in (ADDRESS, OTHER)
        and len(rest) > 1
        and rest[0] not in _FEATURES
        and not _PLACE_WORD.match(rest)
    )


def own_road(rest: str) -> bool:
    """Whether the rest is a road with a name of its own (长江路), not one named after what stands before it."""
    road = _ROAD.match(rest)
    return road is not None and not named_after(rest) and not _PLACE_WORD.match(rest)
