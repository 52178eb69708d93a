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
    "闽三角": "350200 350500 350600", "粤东": "440500 445100 445200 441500", "粤西": "440800 440900 441700",
    "粤北": "440200 441800 441600 441400",

    "关中": "610100 610200 610300 610400 610500",
}  # fmt: skip
STRETCHES = {name: tuple(codes.split()) for name, codes in _STRETCHES.items()}
_GROUP_TAIL = re.compile(
    "(?:(?:城市群|都市圈|都市区|地区|区域|全境|全域|片区)|等?(?P<count>[两二三四五六七八九])(?:个?城市?|[地市]))$"
)


def grouped(text: str) -> tuple[str, tuple[str, ...]] | None:
    """("rules", codes) of cities that are named together (苏锡常, 北上广深四城); ("suggestion", codes) of a stretch that everybody
    draws for himself (珠三角)."""
    words = text.strip(" ()（）、，,。.;；:：\t*-·•")
    counted = _GROUP_TAIL.search(words)
    name = words[: counted.start()] if counted else words
    if codes := CITIES.get(name):
        said = number_of(counted["count"]) if counted and counted["count"] else len(codes)
        return ("rules" if said == len(codes) else "suggestion"), codes
    codes = STRETCHES.get(name)
    return ("suggestion", codes) if codes else None
