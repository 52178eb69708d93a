"""Every number of a text that somebody pasted to ask about its numbers: none is dropped.

The finder reads what a page prints, where digits mean many things and a word has to say that they are a number. Here it
was asked for: what the finder left is told too, if it could be a number: local ones, cut-off ones, masked ones, short
ones that people know. Prices, dates, codes of divisions (6, 9 or 12 digits), house and model numbers are none.
"""

import itertools
import re
from dataclasses import replace

from regions.said import said as _

from . import context, plan
from .areas import area_codes
from .finder import DATE, NO_AREA, Number, find_numbers
from .folding import fold
from .masks import HIDES, HIDING, LETTERS, in_digits

# 400_1865_909, 0813/7201234: any one mark in the place of the dash.
_ODD = r"[_~/=+,;:|&、'\"“”]"
_oddly_joined = re.compile(
    rf"(?<![0-9A-Za-z_-])(?:[48]00({_ODD})(?:[0-9]{{4}}\1[0-9]{{3}}|[0-9]{{3}}\1[0-9]{{4}})|[48]00{_ODD}[0-9]{{7}}|0[0-9]{{2,3}}{_ODD}[0-9]{{7,8}})(?![0-9A-Za-z_-])"
)
_EDGES = r"(?<![0-9A-Za-z@_#*×+.-]){}(?![0-9A-Za-z@_*×]|[.-][0-9A-Za-z])"
_masked = re.compile(
    rf"(?<![0-9A-Za-z@_#*×.-])(?:[48]00|0[1-9]|1[3-9]|1010|95|96|12)(?:[-. ]?[0-9{HIDING}]){{2,12}}(?![0-9A-Za-z])"
)
_cut = re.compile(_EDGES.format(r"(?:[48]00(?:[- ][0-9]{1,4}){1,3}|1[3-9][0-9][- ][0-9]{4}[- ][0-9]{1,3}|0[1-9][0-9]{1,2}[-) ] ?[0-9]{3,7})"))  # fmt: skip
_whole = re.compile(_EDGES.format(r"(?:[0-9]{5,13}|[2-8][0-9]{2,3}-[0-9]{4})"))
# Short numbers that need no word: what else has five digits is rarer than they are.
_short = re.compile(
    r"95[0-9]{3,6}|96[0-9]{3,4}|12[0-9]{3}|100(?:00|10|86|99)|1118[0-9]|11[68]114|1010[0-9]{4}"
)
# 四零零一八六五九零九, 400一1865一909
_numerals = re.compile(
    r"(?<![0-9A-Za-z〇零一二三四五六七八九幺])(?=[0-9 -]*[〇零一二三四五六七八九幺])[0-9〇零一二三四五六七八九幺](?:[ -]?[0-9〇零一二三四五六七八九幺]){6,14}(?![0-9A-Za-z〇零一二三四五六七八九幺])"
)
_house = re.compile(r" ?(?:[号室栋路弄升转](?![0-9])|毫升|公斤|[a-zA-Z])")
_token = re.compile(
    rf"(?:1[3-9][0-9] [0-9]{{4}} [0-9]{{4}}|[48]00 [0-9]{{3,4}} [0-9]{{3,4}})(?![0-9-])|[0-9][0-9{HIDING}-]*"
)
# 梅园一里261-1183: a building and a room.
_building = re.compile(r"[区苑村湾园城里期弄楼幢栋府庭郡邸庄路街巷道厦镇组院坊寓居座] ?$")
# An account that is a mobile rings too: 微信13812345678.
_account = re.compile(
    r"(?:微信|支付宝|wechat|weixin|wx|vx)(?:同?号|号码|群|为|是)?[\s:：=(（,，\"'“”‘’#-]{0,4}$", re.IGNORECASE
)
_mobile = re.compile(r"1[3-9][0-9]{9}")
_years = re.compile(r"(?:19|20)[0-9]{2}-(?:19|20)[0-9]{2}")

_CUT = _("digits are missing: give the whole number")


