from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Not for this directory: import_export's own command would write past change sets, keys and the index."

    def add_arguments(self, parser) -> None:
        parser.add_argument("anything", nargs="*")

    def handle(self, *args, **options) -> None:
        raise CommandError(
            "Use the import of the admin's lists, or import_coverage, import_outlets, import_sheet."
        )
