"""The shape of an answer to "who covers my district?", for the OpenAPI document.

The answers themselves are put together in `answers.py`, out of parts kept ready: serializers would be the dearest part of the
hottest question. A test holds real answers to these shapes.
"""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers

from regions.choices import (
    AnswerState,
    Channel,
    HotlineStatus,
    Level,
    Precision,
    QuestionState,
    RuleKind,
    ServiceKind,
    Share,
    SourceKind,
    SuccessionKind,
)

from .schema import ON, PAGE, PAGE_SIZE, ProblemSerializer, repeatable
from .serializers import ClockField, LevelField, SlugRef


class AskedSerializer(serializers.Serializer):
    """The question as it was understood."""

    region = serializers.CharField(allow_null=True)
    q = serializers.CharField(allow_null=True)
    on = serializers.DateField()


class PlaceSerializer(serializers.Serializer):
    """A region in an answer."""

    code = serializers.CharField()
    name = serializers.CharField()
    full_name = serializers.CharField()
    level = LevelField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    valid_to_precision = serializers.ChoiceField(Precision.choices, allow_null=True)


class SuccessionStepSerializer(serializers.Serializer):
    """How an asked region that has ended leads to the one answered for."""

    share = serializers.ChoiceField(Share.choices)
    kind = serializers.ChoiceField(SuccessionKind.choices)
    date = serializers.DateField()
    precision = serializers.ChoiceField(Precision.choices)
    document = serializers.CharField(allow_blank=True)


class HitServiceSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(ServiceKind.choices)
    brand = SlugRef()
    category = SlugRef()
    nationwide_claimed = serializers.BooleanField(
        help_text=_("What the page says; never coverage by itself.")
    )


class RuleRegionSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    level = LevelField()


class AnswerSourceSerializer(serializers.Serializer):
    slug = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(SourceKind.choices)
    url = serializers.CharField(allow_blank=True)
    fetched_at = serializers.DateTimeField(allow_null=True)


class AnswerLineSerializer(serializers.Serializer):
    """Where in the pasted list the rule comes from, counted from 1."""

    line = serializers.IntegerField()
    position = serializers.IntegerField()
    token = serializers.CharField()


class DecidingRuleSerializer(serializers.Serializer):
    """The rule that decided: the nearest one, from the region upwards."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(RuleKind.choices)
    region = RuleRegionSerializer()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    response_hours = serializers.IntegerField(allow_null=True, help_text=_("Best case promised."))
    disputed = serializers.BooleanField(
        help_text=_("Somebody says that this line is wrong; not decided yet.")
    )
    source = AnswerSourceSerializer(allow_null=True)
    source_line = AnswerLineSerializer(allow_null=True)


class UnitsSerializer(serializers.Serializer):
    """For partly covered: how many of the units below are covered, wholly or in part."""

    level = LevelField()
    covered = serializers.IntegerField()
    partly_covered = serializers.IntegerField()
    total = serializers.IntegerField()


class AnswerHoursSerializer(serializers.Serializer):
    weekday = serializers.IntegerField(min_value=1, max_value=7, help_text=_("ISO: Monday is 1."))
    opens = ClockField()
    closes = ClockField(help_text=_("Earlier than opens: the next day."))


class AnswerHotlineSerializer(serializers.Serializer):
    """A claimed number with its status on the day."""

    number = serializers.CharField()
    extension = serializers.CharField(allow_blank=True)
    labels = serializers.ListField(child=serializers.CharField())
    channel = serializers.ChoiceField(Channel.choices)
    always_open = serializers.BooleanField()
    hours = AnswerHoursSerializer(many=True)
    status = serializers.ChoiceField(HotlineStatus.choices)
    status_text = serializers.CharField()
    checked_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    source = AnswerSourceSerializer(allow_null=True)


class HitSerializer(serializers.Serializer):
    """One service's answer for one region."""

    service = HitServiceSerializer()
    state = serializers.ChoiceField(AnswerState.choices)
    why = serializers.CharField(help_text=_("The reason in a sentence."))
    rule = DecidingRuleSerializer(allow_null=True)
    units = UnitsSerializer(allow_null=True)
    hotlines = AnswerHotlineSerializer(many=True)


