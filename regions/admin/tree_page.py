"""What the tree of a service's coverage sends, and what it shows, made ready for its templates."""

import datetime
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regions.choices import AnswerState, Effect, Level, RuleKind
from regions.codes import is_digits
from regions.lookup.tree import Listing, Node, Result, Tree, nodes, read_list
from regions.lookup.units import Units
from regions.models import Change, Region, Service
from regions.models.region import COUNTRY_CODE
from regions.services.intake.export import compose
from regions.services.intake.plan import reason_text
from regions.services.intake.previewing import Row
from regions.services.tree import MOST, Choice, Rework, kinds_after, places_of
from regions.texts import plain, storable

from .intake_page import dress
from .pretty import who, with_sets
from .region import search_regions

FOUND = 12
# So many divisions can be on the page at once: all counties of the country, with some townships.
SHOWN = 6_000
SHOWN_CHANGES = 5
MARKS: dict[str, str] = {
    AnswerState.COVERED: "●",
    AnswerState.PARTLY_COVERED: "◐",
    AnswerState.EXCLUDED: "⊖",
    AnswerState.NOT_COVERED: "○",
    AnswerState.UNKNOWN: "○",
}
_BEGINS = (Effect.NEW, Effect.CHANGED)
_MEMBERS = {"code", "kind", "hours", "note", "day"}


# --- What the page sends -----------------------------------------------------------------------------------------


def read_choices(text: str) -> list[Choice]:
    """What was chosen, as the page writes it. Raises ValidationError."""
    broken = ValidationError(_("The choices could not be read; open the page again."))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise broken from None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise broken
    if len(found) > MOST:
        raise ValidationError(
            _("At most %(most)d divisions can be chosen at once; paste a longer list.") % {"most": MOST}
        )
    return [_choice(each, broken) for each in found]


def _choice(given: dict[str, Any], broken: ValidationError) -> Choice:
    code, kind, hours = given.get("code", ""), given.get("kind"), given.get("hours")
    note, day = given.get("note", ""), given.get("day", "")
    texts = (code, kind, note, day)
    if given.keys() - _MEMBERS or not all(isinstance(each, str) and storable(each) for each in texts):
        raise broken
    if not is_digits(code) or len(code) > 9 or kind not in ("", *RuleKind.values):
        raise broken
    if hours is not None and (not isinstance(hours, int) or isinstance(hours, bool)):
        raise ValidationError(_("A response is given in whole hours, for example 24."))
    try:
        first_day = datetime.date.fromisoformat(day) if day else None
    except ValueError:
        raise ValidationError(_("A day is given as 2026-11-21.")) from None
    return Choice(code, kind, hours, note.strip(), first_day)


def codes_in(text: str) -> list[str]:
    """The codes in a text with commas between, as many as a page can show."""
    return [code for code in text.split(",") if is_digits(code) and len(code) <= 9][:SHOWN]


def as_member(choice: Choice) -> dict[str, Any]:
    day = choice.first_day.isoformat() if choice.first_day else ""
    return {
        "code": choice.code,
        "kind": choice.kind,
        "hours": choice.response_hours,
        "note": choice.note,
        "day": day,
    }


# --- What the page shows -----------------------------------------------------------------------------------------


def tree_after(listing: Listing, choices: Sequence[Choice]) -> Tree:
    """What results when the choices hold."""
    if not choices:
        return Tree(listing.kinds)
    places = places_of(listing, [choice.code for choice in choices])
    kinds = kinds_after(listing, choices, places)
    return Tree({places[code].path: kind for code, kind in kinds.items()})


def look(service: Service, choices: Sequence[Choice], shown: Sequence[str]) -> dict[str, Any]:
    """What results on the divisions that are shown, and the list as a sentence."""
    listing = read_list(service.pk)
    places = places_of(listing, [choice.code for choice in choices])
    kinds = kinds_after(listing, choices, places)
    tree = Tree({places[code].path: kind for code, kind in kinds.items()})
    listed = list(nodes(shown).values())
    results = tree.results(listed)
    return {
        "results": {node.code: outcome(results[node.code]) for node in listed},
        "whole": counted(tree),
        "sentence": compose(kinds, places),
    }


