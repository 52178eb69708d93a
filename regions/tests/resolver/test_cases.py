"""The verdicts case by case: our own list, the shared list and the shared page where they are at hand."""

import csv
import json
from pathlib import Path

import pytest

from .judging import acceptable, silently_wrong

OWN = Path(__file__).with_name("cases.tsv")
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is absent")


def cases(path):
    usual = csv.field_size_limit(10**8)  # of the whole process: put back at once
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    finally:
        csv.field_size_limit(usual)
    for row in rows:
        expected = [code for code in row["expected"].split(";") if code]
        yield row["id"], row["kind"], json.loads(row["token"]), expected, json.loads(row["extra"] or "{}")


@pytest.mark.parametrize(
    ("number", "kind", "text", "expected", "extra"), [pytest.param(*row, id=row[0]) for row in cases(OWN)]
)
def test_own_case(resolver, number, kind, text, expected, extra):
    found = resolver.resolve(text)
    assert acceptable(found, kind, expected, extra), (number, text, kind, expected, extra, found.as_dict())


@needs_shared
def test_shared_cases_are_97_percent_acceptable_and_never_silently_wrong(resolver):
    rows = list(cases(SHARED / "resolver-cases.tsv"))
    wrong = [n for n, k, t, e, x in rows if silently_wrong(resolver.resolve(t), k, e, x)]
    poor = [n for n, k, t, e, x in rows if not acceptable(resolver.resolve(t), k, e, x)]
    assert wrong == []
    assert len(poor) <= 0.03 * len(rows), poor


@needs_shared
def test_every_place_of_the_golden_page(resolver):
    lines = (SHARED / "page-a.txt").read_text(encoding="utf-8").split("\n")
    with (SHARED / "page-a.golden.tsv").open(encoding="utf-8", newline="") as file:
        golden = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    tokens = {
        number: resolver.tokens(lines[number - 1]) for number in {int(row["line_no"]) for row in golden}
    }
    for row in golden:
        token = tokens[int(row["line_no"])][int(row["position"]) - 1]
        assert token.text == row["token"]
        if row["status"] == "current":
            assert (token.result.status, token.result.code) == ("resolved", row["code"]), row
        else:
            assert token.result.status == "historical", row
            assert set(token.result.successors) == set(row["successor_code"].split(";")), row
    assert sum(map(len, tokens.values())) == len(golden) == 396


@needs_shared
def test_prose_and_menus_of_the_page_name_no_place(resolver):
    lines = (SHARED / "page-a.txt").read_text(encoding="utf-8").split("\n")
    with (SHARED / "page-a.golden.tsv").open(encoding="utf-8", newline="") as file:
        lists = {int(row["line_no"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    for number, line in enumerate(lines, 1):
        if number not in lists:
            assert resolver.resolve(line).status == "unknown", line
