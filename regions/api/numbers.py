"""GET /api/v1/numbers/ — whose number is this?"""

import datetime

from django.http import Http404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from orjson import Fragment
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.choices import HotlineStatus, PhoneKind
from regions.lookup.changes import current_position
from regions.lookup.memory import memory_here
from regions.lookup.numbers import NumberAnswer, rings_in, whose_number
from regions.models import PhoneNumber
from regions.signals import SignalCode

from . import params
from .json_parts import write
from .serializers import (
    HotlineSerializer,
    OpenDisputeSerializer,
    PhoneNumberSerializer,
    RegionRef,
    SlugRef,
    SourceRef,
    teller,
)

STATES = {
    "claimed": gettext_lazy("Services on file claim this number; each claim says what is known about it."),
    "unclaimed": gettext_lazy("Nobody on file claims this number. That says nothing about whose it is."),
    "not_a_number": gettext_lazy("This is no telephone number; the reason says what to do."),
}


class ClaimSerializer(HotlineSerializer):
    """The claim that the number serves a service: who says so, what was checked, what is disputed."""

    category = SlugRef(source="service.category")
    operator = SlugRef(source="service.operator", allow_null=True)
    open_disputes = OpenDisputeSerializer(many=True, read_only=True)

    class Meta(HotlineSerializer.Meta):
        fields = [
            *HotlineSerializer.Meta.fields,
            "spellings",
            "category",
            "operator",
            "open_disputes",
        ]


class ConfirmedSerializer(serializers.Serializer):
    """A number that has been confirmed for a brand and still counts on the day."""

    brand = SlugRef(source="service.brand")
    number = serializers.CharField(source="number.canonical")
    hotline = serializers.CharField(source="key")
    checked_on = serializers.DateField()
    expires_on = serializers.DateField(allow_null=True)
    source = SourceRef(allow_null=True)  # type: ignore[assignment]  # a member of the answer


class NamedRecordSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text=gettext_lazy("For example hotline."))
    key = serializers.CharField(help_text=gettext_lazy("How URLs and changes name the record."))
    name = serializers.CharField()


class SignalSerializer(serializers.Serializer):
    """Something a person should look at, with what was counted and the records it rests on. No score."""

    code = serializers.ChoiceField(SignalCode.choices)
    title = serializers.CharField(source="code.label")
    subject = NamedRecordSerializer()
    figures = serializers.DictField()
    records = NamedRecordSerializer(many=True)
    explanation = serializers.CharField()
    silenced_by = serializers.CharField(help_text=gettext_lazy("The recorded fact that explains it, if any."))


class QuestionSerializer(serializers.Serializer):
    number = serializers.CharField()
    on = serializers.DateField()


class KnownSerializer(serializers.Serializer):
    """What is on file about a number, beside the number itself."""

    question = QuestionSerializer()
    state = serializers.ChoiceField(list(STATES))
    detail = serializers.CharField()
    well_formed = serializers.BooleanField(
        help_text=gettext_lazy("The digits have a shape the numbering plan knows. Never “genuine”.")
    )
    reason = serializers.CharField(help_text=gettext_lazy("Why it is not well-formed, else empty."))
    extension = serializers.CharField()
    needs_region = serializers.BooleanField(
        help_text=gettext_lazy("These digits belong to another owner in each province.")
    )
    rings_in = RegionRef(
        many=True, help_text=gettext_lazy("The divisions with the area code of a fixed-line number.")
    )
    count = serializers.IntegerField(help_text=gettext_lazy("How many claims are given."))
    left_out = serializers.IntegerField(help_text=gettext_lazy("Claims on file that `verified` leaves out."))
    claims = ClaimSerializer(many=True)
    confirmed_numbers = ConfirmedSerializer(many=True)
    brands_without_confirmed_number = SlugRef(many=True)
    signals = SignalSerializer(many=True)
    silenced_signals = SignalSerializer(many=True)


class NumberAnswerSerializer(KnownSerializer, PhoneNumberSerializer):
    """A number, and what is on file about it. `number` is empty and `kind` null where none can be read."""

    kind = serializers.ChoiceField(PhoneKind.choices, allow_null=True)

    class Meta(PhoneNumberSerializer.Meta):
        fields = [*PhoneNumberSerializer.Meta.fields, *KnownSerializer().fields]


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
        responses=NumberAnswerSerializer,
    )
    def get(self, request) -> Response:
        query = request.query_params
        params.check_names(query, ("number", "on", "verified"))
        text = query.get("number", "")
        if not text.strip():
            raise params.bad("number", _("Give a number in any spelling, for example ?number=400-1865-909."))
        return Response(told(request, text, params.day(query), params.boolean(query, "verified")))


class NumberView(APIView):
    """One number by its canonical digits."""

    @extend_schema(
        operation_id="numbers_retrieve", parameters=[_ON, _VERIFIED], responses=NumberAnswerSerializer
    )
    def get(self, request, canonical: str) -> Response:
        query = request.query_params
        params.check_names(query, ("on", "verified"))
        params.check_text("canonical", canonical)
        on, verified = params.day(query), params.boolean(query, "verified")
        return Response(told(request, canonical, on, verified, only=True))


def told(request, text: str, on: datetime.date, verified: bool | None, *, only: bool = False) -> Fragment:
    """The answer, written; a process keeps it, until anything changes but rules of services that do not claim the number.

    `only`: a text that is not the canonical number itself is not found.
    """

    def make() -> tuple[Fragment, int, set[int]]:
        answer = whose_number(text, on)
        if only and answer.canonical != text:
            raise Http404
        written = write(present(answer, verified))
        services = {claim.service_id for claim in answer.claims}
        return Fragment(written), len(written) + 4 * len(text) + 600 + 50 * len(services), services

    key = (text, on, verified, only, get_language())
    position = getattr(request, "position", None) or current_position()
    return memory_here().number(key, make, position)


def present(answer: NumberAnswer, verified: bool | None = None) -> dict:
    """The answer as JSON; `verified` leaves out the other claims, never their signals."""
    state = "claimed" if answer.claims else "unclaimed" if answer.canonical else "not_a_number"
    claims = [
        claim
        for claim in answer.claims
        if verified is None or (claim.status == HotlineStatus.VERIFIED) == verified
    ]
    for claim in claims:
        claim.open_disputes = answer.disputes.get(claim.pk, [])  # type: ignore[attr-defined]
    brands = {claim.service.brand_id: claim.service.brand for claim in answer.claims}
    kind = answer.reading.kind if answer.reading else ""
    number = answer.number or PhoneNumber(canonical=answer.canonical, kind=kind)
    body = {
        "question": {"number": answer.text, "on": answer.on},
        "state": state,
        "detail": STATES[state],
        "well_formed": answer.well_formed,
        "reason": answer.reason,
        "extension": answer.reading.extension if answer.reading else "",
        "needs_region": bool(answer.reading and answer.reading.needs_region),
        "rings_in": rings_in(answer.canonical),
        "count": len(claims),
        "left_out": len(answer.claims) - len(claims),
        "claims": claims,
        "confirmed_numbers": [claim for pk in brands for claim in answer.confirmed.get(pk, [])],
        "brands_without_confirmed_number": [
            brand for pk, brand in brands.items() if not answer.confirmed.get(pk)
        ],
        "signals": answer.signals.standing,
        "silenced_signals": answer.signals.silenced,
    }
    told = teller(PhoneNumberSerializer)(number)
    return told | {"kind": number.kind or None} | teller(KnownSerializer)(body)
