"""What the endpoints below /imports/ take and give."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from regions.choices import Effect, ImportMode, ImportState, RuleKind, Verdict
from regions.codes import BadCode, read_code
from regions.models import ImportLine
from regions.services.intake.previewing import choices_of
from regions.wording import in_words

from .bodies import Reasoned, Strict

MAX_DECISIONS = 1_000


class DraftSerializer(Reasoned):
    """A list to bring in."""

    service = serializers.CharField(max_length=80, help_text=gettext_lazy("The service's slug."))
    text = serializers.CharField(
        trim_whitespace=False,
        help_text=gettext_lazy("The list, word for word; with the mode outlets, a table with its header."),
    )
    mode = serializers.ChoiceField(ImportMode.choices, default=ImportMode.ADD)
    source = serializers.CharField(  # type: ignore[assignment]  # a member of the answer
        max_length=80, required=False, allow_null=True, help_text=gettext_lazy("The source's slug.")
    )
    as_list = serializers.BooleanField(
        default=False,
        help_text=gettext_lazy(
            "Read a text that looks like a table of outlets as a list all the same; without it that is refused (store-table)."
        ),
    )


class TableSerializer(Reasoned):
    """Rules as a table: its text, or a file (CSV, XLSX). Columns and words are those of the file of a service's list."""

    table = serializers.CharField(
        trim_whitespace=False,
        required=False,
        help_text=gettext_lazy("The table as CSV, its header first; or give it as `file`."),
    )
    file = serializers.FileField(
        required=False, help_text=gettext_lazy("CSV or XLSX, as multipart/form-data.")
    )
    service = serializers.CharField(
        max_length=80,
        required=False,
        help_text=gettext_lazy("Whose list it is, where the table has no column service."),
    )
    source = serializers.CharField(  # type: ignore[assignment]  # a member of the body
        max_length=80, required=False, help_text=gettext_lazy("The source of rows that name none.")
    )
    mode = serializers.ChoiceField([ImportMode.ADD, ImportMode.REPLACE], default=ImportMode.ADD)
    closing = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text=gettext_lazy(
            "How many rules end (`closed`): repeat it where that are more than half of those in force."
        ),
    )
    correct = serializers.BooleanField(
        default=False,
        help_text=gettext_lazy("What stands otherwise was always wrong: change its past days too."),
    )
    commit = serializers.BooleanField(
        default=False, help_text=gettext_lazy("Write it; without this nothing is written.")
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if bool(data.get("table")) == bool(data.get("file")):
            raise serializers.ValidationError(_("Give the table as text or as a file: one of them."))
        return data


class TableOutcomeSerializer(serializers.Serializer):
    """What was written, or would be, counted in rules."""

    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    closed = serializers.IntegerField()
    committed = serializers.BooleanField()
    summary = serializers.CharField()


class CodeField(serializers.CharField):
    """A region code of 6, 9 or 12 digits."""

    def to_internal_value(self, data) -> str:
        try:
            return read_code(super().to_internal_value(data))
        except BadCode as error:
            raise serializers.ValidationError(in_words(error)) from None


class DecisionSerializer(Strict):
    """What a line means: its regions, or that it is skipped."""

    include = serializers.ListField(child=CodeField(max_length=12), default=list, max_length=1_000)
    exclude = serializers.ListField(child=CodeField(max_length=12), default=list, max_length=1_000)
    skip = serializers.BooleanField(default=False)
    for_all_brands = serializers.BooleanField(
        default=False,
        help_text=gettext_lazy("Offer this for the same words of every brand, not only of this one."),
    )
    note = serializers.CharField(
        max_length=200,
        default="",
        allow_blank=True,
        help_text=gettext_lazy("Why: it stands with the decision."),
    )


class PlacedDecisionSerializer(DecisionSerializer):
    line = serializers.IntegerField(min_value=1)
    position = serializers.IntegerField(min_value=1)


class DecisionsSerializer(Reasoned):
    """Many decisions at once, all of them or none; `accept` settles what needs no choice."""

    accept = serializers.ChoiceField(["exact", "renames"], required=False)
    list_lines = serializers.ListField(
        child=serializers.IntegerField(min_value=1), default=list, max_length=MAX_DECISIONS,
        help_text=gettext_lazy("Other lines of the text (reading.lines) that belong to the list."),
    )  # fmt: skip
    decisions = PlacedDecisionSerializer(many=True, default=list, max_length=MAX_DECISIONS)  # type: ignore[call-arg]  # of its list


class ApplySerializer(Reasoned):
    leave_open = serializers.BooleanField(default=False)
    overrule = serializers.BooleanField(default=False)
    closing = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text=gettext_lazy(
            "How many rules a list in replace mode closes (`effects.closed`): repeat it where that are more than half of those in force."
        ),
    )
    end_gone = serializers.DateField(
        default=None,
        allow_null=True,
        help_text=gettext_lazy(
            "The day on which outlets of the same source end that a table of outlets does not name; without it they stay."
        ),
    )


