"""Jobs: long work of one's own, how far it is and what came of it. Each is begun by the door whose work it is."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from regions import access
from regions.choices import JobKind, JobState
from regions.models import ChangeSet, Job
from regions.services import jobs

from .badges import badge
from .base import BaseAdmin, ReadOnlyMixin
from .key_select import is_key
from .look import ChoicesFilter
from .undone import tell_undone

admin.site.unregister(DBTaskResult)  # the library's own page; what people are told of a job stands here
LOOKS = {
    "waiting": "news",
    "running": "news",
    "done": "good",
    "refused": "bad",
    "broken": "bad",
    "cancelled": "plain",
}
TABLES = (JobKind.PREVIEW, JobKind.TABLE)


def address(job: Job) -> str:
    return reverse("admin:regions_job_change", args=[job.pk])


def hand_over(job: Job) -> HttpResponse:
    """Give a job to whoever does it, and lead to its page; where no worker runs it is done by then."""
    jobs.carry_out.enqueue(job.pk)
    return HttpResponseRedirect(address(job))


def opts_of(job: Job):
    """What a table is of."""
    return apps.get_model("regions", job.params["model"])._meta


def shown(request: HttpRequest, job: Job) -> dict[str, Any]:
    """What a page says of a job that is over."""
    the_set = ChangeSet.objects.filter(uuid=job.changeset).first() if job.changeset else None
    tell_undone([the_set], request.user)
    context = {
        "job": job,
        "address": address(job),
        "change_set": the_set if the_set and access.may_see(request.user, the_set) else None,
        **job.result,
    }
    if job.kind in TABLES:
        written = Job.objects.filter(
            kind=JobKind.TABLE,
            params__preview=job.pk,
            state__in=(JobState.WAITING, JobState.RUNNING, JobState.DONE),
        )
        context |= {
            "opts": opts_of(job),
            "is_table": "counts" in job.result,
            "applied": job.kind == JobKind.TABLE,
            "written": job.kind == JobKind.TABLE and job.state == JobState.DONE,
            "began": written.first() if job.kind == JobKind.PREVIEW else None,
        }
    return context


@admin.register(Job)
class JobAdmin(ReadOnlyMixin, BaseAdmin):
    list_display = ("what", "subject", "state_badge", "how_far", "created_by", "created_at", "finished_at")
    list_display_links = ("what", "subject")
    list_filter = (("state", ChoicesFilter), ("kind", ChoicesFilter))
    list_select_related = ("created_by",)
    search_fields = ("subject", "reason")
    sortable_by = ("created_at",)

    def has_view_permission(self, request, obj=None) -> bool:
        """Whoever may do something here sees what he began himself; who works on every brand sees all."""
        user = request.user
        return user.has_module_perms("regions") and (obj is None or access.may_see(user, obj))

    def has_module_permission(self, request) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request):
        running = super().get_queryset(request).filter(state=JobState.RUNNING)
        for job in running:
            jobs.settle(job)
        return super().get_queryset(request).defer("params", "result")

    @admin.display(description=_("job"), ordering="id")
    def what(self, job):
        return job.get_kind_display()

    @admin.display(description=_("state"))
    def state_badge(self, job):
        return badge(job.get_state_display(), LOOKS[job.state])

    @admin.display(description=_("done"))
    def how_far(self, job):
        return f"{jobs.done(job)} / {job.total}"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        job = Job.objects.filter(pk=object_id).first() if is_key(object_id) else None
        if job is None or not self.has_view_permission(request, job):
            raise Http404(gettext("There is no such record, or it is not one of yours."))
        jobs.settle(job)
        if request.method == "POST":
            return self._act(request, job)
        context = {
            **self.admin_site.each_context(request),
            "title": str(job),
            "opts": self.opts,
            "original": job,
            "media": self.media,
            "state": badge(job.get_state_display(), LOOKS[job.state]),
            "done": jobs.done(job),
            "ending": jobs.is_ending(job),
            "back": self._door(job),
            **shown(request, job),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/regions/job/page.html", context)

    def _act(self, request, job: Job) -> HttpResponseBase:
        do = request.POST.get("do")
        if do == "apply" and job.kind == JobKind.PREVIEW and job.state == JobState.DONE:
            from .spreadsheets.later import confirm

            if job.created_by != request.user:
                raise PermissionDenied
            began = shown(request, job)["began"]
            return HttpResponseRedirect(address(began)) if began else confirm(request, job)
        if do != "cancel":
            raise PermissionDenied
        if not job.is_over:
            jobs.cancel(job)
        return HttpResponseRedirect(request.path)

    @staticmethod
    def _door(job: Job) -> str:
        """Where it was begun."""
        match job.kind:
            case JobKind.UNDO:
                return reverse("admin:regions_changeset_change", args=[job.params["set"]])
            case JobKind.APPLY | JobKind.REVERT:
                return reverse("admin:regions_coverageimport_change", args=[job.params["imp"]])
            case JobKind.END:
                return reverse("admin:regions_coveragerule_changelist")
            case JobKind.TABLE:
                return reverse("admin:regions_job_change", args=[job.params["preview"]])
        return reverse(f"admin:regions_{job.params['model']}_import")
