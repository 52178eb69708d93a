"""manage.py derive_changes: make fixtures/regions/changes.csv and town_changes.csv from the areacodes tables (CC0)."""

import csv
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from regions.gazetteer import changes, town_changes
from regions.gazetteer.files import write_rows

TABLES = "region-changes-1981-2024.csv", "region-history-1981-2025.csv", "township-changes-2014-2023.csv"


class Command(BaseCommand):
    help = "Derive the facts that build_regions reads from the tables of the areacodes project. No database."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--from",
            dest="source",
            type=Path,
            default=Path(settings.BASE_DIR).parent / "shared" / "data",
            help="the folder with " + ", ".join(TABLES),
        )
        parser.add_argument("--dir", type=Path, default=settings.REGIONS_DIR, help="where they are written")

    def handle(self, *, source, dir, **options):
        try:
            regions, history, towns = (_read(Path(source) / name) for name in TABLES)
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename}: no such file; name their folder with --from") from None
        for module, rows in (
            (changes, changes.derive(regions, history)),
            (town_changes, town_changes.derive(towns)),
        ):
            count = write_rows(Path(dir) / module.FILE, module.COLUMNS, rows)
            self.stdout.write(f"{module.FILE}: {count} rows")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
