"""Names that any town has for a part of itself, behind a place or as a label: 合肥市 东区, 芜湖市·南部, 主城区：合肥市.

Behind a place they are its own part that bears the name (攀枝花 东区), else an unknown part of it: never a part of another
place that happens to bear the name, and never the whole.
"""

import re
from dataclasses import replace
from itertools import zip_longest

from . import rest as tail
from . import result as verdict
from .index import Index
from .normalize import fold
from .result import CERTAIN, Result, Token, whole
from .unit import COUNTRY, COUNTY, PREFECTURE, Unit
from .verdict import Judge
from .vocabulary import TOWN_LABEL, TOWN_PART

_QUARTER = re.compile(r"[东西南北中]{1,2}区")
_LINE = re.compile(r"[\n;]")


class TownParts:
    def __init__(self, index: Index, judge: Judge):
        self.index, self.judge = index, judge

    def inside(self, original: str, tokens: list[Token], near: tuple[str, ...] = ()) -> list[Token]:
        """The items, of which those that name any town's part are a part of the place before them; beside a district, of its
        city (荔湾区、高新区), unless they lie in one of `near`."""
        found: list[Token] = []
        above: Token | None = None
        for token, behind in zip_longest(tokens, tokens[1:]):
            strays = (
                above is not None and above.result.status == verdict.CONFLICT
            )  # it lies outside the heading
            if not found and behind is not None and self._heads_cities(token.result, behind.result):
                token = replace(token, result=offered(token.result))
            if not found or strays or TOWN_PART.fullmatch(_bare(token)) is None:
                above = token
                found.append(token)
            elif above is None or not self._own(token.result, whole(above.result) or _past(above.result)):
                parent = self._place(above)
                if above is not None and _bare(above).endswith("区"):  # 荔湾区、高新区: neighbours
                    city = self._city(parent)
                    stays = token.result.status not in CERTAIN or self._lies_in(token.result, (city, *near))
                    found.append(
                        token
                        if stays
                        else replace(token, result=in_part(token.result, city, token.text, token.text))
                    )
                    continue
                last = found[-1]
                between = original[last.end : token.start]
                if last is above and parent and not _LINE.search(fold(between)[0]):
                    text = original[last.start : token.end]
                    said = last.result.rest + between if last.result.rest_kind == tail.PART else ""
                    above = Token(
                        text, last.start, token.end, in_part(last.result, parent, text, said + token.text)
                    )
                    found[-1] = above
                    continue
                if last is above and whole(last.result):
                    found[-1] = replace(last, result=in_part(last.result, parent, last.text, token.text))
                found.append(replace(token, result=in_part(token.result, parent, token.text, token.text)))
            else:
                found.append(token)
        return found

    def _heads_cities(self, first: Result, behind: Result) -> bool:
        """Whether a name of that kind stands before a city elsewhere (东区 上海 杭州), whose label it may be as well."""
        unit, city = self.index.find(whole(first)), self.index.find(whole(behind))
        return (
            unit is not None
            and city is not None
            and city.level <= PREFECTURE
            and stands_alone(first)
            and city.code not in unit.up
        )

    def _place(self, token: Token | None) -> str:
        return (whole(token.result) or token.result.parent or "") if token is not None else ""

    def _city(self, code: str) -> str:
        """The city of a district; any other place is its own."""
        unit = self.index.find(code)
        return unit.parent if unit is not None and unit.level == COUNTY else code

    def _lies_in(self, result: Result, codes: tuple[str, ...]) -> bool:
        units = self.judge.units((result.code,) if result.code else result.include)
        return bool(units) and all({unit.code, *unit.holders}.intersection(codes) for unit in units)

    def _own(self, result: Result, code: str) -> bool:
        """Whether all that a name means lies in the place before it, or in the city of that place."""
        above = self.index.find(code)
        marks = [mark for mark in result.evidence if mark["code"]]
        if (
            above is None
            or above.level == COUNTRY
            or not marks
            or result.status in (verdict.UNKNOWN, verdict.SUGGESTION, verdict.PARTIAL)
        ):
            return False
        lives = [
            unit for unit in self.index.lives.get(marks[-1]["code"], ()) if not result.code or not unit.until
        ]
        return any(self._near(unit, above) for unit in lives)

    def _near(self, unit: Unit, above: Unit) -> bool:
        return unit.inside(above) or (
            above.level >= COUNTY and unit.parent == above.parent and unit is not above
        )

    def served(self, result: Result) -> Result:
        """What a label like 主城区: leaves of a place: of a city no more than a part; a district is what it is."""
        units = self.judge.units((result.code,) if result.code else result.include)
        if result.status not in CERTAIN or all(unit.name.endswith("区") for unit in units):
            return result
        return in_part(result, whole(result), result.text, result.text)


def _past(result: Result) -> str:
    """The code of a place of the past: 西城区 behind 北京宣武区 is a neighbour of it."""
    marks = (
        [mark["code"] for mark in result.evidence if mark["code"]]
        if result.status == verdict.HISTORICAL
        else []
    )
    return marks[-1] if marks else ""


def _bare(token: Token) -> str:
    return fold(token.text)[0].strip(" .,;:、·/")


def label_end(s: str, start: int, end: int) -> int:
    """Where the words begin behind a label that says that only the town is served, 0 if there is none."""
    found = TOWN_LABEL.match(s, start, end)
    return found.end() if found and found.end() < end else 0


def stands_alone(result: Result) -> bool:
    """Whether 东区 is all that was said: 攀枝花's district, and what many companies call a part of their country."""
    named = [mark for mark in result.evidence if mark["code"]]
    return len(named) == 1 and _QUARTER.fullmatch(named[0]["text"]) is not None


def offered(result: Result) -> Result:
    return replace(
        result, status=verdict.SUGGESTION, code=None, candidates=(whole(result),), include=(), exclude=()
    )


def in_part(result: Result, parent: str, text: str, rest: str) -> Result:
    return replace(
        result, text=text, status=verdict.PARTIAL if parent else verdict.UNKNOWN, code=None, include=(), exclude=(),
        candidates=(), successors=(), date=None, parent=parent or None, rest=rest, rest_kind=tail.PART,
    )  # fmt: skip
