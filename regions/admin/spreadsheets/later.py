"""Long tables as jobs: a worker compares and writes them, or the page that tells of it as it goes where none runs."""

from collections.abc import Generator
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from import_export.tmp_storages import MediaStorage

from regions import access
from regions.admin.jobs import hand_over, opts_of, shown
from regions.choices import JobKind, JobState
from regions.models import Job
from regions.services import jobs
from regions.texts import plain

from .outcome import SHOWN_ROWS, outcome
from .results import Later
from .working import as_it_goes


def kept_as(name: str) -> str:
    """Where an upload lies in its storage."""
    path: str = MediaStorage(name=name).get_full_path()
    return path


def said_why(request: HttpRequest) -> str:
    """The reason that was typed beside the button, or before, where what it was typed for was refused."""
    return plain(request.POST.get("reason") or request.GET.get("reason", "")).strip()[:200]


def begin(
    page, request: HttpRequest, kind: JobKind, table: Later | None, context: dict[str, Any], **params: Any
) -> HttpResponseBase:
    """Begin the job of a long table. `table`: as it is read already, if it is."""
    total = table.total_rows if table else params.pop("total")
    subject = f"{params['name']} · {page.opts.verbose_name_plural}"
    job = jobs.begin(
        kind, by=request.user, subject=subject, total=total, model=page.opts.model_name, **params
    )
    if settings.BACKGROUND:
        return hand_over(job)
    steps = jobs.steps(job.pk, (lambda job, told: _worked(job, table)) if table else None)

    def finish() -> str:
        job.refresh_from_db()
        broke_off = job.state == JobState.BROKEN
        template = "admin/regions/import_broke_off.html" if broke_off else "admin/regions/import_outcome.html"
        return render_to_string(template, {**context, **shown(request, job)}, request)

    return as_it_goes(request, page.import_template_name, context, total, steps, finish)


def confirm(request: HttpRequest, preview: Job) -> HttpResponseBase:
    """Write the table of a preview."""
    page = admin.site._registry[opts_of(preview).model]
    context = {
        **admin.site.each_context(request),
        "title": _("Import"),
        "opts": page.opts,
        "media": page.media,
    }
    params = {name: preview.params[name] for name in ("name", "file", "seen")}
    params |= {"total": preview.total, "preview": preview.pk, "reason": said_why(request)}
    return begin(page, request, JobKind.TABLE, None, context, **params)


@jobs.work(JobKind.PREVIEW)
@jobs.work(JobKind.TABLE)
def _from_file(job: Job, told: jobs.Told) -> Generator[int]:
    opts = opts_of(job)
    page: Any = admin.site._registry[opts.model]
    user: Any = job.created_by
    name = opts.model_name
    jobs.allowed(user, f"change_{name}")
    try:
        with storages["import_export"].open(job.params["file"]) as file:
            dataset = page.import_format().create_dataset(file.read())
    except FileNotFoundError:
        raise ValidationError(_("The uploaded file is no longer there. Choose it again.")) from None
    previews = job.kind == JobKind.PREVIEW
    resource = page.resource_classes[0](
        user=user,
        may_add=user.has_perm(f"regions.add_{name}") and access.may_add(user, opts.model),
        seen=None if previews else job.params["seen"],
        shown=SHOWN_ROWS if previews else 0,
        why=job.reason,
    )
    resource.told = told
    return _worked(job, resource.import_data(dataset, dry_run=previews, file_name=job.params["name"]))


def _worked(job: Job, table: Later) -> Generator[int]:
    yield from table.steps
    result = table.resource.result
    job.result = outcome(result, table.resource._meta.model)
    if job.kind == JobKind.TABLE and not job.result["problems"]:
        job.changeset = result.change_set
