"""manage.py region_updates: editions and announced changes of the region data, from coming in to being undone."""

import datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from regions.gazetteer import updates
from regions.gazetteer.announced import AnnouncementError, rows_of_file
from regions.gazetteer.archive import pack_folder, pack_uploads
from regions.gazetteer.consequences import lines
from regions.gazetteer.edition import EditionError
from regions.management.answering import Answering
from regions.models import RegionUpdate
from regions.services.carry_over import stranded

SHOWN = 20


class Command(Answering):
    help = (
        "Editions and announced changes of the region data. Without a verb: what waits, and with --commit what is due "
        "is activated (run it every night); exit code 1 while something waits for a person."
    )

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", metavar="verb")
        parser.add_argument(
            "--commit", action="store_true", help="activate what is due; without it this is a dry run"
        )
        add = verbs.add_parser(
            "add", help="keep an edition or announced changes, and compare; readers see nothing of it"
        )
        what = add.add_mutually_exclusive_group(required=True)
        what.add_argument("--dir", type=Path, help="a folder of an edition")
        what.add_argument("--zip", type=Path, help="its files as a ZIP archive")
        what.add_argument(
            "--changes", type=Path, help="announced changes, with the columns of corrections.csv"
        )
        for name, told in (
            ("compare", "compare again and print"),
            ("activate", "write it in one transaction"),
            ("discard", "throw away what was not activated"),
            ("undo", "take back exactly what it wrote"),
        ):
            verb = verbs.add_parser(name, help=told)
            verb.add_argument("update", type=int, help="its number, as the list shows it")
            if name == "activate":
                verb.add_argument("--on", type=datetime.date.fromisoformat, help="wait for this day")
                verb.add_argument(
                    "--move-rules", action="store_true", help="take the rules of whole territories along"
                )

    def handle(self, *, verb, commit=False, **options):
        try:
            if verb is None:
                self._list(commit)
            elif verb == "add":
                self._print(self._add(**options))
            else:
                self._decide(verb, **options)
        except EditionError as error:
            raise CommandError("\n".join([*error.faults[:200], "Nothing was kept."])) from None
        except AnnouncementError as error:
            raise CommandError(f"{error}\nNothing was kept.") from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None

    def _add(self, dir, zip, changes, **options) -> RegionUpdate:
        if changes:
            try:
                return updates.add_changes(rows_of_file(changes.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                raise CommandError(f"{changes} is not UTF-8.") from None
        if zip:
            return updates.add_edition(pack_uploads([("edition.zip", zip.read_bytes())]))
        return updates.add_edition(pack_folder(dir))

    def _decide(self, verb, update, on=None, move_rules=False, **options):
        found = RegionUpdate.objects.filter(pk=update).first()
        if found is None:
            raise CommandError(f"There is no update {update}; without a verb this command lists them.")
        if verb == "compare":
            self._print(updates.compare(found))
        elif verb == "activate" and on:
            updates.plan_day(found, on, move_rules=move_rules)
            self.stdout.write(f"update {found.pk} waits for {on}")
        elif verb == "activate":
            self._activate(found, move_rules)
        else:
            {"discard": updates.discard, "undo": updates.undo}[verb](found)
            self.stdout.write(f"update {found.pk}: {verb} done")

    def _activate(self, update, move_rules):
        release = updates.activate(update, move_rules=move_rules)
        self.stdout.write(f"update {update.pk}: release {release.edition} is {release.state}")
        if count := stranded().count():
            self.stdout.write(
                f"{count} coverage rules in force stand on abolished regions: run manage.py carry_over"
            )

    def _print(self, update):
        report = update.report
        self.stdout.write(f"update {update.pk}: {update.name} against {report['against']}")
        for word, codes in report["codes"].items():
            if codes:
                told = ", ".join(_named(text, report["names"]) for text in codes[:SHOWN])
                more = f" … and {len(codes) - SHOWN} more" if len(codes) > SHOWN else ""
                self.stdout.write(f"  {word} {report['counts'][word]}: {told}{more}")
        for region, towns in report["towns"][:SHOWN]:
            self.stdout.write(f"  townships that leave {region}: {', '.join(towns)}")
        for word in ("kept", "overtaken"):
            for text in report[word]:
                self.stdout.write(f"  announced, {word}: {text}")
        for line in lines(report["effects"]):
            self.stdout.write(f"  {line}")
        self.stdout.write(report["summary"])

    def _list(self, commit):
        for update in list(updates.due()) if commit else ():
            try:
                self._activate(update, update.move_rules)
            except (ValidationError, EditionError, AnnouncementError) as error:
                text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                self.stderr.write(f"update {update.pk} {update.name}: {text}")
        left = list(updates.waiting())
        for update in left:
            day = f"on {update.activate_on}" if update.activate_on else "for a person"
            self.stdout.write(f"update {update.pk}: {update.name}, {update.state}, waits {day}")
        self.stdout.write(f"waiting {len(left)}, due {updates.due().count()}")
        if any(not update.activate_on for update in left) or updates.due().exists():
            raise SystemExit(1)


def _named(text: str, names: dict[str, str]) -> str:
    return " -> ".join(f"{code} {names.get(code, '')}".strip() for code in text.split(" -> "))
