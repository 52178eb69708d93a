"""Kinds of filters and what dated lists share; `filters` says which list has which.

A repeated parameter is OR, `__n` (`exclude`) leaves out, what cannot be read is a 400 that says so.
"""

import django_filters
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.choices import Level
from regions.codes import BadCode, is_digits, narrow, read_code
from regions.lookup import find_by_code, regions_meant
from regions.lookup.opening import open_texts, texts_on_file
from regions.models import OutletService
from regions.models.base import in_force
from regions.models.region import subtree
from regions.phones import NumberError, parse_number
from regions.wording import in_words

from .params import bad, boolean, day, moment_of, only_open
from .slugs import check_codes, check_slugs


class Many(django_filters.Filter):
    """A repeatable parameter: any of the values."""

    def filter(self, qs, value):
        values = self.parent.data.getlist(self.extra_name) if self.parent.data else []
        if not values:
            return qs
        condition = self.condition([self.clean(value) for value in values])
        return qs.exclude(condition) if self.exclude else qs.filter(condition)

    @property
    def extra_name(self) -> str:
        return next(name for name, found in self.parent.filters.items() if found is self)

    def clean(self, value: str) -> str:
        return value

    def condition(self, values: list[str]) -> Q:
        return Q(**{f"{self.field_name}__in": values})


class Slugs(Many):
    """Any of these slugs of a model's records; a slug that nobody has is a 400 that names near ones."""

    def __init__(self, model: type[Model], **kwargs) -> None:
        super().__init__(**kwargs)
        self.named = model  # `model` is the list's own

    def condition(self, values: list[str]) -> Q:
        check_slugs(self.extra_name, values, self.named)
        return super().condition(values)


class ServedSlugs(Slugs):
    """Outlets at which there are services of these slugs, or for these; each once, however many of its services are."""

    def condition(self, values: list[str]) -> Q:
        check_slugs(self.extra_name, values, self.named)
        served = OutletService.objects.filter(**{f"{self.field_name}__slug__in": values})
        return Q(pk__in=served.order_by().values("outlet"))


class Numbers(Many):
    """Any of these telephone numbers, in any spelling."""

    def clean(self, value: str) -> str:
        try:
            return parse_number(value).canonical
        except NumberError as error:
            raise bad(self.extra_name, in_words(error)) from None


class ServedNumbers(Numbers):
    """Outlets at which any of these numbers rings."""

    def condition(self, values: list[str]) -> Q:
        served = OutletService.objects.filter(hotline__number__canonical__in=values)
        return Q(pk__in=served.order_by().values("outlet"))


class Codes(Many):
    """Any of these region codes, exactly; a code that no division has or had is a 400 that names near ones."""

    def clean(self, value: str) -> str:
        try:
            return read_code(value)
        except BadCode as error:
            raise bad(self.extra_name, in_words(error)) from None

    def condition(self, values: list[str]) -> Q:
        check_codes(self.extra_name, values)
        return super().condition(values)


class Subtree(Codes):
    """The regions below these codes; `include_self` counts the named region in."""

    def __init__(self, *args, include_self: bool = True, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.include_self = include_self

    def condition(self, values: list[str]) -> Q:
        check_codes(self.extra_name, values)
        on = day(self.parent.data)
        condition = Q(pk__in=[])
        for code in values:
            for region in find_by_code(code, on).regions:
                part = subtree(region.path, self.field_name)
                if not self.include_self:
                    part &= ~Q(**{self.field_name: region.path})
                condition |= part
        return condition


class Levels(Many):
    """Levels by their words."""

    def condition(self, values: list[str]) -> Q:
        try:
            return Q(**{f"{self.field_name}__in": [Level.from_word(value) for value in values]})
        except ValueError as error:
            raise bad(self.extra_name, str(error), allowed=Level.words()) from None


class Choices(django_filters.MultipleChoiceFilter):
    """A closed vocabulary; the error lists it."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, distinct=False, **kwargs)

    @property
    def field(self):
        field = super().field
        listed = ", ".join(str(value) for value, _label in self.extra["choices"])
        field.error_messages["invalid_choice"] = _("%%(value)s is not one of: %s.") % listed
        return field


class TrueFalse(django_filters.Filter):
    """true or false, nothing else."""

    def filter(self, qs, value):
        wanted = boolean(self.parent.data, self.field_name)
        return qs if wanted is None else qs.filter(**{self.field_name: wanted})


class Opening(django_filters.CharFilter):
    """Records open at the minute of `open` and `open_at`, read together (`params.moment`)."""

    def filter(self, qs, value):
        query = self.parent.data
        moment = moment_of(self.parent.request)
        if moment is None or not only_open(query):
            return qs
        return qs.filter(opening_hours__in=open_texts(texts_on_file(), moment))


class Search(django_filters.CharFilter):
    """Search in names; an empty question is refused, not answered with everything."""

    def __init__(self, *fields: str, **kwargs) -> None:
        super().__init__(**kwargs)
        self.fields = fields

    def filter(self, qs, value):
        if "q" not in self.parent.data:
            return qs
        text = self.parent.data["q"].strip()
        if not text:
            raise bad("q", _("q is empty; leave it out or say what to look for."))
        return self.search(qs, text)

    def search(self, qs, text: str):
        condition = Q()
        for field in self.fields:
            condition |= Q(**{f"{field}__icontains": text})
        return qs.filter(condition)


class RegionSearch(Search):
    """Regions called so: what the resolver makes of the text, else whoever has it in the name. A village's code is refused."""

    def search(self, qs, text: str):
        if len(digits := narrow(text)) == 12 and is_digits(digits):
            try:
                read_code(digits)
            except BadCode as error:
                raise bad("q", in_words(error)) from None
        named = Q(name__contains=text) | Q(short_name=text) | Q(names__name=text) | Q(pinyin=text.lower())
        return qs.filter(Q(pk__in=regions_meant(text)) | named).distinct()


class DatedFilterSet(django_filters.FilterSet):
    """Rows with a life span: those of the day (`on`) unless `state` asks for closed ones."""

    state = Choices(
        method="leave_to_day",
        choices=[("current", gettext_lazy("current")), ("closed", gettext_lazy("closed"))],
        help_text=gettext_lazy("current (on the day; the default) or closed; repeat for both."),
    )

    def leave_to_day(self, queryset, name, value):
        return queryset  # `qs` decides, because the parameter's absence means something too

    @property
    def qs(self):
        queryset = super().qs
        states = set(self.data.getlist("state"))
        if states == {"current", "closed"}:
            return queryset
        current = in_force(day(self.data))
        return queryset.exclude(current) if states == {"closed"} else queryset.filter(current)
