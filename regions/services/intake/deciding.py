"""What a person decides about the lines of a draft."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from regions.choices import ImportState, Share, Verdict
from regions.lookup import successors_of
from regions.models import CoverageImport, ImportLine, Region

from .drafting import reading_of, sameness
from .plan import IntakeError, find_places

Decision = ImportLine.Decision
_EXACT = (Verdict.RESOLVED, Verdict.RULES)


def decide(
    *,
    line: ImportLine,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    skip: bool = False,
    actor=None,
    note: str = "",
) -> list[ImportLine]:
    """Settle a line: the regions it means (codes of current regions), or that it is skipped.

    Duplicates of the line are settled with it. Returns the lines that were settled. Raises IntakeError when the
    import is no draft, a code is not current, or neither regions nor skipping are asked for.
    """
    include, exclude = list(dict.fromkeys(include)), list(dict.fromkeys(exclude))
    if skip and (include or exclude):
        raise IntakeError(_("Either skip the line or name its regions, not both."))
    if not skip and not include and not exclude:
        raise IntakeError(_("Name at least one region, or skip the line."))
    if both := set(include) & set(exclude):
        raise IntakeError(_("%(codes)s: both included and excluded.") % {"codes": ", ".join(sorted(both))})
    _check_codes([*include, *exclude])
    with transaction.atomic():
        _locked_draft(line.coverage_import_id)
        line.refresh_from_db()
        settled = [line, *_twins(line)]
        for each in settled:
            each.decision = Decision.SKIPPED if skip else Decision.ACCEPTED
            each.include, each.exclude = include, exclude
            each.decided_by = actor if actor is not None and actor.pk else None
            each.note = note[:200]
        ImportLine.objects.bulk_update(
            settled, ["decision", "include", "exclude", "decided_by", "note"], batch_size=200
        )
    return settled


def decide_many(
    *,
    imp: CoverageImport,
    accept: str | None = None,
    decisions: Sequence[tuple[ImportLine, dict]] = (),
    actor=None,
) -> None:
    """Settle what needs no choice (`accept`: "exact" or "renames") and many lines, all of it or nothing."""
    with transaction.atomic():
        if accept == "exact":
            accept_exact(imp=imp)
        elif accept == "renames":
            accept_renames(imp=imp, actor=actor)
        for line, decision in decisions:
            decide(line=line, actor=actor, **decision)


def reopen(*, line: ImportLine) -> None:
    """Take a decision back: the line, and its duplicates, stand as the draft read them."""
    with transaction.atomic():
        _locked_draft(line.coverage_import_id)
        line.refresh_from_db()
        lines = [line, *_twins(line)]
        for each in lines:
            _restore(each)
        ImportLine.objects.bulk_update(
            lines, ["decision", "include", "exclude", "decided_by", "note"], batch_size=200
        )


def _restore(line: ImportLine) -> None:
    """As the resolver read it."""
    line.include, line.exclude = reading_of(line.verdict, line.result)
    line.decision = Decision.ACCEPTED if line.verdict in _EXACT else Decision.OPEN
    line.decided_by, line.note = None, ""


def accept_exact(*, imp: CoverageImport) -> int:
    """Accept every open line that was read exactly; returns how many."""
    with transaction.atomic():
        _locked_draft(imp.pk)
        lines = list(imp.lines.filter(verdict__in=_EXACT, decision=Decision.OPEN))
        for line in lines:
            _restore(line)
        ImportLine.objects.bulk_update(lines, ["decision", "include", "exclude"], batch_size=500)
    return len(lines)


def accept_renames(*, imp: CoverageImport, actor=None) -> int:
    """Settle the open lines of abolished regions that live on whole in exactly one; returns how many.

    A region that was split, or of which only a part went to the one successor on file, stays open.
    """
    with transaction.atomic():
        _locked_draft(imp.pk)
        lines = list(imp.lines.filter(verdict=Verdict.HISTORICAL, decision=Decision.OPEN))
        whole: dict[str, str | None] = {}
        settled = []
        for line in lines:
            successor = whole_successor(line.result, whole)
            if successor is None:
                continue
            line.decision, line.include, line.exclude = Decision.ACCEPTED, [successor], []
            line.decided_by = actor if actor is not None and actor.pk else None
            line.note = _("Renamed or recoded as a whole.")
            settled.append(line)
        ImportLine.objects.bulk_update(
            settled, ["decision", "include", "exclude", "decided_by", "note"], batch_size=500
        )
    return len(settled)


def whole_successor(result: dict, known: dict[str, str | None]) -> str | None:
    """The one current region that an abolished one lives on in as a whole; None when there is no such.

    `known` remembers what was found for a code.
    """
    successors = result["successors"]
    named = [item["code"] for item in result["evidence"] if item.get("code") and item["kind"] != "inherited"]
    if len(successors) != 1 or not named:
        return None
    code, successor = named[-1], successors[0]
    if code == successor and Region.objects.open().filter(code=code).exists():
        return successor  # only a name on the way to it is a former one
    if code not in known:
        known[code] = _whole(code, successor)
    return known[code]


def _whole(code: str, successor: str) -> str | None:
    """The successor, when every life of the code that has ended went there whole."""
    lives = list(Region.objects.closed().filter(code=code).order_by("-valid_to"))
    for life in lives:
        found = successors_of(life)
        if [each.region.code for each in found] == [successor]:
            return successor if found[0].share == Share.WHOLE else None
    return None


def _check_codes(codes: Iterable[str]) -> None:
    codes = list(codes)
    missing = sorted(set(codes) - set(find_places(codes)))
    if missing:
        raise IntakeError(
            _("%(codes)s: not a current region. Give codes of regions that exist today.")
            % {"codes": ", ".join(missing[:10])}
        )


def _locked_draft(pk: int) -> CoverageImport:
    imp = CoverageImport.objects.select_for_update(no_key=True).order_by().get(pk=pk)
    if imp.state != ImportState.DRAFT:
        raise IntakeError(
            _("This import is no longer a draft (%(state)s); paste the list again.")
            % {"state": imp.get_state_display()},
            code="not-a-draft",
        )
    return imp


def _twins(line: ImportLine) -> list[ImportLine]:
    """The other lines that are the same statement."""
    others = line.coverage_import.lines.exclude(pk=line.pk)
    exact = line.verdict in _EXACT
    others = others.filter(verdict__in=_EXACT) if exact else others.filter(verdict=line.verdict)
    if not line.is_duplicate:
        others = others.filter(is_duplicate=True)
    key = sameness(line.verdict, line.token, line.result)
    return [each for each in others if sameness(each.verdict, each.token, each.result) == key]
