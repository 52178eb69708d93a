"""The whole country and what is taken out of it, in two sentences: No service in Tibet. Nationwide otherwise."""

import re

_EVERYWHERE = (
    r"(?:(?:we|service|delivery|coverage|is|are|can|serves?|covers?|delivers?|ships?|to|available|currently)\s+){0,5}"
    r"(?:nationwide|(?:all (?:of|over|across)|across|throughout) (?:mainland )?china|(?:the )?(?:whole|entire) country|everywhere(?: (?:in china|else))?"
    r"|all (?:the )?(?:other )?(?:provinces|regions|areas|places)(?: (?:of|in) china)?|(?:the )?rest of (?:china|the country))"
    r"(?:\s+(?:coverage|service|delivery|shipping|otherwise|elsewhere|is|are|available|served|covered|supported|fully|ok|fine)){0,4}"
)
_NO = (
    r"(?:(?:there is |currently |sorry, |we have )?no (?:service|coverage|delivery|shipping)|(?:is |are )?not (?:yet )?(?:available|served|covered|supported)|unavailable"
    r"|(?:we )?(?:do not|don'?t|cannot|can'?t|can not) (?:serve|cover|deliver|ship|service|go))(?:\s+(?:in|to|for))?\s*:?"
)
_PAUSE = r"\s*[.,;]\s*(?:(?:but|and|however),?\s+)?"
_OUT = r"\s*(?P<out>[a-z][a-z ,'’/&]{1,200}?)"
_TWO = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\s*{_NO}{_OUT}{_PAUSE}{_EVERYWHERE}[\s.!]*",
        rf"\s*{_EVERYWHERE}\s*[.;]\s*(?:(?:but|and|however),?\s+)?{_NO}{_OUT}[\s.!]*",
    )
)
_MAY_SAY = re.compile(r"\b(?:nationwide|china|country|everywhere|all|rest)\b", re.I)
_LONGEST = 300


def but_of_all(text: str) -> tuple[int, int] | None:
    """Where the places stand that are taken out of the whole country; None where a text says anything else."""
    if len(text) > _LONGEST or _MAY_SAY.search(text) is None:
        return None
    found = next((found for pattern in _TWO if (found := pattern.fullmatch(text))), None)
    return found.span("out") if found else None
