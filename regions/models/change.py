"""What happened to the directory, in one row of numbers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.choices import ChangeAction


class Change(models.Model):
    """One change to one public record. `id` is the change sequence.

    It drives the audit trail, the ETag, `/changes/` and the snapshot's position. Written by
    `regions.services.changes` in the same transaction as the change itself, at the transaction's end and under
    a lock, so that sequence order is commit order and a reader that polls never misses one committed late.
    """

    kind = models.CharField(
        _("kind"), max_length=20, help_text=_("The word for the record, for example coverage rule.")
    )
    key = models.CharField(
        _("key"),
        max_length=200,
        help_text=_("How URLs name the record, for example alahaotaitai-repair:510322:2026-11-21."),
    )
    action = models.CharField(
        _("action"), max_length=6, choices=ChangeAction, help_text=_("Created, changed or deleted.")
    )
    before = models.JSONField(_("before"), null=True, blank=True, help_text=_("The changed fields before."))
    after = models.JSONField(_("after"), null=True, blank=True, help_text=_("The changed fields after."))
    reason = models.CharField(_("reason"), max_length=200, blank=True, help_text=_("Why, in a sentence."))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="changes",
        verbose_name=_("who"),
        help_text=_("Empty for commands."),
    )
    changeset = models.UUIDField(_("change set"), db_index=True, help_text=_("Changes made together."))
    request_id = models.CharField(
        _("request"), max_length=64, blank=True, help_text=_("The request's id, as in the logs.")
    )
    at = models.DateTimeField(
        _("at"), help_text=_("When, by the server's clock; the order is the sequence, not this.")
    )

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["kind", "key", "id"], name="change_record"),
            models.Index(fields=["actor"], condition=models.Q(actor__isnull=False), name="change_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.key}"
