"""Cities that a list names together by their first characters (苏锡常), and stretches that nobody has drawn (珠三角).

As an answer to a question they are no place: the resolver leaves them unknown.
"""

import re

from regions.resolver.vocabulary import number_of

# Cities that are named by their first characters and are always the same ones. Alone they are a word and no answer; in a
# list they are these cities.
_CITIES = {
    "北上广深": "110000 310000 440100 440300", "北上广": "110000 310000 440100", "北上深": "110000 310000 440300", "北上广深杭": "110000 310000 440100 440300 330100",
    "京沪广深": "110000 310000 440100 440300", "京沪深": "110000 310000 440300", "京沪广": "110000 310000 440100", "京津沪": "110000 120000 310000",
    "苏锡常": "320500 320200 320400", "宁镇扬": "320100 321100 321000",
    "杭嘉湖": "330100 330400 330500", "杭绍甬": "330100 330600 330200", "甬台温": "330200 331000 330300",
    "长株潭": "430100 430200 430300", "厦漳泉": "350200 350600 350500", "福莆宁": "350100 350300 350900", "泉厦漳": "350500 350200 350600",
    "广佛": "440100 440600", "广佛肇": "440100 440600 441200", "深莞惠": "440300 441900 441300", "广佛莞": "440100 440600 441900", "珠中江": "440400 442000 440700", "汕潮揭": "440500 445100 445200", "广深": "440100 440300", "广深佛莞": "440100 440300 440600 441900",
    "呼包鄂": "150100 150200 150600", "青烟威": "370200 370600 371000", "郑汴洛": "410100 410200 410300", "成德绵": "510100 510600 510700",
}  # fmt: skip
CITIES = {name: tuple(codes.split()) for name, codes in _CITIES.items()}
# Stretches of country that everybody draws for himself, with those that most mean.
_STRETCHES = {
    "珠三角": "440100 440300 440400 440600 440700 441200 441300 441900 442000", "长三角": "310000 320000 330000 340000", "成渝": "510100 500000", "闽南": "350200 350500 350600",
    "苏南": "320100 320200 320400 320500 321100", "苏中": "320600 321000 321200", "苏北": "320300 320700 320800 320900 321300", "胶东": "370200 370600 370700 371000 371100",
    "闽三角": "350200 350500 350600", "潮汕": "440500 445100 445200", "粤东": "440500 445100 445200 441500", "粤西": "440800 440900 441700",
    "粤北": "440200 441800 441600 441400",

    "关中": "610100 610200 610300 610400 610500",
}  # fmt: skip
STRETCHES = {name: tuple(codes.split()) for name, codes in _STRETCHES.items()}
_GROUP_TAIL = re.compile(
    "(?:(?:城市群|都市圈|都市区|地区|区域|全境|全域|片区)|等?(?P<count>[两二三四五六七八九十\\d])(?:个?城市?|[地市]|省(?:[一二两三\\d]市)?))$"
)


# What only sorts the places below it: 省内, 潮汕三市, 计划单列市, 直辖市及省会城市.
_SORTS = re.compile(
    r"(?:省|市|区|县|国)[内外]|[\u4e00-\u9fff]{2,6}(?:都市圈|城市群|城市圈|经济圈|经济带)|[本外][省市]|(?:新疆)?(?:生产建设)?兵团|(?:(?:及|和|与|、)?(?:新?[一二三四五]线|准一线|省会|直辖|计划单列|副省级|(?:省辖)?地级|县级|沿海|沿江|内陆)(?:城市|市)?)+"
)


# Names of country that everybody uses and nobody has drawn.
_COUNTRY = frozenset(
    [
        "胶东",
        "辽东",
        "辽西",
        "辽南",
        "辽中南",
        "江淮",
        "淮海",
        "黄淮",
        "环渤海",
        "环太湖",
        "环京",
        "川藏",
        "沿海",
        "沿江",
        "海西",
        "北部湾",
        "中原",
        "淮河",
        "哈长",
        "河套",
        "兰西",
        "杭绍甬",
        "金衢丽",
        "温台",
        "湖嘉",
        "皖江",
        "环杭州湾",
        "呼包鄂榆",
        "西三角",
        "川渝",
        "京津冀",
        "江浙沪",
        "云贵",
        "两广",
        "两湖",
    ]
)


def sorts(words: str, *, alone: bool = False) -> bool:
    """Whether words above places only sort them, and say nothing of who is served; `alone`: on a line without a colon, where 苏锡常 is an item."""
    words = words.strip(" ()（）:：")
    counted = _GROUP_TAIL.search(words)
    name = words[: counted.start()] if counted else words
    stretch = name in CITIES or name in STRETCHES or name in _COUNTRY
    return (stretch and (counted is not None or not alone)) or _SORTS.fullmatch(words) is not None


_COUNTED = re.compile(
    r"(?<=[\u4e00-\u9fff])[(（]([两二三四五六七八九十\d]{1,2}(?:个?城市?|个?市|地|省(?:[一二两三\d]市)?))[)）]$"
)  # 苏锡常（三市）


def grouped(text: str) -> tuple[str, tuple[str, ...]] | None:
    """("rules", codes) of cities that are named together (苏锡常, 北上广深四城); ("suggestion", codes) of a stretch that everybody
    draws for himself (珠三角)."""
    words = _COUNTED.sub(r"\1", text.strip(" 、，,。.;；:：\t*-·•")).strip("()（）")
    counted = _GROUP_TAIL.search(words)
    name = words[: counted.start()] if counted else words
    if codes := CITIES.get(name):
        said = number_of(counted["count"]) if counted and counted["count"] else len(codes)
        return ("rules" if said == len(codes) else "suggestion"), codes
    codes = STRETCHES.get(name)
    return ("suggestion", codes) if codes else None
