"""How long signals take on a large directory, and whether planted twins are found.

    python benchmarks/signals.py --services 5000 --rules 600
    python benchmarks/signals.py --services 50000 --rules 60 --database postgres://postgres@127.0.0.1/bench_signals

Makes an own database (a temporary SQLite file unless --database names an empty one), loads the region data, fills it
with seeded lists of random units, plants pairs of nearly equal lists of different brands, and prints times as
milliseconds: the median and the slowest by the clock, and the median of processor time. Never a timed test: a busy machine is slower, not wrong.
"""

import argparse
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TWINS = 100
RUNS = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--services", type=int, default=5_000)
    parser.add_argument("--rules", type=int, default=600, help="rules a service, on average")
    parser.add_argument(
        "--database", default="", help="URL of an empty database; else a temporary SQLite file"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = options.database or f"sqlite:///{folder}/signals.sqlite3"
        os.environ.setdefault("DEBUG", "1")
        os.environ.setdefault("LOG_LEVEL", "ERROR")
        os.environ["DJANGO_SETTINGS_MODULE"] = "servicenet.settings"
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        django.conf.settings.DEBUG = False  # or Django keeps every query in memory
        run(options)


def run(options) -> None:
    from django.core.management import call_command
    from django.db import connection

    from regions.models import PhoneNumber, Service
    from regions.models.base import today
    from regions.signals import Claims, load_units, near_equal, of_numbers, of_service, of_services
    from regions.signals.likeness import like_others
    from regions.signals.places import _read_units, load_lists

    call_command("migrate", verbosity=0)
    call_command("load_regions", commit=True, stdout=open(os.devnull, "w"))  # noqa: SIM115
    started = time.perf_counter()
    twins = fill(options.services, options.rules)
    rules = options.services * options.rules
    print(
        f"{connection.vendor}: {options.services} services, about {rules} rules, filled in {time.perf_counter() - started:.0f} s"
    )

    started = time.perf_counter()
    call_command("rebuild_postings", stdout=open(os.devnull, "w"))  # noqa: SIM115
    print(f"postings rebuilt in {time.perf_counter() - started:.0f} s")
    on, units, rng = today(), load_units(today()), random.Random(2)
    services = list(Service.objects.order_by("pk"))
    some = rng.sample(services, RUNS)
    timed("units of a day, read", lambda _n: _read_units(on), RUNS)
    timed("signals of one service", lambda n: of_service(some[n]), RUNS)

    def alike(n):
        lists = load_lists([some[n].pk], on, units)
        like_others([some[n]], lists, units, on)

    timed("  of this: whose list is nearly equal", alike, RUNS)
    timed("signals of 50 services at once", lambda n: of_services(services[50 * n : 50 * n + 50]), 5)
    number = PhoneNumber.objects.get(canonical="4000000000")
    timed("a number with 50 claims", lambda _n: of_numbers(Claims.load([number], on), [number]), 5)

    found = sum("list_like_other_brand" in of_service(one).codes() for one, _other in twins)
    print(f"one by one: {found} of {len(twins)} planted twins found")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, used = time.perf_counter(), time.process_time()
    groups = near_equal(on, units)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    planted = {tuple(sorted((one.pk, other.pk))) for one, other in twins}
    print(
        f"whole directory: {seconds:.1f} s, processor {used:.1f} s ({rules / seconds:,.0f} rules/s), at most {(after - before) // 1024} MB more"
    )
    print(
        f"  {len(planted & {tuple(group) for group in groups})} of {len(planted)} planted twins found, {len(set(map(tuple, groups)) - planted)} others"
    )


def fill(count: int, average: int) -> list[tuple]:
    """Services with random lists; returns pairs of services whose lists were made nearly equal."""
    from django.db import connection, transaction

    from regions.models import Brand, Category, Hotline, PhoneNumber, Region, Service
    from regions.models.base import today
    from regions.signals import load_units

    rng = random.Random(1)
    units = load_units(today())
    regions = list(Region.objects.open().filter(code__in=units.paths).values_list("pk", flat=True))
    category = Category.objects.create(slug="bench", name="bench")
    brands = Brand.objects.bulk_create(
        Brand(slug=f"bench-{n}", name=f"bench {n}") for n in range(max(2, count // 5))
    )
    services = Service.objects.bulk_create(
        (
            Service(slug=f"bench-{n}", name=f"bench {n}", brand=brands[n % len(brands)], category=category)
            for n in range(count)
        ),
        batch_size=5_000,
    )
    number = PhoneNumber.objects.create(canonical="4000000000", kind="toll_free_400")
    Hotline.objects.bulk_create(Hotline(service=service, number=number) for service in services[:50])
    twins, rows, previous = [], [], []
    for place, service in enumerate(services):
        size = min(len(regions), max(31, rng.randint(average // 2, average * 3 // 2)))
        listed = rng.sample(regions, size)
        if place % 2 and len(twins) < TWINS:
            listed = [region for region in previous if rng.random() > 0.03]
            twins.append((services[place - 1], service))
        previous = listed
        rows += [(service.pk, region) for region in sorted(listed)]
        if len(rows) > 200_000 or place == count - 1:
            with transaction.atomic(), connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    command = (
                        "COPY regions_coveragerule (service_id, region_id, kind, valid_from, note) FROM STDIN"
                    )
                    with cursor.copy(command) as copy:
                        for service_id, region_id in rows:
                            copy.write_row((service_id, region_id, "include", "2020-01-01", ""))
                else:
                    cursor.executemany(
                        "INSERT INTO regions_coveragerule (service_id, region_id, kind, valid_from, note)"
                        " VALUES (%s, %s, 'include', '2020-01-01', '')",
                        rows,
                    )
            rows = []
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return twins


def timed(name: str, work, runs: int) -> None:
    """Print the median of the clock and, for SQLite where all work is our own, of the processor time."""
    clock, processor = [], []
    for n in range(runs):
        started, used = time.perf_counter(), time.process_time()
        work(n)
        clock.append((time.perf_counter() - started) * 1_000)
        processor.append((time.process_time() - used) * 1_000)
    print(
        f"{name}: median {statistics.median(clock):.1f} ms, slowest {max(clock):.1f} ms,"
        f" processor {statistics.median(processor):.1f} ms"
    )


if __name__ == "__main__":
    main()
