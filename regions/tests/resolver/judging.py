"""When a verdict is acceptable for a test case, and when it is silently wrong. Used by tests and benchmark alike.

Kinds of cases: R resolved to exactly this code; H historical with exactly these successors; A ambiguous with exactly
these candidates; E resolved to the first code, or ambiguous with it among the candidates; U no code may be claimed;
P the ancestor, and a signal; W a wrong parent, must not pass; T a typo: the code is a suggestion; M exactly this set;
X include and exclude sets; N the whole country; K the province-level code.
"""

from regions.resolver import result as verdict
from regions.resolver.result import Result


def acceptable(found: Result, kind: str, expected: list[str], extra: dict) -> bool:
    """Whether the verdict says what the case asks for."""
    want, first = set(expected), expected[0] if expected else None
    resolved = found.status == verdict.RESOLVED
    rules = found.status == verdict.RULES
    match kind:
        case "R" | "K":
            return resolved and found.code == first
        case "H":
            return found.status == verdict.HISTORICAL and set(found.successors) == want
        case "A":
            return found.status == verdict.AMBIGUOUS and set(found.candidates) == want
        case "E":
            unsure = found.status == verdict.AMBIGUOUS and first in found.candidates
            return unsure or (resolved and found.code == first)
        case "U":
            return (
                found.code is None
                and not found.include
                and found.status not in (verdict.RESOLVED, verdict.RULES)
            )
        case "P":
            return found.status == verdict.PARTIAL and found.parent == first
        case "W":
            return (
                found.status == verdict.CONFLICT
                and first in found.candidates
                and found.parent == extra.get("parent")
            )
        case "T":
            return found.status == verdict.SUGGESTION and first in found.candidates and found.code is None
        case "M" | "X":
            return (
                rules and set(found.include) == want and set(found.exclude) == set(extra.get("exclude", ()))
            )
        case "N":
            return rules and found.include == ("100000",) and not found.exclude
    raise ValueError(f"unknown kind of case: {kind}")


def silently_wrong(found: Result, kind: str, expected: list[str], extra: dict) -> bool:
    """Whether a certain answer (resolved or rules) says something else than the case."""
    if found.status not in (verdict.RESOLVED, verdict.RULES):
        return False
    if kind in ("R", "K", "E"):
        return found.code != (expected[0] if expected else None)
    if kind in ("M", "X"):
        return set(found.include) != set(expected) or set(found.exclude) != set(extra.get("exclude", ()))
    if kind == "N":
        return found.include != ("100000",)
    return True
