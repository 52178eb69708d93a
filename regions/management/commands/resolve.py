"""manage.py resolve: texts in, verdicts out, one JSON object a line in the same order."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_lazy as _

from regions.resolver import Resolver, load_default


class BadLine(ValueError):
    """A line that holds no text to resolve; the message says why."""


class Command(BaseCommand):
    help = "Resolve texts to regions: one text a line, one JSON object a line out. Needs no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", default="-", help=_("file with one text a line; - is standard input")
        )
        parser.add_argument("--ndjson", action="store_true", help=_('every line is an object: {"text": "…"}'))

    def handle(self, *args, **options):
        resolver = load_default(settings.REGIONS_DIR)
        out = getattr(self.stdout, "buffer", None) or sys.stdout.buffer
        if options["file"] == "-":
            bad = run(resolver, sys.stdin.buffer, out, options["ndjson"])
        else:
            try:
                source = Path(options["file"]).open("rb")  # noqa: SIM115 (closed below)
            except OSError as error:
                raise CommandError(f"{options['file']}: {error.strerror}") from None
            with source:
                bad = run(resolver, source, out, options["ndjson"])
        if bad:
            raise CommandError(f"{bad} bad line(s): not UTF-8, or not an object with a text")


def run(resolver: Resolver, lines: Iterable[bytes], out: BinaryIO, ndjson: bool) -> int:
    """Answers every line and flushes after each; returns how many lines were bad."""
    bad = 0
    for number, raw in enumerate(lines, 1):
        try:
            answer = resolver.resolve(text_of(raw, number, ndjson)).as_dict()
        except BadLine as error:
            bad += 1
            answer = {"error": str(error), "line": number}
        # A lone surrogate has no UTF-8 form: it leaves as the JSON escape it came in with.
        out.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
        out.flush()
    return bad


def text_of(raw: bytes, number: int, ndjson: bool) -> str:
    if number == 1:
        raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        line = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise BadLine(f"not UTF-8: {error.reason} at byte {error.start}") from None
    if not ndjson:
        return line
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {error}") from None
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise BadLine('not an object with a "text" that is a string')
    return value["text"]
