"""Long work: who began it, how it ended, and what came of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.choices import JobKind, JobState


class Job(models.Model):
    """Work of minutes that somebody began in the admin. A worker does it, or the request itself where none runs.

    How far it is while it runs stands in a file (`services.jobs`): what it writes is one transaction, and nobody sees into that.
    """

    kind = models.CharField(_("job"), max_length=7, choices=JobKind, help_text=_("What is done."))
    subject = models.CharField(
        _("of what"), max_length=200, help_text=_("For example the name of a file, or #17.")
    )
    params = models.JSONField(
        _("details"), default=dict, editable=False, help_text=_("What it is done with.")
    )
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("Why, as it stands in the change set.")
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=JobState,
        default=JobState.WAITING,
        help_text=_("For example “is being done”."),
    )
    total = models.PositiveIntegerField(
        _("rows"), default=0, help_text=_("How many rows or records it is about.")
    )
    result = models.JSONField(
        _("what came of it"), default=dict, editable=False, help_text=_("Kept for 30 days.")
    )
    changeset = models.UUIDField(
        _("change set"), null=True, blank=True, help_text=_("The change set that it wrote.")
    )
    language = models.CharField(
        _("language"), max_length=10, editable=False, help_text=_("The language of who began it.")
    )
    request_id = models.CharField(
        _("request"), max_length=64, blank=True, editable=False, help_text=_("The request that began it.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="jobs",
        verbose_name=_("created by"),
        help_text=_("Who began it."),
    )
    created_at = models.DateTimeField(
        _("created at"), auto_now_add=True, help_text=_("When it was asked for.")
    )
    started_at = models.DateTimeField(
        _("started at"), null=True, blank=True, help_text=_("When its turn came.")
    )
    finished_at = models.DateTimeField(
        _("finished at"), null=True, blank=True, help_text=_("When it was over, however it ended.")
    )

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"

    @property
    def key(self) -> str:
        return str(self.pk)

    @property
    def is_over(self) -> bool:
        return self.state not in (JobState.WAITING, JobState.RUNNING)
