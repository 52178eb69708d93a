"""Chinese on pages: what is marked as Chinese on a page in another language, and what stands there beside it in letters."""

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language

from regions.web.latin import HAN, spoken, spoken_of
from regions.web.names import letters_of, name_of, plain_name, spelled_out

register = template.Library()


@register.filter(name="zh")
def chinese(text) -> SafeString:
    """A name, a title, a text of others: on a page in another language marked as Chinese, if any of it is.

    Names of places have their pinyin behind them.
    """
    return (
        conditional_escape(text) if is_chinese_page() else format_html("{}{}", in_chinese(text), latin(text))
    )


def in_chinese(text) -> SafeString:
    safe = conditional_escape(text)
    if is_chinese_page() or not HAN.search(safe):
        return safe
    return format_html('<span lang="zh">{}</span>', safe)


@register.filter
def latin(text) -> str:
    """On a page in another language the pinyin of names of places, to stand behind them: ` (Fushunxian)`; else nothing."""
    found = "" if is_chinese_page() else _letters(str(text))
    return f" ({found})" if found else ""


@register.filter
def in_letters(text) -> str:
    """Names of places where there is no room for both, or no way to mark Chinese: on a page in another language their pinyin."""
    return "" if text is None else str(text) if is_chinese_page() else _letters(str(text)) or str(text)


@register.simple_tag
def other_name(name: str, region) -> SafeString:
    """Another name of a place (富顺, 恩施州, 北平)."""
    found = "" if is_chinese_page() else spoken_of(name, region)
    return format_html("{} ({})", in_chinese(name), found) if found else in_chinese(name)


@register.simple_tag
def gap() -> SafeString:
    """What stands between two sentences, or behind a colon: a blank; in Chinese their marks have it in them."""
    return SafeString("" if is_chinese_page() else " ")


@register.simple_tag
def marked(text) -> SafeString:
    """`chinese` for an element that is there anyway: its language, if another one than the page's."""
    return SafeString("" if is_chinese_page() or not HAN.search(str(text)) else ' lang="zh"')


@register.filter
def mixed(text) -> SafeString:
    """A sentence of ours with Chinese in it: on a page in another language each stretch of it is marked as Chinese."""
    safe = conditional_escape(text)
    if is_chinese_page():
        return safe
    return mark_safe(HAN.sub(_stretch, safe))  # noqa: S308 - escaped above


def _stretch(found: re.Match[str]) -> str:
    return f'<span lang="zh">{found[0]}</span>{latin(found[0])}'


@register.filter
def told(text) -> SafeString:
    """`mixed` of a sentence in which names of brands, pages and outlets stand too: these with their pinyin."""
    safe = conditional_escape(text)
    if is_chinese_page():
        return safe
    return mark_safe(HAN.sub(_with_name, safe))  # noqa: S308 - escaped above


_LONGEST_NAME = 60  # characters; a longer stretch is a text of others


def _with_name(found: re.Match[str]) -> str:
    if latin(found[0]) or len(found[0]) > _LONGEST_NAME:
        return _stretch(found)
    return _with_letters(found[0], spelled_out(found[0]), True)


def _letters(text: str) -> str:
    return spoken(text) if HAN.search(text) else ""


def is_chinese_page() -> bool:
    return (get_language() or "").startswith("zh")


@register.filter
def named(record) -> SafeString:
    """The name of a record, or the title of a source; on English pages with its English name, or its pinyin, which says that it is."""
    name = name_of(record)
    return _with_letters(name, *letters_of(record)) if not is_chinese_page() else conditional_escape(name)


def _with_letters(name: str, letters: str, only_pinyin: bool) -> SafeString:
    if not letters:
        return in_chinese(name)
    return format_html("{} (pinyin: {})" if only_pinyin else "{} ({})", in_chinese(name), letters)


@register.filter
def only_spelled_out(record) -> bool:
    """Whether a page in another language has no better name of it than pinyin."""
    return not is_chinese_page() and letters_of(record)[1]


@register.filter
def a_name(text: str) -> SafeString:
    """The same of what is no record, or of which only the name is at hand: a publisher, what a page calls a number, a document."""
    return conditional_escape(text) if is_chinese_page() else _with_letters(text, spelled_out(text), True)


@register.filter
def truncatechars(text, most: int) -> str:
    """Django's, which goes through a text letter by letter also where it is short enough."""
    return text if len(text) <= int(most) else Truncator(text).chars(int(most))


@register.filter
def cited(title: str) -> SafeString:
    """The title of a source in small print: its beginning."""
    return a_name(truncatechars(title, _TITLE if is_chinese_page() else _TITLE_WITH_PINYIN))


_TITLE, _TITLE_WITH_PINYIN = 24, 10  # characters


register.filter("titled", plain_name)
