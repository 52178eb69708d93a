"""`python -m benchmarks`: the speed of the directory, as ratios measured in one run.

    python -m benchmarks                                       scales a and b on SQLite, in a folder of its own
    python -m benchmarks --scales a,b,c --database postgres://postgres@127.0.0.1:5432/bench
    python -m benchmarks --dir /var/tmp/bench --keep           keeps the databases for the next run

Measures that are compared take turns, so that whatever else the machine does weighs on all of them; medians of the
rounds are compared. Absolute figures say something about the machine, ratios about the program. Points as in the
goals (docs/performance.md). On PostgreSQL each scale gets a database of its own, NAME_a, NAME_b, …, and it is dropped.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from .databases import Databases
from .points import Bench

POINTS = ("main", "yardsticks", "pages", "growth", "held", "levels", "writing", "export")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        "benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--scales", default="a,b", help="some of smoke,a,b,c; the last one is measured, the first compared"
    )
    parser.add_argument(
        "--database", default="sqlite", help="sqlite, or the URL of a PostgreSQL database name to build on"
    )
    parser.add_argument("--dir", type=Path, help="where SQLite databases go (a temporary folder)")
    parser.add_argument("--keep", action="store_true", help="do not drop the databases")
    parser.add_argument("--rounds", type=int, default=5, help="how often each measure takes its turn")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long one turn lasts")
    parser.add_argument("--workers", type=int, default=1, help="gunicorn workers")
    parser.add_argument("--points", default=",".join(POINTS), help=f"some of {','.join(POINTS)}")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(options.database, options.dir or Path(folder), options.scales.split(","))
        try:
            databases.build()
            bench = Bench(databases, rounds=options.rounds, seconds=options.seconds, workers=options.workers)
            for point in options.points.split(","):
                getattr(bench, point)()
        finally:
            databases.close(keep=options.keep)
    return 0


if __name__ == "__main__":
    sys.exit(main())
