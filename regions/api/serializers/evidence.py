"""Numbers, the claims that they serve a service, and the checks and the disputes of those claims."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from regions.api.sentences import limits_text, status_text
from regions.choices import HotlineStatus, PhoneKind
from regions.models import Dispute, Hotline, PhoneNumber, Verification
from regions.phones import display, e164

from .base import Ref, SelectableFields, SlugRef, but, teller
from .directory import SourceRef
from .hours import HOURS, HoursMembers
from .regions import RegionRef

CANONICAL = _("Canonical digits, by which URLs name it.")
DISPLAY = _("Its digits as people group them, for example 400-1865-909.")
TELEPHONE = _(
    "For dialling from anywhere (RFC 3966), for example +864001865909 or +862163000000;ext=801. Empty for short codes, "
    "which ring inside China only."
)


class PhoneNumberSerializer(serializers.ModelSerializer):
    """A number as a thing of its own; who claims it stands in its hotlines."""

    number = serializers.CharField(source="canonical", help_text=CANONICAL)
    display = serializers.SerializerMethodField(help_text=DISPLAY)
    telephone = serializers.SerializerMethodField(help_text=TELEPHONE)
    region = RegionRef(allow_null=True)

    class Meta:
        model = PhoneNumber
        fields = ["number", "display", "telephone", "kind", "region"]

    def get_display(self, number: PhoneNumber) -> str:
        return display(number.canonical)

    def get_telephone(self, number: PhoneNumber) -> str:
        return e164(number.canonical)


class OpenReportsSerializer(serializers.Serializer):
    """Reports that stand open beside the status. They move nothing unless a person accepted one, or several weigh."""

    count = serializers.IntegerField(help_text=_("Open reports, at most one for each reason."))
    since = serializers.DateField()
    weight = serializers.IntegerField(
        help_text=_("Independent reporters who brought a page or a statement of their own.")
    )
    accepted = serializers.BooleanField(help_text=_("A person found one of them worth looking at."))


class _ByKey(Ref):
    key = "key"


class HotlineRef(_ByKey, serializers.Serializer):
    """A hotline inside another record."""

    key = serializers.CharField()  # type: ignore[assignment]  # a member of the record
    number = serializers.CharField(source="number.canonical", help_text=CANONICAL)


class ReplacesSerializer(serializers.Serializer):
    """The number whose place it took, the last of several, and the day from which."""

    number = serializers.CharField(source="replaces_number", help_text=CANONICAL)
    extension = serializers.CharField(source="replaces_extension")
    until = serializers.DateField(source="replaces_until", allow_null=True)


class HotlineSerializer(HoursMembers, SelectableFields):
    """The claim that a number serves a service, with its status on the day."""

    key = serializers.CharField()
    service = SlugRef()
    brand = SlugRef(source="service.brand")
    number = serializers.CharField(source="number.canonical", help_text=CANONICAL)
    display = serializers.SerializerMethodField(help_text=DISPLAY)
    telephone = serializers.SerializerMethodField(help_text=TELEPHONE)
    kind = serializers.ChoiceField(PhoneKind.choices, source="number.kind")
    labels = serializers.ListField(child=serializers.CharField())
    region = RegionRef(allow_null=True, help_text=_("Only for this region; null is for the whole coverage."))
    limits_text = serializers.SerializerMethodField(
        help_text=_("What it is for, its region and its days in words; empty where nothing limits it.")
    )
    status = serializers.ChoiceField(HotlineStatus.choices)
    status_text = serializers.SerializerMethodField(
        help_text=_("The status in words, with its date and open reports.")
    )
    checked_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    open_reports = OpenReportsSerializer(allow_null=True)
    source = SourceRef(allow_null=True)  # type: ignore[assignment]  # a member of the record
    replaced_by = HotlineRef(
        source="replacement", allow_null=True, help_text=_("What took its place when it ended.")
    )
    replaced_on = serializers.DateField(source="replaced_since", allow_null=True, help_text=_("Since when."))
    replaced_source = SourceRef(
        source="replaced_according_to", allow_null=True, help_text=_("Who says what took its place.")
    )
    replaces = serializers.SerializerMethodField(help_text=_("What it took the place of."))

    class Meta:
        model = Hotline
        fields = [
            "key",
            "service",
            "brand",
            "number",
            "display",
            "telephone",
            "kind",
            "extension",
            "labels",
            "contact_type",
            "channel",
            *HOURS,
            "region",
            "mentions",
            "valid_from",
            "valid_to",
            "limits_text",
            "status",
            "status_text",
            "checked_on",
            "expires_on",
            "open_reports",
            "source",
            "replaced_by",
            "replaced_on",
            "replaced_source",
            "replaces",
        ]
        brief = ["key", "number", "status"]

    def get_display(self, hotline: Hotline) -> str:
        return display(hotline.number.canonical)

    def get_telephone(self, hotline: Hotline) -> str:
        return e164(hotline.number.canonical, hotline.extension)

    @extend_schema_field(ReplacesSerializer(allow_null=True))
    def get_replaces(self, hotline: Hotline) -> dict | None:
        return teller(ReplacesSerializer)(hotline) if hotline.replaces_number else None

    def get_limits_text(self, hotline: Hotline) -> str:
        return limits_text(hotline)

    def get_status_text(self, hotline: Hotline) -> str:
        return status_text(hotline)


class VerificationSerializer(serializers.ModelSerializer):
    """Somebody checked a hotline: how, with what result, and until when it counts."""

    hotline = serializers.CharField(source="hotline.key")
    source = SourceRef(allow_null=True)  # type: ignore[assignment]  # a member of the record

    class Meta:
        model = Verification
        fields = ["hotline", "method", "result", "source", "checked_on", "expires_on", "recorded_at"]


class OwnVerificationSerializer(VerificationSerializer):
    """A check beside the hotline that was checked."""

    class Meta(VerificationSerializer.Meta):
        fields = but(VerificationSerializer, "hotline")


class HotlineDetailSerializer(HotlineSerializer):
    """A hotline with every check of it, the latest first."""

    verifications = OwnVerificationSerializer(many=True)

    class Meta(HotlineSerializer.Meta):
        fields = [*HotlineSerializer.Meta.fields, "verifications"]


class DisputeSerializer(serializers.ModelSerializer):
    """The state of a report. The statement is not repeated: it is kept for the person who decides."""

    hotline = serializers.CharField(source="hotline.key", default=None, allow_null=True)
    coverage_rule = serializers.CharField(source="rule.key", default=None, allow_null=True)
    reason_text = serializers.CharField(source="get_reason_display")
    state_text = serializers.CharField(source="get_state_display")

    class Meta:
        model = Dispute
        fields = [
            "reference",
            "hotline",
            "coverage_rule",
            "reason",
            "reason_text",
            "state",
            "state_text",
            "accepted_at",
            "opened_at",
            "answer",
            "answered_at",
            "decided_at",
            "decision",
        ]


class OpenDisputeSerializer(DisputeSerializer):
    """An open dispute as everybody may see it: what is disputed and since when, not in whose words."""

    class Meta(DisputeSerializer.Meta):
        fields = ["reason", "reason_text", "opened_at"]
