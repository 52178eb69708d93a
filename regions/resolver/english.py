"""Lists in Latin letters: Beijing, Hangzhou (Xihu District), Zhejiang.

A name is certain where one province or city is spelt so, or, with its kind beside it (Xihu District), one county inside
what the list has named. Everything else is left with its candidates: Suzhou is 苏州 and 宿州, Enshi a prefecture and its city.
What stands behind except, excluding or not available in is never included: it is taken out of the place before it, if
that holds it (Hubei except Enshi), else an exclusion of what nobody said.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from . import result as verdict
from .english_country import but_of_all
from .fuzzy import usual_sounds
from .index import Index
from .items import opened
from .normalize import fold
from .result import Result, Token, taken_out
from .unit import COUNTRY_CODE, COUNTY, PREFECTURE, PROVINCE, Unit

_LIST = re.compile(r"[a-zà-üA-ZÀ-Ü][\sa-zà-üA-ZÀ-Ü\d'’.,;/|&()\-–—•·+、，；（）:：]*$")
_APART = re.compile(r"(?<=\S\s)[–—•·+\-](?=\s\S)")  # Tangshan – Baoding
_ITEM = re.compile(r"[^,;/|&()、，；（）\n]+")
_JOINT = re.compile(r"\s{1,4}(?:and|or|nor|as well as)\s{1,4}", re.I)
_LEAD = re.compile(
    r"^(?:(?:and|but|the|(?:all|every) (?:districts?|counties|cities|parts?|areas) (?:of|in)|all of|all|whole of|city of|province of|in|to|for|(?:everywhere|anywhere) in|throughout|across|all over|we (?:(?:currently|now|only|also|can) ){0,3}(?:ship|deliver|serve|cover|service)(?: to| in)?(?: only)?(?: (?:all|every) (?:districts?|counties|cities|parts?|areas) (?:of|in)| all of)?|(?:we are )?available (?:in|to)?|ships? to|delivers? to"
    r"|(?:our |the )?(?:branches|stores|outlets|offices|engineers|technicians|service (?:areas|centers|centres|points)) are (?:located |based )?in"
    r"|serving|served|covers?|covering|available(?= nationwide))\s+){1,3}",
    re.I,
)
# Turns the sense of what follows, up to the end of its bracket or sentence.
_TURN = re.compile(
    r"\b(?:(?:but )?(?:(?:we |they |it )?(?:is|are|do|does|can|will|has|have) )?(?:not|never)(?: (?:yet|currently|be|been|have|any))*"
    r"(?: (?:available|served?|serving|covered|cover|supported|including|included|offered|operate|branch(?:es)?|outlets?|service|deliver\w*|ship\w*|in|to))*"
    r"|no (?:service|coverage|delivery|shipping)|unavailable|unserved|exclud\w*|exclusions?|except(?:ing|ions?)?(?: for)?|without|minus|other than|apart from|outside|suspended"
    r"|(?:do(?:es)?|can|will|is|are)n[o'’]t(?: \w+){0,2}?(?: to| in)?|cannot)\b(?: (?:in|to|for|from))?",
    re.I,
)
# A label before a list: what stands behind it is served, or lies in the place that it is.
_LABEL = re.compile(r"(?:^|(?<=[;\n]))\s{0,4}(?P<words>[^:：,;，；()（）\n]{2,40})[:：]\s*(?=\S)")
_SAYS_SERVED = re.compile(
    r"(?:(?:our|we|the|all|service|services|serviced|delivery|shipping|covered|coverage|current|repair|sales|available|open)\s+)*"
    r"(?:branch(?:es)?|coverage|areas?|cities|city|locations?|regions?|provinces?|districts?|outlets?|stores?|zones?|list|available(?: in)?|serv(?:e|es|ed|ing)|cover(?:s|ed)?|deliver(?:y|s)?(?: to)?|ship(?:s|ping)?(?: to)?|services?)",
    re.I,
)
# What keeps two levels of one place apart: Lanzhou, Gansu; Gansu | Lanzhou.
_LEVELS = re.compile(r"\s{0,4}(?:[,/|，]|\bin\b)?\s{1,4}|\s{0,4}[,/|，]\s{0,4}")
_PROVINCE = re.compile("(?!11|12|31|50|71|81|82)..0000")  # with cities of its own
_PAUSE = re.compile(r"[;；\n]|\.\s")
_ONLY_WORD = re.compile("only(?: in)?", re.I)
_ONLY = re.compile(r"^only\s+|\s+only$", re.I)
# In the bracket behind a place: all of it.
_WHOLE = re.compile(
    r"(?:the )?(?:all|every|whole|entire)(?: of)?(?: (?:its|the))?(?: (?:districts?|counties|county|cit(?:y|ies)|provinces?|areas?|parts?|regions?))*",
    re.I,
)
_OF = re.compile(r"(.{1,60}?)\s{1,4}(?:of|in)\s{1,4}(.+)$", re.I)
_KINDS = (
    (re.compile(r"\s{0,4}\b(?:province|autonomous region|sar)$", re.I), (PROVINCE,)),
    (re.compile(r"\s{0,4}\b(?:city|municipality|prefecture|autonomous prefecture|league)$", re.I), (PREFECTURE, COUNTY)),
    (re.compile(r"\s{0,4}\b(?:district|county|banner|autonomous county|new area)$", re.I), (COUNTY,)),
)  # fmt: skip
_ENDINGS = (
    "zizhiqu",
    "zizhizhou",
    "zizhixian",
    "zizhiqi",
    "xinqu",
    "diqu",
    "sheng",
    "shi",
    "qu",
    "xian",
    "meng",
    "qi",
)
_NAMES = {
    "hongkong": "810000", "macau": "820000", "macao": "820000", "taiwan": "710000", "tibet": "540000", "xizang": "540000",
    "innermongolia": "150000", "neimenggu": "150000", "shaanxi": "610000", "shanxi": "140000", "guangxi": "450000", "ningxia": "640000",
    "xinjiang": "650000", "harbin": "230100", "hohhot": "150100", "urumqi": "650100", "lhasa": "540100", "peking": "110000",
    "canton": "440100", "garze": "513300", "ngawa": "513200", "ordos": "150600", "qiqihar": "230200", "kashgar": "653100", "shigatse": "540200", "mainlandchina": "", "china": "100000",
    "nationwide": "100000", "provinces": "100000", "wholecountry": "100000", "entirecountry": "100000", "allprovinces": "100000", "nationwidecoverage": "100000",
    "nationwideservice": "100000", "nationwidedelivery": "100000", "nationwideshipping": "100000",
}  # fmt: skip


_VAST = ("自治州", "地区", "盟")  # prefectures that bear the name of a city of theirs


def is_english(text: str) -> bool:
    return _LIST.match(text.strip()) is not None


def says_more(text: str) -> bool:
    """Whether a text in Latin letters is more than one name: a list, levels of one place, or an exception."""
    return (
        re.search(r"[,;/|&:()，；：（）\n]|\b(?:in|of|and)\b", text.strip()) is not None
        or _TURN.search(text) is not None
    )


def leads(words: str) -> bool:
    """Whether words only lead to the places behind them: Only; We currently serve."""
    words = words.strip()
    return (
        bool(_ONLY_WORD.fullmatch(words))
        or (lead := _LEAD.match(words + " ")) is not None
        and lead.end() > len(words)
    )


class English:
    def __init__(self, index: Index):
        self.index = index
        self._spelt: dict[str, list[Unit]] = {}

    def tokens(self, line: str, heading: Sequence[str] = ()) -> list[Token] | None:
        """The items of a list in Latin letters; None where not one of them is a place."""
        found = list[Token]()
        line = _APART.sub(",", line)
        if (out := but_of_all(line)) is not None and (whole := self._but_of_all(line, *out)) is not None:
            return [whole]
        labels = list(_LABEL.finditer(line))
        ends = [label.start() for label in labels[1:]] + [len(line)]
        if not labels or labels[0].start():
            found += self._stretch(line, 0, labels[0].start() if labels else len(line), heading)
        for label, end in zip(labels, ends, strict=False):
            found += self._labelled(line, label, end, heading)
        return found if any(token.result.status != verdict.UNKNOWN for token in found) else None

    def _but_of_all(self, line: str, first: int, last: int) -> Token | None:
        """The whole country without the places of line[first:last], if every one of them is sure."""
        out = self._listed(line, first, last, ())
        codes = [token.result.code for token in out]
        if not all(codes) or not codes:
            return None
        marks = tuple({**item, "kind": "except"} for token in out for item in token.result.evidence)
        every = {"span": [0, len(line)], "text": line, "code": COUNTRY_CODE, "kind": "country"}
        result = Result(
            line, verdict.RULES, include=(COUNTRY_CODE,), exclude=tuple(code for code in codes if code),
            evidence=(every, *marks), release=self.index.edition or None,
        )  # fmt: skip
        return Token(line, 0, len(line), result)

    def _labelled(self, line: str, label: re.Match[str], end: int, heading: Sequence[str]) -> list[Token]:
        """What stands behind a label: it is served, it lies in the place that the label is, or nobody knows."""
        words = label["words"].strip()
        place = self._read(words, words, tuple(heading), [])
        if _TURN.search(words):
            return self._stretch(line, label.start(), end, heading)
        if place.code:
            return self._stretch(line, label.end(), end, (place.code,))
        behind = self._stretch(line, label.end(), end, heading)
        if _SAYS_SERVED.fullmatch(words):
            return behind
        return [replace(token, result=opened(token.result, words)) for token in behind]

    def _stretch(self, line: str, at: int, end: int, heading: Sequence[str]) -> list[Token]:
        found = list[Token]()
        while at < end:
            turn = _TURN.search(line, at, end)
            served = self._listed(line, at, turn.start() if turn else end, heading)
            if turn is None:
                found += served
                break
            before = line[at : turn.start()]
            bracketed = sum(map(before.count, "(（")) > sum(map(before.count, ")）"))
            shut = (
                re.compile("[)）]").search(line, turn.end(), end)
                if bracketed
                else _PAUSE.search(line, turn.end(), end)
            )
            at = shut.end() if shut else end
            found += self._without(line, served, turn.end(), at, heading, bracketed)
        return found

    def _without(
        self, line: str, served: list[Token], start: int, end: int, heading: Sequence[str], bracketed: bool
    ) -> list[Token]:
        """What is served, without the items of line[start:end]; where these are not sure, nothing is."""
        base = served[-1] if served and not _PAUSE.search(line, served[-1].end, start) else None
        if base and not bracketed and (apart := self._held_by_one(line, served, start, end)):
            return [*served, *apart]
        code = base.result.code if base else None
        if base and base.result.candidates == (COUNTRY_CODE,):
            code = COUNTRY_CODE
        within = (code,) if code and code != COUNTRY_CODE else tuple(heading)
        out = self._listed(line, start, end, within)
        if base is None:
            return [*served, *[_refused(token) for token in out]]
        if not out and bracketed:  # Nanjing, Suzhou (suspended)
            shut = line.rfind("(", base.end, start) + 1 or start
            return [*served[:-1], self._remarked(line, base, shut, start, end)]
        if not out:
            return [_refused(token) for token in served]  # Tibet is not available
        units = [self.index.find(token.result.code) for token in out if token.result.code]
        held = all(unit is not None and code in unit.up for unit in units) and len(units) == len(out)
        last = end if bracketed else out[-1].end
        text = line[base.start : last]
        if code is None or not held or _TURN.search(line, start, end):
            parent = None if code == COUNTRY_CODE else code
            opened = replace(
                base.result, status=verdict.PARTIAL, code=None, parent=parent, rest=text, rest_kind="other"
            )
            opened = replace(opened, include=(), exclude=())
            return [*served[:-1], replace(base, result=opened), *[_refused(token) for token in out]]
        marks = tuple({**item, "kind": "except"} for token in out for item in token.result.evidence)
        result = Result(
            text, verdict.RULES, include=(code,), exclude=tuple(unit.code for unit in units if unit),
            evidence=(*base.result.evidence, *marks), release=self.index.edition or None,
        )  # fmt: skip
        return [*served[:-1], Token(text, base.start, last, result)]

    def _held_by_one(self, line: str, served: list[Token], start: int, end: int) -> list[Token]:
        """Jiangsu, Zhejiang and Shanghai, except Xuzhou: what is taken out, where the last place does not hold it and others do."""
        codes = [token.result.code for token in served]
        if len(codes) < 2 or not all(codes) or _TURN.search(line, start, end):
            return []
        out = self._listed(line, start, end, tuple(code for code in codes if code))
        units = [self.index.find(token.result.code) for token in out if token.result.code]
        inside = [next((code for code in codes if unit and code in unit.up), None) for unit in units]
        if len(units) < len(out) or not all(inside) or not inside or codes[-1] in inside:
            return []
        return [replace(token, result=replace(_refused(token).result, status=verdict.RULES)) for token in out]

    def _listed(self, line: str, first: int, last: int, heading: Sequence[str]) -> list[Token]:
        """The items of line[first:last], in which nothing turns the sense."""
        found: list[Token] = []
        above: tuple[str, ...] = tuple(heading)
        base: Token | None = None
        for name, start, end, inside in _items(line, first, last):
            if inside and base is not None and _WHOLE.fullmatch(line[start:end]):
                continue  # Shanghai (all districts)
            within = (base.result.code,) if inside and base and base.result.code else above
            result = self._read(line[start:end], name, within, found)
            if inside and base is not None and result.status == verdict.UNKNOWN and found[-1:] == [base]:
                found[-1] = base = self._remarked(line, base, start, end, last)
                continue  # Chengdu (urban area): nobody knows what the words take from it
            if inside and base is not None and found[-1:] == [base] and result.status != verdict.UNKNOWN:
                found.pop()  # Hangzhou (Xihu District): only this part of it
                start = base.start
                result.text = line[start:end]
            for item in result.evidence:
                item["span"], item["text"] = [start, end], line[start:end]
            token = Token(line[start:end], start, end, result)
            base = base if inside else token
            found.append(token)
        return self._as_levels(line, found)

    @staticmethod
    def _remarked(line: str, base: Token, start: int, end: int, last: int) -> Token:
        """A place with the bracket behind it, of which line[start:end] is not known."""
        shut = re.compile("[)）]").search(line, end, last)
        end = shut.end() if shut else end
        text, was = line[base.start : end], base.result
        if was.code is None:
            return Token(text, base.start, end, replace(was, text=text))
        rest = line[start : shut.start() if shut else end]
        opened = replace(
            was, text=text, status=verdict.PARTIAL, code=None, parent=was.code, rest=rest, rest_kind="note"
        )
        return Token(text, base.start, end, opened)

    def _as_levels(self, line: str, tokens: list[Token]) -> list[Token]:
        """Lanzhou, Gansu; Gansu | Lanzhou; Tianhe District, Guangzhou, Guangdong: one place, said from below or from above."""
        found: list[Token] = []
        downwards = set[int]()  # where a place begins that is said from above
        for token in reversed(tokens):
            behind = found[-1] if found else None
            if behind is not None and _LEVELS.fullmatch(line, token.end, behind.start):
                up, down = self._inside(token, behind.result.code), self._inside(behind, token.result.code)
                if may := up or down:
                    text = line[token.start : behind.end]
                    inner = token.result if up else behind.result
                    code, several = (may[0], ()) if len(may) == 1 else (None, may)
                    status = (
                        verdict.RESOLVED if code else verdict.AMBIGUOUS
                    )  # Yunnan, Dali: the prefecture or its city
                    one = replace(inner, status=status, code=code, candidates=several, text=text)
                    found[-1] = Token(text, token.start, behind.end, one)
                    downwards |= set() if up else {token.start}
                    continue
            found.append(token)
        if any(_PROVINCE.fullmatch(token.result.code or "") for token in found):
            # Hubei, Guangdong, Shenzhen: provinces are listed, and of one of them nobody knows whether it is
            found = [self._or_listed(token) if token.start in downwards else token for token in found]
        return found[::-1]

    @staticmethod
    def _or_listed(token: Token) -> Token:
        codes = token.result.candidates or (token.result.code or "",)
        either = replace(
            token.result, status=verdict.AMBIGUOUS, code=None, candidates=(f"{codes[0][:2]}0000", *codes)
        )
        return replace(token, result=either)

    def _inside(self, token: Token, code: str | None) -> tuple[str, ...]:
        """The places inside `code` that an item may name."""
        result = token.result
        codes = [result.code] if result.code else list(result.candidates)
        units = [unit for each in codes if each and (unit := self.index.find(each)) and code in unit.up]
        return tuple(unit.code for unit in units) if code != COUNTRY_CODE else ()

    def _read(self, text: str, name: str, within: tuple[str, ...], before: list[Token]) -> Result:
        part_of = ""
        if (parts := _OF.match(name)) is not None:
            above = [unit.code for unit in self._bearers(parts[2]) if unit.level <= PREFECTURE]
            if above:
                name, within, part_of = parts[1], tuple(above), above[0]
        levels: tuple[int, ...] = (PROVINCE, PREFECTURE)
        for pattern, kinds in _KINDS:
            stem = pattern.sub("", name)
            if stem != name and stem:
                name, levels = stem, kinds
                break
        units = self._bearers(name)
        if within:
            units = [
                unit for unit in units if any(code == unit.code or code in unit.holders for code in within)
            ]
        near = [unit for unit in units if unit.level in levels] or (
            units if within and len(units) == 1 else []
        )
        if len(near) > 1 and COUNTY in levels and not within:
            listed = {token.result.code for token in before if token.result.code}
            near = [unit for unit in near if listed & set(unit.holders)] or near
        if len(near) > 1 and {unit.level for unit in near} == {PROVINCE, PREFECTURE}:
            near = [unit for unit in near if unit.level == PROVINCE]
        sure = len(near) == 1 and (near[0].level <= PREFECTURE or bool(within) or len(units) == 1)
        if sure and not within and levels == (PROVINCE, PREFECTURE) and near[0].name.endswith(_VAST):
            sure, near = len(units) == 1, units  # Enshi is the prefecture or its city
        mark = {
            "span": [0, len(text)],
            "text": text,
            "code": near[0].code if near else None,
            "kind": "pinyin",
        }
        release = self.index.edition or None
        if sure:
            return Result(text, verdict.RESOLVED, near[0].code, evidence=(mark,), release=release)
        codes = tuple(unit.code for unit in (near or units))[:12]
        if not codes and part_of:  # Some districts of Nanjing
            return Result(text, verdict.PARTIAL, parent=part_of, rest=name, rest_kind="part", release=release)
        if not codes:
            return Result(text, verdict.UNKNOWN, rest=text, rest_kind="other", release=release)
        status = verdict.AMBIGUOUS if len(codes) > 1 else verdict.SUGGESTION
        return Result(text, status, candidates=codes, evidence=(mark,), release=release)

    def _bearers(self, name: str) -> list[Unit]:
        if not self._spelt:
            self._spelt = self._build()
        plain = "".join(ch for ch in fold(name)[0].replace("ü", "v") if ch.isascii() and ch.isalpha())
        if code := _NAMES.get(plain):
            return [self.index.current[code]] if code in self.index.current else []
        return self._spelt.get(plain, []) if len(plain) > 2 else []

    def _build(self) -> dict[str, list[Unit]]:
        spelt: dict[str, list[Unit]] = defaultdict(list)
        sounds = usual_sounds()
        for unit in self.index.current.values():
            plain = "".join(ch for ch in unit.pinyin.lower() if ch.isascii() and ch.isalpha())
            names = {plain}
            for ending in _ENDINGS:
                if plain.endswith(ending) and len(plain) > len(ending) + 2:
                    names.add(plain[: -len(ending)])
                    break
            if unit.level == PREFECTURE and unit.name.endswith(_VAST):
                names.add("".join(sounds.get(ch, "") for ch in unit.short))
            for name in names:
                if name:
                    spelt[name].append(unit)
        return spelt


def _refused(token: Token) -> Token:
    return replace(token, result=taken_out(token.result))


def _items(line: str, first: int, last: int) -> Iterator[tuple[str, int, int, bool]]:
    """(name, start, end, in a bracket) of every item."""
    depth, seen = 0, first
    for found in _ITEM.finditer(line, first, last):
        between = line[seen : found.start()]
        depth += sum(map(between.count, "(（")) - sum(map(between.count, ")）"))
        seen = at = found.start()
        inside = depth > 0
        begin = 0
        for part in [*_JOINT.finditer(found[0]), None]:
            stop = part.start() if part else len(found[0])
            text = found[0][begin:stop]
            lead = None if inside and _WHOLE.fullmatch(text.strip()) else _LEAD.match(text.strip())
            name = text.strip()[lead.end() if lead else 0 :].strip(" .:")
            name = _ONLY.sub("", name)
            if name:
                start = at + begin + text.index(name)
                yield name, start, start + len(name), inside
            begin = part.end() if part else stop
