"""Structured logs: one JSON object a line, with the request's id and without the texts people asked.

What somebody asks ("南宁西乡塘, my address") is nobody's business: query strings and bodies are never logged, paths only
as their pattern, and the message of an exception only where it cannot hold a value of a question.
"""

import json
import logging
import re
import time
import traceback
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from regions.origin import door, door_of, request_id, why

from . import metrics

HEADER = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_PATH = re.compile(r"/\S*")
_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request", "server_time"}
_TELLING = (OperationalError, InterfaceError, OSError, ImportError)
access = logging.getLogger("servicenet.access")


class Request(HttpRequest):
    """A request as our middleware leaves it."""

    id: str
    database: str


class RequestMiddleware:
    """Gives each request an id (the client's own, if it sent a sensible one), counts it and logs one line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        sent = request.headers.get(HEADER, "")
        request.id = sent if _ID.fullmatch(sent) else uuid.uuid4().hex
        token, by, said = request_id.set(request.id), door.set(door_of(request.path_info)), why.set("")
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            seconds = time.perf_counter() - began
            response[HEADER] = request.id
            route = route_of(request)
            metrics.observe(request.method or "-", route, response.status_code, seconds)
            access.info(
                "request",
                extra={
                    "method": request.method,
                    "route": route,
                    "status": response.status_code,
                    "ms": round(seconds * 1000, 1),
                }
                | ({"database": request.database} if hasattr(request, "database") else {}),
            )
        finally:
            request_id.reset(token)
            door.reset(by)
            why.reset(said)
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern of the address, for example api/v1/regions/<code>/; never the address itself."""
    match = request.resolver_match
    return match.route if match else "-"


class FaultsOnly(logging.Filter):
    """Leaves out Django's line about a refusal (503): it is no fault, and our line about the request tells its status."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", 500) != 503 or bool(record.exc_info)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: at, level, logger, message, request_id, what was given as `extra`, and a fault's place."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
            "request_id": request_id.get(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[1]:
            line["error"] = describe_error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def message_of(record: logging.LogRecord) -> str:
    """The message; Django's and waitress's own about a request ("Internal Server Error: /path") without the path."""
    if hasattr(record, "request") and isinstance(record.args, tuple) and record.args:
        return str(record.args[0])
    if record.name == "waitress":
        return _PATH.sub("/…", record.getMessage())
    if (
        record.name == "py.warnings" and isinstance(record.args, tuple) and record.args
    ):  # a warning comes with the line of code on a second line
        return str(record.args[0]).strip().splitlines()[0]
    return record.getMessage()


def describe_error(error: BaseException) -> dict:
    """The kind and the place of an error; its message only where that cannot repeat a question."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "type": type(error).__name__,
        "message": str(error) if isinstance(error, _TELLING) else "",
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-15:]],
    }
