"""What the pure parts say, in the reader's language.

`regions.phones` and `regions.pages` know no Django and speak English. Their sentences stand here once more as
templates, so that they are collected for translation and found again when they are shown.
"""

import re
from functools import cache

from django.utils.translation import gettext, gettext_noop

TEMPLATES = [
    # regions.phones
    gettext_noop("digits are hidden: only a whole number can be used"),
    gettext_noop("letters stand among the digits: write the digits"),
    gettext_noop(
        "a list mark or the prefix of another country stands before it: write +1, or leave the 1 out"
    ),
    gettext_noop(
        "more digits follow than the number has: separate the numbers, or write 转 before an extension"
    ),
    gettext_noop("a local number: add the area code, as in 021-63000000"),
    gettext_noop("%(count)s digits that fit no number of the plan: compare with the source"),
    gettext_noop("no such area code, or another length is used there: compare with the source"),
    gettext_noop("mobile prefix that is not in use: compare with the source"),
    gettext_noop("not a number of that country: compare with the source"),
    gettext_noop("No telephone number in this text: give its digits, with the area code for a fixed line."),
    gettext_noop("Several numbers in this text (%(numbers)s): give them one at a time."),
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
    gettext_noop("nothing but decoration"),
    gettext_noop("an exclusion"),
    gettext_noop("regions after the label %(label)s"),
    gettext_noop("table row, %(known)s of %(all)s cells are regions"),
    gettext_noop("from the byline or editor's mark on line %(line)s"),
    gettext_noop("steps joined by arrows"),
    gettext_noop("says that it is a step"),
    gettext_noop("numbered step"),
]


@cache
def _patterns() -> list[tuple[re.Pattern, str]]:
    found = []
    for template in TEMPLATES:
        pattern = re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(template).replace("%\\(", "%\\("))
        found.append((re.compile(pattern, re.DOTALL), template))
    return found


def in_words(text: str) -> str:
    """A sentence of the pure parts in the active language; "raw: reason." is translated behind the raw text."""
    for pattern, template in _patterns():
        if match := pattern.fullmatch(text):
            return gettext(template) % match.groupdict() if match.groupdict() else gettext(template)
    raw, colon, reason = text.partition(": ")
    if colon and raw and reason.endswith("."):
        return f"{raw}: {in_words(reason[:-1])}"
    return text
