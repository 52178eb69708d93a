"""Phrases: brackets, exclusions, lists with inherited parents. Everything that says include and exclude.

    phrase    = base [ "(" remark ")" ] | 除 list 外 base | base 除 list 外 | base 不含 list | list 除外
    remark    = an exclusion | a list of parts (only these) | a word like 全境 | any other remark
    list      = phrase (、 phrase)*       an item may lie in the parent of the item before it

An exclusion inside an exclusion includes again. What is excluded must lie in its base.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from . import result as verdict
from .brackets import EXCEPT_TAIL, ONLY, Brackets
from .counts import Counts
from .exclusions import Exclusions, gathered
from .fuzzy import SIMILAR
from .index import FORMER
from .items import BETWEEN, Items, between
from .labels import REFUSED, Label, Labels, without_heads
from .lists import MARK_STARTS, Splitter, splits
from .neighbours import Neighbours
from .one_address import OneAddress
from .order import Order
from .place import Places
from .readings import Step
from .result import CERTAIN, Result, Token
from .strangers import asked_about
from .text import Evidence, Hint, Hints, Text
from .town_parts import TownParts
from .unit import PREFECTURE

_LISTED = re.compile(r"[\u4e00-\u9fff]+(?:、[\u4e00-\u9fff]+)*")
_OPENS = re.compile(r"[除外不排未停]|暂停|无法|没有")
_SPECIAL = re.compile(r"[(]|除|[以之例]外|不|未|停|无法|没有|排除|仅|只|限")


_LIST_FIRST = re.compile(r"([^除()\n;]+?)(?:除外|以外|之外)的([^、,;除外]+)")
_ONLY_PARTS = re.compile(
    r"([^(),、;除不仅只限\n]{2,10})(?:目前)?(?:仅限于?|只限于?|仅|只(?=[做接送跑覆服]))(?:支持|含|覆盖|服务|做|接|送|跑)?:?([^()除不]+)"
)
_LIMITS = re.compile("外的|[仅限]")
_BREAK = re.compile(r"[;\n]")  # what is said before a colon holds no longer
_TURNS = re.compile(r"外|[不未停]|暂停|无法|没有")
Exact = Callable[[Text, int, int], Result | None]
_LENDERS = 32  # items that are remembered for what they lend to those behind them
_PROSE = 32  # a text whose first so many items name no region is not a list
_DEEPEST = 12  # brackets or exclusions in one item; more is noise


class Grammar:
    def __init__(self, places: Places):
        self.places, self.judge, self.index = places, places.judge, places.index
        self.splitter = Splitter(places.walk)
        self.counts = Counts(self.splitter)
        self.items = Items(self.index, self.judge)
        self.order = Order(self.index)
        self.town_parts = TownParts(self.index, self.judge)
        self.neighbours = Neighbours(self.index, self.judge)
        self.exclusions = Exclusions(self)
        self.brackets = Brackets(self)
        self.address = OneAddress(self)
        self.labels = Labels(places.walk, self.town_parts, self.brackets.lands)

    # ---------------------------------------------------------------- lists

    def tokens(
        self, text: Text, start: int, end: int, hints: Hints = (), scopes: tuple[str, ...] = ()
    ) -> list[Token]:
        """The items of s[start:end] with their verdicts, in order."""
        plain = None if scopes else self._plain(text, start, end, hints)
        if plain is not None:
            return plain
        text = self.counts.without(text, start, end)
        tokens = [self.address.no_whole_city(t) for t in self._items(text, start, end, hints, scopes, True)]
        tokens = self.order.put_right(text.original, tokens)
        if BETWEEN.search(text.s, start, end):
            tokens = between(tokens)
        return self._beside_each_other(text, self.items.based(tokens), hints, scopes)

    def _plain(self, text: Text, start: int, end: int, hints: Hints) -> list[Token] | None:
        """The items of a line of which each is a usual name with its parent before it: nothing beside one can change
        what it says. None for any other line; says nothing that the long way would not say."""
        s, exact = text.s, self.places.exact
        if (
            not _LISTED.fullmatch(s, start, end)
            or _OPENS.search(s, start, end)
            or BETWEEN.search(s, start, end)
        ):
            return None
        above = tuple(hint for hint in hints if hint.firm)
        tokens, a = [], start
        while a < end:
            b = s.find("、", a, end)
            b = end if b < 0 else b
            result = exact(text, a, b)
            steps = _steps(result)
            if result is None or steps is None or len(steps) < 2:
                return None
            if above and not self.judge.lies_in(steps[-1][3], above):
                return None
            first, last = (a, b) if text.places is None else text.span(a, b)
            tokens.append(Token(result.text, first, last, result))
            a = b + 1
        return tokens

    def _items(
        self, text: Text, start: int, end: int, hints: Hints, scopes: tuple[str, ...], apart: bool = False
    ) -> Iterator[Token]:
        """The items in the light of the labels that stand on lines of their own; `apart` as in `_tokens`."""
        if text.s.find("\n", start, end) < 0:
            yield from self._tokens(text, start, end, hints, scopes, apart)
            return
        for part in self.labels.parts(text.s, start, end):
            for token in self._tokens(text, part.start, part.end, hints, scopes, apart):
                yield replace(token, result=self.labels.turned(token.result, part)) if part.says else token

    def _beside_each_other(
        self, text: Text, tokens: list[Token], hints: Hints, scopes: tuple[str, ...]
    ) -> list[Token]:
        near = tuple(hint.code for hint in hints) or scopes
        tokens = without_heads(tokens, text.original, lambda code: self.index.known(code).holders)
        tokens = self.town_parts.inside(text.original, tokens, near)
        return self.items.levelled(self.neighbours.or_its_part(self.neighbours.apart(text, tokens, near)))

    def _tokens(
        self, text: Text, start: int, end: int, hints: Hints, scopes: tuple[str, ...], apart: bool = False
    ) -> Iterator[Token]:
        """`apart`: the items of a bracket of which one is open are items by themselves."""
        exact = None if scopes else self.places.exact
        above, behind = tuple(hint for hint in hints if hint.firm), start
        colon = text.s.find(":", start, end) >= 0
        lent: deque[tuple[int, Result]] = deque(
            maxlen=_LENDERS
        )  # what plain items lend is worked out when it is asked for
        over: Label | None = None
        for a, b, result in self._spans(text, start, end, exact):
            if colon:
                label = self.labels.at(text.s, a, b)
                if label or text.s.find(":", a, b) >= 0 or _BREAK.search(text.s, behind, a):
                    over = label
                if label:
                    a, result = label.end, None
            steps = _steps(result)
            breaks = colon and (text.s.find(":", a, b) >= 0 or _BREAK.search(text.s, behind, a))
            if breaks or steps is None or above or len(steps) == 1:
                hints = self._settled(text, lent, hints, above)
            if breaks:
                hints = tuple(hint for hint in hints if hint in above or not hint.firm)
            behind = b
            if steps is not None and hints and self._strays(steps, hints, above):
                result = steps = None
            if result is None:
                result = self.phrase(text, a, b, hints, scopes)
                if apart and result.status not in CERTAIN and text.s[b - 1] == ")":
                    members = self._members(text, a, b, above)
                    if members:
                        yield from members
                        hints = self.items.hints(text, members[0].result, hints, above)
                        continue
                if len(result.text) != b - a or text.places is not None:
                    result = replace(result, text=text.cut(a, b))
                hints = self.items.hints(text, result, hints, above)
            elif steps and (len(steps) > 1 or steps[-1][3].level <= PREFECTURE):
                lent.append((a, result))
            result = self.labels.turned(result, over)
            first, last = (a, b) if text.places is None else text.span(a, b)
            yield Token(result.text, first, last, result)

    def _members(self, text: Text, start: int, end: int, above: Hints) -> list[Token]:
        """The items of a bracket behind a city, if most of them are certain."""
        found = self.brackets.apart(text, start, end)
        if found is None:
            return []
        inner, heading = found
        if above and not all(self.judge.lies_in(unit, above) for unit in self.judge.units([heading.code])):
            return []
        tokens = list(self._tokens(text, *inner, (heading,), ()))
        sure = sum(token.result.status in CERTAIN for token in tokens)
        known = all(token.result.status != verdict.UNKNOWN or len(token.text) <= 6 for token in tokens)
        return tokens if known and 2 * sure > len(tokens) > 1 else []

    def _settled(
        self, text: Text, lent: deque[tuple[int, Result]], hints: Hints, above: Hints
    ) -> tuple[Hint, ...]:
        """The hints after what the items in `lent` have lent, which is empty then."""
        while lent:
            a, result = lent.popleft()
            spans = [
                (unit.code, *text.places_of(a + first, a + last))
                for first, last, _, unit in _steps(result) or ()
            ]
            hints = self.items.lent(text, spans, result.code, hints, above)
        return hints

    def _strays(self, steps: tuple[Step, ...], hints: Hints, firm: Hints) -> bool:
        """Whether a name read at first sight may mean something else in the list's place."""
        unit = steps[-1][3]
        if firm:
            return not self.judge.lies_in(unit, firm)
        return len(steps) == 1 and not self.judge.beside(unit, hints)

    def _spans(
        self, text: Text, start: int, end: int, exact: Exact | None
    ) -> Iterator[tuple[int, int, Result | None]]:
        """The items, with the verdict where the text is one of the usual forms. Plain lists need no splitter for these."""
        s, split = text.s, self.splitter.split
        if exact is not None and _LISTED.fullmatch(s, start, end) and not _OPENS.search(s, start, end):
            a = start
            while a < end:
                b = s.find("、", a, end)
                if b < 0:
                    b = end
                result = exact(text, a, b)
                if result is not None:
                    yield a, b, result
                elif s[a : a + 1] in MARK_STARTS:
                    break  # 一、 is no item: leave the rest to the splitter
                else:
                    for first, last in split(s, a, b):
                        yield first, last, exact(text, first, last) if first > a or last < b else None
                a = b + 1
            start = a
        spans = split(s, start, end)
        if _TURNS.search(s, start, end):
            spans = gathered(s, spans)
        for a, b in spans:
            yield a, b, exact(text, a, b) if exact else None

    def whole(
        self, text: Text, start: int, end: int, hints: Hints = (), scopes: tuple[str, ...] = ()
    ) -> Result:
        """The verdict on s[start:end], a single phrase or a list."""
        if text.s.find("(((((", start, end) >= 0:
            return self.judge.unknown(text, start, end)
        limits = _LIMITS.findall(text.s, start, end)
        if len(limits) > _DEEPEST:
            return self.judge.unknown(text, start, end)
        inverted = _LIST_FIRST.fullmatch(text.s, start, end) if limits.count("外的") == 1 else None
        if inverted:  # 新疆、西藏除外的全国地区
            found = self.exclusions.inverted(text, start, end, inverted, hints, scopes)
            if found is not None:
                return found
        parts = _ONLY_PARTS.fullmatch(text.s, start, end) if limits else None
        if parts:  # 江苏省仅限苏州、无锡
            base = self.whole(text, *parts.span(1), hints, scopes)
            found = self.whole(text, *parts.span(2), (), self.exclusions.scope(base)) if base.code else base
            if base.code and found.status in CERTAIN:
                return self.brackets.listed(replace(found, text=text.cut(start, end)), base)
        if not splits(text.s, start, end):
            return self._one(text, start, end, hints, scopes)
        text = self.counts.without(text, start, end)
        tokens, named = [], False
        for token in self._items(text, start, end, hints, scopes):
            tokens.append(token)
            named = named or token.result.status != verdict.UNKNOWN
            if not named and len(tokens) >= _PROSE:
                return self.judge.unknown(text, start, end)
        if not tokens:
            return self.judge.unknown(text, start, end)
        if len(tokens) == 1:
            tokens = self._beside_each_other(text, tokens, hints, scopes)
            return tokens[0].result
        tokens = asked_about(text, tokens, self.index)
        address = self.address.read(text, start, end, tokens, hints, scopes)
        if address is not None:
            return address
        tokens = [self.address.no_whole_city(token) for token in tokens]
        if len(tokens) < 5 and ("\n" in text.s[start:end] or len(tokens) > 2):
            one = self.phrase(text.on_one_line(start, end), start, end, hints, scopes)
            levels = one.status == verdict.RESOLVED and len(one.evidence) == len(tokens) and not one.rest
            if levels and not (len(tokens) == 2 and self.neighbours.pair(text, one)):
                return one  # 浙江省、杭州市、西湖区: levels, not a list; with a line each two are enough
        tokens = self.order.put_right(text.original, tokens)
        if BETWEEN.search(text.s, start, end):
            tokens = between(tokens)
        tokens = self._beside_each_other(text, tokens, hints, scopes)
        if len(tokens) == 1:
            return replace(tokens[0].result, text=text.cut(start, end))
        return self.items.combine(text, start, end, tokens)

    def _one(self, text: Text, start: int, end: int, hints: Hints, scopes: tuple[str, ...]) -> Result:
        """The verdict on s[start:end] in which nothing separates items."""
        a, b = self.splitter.trimmed(text.s, start, end)
        if a >= b:
            return self.judge.unknown(text, start, end)
        at, said = a, list[Label]()
        while text.s.find(":", at, b) >= 0 and (label := self.labels.at(text.s, at, b)):
            said.append(label)
            at = label.end
        if said:  # what stands behind all the labels is read once, however many there are
            found = self.whole(text, at, b, hints, scopes)
            if any(label.says == REFUSED for label in said):
                return self.exclusions.except_(text, a, b, None, found)
            for label in said:
                found = self.labels.turned(found, label)
            return found
        result = None if scopes else self.places.exact(text, a, b)
        if result is not None and hints:
            above = tuple(hint for hint in hints if hint.firm)
            result = None if self._strays(_steps(result) or (), hints, above) else result
        return result or self._itself(text, a, b, hints, scopes)

    def _itself(self, text: Text, start: int, end: int, hints: Hints, scopes: tuple[str, ...]) -> Result:
        result = self.phrase(text, start, end, hints, scopes)
        if len(result.text) != end - start or text.places is not None:
            return replace(result, text=text.cut(start, end))
        return result

    # ---------------------------------------------------------------- phrases

    def phrase(
        self, text: Text, start: int, end: int, hints: Hints = (), scopes: tuple[str, ...] = ()
    ) -> Result:
        found = self._phrase(text, start, end, hints, scopes)
        offered = self.index.offered.get(text.s[start:end])
        return self._as_offered(text, start, end, found, offered) if offered else found

    def _as_offered(self, text: Text, start: int, end: int, found: Result, kinds: dict[str, str]) -> Result:
        """What somebody took these words for, or a colloquial or former name, before what else they may mean.

        What is certain stays so; a name that people use is no misspelt other one (羊城 is not 盐城)."""
        known = [unit.code for unit in self.judge.units(list(kinds)) if not unit.until]
        kept = {item["kind"] for item in found.evidence} - {FORMER}
        if not known or (found.status in CERTAIN and (kept or FORMER not in kinds.values())):
            return found
        if not kept:  # the name by itself
            return self.judge.make(
                text, start, end, verdict.SUGGESTION, candidates=tuple(known), evidence=found.evidence
            )
        misspelt = found.evidence and found.evidence[-1]["kind"] == SIMILAR
        if misspelt and set(kinds.values()).isdisjoint({"decided"}):
            found = replace(found, candidates=(), evidence=found.evidence[:-1])
        may_mean = found.candidates or found.successors
        status = found.status if may_mean and found.status != verdict.PARTIAL else verdict.SUGGESTION
        return replace(
            found, status=status, candidates=tuple(dict.fromkeys([*known, *may_mean])),
            evidence=(*found.evidence, text.evidence(start, end, known[0], kinds[known[0]])),
        )  # fmt: skip

    def _phrase(self, text: Text, start: int, end: int, hints: Hints, scopes: tuple[str, ...]) -> Result:
        s = text.s
        if "0" <= s[start] <= "9" or "0" <= s[end - 1] <= "9" or s[end - 1] == ")":
            coded = self.places.otherwise.coded(text, start, end)
            if coded is not None:
                return self.places.astray(coded, True, hints)
        if not _SPECIAL.search(s, start, end):
            return self.places.read(text, start, end, hints, scopes)
        if len(_SPECIAL.findall(s, start, end)) > _DEEPEST:
            return self.judge.unknown(text, start, end)
        if s.count("外的", start, end) == 1 and (inverted := _LIST_FIRST.fullmatch(s, start, end)):
            found = self.exclusions.inverted(text, start, end, inverted, hints, scopes)
            if found is not None:
                return found
        only = ONLY.match(s, start, end)
        if only and only.end() < end:
            start = only.end()
        bracket = s.find("(", start, end)
        opener = self.exclusions.opener(s, start, end if bracket < 0 else bracket)
        if opener is not None:
            return self.exclusions.exception(text, start, end, opener, hints, scopes)
        if bracket >= 0:
            return self.places.astray(
                self.brackets.read(text, start, end, bracket, hints, scopes), True, hints
            )
        behind = EXCEPT_TAIL.search(s, start, end)
        if behind and behind.start() > start:
            return self.exclusions.excepted_list(text, start, end, behind.start(), hints, scopes)
        return self.places.read(text, start, end, hints, scopes)


def _steps(result: Result | None) -> tuple[Step, ...] | None:
    """The steps of a verdict that `Places.exact` gave."""
    return result.evidence.steps if result is not None and isinstance(result.evidence, Evidence) else None
