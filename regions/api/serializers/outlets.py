"""Outlets: where one can go, which services are there, and under which numbers."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from regions.api.sentences import limits_text, status_text
from regions.choices import CoordinateSystem, HotlineStatus
from regions.models import Hotline, Outlet, OutletRule, OutletService
from regions.phones import display, e164

from .base import Ref, SelectableFields, SlugRef
from .directory import SourceRef
from .evidence import CANONICAL, DISPLAY, TELEPHONE
from .hours import HOURS, HoursMembers
from .regions import RegionRef


class TelephoneSerializer(serializers.ModelSerializer):
    """The claim under which a service is called at an outlet; all of it stands at the hotline's address."""

    key = serializers.CharField()
    number = serializers.CharField(source="number.canonical", help_text=CANONICAL)
    display = serializers.SerializerMethodField(help_text=DISPLAY)
    telephone = serializers.SerializerMethodField(help_text=TELEPHONE)
    status = serializers.ChoiceField(HotlineStatus.choices)
    status_text = serializers.SerializerMethodField(
        help_text=_("The status in words, with its date and open reports.")
    )
    limits_text = serializers.SerializerMethodField(
        help_text=_("What it is for, its region and its days in words; empty where nothing limits it.")
    )

    class Meta:
        model = Hotline
        fields = [
            *("key", "number", "display", "telephone", "extension", "channel"),
            *("status", "status_text", "limits_text"),
        ]

    def get_display(self, hotline: Hotline) -> str:
        return display(hotline.number.canonical)

    def get_telephone(self, hotline: Hotline) -> str:
        return e164(hotline.number.canonical, hotline.extension)

    def get_status_text(self, hotline: Hotline) -> str:
        return status_text(hotline)

    def get_limits_text(self, hotline: Hotline) -> str:
        return limits_text(hotline)


class ServedSerializer(serializers.ModelSerializer):
    """A service that is at an outlet; one that is called under two numbers there stands twice."""

    service = SlugRef()
    hotline = TelephoneSerializer(source="claim", allow_null=True)

    class Meta:
        model = OutletService
        fields = ["service", "hotline"]


class OutletRuleSerializer(serializers.ModelSerializer):
    """A line of an outlet's own area."""

    region = RegionRef()

    class Meta:
        model = OutletRule
        fields = ["region", "kind", "valid_from", "valid_to"]


class OutletSerializer(HoursMembers, SelectableFields):
    """An outlet. Its address is told as the source writes it; the region is what was read there, or what a person chose."""

    brand = SlugRef()
    operator = SlugRef(allow_null=True)
    region = RegionRef(
        allow_null=True, help_text=_("Null where the address was not read as one division for certain.")
    )
    rest = serializers.CharField(help_text=_("The address without its region, for example 晨光路18号."))
    longitude = serializers.FloatField(allow_null=True, help_text=_("In degrees, in the system named."))
    latitude = serializers.FloatField(allow_null=True, help_text=_("In degrees, in the system named."))
    coordinates = serializers.ChoiceField(
        CoordinateSystem.choices,
        source="coordinate_system",
        allow_null=True,
        help_text=_("Null without a point, as longitude and latitude are."),
    )
    services = ServedSerializer(source="served", many=True)
    rules = OutletRuleSerializer(
        many=True,
        help_text=_(
            "Its own area, which narrows what its services cover. Empty: it is for the county it lies in."
        ),
    )
    limits_text = serializers.SerializerMethodField(
        help_text=_(
            "Its days in words, and what replaced it or what it replaced; empty where there is neither."
        )
    )
    source = SourceRef(allow_null=True)  # type: ignore[assignment]  # a member of the record
    replaced_by = SlugRef(
        source="replacement", allow_null=True, help_text=_("What took its place when it ended.")
    )
    replaced_on = serializers.DateField(source="replaced_since", allow_null=True, help_text=_("Since when."))
    replaced_source = SourceRef(
        source="replaced_according_to", allow_null=True, help_text=_("Who says what took its place.")
    )
    replaces = serializers.SerializerMethodField(help_text=_("What it took the place of."))

    class Meta:
        model = Outlet
        fields = [
            "slug",
            "name",
            "brand",
            "kind",
            "operator",
            "address",
            "region",
            "rest",
            "longitude",
            "latitude",
            "coordinates",
            *HOURS,
            "services",
            "rules",
            "source",
            "source_line",
            "valid_from",
            "valid_to",
            "limits_text",
            "replaced_by",
            "replaced_on",
            "replaced_source",
            "replaces",
        ]
        brief = ["slug", "name", "address"]

    def get_limits_text(self, outlet: Outlet) -> str:
        return limits_text(outlet)

    @extend_schema_field(SlugRef(many=True))
    def get_replaces(self, outlet: Outlet) -> list[dict]:
        return [dict(SlugRef(each).data) for each in outlet.replaces.all()]


class OutletRef(Ref, serializers.ModelSerializer):
    """An outlet inside another record."""

    region = RegionRef(allow_null=True)

    class Meta:
        model = Outlet
        fields = ["slug", "name", "address", "region"]
