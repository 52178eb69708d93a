"""POST /api/v1/resolve/ — texts to regions, up to a hundred at once."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.choices import Verdict
from regions.codes import is_digits
from regions.gazetteer.active import resolver
from regions.lookup.names import why_no_code
from regions.resolver import normalize
from regions.texts import flaw

from . import params
from .errors import Problem
from .parsers import ListParser
from .spending import goes_on, one_at_a_time
from .throttling import ReadThrottle, cost_of

MAX_TEXTS = 100
MAX_LENGTH = 10_000


class TextsSerializer(serializers.Serializer):
    """Up to a hundred texts of up to 10,000 characters with a key, of 2,000 without."""

    texts = serializers.ListField(child=serializers.CharField(max_length=MAX_LENGTH), max_length=MAX_TEXTS)


class VerdictSerializer(serializers.Serializer):
    """What the resolver makes of a text; docs/resolver.md explains each member.

    A text that could not be read at all has the status `invalid`, one that had to be left `not_done`; a `detail` says why,
    as it does of digits that are no code of a division.
    """

    text = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField([*Verdict.values, "invalid", "not_done"])
    code = serializers.CharField(allow_null=True, required=False)
    candidates = serializers.ListField(child=serializers.CharField(), required=False)
    successors = serializers.ListField(child=serializers.CharField(), required=False)
    include = serializers.ListField(child=serializers.CharField(), required=False)
    exclude = serializers.ListField(child=serializers.CharField(), required=False)
    parent = serializers.CharField(allow_null=True, required=False)  # type: ignore[assignment]  # a member of the answer
    evidence = serializers.ListField(child=serializers.DictField(), required=False)
    rest = serializers.CharField(required=False)
    release = serializers.CharField(allow_null=True, required=False)
    detail = serializers.CharField(required=False)


class VerdictsSerializer(serializers.Serializer):
    """One verdict a text, in their order."""

    count = serializers.IntegerField()
    verdicts = VerdictSerializer(many=True)


class ResolveView(APIView):
    """Reads texts as regions; one verdict a text, in their order; a bad one spoils no other.

    A text counts against the limit as much as if it were asked alone, and once more for every 500 characters. What there was
    no time for is told `not_done`.
    """

    parser_classes = [ListParser]
    reads_by_post = True

    @extend_schema(
        parameters=[
            OpenApiParameter("text", str, required=True, description=gettext_lazy("The text to read."))
        ],
        responses=VerdictSerializer,
    )
    def get(self, request) -> Response:
        """One text, in the address."""
        params.check_names(request.query_params, ("text",))
        if "text" not in request.query_params:
            raise params.bad("text", _("Give a text to read: text=自贡市富顺县."))
        return Response(verdict(request.query_params["text"]))

    @extend_schema(request=TextsSerializer, responses=VerdictsSerializer)
    def post(self, request) -> Response:
        params.check_names(request.query_params, ())
        texts = read_texts(request.data)
        throttle = ReadThrottle()
        cost = sum(map(cost_of, texts)) - 1
        if cost and not throttle.allow_request(request, self, cost=cost):
            self.throttled(request, throttle.wait() or 0)
        longest = MAX_LENGTH if request.auth or request.user.is_authenticated else params.MAX_TEXT
        with one_at_a_time(request):
            verdicts = [verdict(text, longest) if goes_on() else not_done(text) for text in texts]
        return Response({"count": len(texts), "verdicts": verdicts})


def read_texts(body: Any) -> list[Any]:
    """The texts of a body; each of them is judged by itself."""
    if not isinstance(body, dict) or set(body) != {"texts"} or not isinstance(body["texts"], list):
        raise Problem(
            "invalid", _("Invalid input"), _('Send {"texts": ["自贡市富顺县", "四川省除甘孜、阿坝外"]}.')
        )
    texts = body["texts"]
    if not 1 <= len(texts) <= MAX_TEXTS:
        raise Problem(
            "invalid",
            _("Invalid input"),
            _("Send from 1 to %(max)d texts at once; these are %(count)d.")
            % {"max": MAX_TEXTS, "count": len(texts)},
        )
    return texts


def not_done(text: Any) -> dict[str, Any]:
    """What is said of a text for which no time was left."""
    detail = _("Not done: the time of this request was over. Send it again, with fewer texts.")
    return {"text": text[:50] if isinstance(text, str) else None, "status": "not_done", "detail": detail}


def verdict(text: Any, longest: int = MAX_LENGTH) -> dict[str, Any]:
    """The resolver's answer to one text."""
    if not isinstance(text, str):
        return {"text": None, "status": "invalid", "detail": _("This is not a text.")}
    if len(text) > longest:
        detail = _("The text is %(length)d characters long; at most %(max)d are read.")
        return {
            "text": text[:50],
            "status": "invalid",
            "detail": detail % {"length": len(text), "max": longest},
        }
    if flaw(text.replace("\x00", "")):  # a NUL is passed over like other controls
        return {"text": None, "status": "invalid", "detail": _("The text holds half a character.")}
    said = resolver().resolve(text).as_dict()
    digits = normalize(text)
    if said["status"] == Verdict.UNKNOWN and is_digits(digits) and (why := why_no_code(digits)):
        said["detail"] = why
    return said
