"""A service and a brand whole, with what hangs below them: what HSDS and schema.org put into their own words."""

from typing import Any

from rest_framework import serializers

from regions.api.sentences import area_limits
from regions.lookup.described import Area, areas

from .base import but
from .directory import BrandSerializer, OrganizationSerializer, ServiceSerializer
from .evidence import HotlineSerializer
from .outlets import OutletSerializer
from .regions import RegionRef


class AreaSerializer(serializers.Serializer):
    """A region on a service's list, and the regions carved out of it; each with what limits it there in words."""

    region = RegionRef(source="rule.region")
    limits_text = serializers.SerializerMethodField()
    without = serializers.SerializerMethodField()

    def get_limits_text(self, area: Area) -> str:
        return area_limits(area.rule)

    def get_without(self, area: Area) -> list[dict]:
        return [RegionRef(rule.region).data | {"limits_text": area_limits(rule)} for rule in area.carved]


class BrandProfileSerializer(BrandSerializer):
    """A brand with its owner whole."""

    owner = OrganizationSerializer(allow_null=True)  # type: ignore[assignment]  # whole, not by its name


class OwnHotlineSerializer(HotlineSerializer):
    """A hotline beside its service."""

    class Meta(HotlineSerializer.Meta):
        fields = but(HotlineSerializer, "service", "brand")


class ServiceProfileSerializer(ServiceSerializer):
    """A service of `lookup.described`, with its brand and operator whole, its hotlines and its areas of the day."""

    brand = BrandProfileSerializer()  # type: ignore[assignment]  # whole, not by its name
    operator = OrganizationSerializer(allow_null=True)  # type: ignore[assignment]  # whole, not by its name
    hotlines = OwnHotlineSerializer(source="claims", many=True)
    areas = serializers.SerializerMethodField()
    outlets = OutletSerializer(source="outlets_today", many=True)

    class Meta(ServiceSerializer.Meta):
        fields = [*ServiceSerializer.Meta.fields, "hotlines", "areas", "outlets"]

    def get_areas(self, described: Any) -> list[dict]:
        return list(AreaSerializer(areas(described.rules_today), many=True).data)
