"""No pattern of the project takes long over a text of its own words again and again: many stand before public doors."""

import importlib
import pkgutil
import random
import re
import signal

import pytest

import regions

_WORD = re.compile(r"[\u4e00-\u9fff]{1,4}|[a-z]{2,8}")
_ALLOWED = 0.5  # seconds for 40 words; what goes wrong takes hours
_MOST = 80


def patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Every pattern that stands in a module, by its name."""
    found: dict[str, tuple[str, re.Pattern[str]]] = {}
    for module in pkgutil.walk_packages(regions.__path__, "regions."):
        if ".tests" in module.name or ".migrations" in module.name:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found.setdefault(value.pattern, (f"{module.name}.{name}", value))
    return list(found.values())


def texts(pattern: re.Pattern[str], rng: random.Random):
    words = [*sorted(set(_WORD.findall(pattern.pattern))), "1", " ", "a", "市", "县", "、"]
    chosen = rng.sample(words, min(_MOST, len(words)))
    for again in [*chosen, *("".join(rng.choices(words, k=2)) for _ in range(40))]:
        for head, tail in (("", ""), ("", "☃"), ("市", "☃")):
            yield head + again * 40 + tail


@pytest.mark.slow
@pytest.mark.one_database
def test_no_pattern_tries_every_way_of_cutting_a_text():
    rng, slow = random.Random(3), []

    def stop(*_args):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    try:
        for name, pattern in patterns():
            for text in texts(pattern, rng):
                signal.setitimer(signal.ITIMER_REAL, _ALLOWED)
                try:
                    pattern.search(text)
                    pattern.fullmatch(text)
                except TimeoutError:
                    slow.append((name, text[:12]))
                    break
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not slow
