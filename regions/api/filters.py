"""Filtersets of the lists. `region` takes a code, `parent` direct children, `ancestor` the whole subtree.

A repeated parameter is OR, `__n` leaves out, unknown or malformed parameters are 400.
"""

import django_filters
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend

from regions.choices import (
    Channel,
    ContactType,
    HotlineStatus,
    OutletKind,
    PhoneKind,
    ReleaseState,
    RuleKind,
    ServiceKind,
    SourceKind,
)
from regions.codes import BadCode, read_code
from regions.lookup.outlets import near
from regions.models import (
    Brand,
    Category,
    CoverageRule,
    Hotline,
    Organization,
    Outlet,
    Region,
    Release,
    Service,
    Source,
)
from regions.models.service import plain_credit_code
from regions.wording import in_words

from .filter_kinds import (
    Choices,
    Codes,
    DatedFilterSet,
    Levels,
    Many,
    Numbers,
    Opening,
    RegionSearch,
    Search,
    ServedNumbers,
    ServedSlugs,
    Slugs,
    Subtree,
    TrueFalse,
)
from .params import bad, check_names, day
from .slugs import check_codes


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter with strict parameters: the filterset says which exist, everything else is a 400."""

    def filter_queryset(self, request, queryset, view):
        filterset_class = self.get_filterset_class(view, queryset)
        names = tuple(filterset_class.base_filters) if filterset_class else ()
        repeatable = [
            name
            for name in names
            if isinstance(filterset_class.base_filters[name], django_filters.MultipleChoiceFilter | Many)
        ]
        check_names(request.query_params, (*names, *view.list_parameters), repeatable)
        if filterset_class is None:
            return queryset
        filterset = filterset_class(request.query_params, queryset=queryset, request=request)
        if not filterset.is_valid():
            name, messages = next(iter(filterset.errors.items()))
            allowed = [str(value) for value, _label in filterset.filters[name].extra.get("choices", ())]
            raise bad(name, " ".join(messages), **({"allowed": allowed} if allowed else {}))
        return filterset.qs


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


class OrganizationSearch(Search):
    def search(self, qs, text: str):
        code = plain_credit_code(text)
        return super().search(qs, text) | (qs.filter(identifier__contains=code) if code else qs.none())


class OrganizationFilter(django_filters.FilterSet):
    organization = Slugs(Organization, field_name="slug", help_text=gettext_lazy("Slugs."))
    q = OrganizationSearch("name", "slug", help_text=gettext_lazy("Part of the name or the credit code."))

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
            code = read_code(self.data["near"])
        except BadCode as error:
            raise bad("near", in_words(error)) from None
        check_codes("near", [code])
        found, self.request.near = near(queryset, code, day(self.data))
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
