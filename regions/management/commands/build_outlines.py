"""manage.py build_outlines: make fixtures/regions/outlines.json from the npm package echarts."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from regions.gazetteer.sources import SourceError


class Command(BaseCommand):
    help = "Make the outlines of provinces and of what lies directly below them. Needs requirements-build.txt, no database."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--from",
            dest="source",
            type=Path,
            required=True,
            help="folder of the unpacked npm package echarts",
        )
        parser.add_argument(
            "--dir",
            type=Path,
            default=settings.REGIONS_DIR,
            help="the region files; where the file is written",
        )

    def handle(self, *, source, dir, **options):
        try:
            from regions.gazetteer import outlines
        except ImportError as error:
            raise CommandError(f"{error}. Run: pip install -r requirements-build.txt") from None
        try:
            made = outlines.build(Path(source), Path(dir))
        except (SourceError, OSError) as error:
            raise CommandError(str(error)) from None
        size = outlines.write(made, Path(dir))
        groups = made.document["objects"]
        self.stdout.write(f"without an outline: {', '.join(made.missing) or '–'}")
        self.stdout.write(f"drawn, but no division of today: {', '.join(made.unmatched) or '–'}")
        self.stdout.write(
            f"{outlines.FILE}: {size} bytes, provinces {len(groups['provinces']['geometries'])}, "
            f"divisions {len(groups['divisions']['geometries'])}"
        )
