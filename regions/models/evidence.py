"""Who says so, and who checked it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regions import keys
from regions.choices import SourceKind, VerificationMethod, VerificationResult

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
        return keys.verification_key(self.hotline.key, self.pk)
