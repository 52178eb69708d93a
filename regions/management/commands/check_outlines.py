"""manage.py check_outlines: look at a file with outlines of counties before it is named in COUNTY_OUTLINES."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from regions.choices import Level
from regions.models import Region
from regions.outlines.counties import check


class Command(BaseCommand):
    help = (
        "Check a GeoJSON file with outlines of counties: codes, geometries, what is missing. Writes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="GeoJSON with a code of six digits for each feature")

    def handle(self, *, file, **options):
        try:
            shapes, faults = check(Path(file))
        except ImportError as error:
            raise CommandError(f"{error}. Run: pip install -r requirements-outlines.txt") from None
        counties = Region.objects.open().filter(level__in=(Level.PREFECTURE, Level.COUNTY))
        known = dict(counties.values_list("code", "full_name"))
        with_counties = set(counties.filter(level=Level.COUNTY).values_list("parent__code", flat=True))
        faults += [
            f"{code}: no county, nor city without counties, of the region data in force; load_regions, or correct the code"
            for code in shapes
            if code not in known or code in with_counties
        ]
        missing = [
            name for code, name in sorted(known.items()) if code not in shapes and code not in with_counties
        ]
        for fault in faults:
            self.stderr.write(fault)
        if missing:
            shown = "、".join(missing[:20])
            self.stdout.write(f"without an outline {len(missing)}: {shown}{' …' if missing[20:] else ''}")
        self.stdout.write(f"outlines {len(shapes)}, missing {len(missing)}, errors {len(faults)}")
        if faults:
            raise CommandError("The file cannot be used as it is.")
