"""manage.py overview: the tables of the overview as CSV files in a folder, for every night."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from regions.choices import Level
from regions.lookup.filters import Filters
from regions.lookup.overview import tables, watch
from regions.lookup.overview.listed import services_of
from regions.lookup.overview.tables import Table
from regions.models import Brand, Change, Region
from regions.models.region import COUNTRY_CODE
from regions.sheets import cell_text, escape

_ALL = Filters()


class Command(BaseCommand):
    help = "Write who covers what, gaps, overlaps, claims beside lists, changes, signals and sources as CSV files."

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", type=Path, help="an existing folder; files of the same names are replaced"
        )

    def handle(self, *, folder: Path, **options):
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder; make it first.")
        country = Region.objects.open().filter(code=COUNTRY_CODE).first()
        if country is None:
            raise CommandError("No region data are loaded: run manage.py load_regions --commit.")
        above = Region.objects.open().filter(level__in=(Level.PROVINCE, Level.PREFECTURE)).order_by("code")
        places = [country, *above]
        brands = Brand.objects.order_by("slug")
        self._write(
            folder,
            tables.COVERAGE,
            "coverage",
            (tables.coverage(each, _ALL) for each in tqdm(places, disable=None, leave=False)),
        )
        provinces = [each for each in places if each.level < Level.PREFECTURE]
        self._write(
            folder, tables.CATEGORIES, "categories", (tables.categories(each, _ALL) for each in provinces)
        )
        self._write(folder, tables.UNITS, "units", [tables.units(country, _ALL)])
        listing = [each for each in brands if each.services.exists()]
        slugs = [each.slug for each in listing]
        self._write(
            folder,
            ("brand", *tables.OVERLAPS),
            "overlaps",
            (tables.overlaps(services_of(each)) for each in tqdm(listing, disable=None, leave=False)),
            slugs,
        )
        self._write(
            folder,
            ("brand", *tables.LISTED),
            "listed",
            (tables.listed(services_of(each)) for each in tqdm(listing, disable=None, leave=False)),
            slugs,
        )
        self._write(folder, watch.CHANGES, "changes", [watch.changes(Change.objects.all())])
        self._write(folder, watch.SIGNALS, "signals", [watch.signals(brands)])
        self._write(folder, watch.SOURCES, "sources", [watch.sources()])

    def _write(
        self,
        folder: Path,
        columns: Iterable[str],
        name: str,
        found: Iterable[Table],
        first: Iterable[str] | None = None,
    ) -> None:
        """One file, whole or not at all; `first` begins each row of a table."""
        path, unfinished = folder / f"{name}.csv", folder / f".{name}.csv.unfinished"
        count = 0
        try:
            with unfinished.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                marks = iter(first) if first is not None else None
                for table in found:
                    begins: list[Any] = [next(marks)] if marks else []
                    for row in table.cells():
                        writer.writerow([escape(cell_text(value)) for value in [*begins, *row]])
                        count += 1
            os.replace(unfinished, path)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}. The file of before is kept.") from error
        finally:
            unfinished.unlink(missing_ok=True)
        self.stdout.write(f"{path.name}: {count} rows")
