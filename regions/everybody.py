"""Work that a process does once, for everybody who will ask it: nobody is charged for it because it was his turn.

What is charged is in `regions.api.spending`. Only what no question can bring about again belongs here: what stands until
the directory itself changes.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class _Work(threading.local):
    """Seconds of a processor that this thread has worked for everybody and nobody has asked about; whether it does now."""

    seconds = 0.0
    under_way = False


_work = _Work()


@contextmanager
def for_everybody() -> Iterator[None]:
    """What is done inside is for everybody; one inside another counts once."""
    if _work.under_way:
        yield
        return
    began, _work.under_way = time.thread_time(), True
    try:
        yield
    finally:
        _work.seconds += time.thread_time() - began
        _work.under_way = False


def taken() -> float:
    """Seconds of a processor that this thread has worked for everybody since it was last asked."""
    seconds, _work.seconds = _work.seconds, 0.0
    return seconds
