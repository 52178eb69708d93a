"""Sentences of the pure parts: English, with what is needed to say them in another language.

The pure packages know no Django. They make their sentences with `said as _`, so that these are collected for
translation; `wording.in_words` says them in the reader's language.
"""

from collections.abc import Mapping
from typing import Any


class Said(str):
    """A sentence in English that remembers its template and values."""

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, values: Mapping[str, Any]) -> "Said":
        sentence = super().__new__(cls, template % values if values else template)
        sentence.template, sentence.values = template, values
        return sentence

    def __getnewargs__(self) -> tuple[str, Mapping[str, Any]]:  # type: ignore[override]
        """What a copy is made from."""
        return self.template, self.values

    def as_dict(self) -> dict[str, Any]:
        """The form in which a sentence is kept as JSON; `wording.in_words` reads it."""
        return {"said": self.template, "values": dict(self.values)}


def said(template: str, **values: Any) -> Said:
    """The sentence of a template such as "%(count)s digits" with its values, which may be sentences themselves."""
    return Said(template, values)
