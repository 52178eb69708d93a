"""manage.py import_coverage: bring a coverage list in from a file."""

from pathlib import Path

from django.core.management.base import CommandError
from django.db import transaction
from tqdm import tqdm

from regions.choices import Effect, ImportMode, Verdict
from regions.management.answering import Answering
from regions.models import Service, Source
from regions.rehearsal import rehearsal
from regions.services import intake
from regions.services.intake.rows import Rows
from regions.services.intake.tables import TableErrors, import_table
from regions.sheets import TYPED, Unreadable, decode, read_rows
from regions.wording import in_words

# Endings of tables; for those that are not read the reader names the cure.
TABLES = (".csv", ".xlsx", ".xls", ".xlsb", ".ods")


class Command(Answering):
    help = (
        "Compare a coverage list with the directory and, with --commit, bring the directory to it: one transaction, "
        "safe to repeat. Without --commit nothing is written. A file that ends in .csv or .xlsx is a table with the "
        "columns code or region, and any of service, kind, valid_from, valid_to, response_hours, note, source; any other "
        "file is text, read like a paste. UTF-8 (with or without BOM) and GB18030 are read."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="text, CSV or XLSX")
        parser.add_argument(
            "--service", metavar="SLUG", help="whose list it is (a table may have a column service)"
        )
        parser.add_argument("--mode", choices=ImportMode.values, default=ImportMode.ADD.value)
        parser.add_argument(
            "--replace",
            action="store_true",
            help="the same as --mode replace: close what the list does not name",
        )
        parser.add_argument("--source", metavar="SLUG", help="where the list comes from")
        parser.add_argument(
            "--accept-renames",
            action="store_true",
            help="read abolished regions that live on whole as their successor",
        )
        parser.add_argument(
            "--leave-open",
            action="store_true",
            help="text: apply the rest, keep lines that need a person as a draft",
        )
        parser.add_argument(
            "--overrule", action="store_true", help="text: lines that contradict what stands count as well"
        )
        parser.add_argument(
            "--closing",
            type=int,
            metavar="N",
            help="replace: how many rules end, repeated; needed where that are more than half of those in force",
        )
        parser.add_argument(
            "--correct",
            action="store_true",
            help="table: what stands differently was always wrong; change its past days too (else from today on)",
        )
        parser.add_argument(
            "--as-list",
            action="store_true",
            help="text: what looks like a table of outlets (import_outlets) is a list",
        )
        parser.add_argument("--commit", action="store_true", help="write; without it this is a dry run")

    def handle(self, *, file, service, source, mode, replace, commit, **options):
        service = self._find(Service, service, "--service") if service else None
        source = self._find(Source, source, "--source") if source else None
        if replace:
            mode = ImportMode.REPLACE
        try:
            if file.suffix.lower() in TABLES:
                if options["leave_open"] or options["overrule"]:
                    raise CommandError(
                        "--leave-open and --overrule are for texts: a table has no open lines."
                    )
                outcome = self._table(file, service, source, mode, options, commit)
            else:
                if options["correct"]:
                    raise CommandError("--correct is for tables: a text says what holds from today on.")
                outcome = self._text(file, service, source, mode, options, commit)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from None
        except Unreadable as error:
            raise CommandError(f"{in_words(error)}\n{self._failed(1)}") from None
        except TableErrors as error:
            for message in error.errors:
                self.stderr.write(message)
            if error.errors.total > len(error.errors):
                self.stderr.write(f"… and {error.errors.total - len(error.errors)} more")
            raise CommandError(self._failed(error.errors.total)) from None
        except intake.IntakeError as error:
            raise CommandError(f"{error.messages[0]}\n{self._failed(1)}") from None
        if not commit:
            self.stdout.write("Dry run: nothing was written. Add --commit to write.")
        self.stdout.write(outcome.summary())

    @staticmethod
    def _failed(errors: int) -> str:
        return f"{intake.Outcome().summary(errors)}\nNothing was written. Correct the lines above."

    @staticmethod
    def _find(model, slug: str, option: str):
        found = model.objects.filter(slug=slug).first()
        if found is None:
            near = model.objects.filter(slug__startswith=slug[:3]).values_list("slug", flat=True)[:5]
            hint = f" Did you mean: {', '.join(near)}?" if near else ""
            raise CommandError(f"{option}: there is no {model._meta.model_name} {slug}.{hint}")
        return found

    def _table(self, file, service, source, mode, options, commit):
        lines = read_rows(file, TYPED)
        header = next(lines, None)
        if header is None:
            raise intake.IntakeError("The file is empty.")
        rows = Rows(header[1], service=service, accept_renames=options["accept_renames"])
        return import_table(
            rows=rows,
            table=lines,
            replace=mode == ImportMode.REPLACE,
            closing=options["closing"],
            commit=commit,
            correct=options["correct"],
            source_id=source.pk if source else None,
            reason=f"import_coverage {file.name}",
            progress=lambda items: tqdm(items, unit=" rows", disable=None, leave=False),
        )

    def _text(self, file, service, source, mode, options, commit):
        if service is None:
            raise CommandError("Say whose list it is: --service SLUG.")
        text = decode(file)
        with transaction.atomic() if commit else rehearsal():
            imp = intake.draft(
                service=service, text=text, mode=mode, source=source, as_list=options["as_list"]
            )
            if options["accept_renames"]:
                intake.accept_renames(imp=imp)
            self._show(imp)
            closing = (
                options["closing"] if commit else intake.preview(imp, page_size=1).effects[Effect.CLOSED]
            )
            outcome = self._apply(imp, options, closing)
        if commit and outcome.rest:
            self.stdout.write(
                f"import {outcome.rest.pk} keeps {outcome.left} open lines; decide them in the admin"
            )
        elif outcome.left:
            self.stdout.write(f"{outcome.left} lines would be left open")
        if outcome.redundant:
            self.stdout.write(f"{outcome.redundant} not written: a wider rule says so already")
        if outcome.nothing:
            self.stdout.write("This list changes nothing.")
        return outcome

    def _show(self, imp):
        counts = imp.counts
        self.stdout.write(
            f"import {imp.pk}: tokens {counts['tokens']} = "
            + " + ".join(f"{word} {number}" for word, number in counts.items() if word != "tokens")
        )
        if not counts["tokens"]:
            raise intake.IntakeError("No place was found in this text.")

    def _apply(self, imp, options, closing):
        try:
            return intake.apply(
                imp=imp, leave_open=options["leave_open"], overrule=options["overrule"], closing=closing
            )
        except intake.IntakeError as error:
            lines = imp.lines.filter(pk__in=error.lines[:1_000]).order_by("line_no", "position")
            for line in lines:
                choices = "、".join([*line.result["candidates"], *line.result["successors"]])
                self.stderr.write(
                    f"line {line.line_no}, place {line.position}: {line.token}: {Verdict(line.verdict).value}"
                    + (f" ({choices})" if choices else "")
                )
            raise CommandError(
                f"{error.messages[0]}\n{intake.Outcome().summary(max(1, len(error.lines)))}\n"
                "Nothing was written. Paste the list in the admin to decide them, or use --accept-renames, "
                "--leave-open, --overrule."
            ) from None
