"""manage.py load_regions: bring the database to an edition of the region data."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from regions.gazetteer.load import apply
from regions.gazetteer.plan import plan
from regions.gazetteer.read import EditionError, read_edition
from regions.services.carry_over import stranded
from regions.services.changes import hold_sequence


class Command(BaseCommand):
    help = (
        "Compare the region files with the database and, with --commit, bring the database to them: "
        "one transaction, safe to repeat. Without --commit nothing is written."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--dir",
            type=Path,
            default=settings.REGIONS_DIR,
            help="folder with regions.csv, townships.csv, names.csv, successions.csv and edition.json",
        )
        parser.add_argument("--commit", action="store_true", help="write; without it this is a dry run")

    def handle(self, *, dir, commit, **options):
        try:
            self._load(Path(dir), commit)
        except EditionError as error:
            for fault in error.faults[:200]:
                self.stderr.write(fault)
            if len(error.faults) > 200:
                self.stderr.write(f"… and {len(error.faults) - 200} more")
            raise CommandError(
                f"created 0, changed 0, unchanged 0, closed 0, errors {len(error.faults)}\n"
                "Nothing was written. Correct the lines above, or run manage.py build_regions."
            ) from None

    def _load(self, folder, commit):
        edition = read_edition(folder)
        if commit:
            with transaction.atomic():
                hold_sequence()  # what the plan saw must still stand when it is carried out
                found = plan(edition)
                self._print_comparison(found)
                release = apply(found, self._progress)
            self.stdout.write(f"release {release.edition} is {release.state}")
            self._point_at_stranded_rules()
        else:
            found = plan(edition)
            self._print_comparison(found)
            self.stdout.write("Dry run: nothing was written. Add --commit to write.")
        self.stdout.write(found.summary())

    def _point_at_stranded_rules(self):
        if count := stranded().count():
            self.stdout.write(
                f"{count} coverage rules in force stand on abolished regions: run manage.py carry_over"
            )

    def _progress(self, items, label, total):
        return tqdm(items, desc=label, total=total, disable=None, leave=False)

    def _print_comparison(self, found):
        counts = found.comparison["counts"]
        self.stdout.write(
            f"edition {found.edition.edition}: "
            + ", ".join(f"{word} {counts[word]}" for word in ("new", "gone", "renamed", "moved", "recoded"))
        )
        for word, codes in found.comparison["codes"].items():
            if codes:
                more = f" … and {len(codes) - 20} more" if len(codes) > 20 else ""
                self.stdout.write(f"  {word}: {', '.join(codes[:20])}{more}")
