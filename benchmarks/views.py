"""What the main question is compared with: a view that does nothing, and the question written the ordinary way."""

from django.db.models import Prefetch, Q
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.api.sentences import status_text
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


class NamedSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()


class HotlineSerializer(serializers.ModelSerializer):
    number = serializers.CharField(source="number.canonical")
    status = serializers.CharField()
    status_text = serializers.SerializerMethodField()
    checked_on = serializers.DateField()
    expires_on = serializers.DateField()
    source = SourceSerializer()

    class Meta:
        model = Hotline
        fields = [
            "number", "extension", "labels", "channel", "opening_hours", "status", "status_text",
            "checked_on", "expires_on", "source",
        ]  # fmt: skip

    def get_status_text(self, hotline) -> str:
        return status_text(hotline)


class ServiceSerializer(serializers.ModelSerializer):
    brand = NamedSerializer()
    category = NamedSerializer()

    class Meta:
        model = Service
        fields = ["slug", "name", "kind", "brand", "category", "nationwide_claimed"]


class RegionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Region
        fields = ["code", "name", "level"]


class RuleSerializer(serializers.ModelSerializer):
    key = serializers.CharField()
    region = RegionSerializer()
    source = SourceSerializer()

    class Meta:
        model = CoverageRule
        fields = ["key", "kind", "region", "valid_from", "valid_to", "response_hours", "source"]


class HitSerializer(serializers.ModelSerializer):
    """What a hit of the main question shows, out of its rule."""

    service = ServiceSerializer()
    hotlines = HotlineSerializer(source="service.hotlines", many=True)
    why = serializers.SerializerMethodField()
    rule = RuleSerializer(source="*")

    class Meta:
        model = CoverageRule
        fields = ["service", "hotlines", "why", "rule"]

    def get_why(self, rule) -> str:
        return f"{rule.region.name} is on the list."


class Pages(PageNumberPagination):
    page_size = 20


class OrdinaryView(APIView):
    """Services with an include rule on the region or above it and no nearer exclude rule: joins, count, serializers.

    Its hits show what ours do. It knows neither partly covered nor counts by state, and counts a service twice that has
    two rules on the way up; it has the joins prefetched, as a careful author would.
    """

    def get(self, request):
        region = Region.objects.get(code=request.query_params["region"], valid_to=None)
        on_chain = (
            CoverageRule.objects.filter(in_force(today()), region__code__in=region.chain)
            .filter(Q(region__valid_to=None))
            .select_related("service__brand", "service__category", "region", "source")
            .prefetch_related(Prefetch("service__hotlines", Hotline.objects.with_status(today())))
            .prefetch_related("service__hotlines__number", "service__hotlines__source")
        )
        nearer = CoverageRule.objects.filter(in_force(today()), kind="exclude", region__code__in=region.chain)
        rules = on_chain.filter(kind="include").exclude(service__in=nearer.values("service"))
        if category := request.query_params.get("category"):
            rules = rules.filter(service__category__slug=category)
        if request.query_params.get("verified"):
            verified = Hotline.objects.with_status(today()).filter(status="verified")
            rules = rules.filter(service__in=verified.values("service"))
        pages = Pages()
        found = pages.paginate_queryset(rules.order_by("service_id", "-region__level"), request)
        return pages.get_paginated_response(HitSerializer(found, many=True).data)
