"""What waits to be checked: the verification queue of the admin and of `check_hotlines`."""

import datetime

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models import SmallIntegerField as Small

from regions.choices import HotlineStatus
from regions.models import Hotline
from regions.models.base import in_force, today

# A check that ends within so many days is due; 0 is overdue.
DUE_DAYS = (30, 7, 0)


def queue(on: datetime.date | None = None) -> QuerySet[Hotline]:
    """Claims that stand on the day and are not refuted: disputed, then reported, then the longest unchecked first."""
    on = on or today()
    urgency = Case(
        When(status=HotlineStatus.DISPUTED, then=Value(0)),
        When(reports_open__gt=0, then=Value(1)),
        default=Value(2),
        output_field=Small(),
    )
    return (
        Hotline.objects.filter(in_force(on))
        .with_status(on)
        .exclude(status=HotlineStatus.REFUTED)  # type: ignore[misc]  # annotated
        .annotate(urgency=urgency)
        .order_by("urgency", F("checked_on").asc(nulls_first=True), "id")
    )


def following(rows: QuerySet[Hotline], hotline: Hotline) -> Hotline | None:
    """The claim that stands after this one in (a part of) the queue and was not checked today; None at its end."""
    rows = rows.exclude(pk=hotline.pk).filter(Q(checked_on__isnull=True) | Q(checked_on__lt=today()))
    place = queue().filter(pk=hotline.pk).values_list("urgency", "checked_on").first()  # type: ignore[misc]
    if place is None:
        return rows.first()
    urgency, checked = place
    later = Q(checked_on__gt=checked) if checked else Q(checked_on__isnull=False)
    same = Q(checked_on=checked) if checked else Q(checked_on__isnull=True)
    behind = Q(urgency__gt=urgency) | Q(urgency=urgency) & (later | same & Q(pk__gt=hotline.pk))
    return rows.filter(behind).first()


def buckets(on: datetime.date | None = None) -> dict[str, Q]:
    """The parts of the queue by name; a claim may be in several (`due_30` holds `due_7` holds `due_0`)."""
    on = on or today()
    checked = Q(last_result="confirmed")
    return {
        "disputed": Q(status=HotlineStatus.DISPUTED),
        "reported": Q(reports_open__gt=0),
        **{
            f"due_{days}": checked & Q(expires_on__lte=on + datetime.timedelta(days=days))
            for days in DUE_DAYS
        },
        "never": Q(last_result__isnull=True),
    }


def bucket_counts(rows: QuerySet[Hotline], on: datetime.date | None = None) -> dict[str, int]:
    """How many claims each part of a queue holds, and all (one query)."""
    parts = {name: Count("pk", filter=condition) for name, condition in buckets(on).items()}
    return rows.order_by().aggregate(all=Count("pk"), **parts)
