"""Compares machine-checkable sources with what they say now, and writes down what was found.

A source is compared by the text of its page, not by its bytes: scripts, styles and spaces do not count. That the
number still stands on the brand's own site or in an authority's record confirms the claim (method "machine");
on anybody else's page it confirms nothing. That it no longer stands there refutes nothing either: it is written
down as a check without a result, and a person looks. What is refuted or disputed is left to people.
"""

import datetime
import hashlib
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from regions.choices import HotlineStatus, VerificationMethod, VerificationResult
from regions.models import Hotline, Source, Verification
from regions.models.hotline import ATTESTING_SOURCES
from regions.phones import find_numbers

from .changes import change_set, fields_of
from .verifications import GoneOn, record_verification

# A confirmation is renewed by machine when the last one ends within so many days, not every night.
RENEW_WITHIN_DAYS = 30
NOTES = {
    VerificationResult.CONFIRMED: _("The number stands on the page."),
    VerificationResult.INCONCLUSIVE: _("The number no longer stands on the page."),
}

State = Literal["unchanged", "changed", "first_read", "not_given", "failed"]


@dataclass(slots=True)
class SourceCheck:
    """One source compared: what became of it, and which of the hotlines that rest on it are still printed there."""

    source: Source
    state: State
    detail: str = ""
    sha256: str = ""
    standing: list[Hotline] = field(default_factory=list)
    gone: list[Hotline] = field(default_factory=list)


def checkable_sources() -> dict[Source, list[Hotline]]:
    """Machine-checkable sources with the claims that rest on them: that they state, or that were checked by them."""
    sources = {source.pk: source for source in Source.objects.filter(machine_checkable=True).order_by("slug")}
    found: dict[int, dict[int, Hotline]] = {pk: {} for pk in sources}
    hotlines = Hotline.objects.with_status().select_related("number", "service__brand").order_by("pk")
    for hotline in hotlines.filter(source__in=sources):
        if hotline.source_id is not None:
            found[hotline.source_id][hotline.pk] = hotline
    checks = Verification.objects.filter(source__in=sources, result=VerificationResult.CONFIRMED)
    by_pk = hotlines.in_bulk(checks.values_list("hotline", flat=True))
    for source_id, hotline_id in checks.order_by("hotline").values_list("source", "hotline").distinct():
        found[source_id][hotline_id] = by_pk[hotline_id]
    return {sources[pk]: list(hotlines.values()) for pk, hotlines in found.items()}


def compare(source: Source, hotlines: list[Hotline], content: bytes, text: str) -> SourceCheck:
    """Compare a source with the page that was just read."""
    visible = visible_text(text)
    digest = hashlib.sha256(visible.encode("utf-8", "replace")).hexdigest()
    known = source.content_sha256.lower()
    if not known:
        state: State = "first_read"
    else:
        state = "unchanged" if known in (digest, hashlib.sha256(content).hexdigest()) else "changed"
    printed = {number.canonical for number in find_numbers(visible)}
    check = SourceCheck(source, state, sha256=digest)
    for hotline in hotlines:
        (check.standing if hotline.number.canonical in printed else check.gone).append(hotline)
    return check


def record(check: SourceCheck, *, actor=None) -> list[Verification]:
    """Write down what a comparison found; returns the checks that were recorded.

    Doing it twice records no check twice; that the page was read again is a change of the source.
    """
    source = check.source
    made = []
    with change_set(actor=actor, reason="check_hotlines") as changes:
        stored = Source.objects.select_for_update(no_key=True).order_by().get(pk=source.pk)
        before = fields_of(stored)
        stored.fetched_at = timezone.now()
        if check.state in ("changed", "first_read"):
            stored.content_sha256 = check.sha256
        if check.state == "changed":
            stored.changed_at = stored.fetched_at
        stored.save(update_fields=["fetched_at", "content_sha256", "changed_at"])
        changes.updated(stored, before)
        for hotline, result in verdicts(check):
            with translation.override(settings.LANGUAGE_CODE):  # commands speak English, records do not
                note = str(NOTES[result])
            with suppress(GoneOn):  # while the page was read; what goes on is compared the next time
                made.append(
                    record_verification(
                        hotline=hotline,
                        method=VerificationMethod.MACHINE,
                        result=result,
                        source=stored,
                        note=note,
                        actor=actor,
                    )
                )
    return made


def verdicts(check: SourceCheck) -> list[tuple[Hotline, VerificationResult]]:
    """What would be recorded about the hotlines of a compared source, given what is on file."""
    left_alone = (HotlineStatus.REFUTED, HotlineStatus.DISPUTED, HotlineStatus.UPCOMING, HotlineStatus.ENDED)
    found = []
    renew_from = timezone.localdate() + datetime.timedelta(
        days=min(RENEW_WITHIN_DAYS, settings.VERIFICATION_DAYS - 1)
    )
    if check.source.kind in ATTESTING_SOURCES:
        for hotline in check.standing:
            lasts = hotline.status == HotlineStatus.VERIFIED and (
                hotline.expires_on is None or hotline.expires_on > renew_from
            )
            if hotline.status not in left_alone and not lasts:
                found.append((hotline, VerificationResult.CONFIRMED))
    for hotline in check.gone:
        last = Verification.objects.filter(hotline=hotline).order_by("-id").first()
        noted = last and (last.source_id, last.method, last.result) == (
            check.source.pk,
            VerificationMethod.MACHINE,
            VerificationResult.INCONCLUSIVE,
        )
        if hotline.status not in left_alone and not noted:
            found.append((hotline, VerificationResult.INCONCLUSIVE))
    return found


class _Visible(HTMLParser):
    """Collects what a reader sees, and the numbers of telephone links."""

    HIDDEN = {"script", "style", "template", "noscript", "svg"}
    INLINE = {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "u", "wbr"}  # fmt: skip

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag, attrs):
        if tag in self.HIDDEN:
            self.hidden += 1
        if tag not in self.INLINE:
            self.parts.append("\n")
        for name, value in attrs:
            if name == "href" and value and value.lower().startswith("tel:"):
                self.parts.append(f" 电话 {value[4:]} ")

    def handle_endtag(self, tag):
        if tag in self.HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        if tag not in self.INLINE:
            self.parts.append("\n")

    def handle_startendtag(self, tag, attrs):
        if tag not in self.HIDDEN:
            self.handle_starttag(tag, attrs)

    def handle_data(self, data):
        if not self.hidden:
            self.parts.append(data)


def visible_text(page: str) -> str:
    """What a reader sees of a page: HTML without markup, scripts and styles; spaces drawn together, widths folded."""
    if "<" in page:
        reader = _Visible()
        reader.feed(page)
        reader.close()
        page = "".join(reader.parts)
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFKC", page).splitlines())
    return "\n".join(line for line in lines if line)
