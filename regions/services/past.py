"""What changes answers about past days: the one place that says which records and which of their columns do."""

from django.db import models

from regions.models import CoverageRule, Hotline, Outlet
from regions.models.base import today
from regions.periods import Period

# Records that hold for a time. Answers about past days come from the same rows as those about today.
DatedRecord = CoverageRule | Hotline | Outlet


def stood(record: models.Model) -> bool:
    """True when a dated record holds on a day before today: who deletes it takes it out of what was answered then."""
    return isinstance(record, DatedRecord) and Period.of(record).meets(Period(None, today()))
