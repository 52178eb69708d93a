"""The question "who covers my district?" and its answer, for the OpenAPI document.

`answers.py` puts the answer together; what it says of records is made by `answer_records.py`.
"""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers

from regions.choices import (
    AnswerState,
    Channel,
    Level,
    Precision,
    QuestionState,
    RuleKind,
    ServiceKind,
)
from regions.codes import PATTERN
from regions.outlines.gcj import SYSTEMS

from .answer_records import (
    AnswerHotlineSerializer,
    AnswerOutletSerializer,
    DecidingRuleSerializer,
    HitServiceSerializer,
    PlaceSerializer,
    SuccessionStepSerializer,
)
from .coverage import STANDING
from .points import PATTERN as POINT_PATTERN
from .schema import ON, OPEN, OPEN_AT, PAGE, PAGE_SIZE, ProblemSerializer, repeatable
from .serializers import LevelField


class AskedSerializer(serializers.Serializer):
    """The question as it was understood."""

    region = serializers.CharField(allow_null=True)
    q = serializers.CharField(allow_null=True)
    point = serializers.CharField(allow_null=True)
    point_system = serializers.ChoiceField(SYSTEMS, allow_null=True)
    on = serializers.DateField()
    open_at = serializers.CharField(required=False, help_text=_("The minute asked about, where one is."))


class UnitSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class NamedUnitsSerializer(serializers.Serializer):
    """Which units are covered, wholly or in part, and which are not, in the order of their codes."""

    covered = UnitSerializer(many=True)
    partly_covered = UnitSerializer(many=True)
    not_covered = UnitSerializer(many=True)


class UnitsSerializer(serializers.Serializer):
    """Where rules differ below the region: how many of the units there are covered, wholly or in part."""

    level = LevelField()
    covered = serializers.IntegerField()
    partly_covered = serializers.IntegerField()
    total = serializers.IntegerField()
    named = NamedUnitsSerializer(required=False, help_text=_("With `units=true`."))


class HitSerializer(serializers.Serializer):
    """One service's answer for one region."""

    service = HitServiceSerializer()
    state = serializers.ChoiceField(AnswerState.choices)
    why = serializers.CharField(help_text=_("The reason in a sentence."))
    rule = DecidingRuleSerializer(allow_null=True)
    units = UnitsSerializer(allow_null=True)
    hotlines = AnswerHotlineSerializer(many=True)
    outlet_count = serializers.IntegerField(
        required=False, help_text=_("How many outlets serve the region with it; left out where none does.")
    )
    outlets = AnswerOutletSerializer(
        many=True,
        required=False,
        help_text=_(
            "The first twenty of them: those whose own rules include the region, then those whose own rules include a part "
            "of it, then those that lie in its county (in the region itself where it is larger) and have no rules of their own."
        ),
    )


class CountsSerializer(serializers.Serializer):
    """Services by state, after the filters; exact."""

    covered = serializers.IntegerField()
    partly_covered = serializers.IntegerField()
    excluded = serializers.IntegerField()
    not_covered = serializers.IntegerField()
    unknown = serializers.IntegerField()


class DoubtSerializer(serializers.Serializer):
    """A rule of a list older than a carve-out: it may mean the asked region too, which was a part of another."""

    service = serializers.CharField()
    rule = serializers.CharField()
    kind = serializers.ChoiceField(RuleKind.choices)
    region = PlaceSerializer(help_text=_("The region the list names."))
    date = serializers.DateField()
    precision = serializers.ChoiceField(Precision.choices)
    document = serializers.CharField(allow_blank=True)
    detail = serializers.CharField()


class RegionAnswerSerializer(serializers.Serializer):
    """The answer for one region; a question may lead to several (successors, several places named)."""

    region = PlaceSerializer()
    succession = SuccessionStepSerializer(allow_null=True)
    counts = CountsSerializer()
    count = serializers.IntegerField(help_text=_("Exact number of hits in all pages."))
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    possibly_count = serializers.IntegerField(help_text=_("Exact number of what stands under `possibly`."))
    possibly = DoubtSerializer(
        many=True,
        help_text=_(
            "What lists older than a carve-out may say, after the filters of services; in none of the counts. "
            "At most as many as a page holds."
        ),
    )
    results = HitSerializer(many=True)


class CoverageSerializer(serializers.Serializer):
    """Who covers a place: what the question turned out to mean, and an answer for each region it means."""

    question = AskedSerializer()
    state = serializers.ChoiceField(QuestionState.choices)
    state_text = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    region = PlaceSerializer(allow_null=True, help_text=_("The region asked about, also when it has ended."))
    candidates = PlaceSerializer(many=True, help_text=_("Readings to choose from; never chosen for you."))
    reading = serializers.DictField(
        allow_null=True, help_text=_("How a text or a point was read, with its evidence.")
    )
    release = serializers.CharField(allow_null=True, help_text=_("The edition of the region data."))
    answers = RegionAnswerSerializer(many=True)


