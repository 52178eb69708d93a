"""Editions of the region data."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regions.choices import ReleaseState


class Release(models.Model):
    """An edition of the region data: who published it, up to which day it is true, under which licence.

    Loading compares first (`load_regions`, a dry run) and then changes all rows and this one in a single
    transaction (`--commit`), so no reader meets half a release. Lives make a second, inactive copy needless:
    what an edition drops stays readable as a closed row. One release is active; earlier ones are retired.
    """

    edition = models.CharField(
        _("edition"), max_length=40, unique=True, help_text=_("For example 2026-09-11.")
    )
    publisher = models.CharField(
        _("publisher"), max_length=200, help_text=_("For example 民政部 国家地名信息库.")
    )
    cut_off = models.DateField(
        _("cut-off date"), help_text=_("The data are true up to this day, for example 2026-09-11.")
    )
    licence = models.CharField(_("licence"), max_length=200, help_text=_("For example CC BY 4.0."))
    checksum = models.CharField(
        _("checksum"), max_length=64, help_text=_("SHA-256 over the files of the edition.")
    )
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=ReleaseState,
        default=ReleaseState.ACTIVE,
        help_text=_("One release is active."),
    )
    loaded_at = models.DateTimeField(
        _("loaded at"), auto_now=True, help_text=_("When its rows were last written.")
    )
    comparison = models.JSONField(
        _("comparison"),
        default=dict,
        blank=True,
        help_text=_(
            "What it changed against the release before: counts and codes of new, gone, renamed, moved and recoded regions."
        ),
    )

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-cut_off", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="active"),
                name="release_one_active",
                violation_error_message=_("Another release is active; retire it first."),
            )
        ]

    def __str__(self) -> str:
        return self.edition

    @property
    def key(self) -> str:
        """How URLs and changes name this edition."""
        return self.edition
