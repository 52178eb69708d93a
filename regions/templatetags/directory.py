"""How answers read on the public pages."""

from django import template

from regions.api.hits import explain, status_text
from regions.choices import AnswerState
from regions.phones import display
from regions.wording import in_words

register = template.Library()


@register.filter
def state_label(state: str) -> str:
    """An answer state in words."""
    return str(AnswerState(state).label)


@register.simple_tag
def why(hit, region) -> str:
    """The reason of a hit in a sentence."""
    return explain(hit, region)


@register.filter
def hotline_status(hotline) -> str:
    """A hotline's status in words, with its date."""
    return status_text(hotline)


@register.filter
def worded(text: str) -> str:
    """A sentence of the number or page reader in the active language."""
    return in_words(text)


@register.filter
def spelled(canonical: str) -> str:
    """A number in its usual grouping."""
    return display(canonical)
