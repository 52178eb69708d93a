"""The verdicts case by case: our own list, the list that was given with the task, and the lists of page A.

`given.tsv` holds names and codes; where ../shared/data is at hand its whole list is judged too.
"""

import csv
import json
from pathlib import Path

import pytest

from regions.tests.page_a import places

from .judging import acceptable, silently_wrong

OWN = Path(__file__).with_name("cases.tsv")
GIVEN = Path(__file__).with_name("given.tsv")
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
needs_shared = pytest.mark.skipif(
    not SHARED.exists(), reason="a second, fuller check: ../shared/data is not here"
)


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


def judge(resolver, rows):
    wrong = [n for n, k, t, e, x in rows if silently_wrong(resolver.resolve(t), k, e, x)]
    poor = [n for n, k, t, e, x in rows if not acceptable(resolver.resolve(t), k, e, x)]
    assert wrong == []
    assert len(poor) <= 0.03 * len(rows), poor


def test_given_cases_are_97_percent_acceptable_and_never_silently_wrong(resolver):
    judge(resolver, list(cases(GIVEN)))


@needs_shared
def test_so_is_the_whole_list(resolver):
    judge(resolver, list(cases(SHARED / "resolver-cases.tsv")))


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [("U", "哈" * 10_000, []), ("R", "北京市朝阳区" + "路" * 10_000, ["110105"])],
    ids=["nothing", "address"],
)
def test_a_very_long_text(resolver, kind, text, expected):
    assert acceptable(resolver.resolve(text), kind, expected, {})


def test_every_place_of_page_a(resolver, page_a):
    lines = page_a.split("\n")
    tokens = {number: resolver.tokens(lines[number - 1]) for number in {place.line for place in places()}}
    for place in places():
        token = tokens[place.line][place.position - 1]
        assert token.text == place.token
        if place.became:
            assert token.result.status == "historical", place
            assert set(token.result.successors) == place.became, place
        else:
            assert (token.result.status, token.result.code) == ("resolved", place.code), place
    assert sum(map(len, tokens.values())) == len(places()) == 396


def test_prose_and_menus_of_page_a_name_no_place(resolver, page_a):
    lists = {place.line for place in places()}
    for number, line in enumerate(page_a.split("\n"), 1):
        if number not in lists:
            assert resolver.resolve(line).status == "unknown", line
