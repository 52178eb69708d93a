"""What is taken out of a place is taken out, or the place waits; see `grammar_of_exceptions.py`."""

import os

import pytest

from regions.resolver import load_default
from regions.services.intake import reading
from regions.services.intake.drafting import make_lines

from .clerk import Clerk
from .grammar_of_exceptions import PLAIN, UNREAD

pytestmark = pytest.mark.slow
SEED = os.environ.get("GRAMMAR_SEED", "1")
TEXTS = int(os.environ.get("GRAMMAR_TEXTS", "12"))


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


def drafted(text: str) -> tuple[set[str], set[str], list[str]]:
    """What a draft would include and exclude as it stands, and what waits."""
    lines = make_lines(reading.read(text).tokens)
    taken = [line for line in lines if line["decision"] == "accepted"]
    include, exclude = ({code for line in taken for code in line[kind]} for kind in ("include", "exclude"))
    return include, exclude, [line["token"] for line in lines if line["decision"] == "open"]


def asked(kind: str, write):
    for number in range(TEXTS):
        clerk = Clerk(f"{SEED} {kind} {number}")
        text = write(clerk)
        yield clerk, text, *drafted(text)


@pytest.mark.parametrize("kind", [*PLAIN, *UNREAD])
def test_nothing_is_served_or_cut_that_the_text_does_not_say(kind):
    wrong = [
        (text, wider[:4], cut[:4])
        for clerk, text, include, exclude, _ in asked(kind, (PLAIN | UNREAD)[kind])
        if (wider := clerk.wider(include, exclude)) + (cut := clerk.cut(exclude))
    ]
    assert not wrong, "\n".join(map(repr, wrong))


@pytest.mark.parametrize("kind", PLAIN)
def test_what_is_plain_is_read(kind):
    found = list(asked(kind, PLAIN[kind]))
    left = [
        (text, waiting)
        for clerk, text, include, exclude, waiting in found
        if waiting or (include, exclude) != (clerk.include, clerk.exclude)
    ]
    assert len(left) * 10 <= len(found), "\n".join(map(repr, left))
