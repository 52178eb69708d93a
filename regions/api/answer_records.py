"""What an answer shows of each record: fewer or more members of its one description in `serializers.py`."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from regions.choices import OutletReach, Share
from regions.lookup.serving import Server

from .serializers import (
    CoverageRuleSerializer,
    OutletRuleSerializer,
    OutletSerializer,
    OwnHotlineSerializer,
    RegionSerializer,
    ServiceSerializer,
    SuccessionSerializer,
    TelephoneSerializer,
    but,
    teller,
)


class PlaceSerializer(RegionSerializer):
    """A region in an answer; what became of it stands at its own address."""

    class Meta(RegionSerializer.Meta):
        fields = but(RegionSerializer, "short_name", "pinyin", "parent", "is_current")


class SuccessionStepSerializer(SuccessionSerializer):
    """How an asked region that has ended leads to the one answered for; `share` is the smallest of the way."""

    share = serializers.ChoiceField(Share.choices)

    class Meta(SuccessionSerializer.Meta):
        fields = but(SuccessionSerializer, "old", "new", "source")


class HitServiceSerializer(ServiceSerializer):
    """A service in an answer; the rest of it stands at its own address."""

    class Meta(ServiceSerializer.Meta):
        fields = but(ServiceSerializer, "operator", "description", "steps", "promises", "source")


class DecidingRuleSerializer(CoverageRuleSerializer):
    """The rule that decided: the nearest one, from the region upwards."""

    class Meta(CoverageRuleSerializer.Meta):
        fields = but(CoverageRuleSerializer, "service")


class AnswerHotlineSerializer(OwnHotlineSerializer):
    """A claimed number with its status on the day; the service and its brand stand beside it."""


class AnswerOutletSerializer(OutletSerializer):
    """An outlet that serves the region, why it is named, and the numbers under which the service is called there."""

    reach = serializers.ChoiceField(OutletReach.choices, help_text=_("Why it is named."))
    reach_text = serializers.SerializerMethodField()
    rule = OutletRuleSerializer(allow_null=True, help_text=_("The own rule that says so, where one does."))
    hotlines = serializers.SerializerMethodField()

    class Meta(OutletSerializer.Meta):
        fields = [
            *but(
                OutletSerializer,
                *("brand", "operator", "rest", "services", "rules", "source", "source_line"),
                *("replaced_by", "replaced_on", "replaced_source", "replaces"),
            ),
            "reach",
            "reach_text",
            "rule",
            "hotlines",
        ]

    def to_representation(self, server: Server) -> dict:
        outlet = server.outlet
        outlet.reach, outlet.rule, outlet.here = server.reach, server.rule, server.served  # type: ignore[attr-defined]
        return super().to_representation(outlet)

    def get_reach_text(self, outlet) -> str:
        return str(outlet.reach.label)

    @extend_schema_field(TelephoneSerializer(many=True))
    def get_hotlines(self, outlet) -> list[dict]:
        tell = teller(TelephoneSerializer)
        return [tell(row.hotline) for row in outlet.here if row.hotline]
