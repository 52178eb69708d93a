"""A page that is sent while the work that it tells of is done: how far it is, then what came of it.

Scripts are not needed: each step is sent when it is reached, and of several the last one is shown. Nobody's work is done
behind his back: who leaves the page has cancelled it, and nothing is written.
"""

import logging
import time
from collections.abc import Callable, Generator
from contextlib import closing
from contextvars import copy_context
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, override

logger = logging.getLogger(__name__)
# What is told as it goes stands here in the page.
MARK = "<!-- as it goes -->"
# The page hears of it so often.
SECONDS = 0.5


class InContext:
    """Steps that run in the context of the request that asked for them, whoever takes them."""

    def __init__(self, steps: Generator[Any]) -> None:
        self.context, self.steps = copy_context(), steps

    def __iter__(self) -> "InContext":
        return self

    def __next__(self) -> Any:
        return self.context.run(next, self.steps)

    def close(self) -> None:
        self.context.run(self.steps.close)


def as_it_goes(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    rows: int,
    work: Generator[int],
    finish: Callable[[], str],
) -> StreamingHttpResponse:
    """The page, with the steps of the work in it as they are done, and last what `finish` says came of it."""
    page = render_to_string(template, {**context, "working": MARK, "importing": True}, request)
    above, below = page.split(MARK)

    def steps() -> Generator[str]:
        with override(language), closing(work):
            yield above + _step(rows, 0)
            told = time.monotonic()
            try:
                for done in work:
                    if time.monotonic() - told > SECONDS:
                        told = time.monotonic()
                        yield _step(rows, done)
            except Exception:  # the page has begun: nobody else can tell of it any more
                logger.exception("a table was not worked through to its end")
                yield render_to_string("admin/regions/import_broke_off.html", context)
            else:
                yield finish()
            yield below

    language = get_language()
    response = StreamingHttpResponse(InContext(steps()))
    response["X-Accel-Buffering"] = "no"  # nginx passes each step on
    return response


def _step(rows: int, done: int) -> str:
    return render_to_string("admin/regions/import_step.html", {"done": done, "rows": rows})
