"""A pasted text becomes a draft: every token a line with its verdict, nothing of it coverage yet."""

from collections import Counter
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regions.choices import ImportMode, ReleaseState, Verdict
from regions.models import CoverageImport, ImportLine, Release, Service, Source

from .plan import IntakeError
from .reading import Placed, read

# A province's list by township has some 2,500 names; this leaves room for several whole countries.
MAX_TEXT = 2_000_000
MAX_TOKENS = 200_000
_BATCH = 1_000
_EXACT = (Verdict.RESOLVED, Verdict.RULES)


def draft(
    *,
    service: Service,
    text: str,
    mode: str = ImportMode.ADD,
    source: Source | None = None,
    actor=None,
) -> CoverageImport:
    """Read a text and keep it, word for word, as a draft for a service's list. Writes no coverage.

    What was read exactly is accepted; everything else is open and waits for a person. Raises IntakeError when
    the text cannot be kept or read: empty, too long, with a NUL character, or no release of regions loaded.
    """
    check_text(text)
    if mode not in ImportMode.values:
        raise IntakeError(
            _("%(mode)s is not a mode; use one of: %(modes)s.")
            % {"mode": mode, "modes": ", ".join(ImportMode.values)}
        )
    release = Release.objects.filter(state=ReleaseState.ACTIVE).first()
    if release is None:
        raise IntakeError(_("No regions are loaded yet; run manage.py load_regions --commit."))
    reading = read(text)
    if len(reading.tokens) > MAX_TOKENS:
        raise IntakeError(
            _("The text names %(count)d places; at most %(max)d are read at once. Split it.")
            % {"count": len(reading.tokens), "max": MAX_TOKENS}
        )
    with transaction.atomic():
        imp = CoverageImport(
            service=service,
            mode=mode,
            text=text,
            source=source,
            release=release,
            reading=reading.proposals,
            created_by=actor if actor is not None and actor.pk else None,
        )
        lines = make_lines(imp, reading.tokens)
        imp.counts = count(lines)
        imp.save()
        ImportLine.objects.bulk_create(lines, batch_size=_BATCH)
    return imp


def check_text(text: str) -> None:
    """Refuse what no database can keep word for word."""
    if not text.strip():
        raise IntakeError(_("The text is empty; paste a list of places."))
    if len(text) > MAX_TEXT:
        raise IntakeError(
            _("The text has %(length)d characters; at most %(max)d are read at once. Split it.")
            % {"length": len(text), "max": MAX_TEXT}
        )
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise IntakeError(_("Line %(line)d holds a NUL character; remove it.") % {"line": line})
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise IntakeError(
            _("Line %(line)d holds half a character; copy it again.") % {"line": line}
        ) from None


def make_lines(imp: CoverageImport, tokens: list[Placed]) -> list[ImportLine]:
    """One line a token. What an earlier line says in other words or the same is marked as a duplicate."""
    seen: set[tuple] = set()
    lines = []
    for token in tokens:
        result = token.result
        verdict = result["status"]
        key = sameness(verdict, token.text, result)
        include = [result["code"]] if verdict == Verdict.RESOLVED else result["include"]
        exact = verdict in _EXACT
        lines.append(
            ImportLine(
                coverage_import=imp,
                line_no=token.line_no,
                position=token.position,
                start=token.start,
                end=token.end,
                token=token.text,
                verdict=verdict,
                result=result,
                decision=ImportLine.Decision.ACCEPTED if exact else ImportLine.Decision.OPEN,
                include=include if exact else [],
                exclude=result["exclude"] if exact else [],
                is_duplicate=key in seen,
            )
        )
        seen.add(key)
    return lines


def sameness(verdict: str, token: str, result: dict[str, Any]) -> tuple:
    """Lines with the same key are one statement: the same regions, or the same words where a person decides."""
    if verdict == Verdict.RESOLVED:
        return ("exact", (result["code"],), ())
    if verdict == Verdict.RULES:
        return ("exact", tuple(sorted(result["include"])), tuple(sorted(result["exclude"])))
    choices = result["candidates"] or result["successors"]
    return (verdict, "".join(token.split()), tuple(choices), result["parent"])


def count(lines: list[ImportLine]) -> dict[str, int]:
    """Tokens by what became of them. The parts add up to `tokens`; a duplicate is counted as that alone."""
    words = Counter(
        "duplicate" if line.is_duplicate else "exact" if line.verdict == Verdict.RESOLVED else line.verdict
        for line in lines
    )
    return {"tokens": len(lines), **{word: words[word] for word in COUNTED}}


COUNTED = ("exact", "duplicate", *(word for word in Verdict.values if word != Verdict.RESOLVED))
