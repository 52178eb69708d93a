"""An index over the coverage rules: derived from them, never the truth, rebuilt at any time."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Posting(models.Model):
    """Which services include and exclude one region, as serialised bitmaps of service keys (`pyroaring`).

    `include` and `exclude` hold the services with a rule on the region itself, the other two those with a rule
    on any region strictly below it; all as of `PostingIndex.day`. A region without a row has no rule on or
    below it. Written by `regions.postings` in the transaction that changes the rules; equal to SQL by a test
    and by `manage.py rebuild_postings --check`.
    """

    region = models.OneToOneField(
        "regions.Region",
        models.CASCADE,
        primary_key=True,
        related_name="posting",
        verbose_name=_("region"),
        help_text=_("For example 富顺县 (510322)."),
    )
    include = models.BinaryField(_("included on it"), help_text=_("Bitmap of service keys."))
    exclude = models.BinaryField(_("excluded on it"), help_text=_("Bitmap of service keys."))
    include_below = models.BinaryField(_("included below it"), help_text=_("Bitmap of service keys."))
    exclude_below = models.BinaryField(_("excluded below it"), help_text=_("Bitmap of service keys."))
    sequence = models.BigIntegerField(
        _("sequence"),
        db_index=True,
        help_text=_("The last change that touched a rule on this region or a set of it."),
    )

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")

    def __str__(self) -> str:
        return f"{self.pk}"


class PostingIndex(models.Model):
    """The one row about all postings; without it there is no index, and SQL answers.

    The postings hold for every day from `day` up to, not including, `until`: the first day on which a rule or
    a region that is on file begins or ends.
    """

    generation = models.UUIDField(
        _("generation"), help_text=_("New with every rebuild: what processes keep in memory is void then.")
    )
    day = models.DateField(_("day"), help_text=_("The first day the postings hold for."))
    until = models.DateField(
        _("until"), null=True, help_text=_("The first day they no longer hold for; empty when none is known.")
    )
    listed = models.BinaryField(_("listed"), help_text=_("Bitmap of the services with any rule in force."))

    class Meta:
        verbose_name = _("posting index")
        verbose_name_plural = _("posting index")

    def __str__(self) -> str:
        return f"{self.day}"
