"""Synthetic directories: real regions, invented services, always the same for the same scale."""

import datetime
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from regions import bulk
from regions.choices import ChangeAction, Level
from regions.models import (
    Brand,
    Category,
    CoverageRule,
    Hotline,
    PhoneNumber,
    Region,
    Service,
    Source,
    Verification,
)
from regions.models.base import today
from regions.postings.touched import INDEX
from regions.services.changes import change_set

CATEGORIES = 40
RULE_COLUMNS = (
    "service_id", "region_id", "kind", "valid_from", "valid_to", "response_hours", "note", "source_id",
    "import_line_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """How many services, and how many rules each has on average."""

    name: str
    services: int
    rules_each: int

    @property
    def rules(self) -> int:
        return self.services * self.rules_each


SCALES = {
    "smoke": Scale("smoke", 40, 50),
    "a": Scale("a", 500, 400),
    "b": Scale("b", 5_000, 600),
    "c": Scale("c", 50_000, 600),
}


def build(scale: Scale, say=print) -> None:
    """Fill an empty, migrated database; nothing when this scale stands in it already."""
    if Brand.objects.filter(slug=f"bench-{scale.name}").exists():
        return
    if not Region.objects.exists():
        call_command("load_regions", "--commit", verbosity=0, stdout=_Quiet())
    chance = random.Random(20261121)
    say(f"scale {scale.name}: {scale.services} services, about {scale.rules} rules")
    with change_set(reason="benchmark") as changes, transaction.atomic():
        services = _services(scale, chance)
        with _without_indexes():
            bulk.insert(CoverageRule, RULE_COLUMNS, _rules(scale, services, _Places(), chance))
        Brand.objects.create(slug=f"bench-{scale.name}", name=f"bench-{scale.name}")
        changes.add(INDEX, "all", ChangeAction.UPDATE, {}, {})
    if connection.vendor == "postgresql":  # as autovacuum does later; SQLite stays as users have it
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")


def _services(scale: Scale, chance: random.Random) -> list[int]:
    """Services with one to three hotlines each; every third one verified, some of those expired."""
    now, day = timezone.now(), today()
    sources = Source.objects.bulk_create(
        Source(
            slug=f"page-{n}",
            title=f"示例售后页面 {n}",
            kind="web_page",
            url=f"https://example.com/{n}",
            fetched_at=now,
        )
        for n in range(50)
    )
    categories = Category.objects.bulk_create(
        Category(slug=f"category-{n}", name=f"品类 {n}") for n in range(CATEGORIES)
    )
    brands = Brand.objects.bulk_create(
        (Brand(slug=f"brand-{n}", name=f"示例品牌 {n}") for n in range(max(1, scale.services // 2))),
        batch_size=2_000,
    )
    services = Service.objects.bulk_create(
        (
            Service(
                slug=f"service-{n}",
                name=f"示例品牌 {n // 2} 售后维修 {n}",
                brand=brands[n // 2 % len(brands)],
                category=chance.choice(categories),
                kind=chance.choice(("repair", "installation", "cleaning")),
                nationwide_claimed=n % 3 == 0,
            )
            for n in range(scale.services)
        ),
        batch_size=2_000,
    )
    numbers = PhoneNumber.objects.bulk_create(
        (PhoneNumber(canonical=f"400{n:07d}", kind="toll_free_400") for n in range(2 * scale.services)),
        batch_size=2_000,
    )
    hotlines = Hotline.objects.bulk_create(
        (
            Hotline(
                service=service,
                number=number,
                labels=["售后服务热线", "24小时客服电话"],
                opening_hours="24小时" if number.pk % 2 == 0 else "",
                source=chance.choice(sources),
            )
            for at, service in enumerate(services)
            for number in numbers[2 * at : 2 * at + chance.choice((1, 1, 2))]
        ),
        batch_size=2_000,
    )
    Verification.objects.bulk_create(
        (
            Verification(
                hotline=hotline,
                method="call",
                result="confirmed",
                checked_on=(checked := day - datetime.timedelta(chance.randrange(1, 120))),
                expires_on=checked + datetime.timedelta(90),
            )
            for hotline in hotlines
            if chance.random() < 0.33
        ),
        batch_size=2_000,
    )
    return [service.pk for service in services]


class _Places:
    """What rules point at, read before any row goes in: a connection that copies answers no questions."""

    def __init__(self) -> None:
        rows = list(Region.objects.open().order_by("pk").values_list("pk", "level", "code", "path"))
        self.ids = {code: pk for pk, _level, code, _path in rows}
        self.at_level = {
            level: [(pk, path) for pk, own, _code, path in rows if own == level] for level in Level.values
        }
        shuffled = random.Random(7)
        for regions in self.at_level.values():
            shuffled.shuffle(regions)
        self.sources = list(Source.objects.values_list("pk", flat=True))


def _rules(scale: Scale, services: list[int], places: _Places, chance: random.Random) -> Iterator[tuple]:
    """Rules at all levels with nested exclusions; regions early in the list are named by many more services.

    One service in thirty lists the whole country and carves out; the others list mostly districts.
    """
    ids, at_level, sources = places.ids, places.at_level, places.sources
    shares = {Level.PROVINCE: 0.008, Level.PREFECTURE: 0.1, Level.COUNTY: 0.65, Level.TOWNSHIP: 0.242}
    country = at_level[Level.COUNTRY][0][0]
    began = [datetime.date(2024, 1, 1) + datetime.timedelta(7 * n) for n in range(100)]
    ended = datetime.date(2026, 6, 1)
    for service_id in services:
        size = max(3, int(scale.rules_each * chance.triangular(0.2, 2.2, 0.6)))
        everywhere = chance.random() < 1 / 30
        source_id = chance.choice(sources)
        seen = set()
        if everywhere:
            seen.add(country)
            yield (service_id, country, "include", chance.choice(began), None, None, "", source_id, None)
        for level, share in shares.items():
            regions = at_level[level]
            for _n in range(int(size * share + chance.random())):
                # A power of a uniform number: the first tenth of the list takes about a third of the rules.
                pk, path = regions[int(len(regions) * chance.random() ** 1.7)]
                if pk in seen:
                    continue
                seen.add(pk)
                inside = everywhere or any(ids.get(code) in seen for code in path.split("/")[1:-2])
                kind = "exclude" if inside and chance.random() < 0.6 else "include"
                closed = ended if chance.random() < 0.03 else None
                hours = 2 if chance.random() < 0.2 else None
                yield (service_id, pk, kind, chance.choice(began), closed, hours, "", source_id, None)


@contextmanager
def _without_indexes() -> Iterator[None]:
    """On PostgreSQL, drop the rules' indexes and checks while millions of rows go in, then make them again."""
    if connection.vendor != "postgresql":
        yield
        return
    table = CoverageRule._meta.db_table
    with connection.cursor() as cursor:
        # Inside one transaction with the regions: what is still to be checked of them holds their tables.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype IN ('u', 'c', 'f')",
            [table],
        )
        constraints = cursor.fetchall()
        for name, _definition in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT LIKE '%%_pkey'",
            [table],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        for name, definition in constraints:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


class _Quiet:
    def write(self, text: str) -> None:
        pass

    def flush(self) -> None:
        pass
