"""manage.py import_sheet: bring brands, categories, services, hotlines or outlets to a table of any length."""

from pathlib import Path

from django.core.management.base import CommandError
from tqdm import tqdm

from regions.admin.spreadsheets.coverage import HotlineResource
from regions.admin.spreadsheets.directory import BrandResource, CategoryResource, ServiceResource
from regions.admin.spreadsheets.formats import table
from regions.admin.spreadsheets.outlets import OutletResource
from regions.admin.spreadsheets.page import counts, problems
from regions.management.answering import Answering
from regions.sheets import TYPED, Unreadable, read_rows
from regions.wording import in_words

KINDS = {
    resource._meta.model._meta.model_name: resource
    for resource in (BrandResource, CategoryResource, ServiceResource, HotlineResource, OutletResource)
}
SHOWN = 1_000


class Command(Answering):
    help = (
        "Compare a table with the directory and, with --commit, bring the directory to it: the columns and words of the admin's "
        "sheets, and no limit of rows. One transaction, one change set that can be undone, safe to repeat; nothing is written "
        "while a single row is wrong. CSV or XLSX. Rules go through import_coverage."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("kind", choices=sorted(KINDS), help="what a row of the table is")
        parser.add_argument("file", type=Path, help="CSV or XLSX")
        parser.add_argument("--commit", action="store_true", help="write; without it this is a dry run")

    def handle(self, *, kind, file, commit, **options) -> None:
        resource = KINDS[kind]()
        try:
            rows = table(read_rows(file, TYPED))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from None
        except Unreadable as error:
            raise CommandError(in_words(error)) from None
        with tqdm(total=len(rows), unit=" rows", disable=None, leave=False) as bar:
            for done in resource.steps(rows, dry_run=not commit, file_name=file.name):
                bar.update(done - bar.n)
        result = resource.result
        found = problems(result, resource._meta.model)
        for row, column, text in found[:SHOWN]:
            self.stderr.write(": ".join(filter(None, (row and f"row {row}", column, text))))
        if len(found) > SHOWN:
            self.stderr.write(f"… and {len(found) - SHOWN} more")
        told = "created {new}, changed {changed}, unchanged {unchanged}, closed 0, errors {errors}"
        summary = told.format(**counts(result) | {"errors": len(found)})
        if found:
            raise CommandError(f"{summary}\nNothing was written. Correct the rows above.")
        if not commit:
            self.stdout.write("Dry run: nothing was written. Add --commit to write.")
        if result.past:
            self.stdout.write(f"{result.past} of them are corrections: past days are answered otherwise too.")
        self.stdout.write(summary)
