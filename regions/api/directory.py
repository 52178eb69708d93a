"""Lists and single records: regions, brands, categories, services, hotlines, coverage rules, releases."""

from django.db.models import Prefetch
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.viewsets import ReadOnlyModelViewSet

from regions.lookup.places import BadCode, find_by_code
from regions.models import (
    Brand,
    Category,
    CoverageRule,
    Hotline,
    Region,
    Release,
    Service,
    Succession,
)

from . import filters, serializers
from .params import bad, check_names, check_text, day, parse_day


class DirectoryViewSet(ReadOnlyModelViewSet):
    """A list and its records. Subclasses say queryset, serializer, filterset and how a record is found."""

    list_parameters: tuple[str, ...] = ("page", "page_size", "fields", "omit", "brief")
    detail_parameters: tuple[str, ...] = ("fields", "omit", "brief")
    lookup_field = "slug"
    lookup_value_regex = r"[^/]+"

    def retrieve(self, request, *args, **kwargs):
        check_names(request.query_params, self.detail_parameters)
        check_text(self.lookup_field, kwargs[self.lookup_field])
        return super().retrieve(request, *args, **kwargs)


class RegionViewSet(DirectoryViewSet):
    """Administrative divisions, current and closed."""

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
            raise bad("code", str(error)) from None
        if place.asked is None:
            raise Http404
        steps = Succession.objects.select_related("old", "new").order_by("date", "id")
        return (
            self.get_queryset()
            .prefetch_related("names", Prefetch("successions", steps), Prefetch("predecessions", steps))
            .get(pk=place.asked.pk)
        )


class CategoryViewSet(DirectoryViewSet):
    """Kinds of product."""

    queryset = Category.objects.select_related("parent")
    serializer_class = serializers.CategorySerializer
    filterset_class = filters.CategoryFilter


class BrandViewSet(DirectoryViewSet):
    """Brands."""

    queryset = Brand.objects.select_related("owner")
    serializer_class = serializers.BrandSerializer
    filterset_class = filters.BrandFilter


class ServiceViewSet(DirectoryViewSet):
    """What a brand does for a category of products in the field."""

    queryset = Service.objects.select_related("brand", "category", "operator", "source").prefetch_related(
        "promises__source"
    )
    serializer_class = serializers.ServiceSerializer
    filterset_class = filters.ServiceFilter


class HotlineViewSet(DirectoryViewSet):
    """Claims that a number serves a service; verified first, disputed last."""

    queryset = Hotline.objects.select_related(
        "service__brand", "number", "region", "source"
    ).prefetch_related("hours")
    serializer_class = serializers.HotlineSerializer
    filterset_class = filters.HotlineFilter
    list_parameters = (*DirectoryViewSet.list_parameters, "on")
    detail_parameters = (*DirectoryViewSet.detail_parameters, "on")
    lookup_field = "key"

    def get_queryset(self):
        return super().get_queryset().with_status(day(self.request.query_params)).best_first()

    def get_object(self) -> Hotline:
        service, _colon, number = self.kwargs["key"].partition(":")
        number, _dash, extension = number.partition("-")
        return _one(
            self.get_queryset().filter(service__slug=service, number__canonical=number, extension=extension)
        )


class CoverageRuleViewSet(DirectoryViewSet):
    """Lines of coverage lists."""

    queryset = CoverageRule.objects.select_related("service", "region", "source", "import_line").order_by(
        "service_id", "region__code", "valid_from", "id"
    )
    serializer_class = serializers.CoverageRuleSerializer
    filterset_class = filters.CoverageRuleFilter
    list_parameters = (*DirectoryViewSet.list_parameters, "on")
    lookup_field = "key"

    def get_object(self) -> CoverageRule:
        parts = self.kwargs["key"].split(":")
        if len(parts) != 3:
            raise bad(
                "key",
                _("A rule's key is service:region:first-day, for example example-repair:510322:2026-11-21."),
            )
        service, code, first_day = parts
        return _one(
            self.get_queryset().filter(
                service__slug=service, region__code=code, valid_from=parse_day("key", first_day)
            )
        )


class ReleaseViewSet(DirectoryViewSet):
    """Editions of the region data."""

    queryset = Release.objects.all()
    serializer_class = serializers.ReleaseSerializer
    filterset_class = filters.ReleaseFilter
    lookup_field = "edition"


def _one(queryset):
    found = queryset.first()
    if found is None:
        raise Http404
    return found
