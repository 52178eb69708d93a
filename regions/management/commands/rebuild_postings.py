"""manage.py rebuild_postings: the index over the coverage rules, made anew or compared with them."""

import time

from django.core.management.base import CommandError

from regions.choices import ChangeAction
from regions.lookup import memory
from regions.management.answering import Answering
from regions.models import Posting, PostingIndex
from regions.postings.touched import INDEX
from regions.postings.write import differences
from regions.services.changes import change_set


class Command(Answering):
    help = (
        "Make the index over the coverage rules anew, in one transaction; running processes notice it in their "
        "next request. Never needed while all writes go through the service layer; safe at any time."
    )

    def add_arguments(self, parser):
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--check", action="store_true", help="compare with the rules; write nothing")
        mode.add_argument("--report", action="store_true", help="say how large the index is; write nothing")

    def handle(self, *, check, report, **options):
        started = time.perf_counter()
        if report:
            self._report()
        elif check:
            self._check()
        else:
            with change_set(reason="rebuild_postings") as changes:
                changes.add(INDEX, "all", ChangeAction.UPDATE, {}, {})
            count = Posting.objects.count()
            self.stdout.write(f"regions {count}, seconds {time.perf_counter() - started:.1f}, errors 0")

    def _check(self):
        index = PostingIndex.objects.first()
        if index is None:
            raise CommandError("There is no index: SQL answers. Run manage.py rebuild_postings.")
        found = differences(index)
        for line in found[:200]:
            self.stderr.write(line)
        self.stdout.write(f"regions {Posting.objects.count()}, errors {len(found)}")
        if found:
            raise CommandError("The index differs from the rules. Run manage.py rebuild_postings.")

    def _report(self):
        for name, value in memory.usage().items():
            self.stdout.write(f"{name}: {value}")