def every_number(text: str) -> list[Number]:
    """What `find_numbers` finds, and between it what else could be a number: short ones read, all others refused."""
    plain = _parted(_oddly_joined.sub(lambda match: re.sub(_ODD, "-", match[0]), text))
    found = [replace(number, raw=text[number.start : number.end]) for number in find_numbers(plain)]
    folded = fold(plain)
    for reading, judge in (
        (_masked, _hidden),
        (_numerals, _spelt_out),
        (_cut, _cut_off),
        (_whole, _left),
    ):
        for match in reading.finditer(folded.text):
            start, end = folded.span(*match.span())
            inside = [number for number in found if number.start < end and start < number.end]
            # What the finder refused is said better as a part of the whole.
            if any(
                each.canonical or each.reason in (HIDES, _CUT) or each.start < start or each.end > end
                for each in inside
            ):
                continue
            verdict = None if _is_something_else(folded.text, match) else judge(match[0])
            if verdict:
                found = [number for number in found if number not in inside]
                found.append(_number(text, start, end, *verdict))
    return sorted(found, key=lambda number: number.start)


def _parted(text: str) -> str:
    """Blanks between two numbers, each written without one, part them: 7201234 400-1865-909."""
    tokens = list(_token.finditer(text))
    for one, other in itertools.pairwise(tokens):
        gap = text[one.end() : other.start()]
        if gap and len(gap) <= 3 and not gap.strip(" \u3000") and _is_whole(one[0]) and _is_whole(other[0]):
            text = text[: one.end()] + ";" * len(gap) + text[other.start() :]
    return text


def _is_whole(token: str) -> bool:
    digits = re.sub("[ -]", "", token)
    return len(digits) > 6 or bool(_short.fullmatch(token)) or not digits.isdigit()


def _number(text: str, start: int, end: int, digits: str, reason: str) -> Number:
    kind = plan.kind_of(digits) or "other"
    return Number(
        canonical=digits,
        kind=kind,
        extension="",
        display=plan.display(digits) if digits else "",
        raw=text[start:end],
        start=start,
        end=end,
        well_formed=bool(digits),
        needs_region=kind == "short_96",
        reason=reason,
    )


def _is_something_else(text: str, match: re.Match[str]) -> bool:
    """An amount, a date, a house, an identifier."""
    before = context.window(text, match.start())
    if _mobile.fullmatch(match[0]) and _account.search(before):
        return False
    clause = text[match.end() : match.end() + 1] in (":", "~")  # 7201234: 张师傅
    return bool(
        context.says_identifier(before)
        or context.is_amount(text, match.end(), short=not clause)
        or _house.match(text, match.end())
        or DATE.fullmatch(match[0])
        or _years.fullmatch(match[0])
        or ("-" in match[0] and match[0][0] not in "048" and _building.search(before))
    )


def _is_range(found: str) -> bool:
    """800-1200, 2000-3500: round figures."""
    first, _dash, last = found.partition("-")
    return first.endswith("00") and last.endswith("0") and len(last) in (3, 4)


def _hidden(found: str) -> tuple[str, str] | None:
    hiding = sum(found.count(mark) for mark in HIDING)
    digits = sum(char.isdigit() for char in found)
    dimension = re.fullmatch(r"[0-9]+(?:[xX*×][0-9]+){1,3}", found)
    if not hiding or dimension or digits + hiding < 5 or (hiding < 2 and digits < 7):
        return None
    return "", HIDES


def _spelt_out(found: str) -> tuple[str, str] | None:
    """Numerals that are a whole number where they are written as digits."""
    read = [number for spelling in in_digits(found) for number in find_numbers(spelling, expected=True)]
    return ("", LETTERS) if any(len(number.canonical) > 6 for number in read) else None


def _cut_off(found: str) -> tuple[str, str] | None:
    """The beginning of a 400 or 800 number, a mobile or a fixed line, and less than the whole."""
    digits = re.sub("[^0-9]", "", found)
    if _is_range(found) or len(digits) < 7:
        return None
    if digits[0] == "0":
        known = digits[:3] in area_codes() or digits[:4] in area_codes()
        return ("", _CUT) if known and len(digits) < 11 else None
    return ("", _CUT) if len(digits) < (11 if digits[0] == "1" else 10) else None


def _left(found: str) -> tuple[str, str] | None:
    digits = found.replace("-", "")
    count = len(digits)
    if "-" in found and _is_range(found):
        return None
    if _short.fullmatch(digits) and plan.is_well_formed(digits):
        return digits, ""
    if _mobile.fullmatch(found) and plan.is_well_formed(found):
        return found, ""
    if count in (7, 8) and digits[0] in "2345678":
        return "", NO_AREA
    if count in (7, 8, 10) and digits[0] in "01" or count == 9 and digits[:3] in ("400", "800"):
        return "", _CUT
    if count in (7, 8, 10, 11, 13) or (count == 12 and digits[0] in "0489"):
        return "", _("%(count)s digits that fit no number of the plan: compare with the source", count=count)
    return None