class WhySerializer(Reasoned):
    """Why; there is nothing else to say."""


class ImportSerializer(serializers.Serializer):
    """An import. `counts` are tokens by verdict and add up to `tokens`; `effects` are rows of the preview."""

    id = serializers.IntegerField()
    url = serializers.URLField()
    title = serializers.CharField(
        help_text=gettext_lazy("The name of the file it came in, or its first line.")
    )
    service = serializers.CharField()
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a member of the answer
    mode = serializers.ChoiceField(ImportMode.choices)
    state = serializers.ChoiceField(ImportState.choices)
    release = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    created_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)
    reverted_at = serializers.DateTimeField(allow_null=True)
    effects = serializers.DictField(child=serializers.IntegerField(), required=False)
    reading = serializers.DictField(required=False)


class LineSerializer(serializers.Serializer):
    """A token: where it stood, how it was read, what was decided."""

    line = serializers.IntegerField(source="line_no")
    position = serializers.IntegerField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    token = serializers.CharField()
    heading = serializers.CharField(
        help_text=gettext_lazy("What stands over it: headings, a label, the columns before it.")
    )
    kind = serializers.ChoiceField(RuleKind.choices, help_text=gettext_lazy("What its heading makes of it."))
    held = serializers.CharField(
        help_text=gettext_lazy("Why a person has to look at it though it was read."),
    )
    verdict = serializers.ChoiceField(Verdict.choices)
    decision = serializers.ChoiceField(ImportLine.Decision.choices)
    duplicate = serializers.BooleanField(source="is_duplicate")
    include = serializers.ListField(child=serializers.CharField())
    exclude = serializers.ListField(child=serializers.CharField())
    etag = serializers.SerializerMethodField(
        help_text=gettext_lazy("Which decision this is; send it as If-Match to decide anew.")
    )
    choices = serializers.SerializerMethodField()
    note = serializers.CharField()
    result = serializers.DictField()

    def get_etag(self, line) -> str:
        return f'"{line.mark}"'

    def get_choices(self, line: ImportLine) -> list[str]:
        return choices_of(line)


class PlacedRegionSerializer(serializers.Serializer):
    code = serializers.CharField()
    full_name = serializers.CharField()


class DecidedSerializer(serializers.Serializer):
    """How somebody decided about the same words, for this brand or for all."""

    import_id = serializers.IntegerField(
        source="coverage_import_id", help_text=gettext_lazy("In which import.")
    )
    token = serializers.CharField()
    include = serializers.ListField(child=serializers.CharField())
    exclude = serializers.ListField(child=serializers.CharField())
    for_all_brands = serializers.BooleanField(source="shared")
    decided_at = serializers.DateTimeField()


class PreviewRowSerializer(serializers.Serializer):
    """What applying would do in one place, or a line that stands in the way."""

    effect = serializers.ChoiceField(Effect.choices)
    line = LineSerializer(allow_null=True)
    region = PlacedRegionSerializer(allow_null=True)
    kind = serializers.CharField(allow_null=True)
    rule = serializers.CharField(allow_null=True, help_text=gettext_lazy("The rule that stands now."))
    why = serializers.CharField()
    outlet = serializers.CharField(
        allow_null=True, help_text=gettext_lazy("Of a table of outlets: the outlet that is on file.")
    )
    choices = PlacedRegionSerializer(many=True)
    likely = serializers.CharField(
        help_text=gettext_lazy(
            "The one choice that lies where its neighbours lie; offered, never taken. Or empty."
        )
    )
    before = DecidedSerializer(
        allow_null=True,
        help_text=gettext_lazy("How somebody decided about the same words; offered, never taken."),
    )


class ProposedCountySerializer(PlacedRegionSerializer):
    """A county that might be covered, and how many outlets of the table are there."""

    outlets = serializers.IntegerField()


class PreviewSerializer(serializers.Serializer):
    """A page of what applying would do, exceptions first."""

    tokens = serializers.DictField(
        child=serializers.IntegerField(), help_text=gettext_lazy("Tokens by what became of them.")
    )
    effects = serializers.DictField(child=serializers.IntegerField())
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    proposed = ProposedCountySerializer(
        many=True,
        help_text=gettext_lazy(
            "Counties in which a table of outlets has some and the service covers nothing; never covered by it."
        ),
    )
    results = PreviewRowSerializer(many=True)


class OutcomeSerializer(serializers.Serializer):
    """What was written, counted in rules. `rest` is the draft that holds the lines left open."""

    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    closed = serializers.IntegerField()
    redundant = serializers.IntegerField()
    left = serializers.IntegerField()
    rest = serializers.URLField(allow_null=True)
    already = serializers.BooleanField()
    summary = serializers.CharField()
    state = serializers.ChoiceField(ImportState.choices)
