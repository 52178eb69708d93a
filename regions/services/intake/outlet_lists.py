"""Store tables as imports: each row a line that is decided, applied and reverted as those of coverage lists are.

What is kept is the table without the columns of persons, the telephones as they were read. A line's token is the address;
its `result` holds the row beside the divisions that the address may mean.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regions import bulk
from regions.choices import Door, Effect, Held, ImportMode, Verdict
from regions.models import CoverageImport, ImportLine, Release, Service, Source
from regions.models.intake import title_of
from regions.services import stores
from regions.services.changes import change_set
from regions.services.outlets import Placed, named_regions, why_open

from .plan import IntakeError, Outcome

EFFECTS = (Effect.OPEN, Effect.NEW, Effect.CHANGED, Effect.GONE, Effect.UNCHANGED, Effect.SKIPPED)
MAX_ROWS = 20_000
_COLUMNS = (
    "coverage_import_id", "line_no", "position", "start", "end", "token", "verdict", "result", "decision", "include",
    "exclude", "is_duplicate", "heading", "kind", "held", "note", "shared",
)  # fmt: skip
_HEADER = ("名称", "地址", "电话", "营业时间", "区域代码")
Decision = ImportLine.Decision


class RowErrors(IntakeError):
    """The table has errors; nothing was kept. `errors` has them all, each with its line."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


def is_outlets(imp: CoverageImport) -> bool:
    return imp.mode == ImportMode.OUTLETS


def draft(
    *,
    service: Service,
    text: str,
    source: Source | None,
    release: Release,
    name: str = "",
    at_once: int = MAX_ROWS,
    actor: Any = None,
) -> CoverageImport:
    """Read a store table and keep it as a draft. Raises IntakeError with all its errors; then nothing is kept.

    The addresses of so many rows are read `at_once`; `read_on` reads those that follow.
    """
    table = list(stores.rows_of(text))
    if len(table) > MAX_ROWS:
        raise IntakeError(
            _("The table has %(count)d rows; at most %(max)d are read at once. Split it.")
            % {"count": len(table), "max": MAX_ROWS}
        )
    made = stores.Draft(service, source)
    try:
        stores.read(made, table)
    except ValidationError as error:
        raise IntakeError(" ".join(error.messages)) from error
    stores.check_codes(made)
    if made.errors:
        raise RowErrors(_told(made))
    if not made.rows:
        raise IntakeError(_("The table has no rows below its header."))
    said = {"columns": sorted(made.columns), "dropped": made.dropped, "ignored": made.ignored}
    with change_set(actor=actor, reason=_("outlets brought in"), door=Door.IMPORT) as changes:
        imp = CoverageImport(
            service=service,
            mode=ImportMode.OUTLETS,
            title=title_of("", name)
            or title_of(" · ".join([service.name, *(row.name for row in made.rows[:2])])),
            text=_as_text(made),
            source=source,
            release=release,
            reading=said | {"rows": len(made.rows), "unread": len(made.rows)},
            counts=_counts(()),
            created_by=actor if actor is not None and actor.pk else None,
        )
        imp.save()
        _read_rows(imp, made.rows[:at_once])
        changes.created(imp)
    return imp


def unread(imp: CoverageImport) -> int:
    """How many rows of a table of outlets are still to be read."""
    left: int = imp.reading.get("unread", 0)
    return left


def read_on(imp: CoverageImport, at_once: int = MAX_ROWS) -> int:
    """Read the addresses of the rows that follow; how many are still unread then. Raises IntakeError when it is no draft."""
    from .deciding import locked_draft

    with transaction.atomic():
        held = locked_draft(imp.pk)
        imp.reading, imp.counts = held.reading, held.counts
        if left := unread(imp):
            made = stores.Draft(imp.service, None)
            stores.read(made, stores.rows_of(imp.text))
            _read_rows(imp, made.rows[-left:][:at_once])
    return unread(imp)


