"""Numbers that a list says of itself: 温州、台州两市及丽水, 辽宁、吉林、黑龙江三省. They are no part of a name."""

import re
from collections.abc import Iterator

from .lists import Splitter
from .text import Text
from .unit import COUNTY

_NUMBERS = {"两": 2} | {ch: number for number, ch in enumerate("一二三四五六七八九十", 1)}
_COUNT = re.compile(
    r"(?:等|这|共)?(?P<number>[两二三四五六七八九十]|\d{1,2})(?P<kind>个?(?:省市?区?|[市区县]{1,3}|州|地市?|城市?|直辖市|自治区|地区|省份))"
    r"(?P<joint>以?及|[和与并、,;\n]|$)"
)
_MAY_COUNT = re.compile(
    "[两二三四五六七八九十0-9][个省市区县州地城直自]"
)  # without one of these there is none
_BREAK = re.compile(r"[:;\n]")
_LONGEST = 400  # characters of a list of which a number may be said
_NEAREST = 2  # no number before so many characters


class Counts:
    def __init__(self, splitter: Splitter):
        self.splitter, self.walk = splitter, splitter.walk

    def without(self, text: Text, start: int, end: int) -> Text:
        """The text with separators for the numbers that agree with what is listed before them; every span stays true."""
        if _MAY_COUNT.search(text.s, start, end) is None or text.s.find("、", start, end) < 0:
            return text
        return text.separated(list(self._agreeing(text.s, start, end)))

    def _agreeing(self, s: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        run = start  # where the list begins that a number may be said of
        for found in _COUNT.finditer(s, start + _NEAREST, end):
            first = found.start()
            for mark in _BREAK.finditer(s, max(run, first - _LONGEST), first):
                run = mark.end()
            if first - run > _LONGEST or s.find("、", run, first) < 0:
                continue
            begin = max(s.rfind(mark, run, first) for mark in "、,") + 1
            stop = found.start("joint")
            if self.walk.read(s, begin, stop)[1] == stop:
                continue  # 郑州市二七区 behind six others
            if "市市" in found["kind"]:
                continue  # 清远3市市区: the town of each
            if found["kind"].strip("个区县旗") == "" and self._is_high(s, begin, first):
                continue  # 合肥、芜湖、安庆四县: of 安庆, for cities are no counties
            number = _NUMBERS.get(found["number"]) or int(found["number"])
            items = sum(1 for _ in self.splitter.split(s, run, first))
            run = found.end()
            if items == number:
                yield first, stop if found["joint"] in ("\n", ";") else found.end()

    def _is_high(self, s: str, start: int, end: int) -> bool:
        """Whether what stands directly before a number is a province or a city."""
        readings, stop = self.walk.read(s, start, end)
        return stop == end and any(reading.unit.level < COUNTY for reading in readings)
