"""What took the place of a record that ended: which one, since when, and who says so."""

import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_MAX_STEPS = 100


class Replaced(models.Model):
    """To be mixed into a dated record. Only what has an end is replaced, and never by what it replaced itself."""

    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
        help_text=_("What took its place when it ended."),
    )
    replaced_on = models.DateField(
        _("replaced on"),
        null=True,
        blank=True,
        help_text=_("Since when; left empty, the day on which it ended."),
    )
    replaced_source = models.ForeignKey(
        "regions.Source",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)s_replacements",
        verbose_name=_("replaced according to"),
        help_text=_("Who says what took its place."),
    )

    replaced_by_id: int | None
    valid_to: datetime.date | None
    told_on: datetime.date | None = (
        None  # the day that was asked about, where one was: what came later is not told
    )

    class Meta:
        abstract = True

    @property
    def is_to_come(self) -> bool:
        """Whether something took its place only after the day that was asked about."""
        since = self.replaced_on or self.valid_to
        return bool(since and self.told_on and self.told_on < since)

    @property
    def replaced_since(self) -> datetime.date | None:
        return self.replaced_on or self.valid_to if self.replaced_by_id and not self.is_to_come else None

    @property
    def replacement(self) -> Self | None:
        """What has taken its place by the day that was asked about; of a record that is read without a day, what will."""
        return None if self.is_to_come else self.replaced_by  # type: ignore[return-value]  # its own kind

    @property
    def replaced_according_to(self) -> models.Model | None:
        return None if self.is_to_come else self.replaced_source

    def clean_replacement(self) -> None:
        if self.replaced_by_id is None:
            if self.replaced_on or self.replaced_source_id:
                raise ValidationError(
                    {"replaced_by": gettext("Say what took its place, or leave all three empty.")}
                )
            return
        if self.valid_to is None:
            raise ValidationError(
                {"replaced_by": gettext("Only what has ended is replaced: give the day on which it ended.")}
            )
        if self._in_a_circle():
            raise ValidationError(
                {
                    "replaced_by": gettext(
                        "That would go round in a circle: this one took the place of that one."
                    )
                }
            )

    def _in_a_circle(self) -> bool:
        step = self.replaced_by
        for _step in range(_MAX_STEPS):
            if step is None:
                return False
            if step.pk == self.pk:
                return True
            step = step.replaced_by
        return True
