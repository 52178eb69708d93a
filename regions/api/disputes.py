"""POST /api/v1/disputes/ — something here is wrong; no login, no mail, no names.

What a reporter is promised, and what a report cannot do, stands in docs/evidence.md.
"""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from regions.choices import DisputeReason
from regions.models import CoverageRule, Dispute, Hotline
from regions.services.changes import kind_of
from regions.services.disputes import (
    REASONS_FOR_HOTLINE,
    REASONS_FOR_RULE,
    STATEMENT_MAX,
    Report,
    TooManyDisputes,
    open_dispute,
)

from . import params
from .addresses import by_key
from .bodies import Strict
from .errors import Problem
from .parsers import JSONParser
from .preconditions import IF_MATCH_LIST, refusals, refuse_changed
from .serializers import DisputeSerializer
from .throttling import ReadThrottle, WindowThrottle, client_address

OUTCOMES = {
    "opened": gettext_lazy("Your report is open and stands beside the entry until a person decides."),
    "collapsed": gettext_lazy("An open report says the same; yours was added to it."),
    "already_rejected": gettext_lazy(
        "This was decided before: the entry stands. A report with a new page or a new statement opens it again."
    ),
    "already_upheld": gettext_lazy("This was decided before: the entry is marked as wrong already."),
}


class Anybody(AllowAny):
    """Open to everybody, but not a shared read: answers about a reference are kept in no cache."""


class DisputeThrottle(WindowThrottle):
    """A few reports an hour for each address (RATE_DISPUTE); reading is counted elsewhere.

    A body that cannot be read is no report: it is answered as such, and counts only as a request like any other.
    """

    scope = "dispute"

    def allow_request(self, request, view, cost: int | None = None) -> bool:
        as_request = ReadThrottle()
        if not as_request.allow_request(request, view, cost):
            self.wait_seconds = as_request.wait()
            return False
        request.data  # noqa: B018 - parsed here, so that what is no JSON is refused before it is counted
        return super().allow_request(request, view, cost or 1)


class ReportSerializer(Strict):
    """What a reporter says. Exactly one of `hotline` and `coverage_rule`."""

    hotline = serializers.CharField(
        required=False,
        max_length=200,
        help_text=gettext_lazy("A claim's key, for example example-repair:4001865909."),
    )
    coverage_rule = serializers.CharField(
        required=False,
        max_length=200,
        help_text=gettext_lazy("A rule's key, for example example-repair:510322:2026-11-21."),
    )
    reason = serializers.ChoiceField(DisputeReason.choices)
    statement = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=STATEMENT_MAX,
        help_text=gettext_lazy("What is wrong, in your words. No names or addresses of people."),
    )
    evidence_url = serializers.URLField(
        required=False,
        allow_blank=True,
        max_length=500,
        help_text=gettext_lazy("A page that shows it."),
    )

    def validate(self, data):
        if ("hotline" in data) == ("coverage_rule" in data):
            raise serializers.ValidationError(_("Name either a hotline or a coverage rule."))
        return data


class ReceiptSerializer(DisputeSerializer):
    """What became of a report: its reference to look the state up, and whether it opened anything."""

    outcome = serializers.ChoiceField(list(OUTCOMES))
    detail = serializers.CharField()
    url = serializers.URLField()

    class Meta(DisputeSerializer.Meta):
        fields = [*DisputeSerializer.Meta.fields, "outcome", "detail", "url"]

    def to_representation(self, instance: Report) -> dict:
        return DisputeSerializer(instance.dispute).data | {
            "outcome": instance.outcome,
            "detail": OUTCOMES[instance.outcome],
            "url": reverse("api:dispute", [instance.dispute.reference], request=self.context["request"]),
        }


class ReasonSerializer(serializers.Serializer):
    value = serializers.ChoiceField(DisputeReason.choices)
    text = serializers.CharField()


class FormSerializer(serializers.Serializer):
    """What a report may say: the reasons for a hotline and for a coverage rule, and how long a statement may be."""

    hotline = ReasonSerializer(many=True)
    coverage_rule = ReasonSerializer(many=True)
    statement_max = serializers.IntegerField()


class DisputesView(APIView):
    """Report a wrong entry, without a login. Repeated reports collapse into one.

    The key of a hotline that has ended and goes on as another is one of that other: it is reported, and named in the receipt.
    """

    permission_classes = [Anybody]
    authentication_classes = []
    parser_classes = [JSONParser]

    def get_throttles(self):
        return [DisputeThrottle() if self.request.method == "POST" else ReadThrottle()]

    @extend_schema(operation_id="disputes_form", responses=FormSerializer)
    def get(self, request) -> Response:
        params.check_names(request.query_params, ())
        reasons = {"hotline": REASONS_FOR_HOTLINE, "coverage_rule": REASONS_FOR_RULE}
        listed = {
            subject: [{"value": reason.value, "text": reason.label} for reason in allowed]
            for subject, allowed in reasons.items()
        }
        return Response(FormSerializer(listed | {"statement_max": STATEMENT_MAX}).data)

    @extend_schema(
        parameters=[IF_MATCH_LIST],
        request=ReportSerializer,
        responses={
            201: OpenApiResponse(ReceiptSerializer, description=gettext_lazy("A dispute was opened.")),
            **refusals(
                OpenApiResponse(
                    ReceiptSerializer, description=gettext_lazy("It was reported or decided before.")
                )
            ),
        },
    )
    def post(self, request) -> Response:
        params.check_names(request.query_params, ())
        serializer = ReportSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data = dict(serializer.validated_data)
        hotline, rule = find_hotline(data.pop("hotline", None)), find_rule(data.pop("coverage_rule", None))
        subject = hotline or rule
        if subject is not None:
            refuse_changed(request, Q(kind=kind_of(subject), key=subject.key))
        try:
            report = open_dispute(
                hotline=hotline,
                rule=rule,
                address=client_address(request),
                **data,
            )
        except TooManyDisputes as error:
            raise Problem(
                "too-many-disputes", _("Too many open reports"), str(error), status_code=429
            ) from None
        return Response(
            ReceiptSerializer(report, context={"request": request}).data,
            status=status.HTTP_201_CREATED if report.outcome == "opened" else status.HTTP_200_OK,
        )


class DisputeView(APIView):
    """The state of a report, by its reference."""

    permission_classes = [Anybody]
    authentication_classes = []
    throttle_classes = [ReadThrottle]

    @extend_schema(responses=DisputeSerializer)
    def get(self, request, reference: str) -> Response:
        params.check_names(request.query_params, ())
        params.check_text("reference", reference)
        disputes = Dispute.objects.select_related(
            "hotline__service", "hotline__number", "rule__service", "rule__region"
        )
        dispute = disputes.filter(reference=reference).first()
        if dispute is None:
            raise Http404
        return Response(DisputeSerializer(dispute).data)


def find_hotline(key: str | None) -> Hotline | None:
    """The claim of a key service:number or service:number-extension; a 400 where there is none."""
    if key is None:
        return None
    found: Hotline | None = by_key(Hotline.objects.select_related("service", "number"), "hotline", key)
    if found is None:
        raise ValidationError({"hotline": _("There is no such hotline; take the key from an answer.")})
    return found


def find_rule(key: str | None) -> CoverageRule | None:
    """The rule of a key service:region:first-day; a 400 where there is none."""
    if key is None:
        return None
    found: CoverageRule | None = by_key(
        CoverageRule.objects.select_related("service", "region"), "coverage_rule", key
    )
    if found is None:
        raise ValidationError({"coverage_rule": _("There is no such rule; take the key from an answer.")})
    return found
