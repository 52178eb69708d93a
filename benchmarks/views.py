"""What the main question is compared with: a view that does nothing, and the question written the ordinary way."""

from django.db.models import Q
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.models import CoverageRule, Hotline, Region, Service, Source
from regions.models.base import in_force, today


class TrivialView(APIView):
    """The least a DRF view can do in this project, with the project's own middleware and defaults."""

    def get(self, request):
        return Response({"state": "ok"})


class SourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Source
        fields = ["slug", "title", "kind", "url", "fetched_at"]


class HotlineSerializer(serializers.ModelSerializer):
    number = serializers.CharField(source="number.canonical")
    source = SourceSerializer()

    class Meta:
        model = Hotline
        fields = ["number", "extension", "labels", "channel", "always_open", "source"]


class ServiceSerializer(serializers.ModelSerializer):
    brand = serializers.CharField(source="brand.name")
    category = serializers.CharField(source="category.name")
    hotlines = HotlineSerializer(many=True)

    class Meta:
        model = Service
        fields = ["slug", "name", "kind", "brand", "category", "nationwide_claimed", "hotlines"]


class RuleSerializer(serializers.ModelSerializer):
    service = ServiceSerializer()
    region = serializers.CharField(source="region.code")
    source = SourceSerializer()

    class Meta:
        model = CoverageRule
        fields = ["service", "region", "kind", "valid_from", "valid_to", "response_hours", "source"]


class Pages(PageNumberPagination):
    page_size = 20


class OrdinaryView(APIView):
    """Services with an include rule on the region or above it and no nearer exclude rule: joins, count, serializers.

    It knows neither partly covered nor counts by state; it has the joins prefetched, as a careful author would.
    """

    def get(self, request):
        region = Region.objects.get(code=request.query_params["region"], valid_to=None)
        on_chain = (
            CoverageRule.objects.filter(in_force(today()), region__code__in=region.chain)
            .filter(Q(region__valid_to=None))
            .select_related("service__brand", "service__category", "region", "source")
            .prefetch_related("service__hotlines__number", "service__hotlines__source")
        )
        nearer = CoverageRule.objects.filter(in_force(today()), kind="exclude", region__code__in=region.chain)
        rules = on_chain.filter(kind="include").exclude(service__in=nearer.values("service"))
        if category := request.query_params.get("category"):
            rules = rules.filter(service__category__slug=category)
        pages = Pages()
        found = pages.paginate_queryset(rules.order_by("service_id", "-region__level"), request)
        return pages.get_paginated_response(RuleSerializer(found, many=True).data)
