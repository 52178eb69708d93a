"""What all descriptions share: leaving members out, a record named inside another, forms of single values."""

import datetime
from collections.abc import Callable
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from regions.api.params import bad, boolean
from regions.choices import Level


class SelectableFields(serializers.ModelSerializer):
    """`brief=true` keeps `Meta.brief`, `fields=a,b` keeps those, `omit=a,b` drops those; unknown names are 400."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if (
            request is None
            or self.parent is not None
            or getattr(self.context.get("view"), "swagger_fake_view", False)
        ):
            return
        query = request.query_params
        if boolean(query, "brief"):
            self._keep(self.Meta.brief)
        if "fields" in query:
            self._keep(self._names("fields", query["fields"]))
        if "omit" in query:
            for name in self._names("omit", query["omit"]):
                self.fields.pop(name, None)

    def _names(self, parameter: str, value: str) -> list[str]:
        names = [name.strip() for name in value.split(",") if name.strip()]
        known = self.Meta.fields
        if not names:
            raise bad(parameter, _("%(name)s names no field.") % {"name": parameter}, allowed=list(known))
        for name in names:
            if name not in known:
                raise bad(
                    parameter,
                    _("%(name)s is not a field; there are: %(fields)s.")
                    % {"name": name[:40], "fields": ", ".join(known)},
                    allowed=list(known),
                )
        return names

    def _keep(self, names) -> None:
        for name in set(self.fields) - set(names):
            self.fields.pop(name)


def but(description: type[serializers.ModelSerializer], *names: str) -> list[str]:
    """The members of a description without these, for where it stands inside another record."""
    unknown = set(names) - set(description.Meta.fields)
    if unknown:
        raise ValueError(f"{description.__name__} has no {', '.join(sorted(unknown))}")
    return [name for name in description.Meta.fields if name not in names]


def teller(
    description: type[serializers.Serializer], moment: datetime.datetime | None = None
) -> Callable[[Any], dict[str, Any]]:
    """What a description says of one record after the other; `moment`: the minute that opening hours are asked about.

    REST framework works out the members anew for each record it is given alone, which takes longer than telling them.
    """
    return _kept(description) if moment is None else description(context={"moment": moment}).to_representation


@cache
def _kept(description: type[serializers.Serializer]) -> Callable[[Any], dict[str, Any]]:
    return description().to_representation


class Ref:
    """A record named inside another. Files write the member `key` of it in its place."""

    key = "slug"


class SlugRef(Ref, serializers.Serializer):
    """A named record inside another record."""

    slug = serializers.CharField()
    name = serializers.CharField()


@extend_schema_field({"type": "string", "enum": Level.words()})
class LevelField(serializers.Field):
    """A level by its word."""

    def to_representation(self, value: int) -> str:
        return Level(value).word


@extend_schema_field({"type": "string", "pattern": r"^\d\d:\d\d:\d\d$", "example": "08:30:00"})
class ClockField(serializers.TimeField):
    """A time of day without an offset: it is meant where the telephone rings."""
