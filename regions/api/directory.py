"""Lists and single records: regions, who serves, hotlines, coverage rules, sources, releases."""

from typing import cast

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from regions.codes import BadCode
from regions.lookup.outlets import with_all
from regions.lookup.places import find_by_code
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
    Succession,
    Verification,
)
from regions.models.coverage import CoverageRuleQuerySet
from regions.models.hotline import HotlineQuerySet
from regions.services.changes import kind_of
from regions.wording import in_words

from . import filters, serializers
from .addresses import by_key
from .pagination import NearPagination
from .params import bad, check_names, check_text, day, day_asked, moment_of


class DirectoryViewSet(ReadOnlyModelViewSet):
    """A list and its records. Subclasses say what is listed, queryset, serializer, filterset and how a record is found."""

    queryset: QuerySet
    serializer_class: type[ModelSerializer]
    about: str | Promise
    one: str | Promise = ""  # what a single record is read for, where it says more than the list
    list_parameters: tuple[str, ...] = ("page", "page_size", "fields", "omit", "brief")
    detail_parameters: tuple[str, ...] = ("fields", "omit", "brief")
    lookup_field = "slug"
    lookup_value_regex = r"[^/]+"

    def summary(self) -> str:
        """The operation in a few words, for the contents of the document."""
        names = self.queryset.model._meta
        if self.action == "list":
            return gettext("List %(records)s") % {"records": names.verbose_name_plural}
        return str(self.one) or gettext("One %(record)s") % {"record": names.verbose_name}

    def retrieve(self, request, *args, **kwargs):
        check_names(request.query_params, self.detail_parameters)
        check_text(self.lookup_field, kwargs[self.lookup_field])
        return super().retrieve(request, *args, **kwargs)


class RegionViewSet(DirectoryViewSet):
    about = _("Administrative divisions, current and closed.")
    one = _("One division, with its history")
    queryset = Region.objects.select_related("parent")
    serializer_class = serializers.RegionSerializer
    filterset_class = filters.RegionFilter
    list_parameters = (*DirectoryViewSet.list_parameters, "on")
    detail_parameters = (*DirectoryViewSet.detail_parameters, "on")
    lookup_field = "code"

    def get_serializer_class(self):
        return serializers.RegionDetailSerializer if self.action == "retrieve" else self.serializer_class

    def get_object(self) -> Region:
        """The life of a code on the day; for a code that has ended, its last life."""
        try:
            place = find_by_code(self.kwargs["code"], day(self.request.query_params))
        except BadCode as error:
            raise bad("code", in_words(error)) from None
        if place.asked is None:
            raise Http404
        steps = Succession.objects.select_related("old", "new").order_by("date", "id")
        return (
            self.get_queryset()
            .prefetch_related("names", Prefetch("successions", steps), Prefetch("predecessions", steps))
            .get(pk=place.asked.pk)
        )


class CategoryViewSet(DirectoryViewSet):
    about = _("Kinds of product.")
    queryset = Category.objects.select_related("parent")
    serializer_class = serializers.CategorySerializer
    filterset_class = filters.CategoryFilter


class BrandViewSet(DirectoryViewSet):
    about = _("Brands.")
    queryset = Brand.objects.select_related("owner")
    serializer_class = serializers.BrandSerializer
    filterset_class = filters.BrandFilter


class OrganizationViewSet(DirectoryViewSet):
    about = _("Who owns brands or answers their telephones.")
    queryset = Organization.objects.all()
    serializer_class = serializers.OrganizationSerializer
    filterset_class = filters.OrganizationFilter


class SourceViewSet(DirectoryViewSet):
    about = _("Where statements come from.")
    queryset = Source.objects.all()
    serializer_class = serializers.SourceSerializer
    filterset_class = filters.SourceFilter


class ServiceViewSet(DirectoryViewSet):
    about = _("What a brand does for a category of products in the field.")
    queryset = Service.objects.select_related("brand", "category", "operator", "source").prefetch_related(
        "promises__source"
    )
    serializer_class = serializers.ServiceSerializer
    filterset_class = filters.ServiceFilter


