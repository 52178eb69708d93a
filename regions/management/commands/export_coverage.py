"""manage.py export_coverage: a service's coverage list as text, CSV or XLSX."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from regions.models import Service
from regions.services.intake.export import as_csv, as_text, as_xlsx


class Command(BaseCommand):
    help = "Write a service's coverage list; import_coverage reads it back without a change."

    def add_arguments(self, parser):
        parser.add_argument("--service", metavar="SLUG", required=True)
        parser.add_argument("--format", choices=("text", "csv", "xlsx"), default="text")
        parser.add_argument("--output", type=Path, help="file to write; standard output when not given")

    def handle(self, *, service, format, output, **options):
        found = Service.objects.filter(slug=service).first()
        if found is None:
            raise CommandError(f"--service: there is no service {service}.")
        if format == "text":
            text = as_text(found)
            data = f"{text.text}\n".encode() if text.text else b""
            for rule in text.unsaid:
                self.stderr.write(f"not in the text: {rule.kind} {rule.region}; use --format csv")
        else:
            data = as_csv(found) if format == "csv" else as_xlsx(found)
        if output:
            output.write_bytes(data)
        elif format == "xlsx" and sys.stdout.isatty():
            raise CommandError("XLSX is no text: give --output FILE.")
        else:
            stream = getattr(self.stdout._out, "buffer", None)
            if stream is None:  # a test's or a caller's own text stream
                if format == "xlsx":
                    raise CommandError("XLSX is no text: give --output FILE.")
                self.stdout.write(data.decode(), ending="")
            else:
                stream.write(data)
                stream.flush()
