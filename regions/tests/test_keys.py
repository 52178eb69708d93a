"""Keys of records: what is built is read again, and nobody else builds or reads them."""

import ast
import datetime
import itertools
import re

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from regions import keys

SLUGS = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)
CODES = st.from_regex(r"[1-8][0-9]{5}([0-9]{3})?", fullmatch=True)
DAYS = st.dates(min_value=datetime.date(1949, 1, 1))
# An extension is free text: whatever a page says to dial or to say.
EXTENSIONS = st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), max_size=20)


@pytest.mark.slow
@given(SLUGS, CODES, DAYS)
def test_rules(service, region, day):
    for first in (day, day.isoformat()):
        key = keys.rule_key(service, region, first)
        assert keys.read_rule_key(key) == (service, region, day.isoformat())
        assert keys.of_list(service, key.partition(keys.SEP)[2]) == key
        assert keys.service_of(key) == service


@pytest.mark.slow
@given(SLUGS, st.from_regex(r"\d{3,20}", fullmatch=True).filter(str.isascii), EXTENSIONS, st.none() | DAYS)
def test_hotlines(service, number, extension, day):
    if re.search(r"@\d{4}-\d{2}-\d{2}\Z", extension, re.ASCII):
        return  # such an extension is read as a day; a page that says so has not been met
    key = keys.hotline_key(service, number, extension, day or "")
    assert keys.read_hotline_key(key) == (service, number, extension, day.isoformat() if day else "")
    assert keys.service_of(keys.verification_key(key, 7)) == service


@pytest.mark.slow
@given(CODES, st.booleans(), st.none() | DAYS)
def test_regions(code, ended, day):
    key = keys.region_key(code, ended, day)
    assert keys.read_region_key(key) == (code, ended, day.isoformat() if ended and day else "")


@pytest.mark.parametrize("text", ["", "a", "a:b", "a:510322:x", "a:510322:2026-13-01", "a:1:2026-01-01:x"])
def test_what_is_no_rule(text):
    with pytest.raises(keys.BadKey):
        keys.read_rule_key(text)


@pytest.mark.slow
@given(st.text())
def test_any_text_is_read_or_refused(text):
    for read in (keys.read_rule_key, keys.read_hotline_key, keys.read_region_key):
        try:
            read(text)
        except keys.BadKey as error:
            assert str(error)


@pytest.mark.slow
def test_every_record_is_named_here_only():
    """No other module takes a key apart, or puts one together, by its colons and its sign for a life."""
    taken_apart = re.compile(r"""key\w*(\["key"\]|\.key)?\)?\.(r?partition|split)\(""")
    found = []
    for path in sorted((settings.BASE_DIR / "regions").rglob("*.py")):
        name = path.relative_to(settings.BASE_DIR / "regions").as_posix()
        if name.startswith(("tests/", "migrations/", "keys.py")):
            continue
        text = path.read_text("utf-8")
        found += [f"{name}: {match[0]}" for match in taken_apart.finditer(text)]
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.JoinedStr) and _joins_names(node):
                found.append(f"{name}:{node.lineno}")
    # An area is a service's rule on a region whatever its day: an id of HSDS, no key of ours.
    assert [place for place in found if not place.startswith("api/hsds.py")] == []


def _joins_names(node: ast.JoinedStr) -> bool:
    """f"{slug}:{…}" """
    parts = node.values
    return any(
        isinstance(one, ast.FormattedValue)
        and ast.unparse(one.value).endswith(("slug", "['service']"))
        and isinstance(other, ast.Constant)
        and other.value.startswith(":")
        for one, other in itertools.pairwise(parts)
    )
