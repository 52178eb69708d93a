"""What applying an import would do, for people: counts on top, exceptions first, in pages."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from regions.choices import Effect, ImportState, Verdict
from regions.models import CoverageImport, CoverageRule, ImportLine, Outlet, Region
from regions.services.stores import Row as StoreRow

from . import hints, outlet_lists
from .carving import Carving, carving_of, named_by, takes_out
from .plan import Item, Place, Plan, find_places, plan, reason_text
from .reasons import why_open

PAGE_SIZE = 50
# What may happen to the regions of a list; to outlets: `outlet_lists.EFFECTS`.
EFFECTS = [effect for effect in Effect.values if effect not in (Effect.CHANGED, Effect.GONE)]
_WRITING_NOTHING = (Effect.REDUNDANT, Effect.UNCHANGED, Effect.SKIPPED)
# Among the lines that need a person: the likeliest loss first.
_VERDICTS: list[str] = [
    Verdict.UNKNOWN,
    Verdict.CONFLICT,
    Verdict.PARTIAL,
    Verdict.SUGGESTION,
    Verdict.AMBIGUOUS,
    Verdict.HISTORICAL,
    Verdict.RULES,
    Verdict.RESOLVED,
]


@dataclass
class Row:
    """One row of the preview. A line that needs a person has `choices`; the others a region (`place`, `kind`).

    `why` says why it is what it is; `rule` is the rule that stands. `likely` is the choice that lies where the line's
    neighbours lie; `before` is how somebody decided about the same words; `carved` what a line says that takes something out: of
    which regions, which, and how a button says so. Of a table of outlets: the `outlet` on file, and
    what the row `said`.
    """

    effect: str
    line: ImportLine | None = None
    place: Place | None = None
    code: str = ""
    kind: str = ""
    rule: CoverageRule | None = None
    why: str = ""
    choices: list[Place] = field(default_factory=list)
    likely: str = ""
    outlet: Outlet | None = None
    said: StoreRow | None = None
    before: ImportLine | None = None
    carved: tuple[list[Place], list[Place], str] | None = None


@dataclass(slots=True)
class Preview:
    """`tokens`: the import's own counts, they add up. `effects`: rows by effect. `rows`: one page of them. `proposed`: counties of a table of
    outlets that the service does not cover, with how many outlets are there.
    """

    tokens: dict[str, int]
    effects: dict[str, int]
    regions: int
    page: int
    pages: int
    count: int
    rows: list[Row]
    proposed: list[tuple[Region, int]] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        """True when applying would write no rule and nothing waits for a person."""
        return not any(number for effect, number in self.effects.items() if effect not in _WRITING_NOTHING)


def preview(
    imp: CoverageImport,
    *,
    page: int = 1,
    page_size: int = PAGE_SIZE,
    effects: tuple[str, ...] = (),
    search: str = "",
) -> Preview:
    """The diff of an import against what stands today, one page of it; `effects` and `search` narrow the rows.

    `search` finds words of the list, names, codes and pinyin of regions, offered ones too, and numbers of lines.

    A page beyond the end is the last one. Of an import that is no draft only the lines are shown as decided.
    """
    if outlet_lists.is_outlets(imp):
        return outlet_lists.preview(imp, page=page, page_size=page_size, effects=effects, search=search)
    todo = plan(imp)
    order = [effect for effect in EFFECTS if not effects or effect in effects]
    rows = _rows(imp, todo)
    chosen = [entry for effect in order for entry in rows[effect]]
    if search := search.strip():
        chosen = _found(imp, chosen, search)
    pages = max(1, -(-len(chosen) // page_size))
    page = min(max(page, 1), pages)
    return Preview(
        tokens=imp.counts,
        effects={effect: len(rows[effect]) for effect in EFFECTS},
        regions=len(todo.wishes),
        page=page,
        pages=pages,
        count=len(chosen),
        rows=_fetch(imp, todo, chosen[(page - 1) * page_size : page * page_size]),
    )


def _rows(imp: CoverageImport, todo: Plan) -> dict[str, list[tuple[str, int | None, Item | None]]]:
    """(effect, line, item) by effect, in order; nothing is fetched that a page does not show."""
    rows: dict[str, list] = {effect: [] for effect in EFFECTS}
    for item in todo.items:
        rows[item.effect].append((item.effect, item.line, item))
    if todo.open_lines and imp.state == ImportState.DRAFT:
        open_lines = imp.lines.filter(decision=ImportLine.Decision.OPEN, is_duplicate=False)
        verdicts = open_lines.order_by("line_no", "position").values_list("pk", "verdict")
        for pk, _verdict in sorted(verdicts, key=lambda row: _VERDICTS.index(row[1])):
            rows[Effect.OPEN].append((Effect.OPEN, pk, None))
        shown = {pk for _effect, pk, _item in rows[Effect.OPEN]}
        if not shown:  # only duplicates are open: show them rather than nothing
            rows[Effect.OPEN] = [(Effect.OPEN, pk, None) for pk in todo.open_lines]
    rows[Effect.SKIPPED] = [(Effect.SKIPPED, pk, None) for pk in todo.skipped]
    return rows


def _found(imp: CoverageImport, entries: list, search: str) -> list:
    """The rows whose words, line or region the search names; of lines that wait, what is offered for them too."""
    asked = Q(token__icontains=search)
    if search.isdecimal() and len(search) < 6:
        asked |= Q(line_no=int(search))
    lines = set(imp.lines.filter(asked).order_by().values_list("pk", flat=True))
    called = Q(full_name__icontains=search) | Q(code__startswith=search)
    if search.isascii() and search.isalpha():
        called |= Q(pinyin__startswith=search.lower())
    codes = set(Region.objects.filter(called).order_by().values_list("code", flat=True))
    waiting = list(imp.lines.filter(decision=ImportLine.Decision.OPEN, is_duplicate=False))
    towns = hints.townships(waiting)
    for line in waiting:
        offered = {*named_by(line.result), line.result.get("parent"), line.result.get("code")}
        if not codes.isdisjoint(offered | set(towns.get(line.pk, ()))):
            lines.add(line.pk)
    return [entry for entry in entries if entry[1] in lines or (entry[2] and entry[2].code in codes)]


def alike(imp: CoverageImport) -> dict[tuple[str, str], list[ImportLine]]:
    """The lines that wait for a person, by verdict and sense."""
    waiting = imp.lines.filter(decision=ImportLine.Decision.OPEN, is_duplicate=False).order_by("pk")
    found: dict[tuple[str, str], list[ImportLine]] = {}
    for line in waiting:
        found.setdefault((line.verdict, line.kind), []).append(line)
    return found


def _fetch(imp: CoverageImport, todo: Plan, page: list[tuple[str, int | None, Item | None]]) -> list[Row]:
    lines = imp.lines.in_bulk({line for _effect, line, _item in page if line is not None})
    waiting = [line for line in lines.values() if line.decision == ImportLine.Decision.OPEN]
    offered = {line.pk: choices_of(line) for line in waiting}
    carved = {line.pk: carving for line in waiting if (carving := carving_of(line))}
    came_over = hints.townships(line for line in waiting if not takes_out(line))
    for pk, towns in came_over.items():
        offered[pk] += [code for code in towns if code not in offered[pk]]
    near = hints.neighbours(imp, waiting)
    before = hints.decided_before(imp, waiting)
    places = dict(todo.places)
    mentioned = {code for codes in offered.values() for code in codes}
    mentioned |= {code for line in lines.values() for code in (*line.include, *line.exclude)}
    mentioned |= {code for line in waiting for code in named_by(line.result)}
    mentioned |= {code for each in carved.values() for code in (*each.include, *each.exclude)}
    mentioned |= {parent for line in waiting if (parent := line.result.get("parent"))}
    places |= find_places(mentioned - places.keys())
    rows = []
    for effect, waits, item in page:
        line = lines.get(waits) if waits is not None else None
        row = Row(effect, line)
        if item is not None:
            row.place, row.code, row.kind = places.get(item.code), item.code, item.kind
            row.rule, row.why = item.rule, reason_text(item, places)
        elif line is not None and line.pk in offered:
            row.choices = [places[code] for code in offered[line.pk] if code in places]
            row.likely = hints.likely(offered[line.pk], near.get(line.line_no, set()))
            row.before = before.get(line.token)
            row.carved = _with_places(carved.get(line.pk), places)
            if takes_out(line):
                row.why = _why_not_whole(line, row, places)
            elif line.pk in came_over:
                row.why = (
                    _("It became a part of others: the townships that came over are offered too.")
                    if came_over[line.pk]
                    else _("It became a part of others; which townships came over is not on file.")
                )
            else:
                row.why = why_open(line, row.choices, places.get(line.result.get("parent", "")))
        rows.append(row)
    return rows


def _why_not_whole(line: ImportLine, row: Row, places: dict[str, Place]) -> str:
    """Why a line that takes something out waits, and what to do where that was not understood."""
    named = [places[code] for code in named_by(line.result) if code in places]
    why = why_open(line, named, places.get(line.result.get("parent", "")))
    what = _(
        "It takes something out, and not all of that is understood. Type what is meant, as 四川省除甘孜州外 or 510000 -513300; or skip it."
    )
    return why if row.carved else f"{why} {what}".strip()


def _with_places(
    carving: Carving | None, places: dict[str, Place]
) -> tuple[list[Place], list[Place], str] | None:
    """A carving by its places; None where one is no region of today."""
    if carving is None or not all(code in places for code in (*carving.include, *carving.exclude)):
        return None
    include, exclude = carving.include, carving.exclude
    return [places[code] for code in include], [places[code] for code in exclude], carving.value


def choices_of(line: ImportLine) -> list[str]:
    """The codes a line may mean (`named_by`); none where it takes something out of them (`carving`)."""
    result = line.result
    if line.verdict == Verdict.RESOLVED:
        return [result["code"]] if result.get("code") else []
    return [] if takes_out(line) else named_by(result)


def whole_choices(waiting: Iterable[ImportLine]) -> dict[int, str]:
    """By open line with one choice: that region, where it is no wider than what the line says. A fixed number of queries.

    A district that was merged into it, a town nobody knows in it, or a house in a city of many districts is one person's
    decision each.
    """
    alone = {line.pk: (line, codes[0]) for line in waiting if len(codes := choices_of(line)) == 1}
    merged = hints.townships(line for line, _code in alone.values())
    return {pk: code for pk, (line, code) in alone.items() if pk not in merged and not _is_wider(line, code)}


def _is_wider(line: ImportLine, code: str) -> bool:
    result = line.result
    if line.verdict == Verdict.PARTIAL:
        return result.get("rest_kind") not in ("address", "detail") or code.endswith("00")
    limits = (result.get(name) for name in ("rest", "include", "exclude"))
    return line.verdict == Verdict.HISTORICAL and any(limits)
