"""What moved and what wants looking at: changes of the last days, every signal by severity and brand, sources by age."""

import datetime
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from regions.choices import SEVERITY_OF, Severity
from regions.models import Brand, Change, ChangeSet, Hotline, Source
from regions.models.base import today
from regions.postings.touched import INDEX
from regions.signals import Record, Signal, of_brands

from .tables import Row, Table

DAYS = (7, 30, 90)
CHANGES = ("kind", "action", "days_7", "days_30", "days_90", "latest")
SIGNALS = ("severity", "code", "title", "brand", "brand_name", "subject_kind", "subject", "subject_name",
           "explanation", "records", "record_names", "silenced_by")  # fmt: skip
SOURCES = (
    "source",
    "title",
    "kind",
    "publisher",
    "url",
    "read_on",
    "age_days",
    "age",
    "changed_on",
    "hotlines",
    "rules",
)
# Ages of sources: read within so many days; older; never read.
AGES = ("30", "90", "365", "older", "never")
# Signals of so many brands are computed in one request; of more only the nightly files have all.
MOST_BRANDS = 200
_BATCH = 50
# Rules of a source are counted up to here.
MOST_RULES = 10_000


def changes(rows: QuerySet[Change], now: datetime.datetime | None = None) -> Table:
    """How many records were created, changed and deleted in the last 7, 30 and 90 days, out of some changes (2 queries)."""
    now = now or timezone.now()
    since = {days: now - datetime.timedelta(days) for days in DAYS}
    first = _first_since(since[max(DAYS)] - datetime.timedelta(1))
    counts = {f"days_{days}": Count("pk", filter=Q(at__gte=day)) for days, day in since.items()}
    rows = rows.exclude(kind=INDEX)  # no record: the index over the rules was built anew
    found = rows.filter(pk__gte=first, at__gte=since[max(DAYS)]) if first else rows.none()
    records = list(
        found.order_by()
        .values("kind", "action")
        .annotate(**counts, latest=Max("at"))
        .order_by("kind", "action")
    )
    for record in records:
        record["latest"] = timezone.localtime(record["latest"]).date().isoformat()
    return Table("changes", CHANGES, records, list, {"since": _days(since)})


def _days(since: dict[int, datetime.datetime]) -> list[str]:
    return [timezone.localtime(day).date().isoformat() for day in since.values()]


def _first_since(moment: datetime.datetime) -> int | None:
    """The first change of the first set since a moment: sets are few and found by their day, changes are not."""
    uuid = (
        ChangeSet.objects.filter(at__gte=moment).order_by("at", "pk").values_list("uuid", flat=True).first()
    )
    if uuid is None:
        return None
    return Change.objects.filter(changeset=uuid).aggregate(first=Min("pk"))["first"]


def signals(
    brands: QuerySet[Brand], severities: Collection[str] = (), on: datetime.date | None = None
) -> Table:
    """Every signal about what some brands list, the severest first, then by brand. The records are the brands' keys."""
    wanted = set(severities or Severity.values)

    def present(part: Sequence[int]) -> list[Row]:
        rows: list[Row] = []
        for start in range(0, len(part), _BATCH):
            batch = list(Brand.objects.filter(pk__in=part[start : start + _BATCH]))
            found = of_brands(batch, on)
            for brand in batch:
                about = found[brand.pk]
                rows += [_signal(each, brand) for each in (*about.standing, *about.silenced)]
        rank = {word: place for place, word in enumerate(Severity.values)}
        rows = [row for row in rows if row["severity"] in wanted]
        return sorted(
            rows, key=lambda row: (bool(row["silenced_by"]), rank[row["severity"]], row["brand"], row["code"])
        )

    keys = list(brands.values_list("pk", flat=True))
    return Table("signals", SIGNALS, keys, present, {"brands": len(keys)})


def _signal(signal: Signal, brand: Brand) -> Row:
    return {
        "severity": SEVERITY_OF[signal.code].value,
        "code": signal.code.value,
        "title": str(signal.code.label),
        "brand": brand.slug,
        "brand_name": brand.name,
        "subject_kind": signal.subject.kind,
        "subject": signal.subject.key,
        "subject_name": signal.subject.name,
        "explanation": signal.explanation,
        "records": [_key(record) for record in signal.records],
        "record_names": [record.name for record in signal.records],
        "silenced_by": signal.silenced_by,
    }


def _key(record: Record) -> str:
    return f"{record.kind}:{record.key}"


def sources(
    ages: Collection[str] = (), on: datetime.date | None = None, own: Iterable[int] | None = None
) -> Table:
    """Every source by how long ago it was read: never first, then the oldest. Counted is what rests on it, of `own` services alone
    where that is said.
    """
    day = on or today()
    wanted = set(ages or AGES)
    read = Source.objects.order_by("fetched_at", "pk")
    never = [each for each in read.filter(fetched_at=None) if "never" in wanted]
    dated = [each for each in read.exclude(fetched_at=None) if age_of(_days_since(each, day)) in wanted]

    def present(part: Sequence[Source]) -> list[Row]:
        keys = [each.pk for each in part]
        of = {} if own is None else {"service__in": list(own)}
        hotlines = _count(Hotline.objects.filter(source__in=keys, **of))
        rules = {each.pk: each.rules.filter(**of).order_by()[:MOST_RULES].count() for each in part}
        return [_source(each, day, hotlines.get(each.pk, 0), rules[each.pk]) for each in part]

    return Table("sources", SOURCES, never + dated, present, {"on": day.isoformat()})


def age_of(days: int | None) -> str:
    if days is None:
        return "never"
    return next((word for word in AGES[:3] if days <= int(word)), "older")


def _days_since(source: Source, day: datetime.date) -> int | None:
    return (day - timezone.localtime(source.fetched_at).date()).days if source.fetched_at else None


def _source(source: Source, day: datetime.date, hotlines: int, rules: int) -> Row:
    age = _days_since(source, day)
    return {
        "source": source.slug,
        "title": source.title,
        "kind": source.kind,
        "publisher": source.publisher,
        "url": source.url,
        "read_on": timezone.localtime(source.fetched_at).date().isoformat() if source.fetched_at else None,
        "age_days": age,
        "age": age_of(age),
        "changed_on": timezone.localtime(source.changed_at).date().isoformat() if source.changed_at else None,
        "hotlines": hotlines,
        "rules": rules,
    }


def _count(rows: QuerySet) -> dict[int, int]:
    return dict(rows.order_by().values_list("source").annotate(Count("pk")))
