"""JSON, and what of it is written already: a part that was written once stands in ordinary dicts as it is (`Fragment`)."""

from typing import Any

import orjson
from rest_framework.utils.encoders import JSONEncoder

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
_encoder = JSONEncoder()


def write(value: Any) -> bytes:
    """A value as the API writes it: compact UTF-8 JSON; times, decimals and lazy texts as REST framework writes them."""
    return orjson.dumps(value, _encoder.default, _OPTIONS)


def ready(value: Any) -> orjson.Fragment:
    """A value, written once and for all."""
    return orjson.Fragment(write(value))
