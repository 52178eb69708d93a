"""Processor time of public pages beside that of the API's answer to the same question, in one process and thread.

Each page is asked once: a page that was asked before is given again without being made. Who goes first reads what the
others find read, so they take turns in that, too.
"""

import gc
import time
from collections.abc import Iterable, Sequence

from .yardsticks import API, call

# What is asked of a place: the answer with as many services as the page shows, and the pages.
SUBJECTS = {
    "answer of the API": API + "coverage/?region={}&page_size=5",
    "page of the answer": "/coverage/?q={}",
    "page of the place": "/regions/{}/",
}
_WARM = 200


def measure(counties: Sequence[str], rounds: int, count: int) -> dict[str, list[float]]:
    """Seconds of processor time per request, by subject, one figure a round; each county once a subject."""
    turns = iter(counties)
    # As a worker does at its start (gunicorn.conf.py): what building the directory left behind is looked through by no one.
    gc.collect()
    gc.freeze()
    _ask(turns, min(_WARM, len(counties) // 2))
    each = min(count, (len(counties) - _WARM) // rounds)
    found: dict[str, list[float]] = {name: [] for name in SUBJECTS}
    for _round in range(rounds):
        for name, spent in _ask(turns, each).items():
            found[name].append(spent / each)
    return found


def _ask(turns: Iterable[str], count: int) -> dict[str, float]:
    from servicenet.wsgi import application

    spent = dict.fromkeys(SUBJECTS, 0.0)
    names = list(SUBJECTS)
    for at, code in zip(range(count), turns, strict=False):
        first = at % len(names)
        for name in (*names[first:], *names[:first]):
            began = time.thread_time()
            status, _headers, _body = call(application, SUBJECTS[name].format(code))
            spent[name] += time.thread_time() - began
            if status != 200:
                raise RuntimeError(f"{SUBJECTS[name].format(code)}: {status}")
    return spent
