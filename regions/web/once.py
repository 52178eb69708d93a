"""What templates look up again and again, looked up once: addresses, and sentences that stand in them."""

import re
from functools import lru_cache

from django.template import defaulttags
from django.templatetags import i18n
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.html import conditional_escape
from django.utils.translation import get_language


def url(parser, token):
    """Django's `url`, which looks the same addresses up again and again: sixty on a page, an eighth of its time."""
    node = defaulttags.url(parser, token)
    return _Url(node.view_name, node.args, node.kwargs, node.asvar)


class _Url(defaulttags.URLNode):
    def render(self, context) -> str:
        if self.kwargs or self.asvar:
            return super().render(context)
        args = tuple(str(arg.resolve(context)) for arg in self.args)
        return address(self.view_name.resolve(context), args, get_language(), get_script_prefix())


@lru_cache(maxsize=8_192)
def address(view: str, args: tuple[str, ...], language: str | None, prefix: str) -> str:
    """Django's `reverse`; where the arguments need no quoting, it is asked once a view and they are put in."""
    if all(map(_PLAIN.fullmatch, args)) and (pattern := _pattern(view, len(args), language, prefix)):
        for nth, arg in enumerate(args):
            pattern = pattern.replace(_BLANK.format(nth), arg)
        return pattern
    return conditional_escape(reverse(view, args=args))


def here(view: str, *args: str) -> str:
    """An address in the language that is spoken now."""
    return address(view, args, get_language(), get_script_prefix())


# What any slug, code or key may be made of, and what stands for one: no other address has it.
_PLAIN, _BLANK = re.compile(r"[-\w]+", re.ASCII), "zqxj{}jxqz"


@lru_cache(maxsize=512)
def _pattern(view: str, size: int, _language: str | None, _prefix: str) -> str:
    """The address of a view with blanks; empty where it takes only arguments of another form."""
    try:
        return conditional_escape(reverse(view, args=[_BLANK.format(nth) for nth in range(size)]))
    except NoReverseMatch:
        return ""


def translate(parser, token):
    """Django's `translate`; a sentence that stands in the template is looked up once a language, forty on a page."""
    node = i18n.do_translate(parser, token)
    said = node.filter_expression
    plain = said.var.literal is not None and not (said.filters or node.asvar or node.message_context)
    return _Said(said, node.noop) if plain else node


class _Said(i18n.TranslateNode):
    def __init__(self, *args) -> None:
        super().__init__(*args)
        self.said: dict[str | None, str] = {}

    def render(self, context) -> str:
        language = get_language()
        if language not in self.said:
            self.said[language] = super().render(context)
        return self.said[language]
