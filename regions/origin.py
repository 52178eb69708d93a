"""Where a write comes from: the id of the request that asks for it, its door, and what it says why. Read by logs and changes."""

from contextvars import ContextVar

# Empty outside requests: commands have none.
request_id: ContextVar[str] = ContextVar("request_id", default="")
# A word of `choices.Door`: the one of whoever does not say more exactly.
door: ContextVar[str] = ContextVar("door", default="command")
# Why, in the words of who asks: it goes before what a verb says by itself. Empty where nobody said.
why: ContextVar[str] = ContextVar("why", default="")


def door_of(path: str) -> str:
    """The door behind an address."""
    first = path.strip("/").partition("/")[0]
    return {"admin": "form", "api": "api"}.get(first, "page")
