"""What the items of a list say together: one result, levels and bases that items lend each other."""

import re
from collections.abc import Iterable
from dataclasses import replace

from . import rest as tail
from . import result as verdict
from .index import Index
from .neighbours import below_another, heights
from .result import CERTAIN, Result, Token, whole
from .text import EARLIER, HEADING, ITEM, PARENT, Hint, Text
from .unit import COUNTRY_CODE, PREFECTURE, PROVINCE, Unit
from .verdict import Judge
from .vocabulary import ABBREVIATIONS

BETWEEN = re.compile("之间|中间|交界|接壤|毗邻|相邻|沿线|一带|往返|途中")
_BETWEEN = re.compile(rf"(?:{BETWEEN.pattern})[\u4e00-\u9fff]{{0,6}}$")
_COLONS = (":", "：")
_EARLIER = 8  # so many parents that a list has left are remembered
WORST_FIRST = (
    verdict.CONFLICT, verdict.AMBIGUOUS, verdict.HISTORICAL, verdict.SUGGESTION, verdict.PARTIAL, verdict.UNKNOWN,
)  # fmt: skip


class Items:
    def __init__(self, index: Index, judge: Judge):
        self.index, self.judge = index, judge

    def levelled(self, tokens: list[Token]) -> list[Token]:
        """Abbreviations of provinces are these where all the others are provinces, and so are bare stems of cities."""
        if len(tokens) < 2:
            return tokens
        statuses = {token.result.status for token in tokens}
        if verdict.UNKNOWN in statuses:
            tokens = self._abbreviated(tokens)
        return self._levelled(tokens) if verdict.AMBIGUOUS in statuses else tokens

    def _abbreviated(self, tokens: list[Token]) -> list[Token]:
        """川、渝、贵州省: one character is a province if there are several, and nothing stands beside them but provinces."""
        short = [token for token in tokens if token.result.text in ABBREVIATIONS]
        if len(short) < 2 or any(token.result.status != verdict.UNKNOWN for token in short):
            return tokens
        others = [whole(token.result) for token in tokens if token.result.text not in ABBREVIATIONS]
        if not all(code and self.index.known(code).level == PROVINCE for code in others):
            return tokens
        return [self._in_full(token) if token.result.text in ABBREVIATIONS else token for token in tokens]

    def _in_full(self, token: Token) -> Token:
        code = ABBREVIATIONS[token.result.text]
        mark = {"span": [token.start, token.end], "text": token.text, "code": code, "kind": "short"}
        found = replace(
            token.result, status=verdict.RESOLVED, code=code, evidence=(mark,), rest="", rest_kind=None
        )
        return replace(token, result=found)

    def _levelled(self, tokens: list[Token]) -> list[Token]:
        """In a list of cities (成都、西安、长沙) or of provinces a bare stem names a city or a province too."""
        sure = [token for token in tokens if whole(token.result)]
        levels = {self._unit(token).level for token in sure}
        if not levels or max(levels) > PREFECTURE:
            return tokens
        plain = {self._unit(token).level for token in sure if not self._is_city_province(token)}
        before = [None, *(self.index.find(whole(token.result)) for token in tokens)]
        return [
            self._at_level(token, above, sure, plain) for token, above in zip(tokens, before, strict=False)
        ]

    def _unit(self, token: Token) -> Unit:
        return self.index.known(whole(token.result))

    def _is_city_province(self, token: Token) -> bool:
        return self._unit(token).name.endswith("市") and self._unit(token).code.endswith("0000")

    def _fits(self, code: str, candidates: tuple[str, ...], sure: list[Token]) -> bool:
        """海南 among cities is its province as well as a city of 青海, unless all of them lie in 青海."""
        if code.endswith("0000") or not any(other.endswith("0000") for other in candidates):
            return True
        return all(whole(token.result)[:2] == code[:2] for token in sure)

    def _may_be_a_part(self, high: Unit, before: Unit | None, parts: list[Unit], sure: list[Token]) -> bool:
        """长春、朝阳; 青海、海南: a city of its own, or a part of the one beside it, unless all others are as high.

        Beside 天津 alone nobody means the district by 河北."""
        tops = {whole(token.result) for token in sure}
        parts = [unit for unit in parts if unit is not high and tops.intersection(unit.up)]
        if not any(high.level != PROVINCE or unit.level <= PREFECTURE for unit in parts):
            return False
        others = [unit for unit in map(self._unit, sure) if unit is not before]
        if before is None or not others or any(unit.inside(before) for unit in others):
            return True
        return set.intersection(heights(high), heights(before), *map(heights, others)) == set()

    def _at_level(self, token: Token, before: Unit | None, sure: list[Token], levels: set[int]) -> Token:
        found, sibling = token.result, sure[0]
        if found.status != verdict.AMBIGUOUS or found.rest or found.successors or below_another(found):
            return token
        high = [code for code in found.candidates if self.index.known(code).level <= PREFECTURE]
        if len(high) > 1 and len(levels) == 1:
            high = [code for code in high if self.index.known(code).level in levels]
        if len(high) != 1 or not self._fits(high[0], found.candidates, sure):
            return token
        if self._may_be_a_part(self.index.known(high[0]), before, self.judge.units(found.candidates), sure):
            return token
        mark = {
            "span": [sibling.start, sibling.end],
            "text": sibling.text,
            "code": whole(sibling.result),
            "kind": "sibling",
        }
        own = tuple({**item, "code": high[0]} for item in found.evidence[-1:])
        result = replace(
            found,
            status=verdict.RESOLVED,
            code=high[0],
            candidates=(),
            evidence=(*found.evidence[:-1], *own, mark),
        )
        return replace(token, result=result)

    def hints(
        self, text: Text, result: Result, before: tuple[Hint, ...], above: tuple[Hint, ...]
    ) -> tuple[Hint, ...]:
        """What the items behind this one may lie in: itself, the parent it names or else that of the items before
        it, the heading. A parent with a colon behind it (石家庄市:长安区) is a heading for them."""
        if result.status not in (verdict.RESOLVED, verdict.HISTORICAL, verdict.PARTIAL):
            return before
        spans = [
            (item["code"], *item["span"])
            for item in result.evidence
            if item["code"] and item["kind"] not in ("except", "group", "country")
        ]
        return self.lent(text, spans, result.code, before, above)

    def lent(
        self,
        text: Text,
        spans: list[tuple[str, int, int]],
        code: str | None,
        before: tuple[Hint, ...],
        above: tuple[Hint, ...],
    ) -> tuple[Hint, ...]:
        """The same from the codes that an item names one inside the other, with their spans."""
        if len(spans) > 1:
            parent, first, last = spans[-2]
            kind = HEADING if text.original[last : last + 1] in _COLONS else PARENT
            left = [
                hint if hint.kind == EARLIER else Hint(hint.code, kind=EARLIER)
                for hint in before
                if hint.kind in (PARENT, EARLIER) and hint.code != parent
            ]
            found = (Hint(parent, first, last, kind), *above, *left[:_EARLIER])
        else:
            found = tuple([hint for hint in before if hint.kind != ITEM])
        if code and spans and self.index.known(code).level <= PREFECTURE:
            found = (Hint(code, *spans[-1][1:]), *found)
        return found

    def combine(self, text: Text, start: int, end: int, tokens: list[Token]) -> Result:
        """One result for a list: `rules` only if every item is certain, else the status of its worst item."""
        results = self._with_base([token.result for token in tokens])
        include, exclude = merge(results)
        open_items = [result for result in results if result.status not in CERTAIN]
        evidence = tuple(item for result in results for item in result.evidence)
        parents = {result.parent for result in results}
        status = verdict.RULES
        if open_items:
            statuses = {result.status for result in open_items}
            status = next(word for word in WORST_FIRST if word in statuses)
            if status == verdict.UNKNOWN and include:
                status = verdict.PARTIAL
        if set(include) & set(exclude):
            status = verdict.CONFLICT
            include = tuple(code for code in include if code not in exclude)
        return self.judge.make(
            text, start, end, status, include=include, exclude=exclude, evidence=evidence,
            candidates=union(result.candidates for result in open_items),
            successors=self._today(results) if status == verdict.HISTORICAL else union(r.successors for r in open_items),
            rest="、".join(result.text for result in open_items), rest_kind=tail.OTHER if open_items else None,
            parent=parents.pop() if status == verdict.PARTIAL and len(parents) == 1 else None,
        )  # fmt: skip

    def based(self, tokens: list[Token]) -> list[Token]:
        """The items of a line, of which one that only excludes takes something out of those before it."""
        if not any(token.result.exclude and token.result.status == verdict.PARTIAL for token in tokens):
            return tokens
        results = self._with_base([token.result for token in tokens])
        return [replace(token, result=result) for token, result in zip(tokens, results, strict=True)]

    @staticmethod
    def _today(results: list[Result]) -> tuple[str, ...]:
        """What a list with names of the past is today: what its living names name, and what became of the others."""
        return union(r.successors or merge([r])[0] for r in results)

    def _with_base(self, results: list[Result]) -> list[Result]:
        """An item that only excludes (不含港澳台) is certain once the items before it hold what it excludes."""
        held: set[str] = set()
        found = []
        for at, result in enumerate(results):
            if results[at + 1 : at + 2] and results[at + 1].include == (COUNTRY_CODE,):
                held.add(COUNTRY_CODE)  # 京、沪、粤三地除外,全国包邮
            if result.status == verdict.PARTIAL and result.exclude and not (result.include or result.rest):
                units = self.judge.units(result.exclude)
                if all(held.intersection(unit.up) for unit in units):
                    result = replace(result, status=verdict.RULES)
            held.update(result.include or ((result.code,) if result.code else ()))
            found.append(result)
        return found


def between(tokens: list[Token]) -> list[Token]:
    """苏州市吴中区与无锡市滨湖区之间: neither of the two, and nobody can say how much of them."""
    found = list(tokens)
    for at, token in enumerate(tokens[1:], 1):
        if words := _BETWEEN.search(token.text):
            for each in (at - 1, at):
                found[each] = replace(found[each], result=opened(found[each].result, words[0]))
    return found


def opened(found: Result, words: str) -> Result:
    """The verdict on a place of which words that nobody has read may take something."""
    if found.status not in CERTAIN:
        return found
    return replace(
        found,
        status=verdict.PARTIAL,
        code=None,
        include=(),
        exclude=(),
        parent=found.code,
        rest=words,
        rest_kind=tail.OTHER,
    )


def merge(results: list[Result]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    include = union((r.code,) if r.code else r.include for r in results)
    return include, union(r.exclude for r in results)


def union(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for group in groups for code in group))
