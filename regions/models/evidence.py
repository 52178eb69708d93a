"""Who says so, who checked it, and who disagrees."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regions.choices import DisputeReason, DisputeState, SourceKind, VerificationMethod, VerificationResult

from .base import SluggedModel, today


class Source(SluggedModel):
    """Where a statement comes from: a page, a document, a call."""

    title = models.CharField(_("title"), max_length=200, help_text=_("For example 某门户网站转载的售后页面."))
    kind = models.CharField(
        _("kind"), max_length=13, choices=SourceKind, help_text=_("For example web page of others.")
    )
    url = models.URLField(
        _("URL"), max_length=500, blank=True, help_text=_("For example https://www.example.com/service.")
    )
    publisher = models.CharField(
        _("publisher"), max_length=120, blank=True, help_text=_("Who published it, when known.")
    )
    fetched_at = models.DateTimeField(
        _("fetched at"), null=True, blank=True, help_text=_("When it was read.")
    )
    content_sha256 = models.CharField(
        _("content hash"),
        max_length=64,
        blank=True,
        help_text=_("SHA-256 of what was read, to notice a change."),
    )
    excerpt = models.TextField(
        _("excerpt"),
        blank=True,
        help_text=_("The short part that bears the statement; facts, not whole pages."),
    )
    machine_checkable = models.BooleanField(
        _("machine-checkable"),
        default=False,
        help_text=_("A program can fetch it and compare (check_hotlines)."),
    )
    changed_at = models.DateTimeField(
        _("content changed at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When a check found other content than before."),
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title


class Verification(models.Model):
    """Somebody checked a hotline. Append-only: a later check is a later row."""

    hotline = models.ForeignKey(
        "regions.Hotline",
        models.PROTECT,
        related_name="verifications",
        verbose_name=_("hotline"),
        help_text=_("What was checked."),
    )
    method = models.CharField(
        _("method"),
        max_length=13,
        choices=VerificationMethod,
        help_text=_("For example compared with the brand's own site."),
    )
    result = models.CharField(
        _("result"), max_length=12, choices=VerificationResult, help_text=_("For example confirmed.")
    )
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="verifications",
        verbose_name=_("evidence"),
        help_text=_("What it was compared with."),
    )
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("What was seen or heard, in a sentence.")
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="verifications",
        verbose_name=_("checked by"),
        help_text=_("Empty when a program checked."),
    )
    checked_on = models.DateField(_("checked on"), default=today, help_text=_("For example 2026-11-21."))
    expires_on = models.DateField(
        _("expires on"),
        null=True,
        blank=True,
        help_text=_("First day on which it no longer counts; 90 days later unless given."),
    )
    recorded_at = models.DateTimeField(
        _("recorded at"), auto_now_add=True, help_text=_("When the row was written.")
    )

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-checked_on", "-id"]
        indexes = [models.Index(fields=["hotline", "-checked_on", "-id"], name="verification_latest")]
        constraints = [
            models.CheckConstraint(
                name="verification_expiry_after_check",
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=models.F("checked_on")),
                violation_error_message=_("The expiry must lie after the day of the check."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()} {self.checked_on}"

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise TypeError("A verification is never rewritten: record a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("A verification is never deleted: record a new one.")

    @property
    def key(self) -> str:
        """How changes name this check: the hotline and a running number."""
        return f"{self.hotline.key}#{self.pk}"


def new_reference() -> str:
    """A reference for a dispute that cannot be guessed: 12 characters without look-alikes (about 58 bits)."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _i in range(12))


class Dispute(models.Model):
    """Somebody says that a hotline, or a line of a coverage list, is wrong.

    It changes one word in answers (*disputed*) and nothing else until a person decides. The reporter is not
    asked for a name; `fingerprint` is a keyed hash that lets repeated reports collapse and says nothing more.
    """

    reference = models.CharField(
        _("reference"),
        max_length=12,
        unique=True,
        default=new_reference,
        editable=False,
        help_text=_("To look its state up."),
    )
    hotline = models.ForeignKey(
        "regions.Hotline",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="disputes",
        verbose_name=_("hotline"),
        help_text=_("What is disputed."),
    )
    rule = models.ForeignKey(
        "regions.CoverageRule",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="disputes",
        verbose_name=_("coverage rule"),
        help_text=_("Or the line of the coverage list that is disputed."),
    )
    reason = models.CharField(
        _("reason"),
        max_length=14,
        choices=DisputeReason,
        help_text=_("For example the number belongs to someone else."),
    )
    statement = models.TextField(
        _("statement"),
        max_length=2000,
        blank=True,
        help_text=_("What is wrong, in the reporter's words. No names or addresses of people."),
    )
    evidence_url = models.URLField(
        _("evidence"), max_length=500, blank=True, help_text=_("A page that shows it.")
    )
    reports = models.PositiveIntegerField(
        _("reports"), default=1, editable=False, help_text=_("How many reports collapsed into this one.")
    )
    further = models.JSONField(
        _("later reports"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("What later reports added: different statements and pages, at most 20."),
    )
    fingerprint = models.CharField(
        _("fingerprint"),
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("Keyed hash of the first reporter's address; emptied with the decision."),
    )
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=DisputeState,
        default=DisputeState.OPEN,
        help_text=_("Open until a person decides."),
    )
    opened_at = models.DateTimeField(
        _("opened at"), auto_now_add=True, help_text=_("When the first report came in.")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_disputes",
        verbose_name=_("decided by"),
        help_text=_("Who decided."),
    )
    decided_at = models.DateTimeField(
        _("decided at"), null=True, blank=True, help_text=_("When it was decided.")
    )
    decision = models.CharField(
        _("decision"), max_length=300, blank=True, help_text=_("Why it was decided so, in a sentence.")
    )

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["fingerprint"], condition=Q(state="open"), name="dispute_open_fingerprint")
        ]
        constraints = [
            models.CheckConstraint(
                name="dispute_one_subject",
                condition=Q(hotline__isnull=False, rule__isnull=True)
                | Q(hotline__isnull=True, rule__isnull=False),
                violation_error_message=_("Name either a hotline or a coverage rule."),
            ),
            models.UniqueConstraint(
                fields=["hotline", "reason"],
                condition=Q(state="open", hotline__isnull=False),
                name="dispute_open_hotline_unique",
                violation_error_message=_(
                    "An open dispute with this reason exists; further reports collapse into it."
                ),
            ),
            models.UniqueConstraint(
                fields=["rule", "reason"],
                condition=Q(state="open", rule__isnull=False),
                name="dispute_open_rule_unique",
                violation_error_message=_(
                    "An open dispute with this reason exists; further reports collapse into it."
                ),
            ),
            models.CheckConstraint(
                name="dispute_decision_has_reason",
                condition=Q(state="open") | ~Q(decision=""),
                violation_error_message=_("A decision needs a reason in words."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def key(self) -> str:
        """How URLs and changes name this dispute."""
        return self.reference
