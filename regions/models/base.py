"""What several records share: stretches of time, and slugs."""

import datetime
from typing import Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import In
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.choices import ChangeAction
from regions.frozen import today as today

from .change import Change

slug_validator = RegexValidator(
    r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z",
    _("Use small letters, digits and single hyphens, for example haier-repair."),
)


Row = TypeVar("Row", bound=models.Model)


def in_force(on: datetime.date, prefix: str = "") -> Q:
    """The condition "valid on that day" for rows with half-open `valid_from`/`valid_to`; empty means unbounded."""
    return (Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": on})) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": on})
    )


@models.Field.register_lookup
class Among(In):
    """`pk__among=rows`: as `in`, worked out before anything is joined. PostgreSQL takes more than eight joins in the order
    in which they are written, and so would join all hotlines there are to their services, sources and checks first.
    """

    lookup_name = "among"

    def get_rhs_op(self, connection, rhs):
        return (
            f"= ANY(ARRAY{rhs})" if connection.vendor == "postgresql" else super().get_rhs_op(connection, rhs)
        )


class Joined(models.Aggregate):
    """The group's values as text, joined by commas: one row a group instead of one a value."""

    function = "GROUP_CONCAT"
    output_field = models.TextField()

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(
            compiler, connection, function="STRING_AGG", template="%(function)s(%(expressions)s::text, ',')"
        )


class DaysUntil(models.Func):
    """How many days of a JSON list of them have come by a day."""

    function, arity = "JSON_EACH", 2
    template = "(SELECT COUNT(*) FROM %(function)s(%(expressions)s))"
    arg_joiner = ") AS told WHERE told.value <= ("
    output_field = models.IntegerField()

    def __init__(self, days: str, on: datetime.date) -> None:
        super().__init__(days, Value(on.isoformat(), models.TextField()))

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="JSONB_ARRAY_ELEMENTS_TEXT")


class Listed(models.Aggregate):
    """The group's values as a list, in no order: rows of another table beside a row, in the statement that reads it."""

    function = "JSON_GROUP_ARRAY"
    output_field = models.JSONField()

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="JSONB_AGG")


class DatedQuerySet(models.QuerySet[Row]):
    """Verbs for rows that are valid for a time."""

    def current(self, on: datetime.date | None = None) -> Self:
        """Rows valid on the day (today when not given)."""
        return self.filter(in_force(on or today()))

    def open(self) -> Self:
        """Rows without an end."""
        return self.filter(valid_to__isnull=True)

    def closed(self) -> Self:
        return self.filter(valid_to__isnull=False)


class SluggedModel(models.Model):
    """A record that URLs name by a slug."""

    slug = models.CharField(
        _("slug"),
        max_length=80,
        unique=True,
        validators=[slug_validator],
        help_text=_(
            "The name in URLs: small letters, digits, hyphens. For example haier-repair. Do not change it later."
        ),
        error_messages={"unique": _("This slug is taken; choose another.")},
    )

    class Meta:
        abstract = True

    @property
    def key(self) -> str:
        """How URLs and changes name this record."""
        return self.slug

    def clean(self) -> None:
        super().clean()
        if self._state.adding:
            self.refuse_anothers_slug()

    def refuse_anothers_slug(self) -> None:
        """A slug that named another record until that was deleted, or got another one, is not given again.

        What is called alike, of the same brand, is the same record: it may come back without being undone. Raises ValidationError.
        """
        kind = self._meta.model_name
        gone = (
            Change.objects.filter(kind=kind, key=self.slug, action=ChangeAction.DELETE)
            .order_by("-pk")
            .first()
        )
        if gone is None or not gone.before or gone.before["id"] == self.pk:
            return
        was = gone.before
        if any(was[name] != getattr(self, name) for name in ("name", "title", "brand_id") if name in was):
            raise ValidationError(
                {
                    "slug": gettext(
                        "Until %(day)s this slug named %(name)s: choose another one, or undo that deletion."
                    )
                    % {"day": timezone.localdate(gone.at), "name": was.get("name") or was.get("title")}
                }
            )


def named_by_slug() -> tuple[type[SluggedModel], ...]:
    """Every kind of record whose key is a slug. Changes, undo, roles and addresses take a new one from here."""
    return tuple(SluggedModel.__subclasses__())


def period_constraint(name: str) -> models.CheckConstraint:
    """`valid_to`, when given, lies after `valid_from`."""
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gt=F("valid_from")),
        violation_error_message=_(
            "The end must lie after the beginning (the end day itself no longer counts)."
        ),
    )
