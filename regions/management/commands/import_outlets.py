"""manage.py import_outlets: bring a table of stores in."""

import sys
from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from tqdm import tqdm

from regions.management.answering import Answering
from regions.models import Service, Source
from regions.services import stores
from regions.sheets import TYPED, Unreadable, decode, read_day, read_rows
from regions.wording import in_words


class Command(Answering):
    help = (
        "Hold a table of stores against the outlets of a service and, with --commit, bring them to it: one change set, safe to "
        "repeat, undone like any. Columns are known by their headings, Chinese or English, in any order: name, address, telephone, "
        "hours, province, city, county, region (a code, which decides an address). CSV, XLSX, or text with tabs; - reads what is "
        "pasted. Columns with names of persons are not read. Exit code 1 on any error, or while rows are open."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", help="CSV, XLSX, text with tabs, or - for what is pasted")
        parser.add_argument(
            "--service", metavar="SLUG", required=True, help="which service is at the outlets"
        )
        parser.add_argument(
            "--source", metavar="SLUG", help="where the table comes from; its other outlets are gone"
        )
        parser.add_argument("--leave-open", action="store_true", help="write the rest, leave open rows out")
        parser.add_argument(
            "--accept-claimed", action="store_true", help="also write rows whose number another brand claims"
        )
        parser.add_argument("--end-gone", metavar="DAY", help="end what the table does not name on this day")
        parser.add_argument("--commit", action="store_true", help="write; without it this is a dry run")

    def handle(
        self, *, file, service, source, commit, leave_open, accept_claimed, end_gone, **options
    ) -> None:
        found = Service.objects.select_related("brand").filter(slug=service).first()
        origin = Source.objects.filter(slug=source).first()
        if found is None or (source and origin is None):
            raise CommandError(
                f"There is no {'service ' + service if found is None else 'source ' + source}."
            )
        if end_gone and origin is None:
            raise CommandError("--end-gone needs --source: what is gone is known by its source.")
        try:
            day = read_day(end_gone or "")
            made = stores.draft(found, origin, _table(file), self._progress, accept_claimed)
            self._tell(made)
            left = made.of("open")
            if made.errors or (left and not leave_open):
                raise CommandError(f"{self._summary(made, 0)}\nNothing was written. Correct the lines above.")
            if commit:
                stores.apply(
                    made, end_gone=day, reason=f"import_outlets {Path(file).name}", progress=self._progress
                )
            else:
                self.stdout.write("Dry run: nothing was written. Add --commit to write.")
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from None
        except (Unreadable, ValueError) as error:
            raise CommandError(in_words(error)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(self._summary(made, len(made.gone) if day else 0))
        if left:
            raise SystemExit(1)

    @staticmethod
    def _progress(items):
        return tqdm(items, unit=" rows", disable=None, leave=False)

    def _tell(self, made: stores.Draft) -> None:
        for line, text in made.errors:
            self.stderr.write(f"line {line}: {text}")
        for row in made.of("open"):
            self.stderr.write(f"line {row.line}: open: {row.name}, {row.address}: {row.why}")
        for row in made.of("changed"):
            self.stdout.write(f"line {row.line}: changed: {row.name}, {row.address}")
        for outlet in made.gone:
            self.stdout.write(f"gone: {outlet.name}, {outlet.address} ({outlet.slug})")
        for row in made.rows:
            if row.region is None and row.state != "open":
                self.stdout.write(f"line {row.line}: no division was recognised in: {row.address}")
        for region, count in made.proposed:
            self.stdout.write(
                f"not covered: {region.code} {region.full_name}, {count} outlets; add a rule if it is served"
            )
        if made.dropped:
            self.stdout.write(f"not kept, names of persons: {', '.join(made.dropped)}")
        if made.ignored:
            self.stdout.write(f"not read: {', '.join(made.ignored)}")

    @staticmethod
    def _summary(made: stores.Draft, closed: int) -> str:
        count = {state: len(made.of(state)) for state in ("new", "changed", "unchanged", "open")}
        errors = len(made.errors) + count["open"]
        return f"created {count['new']}, changed {count['changed']}, unchanged {count['unchanged']}, closed {closed}, errors {errors}"


def _table(file: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells), of a file or of what is pasted."""
    path = Path(file)
    if file != "-" and path.suffix.lower() in (".csv", ".xlsx", ".xls", ".xlsb", ".ods"):
        yield from read_rows(path, TYPED)
        return
    yield from stores.rows_of(sys.stdin.read() if file == "-" else decode(path))
