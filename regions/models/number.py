"""Numbers: what is dialled, whoever claims it."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regions.choices import PhoneKind


class PhoneNumber(models.Model):
    """A telephone number as a thing of its own, known by its digits: the same digits in any grouping are one row.

    That it is here says only that somebody printed it; who claims it stands in `Hotline`.
    """

    canonical = models.CharField(
        _("number"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"\A\d{3,20}\Z", _("Digits only, for example 4001865909."))],
        help_text=_("Digits only; fixed lines with their area code. For example 4001865909."),
    )
    kind = models.CharField(
        _("kind"), max_length=16, choices=PhoneKind, help_text=_("For example 400 number.")
    )
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="numbers",
        verbose_name=pgettext_lazy("of a number", "province"),
        help_text=_("For 96 short codes, which mean something else in each province. For example 广东省."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("For example 号段归属."))

    class Meta:
        verbose_name = _("number")
        verbose_name_plural = _("numbers")
        ordering = ["canonical", "id"]

    def __str__(self) -> str:
        return self.canonical

    @property
    def key(self) -> str:
        """How URLs and changes name this number."""
        return self.canonical
