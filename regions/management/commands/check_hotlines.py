"""manage.py check_hotlines: what is due to be checked, what conflicts, and what sources say now."""

import argparse
import datetime
import json
import logging
import sys
from collections import Counter
from pathlib import Path

from django.core.management.base import CommandError, no_translations
from django.db import DatabaseError
from tqdm import tqdm

from regions.fetch import BYTES_MAX, Fetcher, FetchError, decode
from regions.lookup.queue import bucket_counts, buckets, queue
from regions.management.answering import Answering
from regions.models import Hotline
from regions.models.base import today
from regions.services.source_check import SourceCheck, checkable_sources, compare, record, verdicts
from regions.signals import conflicting_lists, conflicting_numbers

logger = logging.getLogger(__name__)
NOTHING, A_PERSON, AN_ERROR = 0, 1, 2
SUFFIXES = (".html", ".htm", ".txt")
_SHOWN = 50


class Command(Answering):
    help = (
        "Say which hotlines are due to be checked and which claims conflict. With --pages or --fetch compare "
        "machine-checkable sources with their pages; --commit writes that down, without it nothing is written. "
        "Exit code: 0 nothing to do, 1 something needs a person, 2 an error."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--on", type=_day, default=None, metavar="DATE", help="as of this day, YYYY-MM-DD"
        )
        parser.add_argument(
            "--pages",
            type=Path,
            metavar="DIR",
            help="saved pages, each named by its source: <slug>.html or .txt",
        )
        parser.add_argument("--fetch", action="store_true", help="fetch the pages that are not in --pages")
        parser.add_argument("--commit", action="store_true", help="write down what the pages say")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    @no_translations
    def handle(self, *, on, pages, fetch, commit, **options):
        if commit and not (pages or fetch):
            raise CommandError(
                "--commit writes down what pages say: add --pages DIR or --fetch.", returncode=2
            )
        if on and (pages or fetch):
            raise CommandError("Pages are compared as of today: leave --on away.", returncode=2)
        if pages and not pages.is_dir():
            raise CommandError(
                f"{pages} is not a folder: give the folder with the saved pages.", returncode=2
            )
        try:
            report = self.report(on or today(), pages, fetch, commit)
        except DatabaseError as error:
            raise CommandError(f"The database cannot be read: {error}", returncode=2) from error
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else _lines(report))
        if report["exit_code"]:
            sys.exit(report["exit_code"])

    def report(self, on: datetime.date, pages: Path | None, fetch: bool, commit: bool) -> dict:
        """Everything that is printed, as plain values."""
        checks = self.compare_pages(pages, fetch) if pages or fetch else []
        summary = Counter(created=0, changed=0, unchanged=0, closed=0, errors=0)
        for check in checks:
            summary["errors"] += check.state == "failed"
            summary["changed"] += check.state in ("changed", "first_read")
            summary["unchanged"] += check.state == "unchanged"
            if check.state not in ("failed", "not_given"):
                summary["created"] += len(record(check) if commit else verdicts(check))
        rows, parts = queue(on), buckets(on)
        counts = bucket_counts(rows, on)
        conflicts = [
            {"kind": signal.code.value, "about": signal.subject.key, "explanation": signal.explanation}
            for signal in conflicting_numbers(on)
        ] + [
            {
                "kind": "list_like_other_brand",
                "about": " ".join(service.slug for service in group),
                "explanation": "The lists of these services of unrelated brands are nearly equal.",
            }
            for group in conflicting_lists(on)
        ]
        needs_person = bool(
            conflicts
            or counts["reported"]
            or counts["due_7"]
            or counts["never"]
            or any(check.gone or check.state == "changed" for check in checks)
        )
        return {
            "on": on.isoformat(),
            "counts": counts,
            "due": [
                _due(row)
                for row in _listed(rows.filter(parts["reported"] | parts["due_30"] | parts["never"]))
            ],
            "conflicts": conflicts,
            "sources": [_source(check) for check in checks],
            "summary": dict(summary),
            "written": commit,
            "exit_code": AN_ERROR if summary["errors"] else A_PERSON if needs_person else NOTHING,
        }

    def compare_pages(self, pages: Path | None, fetch: bool) -> list[SourceCheck]:
        checks = []
        sources = checkable_sources()
        for source, hotlines in tqdm(sources.items(), desc="sources", disable=None, leave=False):
            path = pages and next(
                (path for suffix in SUFFIXES if (path := pages / f"{source.slug}{suffix}").is_file()), None
            )
            try:
                if path:
                    content = _read(path)
                    checks.append(compare(source, hotlines, content, decode(content)))
                elif fetch and source.url:
                    page = Fetcher().fetch(source.url)
                    checks.append(compare(source, hotlines, page.content, page.text))
                else:
                    checks.append(
                        SourceCheck(source, "not_given", "no saved page" if pages else "no address")
                    )
            except (FetchError, OSError) as error:
                checks.append(SourceCheck(source, "failed", str(error)))
            except Exception as error:  # whatever one page does, the others are compared
                logger.exception("a page could not be compared")
                checks.append(SourceCheck(source, "failed", type(error).__name__))
        if pages:
            slugs = {source.slug for source in sources}
            for path in sorted(pages.iterdir()):
                if path.suffix in SUFFIXES and path.stem not in slugs:
                    self.stderr.write(f"{path.name}: no machine-checkable source has the slug {path.stem}")
        return checks


