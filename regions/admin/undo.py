"""Undoing a change set, whole or in part: the preview and its button. What undoing means stands in `regions.services.undo`."""

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from regions import access
from regions.choices import ChangeAction, ImportState, JobKind
from regions.models import Change, ChangeSet, Job
from regions.postings.touched import LIST, RULE
from regions.services import jobs
from regions.services.undo import Plan, Refused, plan, undo
from regions.texts import plain

from .change_names import named
from .change_rows import told
from .jobs import hand_over
from .key_select import is_key
from .pretty import kind_label, models_by_kind
from .undone import now_undone, tell_undone

if TYPE_CHECKING:
    from .base import BaseAdmin as Base
else:  # stands beside one
    Base = object

# So many records are shown of what would happen; all are counted.
SHOWN = 200
# What a form may carry of ticks on other pages.
MOST_TICKED = 200_000


class UndoMixin(Base):
    """The page of a change set's admin on which it is undone."""

    def get_urls(self):
        page = path(
            "<int:pk>/undo/", self.admin_site.admin_view(self.undo_view), name="regions_changeset_undo"
        )
        return [page, *super().get_urls()]

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What undoing a set, or the ticked changes of it, would do; its button does it."""
        the_set = self.get_object(request, str(pk))
        if the_set is None:
            raise Http404(_("There is no such record, or it is not one of yours."))
        if not self.has_view_permission(request, the_set):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        only = None if "all" in given else sorted(ticks(given)) or None
        if "some" in given and only is None:
            self.message_user(request, _("Tick the changes first that are to be undone."), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:regions_changeset_change", args=[pk]))
        mine = undoable(request.user)
        if not mine.filter(changeset=the_set.uuid).exists():
            raise PermissionDenied
        reason = plain(given.get("reason", "")).strip()[:200]
        if request.method == "POST" and "reason" in given:
            done = self._undo(request, the_set, only, mine, reason)
            if done is not None:
                return done
        return self._preview(request, the_set, plan(the_set, only, mine), only, reason)

    def _undo(self, request, the_set, only, mine, reason) -> HttpResponse | None:
        if not reason:
            self.message_user(request, _("Say why, in a sentence."), messages.ERROR)
            return None
        total = len(only or ()) or sum(the_set.counts.values())
        if total >= jobs.MANY:
            params = {"reason": reason, "set": the_set.pk, "only": only}
            job = jobs.begin(JobKind.UNDO, by=request.user, subject=str(the_set), total=total, **params)
            return hand_over(job)
        try:
            undo(the_set, only=only, allowed=mine, reason=reason, actor=request.user)
        except (Refused, ValidationError) as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return None
        by, text = now_undone(the_set, request.user)
        self.message_user(request, text, messages.SUCCESS)
        if access.may_see(request.user, by):
            return HttpResponseRedirect(reverse("admin:regions_changeset_change", args=[by.pk]))
        # a maintainer took back a service of his: with it went what says that the set is of his brand
        return HttpResponseRedirect(reverse("admin:regions_changeset_changelist"))

    def _preview(self, request, the_set: ChangeSet, made: Plan, only, reason: str) -> HttpResponse:
        steps = as_changes(made)
        tell_undone([the_set], request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Undo change set %s") % the_set,
            "opts": self.opts,
            "original": the_set,
            "media": self.media,
            "the_set": the_set,
            "only": as_ranges(only or ()),
            "reason": reason or _("undo of %(set)s: %(reason)s") % {"set": the_set, "reason": the_set.reason},
            "rows": told(steps[:SHOWN]),
            "more": len(steps) - min(len(steps), SHOWN),
            "counts": [
                (word, sum(step.action == action for step in steps))
                for word, action in (
                    (_("come back, or begin again"), ChangeAction.CREATE),
                    (_("are changed back"), ChangeAction.UPDATE),
                    (_("go"), ChangeAction.DELETE),
                )
            ],
            "imports": [(imp, ImportState(state).label) for imp, state in made.imports],
            "refused": refusals(made),
            "stands": any(refusal.stands for refusal in made.refused),
            "others": len(made.subjects) > len(made.refused),
            "ready": not made.refused and not made.is_empty,
            "nothing": made.is_empty,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/regions/changeset/undo.html", context)


def ticks(given) -> set[int]:
    """The changes that are ticked: on this page one by one, on others as ranges."""
    found = {int(key) for key in given.getlist("change") if is_key(key)}
    for part in given.get("ticked", "").split(","):
        first, _dash, last = part.partition("-")
        if is_key(first) and is_key(last or first):
            most = int(first) + MOST_TICKED - len(found)
            found.update(range(int(first), min(int(last or first) + 1, most)))
    return found


def as_ranges(keys: Iterable[int]) -> str:
    """Numbers as people write pages to print, 3-7,9: a form can carry many of them."""
    runs: list[list[int]] = []
    for key in sorted(keys):
        if runs and key == runs[-1][1] + 1:
            runs[-1][1] = key
        else:
            runs.append([key, key])
    return ",".join(f"{first}-{last}" if first < last else str(first) for first, last in runs)


@jobs.work(JobKind.UNDO)
def _in_a_job(job: Job, told: jobs.Told) -> Generator[int]:
    jobs.allowed(job.created_by)
    the_set = ChangeSet.objects.get(pk=job.params["set"])
    params = {"only": job.params["only"], "allowed": undoable(job.created_by)}
    undo(the_set, **params, reason=job.reason, actor=job.created_by, progress=told)
    by, text = now_undone(the_set, job.created_by)
    job.changeset, job.result = by.uuid, {"told": [text]}
    yield job.total


def undoable(user) -> QuerySet[Change]:
    """The changes that a user may undo: of records he may see and whose kind he may change, of what forms let him change.

    What makes somebody mighty is given and taken by superusers, and who looks after a brand by those who edit all brands.
    """
    kinds = [
        kind
        for kind, model in models_by_kind().items()
        # Nobody changes a check: whoever records one is told why it stays.
        if user.has_perm(
            f"{model._meta.app_label}.{'add' if kind == 'verification' else 'change'}_{model._meta.model_name}"
        )
    ]
    changes = access.limit(Change.objects.filter(kind__in=[*kinds, LIST] if RULE in kinds else kinds), user)
    if not user.is_superuser:
        changes = changes.exclude(kind__in=("user", "group"))
    if not access.edits_all_brands(user):
        changes = changes.exclude(kind="brand", after__has_key="maintainers")
    return changes


def as_changes(made: Plan) -> list[Change]:
    """What would be written, as changes that are not saved: they are shown as changes are."""
    found = [
        Change(
            kind=each.subject.kind,
            key=each.subject.key,
            action=ChangeAction.UPDATE,
            before={"lines": list(each.left.values())},
            after={"lines": list(each.was.values())},
        )
        for each in made.decisions
    ]
    for step in made.steps:
        now, then = step.now, step.then
        row = now or then or {}
        key = f"{step.subject.key}:{row['valid_from']}" if step.subject.kind == RULE else step.subject.key
        if now is not None and then is not None:
            names = [name for name in {**now, **then} if now.get(name) != then.get(name)]
            now, then = ({name: each.get(name) for name in names} for each in (now, then))
        found.append(
            Change(
                kind=step.subject.kind,
                key=key,
                action=step.action,
                before=now,
                after=then,
                correction=step.correction,
            )
        )
    return found


def refusals(made: Plan) -> list[dict]:
    """What cannot be undone: which record, why, and the set that stands on it."""
    first = {entry.subject: entry.key for entry in reversed(made.chosen)}
    about = {
        refusal.subject: Change(
            kind=refusal.subject.kind, key=first.get(refusal.subject, refusal.subject.key)
        )
        for refusal in made.refused
    }
    names = named(about.values())
    return [
        {
            "kind": kind_label(refusal.subject.kind),
            "named": names[about[refusal.subject].kind, about[refusal.subject].key],
            "why": refusal.why,
            "stands": refusal.stands,
        }
        for refusal in made.refused
    ]