class HotlineViewSet(DirectoryViewSet):
    about = _("Claims that a number serves a service, with their checks.")
    one = _("One hotline, with its checks")
    queryset = Hotline.objects.select_related("service__brand", "number", "region", "source")
    serializer_class = serializers.HotlineSerializer
    filterset_class = filters.HotlineFilter
    list_parameters = (*DirectoryViewSet.list_parameters, "on")
    detail_parameters = (*DirectoryViewSet.detail_parameters, "on", "open", "open_at")
    lookup_field = "key"

    def get_serializer_class(self):
        return serializers.HotlineDetailSerializer if self.action == "retrieve" else self.serializer_class

    def get_serializer_context(self):
        return {**super().get_serializer_context(), "moment": self.request and moment_of(self.request)}

    def get_queryset(self):
        claims = cast(HotlineQuerySet, super().get_queryset())
        if self.action == "retrieve":
            checks = Verification.objects.select_related("source").order_by("-checked_on", "-id")
            claims = claims.prefetch_related(Prefetch("verifications", checks))
        return claims.with_status(day_asked(self.request.query_params)).best_first()

    def get_object(self) -> Hotline:
        return _or_404(by_key(self.get_queryset(), "key", self.kwargs["key"]))


class OutletViewSet(DirectoryViewSet):
    about = _("Where one can go: outlets with address, hours, services and numbers.")
    queryset = Outlet.objects.order_by("name", "id")
    serializer_class = serializers.OutletSerializer
    filterset_class = filters.OutletFilter
    pagination_class = NearPagination
    list_parameters = (*DirectoryViewSet.list_parameters, "on")
    detail_parameters = (*DirectoryViewSet.detail_parameters, "on", "open", "open_at")

    def get_serializer_context(self):
        return {**super().get_serializer_context(), "moment": self.request and moment_of(self.request)}

    def get_queryset(self):
        return with_all(super().get_queryset(), day_asked(self.request.query_params))

    def get_object(self) -> Outlet:
        """Also one that has ended."""
        return _or_404(self.get_queryset().filter(slug=self.kwargs["slug"]).first())


class CoverageRuleViewSet(DirectoryViewSet):
    about = _("Lines of coverage lists.")
    queryset = CoverageRule.objects.select_related("service", "region", "source", "import_line").order_by(
        "service_id", "region__code", "valid_from", "id"
    )
    serializer_class = serializers.CoverageRuleSerializer
    filterset_class = filters.CoverageRuleFilter
    list_parameters = (*DirectoryViewSet.list_parameters, "on")
    lookup_field = "key"

    def get_queryset(self):
        return cast(CoverageRuleQuerySet, super().get_queryset()).with_reports(day(self.request.query_params))

    def get_object(self) -> CoverageRule:
        return _or_404(by_key(cast(CoverageRuleQuerySet, self.get_queryset()), "key", self.kwargs["key"]))


class ReleaseViewSet(DirectoryViewSet):
    about = _("Editions of the region data.")
    queryset = Release.objects.all()
    serializer_class = serializers.ReleaseSerializer
    filterset_class = filters.ReleaseFilter
    lookup_field = "edition"


# Word in addresses and files → list. Addresses, contents, the entries of /api/v1/ and plain files are made of these.
LISTS: dict[str, type[DirectoryViewSet]] = {
    "regions": RegionViewSet,
    "categories": CategoryViewSet,
    "brands": BrandViewSet,
    "organizations": OrganizationViewSet,
    "services": ServiceViewSet,
    "hotlines": HotlineViewSet,
    "coverage-rules": CoverageRuleViewSet,
    "outlets": OutletViewSet,
    "sources": SourceViewSet,
    "releases": ReleaseViewSet,
}


def record_of(listed: type[DirectoryViewSet]) -> str:
    """The word of changes for what is listed."""
    return kind_of(listed.queryset.model)


def _or_404(record):
    if record is None:
        raise Http404
    return record
