"""What the buttons of an import do: decide about lines, apply, revert, discard, take up again."""

import datetime
from collections.abc import Generator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _

from regions import access
from regions.choices import JobKind, RuleKind
from regions.codes import is_digits
from regions.models import ChangeSet, CoverageImport, ImportLine, Job
from regions.services import intake, jobs
from regions.services.intake import hints
from regions.services.intake.carving import carving_of, takes_out
from regions.services.intake.proposals import add
from regions.sheets import read_day
from regions.texts import plain
from regions.wording import in_words

from .intake_forms import read_other
from .jobs import hand_over
from .key_select import is_key

# Rows of a table of outlets that a request reads: the page shows how far it has come.
ROWS_AT_ONCE = 2_000


def press(request, imp: CoverageImport) -> str | HttpResponse:
    """Do what the pressed button says; a sentence of what was done, maybe empty, or the way to a job. Raises ValidationError."""
    post, actor = request.POST, request.user
    what, _colon, index = post.get("do", "").partition(":")
    if what == "read-on":
        intake.read_on(imp, ROWS_AT_ONCE)
        return ""
    if what == "accept-exact":
        return _("Accepted: %(count)d.") % {"count": intake.accept_exact(imp=imp, actor=actor)}
    if what == "accept-renames":
        return _("Accepted as renamed: %(count)d.") % {"count": intake.accept_renames(imp=imp, actor=actor)}
    if what == "apply":
        return _apply(request, imp)
    if what == "revert":
        if job := _as_job(request, imp, JobKind.REVERT, {"seen": seen_in(post)}):
            return job
        return _reverted(imp, intake.revert(imp=imp, actor=actor, seen=seen_in(post)))
    if what == "discard":
        intake.discard(imp=imp, actor=actor, seen=seen_in(post))
        return _("Discarded: it waits for nobody any more. Its text and every decision are kept.")
    if what == "take-up":
        intake.take_up(imp=imp, actor=actor, seen=seen_in(post))
        return _("A draft again, with the decisions as they were.")
    if what == "add":
        kind, _dash, number = index.partition("-")
        text = plain(post.get("fact", "")[:120])
        return add(imp=imp, what=kind, index=int(number) if is_key(number) else 0, text=text, actor=actor)
    if what == "list-line":
        made = intake.declare_list_line(imp=imp, number=int(index) if index.isdigit() else 0, actor=actor)
        return _("Read as a list line: %(count)d places.") % {"count": len(made)}
    return _decide(post, imp, actor, what, index)


def _decide(post, imp: CoverageImport, actor, what: str, codes: str) -> str:
    key = post.get("line", "")
    line = imp.lines.filter(pk=key).first() if is_key(key) else None
    if line is None or what not in ("choose", "other", "skip", "reopen", "as-before", "all-like"):
        raise ValidationError(_("There is no such line."))
    if what == "all-like":
        count = intake.decide_alike(
            line=line, skip=codes == "skip", actor=actor, seen=seen_in({"seen": post.get("revision", "")})
        )
        return _("Decided: %(count)d lines.") % {"count": count}
    seen = post.get("seen")
    if what == "reopen":
        intake.reopen(line=line, seen=seen, actor=actor)
    elif what == "skip":
        intake.decide(line=line, skip=True, actor=actor, seen=seen)
    elif what == "as-before":
        before = hints.decided_before(imp, [line]).get(line.token)
        if before is None:
            raise ValidationError(_("There is no such line."))
        intake.decide_as_before(line=line, before=before, actor=actor, seen=seen)
    else:
        include, exclude = read_other(post.get("other", "")) if what == "other" else _chosen(imp, line, codes)
        if line.kind == RuleKind.EXCLUDE:  # what stands under 不服务 is not served, whichever place it is
            include, exclude = exclude, include
        if "for_all" in post and not access.may_decide_for_all(actor):
            raise PermissionDenied
        intake.decide(
            line=line,
            include=include,
            exclude=exclude,
            for_all_brands="for_all" in post,
            actor=actor,
            seen=seen,
        )
    return ""


