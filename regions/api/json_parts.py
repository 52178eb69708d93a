"""JSON put together from parts that are rendered already."""

from collections.abc import Iterable

from rest_framework.utils.encoders import JSONEncoder

_encoder = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def encode(value) -> bytes:
    """A value as the API writes it: compact UTF-8 JSON."""
    return _encoder.encode(value).encode()


def members(values: dict) -> bytes:
    """The members of an object without its braces, to stand beside others."""
    return encode(values)[1:-1]


def array(items: Iterable[list[bytes]]) -> list[bytes]:
    """A list, in pieces, of values that are in pieces: what is large is copied once, at the very end."""
    parts = [b"["]
    for item in items:
        parts += item
        parts.append(b",")
    if len(parts) > 1:
        parts[-1] = b"]"
        return parts
    return [b"[]"]
