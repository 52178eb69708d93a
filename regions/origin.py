"""Where a write comes from: the id of the request that asks for it, its door, and what it says why. Read by logs and changes."""

from contextvars import ContextVar
from typing import Any

# Empty where nobody asked: in tests and in Django's own commands.
request_id: ContextVar[str] = ContextVar("request_id", default="")
# A word of `choices.Door`: the one of whoever does not say more exactly.
door: ContextVar[str] = ContextVar("door", default="command")
# Why, in the words of who asks: it goes before what a verb says by itself. Empty where nobody said.
why: ContextVar[str] = ContextVar("why", default="")
# Whose doing it is, where no request says so: the account that a command names.
who: ContextVar[Any] = ContextVar("who", default=None)


def door_of(path: str) -> str:
    """The door behind an address."""
    first = path.strip("/").partition("/")[0]
    return {"admin": "form", "api": "api"}.get(first, "page")
