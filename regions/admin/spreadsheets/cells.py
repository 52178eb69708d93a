"""How the values of a record stand in the cells of its sheet."""

from django.db import models

from regions.models import Hotline, PhoneNumber, Region

from .widgets import Day, Degrees, Flag, HotlineKey, Lines, Number, RegionCode, Slug, Text, Whole, Word


def columns(description, *more: str) -> tuple[str, ...]:
    """The columns of a sheet: what a record's description says of its own columns, in that order, and `more` for people."""
    own = {field.name for field in description.Meta.model._meta.concrete_fields}
    return (*(name for name in description.Meta.fields if name in own), *more)


def cell_of(column: models.Field):
    """How the values of a column are written in a cell; another record by its key."""
    match column:
        case models.ForeignKey(related_model=model) if model is Region:
            return RegionCode()
        case models.ForeignKey(related_model=model) if model is PhoneNumber:
            return Number()
        case models.ForeignKey(related_model=model) if model is Hotline:
            return HotlineKey()
        case models.ForeignKey(related_model=model):
            return Slug(model)
        case models.BooleanField():
            return Flag()
        case models.DateField():
            return Day()
        case models.IntegerField():
            return Whole(default=column.default if column.has_default() else None)
        case models.DecimalField():
            return Degrees()
        case models.JSONField():
            return Lines()
        case models.CharField(choices=choices) if choices:
            return Word(choices)
    return Text()


def choices_of(widget) -> list[str]:
    """The words to choose from in a cell; none where anything may stand."""
    return widget.to_choose() if isinstance(widget, Word | Flag) else []
