"""Lists in Latin letters: Beijing, Hangzhou (Xihu District), Zhejiang.

A name is certain where one province or city is spelt so, or, with its kind beside it (Xihu District), one county inside
what the list has named. Everything else is left with its candidates: Suzhou is 苏州 and 宿州.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from . import result as verdict
from .index import Index
from .normalize import fold
from .result import Result, Token
from .unit import COUNTY, PREFECTURE, PROVINCE, Unit

_LIST = re.compile(r"[a-zà-üA-ZÀ-Ü][\sa-zà-üA-ZÀ-Ü'’.,;/&()\-、，；（）:]*$")
_ITEM = re.compile(r"[^,;/&()、，；（）\n]+")
_JOINT = re.compile(r"\s{1,4}(?:and|as well as)\s{1,4}", re.I)
_LEAD = re.compile(r"^(?:and|the|all of|whole of|city of|province of|in)\s+", re.I)
_OF = re.compile(r"(.{1,60}?)\s{1,4}(?:of|in)\s{1,4}(.+)$", re.I)
_KINDS = (
    (re.compile(r"\s{0,4}\b(?:province|autonomous region|sar)$", re.I), (PROVINCE,)),
    (re.compile(r"\s{0,4}\b(?:city|municipality|prefecture|autonomous prefecture|league)$", re.I), (PROVINCE, PREFECTURE, COUNTY)),
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
    "canton": "440100", "qiqihar": "230200", "kashgar": "653100", "shigatse": "540200", "mainlandchina": "", "china": "100000",
}  # fmt: skip


def is_english(text: str) -> bool:
    return _LIST.match(text.strip()) is not None


class English:
    def __init__(self, index: Index):
        self.index = index
        self._spelt: dict[str, list[Unit]] = {}

    def tokens(self, line: str, heading: Sequence[str] = ()) -> list[Token] | None:
        """The items of a list in Latin letters; None where not one of them is a place."""
        found: list[Token] = []
        above: tuple[str, ...] = tuple(heading)
        base: Token | None = None
        for name, start, end, inside in _items(line):
            within = (base.result.code,) if inside and base and base.result.code else above
            result = self._read(line[start:end], name, within, found)
            if inside and base is not None and found[-1:] == [base] and result.status != verdict.UNKNOWN:
                found.pop()  # Hangzhou (Xihu District): only this part of it
                start = base.start
                result.text = line[start:end]
            for item in result.evidence:
                item["span"], item["text"] = [start, end], line[start:end]
            token = Token(line[start:end], start, end, result)
            base = base if inside else token
            found.append(token)
        return found if any(token.result.status != verdict.UNKNOWN for token in found) else None

    def _read(self, text: str, name: str, within: tuple[str, ...], before: list[Token]) -> Result:
        if (parts := _OF.match(name)) is not None:
            above = [unit.code for unit in self._bearers(parts[2]) if unit.level <= PREFECTURE]
            if above:
                name, within = parts[1], tuple(above)
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
        near = [unit for unit in units if unit.level in levels]
        if len(near) > 1 and COUNTY in levels and not within:
            listed = {token.result.code for token in before if token.result.code}
            near = [unit for unit in near if listed & set(unit.holders)] or near
        if len(near) > 1 and {unit.level for unit in near} == {PROVINCE, PREFECTURE}:
            near = [unit for unit in near if unit.level == PROVINCE]
        sure = len(near) == 1 and (near[0].level <= PREFECTURE or bool(within) or len(units) == 1)
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
        for unit in self.index.current.values():
            plain = "".join(ch for ch in unit.pinyin.lower() if ch.isascii() and ch.isalpha())
            names = {plain}
            for ending in _ENDINGS:
                if plain.endswith(ending) and len(plain) > len(ending) + 2:
                    names.add(plain[: -len(ending)])
                    break
            for name in names:
                if name:
                    spelt[name].append(unit)
        return spelt


def _items(line: str) -> Iterator[tuple[str, int, int, bool]]:
    """(name, start, end, in a bracket) of every item."""
    depth = seen = 0
    for found in _ITEM.finditer(line):
        between = line[seen : found.start()]
        depth += sum(map(between.count, "(（")) - sum(map(between.count, ")）"))
        seen = at = found.start()
        inside = depth > 0
        begin = 0
        for part in [*_JOINT.finditer(found[0]), None]:
            stop = part.start() if part else len(found[0])
            text = found[0][begin:stop]
            lead = _LEAD.match(text.strip())
            name = text.strip()[lead.end() if lead else 0 :].strip(" .:")
            if name:
                start = at + begin + text.index(name)
                yield name, start, start + len(name), inside
            begin = part.end() if part else stop
