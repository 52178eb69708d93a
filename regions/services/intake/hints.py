"""What helps a person with an open line: neighbours that lie close by, what was decided before, townships that came over.

Nothing of it is chosen by itself.
"""

from collections.abc import Iterable

from django.db.models import Q

from regions.choices import Verdict
from regions.lookup.territory import came_over, heirs
from regions.models import CoverageImport, ImportLine, Region

Decision = ImportLine.Decision
_MOST_TOWNSHIPS = 60


def neighbours(imp: CoverageImport, waiting: Iterable[ImportLine]) -> dict[int, set[str]]:
    """By line: where the places lie that were accepted on the same line. One query."""
    numbers = {line.line_no for line in waiting}
    if not numbers:
        return {}
    found: dict[int, set[str]] = {}
    rows = imp.lines.filter(line_no__in=numbers, decision=Decision.ACCEPTED).values_list(
        "line_no", "include", "exclude"
    )
    for number, include, exclude in rows:
        found.setdefault(number, set()).update(code[:4] for code in (*include, *exclude))
    return found


def likely(choices: list[str], near: set[str]) -> str:
    """The one choice that lies where the neighbours lie; "" when it is none or several."""
    close = [code for code in choices if code[:4] in near]
    return close[0] if len(close) == 1 < len(choices) else ""


def decided_before(imp: CoverageImport, waiting: Iterable[ImportLine]) -> dict[str, ImportLine]:
    """How a person decided about the same words, for this brand or for all: the newest by token. One query."""
    tokens = {line.token for line in waiting}
    if not tokens:
        return {}
    decided = ImportLine.objects.filter(
        Q(coverage_import__service__brand_id=imp.service.brand_id) | Q(shared=True),
        token__in=tokens,
        decision=Decision.ACCEPTED,
        decided_by__isnull=False,
    ).exclude(coverage_import=imp)
    found: dict[str, ImportLine] = {}
    for line in decided.select_related("decided_by", "coverage_import").order_by("-pk")[:500]:
        found.setdefault(line.token, line)
    return found


def townships(waiting: Iterable[ImportLine]) -> dict[int, list[str]]:
    """By open line of a district that was merged or split: today's townships that came out of its own; none if nobody
    knows them."""
    named = {
        line.pk: codes[-1]
        for line in waiting
        if line.verdict == Verdict.HISTORICAL
        and (
            codes := [
                item["code"]
                for item in line.result["evidence"]
                if item.get("code") and item["kind"] != "inherited"
            ]
        )
    }
    if not named:
        return {}
    lives = list(Region.objects.closed().filter(code__in=named.values()))
    kept = heirs(lives)
    over = came_over([life for life in lives if life.pk not in kept])
    by_code: dict[str, list[str]] = {}
    for life in lives:
        by_code.setdefault(life.code, []).extend(over.get(life.pk, ()))
    merged = {life.code for life in lives if life.pk not in kept}
    return {pk: by_code.get(code, [])[:_MOST_TOWNSHIPS] for pk, code in named.items() if code in merged}
