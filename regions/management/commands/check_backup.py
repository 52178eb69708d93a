"""manage.py check_backup: whether a file can be restored, before anything is replaced by it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from .backup import fault_of


class Command(BaseCommand):
    help = "Refuse a backup that is broken, cut off or no backup at all. Run it before every restore."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="what `manage.py backup` wrote")

    def handle(self, *, file: Path, **options):
        if not file.is_file() or not file.stat().st_size:
            raise CommandError(f"{file} is no file, or empty.")
        if fault := fault_of(file):
            raise CommandError(f"{file} cannot be restored. {fault}. Take an older one.")
        self.stdout.write(f"{file} can be restored")
