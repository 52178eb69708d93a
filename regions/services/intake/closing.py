"""What a list in *replace* mode may not do unasked: close most of what stands."""

from collections.abc import Collection
from typing import NamedTuple

from django.utils.translation import gettext as _

from regions.models import CoverageRule
from regions.models.base import in_force, today

from .plan import IntakeError


class Closing(NamedTuple):
    """How many rules a list would close, of how many that are in force."""

    closed: int
    total: int


def closes_most(closed: int, services: Collection[int]) -> Closing | None:
    """What is asked again before it is written: more than half of the rules of these services would end."""
    if not closed:
        return None
    total = CoverageRule.objects.filter(in_force(today()), service__in=services).count()
    return Closing(closed, total) if closed * 2 > total else None


def refuse_unasked(closed: int, services: Collection[int], said: int | None) -> None:
    """IntakeError where that would happen and `said`, the number that a person repeats, is another."""
    asked = closes_most(closed, services)
    if asked and said != asked.closed:
        raise IntakeError(
            _(
                "This would close %(closed)d of %(total)d rules: repeat the number %(closed)d (closing) to apply it."
            )
            % asked._asdict(),
            code="closes-most",
        )
