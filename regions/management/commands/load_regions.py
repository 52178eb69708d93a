"""manage.py load_regions: bring the database to an edition of the region data."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from tqdm import tqdm

from regions.gazetteer import updates
from regions.gazetteer.archive import pack_folder
from regions.gazetteer.consequences import consequences, lines
from regions.gazetteer.edition import EditionError
from regions.gazetteer.plan import plan
from regions.gazetteer.read import read_edition
from regions.management.answering import Answering
from regions.models.base import today
from regions.services.carry_over import stranded

WORDS = ("new", "gone", "renamed", "moved", "recoded", "carved", "upgraded", "merged", "split")


class Command(Answering):
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
            release, found = updates.load(
                edition, lambda: pack_folder(folder), self._print_comparison, self._progress
            )
            self.stdout.write(f"release {release.edition} is {release.state}")
            self._point_at_stranded_rules()
        else:
            survival = updates.survive(edition)
            found = plan(survival.edition)
            self._print_comparison(found, survival)
            self.stdout.write("Dry run: nothing was written. Add --commit to write.")
        self.stdout.write(found.summary())

    def _point_at_stranded_rules(self):
        if count := stranded().count():
            self.stdout.write(
                f"{count} coverage rules in force stand on abolished regions: run manage.py carry_over"
            )

    def _progress(self, items, label, total):
        return tqdm(items, desc=label, total=total, disable=None, leave=False)

    def _print_comparison(self, found, survival):
        counts = found.comparison["counts"]
        self.stdout.write(
            f"edition {found.edition.edition}: " + ", ".join(f"{word} {counts[word]}" for word in WORDS)
        )
        for word, codes in found.comparison["codes"].items():
            if codes:
                more = f" … and {len(codes) - 20} more" if len(codes) > 20 else ""
                told = ", ".join(_named(text, found.comparison["names"]) for text in codes[:20])
                self.stdout.write(f"  {word}: {told}{more}")
        for word in ("kept", "overtaken"):
            for text in getattr(survival, word):
                self.stdout.write(f"  announced, {word}: {text}")
        for line in lines(consequences(found, max(today(), found.edition.cut_off))):
            self.stdout.write(f"  {line}")


def _named(text: str, names: dict[str, str]) -> str:
    """Codes with their names: 420600 襄樊市 → 襄阳市."""
    return " -> ".join(f"{code} {names.get(code, '')}".strip() for code in text.split(" -> "))
