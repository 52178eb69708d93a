"""Two names that only a blank, a comma, a bar or a line keeps apart: a place and its part, or two places of one height.

大连 中山     a district of the first, or the city beside it: the other items of the list decide, else both are offered
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from . import rest as tail
from . import result as verdict
from .index import STEM, Index
from .normalize import fold
from .result import Result, Token, put_back, taken_out, whole
from .text import Evidence, Mark, Text
from .unit import PREFECTURE, PROVINCE, Unit
from .verdict import Judge

_BETWEEN = frozenset(" /|·,、;\n")
_COLONS = (":", "：")
_HARMLESS = (None, tail.WHOLE, tail.MARK)


@dataclass(slots=True)
class Pair:
    """A place, a bare name behind it that a part of it bears, and the places of its own height that bear it too."""

    above: Unit
    part: Unit
    rivals: list[Unit]
    marks: list[Mark]
    gap: str
    cities: list[Unit]


def heights(unit: Unit) -> set[int]:
    """北京 stands among provinces and among cities."""
    return {PROVINCE, PREFECTURE} if unit.level == PROVINCE and unit.name.endswith("市") else {unit.level}


class Neighbours:
    def __init__(self, index: Index, judge: Judge):
        self.index, self.judge = index, judge

    def rivals(self, above: Unit, name: str, near: tuple[str, ...] = ()) -> list[Unit]:
        """The living places as high as `above`, none of its own, that bear a bare name; inside one of `near`."""
        found = {}
        for tier, _, unit in self.index.alias.get(name, ()):
            high = unit.level <= max(heights(above)) and unit is not above and not unit.inside(above)
            inside = not near or unit.code in near or not set(near).isdisjoint(unit.holders)
            if tier <= STEM and high and inside and not unit.until:
                found[unit.code] = unit
        return list(found.values())

    def pair(self, text: Text, result: Result, near: tuple[str, ...] = ()) -> Pair | None:
        """The last two names of what was read as a place, if they may be two places beside each other."""
        if result.status != verdict.RESOLVED or result.rest_kind not in _HARMLESS:
            return None
        if isinstance(result.evidence, Evidence) or len(result.evidence) < 2:
            return None
        marks = [mark for mark in result.evidence if mark["code"] and mark["kind"] != "inherited"]
        if len(marks) < 2 or marks[-1]["kind"] != "short" or marks[-1]["code"] != result.code:
            return None
        gap = fold(text.original[marks[-2]["span"][1] : marks[-1]["span"][0]])[0]
        above, part = self.index.find(marks[-2]["code"]), self.index.find(marks[-1]["code"])
        if not gap or not _BETWEEN.issuperset(gap) or above is None or part is None or not part.inside(above):
            return None
        led = [mark["code"] for mark in marks[:-2] if text.original[mark["span"][1] :][:1] in _COLONS]
        rivals = self.rivals(above, fold(marks[-1]["text"])[0].strip(), tuple(led) or near)
        cities = self._cities(above, part, marks, gap) if not (rivals or led) and len(marks) == 2 else []
        return Pair(above, part, rivals, marks, gap, cities) if rivals or cities else None

    def _cities(self, above: Unit, part: Unit, marks: list[Mark], gap: str) -> list[Unit]:
        """The cities of a province that bear its bare name, beside another city of it: 吉林 before 四平."""
        if (
            above.level != PROVINCE
            or part.level != PREFECTURE
            or marks[0]["kind"] != "short"
            or not gap.isspace()
        ):
            return []
        bearers = self.index.alias.get(fold(marks[0]["text"])[0].strip(), ())
        return [
            u
            for _, _, u in bearers
            if u.level == PREFECTURE and u.parent == above.code and not u.until and u is not part
        ]

    def _with_its_city(self, text: Text, token: Token, pair: Pair) -> list[Token]:
        first, second = self._two(text, token, pair, pair.part)
        city = replace(
            first.result, code=pair.cities[0].code, evidence=({**pair.marks[0], "code": pair.cities[0].code},)
        )
        return [replace(first, result=city), second]

    def apart(self, text: Text, tokens: list[Token], near: tuple[str, ...]) -> list[Token]:
        """The items, of which those that may be two are two, or open, as the others say."""
        out = {token.start for token in tokens if token.result.exclude and put_back(token.result).code}
        said = [replace(token, result=put_back(token.result)) for token in tokens] if out else tokens
        found = self._apart(text, said, near)
        if found is said:
            return tokens
        end = {token.end for token in tokens if token.start in out}
        turned = [token.start in out or token.end in end for token in found]
        return [
            replace(token, result=taken_out(token.result)) if turn else token
            for token, turn in zip(found, turned, strict=True)
        ]

    def _apart(self, text: Text, tokens: list[Token], near: tuple[str, ...]) -> list[Token]:
        if any(token.result.status == verdict.AMBIGUOUS for token in tokens):
            tokens = self._parts(tokens)
        pairs = [self.pair(text, token.result, near) for token in tokens]
        if not any(pairs):
            return tokens
        others = [token for token, pair in zip(tokens, pairs, strict=True) if not pair]
        units = {
            code: unit
            for token in others
            if (code := whole(token.result)) and (unit := self.index.find(code))
        }
        beside = {
            code for token in others if not below_another(token.result) for code in (whole(token.result),)
        }
        found: list[Token] = []
        for at, (token, pair) in enumerate(zip(tokens, pairs, strict=True)):
            if pair is None:
                found.append(token)
                continue
            siblings = list(units.values())
            if pair.cities:  # 长春 吉林 四平: a province, or its city of that name
                found += self._with_its_city(text, token, pair) if _all_cities(siblings, others) else [token]
                continue
            own = [unit for unit in siblings if unit.inside(pair.above) or unit.code not in beside]
            if siblings and len(own) == len(siblings):
                found.append(token)  # 长春 朝阳 南关; 北京 朝阳、上海 浦东
                continue
            other = self.beside(pair.above, pair.rivals, siblings)
            plain = len(pair.marks) == 2 and not token.result.rest
            if not siblings and (len(pair.marks) > 2 or pair.marks[-2]["kind"] in ("full", "typed")):
                found.append(token)  # 辽宁 大连 中山, 大连市 中山: levels
            elif plain and not own and other and _alike(text, tokens, at, pair):
                found += self._two(text, token, pair, other)
            else:
                found.append(replace(token, result=self._open(token.result, pair)))
        return found

    def _parts(self, tokens: list[Token]) -> list[Token]:
        """北京、朝阳、海淀: what a part of the place before it bears is that part, where all the others lie in there."""
        named = {code for token in tokens if (code := whole(token.result))}
        found = tokens[:1]
        for before, token in pairwise(tokens):
            above, result = self.index.find(whole(before.result)), token.result
            if result.status == verdict.AMBIGUOUS and above is not None and not below_another(result):
                parts = [unit for unit in self.judge.units(result.candidates) if unit.inside(above)]
                others = self.judge.units(named - {above.code})
                if len(parts) == 1 and others and all(unit.inside(above) for unit in others):
                    marks = [{**mark, "code": mark["code"] and parts[0].code} for mark in result.evidence]
                    result = replace(
                        result,
                        status=verdict.RESOLVED,
                        code=parts[0].code,
                        candidates=(),
                        evidence=tuple(marks),
                    )
                    token = replace(token, result=result)
            found.append(token)
        return found

    def or_its_part(self, tokens: list[Token]) -> list[Token]:
        """云南:大理、祥云: beside its counties, or beside nothing but counties, a bare stem may as well be the county's of that name."""
        codes = [token.result.code or "" for token in tokens]
        high = [code for code in codes if code.endswith("00")]
        low = [code for code in codes if _is_part(code)]
        low += [part for token in tokens for part in _parts_only(token.result)] if high else []
        if not low or not high:
            return tokens
        tops = {code[:4] for code in low}
        return [
            self._with_its_part(token) if code in high and (code[:4] in tops or len(high) == 1) else token
            for token, code in zip(tokens, codes, strict=True)
        ]

    def _with_its_part(self, token: Token) -> Token:
        unit, name = self.index.find(token.result.code or ""), fold(token.text)[0].strip()
        if unit is None or unit.level != PREFECTURE or len(name) != 2 or token.result.rest:
            return token
        parts = [
            part
            for tier, _, part in self.index.alias.get(name, ())
            if part.parent == unit.code and not part.until
        ]
        if not parts:
            return token
        codes = (unit.code, *(part.code for part in parts))
        return replace(
            token, result=replace(token.result, status=verdict.AMBIGUOUS, code=None, candidates=codes)
        )

    def beside(self, above: Unit, rivals: list[Unit], siblings: Iterable[Unit]) -> Unit | None:
        """The one bearer of a name that stands as high as the place before it and as all the other items."""
        siblings = list(siblings)
        common = set.intersection(heights(above), *(heights(unit) for unit in siblings))
        high = rivals
        if siblings and all(unit.level == PROVINCE for unit in [above, *siblings]):
            high = [unit for unit in rivals if unit.level == PROVINCE]
        if not siblings or len(high) != 1 or common.isdisjoint(heights(high[0])):
            return None
        return high[0]

    def _two(self, text: Text, token: Token, pair: Pair, other: Unit) -> list[Token]:
        mark = pair.marks[-1]
        split = pair.marks[-2]["span"][1], mark["span"][0]
        first = replace(
            token.result, text=text.original[token.start : split[0]], code=pair.above.code, evidence=tuple(pair.marks[:-1]),
            rest="", rest_kind=None,
        )  # fmt: skip
        second = replace(
            first,
            text=text.original[split[1] : token.end],
            code=other.code,
            evidence=({**mark, "code": other.code},),
        )
        return [
            Token(first.text, token.start, split[0], first),
            Token(second.text, split[1], token.end, second),
        ]

    def _open(self, result: Result, pair: Pair) -> Result:
        codes = dict.fromkeys([pair.part.code, *(unit.code for unit in pair.rivals)])
        return replace(result, status=verdict.AMBIGUOUS, code=None, candidates=tuple(codes))


