"""Items that only blanks, commas or bars keep apart and that are no list: a label and what it turns, an address from behind.

未开通 西宁 银川     仅主城区 重庆市     人民南路四段 成都市     中山路 南京 江苏
"""

import re
from dataclasses import replace
from itertools import pairwise

from . import rest as tail
from . import result as verdict
from .index import Index
from .normalize import fold
from .result import Result, Token, taken_out

_APART = re.compile(r"[^\S\n]*[\s,，/|│·\-—]+[^\S\n]*")
_MARK = re.compile(r"[^\S\n]|[,，/|│·\-—]")
_LINE = re.compile(r"[;；\n]")
_SENT = re.compile(r"(?:请|改|直接|可以?|要|都)*[寄发送]")
_LONGEST_NAME = 12
_REFUSES = re.compile(
    r"(?:暂时?|目前|尚|还|均|以下|现|已|恕|一律)*(?:不(?!含|限|另|收)|未|无(?!锡|为|极|棣)|没|停|暂停|禁|拒|撤|限制|非|除外|盲区|例外|中断|下线)"
)
_LIMITS = re.compile(
    r"[仅只]|部分|局部|个别|少数|大部|不含|不包括|限(?!制)|(?:主城|城区|市区|郊[区县]|周边|城郊|远郊|近郊)(?:区|地区)?$"
)


class Order:
    def __init__(self, index: Index):
        self.index = index

    def put_right(self, original: str, tokens: list[Token]) -> list[Token]:
        """The items of a line, turned by a label before the first of them, an address from behind made one."""
        if len(tokens) < 2 or _MARK.search(original) is None:
            return tokens
        tokens = self._levels_again(original, tokens)
        if all(token.result.status != verdict.UNKNOWN for token in tokens) and not self._upwards(tokens):
            return tokens
        return self._led(original, self._from_behind(original, tokens))

    def _led(self, original: str, tokens: list[Token]) -> list[Token]:
        found: list[Token] = []
        turn = None
        for at, token in enumerate(tokens):
            first = at == 0 or _LINE.search(original, tokens[at - 1].end, token.start) is not None
            if first:
                turn = None
                words = fold(token.text)[0].strip()
                apart = at + 1 < len(tokens) and _apart(original, token, tokens[at + 1])
                if apart and token.result.status == verdict.UNKNOWN:
                    turn = _limited if _LIMITS.search(words) else taken_out if _REFUSES.match(words) else None
                    # 不要发到杭州,寄宁波: a refusal of what it names itself, and of nothing behind it
                    turn = _limited if turn is not None and self._names_a_place(words) else turn
            elif turn is not None and not (turn is _limited and _SENT.match(fold(token.text)[0])):
                token = replace(token, result=turn(token.result))
            found.append(token)
        return found

    def _names_a_place(self, words: str) -> bool:
        return any(
            any(word in ("full", "typed", "short") for _, word, _ in self.index.alias.get(words[at:stop], ()))
            for at in range(1, len(words) - 1)
            for stop in range(at + 2, min(len(words), at + _LONGEST_NAME) + 1)
        )

    def _levels_again(self, original: str, tokens: list[Token]) -> list[Token]:
        """浙江省 金华市 浙江省 义乌市: levels, of which the form repeats the upper ones; one place, and the city is none beside it."""
        found: list[Token] = []
        for token in tokens:
            again = self._said_again(original, found[-1], token) if found else None
            if again is not None:
                first = found.pop().start
                text = original[first : token.end]
                token = Token(text, first, token.end, replace(again, text=text))
            found.append(token)
        return found

    def _said_again(self, original: str, token: Token, other: Token) -> Result | None:
        """What the second names inside the first, whose upper levels it repeats."""
        city, result = token.result.code, other.result
        codes = [result.code] if result.code else result.candidates
        inside = [
            unit.code for code in codes if (unit := self.index.find(code)) is not None and city in unit.up
        ]
        marks, again = ([mark for mark in found.evidence if mark["code"]] for found in (token.result, result))
        if len(inside) != 1 or len(marks) < 2 or again[0]["code"] != marks[0]["code"]:
            return None
        between = original[marks[0]["span"][1] : marks[1]["span"][0]]
        if _APART.fullmatch(between) is None or not _apart(original, token, other):
            return None
        return replace(result, status=verdict.RESOLVED, code=inside[0], candidates=())

    def _from_behind(self, original: str, tokens: list[Token]) -> list[Token]:
        found: list[Token] = []
        at = 0
        while at < len(tokens):
            road = _is_road(tokens[at])
            begin = at + road
            last = begin
            while last + 1 < len(tokens) and self._above(tokens[last], tokens[last + 1]):
                if not _apart(original, tokens[last], tokens[last + 1]):
                    break
                last += 1
            joined = begin < len(tokens) and (
                _apart(original, tokens[at], tokens[begin]) and tokens[begin].result.code
                if road
                else last > begin
            )
            if joined and (road or self._alone(original, tokens, at, last)):
                named = (
                    self._named(tokens[begin], tokens[begin + 1]) if last > begin else tokens[begin].result
                )
                found.append(self._one(original, tokens[at : last + 1], named, bool(road)))
                at = last + 1
            else:
                found.append(tokens[at])
                at += 1
        return found

    def _upwards(self, tokens: list[Token]) -> bool:
        return any(self._above(one, other) for one, other in pairwise(tokens))

    def _alone(self, original: str, tokens: list[Token], first: int, last: int) -> bool:
        """Whether nothing stands beside the items by blanks alone: 成都 四川 重庆 is a list."""
        before = first and _apart(original, tokens[first - 1], tokens[first])
        behind = last + 1 < len(tokens) and _apart(original, tokens[last], tokens[last + 1])
        return not before and not behind

    def _above(self, token: Token, other: Token) -> bool:
        """Whether the second is the place the first lies in, or those of its candidates that are left: 西安，陕西."""
        return bool(self._inside(token.result, other))

    def _inside(self, result: Result, other: Token) -> tuple[str, ...]:
        codes = (
            (result.code,) if result.code else result.candidates if result.status == verdict.AMBIGUOUS else ()
        )
        found = ((code, self.index.find(code)) for code in codes)
        return tuple(code for code, unit in found if unit is not None and other.result.code in unit.up)

    def _named(self, token: Token, other: Token) -> Result:
        """What the first names inside the second."""
        if token.result.code:
            return token.result
        inside = self._inside(token.result, other)
        if len(inside) > 1:
            return replace(token.result, candidates=inside)
        return replace(token.result, status=verdict.RESOLVED, code=inside[0], candidates=())

    @staticmethod
    def _one(original: str, tokens: list[Token], found: Result, road: bool) -> Token:
        start, end = tokens[0].start, tokens[-1].end
        text = original[start:end]
        if road:
            found = replace(_limited(found), rest=tokens[0].text, rest_kind=tail.ADDRESS)
        return Token(text, start, end, replace(found, text=text))


def _apart(original: str, token: Token, other: Token) -> bool:
    between = original[token.end : other.start]
    return "\n" not in between and _APART.fullmatch(between) is not None


def _is_road(token: Token) -> bool:
    words = fold(token.text)[0].strip()
    return token.result.status == verdict.UNKNOWN and tail.begins_as_road(words)


def _limited(found: Result) -> Result:
    """Of the place no more is certain than that something in it is meant."""
    if found.status not in (verdict.RESOLVED, verdict.RULES):
        return found
    return replace(
        found,
        status=verdict.PARTIAL,
        code=None,
        include=(),
        parent=found.code,
        rest=found.text,
        rest_kind=tail.PART,
    )