def _read(path: Path) -> bytes:
    if path.stat().st_size > BYTES_MAX:
        raise FetchError(f"{path.name} is larger than {BYTES_MAX} bytes")
    return path.read_bytes()


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no day: write YYYY-MM-DD, for example 2026-11-21"
        ) from None


def _listed(rows):
    return rows.select_related("number", "service__brand").iterator(chunk_size=2_000)


def _due(row: Hotline) -> dict:
    return {
        "hotline": row.key,
        "brand": row.service.brand.name,
        "status": row.status,
        "checked_on": row.checked_on and row.checked_on.isoformat(),
        "expires_on": row.expires_on and row.expires_on.isoformat(),
    }


def _source(check: SourceCheck) -> dict:
    return {
        "source": check.source.slug,
        "state": check.state,
        "detail": check.detail,
        "standing": [hotline.key for hotline in check.standing],
        "gone": [hotline.key for hotline in check.gone],
    }


def _lines(report: dict) -> str:
    counts = report["counts"]
    lines = [
        f"as of {report['on']}: {counts['all']} hotlines, {counts['disputed']} disputed, {counts['reported']} reported, {counts['never']} never verified,"
        f" {counts['due_0']} overdue, {counts['due_7']} due within 7 days, {counts['due_30']} within 30",
        *(
            f"  {row['hotline']} ({row['brand']}): {row['status']}"
            + (f", checked {row['checked_on']}" if row["checked_on"] else "")
            + (f", counts until {row['expires_on']}" if row["expires_on"] else "")
            for row in report["due"][:_SHOWN]
        ),
        *_more(report["due"]),
        f"{len(report['conflicts'])} conflicting claims",
        *(f"  {row['about']}: {row['explanation']}" for row in report["conflicts"][:_SHOWN]),
        *_more(report["conflicts"]),
    ]
    if report["sources"]:
        lines.append(f"{len(report['sources'])} machine-checkable sources")
    for row in report["sources"]:
        detail = f" ({row['detail']})" if row["detail"] else ""
        lines.append(f"  {row['source']}: {row['state'].replace('_', ' ')}{detail}")
        lines += [f"    still there: {key}" for key in row["standing"]]
        lines += [f"    no longer there: {key}" for key in row["gone"]]
    if report["sources"] and not report["written"]:
        lines.append("Dry run: nothing was written. Add --commit to write.")
    lines.append(", ".join(f"{word} {number}" for word, number in report["summary"].items()))
    return "\n".join(lines)


def _more(rows: list) -> list[str]:
    return [f"  … and {len(rows) - _SHOWN} more: --json lists all"] if len(rows) > _SHOWN else []
