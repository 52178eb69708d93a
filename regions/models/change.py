"""What happened to the directory, in one row of numbers."""

from django.conf import settings
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, StrIndex, Substr
from django.utils.translation import gettext_lazy as _

from regions.choices import ChangeAction, Door
from regions.keys import SEP

# `keys.service_of` of a change's key, in SQL: three thousand rules of one service have one.
BEGINNING = Substr("key", 1, StrIndex(Concat("key", Value(SEP)), Value(SEP)) - 1)


class Told(models.Model):
    """Why something was written and by which request; by whom and when stand beside it, each with its own index."""

    reason = models.CharField(_("reason"), max_length=200, blank=True, help_text=_("Why, in a sentence."))
    request_id = models.CharField(
        _("request"), max_length=64, blank=True, help_text=_("The request's id, as in the logs.")
    )

    class Meta:
        abstract = True


class Change(Told):
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
    correction = models.BooleanField(
        _("correction"),
        db_default=False,
        help_text=_("It was always so: answers about past days have changed with it."),
    )
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


class ChangeSet(Told):
    """What was changed together: by whom, when, why and by which door. `id` is the short number that people see.

    Written with its changes, at the transaction's end. `uuid` is what they call it: `Change.changeset`.
    """

    uuid = models.UUIDField(_("change set"), unique=True, help_text=_("As its changes name it."))
    door = models.CharField(
        _("door"),
        max_length=10,
        choices=Door,
        blank=True,
        help_text=_("Form, import, command …; empty for sets from before doors were noted."),
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="change_sets",
        verbose_name=_("who"),
        help_text=_("Empty for commands."),
    )
    at = models.DateTimeField(_("at"), db_index=True, help_text=_("When it was written."))
    counts = models.JSONField(
        _("records"),
        default=dict,
        help_text=_('How many records of which kind, for example {"coverage-rule": 20}.'),
    )
    undoes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
        verbose_name=_("undoes"),
        help_text=_("The change set that this one undoes, or a part of it."),
    )

    class Meta:
        verbose_name = _("change set")
        verbose_name_plural = _("change sets")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def key(self) -> str:
        """How people name this set."""
        return str(self.pk)
