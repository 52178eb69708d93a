"""manage.py check_backup: whether a file can be restored, before anything is replaced by it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from .backup import check


class Command(BaseCommand):
    help = "Refuse a backup that is broken, cut off or no backup at all. Run it before every restore."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="what `manage.py backup` wrote")

    def handle(self, *, file: Path, **options):
        if not file.is_file() or not file.stat().st_size:
            raise CommandError(f"{file} is no file, or empty.")
        try:
            check(file)
        except CommandError as error:
            raise CommandError(f"{file} cannot be restored. {error}") from None
        self.stdout.write(f"{file} can be restored")
