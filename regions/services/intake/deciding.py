"""What a person decides about the lines of a draft."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from regions import access
from regions.choices import ImportState, RuleKind, Verdict
from regions.lookup.places import successors_of_each
from regions.lookup.territory import heirs
from regions.models import CoverageImport, ImportLine, Region
from regions.services.decided import DECIDED, deciding, of_line, place, store

from . import aliases
from .drafting import reading_of, sameness
from .outlet_lists import is_outlets, refuse_decision
from .plan import IntakeError, find_places

Decision = ImportLine.Decision
_EXACT = (Verdict.RESOLVED, Verdict.RULES)


def decide(
    *,
    line: ImportLine,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    skip: bool = False,
    for_all_brands: bool = False,
    actor=None,
    note: str = "",
    seen: str | None = None,
) -> list[ImportLine]:
    """Settle a line: the regions it means (codes of current regions), or that it is skipped.

    Duplicates of the line are settled with it. What was decided is offered again for the same words of the same brand,
    and of every brand with `for_all_brands`, which makes the words an alias too (`aliases`). Returns the lines that were settled. `seen` is the line's `mark` as the
    actor saw it; without it only a line is settled that nobody else has decided. Raises IntakeError when the import is
    no draft, a code is not current, neither regions nor skipping are asked for, or the line is not as seen.
    """
    include, exclude = list(dict.fromkeys(include)), list(dict.fromkeys(exclude))
    if skip and (include or exclude):
        raise IntakeError(_("Either skip the line or name its regions, not both."))
    if not skip and not include and not exclude:
        raise IntakeError(_("Name at least one region, or skip the line."))
    if both := set(include) & set(exclude):
        raise IntakeError(_("%(codes)s: both included and excluded.") % {"codes": ", ".join(sorted(both))})
    _check_codes([*include, *exclude])
    with deciding(of_line(line), actor) as changes:
        imp = locked_draft(line.coverage_import_id)
        if is_outlets(imp):
            refuse_decision(include, exclude, for_all_brands)
        _refuse_unseen(line, seen, actor)
        settled = [line, *_twins(line)]
        _take_back(settled, actor)
        now = timezone.now()
        for each in settled:
            each.decision = Decision.SKIPPED if skip else Decision.ACCEPTED
            each.include, each.exclude = include, exclude
            each.decided_by, each.decided_at = _person(actor), now
            each.note, each.shared = note[:200], for_all_brands
        store(imp, settled, changes)
        if for_all_brands and not skip:
            aliases.keep(line, actor=_person(actor))
    return settled


def decide_many(
    *,
    imp: CoverageImport,
    accept: str | None = None,
    list_lines: Sequence[int] = (),
    decisions: Sequence[tuple[ImportLine, dict]] = (),
    actor=None,
    seen: int | None = None,
) -> None:
    """Settle what needs no choice (`accept`: "exact" or "renames") and many lines, all of it or nothing.

    `list_lines`: other lines of the text that are to be read as list lines first. `seen` is the import's `revision` as
    the actor saw it: then every line is as he saw it.
    """
    from .declaring import declare_list_line

    with deciding(_("import %(import)d: lines are decided") % {"import": imp.pk}, actor):
        if seen is not None:
            refuse_unseen(locked_draft(imp.pk, changes=False), seen)
        for number in list_lines:
            declare_list_line(imp=imp, number=number, actor=actor)
        if accept == "exact":
            accept_exact(imp=imp, actor=actor)
        elif accept == "renames":
            accept_renames(imp=imp, actor=actor)
        for line, decision in decisions:
            mark = line.mark if seen is not None else None
            decide(line=line, actor=actor, seen=mark, **decision)


def decide_alike(*, line: ImportLine, skip: bool, actor=None, seen: int | None = None) -> int:
    """Settle all open lines of this line's verdict and sense: skip them, or take the one region of each that offers one
    no wider than what it says.

    Returns how many. `seen` is the import's `revision` as the actor saw it.
    """
    from .previewing import alike, whole_choices

    lines = alike(line.coverage_import).get((line.verdict, line.kind), [])
    whole = {} if skip else whole_choices(lines)
    decisions: list[tuple[ImportLine, dict]] = []
    for each in lines:
        if skip:
            decisions.append((each, {"skip": True}))
        elif each.pk in whole:
            decisions.append(
                (each, {"exclude" if each.kind == RuleKind.EXCLUDE else "include": [whole[each.pk]]})
            )
    decide_many(imp=line.coverage_import, decisions=decisions, actor=actor, seen=seen)
    return len(decisions)


def reopen(*, line: ImportLine, seen: str | None = None, actor=None) -> None:
    """Take a decision back: the line, and its duplicates, stand as the draft read them."""
    with deciding(of_line(line), actor) as changes:
        imp = locked_draft(line.coverage_import_id)
        _refuse_unseen(line, seen, actor)
        lines = [line, *_twins(line)]
        _take_back(lines, actor)
        for each in lines:
            _restore(each)
        store(imp, lines, changes)


def _take_back(lines: Sequence[ImportLine], actor) -> None:
    """The aliases of what was decided for all brands go; who looks after some brands leaves them, and their lines, alone."""
    shared = [line for line in lines if line.shared]
    person = _person(actor)
    if shared and person is not None and not access.may_decide_for_all(person):
        raise PermissionDenied(_("It was decided for all brands: who may edit all brands can change it."))
    aliases.drop(shared, actor=person)


def restore(imp: CoverageImport, rows: Iterable[dict], changes, *, draft: bool = True) -> None:
    """Bring decisions back as change sets tell them (`services.decided`), and the aliases that came of them.

    `draft`: the import has to be one; else its own state has been changed, and it is held already.
    """
    actor = changes.actor
    if draft:
        locked_draft(imp.pk)
    found = {
        (line.line_no, line.position): line for line in imp.lines.select_related("coverage_import__source")
    }
    lines = [found[place(row)] for row in rows]
    _take_back(lines, actor)
    for line, row in zip(lines, rows, strict=True):
        for column in line._meta.concrete_fields:
            if column.name in DECIDED:
                setattr(line, column.attname, column.to_python(row[column.attname]))
    store(imp, lines, changes)
    for line in lines:
        if line.shared:
            aliases.keep(line, actor=actor)


def _restore(line: ImportLine) -> None:
    """As the resolver read it."""
    line.include, line.exclude = reading_of(line.verdict, line.result)
    line.decision = Decision.ACCEPTED if line.result and line.verdict in _EXACT else Decision.OPEN
    line.decided_by, line.decided_at, line.note, line.shared = None, None, "", False


def accept_exact(*, imp: CoverageImport, actor=None) -> int:
    """Accept every open line that was read exactly; returns how many."""
    with deciding(
        _("import %(import)d: what was read exactly is accepted") % {"import": imp.pk}, actor
    ) as changes:
        locked_draft(imp.pk)
        lines = list(imp.lines.filter(verdict__in=_EXACT, decision=Decision.OPEN))
        for line in lines:
            _restore(line)
        store(imp, lines, changes)
    return len(lines)


def accept_renames(*, imp: CoverageImport, actor=None) -> int:
    """Settle the open lines of abolished regions that live on in one with the same territory; returns how many.

    A region that was merged into an older one, split, or carved up stays open, and so does a name with a limit.
    """
    with deciding(_("import %(import)d: renamed places are accepted") % {"import": imp.pk}, actor) as changes:
        locked_draft(imp.pk)
        lines = list(imp.lines.filter(verdict=Verdict.HISTORICAL, decision=Decision.OPEN))
        whole: dict[tuple[str, str], str | None] = {}
        settled = []
        for line in lines:
            successor = whole_successor(line.result, whole)
            if successor is None:
                continue
            line.decision = Decision.ACCEPTED
            line.include, line.exclude = (
                ([], [successor]) if line.kind == RuleKind.EXCLUDE else ([successor], [])
            )
            line.decided_by, line.decided_at = _person(actor), timezone.now()
            line.note = _("Renamed or recoded as a whole.")
            settled.append(line)
        store(imp, settled, changes)
    return len(settled)


def whole_successor(result: dict, known: dict[tuple[str, str], str | None]) -> str | None:
    """The one current region that an abolished one lives on in with the same territory; None when there is no such.

    What limits the name (吴江市（除盛泽镇）, 长乐市部分乡镇) is never dropped. `known` remembers what was found for
    a code and where it went: a code may have had several lives, which went to different places.
    """
    successors = result["successors"]
    named = [item["code"] for item in result["evidence"] if item.get("code") and item["kind"] != "inherited"]
    if (
        len(successors) != 1
        or not named
        or result.get("rest")
        or result.get("exclude")
        or result.get("include")
    ):
        return None
    code, successor = named[-1], successors[0]
    if code == successor and Region.objects.open().filter(code=code).exists():
        return successor  # only a name on the way to it is a former one
    if (code, successor) not in known:
        known[code, successor] = _heir(code, successor)
    return known[code, successor]


def _heir(code: str, successor: str) -> str | None:
    """The successor, when a life of the code that has ended went there with the same territory and no other did not."""
    lives = list(Region.objects.closed().filter(code=code).order_by("-valid_to"))
    same = heirs(lives)
    went = successors_of_each(lives)
    for life in lives:
        if [each.region.code for each in went[life.pk]] == [successor]:
            return successor if life.pk in same else None
    return None


def _check_codes(codes: Iterable[str]) -> None:
    codes = list(codes)
    missing = sorted(set(codes) - set(find_places(codes)))
    if missing:
        raise IntakeError(
            _("%(codes)s: not a current region. Give codes of regions that exist today.")
            % {"codes": ", ".join(missing[:10])}
        )


def refuse_unseen(imp: CoverageImport, seen: int | None) -> None:
    """Raise IntakeError when an import is not as the actor saw it (`revision`)."""
    if seen is not None and imp.revision != seen:
        raise IntakeError(
            _("Somebody else has worked on this import meanwhile; nothing was changed. Look at it again."),
            code="changed",
        )


def _refuse_unseen(line: ImportLine, seen: str | None, actor) -> None:
    """Bring a line up to date, and raise IntakeError when somebody decided it whose decision the actor has not seen."""
    line.refresh_from_db()
    of_others = line.decided_by_id is not None and line.decided_by != _person(actor)
    if seen == line.mark or (seen is None and not of_others):
        return
    codes = [*line.include, *(f"−{code}" for code in line.exclude)]
    raise IntakeError(
        _(
            "%(who)s has decided “%(token)s” meanwhile: %(decision)s. Look at the line again, and decide anew if need be."
        )
        % {
            "who": line.decided_by.get_username() if line.decided_by else _("Somebody"),
            "token": line.token[:40],
            "decision": " ".join([str(line.get_decision_display()), *codes[:10]]),
        },
        code="changed" if seen is not None else "unseen",
        lines=[line.pk],
    )


def _person(actor):
    return actor if actor is not None and actor.pk else None


def locked_draft(pk: int, changes: bool = True) -> CoverageImport:
    """The draft, held until the commit; with `changes` it is another one afterwards."""
    imp = CoverageImport.objects.select_for_update(no_key=True).order_by().get(pk=pk)
    if imp.state != ImportState.DRAFT:
        raise IntakeError(
            _("This import is no longer a draft (%(state)s); paste the list again.")
            % {"state": imp.get_state_display()},
            code="not-a-draft",
        )
    if changes:
        CoverageImport.objects.filter(pk=pk).update(revision=F("revision") + 1)
    return imp


def _twins(line: ImportLine) -> list[ImportLine]:
    """The other lines that are the same statement."""
    others = line.coverage_import.lines.filter(kind=line.kind).exclude(pk=line.pk)
    exact = line.verdict in _EXACT
    others = others.filter(verdict__in=_EXACT) if exact else others.filter(verdict=line.verdict)
    if not line.is_duplicate:
        others = others.filter(is_duplicate=True)
    key = sameness(line.verdict, line.token, line.result)
    return [each for each in others if sameness(each.verdict, each.token, each.result) == key]


def decide_as_before(
    *, line: ImportLine, before: ImportLine, actor=None, seen: str | None = None
) -> list[ImportLine]:
    """Settle a line as somebody settled the same words, for the same brand or for all brands."""
    return decide(
        line=line, include=before.include, exclude=before.exclude, actor=actor, note=f"{before.coverage_import}: {before.token}", seen=seen
    )  # fmt: skip
