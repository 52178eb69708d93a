"""Addresses of other resources, as clients may keep them: absolute, and without the parameters of this request."""

from typing import Protocol, TypeVar

from django.db.models import Model, QuerySet
from django.urls import reverse

from regions.keys import BadKey
from regions.wording import in_words

from .params import bad

Record = TypeVar("Record", bound=Model, covariant=True)


class Keyed(Protocol[Record]):
    """Records that are found by their key."""

    def keyed(self, text: str) -> QuerySet[Record]: ...


def by_key(records: "Keyed[Record]", name: str, key: str) -> Record | None:
    """The record of a key that stands in an address or a body; a 400 where that is no key."""
    try:
        return records.keyed(key).first()
    except BadKey as error:
        raise bad(name, in_words(error)) from None


def address(request, name: str, *args) -> str:
    """The absolute address of a named route. (DRF's own `reverse` would carry over `?format=`.)"""
    return request.build_absolute_uri(reverse(f"api:{name}", args=args))
