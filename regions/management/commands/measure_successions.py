"""manage.py measure_successions: compare our successions with the areacodes table."""

import csv
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from regions.gazetteer.edition import EditionError
from regions.gazetteer.measure import Result, measure, read_reasons, read_table
from regions.gazetteer.measure_steps import Tally, days, next_steps, prefectures
from regions.gazetteer.read import read_edition

TABLE = "region-history-1981-2025.csv"
CHANGES = "region-changes-1981-2024.csv"


class Command(BaseCommand):
    help = "Compare the bundled successions with the areacodes table (CC0) and print every difference."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            default=Path(settings.BASE_DIR).parent / "shared" / "data" / TABLE,
            help="the table (default: ../shared/data/" + TABLE + ")",
        )
        parser.add_argument(
            "--dir", type=Path, default=settings.REGIONS_DIR, help="folder with the region files"
        )

    def handle(self, *, file, dir, **options):
        try:
            rows = read_table(Path(file))
        except (FileNotFoundError, IsADirectoryError):
            raise CommandError(f"{file}: no such file; name the table: measure_successions FILE") from None
        except ValueError as error:
            raise CommandError(str(error)) from None
        try:
            edition = read_edition(Path(dir))
        except EditionError as error:
            raise CommandError(str(error)) from None
        results = measure(edition, rows, read_reasons(Path(dir) / "differences.csv"))
        for result in results:
            self.stdout.write(str(result))
            for title, reviewed in (("reviewed", True), ("other", False)):
                found = [one for one in result.differences if bool(one.reason) == reviewed]
                if found and result.level == "county":
                    self.stdout.write(f"  {title}:")
                    for one in found:
                        self.stdout.write(f"    {one}")
        reasons = read_reasons(Path(dir) / "differences.csv")
        tallies = [next_steps(edition, rows, reasons), prefectures(edition, rows, reasons)]
        if (beside := Path(file).parent / CHANGES).is_file():
            with beside.open(encoding="utf-8-sig", newline="") as lines:
                tallies.append(days(edition, csv.DictReader(lines)))
        for tally in tallies:
            self.stdout.write(str(tally))
            for other in tally.others:
                self.stdout.write(f"    {other}")
        told: list[Result | Tally] = [*results, *tallies]
        failed = [result for result in told if not result.passed]
        if failed:
            raise CommandError("below what is needed: " + "; ".join(str(result) for result in failed))