def outcome(result: Result) -> list[str]:
    """(state, mark, words) of a division, for the row and for the script."""
    units = result.units
    words = str(AnswerState(result.state).label)
    if result.state == AnswerState.PARTLY_COVERED:
        words = f"{words} {units.covered}/{units.total}{_in_part(units)}"
    return [result.state, MARKS[result.state], words]


def counted(tree: Tree) -> str:
    """How many county-level units of the country are covered, in words."""
    units = tree.whole()
    said = _("%(covered)d of %(total)d county-level units") % {"covered": units.covered, "total": units.total}
    return said + _in_part(units)


def _in_part(units: Units) -> str:
    """Those that are covered in part stand beside those that are covered; they are not among them."""
    return _(", and %(count)d more in part") % {"count": units.partly_covered} if units.partly_covered else ""


def rows(shown: Sequence[Node], tree: Tree, listing: Listing, opened: set[str]) -> list[dict[str, Any]]:
    """The rows of the tree for the template."""
    results = tree.results(shown)
    found = []
    for node in shown:
        rule, planned = listing.rules.get(node.code), listing.planned.get(node.code)
        state, mark, words = outcome(results[node.code])
        found.append(
            {
                "node": node,
                "name": _("whole country") if node.code == COUNTRY_CODE else node.name,
                "rule": rule,
                "kind": tree.kinds.get(node.path, ""),
                "planned": planned and f"{planned[0]} {RuleKind(planned[1]).label}",
                "state": state,
                "mark": mark,
                "words": words,
                "open": node.code in opened,
                "deep": node.level == Level.PROVINCE and node.opens,
            }
        )
    return found


def search(text: str) -> list[dict[str, str]]:
    """Divisions of today by name, code, pinyin or its initials, with the codes above them."""
    term = plain(text).strip()[:60]
    if not term:
        return []
    found = search_regions(Region.objects.open(), term)[:FOUND]
    return [
        {
            "code": region.code,
            "name": region.full_name.replace("/", " / "),
            "above": ",".join(region.chain[:0:-1]),
        }
        for region in found
    ]


def preview_rows(todo: Rework) -> list[Row]:
    """The rows of the preview, dressed as those of an import's; each with what else is chosen (`says`)."""
    found = []
    for item in todo.items:
        row = Row(item.effect, place=todo.places[item.code], code=item.code, kind=item.kind, rule=item.rule)
        row.why = reason_text(item, todo.places)
        dress(row, [])
        choice = todo.choices[item.code]
        said = []
        if choice.response_hours is not None and item.effect in _BEGINS:
            said.append(_("response within %(hours)d hours") % {"hours": choice.response_hours})
        if choice.note and item.effect in _BEGINS:
            said.append(choice.note)
        if choice.first_day and item.effect in (*_BEGINS, Effect.CLOSED):
            said.append(_("from %(day)s on") % {"day": choice.first_day})
        row.says = " · ".join(said)  # type: ignore[attr-defined]
        found.append(row)
    return found


def told(changes: Iterable[Change]) -> list[str]:
    """Who changed the list meanwhile, when and why; one sentence a change set."""
    changes, sets = list(changes), dict[Any, list]()
    with_sets(changes)
    for change in changes:
        sets.setdefault(change.changeset, []).append(change)
    sentences = []
    for together in list(sets.values())[-SHOWN_CHANGES:]:
        first = together[0]
        sentences.append(
            ngettext(
                "%(who)s at %(at)s: %(reason)s (%(count)d rule)",
                "%(who)s at %(at)s: %(reason)s (%(count)d rules)",
                len(together),
            )
            % {
                "who": who(first),
                "at": f"{timezone.localtime(first.at):%Y-%m-%d %H:%M}",
                "reason": first.reason or "—",
                "count": len(together),
            }
        )
    return sentences