def _chosen(imp: CoverageImport, line: ImportLine, codes: str) -> tuple[list[str], list[str]]:
    """The regions of a button: 510322,330102 or, of a line that takes something out, 620000-623000 and nothing else."""
    if takes_out(line) and not intake.is_outlets(imp):
        carving = carving_of(line)
        if carving is None or carving.value != codes:
            raise ValidationError(
                _("This line takes something out of the place: it cannot be taken whole. Type what is meant.")
            )
        return list(carving.include), list(carving.exclude)
    return codes.split(","), []


def _apply(request, imp: CoverageImport) -> str | HttpResponse:
    number = request.POST.get("closing", "").strip()
    end_gone = _day_in(request.POST) if "end" in request.POST else None
    asked: dict[str, Any] = {
        "closing": int(number) if is_digits(number) else None,
        "leave_open": "leave_open" in request.POST,
        "overrule": "overrule" in request.POST,
        "seen": seen_in(request.POST),
    }
    if job := _as_job(request, imp, JobKind.APPLY, asked | {"end_gone": end_gone and end_gone.isoformat()}):
        return job
    outcome = intake.apply(imp=imp, actor=request.user, end_gone=end_gone, **asked)
    *warnings, text = _applied(imp, outcome)
    for warning in warnings:
        messages.warning(request, warning)
    return text


def _as_job(request, imp: CoverageImport, kind: JobKind, asked: dict) -> HttpResponse | None:
    """The way to the job that it is, where it is about many lines."""
    if (total := imp.lines.count()) < jobs.MANY:
        return None
    job = jobs.begin(
        kind, by=request.user, subject=f"{imp} · {imp.service.name}", total=total, imp=imp.pk, **asked
    )
    return hand_over(job)


@jobs.work(JobKind.APPLY)
@jobs.work(JobKind.REVERT)
def _in_a_job(job: Job, told: jobs.Told) -> Generator[int]:
    asked, user = dict(job.params), job.created_by
    imp = CoverageImport.objects.get(pk=asked.pop("imp"))
    jobs.allowed(user)
    if not access.may_import(user, imp.service):
        raise ValidationError(_("Who began this may not do it any more."))
    if job.kind == JobKind.REVERT:
        job.result = {"told": [_reverted(imp, intake.revert(imp=imp, actor=user, progress=told, **asked))]}
        job.changeset = ChangeSet.objects.filter(undoes__uuid=str(imp.changeset)).latest("pk").uuid
    else:
        if asked["end_gone"]:
            asked["end_gone"] = datetime.date.fromisoformat(asked["end_gone"])
        outcome = intake.apply(imp=imp, actor=user, progress=told, **asked)
        job.result = {"told": _applied(imp, outcome)}
        job.changeset = None if outcome.already else imp.changeset
    yield job.total


def _reverted(imp: CoverageImport, outcome: intake.Outcome) -> str:
    told = (
        _("Reverted: %(closed)d outlets taken back, %(created)d as they were.")
        if intake.is_outlets(imp)
        else _("Reverted: %(closed)d rules ended, %(created)d brought back.")
    )
    return told % {"closed": outcome.closed, "created": outcome.created + outcome.changed}


def _applied(imp: CoverageImport, outcome: intake.Outcome) -> list[str]:
    """What is said of an import that was applied: what to look after first, then what was done."""
    found = []
    if outcome.rest:
        text = _("%(count)d lines were left open; they are in %(rest)s.")
        found.append(text % {"count": outcome.left, "rest": outcome.rest})
    return [*found, _said_of(imp, outcome)]


def _said_of(imp: CoverageImport, outcome: intake.Outcome) -> str:
    if outcome.nothing:
        return (
            _("This table changes nothing: all of it stands already.")
            if intake.is_outlets(imp)
            else _("This list changes nothing: all of it stands already.")
        )
    return _(
        "Applied: %(created)d new, %(changed)d changed, %(unchanged)d already there, %(closed)d closed."
    ) % {
        "created": outcome.created,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "closed": outcome.closed,
    }


def _day_in(post) -> datetime.date | None:
    try:
        return read_day(post.get("end_gone", "")[:20])
    except ValueError as error:
        raise ValidationError(in_words(error)) from None


def seen_in(post) -> int | None:
    """The revision of the import that the page showed."""
    seen = post.get("seen", "")
    return int(seen) if seen == "0" or is_key(seen) else None
