"""What a page makes many times over, made at once or once: links to choose by, and parts that stay as long as their record."""

from collections.abc import Hashable, Iterable, Mapping
from urllib.parse import quote, urlencode

from django import template
from django.urls import get_script_prefix
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from regions.models import Category
from regions.web import once

from .directory import asked_of, state_label
from .letters import named

register = template.Library()
_MOST_PRODUCTS = 12


@register.simple_tag(takes_context=True)
def by_product(context, code: str, products: Iterable[tuple[Category, int]]) -> SafeString:
    """Links to the answer for a place, one for each product, each with how many services."""
    shown = ((category.slug, named(category), number) for category, number in list(products)[:_MOST_PRODUCTS])
    links = ((slug, "", said, number) for slug, said, number in shown)
    return _links(context, code, "category", links)


@register.simple_tag(takes_context=True)
def by_state(context, code: str, counts: Mapping[str, int]) -> SafeString:
    """The same, one for each state that a service is in."""
    links = ((state, f" {state}", state_label(state), number) for state, number in counts.items() if number)
    return _links(context, code, "state", links)


def _links(context, code: str, name: str, choices: Iterable[tuple[str, str, str, int]]) -> SafeString:
    address = once.address("web:coverage", (), get_language(), get_script_prefix())
    front = f"{address}?{escape(urlencode(asked_of(context, code, name), doseq=True))}&amp;{name}="
    return mark_safe(  # noqa: S308 (escaped one by one)
        "".join(
            f'<a class="chip{kind}" href="{front}{quote(value)}">{conditional_escape(said)} {number}</a> '
            for value, kind, said, number in choices
        )
    )


@register.tag
def kept(parser, token):
    """`{% kept RECORD WORD … %} … {% endkept %}`: made once of a record that is kept until the directory changes.

    It stays with the record, by the words; all that it says must follow from them and from the record, which is kept for one
    language and one day (`Day.keep_shown`).
    """
    _tag, record, *said = token.split_contents()
    inside = parser.parse(("endkept",))
    parser.delete_first_token()
    return _Kept(parser.compile_filter(record), [parser.compile_filter(word) for word in said], inside)


class _Kept(template.Node):
    child_nodelists = ("inside",)

    def __init__(self, record, words, inside) -> None:
        self.record, self.words, self.inside = record, words, inside

    def render(self, context) -> str:
        told: dict[Hashable, str] = self.record.resolve(context).told
        key = tuple(str(word.resolve(context)) for word in self.words)
        said = told.get(key)
        if said is None:
            said = told[key] = self.inside.render(context)
        return said