def _read_rows(imp: CoverageImport, rows: list[stores.Row]) -> None:
    made = stores.Draft(imp.service, None, columns={name: [] for name in imp.reading["columns"]}, rows=rows)
    stores.place(made)
    stores.compare(made)
    bulk.insert(ImportLine, _COLUMNS, (_line(imp, row) for row in rows))
    imp.reading["unread"] -= len(rows)
    known, new = imp.counts, _counts(_verdict(row) for row in rows)
    imp.counts = {word: known[word] + number for word, number in new.items()}
    imp.save(update_fields=["reading", "counts"])


def _told(made: stores.Draft) -> list[str]:
    return [_("Line %(line)d: %(text)s") % {"line": line, "text": said} for line, said in made.errors]


def _as_text(made: stores.Draft) -> str:
    """The table as it was read: what is kept of it. Each row stands in the line it came in, where that is free."""
    rows: list[stores.Cells] = [(1, list(_HEADER))]
    for row in made.rows:
        numbers = "/".join("转".join(filter(None, number[:2])) for number in row.numbers)
        rows.append((row.line, [row.name, row.address, numbers, row.hours, row.code]))
    return stores.as_text(rows)


def _counts(verdicts: Iterable[str]) -> dict[str, int]:
    from .drafting import count

    return count((verdict, False) for verdict in verdicts)


def _verdict(row: stores.Row) -> str:
    if row.unplaced:
        return Verdict.CONFLICT if row.placed.region else row.placed.verdict
    return Verdict.RESOLVED if row.region else row.placed.verdict


def _line(imp: CoverageImport, row: stores.Row) -> tuple:
    verdict = _verdict(row)
    code = row.region.code if verdict == Verdict.RESOLVED and row.region else None
    start = len(row.name) + 1  # in its line of the text
    offered = [region.code for region in row.choices] if row.unplaced else []
    result = {
        "status": verdict, "code": code, "candidates": offered, "successors": [], "include": [], "exclude": [],
        "parent": None, "evidence": [], "rest": row.placed.rest,
        "row": {"name": row.name, "hours": row.hours, "numbers": [list(each) for each in row.numbers], "code": row.code},
    }  # fmt: skip
    return (
        imp.pk, row.line, 1, start, start + len(row.address), row.address, verdict, result,
        Decision.OPEN if row.state == "open" else Decision.ACCEPTED, [code] if code else [], [], False, row.name,
        "include", Held.CLAIMED if row.claimed and row.state == "open" else "", "", False,
    )  # fmt: skip


def refuse_decision(include: Iterable[str], exclude: Iterable[str], for_all_brands: bool) -> None:
    """An address is decided by the one division it lies in, for its outlet alone. Raises IntakeError."""
    if exclude or len(list(include)) > 1:
        raise IntakeError(_("An outlet lies in one region: name one, or skip the row."))
    if for_all_brands:
        raise IntakeError(_("An address is decided for its own outlet, not for other brands."))


def compared(imp: CoverageImport) -> stores.Draft:
    """The table with the decisions about its lines, held against what is on file today. Reads only."""
    made = stores.Draft(
        imp.service, imp.source, columns={name: [] for name in imp.reading.get("columns", ())}
    )
    lines = list(
        imp.lines.order_by("line_no").only(
            "coverage_import", "line_no", "token", "result", "decision", "include", "verdict", "decided_by_id"
        )
    )
    codes = {
        code
        for line in lines
        for code in (*line.include, *line.result["candidates"], line.result["code"])
        if code
    }
    regions = named_regions(codes)
    for line in lines:
        said, result = line.result["row"], line.result
        row = stores.Row(
            line.line_no, said["name"], line.token, said["hours"], [stores.Number(*each) for each in said["numbers"]],
            code=said["code"], key=line.pk,
        )  # fmt: skip
        candidates = [regions[code] for code in result["candidates"] if code in regions]
        read = result["code"] or ""
        if row.code and line.verdict == Verdict.CONFLICT and line.decision == Decision.OPEN:
            read = result["candidates"][0]  # the address against its column
        row.placed = Placed(
            regions.get(read),
            result["rest"],
            candidates,
            why_open(line.verdict, candidates) if candidates else "",
            line.verdict,
        )
        _as_decided(row, line, regions)
        made.rows.append(row)
    stores.compare(made)
    if imp.reading.get("part"):
        made.gone = []
    return made


