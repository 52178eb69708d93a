"""The page about the house says what the code says."""

import re

import pytest

from .layers import LAYERS, MEANING, ROOT, rooms
from .picture import DOCS, made


@pytest.mark.slow
def test_picture_and_table_are_fresh():
    stale = [path.name for path, text in made().items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make picture` and commit what it writes"


@pytest.mark.slow
def test_every_room_has_a_layer_and_every_layer_a_meaning():
    assert len(MEANING) == len(LAYERS)
    assert {room for names in LAYERS for room in names} == rooms().keys()


def test_the_files_that_the_page_names_are_there():
    text = (DOCS / "house.md").read_text("utf-8")
    # Worked examples also name what is not there yet.
    text = re.sub(r"```.*?```|(?m:^## Worked example)[^\n]*.*?(?=\n## |\Z)", "", text, flags=re.S)
    named = set(re.findall(r"`([a-z_.][a-z_./]*(?:\.py|\.txt|\.csv|\.tsv|/))`", text))
    missing = []
    for name in named:
        where = [ROOT / name, ROOT.parent / name, *ROOT.rglob(name)]
        if not any(path.exists() for path in where):
            missing.append(name)
    assert len(named) > 20 and missing == []
