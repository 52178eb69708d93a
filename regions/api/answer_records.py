"""What an answer shows of each record: fewer or more members of its one description in `serializers.py`."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from regions.choices import Share

from .serializers import (
    CoverageRuleSerializer,
    OwnHotlineSerializer,
    RegionSerializer,
    ServiceSerializer,
    SuccessionSerializer,
    but,
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

    disputed = serializers.BooleanField(
        source="is_disputed", help_text=_("Somebody says that this line is wrong; not decided yet.")
    )

    class Meta(CoverageRuleSerializer.Meta):
        fields = [*but(CoverageRuleSerializer, "service"), "disputed"]


class AnswerHotlineSerializer(OwnHotlineSerializer):
    """A claimed number with its status on the day; the service and its brand stand beside it."""
