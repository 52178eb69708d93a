"""manage.py build_regions: make fixtures/regions/*.csv from the packages of requirements-build.txt."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from regions.gazetteer.sources import SourceError


class Command(BaseCommand):
    help = "Make the region files from published lists. Needs requirements-build.txt, no database."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--dir",
            type=Path,
            default=settings.REGIONS_DIR,
            help="folder with corrections.csv, where the files are written",
        )

    def handle(self, *, dir, **options):
        try:
            from regions.gazetteer import build
        except ImportError as error:
            raise CommandError(f"{error}. Run: pip install -r requirements-build.txt") from None
        try:
            gazetteer = build.gather(Path(dir))
        except (SourceError, ValueError) as error:
            raise CommandError(str(error)) from None
        for name, rows in build.write(gazetteer, Path(dir)).items():
            self.stdout.write(f"{name}: {rows} rows")
        counted = build.counts(gazetteer) | {"closed": len(gazetteer.lives.closed)}
        self.stdout.write(", ".join(f"{word} {number}" for word, number in counted.items()))
