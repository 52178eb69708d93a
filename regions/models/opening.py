"""Opening hours of a record: kept as the source writes them, and read each time (`regions.hours`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.hours import Reading, Schedule, read_hours
from regions.hours.reading import MAX_TEXT


def hours_field() -> models.CharField:
    """The one column of opening hours."""
    return models.CharField(
        _("opening hours"),
        max_length=MAX_TEXT,
        blank=True,
        help_text=_(
            "As the source writes them, for example 周一至周五 8:30-17:30，节假日休息 or 24小时. What is not understood is kept as text."
        ),
    )


class HoursMixin(models.Model):
    """What the column `opening_hours` says."""

    opening_hours: str

    class Meta:
        abstract = True

    @property
    def hours_read(self) -> Reading:
        """The schedule that the text says, or why it says none."""
        return read_hours(self.opening_hours) if self.opening_hours else Reading(Schedule())

    @property
    def schedule(self) -> Schedule:
        """What is understood; one that says nothing where the text is empty or not understood."""
        return self.hours_read.schedule or Schedule()

    @property
    def always_open(self) -> bool:
        return self.schedule.always

    def clean_fields(self, exclude=None) -> None:
        lines = (" ".join(line.split()) for line in self.opening_hours.splitlines())
        self.opening_hours = "；".join(filter(None, lines))
        super().clean_fields(exclude)
