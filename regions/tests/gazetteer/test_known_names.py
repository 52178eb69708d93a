"""Former, colloquial and romanised names: each belongs to a division of today and to no other."""

from collections import Counter

import pytest
from django.conf import settings

from regions.gazetteer.known_names import COLLOQUIAL, FORMER, ROMANISED
from regions.resolver import load_default

from .small import table


@pytest.fixture(scope="module")
def current():
    return {row["code"]: row for row in table(settings.REGIONS_DIR / "regions.csv") if not row["valid_to"]}


def test_every_one_belongs_to_a_division_of_today(current):
    assert [code for names in (COLLOQUIAL, FORMER, ROMANISED) for code in names if code not in current] == []


def test_none_means_two_places_or_is_the_name_of_another(current):
    names = [name for table in (COLLOQUIAL, FORMER, ROMANISED) for found in table.values() for name in found]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    bearers = {row["name"] for row in current.values()} | {row["short_name"] for row in current.values()}
    assert [name for name in names if name in bearers] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (name, code)
        for code, names in ROMANISED.items()
        for name in names
        if name.isascii() and len(name.replace(" ", "")) > 3
    ],
)
def test_a_name_in_latin_letters_is_a_suggestion_never_more(text, code):
    result = load_default(settings.REGIONS_DIR).resolve(text)
    assert result.code is None and code in result.candidates, result


def test_every_one_is_a_name():
    """A table entry that is a string instead of a tuple would give its letters as names."""
    for known in (COLLOQUIAL, FORMER, ROMANISED):
        assert all(isinstance(names, tuple) and min(map(len, names)) > 1 for names in known.values())


@pytest.mark.parametrize(("text", "code"), [(n, code) for code, names in COLLOQUIAL.items() for n in names])
def test_a_colloquial_name_is_a_suggestion_with_its_kind(text, code):
    result = load_default(settings.REGIONS_DIR).resolve(text)
    assert (result.status, result.candidates[0], result.code) == ("suggestion", code, None)
    assert result.evidence[-1]["kind"] == "colloquial"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ürümqi", "650100"),
        ("ÜRÜMQI", "650100"),
        ("Ürümchi", "650100"),
        ("Xigazê", "540200"),
        ("Ili", "654000"),
    ],
)
def test_marks_on_latin_letters_may_be_there_or_not(text, code):
    result = load_default(settings.REGIONS_DIR).resolve(text)
    assert result.code is None and code in result.candidates, result