def _as_decided(row: stores.Row, line: ImportLine, regions: dict[str, Any]) -> None:
    if line.decision == Decision.SKIPPED:
        row.state = "skipped"
    elif line.decided_by_id is not None or (line.decision == Decision.ACCEPTED and line.result["candidates"]):
        row.region = regions.get(next(iter(line.include), ""))
        row.decided = row.region is not None


def write(
    imp: CoverageImport,
    *,
    actor: Any,
    leave_open: bool,
    end_gone: datetime.date | None,
    progress: stores.Progress = iter,
) -> tuple[Outcome, list[int]]:
    """Make the rows of a draft outlets, within the change set; the lines left open. Raises IntakeError while rows are open."""
    read_on(imp)
    made = compared(imp)
    left = [row.key for row in made.of("open")]
    if made.errors:
        raise RowErrors(_told(made))
    if left and not leave_open:
        raise IntakeError(
            _(
                "Rows that need a person: %(count)d. Decide or skip them, or leave them open in a draft of their own."
            )
            % {"count": len(left)},
            code="open-lines",
            lines=left,
        )
    outcome = Outcome(
        created=len(made.of("new")),
        changed=len(made.of("changed")),
        unchanged=len(made.of("unchanged")),
        closed=len(made.gone) if end_gone else 0,
    )
    try:
        stores.apply(made, end_gone=end_gone, actor=actor, progress=progress)
    except ValidationError as error:
        raise IntakeError(" ".join(error.messages)) from error
    return outcome, left


def preview(imp: CoverageImport, *, page: int, page_size: int, effects: tuple[str, ...], search: str) -> Any:
    """What applying would do, as of coverage lists: counts, and a page of rows, those that need a person first."""
    from . import hints
    from .plan import Place
    from .previewing import Preview, Row

    made = compared(imp)
    of_effect: dict[str, list] = {effect: made.of(effect) for effect in EFFECTS}
    of_effect[Effect.GONE] = made.gone
    asked = [effect for effect in EFFECTS if not effects or effect in effects]
    chosen = [
        (effect, each) for effect in asked for each in of_effect[effect] if _named(each, search.strip())
    ]
    pages = max(1, -(-len(chosen) // page_size))
    page = min(max(page, 1), pages)
    shown = chosen[(page - 1) * page_size : page * page_size]
    lines = imp.lines.in_bulk([each.key for effect, each in shown if effect != Effect.GONE])
    waiting = [lines[each.key] for effect, each in shown if effect == Effect.OPEN]
    before = hints.decided_before(imp, waiting)

    def place(region: Any) -> Place:
        return Place(region.pk, region.code, region.path, region.full_name)

    rows = []
    for effect, each in shown:
        if effect == Effect.GONE:
            rows.append(Row(effect, place=each.region and place(each.region), outlet=each))
            continue
        line = lines[each.key]
        row = Row(effect, line, why=each.why if effect == Effect.OPEN else "", outlet=each.outlet, said=each)
        if effect == Effect.OPEN:
            row.choices, row.before = [place(region) for region in each.choices], before.get(line.token)
        elif each.region is not None:
            row.place, row.code = place(each.region), each.region.code
        else:
            row.why = each.placed.why or _("No division was recognised in this address.")
        rows.append(row)
    return Preview(
        tokens=imp.counts,
        effects={effect: len(of_effect[effect]) for effect in EFFECTS},
        regions=0,
        page=page,
        pages=pages,
        count=len(chosen),
        rows=rows,
        proposed=made.proposed,
    )


def _named(each: Any, search: str) -> bool:
    """Whether a row, or an outlet, is of what is searched: a word of its name or address, or its line."""
    if not search:
        return True
    return search in each.name or search in each.address or search == str(getattr(each, "line", ""))
