"""Measures from inside one process on one database: `python -m benchmarks.inside` reads orders, writes answers.

Each order is a line of JSON, {"measure": NAME, "count": N}; each answer a line of JSON with times in seconds. The
process stays, so that measures on two databases can take turns.
"""

import json
import random
import resource
import sys
import time
import uuid
from collections.abc import Callable

import django
from pyroaring import BitMap

django.setup()

from django.db import transaction  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import pages  # noqa: E402
from benchmarks.data import SCALES, build  # noqa: E402
from benchmarks.yardsticks import measure  # noqa: E402
from regions.api.coverage import answer_question  # noqa: E402
from regions.api.json_parts import write  # noqa: E402
from regions.choices import Level  # noqa: E402
from regions.lookup import memory  # noqa: E402
from regions.models import Change, CoverageRule, Posting, Region, Service  # noqa: E402
from regions.services import records  # noqa: E402
from regions.services.intake import apply, draft  # noqa: E402


def url() -> str:
    return "http://127.0.0.1/api/v1/coverage/"


chance = random.Random(5)


def codes(level: int) -> list[str]:
    """The codes of today's regions of a level, shuffled, always the same."""
    found = list(Region.objects.open().filter(level=level).order_by("code").values_list("code", flat=True))
    random.Random(3).shuffle(found)
    return found


def popular() -> str:
    """The county with the most services included on it."""
    rows = Posting.objects.filter(region__level=Level.COUNTY, region__valid_to=None)
    sizes = (
        (len(BitMap.deserialize(bytes(blob))), code)
        for code, blob in rows.values_list("region__code", "include")
    )
    return max(sizes)[1]


def ask(query: str) -> dict:
    return json.loads(write(answer_question(QueryDict(query), url)))["answers"][0]


class Questions:
    """What is asked, by name: a list of query strings each."""

    def __init__(self) -> None:
        counties, provinces = codes(Level.COUNTY), codes(Level.PROVINCE)
        busy = popular()
        last = -(-ask(f"region={busy}")["count"] // 20)
        few = 200
        self.lists = {
            "county": [f"region={code}" for code in counties[:few]],
            "all counties": [f"region={code}" for code in counties],
            "filters": [f"region={code}&category=category-3&verified=true" for code in counties[:few]],
            "states": [f"region={code}&state=excluded&kind=repair" for code in counties[:few]],
            "last page": [f"region={busy}&page={last}"],
            "no hits": [f"region={code}&kind=recycling" for code in counties[:few]],
            "province": [f"region={code}&state=partly_covered" for code in provinces],
            "another day": [f"region={code}&on=2026-11-01" for code in counties[:10]],
        }

    def time(self, name: str, count: int) -> list[float]:
        """Seconds of so many questions, sorted. Pages that were chosen before are forgotten: it is the choice that grows."""
        queries = self.lists[name]
        return _times(
            lambda: write(answer_question(QueryDict(chance.choice(queries)), url)),
            count,
            before=forget_choices,
        )


def forget_choices() -> None:
    here = memory.memory_here()
    for day in (here.day, *here.others.values()):
        if day:
            day.choices.clear()


def _times(work: Callable[[], object], count: int, before: Callable[[], None] | None = None) -> list[float]:
    times = []
    for _n in range(count):
        if before:
            before()
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return sorted(times)


class Writing:
    """A rule through the service layer, and the bare insert of the same two rows."""

    def __init__(self) -> None:
        services = list(Service.objects.order_by("pk")[:200])
        regions = list(Region.objects.open().filter(level=Level.TOWNSHIP).order_by("pk")[:4_000])
        taken = set(
            CoverageRule.objects.filter(service_id__in=services).values_list("service_id", "region_id")
        )
        pairs = [(one, region) for one in services for region in regions if (one.pk, region.pk) not in taken]
        random.Random(9).shuffle(pairs)
        self.pairs = iter(pairs)

    def _rule(self) -> CoverageRule:
        service, region = next(self.pairs)
        return CoverageRule(service=service, region=region, kind="include")

    def through_services(self) -> None:
        records.save(self._rule())

    def bare(self) -> None:
        rule = self._rule()
        with transaction.atomic():
            rule.save(force_insert=True)
            Change.objects.create(
                kind="coverage-rule", key="bench", action="create", before=None, after={"id": rule.pk},
                changeset="00000000-0000-0000-0000-000000000000", at=timezone.now(),
            )  # fmt: skip


def apply_import(lines: int) -> list[float]:
    """Seconds of applying one list of so many counties to a new service."""
    counties = Region.objects.open().filter(level=Level.COUNTY).order_by("code")
    names = [name.replace("/", "") for name in counties.values_list("full_name", flat=True)[:lines]]
    service = Service.objects.order_by("pk").first()
    service.pk, service.slug = None, f"import-{uuid.uuid4().hex}"
    service.name = service.slug
    records.save(service)
    imp = draft(service=service, text="\n".join(names))
    started = time.perf_counter()
    outcome = apply(imp=imp, leave_open=True)
    spent = time.perf_counter() - started
    if outcome.created < 0.9 * lines:
        raise RuntimeError(f"the import made only {outcome.created} rules")
    return [spent]


def main() -> None:
    questions: Questions | None = None
    writing: Writing | None = None
    for line in sys.stdin:
        order = json.loads(line)
        name, count = order["measure"], order.get("count", 1)
        if name == "build":
            build(SCALES[order["scale"]], say=lambda text: print(text, file=sys.stderr))
            answer = []
        elif name == "size":
            answer = {
                "rules": CoverageRule.objects.count(),
                "services": Service.objects.count(),
                **memory.usage(),
            }
            answer["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        elif name in ("save", "bare"):
            writing = writing or Writing()
            answer = _times(writing.through_services if name == "save" else writing.bare, count)
        elif name == "yardsticks":
            answer = measure(codes(Level.COUNTY)[:100], order["rounds"], count)
        elif name == "pages":
            answer = pages.measure(codes(Level.COUNTY), order["rounds"], count)
        elif name == "import":
            answer = apply_import(count)
        elif name == "queries":
            questions = questions or Questions()
            answer = questions.lists[order["of"]]
        elif name == "sizes":
            questions = questions or Questions()
            asked = questions.lists[order["of"]][:count]
            answer = [len(write(answer_question(QueryDict(query), url))) for query in asked]
        elif name == "cold":
            memory._memories.clear()
            answer = _times(lambda: ask(f"region={codes(Level.COUNTY)[0]}"), 1)
        else:
            questions = questions or Questions()
            answer = questions.time(name, count)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
