"""What the resolver answers: a verdict with its candidates, its evidence and the rest of the text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

RESOLVED = "resolved"
HISTORICAL = "historical"
AMBIGUOUS = "ambiguous"
CONFLICT = "conflict"
PARTIAL = "partial"
SUGGESTION = "suggestion"
RULES = "rules"
UNKNOWN = "unknown"
CERTAIN = (RESOLVED, RULES)
STATUSES = (RESOLVED, HISTORICAL, AMBIGUOUS, CONFLICT, PARTIAL, SUGGESTION, RULES, UNKNOWN)


@dataclass(slots=True)
class Result:
    """The verdict on one text. Codes are GB/T 2260 codes (nine digits for townships); all sequences are tuples.

    status      one of STATUSES
    code        the one region the text names; only when resolved
    candidates  what it may mean (ambiguous, conflict, suggestion, partial): complete, best reading first
    successors  today's regions of an abolished one (historical)
    include     regions a phrase or a list names (rules; also what is certain in a list that has open items)
    exclude     regions a phrase takes out; disjoint from `include`
    parent      the certain ancestor of a partial, the named parent of a conflict
    date        day of abolition, ISO (historical)
    evidence    what was read as what: dicts with span ([start, end] in the original text), text, code, kind
    rest        the text that was not read as a region
    rest_kind   why the rest is harmless (address, whole, detail, note …) or is not (division, part, other …)
    release     edition of the region data
    """

    text: str
    status: str
    code: str | None = None
    candidates: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    parent: str | None = None
    date: str | None = None
    evidence: Sequence[dict[str, Any]] = ()
    rest: str = ""
    rest_kind: str | None = None
    release: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of the API and of `manage.py resolve`."""
        return {
            "text": self.text,
            "status": self.status,
            "code": self.code,
            "candidates": list(self.candidates),
            "successors": list(self.successors),
            "include": list(self.include),
            "exclude": list(self.exclude),
            "parent": self.parent,
            "evidence": [dict(item) for item in self.evidence],
            "rest": self.rest,
            "release": self.release,
        }


@dataclass(slots=True)
class Token:
    """One item of a list line: `text` is `line[start:end]`, `result` its verdict in the light of the items before."""

    text: str
    start: int
    end: int
    result: Result


def whole(result: Result) -> str:
    """The region of a certain item, also where something is taken out of it; empty for others."""
    if result.status == RULES and len(result.include) == 1:
        return result.include[0]
    return result.code or ""


def taken_out(result: Result) -> Result:
    """What is not served, of what nobody said yet."""
    out = (result.code,) if result.code else result.include
    if not out or result.status not in CERTAIN:
        return result
    return replace(result, status=PARTIAL, code=None, include=(), exclude=out)


def put_back(result: Result) -> Result:
    """The same before it was taken out, if it was; what it is taken out of by its own words stays so."""
    out = (
        result.exclude
        if result.status == PARTIAL and not (result.include or result.parent or result.rest)
        else ()
    )
    if len(out) != 1 or not result.evidence or any(mark["kind"] == "except" for mark in result.evidence):
        return result
    return replace(result, status=RESOLVED, code=out[0], exclude=())