class BatchQuestionSerializer(serializers.Serializer):
    """A question with the names and values of GET: a text, a number, true or false, or a list where it repeats."""

    region = serializers.CharField(required=False)
    q = serializers.CharField(required=False)
    point = serializers.CharField(required=False)
    point_system = serializers.ChoiceField(SYSTEMS, required=False)
    on = serializers.DateField(required=False)
    verified = serializers.BooleanField(required=False)
    open = serializers.ChoiceField(["now", "any"], required=False)
    open_at = serializers.CharField(required=False)
    units = serializers.BooleanField(required=False)
    brief = serializers.BooleanField(required=False)
    page = serializers.IntegerField(required=False, min_value=1)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=200)
    category = serializers.ListField(child=serializers.CharField(), required=False)
    category__n = serializers.ListField(child=serializers.CharField(), required=False)
    brand = serializers.ListField(child=serializers.CharField(), required=False)
    brand__n = serializers.ListField(child=serializers.CharField(), required=False)
    kind = serializers.ListField(child=serializers.ChoiceField(ServiceKind.choices), required=False)
    kind__n = serializers.ListField(child=serializers.ChoiceField(ServiceKind.choices), required=False)
    channel = serializers.ListField(child=serializers.ChoiceField(Channel.choices), required=False)
    hotline_status = serializers.ListField(child=serializers.ChoiceField(STANDING), required=False)
    level = serializers.ListField(child=serializers.ChoiceField(Level.words()), required=False)
    state = serializers.ListField(child=serializers.ChoiceField(AnswerState.choices), required=False)


class BatchSerializer(serializers.Serializer):
    """From 1 to 100 questions."""

    questions = serializers.ListField(child=BatchQuestionSerializer(), min_length=1, max_length=100)


class BatchVerdictSerializer(serializers.Serializer):
    """What GET would answer to one question: either the answer or a problem document."""

    status = serializers.IntegerField(help_text=_("The status GET would have: 200, 400 or 404."))
    answer = CoverageSerializer(allow_null=True)
    problem = ProblemSerializer(allow_null=True)


class BatchVerdictsSerializer(serializers.Serializer):
    """One verdict a question, in the order of the questions."""

    count = serializers.IntegerField()
    verdicts = BatchVerdictSerializer(many=True)


ASK = extend_schema(
    operation_id="coverage_ask",
    description=_(
        "Who covers a region on a day, why, and under which numbers. Exactly one of region, q and point is given. The state "
        "of the question says what became of it: two readings are candidates, a region that has ended is answered "
        "for its successors."
    ),
    parameters=[
        OpenApiParameter(
            "region",
            {"type": "string", "pattern": PATTERN},
            description=_("A region code of 6, 9 or 12 digits. Exactly one of region, q and point is given."),
            examples=[OpenApiExample("富顺县", "510322")],
        ),
        OpenApiParameter(
            "q",
            {"type": "string", "maxLength": 2000},
            description=_("A name or an address; two readings are two candidates, never a pick."),
            examples=[OpenApiExample("富顺县", "自贡市富顺县")],
        ),
        OpenApiParameter(
            "point",
            {"type": "string", "pattern": POINT_PATTERN},
            description=_(
                "Longitude and latitude in degrees, with point_system. Answered as the code of the county it lies in, where "
                "outlines of counties are installed; else a 400 (no-county-outlines) says how to add them."
            ),
        ),
        OpenApiParameter(
            "point_system",
            enum=SYSTEMS,
            description=_("The system the point is in; required with it, never guessed."),
        ),
        ON,
        OPEN,
        OPEN_AT,
        OpenApiParameter(
            "verified", OpenApiTypes.BOOL, description=_("true: with a hotline that is verified on the day.")
        ),
        OpenApiParameter(
            "units",
            OpenApiTypes.BOOL,
            description=_(
                "true: where rules differ below, units also names those that are covered and those that are not."
            ),
        ),
        OpenApiParameter(
            "brief",
            OpenApiTypes.BOOL,
            description=_("true: only the counts, for a yes or a no: no hits, and no pages of them."),
        ),
        repeatable("category", _("Only these product categories and what is below them, by slug.")),
        repeatable("category__n", _("Not these categories.")),
        repeatable("brand", _("Only these brands, by slug.")),
        repeatable("brand__n", _("Not these brands.")),
        repeatable("kind", _("Only these kinds of service."), ServiceKind.values),
        repeatable("kind__n", _("Not these kinds of service."), ServiceKind.values),
        repeatable("channel", _("With a hotline on one of these channels."), Channel.values),
        repeatable("hotline_status", _("With a hotline of one of these states on the day."), STANDING),
        repeatable("level", _("Decided by a rule at one of these levels."), Level.words()),
        repeatable(
            "state", _("Only these states; covered and partly_covered when not given."), AnswerState.values
        ),
        PAGE,
        PAGE_SIZE,
    ],
    responses=CoverageSerializer,
)
ASK_MANY = extend_schema(
    operation_id="coverage_ask_many",
    description=_(
        "One verdict a question, in their order: the status and body GET would answer with. A bad question spoils no "
        "other; each counts against the limit."
    ),
    request=BatchSerializer,
    responses={200: BatchVerdictsSerializer},
    examples=[
        OpenApiExample(
            "two questions",
            {"questions": [{"region": "510322"}, {"q": "自贡市富顺县", "on": "2026-11-21"}]},
            request_only=True,
        )
    ],
)
