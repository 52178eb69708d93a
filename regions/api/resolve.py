"""POST /api/v1/resolve/ — texts to regions, up to a hundred at once."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.choices import Verdict
from regions.gazetteer.active import resolver

from . import params
from .errors import Problem
from .parsers import JSONParser
from .throttling import ReadThrottle

MAX_TEXTS = 100
MAX_LENGTH = 10_000


class TextsSerializer(serializers.Serializer):
    """Up to a hundred texts of up to 10,000 characters."""

    texts = serializers.ListField(child=serializers.CharField(max_length=MAX_LENGTH), max_length=MAX_TEXTS)


class VerdictSerializer(serializers.Serializer):
    """What the resolver makes of a text; docs/resolver.md explains each member.

    A text that could not be read at all has the status `invalid` and a `detail` that says why.
    """

    text = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField([*Verdict.values, "invalid"])
    code = serializers.CharField(allow_null=True, required=False)
    candidates = serializers.ListField(child=serializers.CharField(), required=False)
    successors = serializers.ListField(child=serializers.CharField(), required=False)
    include = serializers.ListField(child=serializers.CharField(), required=False)
    exclude = serializers.ListField(child=serializers.CharField(), required=False)
    parent = serializers.CharField(allow_null=True, required=False)
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

    A text counts against the limit as much as if it were asked alone.
    """

    parser_classes = [JSONParser]
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
        if len(texts) > 1 and not throttle.allow_request(request, self, cost=len(texts) - 1):
            self.throttled(request, throttle.wait())
        return Response({"count": len(texts), "verdicts": [verdict(text) for text in texts]})


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


def verdict(text: Any) -> dict[str, Any]:
    """The resolver's answer to one text."""
    if not isinstance(text, str):
        return {"text": None, "status": "invalid", "detail": _("This is not a text.")}
    if len(text) > MAX_LENGTH:
        detail = _("The text is %(length)d characters long; at most %(max)d are read.")
        return {
            "text": text[:50],
            "status": "invalid",
            "detail": detail % {"length": len(text), "max": MAX_LENGTH},
        }
    if any("\ud800" <= char <= "\udfff" for char in text):
        return {"text": None, "status": "invalid", "detail": _("The text holds half a character.")}
    return resolver().resolve(text).as_dict()
