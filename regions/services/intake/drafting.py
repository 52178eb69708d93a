"""A pasted text becomes a draft: every token a line with its verdict, nothing of it coverage yet."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from regions import bulk
from regions.choices import Door, ImportMode, ReleaseState, RuleKind, Verdict
from regions.gazetteer.active import resolver
from regions.models import CoverageImport, ImportLine, Release, Service, Source
from regions.models.intake import title_of
from regions.pages.senses import NOT_SERVED
from regions.services.changes import change_set
from regions.services.stores import is_store_table
from regions.texts import flaw, plain
from regions.wording import in_words

from . import outlet_lists
from .plan import IntakeError
from .reading import Placed, read

# A province's list by township has some 2,500 names; this leaves room for several whole countries.
MAX_TEXT = 2_000_000
MAX_TOKENS = 200_000
_EXACT = (Verdict.RESOLVED, Verdict.RULES)
Decision = ImportLine.Decision


def draft(
    *,
    service: Service,
    text: str,
    mode: str = ImportMode.ADD,
    source: Source | None = None,
    name: str = "",
    at_once: int = outlet_lists.MAX_ROWS,
    as_list: bool = False,
    actor=None,
) -> CoverageImport:
    """Read a text and keep it, word for word, as a draft for a service's list. Writes no coverage.

    With the mode `outlets` the text is a store table, of which so many rows are read `at_once` (`outlet_lists`). It is called by the `name` of its file, or by its first line.

    What was read exactly is accepted; everything else is open and waits for a person. Raises IntakeError when
    the text cannot be kept or read: empty, too long, with a NUL character, or no release of regions loaded; and with the code
    `store-table` when a list was asked for, not with `as_list`, and the text is a store table: of one less is kept.
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
    if mode == ImportMode.OUTLETS:
        return outlet_lists.draft(
            service=service,
            text=text,
            source=source,
            release=release,
            name=plain(name).strip(),
            at_once=at_once,
            actor=actor,
        )
    if not as_list and is_store_table(text):
        raise IntakeError(
            _(
                "This looks like a table of outlets: names, addresses, telephones or hours. Read it as one, or say that it is "
                "a list all the same."
            ),
            code="store-table",
        )
    reading = read(text, (service.category.name, service.kind))
    if len(reading.tokens) > MAX_TOKENS:
        raise IntakeError(
            _("The text names %(count)d places; at most %(max)d are read at once. Split it.")
            % {"count": len(reading.tokens), "max": MAX_TOKENS}
        )
    with change_set(actor=actor, reason=_("list brought in"), door=Door.IMPORT) as changes:
        imp = CoverageImport(
            service=service,
            mode=mode,
            title=_without_person(title_of(text, plain(name).strip())),
            text=text,
            source=source,
            release=release,
            reading=reading.proposals,
            created_by=actor if actor is not None and actor.pk else None,
        )
        lines = make_lines(reading.tokens)
        imp.counts = count((line["verdict"], line["is_duplicate"]) for line in lines)
        imp.save()
        bulk.insert(
            ImportLine,
            ("coverage_import_id", "note", "shared", *COLUMNS),
            ((imp.pk, "", False, *line.values()) for line in lines),
        )
        changes.created(imp)
    return imp


def _without_person(title: str) -> str:
    """A title stands in lists and changes: nobody's name or telephone belongs into it."""
    return resolver().resolve(title).text


def check_text(text: str) -> None:
    """Refuse what no database can keep word for word."""
    if not text.strip():
        raise IntakeError(_("The text is empty; paste a list of places."))
    if len(text) > MAX_TEXT:
        raise IntakeError(
            _("The text has %(length)d characters; at most %(max)d are read at once. Split it.")
            % {"length": len(text), "max": MAX_TEXT}
        )
    if found := flaw(text):
        words = {"line": found.line(text), "flaw": in_words(found.what)}
        raise IntakeError(_("Line %(line)d %(flaw)s.") % words)


COLUMNS = (
    "line_no", "position", "start", "end", "token", "verdict", "result", "decision", "include", "exclude",
    "is_duplicate", "heading", "kind", "held",
)  # fmt: skip


def make_lines(tokens: list[Placed]) -> list[dict[str, Any]]:
    """One line a token, by column. What repeats an earlier line, in the same or other words, is a duplicate."""
    seen: set[tuple] = set()
    lines = []
    for token in tokens:
        result = token.result
        verdict = result["status"]
        exact = verdict in _EXACT
        include, exclude = reading_of(verdict, result)
        key = (token.sense, *sameness(verdict, token.text, result))
        values = (
            token.line_no, token.position, token.start, token.end, token.text, verdict, result,
            Decision.ACCEPTED if exact else Decision.OPEN, include, exclude, key in seen,
            token.heading, RuleKind.EXCLUDE if token.sense == NOT_SERVED else RuleKind.INCLUDE, token.held,
        )  # fmt: skip
        lines.append(dict(zip(COLUMNS, values, strict=True)))
        seen.add(key)
    return lines


def reading_of(verdict: str, result: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The regions to include and to exclude that a line names exactly; none when it does not, or was never read."""
    if not result:
        return [], []
    if verdict == Verdict.RESOLVED:
        return [result["code"]], []
    return (result["include"], result["exclude"]) if verdict == Verdict.RULES else ([], [])


def sameness(verdict: str, token: str, result: dict[str, Any]) -> tuple:
    """Lines with the same key are one statement: the same regions, or the same words where a person decides."""
    if not result:  # a line that was never read
        return (verdict, "".join(token.split()), (), None)
    if verdict == Verdict.RESOLVED:
        return ("exact", (result["code"],), ())
    if verdict == Verdict.RULES:
        return ("exact", tuple(sorted(result["include"])), tuple(sorted(result["exclude"])))
    choices = result["candidates"] or result["successors"]
    return (verdict, "".join(token.split()), tuple(choices), result["parent"])


def count(lines: Iterable[tuple[str, bool]]) -> dict[str, int]:
    """Tokens by what became of them, from (verdict, duplicate). The parts add up to `tokens`; a duplicate is
    counted as that alone."""
    words = Counter(
        "duplicate" if duplicate else "exact" if verdict == Verdict.RESOLVED else str(verdict)
        for verdict, duplicate in lines
    )
    return {"tokens": words.total(), **{word: words[word] for word in COUNTED}}


COUNTED = ("exact", "duplicate", *(word for word in Verdict.values if word != Verdict.RESOLVED))
