"""GET /api/v1/regions/suggest/ — places, while somebody types."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.choices import Level
from regions.lookup.suggesting import suggest_places
from regions.resolver.suggest import LONGEST, Suggestion

from . import params

MATCHES = ("name", "pinyin", "latin", "initials", "colloquial", "former")
LIMIT_MAX = 20


class SuggestionSerializer(serializers.Serializer):
    """A place whose name the text may be the beginning of."""

    code = serializers.CharField(help_text=gettext_lazy("Ask the coverage with it."))
    name = serializers.CharField()
    full_name = serializers.CharField(help_text=gettext_lazy("Names from the province down, with slashes."))
    level = serializers.ChoiceField(Level.words())
    pinyin = serializers.CharField()
    valid_to = serializers.DateField(
        allow_null=True, help_text=gettext_lazy("When it ended; the coverage answers for what it became.")
    )
    match = serializers.ChoiceField(MATCHES, help_text=gettext_lazy("Of what the text is the beginning."))
    matched = serializers.CharField(help_text=gettext_lazy("That whole, as it is typed."))


class SuggestionsSerializer(serializers.Serializer):
    """The likeliest first; empty where nothing begins so."""

    q = serializers.CharField()
    results = SuggestionSerializer(many=True)


class SuggestView(APIView):
    """Places down to the counties for what somebody has typed so far: characters, pinyin, its first letters, former names."""

    @extend_schema(
        operation_id="regions_suggest",
        parameters=[
            OpenApiParameter("q", str, required=True, description=gettext_lazy("What is typed so far.")),
            OpenApiParameter(
                "limit", int, description=gettext_lazy("How many at most, 1 to 20; 10 if not given.")
            ),
        ],
        responses=SuggestionsSerializer,
    )
    def get(self, request) -> Response:
        query = request.query_params
        params.check_names(query, ("q", "limit"))
        text = query.get("q", "").strip()
        if not text or len(text) > LONGEST:
            raise params.bad("q", _("q is what is typed so far: 1 to %(max)d characters.") % {"max": LONGEST})
        found = suggest_places(text, params.integer(query, "limit", 10, 1, LIMIT_MAX))
        return Response({"q": text, "results": [present(suggestion) for suggestion in found]})


def present(suggestion: Suggestion) -> dict:
    unit = suggestion.unit
    return {
        "code": unit.code,
        "name": unit.name,
        "full_name": suggestion.full_name,
        "level": Level(unit.level).word,
        "pinyin": unit.pinyin,
        "valid_to": unit.until or None,
        "match": suggestion.match,
        "matched": suggestion.matched,
    }