class CountsSerializer(serializers.Serializer):
    """Services by state, after the filters; exact."""

    covered = serializers.IntegerField()
    partly_covered = serializers.IntegerField()
    excluded = serializers.IntegerField()
    not_covered = serializers.IntegerField()
    unknown = serializers.IntegerField()


class RegionAnswerSerializer(serializers.Serializer):
    """The answer for one region; a question may lead to several (successors, several places named)."""

    region = PlaceSerializer()
    succession = SuccessionStepSerializer(allow_null=True)
    counts = CountsSerializer()
    count = serializers.IntegerField(help_text=_("Exact number of hits in all pages."))
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = HitSerializer(many=True)


class CoverageSerializer(serializers.Serializer):
    """Who covers a place: what the question turned out to mean, and an answer for each region it means."""

    question = AskedSerializer()
    state = serializers.ChoiceField(QuestionState.choices)
    state_text = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    region = PlaceSerializer(allow_null=True, help_text=_("The region asked about, also when it has ended."))
    candidates = PlaceSerializer(many=True, help_text=_("Readings to choose from; never chosen for you."))
    reading = serializers.DictField(allow_null=True, help_text=_("How a text was read, with its evidence."))
    release = serializers.CharField(allow_null=True, help_text=_("The edition of the region data."))
    answers = RegionAnswerSerializer(many=True)


class BatchQuestionSerializer(serializers.Serializer):
    """A question with the names and values of GET: a text, a number, true or false, or a list where it repeats."""

    region = serializers.CharField(required=False)
    q = serializers.CharField(required=False)
    on = serializers.DateField(required=False)
    verified = serializers.BooleanField(required=False)
    page = serializers.IntegerField(required=False, min_value=1)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=200)
    category = serializers.ListField(child=serializers.CharField(), required=False)
    category__n = serializers.ListField(child=serializers.CharField(), required=False)
    brand = serializers.ListField(child=serializers.CharField(), required=False)
    brand__n = serializers.ListField(child=serializers.CharField(), required=False)
    kind = serializers.ListField(child=serializers.ChoiceField(ServiceKind.choices), required=False)
    kind__n = serializers.ListField(child=serializers.ChoiceField(ServiceKind.choices), required=False)
    channel = serializers.ListField(child=serializers.ChoiceField(Channel.choices), required=False)
    hotline_status = serializers.ListField(
        child=serializers.ChoiceField(HotlineStatus.choices), required=False
    )
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
    summary="Who covers my district?",
    description=_(
        "Who covers a region on a day, why, and under which numbers. Exactly one of region and q is given. The state "
        "of the question says what became of it: two readings are candidates, a region that has ended is answered "
        "for its successors."
    ),
    parameters=[
        OpenApiParameter(
            "region",
            {"type": "string", "pattern": r"^\d{6}(\d{3}(\d{3})?)?$"},
            description=_("A region code of 6, 9 or 12 digits. Exactly one of region and q is given."),
            examples=[OpenApiExample("富顺县", "510322")],
        ),
        OpenApiParameter(
            "q",
            {"type": "string", "maxLength": 2000},
            description=_("A name or an address; two readings are two candidates, never a pick."),
            examples=[OpenApiExample("富顺县", "自贡市富顺县")],
        ),
        ON,
        OpenApiParameter(
            "verified", OpenApiTypes.BOOL, description=_("true: with a hotline that is verified on the day.")
        ),
        repeatable("category", _("Only these product categories and what is below them, by slug.")),
        repeatable("category__n", _("Not these categories.")),
        repeatable("brand", _("Only these brands, by slug.")),
        repeatable("brand__n", _("Not these brands.")),
        repeatable("kind", _("Only these kinds of service."), ServiceKind.values),
        repeatable("kind__n", _("Not these kinds of service."), ServiceKind.values),
        repeatable("channel", _("With a hotline on one of these channels."), Channel.values),
        repeatable(
            "hotline_status", _("With a hotline of one of these states on the day."), HotlineStatus.values
        ),
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
    summary="A hundred questions at once",
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
