"""Lines that take something out of a place: 甘肃省除甘南外. Of these the place alone is never offered, and never taken with others."""

import re
from dataclasses import dataclass

from regions.choices import Verdict
from regions.codes import codes_below
from regions.models import ImportLine
from regions.resolver.brackets import EXCEPT, NOT_SERVED

_SAYS = re.compile(
    rf"{EXCEPT.pattern}|除外|[以之]外|非(?![遗洲凡常])|{NOT_SERVED}|\b(?:without|other than|apart from)\b",
    re.I,
)
_UNREAD = {"other", "part", "division"}


@dataclass(frozen=True, slots=True)
class Carving:
    """What such a line says whole: regions, and what is taken out of them."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]

    @property
    def value(self) -> str:
        return f"{','.join(self.include)}-{','.join(self.exclude)}"


def takes_out(line: ImportLine) -> bool:
    """True when an open line says of a place that something in it is not meant, whether or not that was understood."""
    if line.verdict == Verdict.RESOLVED:
        return False
    return bool(_taken_out(line.result)) or _SAYS.search(line.token) is not None


def carving_of(line: ImportLine) -> Carving | None:
    """What a line that takes something out says, where every word of it was read; else None."""
    exclude = _taken_out(line.result)
    if not exclude or left_over(line):
        return None
    include = line.result.get("include") or named_by(line.result)
    include = [code for code in include if code not in exclude]
    whole = line.result.get("include") or (
        len(include) == 1 and all(code.startswith(codes_below(include[0])) for code in exclude)
    )
    return Carving(tuple(include), tuple(exclude)) if include and whole else None


def named_by(result: dict) -> list[str]:
    """The codes a reading may mean: its candidates, its successors, what it says, or the certain wider region."""
    named = [code for name in ("candidates", "successors", "include") for code in result.get(name, ())]
    if not named and result.get("parent"):
        named = [result["parent"]]
    return list(dict.fromkeys(named))


def left_over(line: ImportLine) -> str:
    """What the resolver left over, unless it is a name that it read: 吴江市 of 吴江市（除盛泽镇）."""
    rest, evidence = line.result.get("rest") or "", line.result.get("evidence", ())
    left = next((item["text"] for item in evidence if item["kind"] in _UNREAD and not item.get("code")), "")
    read = any(item["text"] == rest and item.get("code") for item in evidence)
    return left if read else rest or left


def _taken_out(result: dict) -> list[str]:
    marked = [
        item["code"] for item in result.get("evidence", ()) if item["kind"] == "except" and item.get("code")
    ]
    return list(dict.fromkeys([*result.get("exclude", ()), *marked]))
