"""Administrative divisions, their names and successions, and the editions of the region data."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from regions.choices import Precision
from regions.lookup.outlines import centre_of
from regions.models import Region, RegionName, Release, Succession

from .base import LevelField, Ref, SelectableFields, but


class RegionRef(Ref, serializers.ModelSerializer):
    """A region inside another record."""

    key = "code"
    level = LevelField()

    class Meta:
        model = Region
        fields = ["code", "name", "full_name", "level"]


class RegionSerializer(SelectableFields):
    level = LevelField()
    parent = serializers.CharField(  # type: ignore[assignment]  # a member of the record
        source="parent.code",
        default=None,
        allow_null=True,
        help_text=_("Code of the division above."),
    )
    from_precision = serializers.ChoiceField(
        Precision.choices,
        source="known_from",
        allow_null=True,
        help_text=_("Null without a first day."),
    )
    to_precision = serializers.ChoiceField(
        Precision.choices,
        source="known_to",
        allow_null=True,
        help_text=_("Null for a current division."),
    )
    is_current = serializers.BooleanField(source="is_open")

    class Meta:
        model = Region
        fields = [
            "code",
            "level",
            "name",
            "short_name",
            "full_name",
            "pinyin",
            "parent",
            "valid_from",
            "from_precision",
            "valid_to",
            "to_precision",
            "is_current",
        ]
        brief = ["code", "level", "full_name"]


class RegionNameSerializer(serializers.ModelSerializer):
    """Another spelling of a region."""

    region = RegionRef()

    class Meta:
        model = RegionName
        fields = ["region", "name", "kind", "source"]


class OtherNameSerializer(RegionNameSerializer):
    """Another spelling, beside the region that it is of."""

    class Meta(RegionNameSerializer.Meta):
        fields = but(RegionNameSerializer, "region")


class SuccessionSerializer(serializers.ModelSerializer):
    """One step from an old region to a new one."""

    old = RegionRef()
    new = RegionRef()

    class Meta:
        model = Succession
        fields = ["old", "new", "kind", "date", "precision", "share", "document", "source"]


class RegionDetailSerializer(RegionSerializer):
    """A region with its other names, what it came from, and what became of it."""

    names = OtherNameSerializer(many=True)
    successions = SuccessionSerializer(many=True, help_text=_("What became of it, step by step."))
    predecessions = SuccessionSerializer(many=True, help_text=_("What it came from."))
    latitude = serializers.SerializerMethodField(
        help_text=_("Of its centre point, to 0.01 degrees; null where none is known. See docs/regions.md.")
    )
    longitude = serializers.SerializerMethodField(help_text=_("Of its centre point, as latitude."))

    class Meta(RegionSerializer.Meta):
        fields = [
            *RegionSerializer.Meta.fields,
            "latitude",
            "longitude",
            "names",
            "successions",
            "predecessions",
        ]

    def get_latitude(self, region: Region) -> float | None:
        centre = centre_of(region)
        return centre[1] if centre else None

    def get_longitude(self, region: Region) -> float | None:
        centre = centre_of(region)
        return centre[0] if centre else None


class ReleaseSerializer(SelectableFields):
    comparison = serializers.DictField(help_text=_("What it changed against the release before."))

    class Meta:
        model = Release
        fields = [
            "edition",
            "publisher",
            "cut_off",
            "licence",
            "checksum",
            "state",
            "loaded_at",
            "comparison",
        ]
        brief = ["edition", "state"]
