"""How answers read on the public pages."""

import datetime
import json
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import quote, urlencode

from django import template
from django.urls import get_script_prefix
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regions.api.sentences import Said, limits_of, limits_text, opening_text
from regions.choices import (
    TRUSTED,
    AnswerState,
    Channel,
    DisputeReason,
    HotlineStatus,
    OutletReach,
    Precision,
    RuleKind,
    SignalCode,
)
from regions.hours import State
from regions.models import CoverageRule, Hotline, Outlet
from regions.models.base import today
from regions.phones import display
from regions.web import once, words
from regions.wording import clauses, in_words
from regions.wording import spelled as words_of_number

from .letters import cited, gap, is_chinese_page, mixed, named, told

register = template.Library()
# An extension that a telephone can dial; what else is written there stands in words beside the number.
DIALLED = re.compile(r"\d+", re.ASCII)


@register.filter
def state_label(state: str) -> str:
    """An answer state in a household's words."""
    return str(words.STATES[AnswerState(state)])


@register.filter
def reach_label(reach: str) -> str:
    """Why an outlet is named for a place."""
    return str(words.REACHES[OutletReach(reach)])


@register.filter
def reported_for(record) -> str:
    """The reasons of what is reported against a line of a list, in words."""
    given = set((getattr(record, "reports_reasons", "") or "").split(","))
    return clauses(str(words.reason_of_line(reason)) for reason in DisputeReason if reason in given)


@register.simple_tag
def why(hit, region) -> SafeString:
    """The reason of a hit in a sentence."""
    return mixed(words.why(hit, region))


@register.filter
def hotline_status(hotline) -> str:
    """A hotline's status in a household's words, with the day of its check."""
    said = str(words.STATUSES[HotlineStatus(hotline.status)])
    if hotline.status == HotlineStatus.ENDED and hotline.valid_to:
        return _("ended on %(day)s") % {"day": hotline.valid_to}
    if hotline.checked_on and hotline.status in _CHECKED:
        return f"{said} ({hotline.checked_on})"
    return said


_CHECKED = (HotlineStatus.VERIFIED, HotlineStatus.EXPIRED, HotlineStatus.REFUTED)
register.filter("limits_text", limits_text)
register.filter("clauses", clauses)


@register.filter
def limits(record) -> SafeString:
    """What limits a hotline, a rule or an outlet: in bold what holds back something today, the rest beside it."""
    if isinstance(record, CoverageRule):
        said = Said(record.note, record.response_hours, record.valid_from, record.valid_to)
        return _limits_of_line(said, today(), get_language())
    return _limits(record, told)


@lru_cache(maxsize=4_096)
def _limits_of_line(said: Said, _day: datetime.date, _language: str | None) -> SafeString:
    """Lines of a list differ in little but their place. The note of one is a text of others."""
    return _limits(said, mixed)


def _limits(record: Hotline | Outlet | Said, say: Callable[[str], str]) -> SafeString:
    parts = [_LIMIT[limit.binds].format(say(limit.text)) for limit in limits_of(record)]
    return mark_safe(f" {clauses(parts)}" if parts else "")  # noqa: S308 - `say` has escaped them


_LIMIT = {True: "<strong>{}</strong>", False: '<span class="quiet">{}</span>'}


register.filter("hours", words.hours_of)


@register.filter
def now_text(shown) -> str:
    """What opening hours say of this minute; nothing of what is always open, or always by appointment."""
    always = (
        shown.now is None or shown.now.until is None and shown.now.state in (State.OPEN, State.BY_APPOINTMENT)
    )
    return "" if always else opening_text(shown.now, shown.moment)


@register.filter
def plain(signal) -> str:
    """What is odd, in a household's words; `signal.explanation` has the figures."""
    return str(words.SIGNALS[signal.code])


@register.filter
def oddities(codes: Iterable[SignalCode]) -> str:
    """The same of signals of which only the codes are at hand, in one text."""
    return ("" if is_chinese_page() else " ").join(str(words.SIGNALS[code]) for code in codes)


@register.filter
def reason(entry: dict) -> str:
    """Why the number or page reader takes a line or a number for what it is, in the active language."""
    return in_words(entry.get("said") or entry["reason"])


@register.filter
def dial(hotline) -> str:
    """The address that a number is called or written to by; empty for a fax."""
    by = {Channel.PHONE: "tel", Channel.SMS: "sms"}.get(hotline.channel)
    extension = hotline.extension if DIALLED.fullmatch(hotline.extension) and by == "tel" else ""
    return f"{by}:{hotline.number.canonical}{extension and ';ext='}{extension}" if by else ""


@register.filter
def called(hotline) -> SafeString:
    """The number of a hotline in its usual grouping, with its extension."""
    return mixed(words_of_number(hotline.number.canonical, hotline.extension))


@register.filter
def to_be_trusted(hotline) -> bool:
    """Whether a number is one to dial from a page: verified or attested."""
    return getattr(hotline, "status", "") in TRUSTED


