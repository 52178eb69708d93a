"""How fast a big CSV of codes becomes coverage rules, as a ratio to a bare COPY of the same rows in the same run.

    DATABASE_URL=postgres://postgres@127.0.0.1:5432/bench_import python benchmarks/import_coverage.py [ROWS]
    python benchmarks/import_coverage.py paste [PLACES]

The second form times a pasted list of towns: draft, preview, apply, revert, in seconds of clock and of this process.

Uses the database it is given and needs it migrated and with regions loaded; its services and rules are its own and are
removed again. Prints rows/s of the whole import (read, check, compare, write rules and changes, index), of the
dry run, of importing the same file again, of a bare COPY of the same columns into an unindexed table, and the
growth of memory.
"""

import csv
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicenet.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from regions.models import Brand, Category, Change, CoverageImport, CoverageRule, Region, Service  # noqa: E402
from regions.postings.touched import Touched  # noqa: E402
from regions.postings.write import follow  # noqa: E402
from regions.services import intake  # noqa: E402
from regions.services.changes import current_sequence  # noqa: E402
from regions.services.intake.rows import Rows  # noqa: E402
from regions.services.intake.tables import import_table  # noqa: E402
from regions.sheets import TYPED, read_rows  # noqa: E402

SLUG = "bench-import"


def main(count: int) -> None:
    path = Path(tempfile.mkdtemp()) / "rules.csv"
    try:
        _prepare(path, count)
        bare = _bare_copy(path)
        print(f"rows {count:,} on {connection.vendor}")
        print(f"bare COPY              {count / bare:>12,.0f} rows/s")
        before = _memory()
        for label, commit in (("dry run", False), ("import", True), ("import again", True)):
            seconds, outcome = _import(path, commit)
            print(
                f"{label:<22} {count / seconds:>12,.0f} rows/s  {bare / seconds:6.3f} of COPY  {outcome.summary()}"
            )
        print(f"memory grew by         {(_memory() - before) / 1024:>12,.0f} MB")
    finally:
        _clean()
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def paste(count: int) -> None:
    """Seconds for each step of a pasted list of so many towns."""
    category, _new = Category.objects.get_or_create(slug=SLUG, name="bench")
    brand, _new = Brand.objects.get_or_create(slug=SLUG, name="bench")
    service = Service.objects.create(slug=f"{SLUG}-paste", name="bench", brand=brand, category=category)
    try:
        towns = Region.objects.open().filter(level=4).order_by("code").values_list("full_name", flat=True)
        names = [name.replace("/", "") for name in random.Random(7).sample(list(towns), count)]
        text = "\n".join("、".join(names[start : start + 10]) for start in range(0, count, 10))
        intake.draft(service=service, text="富顺县")  # loads the resolver
        imp = _timed("draft", lambda: intake.draft(service=service, text=text))
        imp.lines.filter(decision="open").update(decision="skipped")
        _timed("preview", lambda: intake.preview(imp))
        print(_timed("apply", lambda: intake.apply(imp=imp)).summary())
        _timed("revert", lambda: intake.revert(imp=imp))
    finally:
        CoverageRule.objects.filter(service=service).delete()
        CoverageImport.objects.filter(service=service).delete()
        Change.objects.filter(key__startswith=f"{service.slug}:").delete()
        _clean()


def _timed(label: str, step):
    clock, own = time.perf_counter(), time.process_time()
    result = step()
    print(
        f"{label:<10} {time.perf_counter() - clock:6.2f} s   of which this process {time.process_time() - own:6.2f} s"
    )
    return result


def _prepare(path: Path, count: int) -> None:
    """A seeded file: every service takes a random part of all counties and townships."""
    codes = list(Region.objects.open().filter(level__gte=3).order_by("code").values_list("code", flat=True))
    per_service = min(2_000, len(codes))
    services = -(-count // per_service)
    category, _new = Category.objects.get_or_create(slug=SLUG, name="bench")
    brand, _new = Brand.objects.get_or_create(slug=SLUG, name="bench")
    Service.objects.bulk_create(
        [
            Service(slug=f"{SLUG}-{number}", name=f"bench {number}", brand=brand, category=category)
            for number in range(services)
        ],
        batch_size=2_000,
    )
    chosen = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["service", "code"])
        left = count
        for number in range(services):
            for code in chosen.sample(codes, min(per_service, left)):
                writer.writerow([f"{SLUG}-{number}", code])
            left -= per_service


def _bare_copy(path: Path) -> float:
    """Seconds to bring the same rows, with the columns of a rule, into a table without index or constraint."""
    services = dict(Service.objects.filter(slug__startswith=SLUG).values_list("slug", "pk"))
    regions = dict(Region.objects.open().values_list("code", "pk"))
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        values = [
            (services[slug], regions[code], "include", "2026-01-01", None, None, "", None, None)
            for slug, code in rows
        ]
    columns = (
        "service_id, region_id, kind, valid_from, valid_to, response_hours, note, source_id, import_line_id"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE bench_rows AS SELECT {columns} FROM regions_coveragerule WHERE 1 = 0"
        )
        start = time.perf_counter()
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY bench_rows ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO bench_rows ({columns}) VALUES ({','.join(['%s'] * 9)})", values)
        return time.perf_counter() - start


def _import(path: Path, commit: bool):
    start = time.perf_counter()
    lines = read_rows(path, TYPED)
    _number, header = next(lines)
    outcome = import_table(rows=Rows(header, service=None), table=lines, commit=commit, reason=SLUG)
    return time.perf_counter() - start, outcome


def _memory() -> int:
    """The most this process has held, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _clean() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_rows")
        Change.objects.filter(reason=SLUG).delete()
        CoverageRule.objects.filter(service__slug__startswith=SLUG).delete()
        Service.objects.filter(slug__startswith=SLUG).delete()
        Brand.objects.filter(slug=SLUG).delete()
        Category.objects.filter(slug=SLUG).delete()
        follow(Touched(all=True), current_sequence(), None)


if __name__ == "__main__":
    numbers = [int(word.replace("_", "")) for word in sys.argv[1:] if word != "paste"]
    if "paste" in sys.argv:
        paste(*numbers or [10_000])
    else:
        main(*numbers or [1_000_000])
