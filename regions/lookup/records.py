"""Records of another table in the statement that reads the ones they belong to: listed beside a row, and made again.

For the few that stand beside a record (the rules of an outlet, the names of a place), where a statement of its own for each
kind would cost more than they do.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from regions.models.base import Listed

Record = TypeVar("Record", bound=models.Model)
Names = tuple[str, ...]


@cache  # putting it together costs as much as a small query
def listed(model: type[models.Model], by: str, to: str, names: Names, **beside: Names) -> Subquery:
    """An annotation: the records whose key `by` leads to `to` of a row, as a list of dictionaries in no order; or None.

    `names`: their columns; `beside`: by the name of a foreign key, columns of what it leads to.
    """
    members = {name: name for name in names}
    members |= {f"{key}.{name}": f"{key}__{name}" for key, theirs in beside.items() for name in theirs}
    rows = model._default_manager.filter(**{by: OuterRef(to)}).order_by().values(by)
    return Subquery(rows.annotate(listed=Listed(JSONObject(**members))).values("listed"))


def made(model: type[Record], said: Mapping[str, Any], names: Names, beside: str = "") -> Record:
    """The record of a dictionary that was listed, or what its foreign key `beside` leads to. Other columns are deferred."""
    prefix = f"{beside}." if beside else ""
    fields = [field for field in model._meta.concrete_fields if field.attname in names]
    values = [field.to_python(said[prefix + field.attname]) for field in fields]
    return model.from_db("default", [field.attname for field in fields], values)
