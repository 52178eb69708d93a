"""What a string of digits is under China's numbering plan.

Source of the shapes: 电信网编号计划 (2017 edition), MIIT notice 工信部信管〔2017〕68号, in force since 2017-04-13; for the
length of 95 and 96 codes the ministry's 关于规范管理短号码位长的意见 (five and six digits). 95 codes that their holders
lengthened to seven or eight digits are in wide use and are accepted.

Shape is all that is judged here: a number of the right shape is *well-formed*, which says nothing about who answers it.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from phonenumbers import PhoneNumber, is_valid_number

from regions.said import said as _

KINDS = {
    "toll_free_400": "400 number (caller and owner share the charge)",
    "toll_free_800": "800 number (the owner pays)",
    "short_95": "95 short code (national)",
    "short_96": "96 short code (another owner in each province)",
    "short_12": "12 short code (public service)",
    "code_1010": "1010 number (national, eight digits)",
    "code_9510": "9510 number (national, eight digits)",
    "fixed": "fixed line with area code",
    "mobile": "mobile",
    "other": "other: 10 and 11 service codes, numbers of other countries",
}

# In this order: the first shape that fits decides.
_SHAPES = [
    ("toll_free_400", re.compile(r"400\d{7}", re.A)),
    ("toll_free_800", re.compile(r"800\d{7}", re.A)),
    ("mobile", re.compile(r"1[3-9]\d{9}", re.A)),
    ("fixed", re.compile(r"0(?:10|2\d)\d{8}|0[3-9]\d\d\d{7,8}", re.A)),
    ("code_1010", re.compile(r"1010\d{4}", re.A)),
    ("code_9510", re.compile(r"9510\d{4}", re.A)),
    ("short_95", re.compile(r"95\d{3,6}", re.A)),
    ("short_96", re.compile(r"96\d{3,4}", re.A)),
    ("short_12", re.compile(r"12[02]|12\d{3}", re.A)),
    # 110, 112, 114, 119; operators 10xxx; post 1118x; 116xx, 118xx and the two six-digit directory services.
    ("other", re.compile(r"11[0249]|10\d{3}|1118\d|11[68]\d\d|11[68]114", re.A)),
    ("other", re.compile(r"\+(?!86)[1-9]\d{6,13}", re.A)),
]

SHORT = frozenset({"short_95", "short_96", "short_12", "code_1010", "code_9510", "other"})


class Verdict(NamedTuple):
    """The shape of one number: `reason` says why `well_formed` is false."""

    kind: str
    well_formed: bool
    reason: str


def kind_of(digits: str) -> str:
    """The kind whose shape the canonical digits have, or "" where none fits."""
    return next((kind for kind, shape in _SHAPES if shape.fullmatch(digits)), "")


def is_well_formed(digits: str) -> bool:
    """Whether canonical digits have a shape and keep to it."""
    verdict = judge(digits)
    return verdict is not None and verdict.well_formed


@lru_cache(maxsize=4096)
def judge(digits: str) -> Verdict | None:
    """The verdict on canonical digits; None where no shape fits.

    The public numbering metadata (libphonenumber) is asked only where it is reliable: area codes and
    their lengths, mobile prefixes, other countries. It does not know 400 numbers and short codes well.
    """
    kind = kind_of(digits)
    if not kind:
        return None
    if kind == "fixed" and not is_valid_number(PhoneNumber(86, int(digits))):
        return Verdict(
            kind, False, _("no such area code, or another length is used there: compare with the source")
        )
    if kind == "mobile" and not is_valid_number(PhoneNumber(86, int(digits))):
        return Verdict(kind, False, _("mobile prefix that is not in use: compare with the source"))
    if digits.startswith("+") and not _foreign_is_valid(digits):
        return Verdict(kind, False, _("not a number of that country: compare with the source"))
    return Verdict(kind, True, "")


def _foreign_is_valid(digits: str) -> bool:
    from phonenumbers import NumberParseException, parse

    try:
        return is_valid_number(parse(digits))
    except NumberParseException:
        return False


def area_code(digits: str) -> str:
    """The area code, with its 0, of a canonical fixed line."""
    return digits[:3] if digits[1] in "12" else digits[:4]


def display(digits: str) -> str:
    """The canonical digits grouped for reading: 400-1865-909, 138-0013-8000, 021-63000000."""
    kind = kind_of(digits)
    if kind in ("toll_free_400", "toll_free_800", "mobile"):
        return f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"
    if kind == "fixed":
        area = area_code(digits)
        return f"{area}-{digits[len(area) :]}"
    if kind in ("code_1010", "code_9510"):
        return f"{digits[:4]}-{digits[4:]}"
    return digits


def e164(digits: str, extension: str = "") -> str:
    """The canonical digits as programs dial them from anywhere, RFC 3966: +864001865909, +862163000000;ext=801.

    Empty for short codes, which ring inside China only. An extension that is no number is left out.
    """
    kind = kind_of(digits)
    if digits.startswith("+"):
        number = digits
    elif not kind or kind in SHORT:
        return ""
    else:
        number = "+86" + digits.removeprefix("0")
    return f"{number};ext={extension}" if extension.isascii() and extension.isdigit() else number
