"""Why an open line waits for a person, in the reader's language: what the resolver's verdict rests on, in a sentence."""

import re
from typing import Any

from django.utils.translation import gettext as _

from regions.choices import Verdict
from regions.models import ImportLine

from .plan import Place

_NONE = re.compile(r"\D*[0零〇]\D*")


def why_open(line: ImportLine, choices: list[Place], parent: Place | None) -> str:
    """The sentence for a line; "" where its heading or a remark (`held`) says why already."""
    if line.held:
        return ""
    kinds = {item["kind"] for item in line.result.get("evidence", ())}
    texts = {
        Verdict.UNKNOWN: lambda: _("No place is known by these words."),
        Verdict.AMBIGUOUS: lambda: _ambiguous(line, choices),
        Verdict.CONFLICT: lambda: _conflict(parent),
        Verdict.PARTIAL: lambda: _partial(line.result, parent),
        Verdict.SUGGESTION: lambda: _suggestion(kinds),
        Verdict.HISTORICAL: lambda: _("It is closed; what became of it is offered."),
    }
    told = texts.get(Verdict(line.verdict))
    return told() if told else ""


def _ambiguous(line: ImportLine, choices: list[Place]) -> str:
    if re.search("[、,，;；]", line.token):
        return _("It names several places, and one of them at least has several bearers.")
    heirs = [place for place in choices if line.token not in place.full_name]
    if 0 < len(heirs) < len(choices):
        return _("Until not long ago another place bore this name too; what became of it is offered as well.")
    return _("%(count)d places bear this name, and nothing beside it tells which is meant.") % {
        "count": len(choices)
    }


def _conflict(parent: Place | None) -> str:
    if parent is None:
        return _("What it names contradicts itself.")
    return _("It names something that does not lie in %(parent)s, under which it stands.") % {
        "parent": parent.full_name
    }


def _partial(result: dict[str, Any], parent: Place | None) -> str:
    counted = next((item for item in result.get("evidence", ()) if "said" in item), None)
    if counted is not None and parent is not None:
        return _("It says %(said)d, and %(parent)s has %(parts)d.") % {
            "said": counted["said"],
            "parent": parent.full_name,
            "parts": counted["parts"],
        }
    if result.get("exclude") and parent is None:
        return _("It says what is taken out, and not of what.")
    if parent is None:
        return _("Only a part of it is understood.")
    if _NONE.fullmatch(result.get("rest") or ""):
        return _(
            "It counts nothing in %(parent)s, which says neither that it is served nor that it is not."
        ) % {"parent": parent.full_name}
    return _("Only a part of %(parent)s is meant, or more is said than is understood.") % {
        "parent": parent.full_name
    }


def _suggestion(kinds: set[str]) -> str:
    if "group" in kinds:
        return _("Every company draws this group as it likes; its usual members are offered.")
    if "word" in kinds:
        return _("It is an everyday word that is the name of a place too.")
    if "decided" in kinds:
        return _("Somebody took these words for this place once.")
    if kinds & {"colloquial", "former", "romanised"}:
        return _("It is no official name: a former, colloquial or foreign one of the place that is offered.")
    return _("No place is written like this; what is offered is written or sounds alike.")
