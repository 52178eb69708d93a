"""Changes that are announced, between the editions: read from rows like those of corrections.csv.

The columns are those of corrections.csv; what an announcement uses of them:

* action: `rename`, `recode`, `upgrade`, `merge`, `split`, `carve-out` (a part left, the old division lives on), `town`
* code: the division it happens to; of a merger several, with `;`
* to: where it goes, as `CODE:SHARE:NAME:PINYIN` with `;` between several. SHARE is `whole` unless told (`part` of a
  split, a carve-out), NAME is needed for a division that is not on file yet, PINYIN may be left out
* name: what the division was called when that was announced (several with `;`); empty: not compared
* parent: the division above the new one; empty: the same as before
* level: of the new one; empty: the same as before
* date: the day it takes effect. document, source: who says so

The townships of a division follow it: to the only successor, or to the one with the share `most`. A row `town` says
where one goes that does not: `code` is the township, `parent` its county from then on, and `to` its new code or name,
if it gets one.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regions.choices import Level, Share
from regions.codes import BadCode, read_code
from regions.texts import flaw

from .corrections import COLUMNS

ENDING = ("rename", "recode", "upgrade", "merge", "split")
CARVE_OUT, TOWN = "carve-out", "town"
ACTIONS = (*ENDING, CARVE_OUT, TOWN)
Row = dict[str, str]


class AnnouncementError(ValueError):
    """An announced change cannot be read, or does not fit the region data; the message names the cure."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a division goes."""

    code: str
    share: str
    name: str
    pinyin: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """One change that takes effect on a day."""

    action: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    targets: tuple[Target, ...]
    parent: str
    level: int | None
    day: datetime.date
    document: str
    source: str

    def __str__(self) -> str:
        goes = "、".join(f"{target.code} {target.name}".strip() for target in self.targets)
        return f"{self.action} {'、'.join(self.codes)} → {goes or self.parent} ({self.day})"


def read_row(row: Row) -> Announcement:
    """One row. Raises AnnouncementError."""
    action = row.get("action", "")
    if action not in ACTIONS:
        raise AnnouncementError(
            _("action must be one of %(words)s, not “%(word)s”.")
            % {"words": ", ".join(ACTIONS), "word": action}
        )
    for column in ("document", "source", "name", "to"):
        if found := flaw(row.get(column, ""), 2_000 if column == "to" else 200):
            raise AnnouncementError(f"{column}: {found.what}")
    if not row.get("source"):
        raise AnnouncementError(_("source is empty: say who announced it."))
    try:
        day = datetime.date.fromisoformat(row.get("date", ""))
    except ValueError:
        raise AnnouncementError(_("date must be a day like 2026-12-01.")) from None
    codes = tuple(_code(text) for text in row.get("code", "").replace("；", ";").split(";"))
    if len(codes) > 1 and action != "merge":
        raise AnnouncementError(_("Only a merger has several codes; write a row for each."))
    targets = tuple(
        _target(text, action) for text in row.get("to", "").replace("；", ";").split(";") if text.strip()
    )
    _fits(action, codes, targets, row.get("parent", ""))
    names = tuple(row["name"].split(";")) if row.get("name") else ()
    if names and len(names) != len(codes):
        raise AnnouncementError(_("“name” must have a name for each code."))
    parent = _code(row["parent"]) if row.get("parent") else ""
    level = row.get("level", "")
    if level and level not in Level.words():
        raise AnnouncementError(_("level must be one of %(words)s.") % {"words": ", ".join(Level.words())})
    return Announcement(
        action, codes, names, targets, parent, Level.from_word(level) if level else None, day,
        row.get("document", ""), row["source"],
    )  # fmt: skip


def _fits(action: str, codes: tuple[str, ...], targets: tuple[Target, ...], parent: str) -> None:
    if action == TOWN:
        if len(codes[0]) != 9 or len(targets) > 1 or not (parent or targets):
            raise AnnouncementError(
                _("A township has nine digits, and a parent or a new code where it goes.")
            )
        return
    if not targets or (action != "split" and action != CARVE_OUT and len(targets) > 1):
        raise AnnouncementError(
            _("%(action)s needs one code in “to”; only a split has several.") % {"action": action}
        )
    if action == "split" and len(targets) < 2:
        raise AnnouncementError(
            _("A split goes to at least two; with one it is a merger, a recode or an upgrade.")
        )
    if action == "rename" and (targets[0].code != codes[0] or not targets[0].name):
        raise AnnouncementError(_("A rename keeps the code and needs the new name: CODE:whole:NAME."))
    if action == "recode" and targets[0].code == codes[0]:
        raise AnnouncementError(_("A recode needs another code."))


def _code(text: str) -> str:
    try:
        return read_code(text.strip())
    except BadCode as error:
        raise AnnouncementError(str(error)) from None


def _target(text: str, action: str) -> Target:
    code, share, name, pinyin, *rest = [
        *(part.strip() for part in text.replace("：", ":").split(":")),
        "",
        "",
        "",
    ]
    share = share or (Share.PART if action in ("split", CARVE_OUT) else Share.WHOLE)
    if share not in Share.values or any(rest):
        raise AnnouncementError(
            _("“to” must be like 330115:whole:桐庐区:tongluqu, not “%(text)s”.") % {"text": text}
        )
    if found := flaw(name, 64):
        raise AnnouncementError(f"{name}: {found.what}")
    if pinyin and not (pinyin.isascii() and pinyin.isalpha() and pinyin.islower() and len(pinyin) <= 160):
        raise AnnouncementError(
            _("Pinyin is lower-case letters without tones and spaces, not “%(text)s”.") % {"text": pinyin}
        )
    return Target(_code(code), share, name, pinyin)


def read_rows(rows: Iterable[Row]) -> list[Announcement]:
    """All rows, by their day. Raises AnnouncementError with every row that is not understood."""
    found, faults = [], []
    for number, row in enumerate(rows, 1):
        try:
            found.append(read_row(row))
        except AnnouncementError as error:
            faults.append(_("row %(number)d: %(fault)s") % {"number": number, "fault": error})
    if faults:
        raise AnnouncementError("\n".join(faults))
    # townships last: they say which do not follow their county
    return sorted(found, key=lambda one: (one.day, one.action == TOWN))


def rows_of_file(text: str) -> list[Row]:
    """The announced rows of a corrections.csv; those for the build are left out. Raises AnnouncementError."""
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if tuple(table.fieldnames or ()) != COLUMNS:
        raise AnnouncementError(_("The columns must be %(columns)s.") % {"columns": ",".join(COLUMNS)})
    rows = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in table]
    return [row for row in rows if row["action"] in ACTIONS and not (row["action"] == TOWN and row["until"])]
