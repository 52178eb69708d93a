"""GET /api/v1/numbers/ — whose number is this?"""

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.choices import HotlineStatus
from regions.lookup.numbers import NumberAnswer, whose_number
from regions.models import Dispute, Hotline
from regions.signals import SignalCode

from . import params
from .hits import status_text
from .serializers import HotlineSerializer, RegionRef, SlugRef, SourceRef

STATES = {
    "claimed": gettext_lazy("Services on file claim this number; each claim says what is known about it."),
    "unclaimed": gettext_lazy("Nobody on file claims this number. That says nothing about whose it is."),
    "not_a_number": gettext_lazy("This is no telephone number; the reason says what to do."),
}


class OpenDisputeSerializer(serializers.ModelSerializer):
    """An open dispute as everybody may see it: what is disputed and since when, not in whose words."""

    reason_text = serializers.CharField(source="get_reason_display")

    class Meta:
        model = Dispute
        fields = ["reason", "reason_text", "opened_at"]


class ClaimSerializer(HotlineSerializer):
    """The claim that the number serves a service: who says so, what was checked, what is disputed."""

    category = SlugRef(source="service.category")
    operator = SlugRef(source="service.operator", allow_null=True)
    status_text = serializers.SerializerMethodField()
    open_disputes = serializers.SerializerMethodField()

    class Meta(HotlineSerializer.Meta):
        fields = [
            *HotlineSerializer.Meta.fields,
            "spellings",
            "category",
            "operator",
            "status_text",
            "open_disputes",
        ]

    def get_status_text(self, claim: Hotline) -> str:
        return status_text(claim)

    @extend_schema_field(OpenDisputeSerializer(many=True))
    def get_open_disputes(self, claim: Hotline) -> list[dict]:
        return OpenDisputeSerializer(self.context["disputes"].get(claim.pk, []), many=True).data


class ConfirmedSerializer(serializers.Serializer):
    """A number that has been confirmed for a brand and still counts on the day."""

    brand = SlugRef(source="service.brand")
    number = serializers.CharField(source="number.canonical")
    hotline = serializers.CharField(source="key")
    checked_on = serializers.DateField()
    expires_on = serializers.DateField(allow_null=True)
    source = SourceRef(allow_null=True)


class RecordSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text=gettext_lazy("For example hotline."))
    key = serializers.CharField(help_text=gettext_lazy("How URLs and changes name the record."))
    name = serializers.CharField()


class SignalSerializer(serializers.Serializer):
    """Something a person should look at, with what was counted and the records it rests on. No score."""

    code = serializers.ChoiceField(SignalCode.choices)
    title = serializers.CharField(source="code.label")
    subject = RecordSerializer()
    figures = serializers.DictField()
    records = RecordSerializer(many=True)
    explanation = serializers.CharField()
    silenced_by = serializers.CharField(help_text=gettext_lazy("The recorded fact that explains it, if any."))


class QuestionSerializer(serializers.Serializer):
    number = serializers.CharField()
    on = serializers.DateField()


class NumberSerializer(serializers.Serializer):
    """What is on file about a number."""

    question = QuestionSerializer()
    state = serializers.ChoiceField(list(STATES))
    detail = serializers.CharField()
    well_formed = serializers.BooleanField(
        help_text=gettext_lazy("The digits have a shape the numbering plan knows. Never “genuine”.")
    )
    reason = serializers.CharField(help_text=gettext_lazy("Why it is not well-formed, else empty."))
    number = serializers.CharField(help_text=gettext_lazy("Canonical digits, empty where none can be read."))
    display = serializers.CharField()
    extension = serializers.CharField()
    kind = serializers.CharField(allow_null=True)
    needs_region = serializers.BooleanField(
        help_text=gettext_lazy("These digits belong to another owner in each province.")
    )
    region = RegionRef(allow_null=True)
    count = serializers.IntegerField(
        help_text=gettext_lazy("All claims on file, also those a filter leaves out.")
    )
    claims = ClaimSerializer(many=True)
    confirmed_numbers = ConfirmedSerializer(many=True)
    brands_without_confirmed_number = SlugRef(many=True)
    signals = SignalSerializer(many=True)
    silenced_signals = SignalSerializer(many=True)


_ON = OpenApiParameter(
    "on", OpenApiTypes.DATE, description=gettext_lazy("The day asked about; today if not given.")
)
_VERIFIED = OpenApiParameter(
    "verified",
    OpenApiTypes.BOOL,
    description=gettext_lazy("true: only claims that are verified on the day; false: only others."),
)


class NumbersView(APIView):
    """Whose number is this? Any spelling is read; what cannot be read is said, with the reason."""

    @extend_schema(
        operation_id="numbers_ask",
        parameters=[
            OpenApiParameter("number", required=True, description=gettext_lazy("For example 400-1865-909.")),
            _ON,
            _VERIFIED,
        ],
        responses=NumberSerializer,
    )
    def get(self, request) -> Response:
        query = request.query_params
        params.check_names(query, ("number", "on", "verified"))
        text = query.get("number", "")
        if not text.strip():
            raise params.bad("number", _("Give a number in any spelling, for example ?number=400-1865-909."))
        return Response(present(whose_number(text, params.day(query)), params.boolean(query, "verified")))


class NumberView(APIView):
    """One number by its canonical digits."""

    @extend_schema(operation_id="numbers_retrieve", parameters=[_ON, _VERIFIED], responses=NumberSerializer)
    def get(self, request, canonical: str) -> Response:
        query = request.query_params
        params.check_names(query, ("on", "verified"))
        params.check_text("canonical", canonical)
        answer = whose_number(canonical, params.day(query))
        if answer.canonical != canonical:
            raise Http404
        return Response(present(answer, params.boolean(query, "verified")))


def present(answer: NumberAnswer, verified: bool | None = None) -> dict:
    """The answer as JSON; `verified` leaves out the other claims, never their signals."""
    state = "claimed" if answer.claims else "unclaimed" if answer.canonical else "not_a_number"
    claims = [
        claim
        for claim in answer.claims
        if verified is None or (claim.status == HotlineStatus.VERIFIED) == verified
    ]
    brands = {claim.service.brand_id: claim.service.brand for claim in answer.claims}
    body = {
        "question": {"number": answer.text, "on": answer.on},
        "state": state,
        "detail": STATES[state],
        "well_formed": answer.well_formed,
        "reason": answer.reason,
        "number": answer.canonical,
        "display": answer.display,
        "extension": answer.reading.extension if answer.reading else "",
        "kind": answer.number.kind if answer.number else answer.reading.kind if answer.reading else None,
        "needs_region": bool(answer.reading and answer.reading.needs_region),
        "region": answer.number.region if answer.number else None,
        "count": len(answer.claims),
        "claims": claims,
        "confirmed_numbers": [claim for pk in brands for claim in answer.confirmed.get(pk, [])],
        "brands_without_confirmed_number": [
            brand for pk, brand in brands.items() if not answer.confirmed.get(pk)
        ],
        "signals": answer.signals.standing,
        "silenced_signals": answer.signals.silenced,
    }
    return NumberSerializer(body, context={"disputes": answer.disputes}).data
