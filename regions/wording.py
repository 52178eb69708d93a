"""What the pure parts say, in the reader's language.

They know no Django and speak English. A sentence with values carries its template (`regions.said`). The page
reader's reasons without values are their own templates; they stand here to be collected for translation.
"""

from collections.abc import Iterable

from django.utils.translation import gettext, gettext_noop

from .phones import display
from .said import Said

FIXED = frozenset(
    (
        # regions.pages: why a line is what it is
        gettext_noop("a telephone number"),
        gettext_noop("footer"),
        gettext_noop("path of the page"),
        gettext_noop("words of a menu"),
        gettext_noop("names the brand"),
        gettext_noop("head of a table"),
        gettext_noop("brand and a service word"),
        gettext_noop("product and a service word"),
        gettext_noop("claims the whole country"),
        gettext_noop("names a way to call"),
        gettext_noop("title of a section"),
        gettext_noop("an address"),
        gettext_noop("neither region, number, promise nor step"),
        gettext_noop("a place that heads the lines below"),
        gettext_noop("a row without a place"),
        gettext_noop("a line of a form"),
        gettext_noop("a part of JSON"),
        gettext_noop("somebody's address"),
        gettext_noop("nothing but decoration"),
        gettext_noop("an exclusion"),
        gettext_noop("steps joined by arrows"),
        gettext_noop("says that it is a step"),
        gettext_noop("numbered step"),
    )
)


def clauses(said: Iterable[str]) -> str:
    """What is said of one thing, one clause after another: a；b in Chinese. Empty ones say nothing."""
    return gettext("; ").join(filter(None, said))


def in_words(text: str | dict | Exception) -> str:
    """A sentence of the pure parts in the active language; other texts stay as they are."""
    if isinstance(text, Exception):
        return in_words(text.args[0])
    if isinstance(text, Said):
        values = {name: in_words(value) for name, value in text.values.items()}
        return gettext(text.template) % values if values else gettext(text.template)
    if isinstance(text, dict):  # kept as JSON by `Said.as_dict`
        return in_words(Said(text["said"], text["values"]))
    if not isinstance(text, str):
        return text
    return gettext(text) if text in FIXED else text


def spelled(digits: str, extension: str = "") -> str:
    """A number in its usual grouping, with what is to be dialled or said after connecting: 400-555-0081 ext. 88."""
    return " ".join(filter(None, (display(digits), extension and gettext("ext."), extension)))
