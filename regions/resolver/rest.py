"""Judges the text that is left behind the last region: harmless, or a sign that something was not understood."""

import re

# Harmless.
NONE, MARK, WHOLE, ADDRESS, DETAIL, BELOW, NOTE = "", "mark", "whole", "address", "detail", "below", "note"
# Not harmless: a division we do not know, a development zone or the like, a vague part, anything else.
DIVISION, ZONE, PART, OTHER = "division", "zone", "part", "other"

_WHOLE = re.compile(
    r"(?:的?(?:全境|全域|全区域|全部?地区|全部?辖区|全[省市区县州盟旗镇乡]|整个(?:[省市区县州盟旗]|地区|区域|辖区|城市)|境内|辖区内?|管辖区|行政区域?内?|范围内?|地区|全部(?:地区|区域)?"
    r"|(?:下辖|所辖|下属|所属)的?(?:各|所有|全部)的?(?:地区|区域|[市州盟县区旗乡镇街道]{1,5})(?=$|[均都皆全也可])"
    r"|(?:[区县市旗]{2}|各[区县市旗]{1,2})(?=(?:均|都|皆|全))"
    r"|及?其?(?:各|所有|全部|下辖各?|所辖各?|下属各?|所属各?)(?:地区|区域|[省市州盟县区旗乡镇街道地]{1,5}(?:自治区)?)"
    r"|(?:均|都|皆|全部?|也)?(?:可以?|能)?(?<=[均都皆全部也可以能省市区县州境域])(?:提供)?(?:上门|配送|派送|送货|送达|发货|服务|覆盖|安装|维修|支持|受理|包邮)+"
    r"|整体|均可|皆可|均覆盖|全覆盖|均有|等(?:地区?|省市?|城市|市|区|县)?|境|内)){1,6}$"  # of more pieces, which may be cut in many ways, nobody makes one
)
_MARK = re.compile(r"[\s.,、;:!?…·~\-_/|>()*#+=&^%$@\\<]*$")
_PART = re.compile(
    r"(?:的)?(?:[东南西北中]{1,2}(?:部|边|面|侧|郊|片区?)|以[东南西北内外]|[近远]郊|周边|附近|周围|一带|隔壁|旁边?$|对面|对岸|邻近|外围|[往向朝][东南西北]|沿线|部分|局部|大部|主要|主城|中心城?区|市中心|"
    r"[\d一二三四五六七八九十两]+个?(?:[省市区县镇乡街州旗]|地级|地市|主城|行政|城市)|(?:其他|其余|其它)|中心$|城区|市区|郊区|郊县|县城|城郊|区$|城$|县区|农村|乡镇|乡下|城乡|除|不含|不包|外$|以外|[一二三四五六内外中]环|[南北东]疆|[关岛][内外]|及|和|与|或|至|到|交界)"
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
    r"(?<![小社校厂院营街属宅墅舍活置])区(?![域间号])|县(?!城|道|医|政|委|一中|人民)|旗(?!舰|下)|盟|(?<![超门城都])市(?!场|政|民|区|内|郊|中心|立|委|人民|[一二三四五六七八九]院)|"
    r"镇(?!政|中心|上)|乡(?!政|村|镇))"
)
_ZONE = re.compile(
    r"[\u4e00-\u9fff]{0,14}?(?:(?:开发|新|园|示范|试验|实验|合作|管理|保税|度假|特|林|矿|垦|港|高新|经开|技术|产业|工业|集聚|功能|改革|风景)区"
    r"|片区|兵团|农场|林场|牧场|团场|工业园)"
)
_REGIMENT = re.compile(r"(?:第?[\d一二三四五六七八九十〇○零百]{1,4})[师团]场?")  # 五家渠一〇五团
# 南区宿舍, 东区3栋: a quarter of a house or an estate.
_QUARTER = re.compile(
    r"[东南西北中]{1,2}[区院苑](?:\d|[a-z]|宿舍|食堂|公寓|家属|菜市?场|市场|商铺|门面|车间|仓库|厂房|操场|教学|停车|大?门|门口|单元|底商)",
    re.I,
)
# 往北5公里, 已拆迁, 已撤点, 发出: beside the place, or no longer there.
_BESIDE = re.compile(
    r"(?:[往向朝][东南西北]|隔壁|旁边?$|附近|[均现]?已(?:经|全部)?(?:撤|关[店闭停]|停[业运办止]|歇业|倒闭|下线|取消)|撤[点店站]|已?(?:拆迁|搬[走离迁]|迁[走出离])|发出|出发)"
)
_VILLAGE_TAIL = re.compile(r"[\u4e00-\u9fff]{1,8}(?:村|社区|居委会|小区|屯|庄|湾|寨|组)$")
# 山兰店区, 回族自平县: a whole rest that ends like a division is one, whatever it holds.
_ENDS_AS_DIVISION = re.compile(
    r"[\u4e00-\u9fff]{1,10}(?:(?<![小社校厂院营街景属宅墅舍活置])区|(?<!道)县|旗|(?<![超门城夜])市|镇|乡|街道)$"
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


_DISTRICT = re.compile(r"[\u4e00-\u9fff]{1,6}(?<![小社校厂院营街景属宅墅舍活置])区(?=[\s、;,()]|$)")
# Begin words that make a hill, a river, a temple or a thing out of the name before them.
_FEATURES = frozenset(
    "江河湖海山岭峰岛洲塘溪泉滩水沟谷洞祠寺庙塔观宫堂殿阁楼亭陵园苑城关庄坝堤港湾人话菜酒茶米面的式型牌群去曲先现是"
)


_WHOLE_STARTS = frozenset("区县市旗的全境辖管行范地各所及其下整均皆都也可能等内")
_PART_STARTS = frozenset(
    "0123456789一二三四五六七八九十两其的东南西北中以近远周附一沿隔旁邻往向朝对部局大主城市郊县区农乡除不外内关岛及和与或至到交"
)
_OUTLETS = re.compile(
    r"(?:共|有|设有|现有|已有|仅)*(?:(?P<none>[0零〇])|\d{1,4}|[一二两三四五六七八九十]{1,3})(?:家|个?(?:服务|售后|维修|安装)?(?:网点|门店|站点|服务站|服务点)|处)(?:服务|售后|维修)*(?:网点|门店)?"
)
_TYPES = frozenset("区县市旗盟镇乡道木团场处所团业")
_TYPE = re.compile(r"[区县市旗盟镇乡木团场处所业]")  # a character without which no division ends


def classify(rest: str) -> str:
    """The kind of a rest by its words alone (no region names looked up)."""
    if not rest or _MARK.match(rest):
        return MARK if rest.strip() else NONE
    rest = rest.strip(" .,;:!、-·/|>~_的")
    if not rest:
        return MARK
    if rest[0] in _WHOLE_STARTS and _WHOLE.match(rest):
        return WHOLE
    if (outlets := _OUTLETS.fullmatch(rest)) is not None:
        return PART if outlets["none"] else NOTE  # 福州市：6家, 莆田市：0家
    if (rest[0] in _COUNT_STARTS or "设区" in rest[:_COUNTED_WORDS]) and counted(rest):
        return PART
    if _REGIMENT.match(rest):
        return ZONE
    if _BESIDE.match(rest):
        return PART
    if _QUARTER.match(rest):
        return ADDRESS
    if begins_as_road(rest):
        return ADDRESS
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


_SAID_ALL = re.compile(r"\W*的?全([省市区县州盟旗镇乡])(?!域)")
_ALL_OF_A_CITY = re.compile(r"全市(?:范围|境内|覆盖)?[ .]*")
_ONE_KIND = re.compile(
    r"\W*(?:的|及|其)*(?:各|所有|全部|下辖|所辖|下属|所属)+的?(?P<kind>县|区|旗|乡镇|街道|镇街?|乡)(?![区县市乡镇街地域])"
)


def whole_of(rest: str, name: str, city: bool = True) -> bool:
    """Whether a rest like 全县 fits the region it is said of: 全县 is no part of a city, a county has no 区县."""
    said = _SAID_ALL.match(rest)
    return (said is None or name.endswith(said.group(1))) and (city or not _OF_A_CITY.search(rest))


def is_all_of_a_city(rest: str) -> bool:
    return _ALL_OF_A_CITY.fullmatch(rest) is not None


def one_kind(rest: str) -> str:
    """The kind of parts that alone are meant (各县); empty if the rest says no such thing."""
    found = _ONE_KIND.match(rest)
    return found["kind"] if found else ""


_OF_A_CITY = re.compile("区县|县区|市县")
_COUNTED = re.compile(
    r"\W{0,4}(?P<lead>(?:的|内|境内|范围内|共计?|一共|全[省市区县州境域]|全部|所有|各|下辖|所辖|辖|下属)*)"
    r"(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})个?"
    r"(?P<kind>(?:地级|县级|设区的?)?(?:地级?市|地市州?|市地州?|市州|州市|市盟|盟市|区县市?|县区|县市区?|市区县?|市县区?|区市县?|行政区|市|区|县|旗县区?|旗))"
    r"(?P<behind>[^、,;部分]{0,10})$"
)
_ALL_OF = re.compile("[全共辖]|所有")
_ALL_BEHIND = re.compile("全|均|都|皆")
# What may stand behind a count that is said of all of a place; 市区, 周边, 已撤 and 中的5个 take something from it.
_NOTHING_TAKEN = re.compile(
    r"(?:的|境?内|均|都|皆|也|全部|一律|已|现|可以?|能够?|全[省境域面]?|范围|地区|区域|城市|覆盖|上门|服务|配送|派送|开通|开放|支持|受理|送货|发货|送达|到达|安装|维修"
    r"|清洗|保养|售后|网点|业务|用户|客户|包邮|免费|提供|设有|拥有|正常|[\s.。!:：])*"
)
_COUNTED_WORDS = 8
_COUNT_STARTS = frozenset("的内境范共一全所各下辖")


def counted(rest: str) -> "re.Match[str] | None":
    """How many parts a rest speaks of (全部11个地市, 11个地市全覆盖, 14个市州), and of which kind."""
    return _COUNTED.match(rest) if _DIGIT.search(rest, 0, 12) or _NUMERAL.search(rest, 0, 12) else None


def takes_nothing(said: "re.Match[str]") -> bool:
    """Whether what stands behind a count is read to its end, and takes nothing from what was counted."""
    return _NOTHING_TAKEN.fullmatch(said["behind"]) is not None


def says_all(said: "re.Match[str]") -> bool:
    """Whether a count is said of all the parts there are, not of some."""
    return takes_nothing(said) and bool(
        _ALL_OF.search(said["lead"]) or _ALL_BEHIND.match(said["behind"].lstrip())
    )


def named_after(rest: str) -> int:
    """How many of the following characters make a road or a place out of a bare name (北京 + 东路, 中山 + 公园)."""
    found = _NAMED_AFTER.match(rest)
    return found.end() if found else 0


def ends_as_district(rest: str) -> bool:
    """Whether the rest, up to a separator, ends like a district (新站区), which no road or building does."""
    return _DISTRICT.match(rest) is not None


_DIGIT = re.compile(r"\d")
_NUMERAL = re.compile("[一二三四五六七八九十]")
_ROAD_AFTER = re.compile(r"([\u4e00-\u9fff]{0,8}?)(?:大道|大街|路|街(?!道)|巷|弄|胡同|道(?=[\d\s,;(]|$))")
_DIRECTION = re.compile(r"(?<=..)[东西南北中][一二三四五]?$")
_NO_NAME = re.compile(r"(?:门[内外]?|[东西南北中前后新老上下内外大小一二三四五六七八九十]{0,2})$")
_TWO_DIRECTIONS = re.compile(r"[东西][南北]$")
_PLACE_AFTER = re.compile(
    r"([\u4e00-\u9fff]{0,2}?)(?:公园|大学|医院|车站|机场|学院|书店|火车|银行|站|桥|门|里|线|国道|高速|[中小]学|体育馆|博物馆"
    r"|风景|景区|湿地|度假|(?P<own>广场|酒店|饭店|宾馆|大厦|大桥|公寓|花园|小区|社区|新?村))"
)
_SQUARE = re.compile(r"[\u4e00-\u9fff]{0,2}?(?:公园|广场|博物馆|体育馆|酒店|宾馆|饭店)(?![东西南北前后])")
_SIGHTS = re.compile("文化|体育|市民|人民|商业|国际|中央|生态|科技|音乐|森林")
# What says that somebody lives or works there, not what a sight is called: a number, a village, a town, a park of works.
_HOUSED = re.compile(
    r"\d|[一二三四五六七八九十][期栋幢号楼层组队村]|[村组厂屯]|新城|街道|[镇乡](?!$)|(?<!超级)市场|[一-龥]?小区|社区|公寓|花园|家园|苑|(?:科技|工业|产业|软件|创业|物流|创意)园"
)
_NAMES_A_THING = 4  # characters: what is no longer, and says nothing of that kind, is the end of a name
_THING = re.compile(
    r"(?:[馆院校学园寺庙塔城宫楼港池台站会社局店亭阁祠山湖江河岛]|中心|公司|集团|机场|码头|礼堂|大厦|广场|银行|景区|口岸|古镇|纪念碑)$"
)
_SIGHT = re.compile(
    r"[\u4e00-\u9fff]{0,6}?(?:[风景]景?区|风景名胜|度假|古[镇城村])|[山江河湖海岭峰岛][\u4e00-\u9fff]{0,6}?区"
)


def is_a_sight(rest: str, district: bool) -> bool:
    """Whether the words behind the stem of a county are of a hill or a lake that only bears its name: 云龙湖景区, 虎丘山风景区."""
    return (district or rest[0] in _FEATURES) and _SIGHT.match(rest) is not None


def ends_a_name(rest: str) -> bool:
    """Whether words behind the stem of a district end a name that it begins: 洪山礼堂, 黄埔古港, 西湖国际博览中心."""
    rest = rest.rstrip(" .,;")
    housed = _HOUSED.search(rest) or _ROAD_AFTER.match(rest)
    return housed is None and (len(rest) <= _NAMES_A_THING or _THING.search(rest) is not None)


def takes_the_name(rest: str, district: bool) -> bool:
    """Whether the words after the stem of a county make a road, a sight or a thing of it, whose name it is then.

    余杭塘路 and 黄浦江 are no places in 余杭 and 黄浦; 义乌城店南路 is a road of its own in 义乌. A district's name is
    often a sight's (西湖文化广场), a county's is not.
    """
    road, sight = _ROAD_AFTER.match(rest), _SQUARE.match(rest)
    if road and not (district and sight and sight.end() < road.end(1)):  # 西湖文化广场环城北路
        name = _DIRECTION.sub("", road[1])
        own = len(name) > 1 and not _FEATURES.issuperset(name)
        return not (_TWO_DIRECTIONS.match(name) or (own and not _NO_NAME.match(name)))
    place = _PLACE_AFTER.match(rest)
    if place:
        if place["own"] == "村" and not district:
            return False
        if place["own"] and not district and _PLACE_AFTER.match(rest, place.end()):
            return False  # 平湖 + 大桥小区
        named = district and not (place["own"] and len(place[1]) > 1 and not _SIGHTS.match(place[1]))
        return named or _FEATURES.issuperset(place[1]) or _NO_NAME.match(place[1]) is not None
    return len(rest) < 2 or (rest[0] in _FEATURES and _DIGIT.search(rest) is None)


def begins_as_road(rest: str) -> bool:
    """Whether a road is named first, before any division: 镇明路, 西乡大道, 五乡中路."""
    road = _ROAD_AFTER.match(rest)
    return road is not None and not _TYPE.search(road[1], 2, len(road[1]) - 1) and "区" not in road[1][1:-1]


_HOUSE = re.compile(  # what begins with a number, a direction or 附, 已 may be no road, and is looked at closely
    r"(?![第一二三四五六七八九十〇零百往向朝隔旁附现均已撤迁出])[^\W\da-z_省市区县旗州盟镇乡]{2,4}(?:路|大道|大街|街|巷)[东西南北中]?[一二三四五六七八九十]?[路街巷段]?\d{1,5}号[^省市区县旗州盟镇乡,、;:()]*"
)


def is_a_house(s: str, start: int, end: int) -> bool:
    """Whether s[start:end] is a road of a short name, a number and words that end like no division: 人民路12号火车站旁."""
    return _HOUSE.fullmatch(s, start, end) is not None


_ROADS = ("路", "街", "大", "巷")
_OWN_ROAD = re.compile(r"(?:路|大道|大街|街(?!道)|巷)(?=[东西南北中]?\d|[东西南北中]段|[ ,、;).]|$)")


def names_a_road(s: str, at: int, stop: int) -> bool:
    """Whether s[at:stop], the whole name of a county of two characters, is a road's: 石家庄市赵县路12号, 鄞县大道.

    Behind a longer name (饶平县路4号) the name of the road has likelier been left out."""
    behind = s[stop : stop + 1]
    short = stop - at == 2 and s[stop - 1] == "县"
    return short and behind in _ROADS and _OWN_ROAD.match(s, stop) is not None


_DETAIL_BEHIND = re.compile(
    r"\d|[路街巷弄村号楼幢栋室组队屯厂店院校局所处]|大道|胡同|社区|小区|公司|集团|广场|大厦|市场|中心|学校|[花家]园|公寓|银行|超市|酒店|"
    r"对面|旁|附近|隔壁|门口|交叉|路口"
)
_IN_TOWN = re.compile("城(?:[区郊]|乡结)")


def is_vague(rest: str, kind: str) -> bool:
    """Whether the rest is a vague part behind a bare stem; 城 and 区 alone may belong to a longer name."""
    return kind == PART and (rest[:1] not in "区城" or _IN_TOWN.match(rest) is not None)


_LIMITS = re.compile(r"以[内外东南西北上下]|之[间内外]|除|不含|部分|沿线|为界|各[镇乡村街]|等[镇乡村地]")
TOWN_PART = re.compile(r"(?:老|新|主)?(?:城区|市区|郊区|县城|城关|其[它他]地?区)")


def goes_on(rest: str, kind: str) -> bool:
    """Whether behind the town, the zone or the quarter that is not known an address goes on: 宁围镇富民路9号."""
    if _LIMITS.search(rest):
        return False
    if kind == PART:
        part = TOWN_PART.match(rest)
        return part is not None and _DETAIL_BEHIND.search(rest, part.end() + 1) is not None
    division = _DIVISION.match(rest)
    return _DETAIL_BEHIND.search(rest, division.end() if division else 2) is not None


def own_road(rest: str) -> bool:
    """Whether the rest is a road with a name of its own (长江路), not one named after what stands before it."""
    road = _ROAD.match(rest)
    return road is not None and not named_after(rest) and not _PLACE_WORD.match(rest)
