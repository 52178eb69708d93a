"""What a place or words make of the context of all that stands below them."""

from dataclasses import replace

from .reading import Context, Verdict
from .senses import NOT_YET, UNCLEAR


def codes_of(found: Verdict) -> tuple[str, ...]:
    """The codes a heading may mean; its closed life too, so that what lay in it is found."""
    if found.status == "resolved":
        return (found.code,) if found.code else ()
    if found.status == "historical":
        named = [item["code"] for item in found.evidence if item.get("code")]
        return tuple(dict.fromkeys([*named[-1:], *found.successors]))
    if found.status == "ambiguous":
        return tuple(found.candidates)
    if found.status == "rules" and not found.exclude:
        return tuple(found.include)
    return (found.parent,) if found.status == "partial" and found.parent else ()


def turn(context: Context, sense: str, words: str) -> Context:
    """Below words that say whether places are served."""
    heading = (*context.heading, words) if words else context.heading
    if sense in (NOT_YET, UNCLEAR):
        return replace(
            context, heading=heading, held=context.held or ("not-yet" if sense == NOT_YET else "heading")
        )
    return replace(context, heading=heading, sense=sense)


def within(code: str, top: str) -> bool:
    stem = top[:2] if top.endswith("0000") else top[:4] if top.endswith("00") else top
    return code.startswith(stem)
