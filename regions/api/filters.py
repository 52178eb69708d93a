"""Filtersets of the lists. `region` takes a code, `parent` direct children, `ancestor` the whole subtree.

A repeated parameter is OR, `__n` leaves out, unknown or malformed parameters are 400.
"""

import django_filters
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend

from regions.choices import (
    Channel,
    ContactType,
    HotlineStatus,
    Level,
    OutletKind,
    PhoneKind,
    ReleaseState,
    RuleKind,
    ServiceKind,
    SourceKind,
)
from regions.codes import BadCode, read_code
from regions.lookup import find_by_code, regions_meant
from regions.lookup.opening import open_texts, texts_on_file
from regions.lookup.outlets import near
from regions.models import (
    Brand,
    Category,
    CoverageRule,
    Hotline,
    Organization,
    Outlet,
    OutletService,
    Region,
    Release,
    Service,
    Source,
)
from regions.models.base import in_force
from regions.models.region import subtree
from regions.phones import NumberError, parse_number
from regions.wording import in_words

from .params import bad, boolean, check_names, day, moment_of, only_open
from .slugs import check_slugs


class _Many(django_filters.Filter):
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


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter with strict parameters: the filterset says which exist, everything else is a 400."""

    def filter_queryset(self, request, queryset, view):
        filterset_class = self.get_filterset_class(view, queryset)
        names = tuple(filterset_class.base_filters) if filterset_class else ()
        repeatable = [
            name
            for name in names
            if isinstance(filterset_class.base_filters[name], django_filters.MultipleChoiceFilter | _Many)
        ]
        check_names(request.query_params, (*names, *view.list_parameters), repeatable)
        if filterset_class is None:
            return queryset
        filterset = filterset_class(request.query_params, queryset=queryset, request=request)
        if not filterset.is_valid():
            name, messages = next(iter(filterset.errors.items()))
            raise bad(name, " ".join(messages), errors=filterset.errors)
        return filterset.qs


class Slugs(_Many):
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


class Numbers(_Many):
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


class Codes(_Many):
    """Any of these region codes, exactly."""

    def clean(self, value: str) -> str:
        try:
            return read_code(value)
        except BadCode as error:
            raise bad(self.extra_name, in_words(error)) from None


class Subtree(Codes):
    """The regions below these codes; `include_self` counts the named region in."""

    def __init__(self, *args, include_self: bool = True, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.include_self = include_self

    def condition(self, values: list[str]) -> Q:
        on = day(self.parent.data)
        condition = Q(pk__in=[])
        for code in values:
            for region in find_by_code(code, on).regions:
                part = subtree(region.path, self.field_name)
                if not self.include_self:
                    part &= ~Q(**{self.field_name: region.path})
                condition |= part
        return condition


class Levels(_Many):
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
    """Regions called so: what the resolver makes of the text, else whoever has it in the name."""

    def search(self, qs, text: str):
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


class RegionFilter(DatedFilterSet):
    region = Codes(field_name="code", help_text=gettext_lazy("Region codes, 6, 9 or 12 digits."))
    parent = Codes(field_name="parent__code", help_text=gettext_lazy("Directly below these codes."))
    ancestor = Subtree(
        field_name="path", include_self=False, help_text=gettext_lazy("Anywhere below these codes.")
    )
    level = Levels(
        field_name="level", help_text=gettext_lazy("country, province, prefecture, county or township.")
    )
    level__n = Levels(field_name="level", exclude=True, help_text=gettext_lazy("Not these levels."))
    q = RegionSearch(help_text=gettext_lazy("A name, an address or pinyin."))

    class Meta:
        model = Region
        fields: list[str] = []


class BrandFilter(django_filters.FilterSet):
    brand = Slugs(Brand, field_name="slug", help_text=gettext_lazy("Slugs."))
    category = Slugs(
        Category, field_name="services__category__slug", help_text=gettext_lazy("Has a service for these.")
    )
    q = Search("name", "name_en", "slug", help_text=gettext_lazy("Part of the name."))

    class Meta:
        model = Brand
        fields: list[str] = []

    @property
    def qs(self):
        return super().qs.distinct()


class CategoryFilter(django_filters.FilterSet):
    category = Slugs(Category, field_name="slug", help_text=gettext_lazy("Slugs."))
    parent = Slugs(Category, field_name="parent__slug", help_text=gettext_lazy("Directly below these."))
    q = Search("name", "name_en", "slug", help_text=gettext_lazy("Part of the name."))

    class Meta:
        model = Category
        fields: list[str] = []


class OrganizationFilter(django_filters.FilterSet):
    organization = Slugs(Organization, field_name="slug", help_text=gettext_lazy("Slugs."))
    q = Search("name", "slug", "identifier", help_text=gettext_lazy("Part of the name or the credit code."))

    class Meta:
        model = Organization
        fields: list[str] = []


class SourceFilter(django_filters.FilterSet):
    source = Slugs(Source, field_name="slug", help_text=gettext_lazy("Slugs."))
    kind = Choices(field_name="kind", choices=SourceKind.choices, help_text=gettext_lazy("Kinds of source."))
    q = Search(
        "title",
        "slug",
        "publisher",
        "url",
        help_text=gettext_lazy("Part of the title, the publisher or the URL."),
    )

    class Meta:
        model = Source
        fields: list[str] = []


class ServiceFilter(django_filters.FilterSet):
    service = Slugs(Service, field_name="slug", help_text=gettext_lazy("Slugs."))
    brand = Slugs(Brand, field_name="brand__slug", help_text=gettext_lazy("Brand slugs."))
    brand__n = Slugs(
        Brand, field_name="brand__slug", exclude=True, help_text=gettext_lazy("Not these brands.")
    )
    category = Slugs(Category, field_name="category__slug", help_text=gettext_lazy("Category slugs."))
    category__n = Slugs(
        Category, field_name="category__slug", exclude=True, help_text=gettext_lazy("Not these categories.")
    )
    kind = Choices(
        field_name="kind", choices=ServiceKind.choices, help_text=gettext_lazy("Kinds of service.")
    )
    kind__n = Choices(
        field_name="kind",
        choices=ServiceKind.choices,
        exclude=True,
        help_text=gettext_lazy("Not these kinds."),
    )
    nationwide_claimed = TrueFalse(
        field_name="nationwide_claimed", help_text=gettext_lazy("The page claims to be nationwide.")
    )
    q = Search("name", "slug", "brand__name", help_text=gettext_lazy("Part of the name or the brand."))

    class Meta:
        model = Service
        fields: list[str] = []


class HotlineFilter(DatedFilterSet):
    service = Slugs(Service, field_name="service__slug", help_text=gettext_lazy("Service slugs."))
    brand = Slugs(Brand, field_name="service__brand__slug", help_text=gettext_lazy("Brand slugs."))
    number = Numbers(
        field_name="number__canonical", help_text=gettext_lazy("Telephone numbers, in any spelling.")
    )
    kind = Choices(
        field_name="number__kind", choices=PhoneKind.choices, help_text=gettext_lazy("Kinds of number.")
    )
    channel = Choices(field_name="channel", choices=Channel.choices, help_text=gettext_lazy("Channels."))
    contact_type = Choices(
        field_name="contact_type", choices=ContactType.choices, help_text=gettext_lazy("Contact types.")
    )
    status = Choices(
        field_name="status", choices=HotlineStatus.choices, help_text=gettext_lazy("Status on the day.")
    )
    status__n = Choices(
        field_name="status", choices=HotlineStatus.choices, exclude=True, help_text=gettext_lazy("Not these.")
    )
    open = Opening(
        help_text=gettext_lazy("now: those open at this minute; any: all, each with what its hours say.")
    )
    open_at = Opening(
        help_text=gettext_lazy(
            "Those open at a minute, as YYYY-MM-DDTHH:MM in Beijing time; with open=any all."
        )
    )
    q = Search(
        "number__canonical", "service__name", help_text=gettext_lazy("Part of the number or the service.")
    )

    class Meta:
        model = Hotline
        fields: list[str] = []


class OutletFilter(DatedFilterSet):
    outlet = Slugs(Outlet, field_name="slug", help_text=gettext_lazy("Slugs."))
    brand = Slugs(Brand, field_name="brand__slug", help_text=gettext_lazy("Brand slugs."))
    brand__n = Slugs(
        Brand, field_name="brand__slug", exclude=True, help_text=gettext_lazy("Not these brands.")
    )
    service = ServedSlugs(Service, field_name="service", help_text=gettext_lazy("Service slugs."))
    category = ServedSlugs(
        Category, field_name="service__category", help_text=gettext_lazy("Has a service for these.")
    )
    number = ServedNumbers(help_text=gettext_lazy("Telephone numbers, in any spelling."))
    region = Codes(field_name="region__code", help_text=gettext_lazy("Placed in exactly these regions."))
    parent = Codes(
        field_name="region__parent__code", help_text=gettext_lazy("Placed directly below these regions.")
    )
    ancestor = Subtree(
        field_name="region__path", help_text=gettext_lazy("Placed in these regions or below them.")
    )
    level = Levels(field_name="region__level", help_text=gettext_lazy("Level of the outlet's region."))
    near = django_filters.CharFilter(
        method="leave_to_day",
        help_text=gettext_lazy(
            "A region code: those in its county, else in its prefecture, else in its province; near says which."
        ),
    )
    kind = Choices(field_name="kind", choices=OutletKind.choices, help_text=gettext_lazy("Kinds of outlet."))
    kind__n = Choices(
        field_name="kind",
        choices=OutletKind.choices,
        exclude=True,
        help_text=gettext_lazy("Not these kinds."),
    )
    open = Opening(
        help_text=gettext_lazy("now: those open at this minute; any: all, each with what its hours say.")
    )
    open_at = Opening(
        help_text=gettext_lazy(
            "Those open at a minute, as YYYY-MM-DDTHH:MM in Beijing time; with open=any all."
        )
    )
    q = Search("name", "slug", "address", help_text=gettext_lazy("Part of the name or the address."))

    class Meta:
        model = Outlet
        fields: list[str] = []

    @property
    def qs(self):
        queryset = super().qs
        if "near" not in self.data:
            return queryset
        try:
            found, self.request.near = near(queryset, self.data["near"], day(self.data))
        except BadCode as error:
            raise bad("near", in_words(error)) from None
        return found


class CoverageRuleFilter(DatedFilterSet):
    service = Slugs(Service, field_name="service__slug", help_text=gettext_lazy("Service slugs."))
    brand = Slugs(Brand, field_name="service__brand__slug", help_text=gettext_lazy("Brand slugs."))
    region = Codes(field_name="region__code", help_text=gettext_lazy("Rules on exactly these regions."))
    parent = Codes(
        field_name="region__parent__code", help_text=gettext_lazy("Rules on regions directly below these.")
    )
    ancestor = Subtree(
        field_name="region__path", help_text=gettext_lazy("Rules on these regions or below them.")
    )
    level = Levels(field_name="region__level", help_text=gettext_lazy("Level of the rule's region."))
    kind = Choices(field_name="kind", choices=RuleKind.choices, help_text=gettext_lazy("include or exclude."))

    class Meta:
        model = CoverageRule
        fields: list[str] = []


class ReleaseFilter(django_filters.FilterSet):
    state = Choices(
        field_name="state", choices=ReleaseState.choices, help_text=gettext_lazy("active or retired.")
    )

    class Meta:
        model = Release
        fields: list[str] = []