def _parts_only(result: Result) -> tuple[str, ...]:
    """What an item that nobody can tell may mean, where all of it are counties: 伊宁."""
    found = result.candidates if result.status == verdict.AMBIGUOUS else ()
    return found if all(map(_is_part, found)) else ()


def _is_part(code: str) -> bool:
    """Whether a code is that of a county in a prefecture; 神农架林区 hangs under its province as a city does."""
    return len(code) == 6 and not code.endswith("00") and code[2:4] != "90"


def _all_cities(siblings: list[Unit], others: list[Token]) -> bool:
    return (
        bool(siblings)
        and all(u.level == PREFECTURE for u in siblings)
        and not any(below_another(o.result) for o in others)
    )


def below_another(result: Result) -> bool:
    """Whether an item names a place and, behind it, its part: 上海 浦东."""
    return len([1 for mark in result.evidence if mark["code"] and mark["kind"] != "inherited"]) > 1


def _alike(text: Text, tokens: list[Token], at: int, pair: Pair) -> bool:
    """Whether the items are kept apart as the two names are: 北京 朝阳、沈阳 has a blank inside its first item."""
    begin = tokens[at - 1].end if at else tokens[at].start
    end = tokens[at + 1].start if at + 1 < len(tokens) else tokens[at].end
    around = fold(text.original[begin : tokens[at].start] + text.original[tokens[at].end : end])[0]
    return set(pair.gap.strip() or " ") >= set(around.strip() or around[:1])