@register.filter
def spelled(canonical: str) -> str:
    """A number in its usual grouping."""
    return display(canonical)


@register.filter
def in_script(data: dict) -> SafeString:
    """JSON for a script element: nothing in it can end the element or begin a comment."""
    text = json.dumps(data, ensure_ascii=False, default=str, separators=(",", ":"))
    return mark_safe(  # noqa: S308 - what could end the element is escaped
        text.translate({ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
    )


@register.simple_tag(takes_context=True)
def with_place(context, code: str, **changes) -> str:
    """The parameters of the question for another place, its filters kept, a product or a state added, or taken off where it is empty."""
    asked = asked_of(context, code, *changes) | {name: [value] for name, value in changes.items() if value}
    return urlencode(asked, doseq=True)


def asked_of(context, code: str, *without: str) -> dict[str, list[str]]:
    query = context.get("query")
    asked = dict(query.lists()) if query is not None else {}
    for name in ("page", "point", "point_system", *without):
        asked.pop(name, None)
    asked["q"] = [code]
    return asked


@register.simple_tag
def place_items(places) -> SafeString:
    """Places as items of a list, each leading to its page."""
    chinese_page, language, prefix = is_chinese_page(), get_language(), get_script_prefix()
    rows = (
        (
            once.address("web:region", (place.code,), language, prefix),
            place.name if chinese_page else named(place),
        )
        for place in places
    )
    return format_html_join("", '<li><a href="{}">{}</a></li>', rows)


def _on_or_in(day, precision: str) -> str:
    if precision == Precision.YEAR:
        return _("in %(year)s") % {"year": f"{day:%Y}"}
    return _("on %(day)s") % {"day": f"{day:%Y-%m-%d}"}


@register.filter
def ended_when(region) -> str:
    """When a closed region ended, as precisely as is known."""
    return _on_or_in(region.valid_to, region.to_precision)


@register.filter
def when(succession) -> str:
    """The day or the year of a succession."""
    return (
        f"{succession.date:%Y}" if succession.precision == Precision.YEAR else f"{succession.date:%Y-%m-%d}"
    )


register.tag("url", once.url)
register.tag("translate", once.translate)


@register.tag
def captureas(parser, token):
    """`{% captureas name %}…{% endcaptureas %}`: what stands between, under a name, for a second use. On one line, trimmed."""
    _tag, name = token.split_contents()
    nodes = parser.parse(("endcaptureas",))
    parser.delete_first_token()
    return _Capture(nodes, name)


class _Capture(template.Node):
    def __init__(self, nodelist: template.NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context) -> str:
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return ""


@register.simple_tag
def line(rule, decides: int = 0, brief: int = 0) -> SafeString:
    """What stands beside a line of a list. `decides`: it is the one that an answer rests on; `brief`: without its source.

    In Python, for a page has up to twenty.
    """
    parts = []
    if rule.kind == RuleKind.EXCLUDE and not decides:
        parts.append(format_html(' <span class="chip excluded">{}</span>', _("left out")))
    if getattr(rule, "disputed", False):
        parts.append(format_html(' <span class="chip disputed">{}</span>', _("reported as wrong")))
        if said := reported_for(rule):
            parts.append(format_html(" {} ({})", said, _("not decided")))
    parts.append(limits(rule))
    if not brief:
        parts.append(
            format_html(' <span class="quiet">· {}{}</span>', _of_source(rule, decides), _reporting(rule))
        )
    return SafeString("".join(parts))


def _of_source(rule, decides: int) -> SafeString | str:
    if not rule.source:
        return ""
    link = _source_link(
        rule.source.slug, rule.source.title, bool(decides), get_language(), get_script_prefix()
    )
    nth = _(", line %(line)s") % {"line": rule.import_line.line_no} if rule.import_line else ""
    return format_html("{}{} · ", link, nth) if nth else link + _DOT


_DOT = SafeString(" · ")


@lru_cache(maxsize=4_096)
def _source_link(slug: str, title: str, decides: bool, language: str | None, prefix: str) -> SafeString:
    address = once.address("web:source", (slug,), language, prefix)
    return format_html(
        '{}<a href="{}">{}</a>', _("Source:") + gap() if decides else "", address, cited(title)
    )


def _reporting(rule) -> SafeString:
    begins, ends = _report_link(get_language(), get_script_prefix())
    return mark_safe(f"{begins}{quote(rule.key, safe='/')}{ends}")  # noqa: S308 - quoted as templates write it


@lru_cache(maxsize=16)
def _report_link(language: str | None, prefix: str) -> tuple[str, str]:
    """What stands before and behind the key of a line."""
    address = once.address("web:report", (), language, prefix)
    return f'<a href="{address}?coverage_rule=', format_html('" rel="nofollow">{}</a>', _("Report"))


@register.filter
def another_is_checked(about) -> bool:
    """Whether beside a number of some calls, or of the hits of an answer, the brand's checked one is named."""
    calls = [call for each in about or () for call in getattr(each, "calls", [each])]
    return any(getattr(call, "confirmed", ()) for call in calls)
