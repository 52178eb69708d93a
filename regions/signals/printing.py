"""How a number is printed: its names, its list marks, its grouping."""

import re

from django.utils.translation import gettext as _

from regions.choices import SignalCode
from regions.models import Hotline
from regions.phones import find_numbers

from .base import Record, Signal
from .sharing import claim_record

# An honest page names its number two or three ways (客服热线, 售后电话, 报修电话); four and more are remarked.
LABELS_REMARKED = 4

_mark = re.compile(r"[((〔\[【]?\s*(\d{1,2})\s*[))〕\]】.、::]\s*\Z")
_circled = re.compile(r"([①-⑳])\s*\Z")


def print_signals(claim: Hotline) -> list[Signal]:
    """Several names for one number; one number listed as (1), (2), … as though it were several."""
    signals = []
    if len(claim.labels) >= LABELS_REMARKED:
        signals.append(
            Signal(
                SignalCode.SEVERAL_LABELS,
                claim_record(claim),
                {"labels": len(claim.labels), "mentions": claim.mentions},
                [claim_record(claim)],
                _("%(number)s is printed under %(count)d different names.")
                % {"number": claim.number.canonical, "count": len(claim.labels)},
            )
        )
    marks = sorted({mark for mark, _groups in _readings(claim) if mark})
    if len(marks) > 1:
        signals.append(
            Signal(
                SignalCode.LIST_MARKS,
                claim_record(claim),
                {"marks": marks, "mentions": claim.mentions},
                [claim_record(claim)],
                _("%(number)s stands in the list as number %(marks)s, as though these were different ones.")
                % {"number": claim.number.canonical, "marks": _(", ").join(f"({mark})" for mark in marks)},
            )
        )
    return signals


def groupings(claims: list[Hotline]) -> list[Signal]:
    """The same digits grouped in several ways, such as 400-186-5909 and 4001-865-909.

    Digits printed without any grouping are not a grouping.
    """
    found: dict[tuple[int, ...], Hotline] = {}
    for claim in claims:
        for _mark, groups in _readings(claim):
            if len(groups) > 1:
                found.setdefault(groups, claim)
    if len(found) < 2:
        return []
    number = claims[0].number
    shown = sorted("-".join(_cut(number.canonical, groups)) for groups in found)
    return [
        Signal(
            SignalCode.SEVERAL_GROUPINGS,
            Record("number", number.key, str(number)),
            {"groupings": shown},
            [claim_record(claim) for claim in dict.fromkeys(found.values())],
            _("The same digits are printed as %(groupings)s.") % {"groupings": _(", ").join(shown)},
        )
    ]


def _readings(claim: Hotline) -> list[tuple[str, tuple[int, ...]]]:
    """For every mention of the number in the spellings: the list mark before it, and its groups of digits."""
    readings = []
    for spelling in claim.spellings:
        for found in find_numbers(spelling, expected=True):
            if found.canonical != claim.number.canonical:
                continue
            before = spelling[: found.start]
            match = _mark.search(before) or _circled.search(before)
            mark = match.group(1) if match else ""
            if mark and not mark.isascii():
                mark = str(ord(mark) - ord("①") + 1)
            readings.append((mark, _groups_of(found.raw, claim.number.canonical)))
    return readings


def _groups_of(raw: str, canonical: str) -> tuple[int, ...]:
    """The lengths of the groups of digits, without a prefix 86 and without an extension."""
    lengths, left = [len(run) for run in re.findall(r"\d+", raw)], len(canonical)
    while lengths and sum(lengths) > left and lengths[0] in (2, 4) and sum(lengths[1:]) >= left:
        lengths = lengths[1:]  # +86, 0086
    groups = []
    for length in lengths:
        if left <= 0:
            break  # what follows is the extension
        groups.append(length)
        left -= length
    return tuple(groups) if left == 0 else ()


def _cut(digits: str, groups: tuple[int, ...]) -> list[str]:
    parts, start = [], 0
    for length in groups:
        parts.append(digits[start : start + length])
        start += length
    return parts
