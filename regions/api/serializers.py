"""How records look in the API. Clients may ask for less: `brief`, `fields`, `omit`."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from regions.choices import HotlineStatus, Level, PhoneKind
from regions.models import (
    Brand,
    Category,
    CoverageRule,
    Hotline,
    HotlineHours,
    Promise,
    Region,
    RegionName,
    Release,
    Service,
    Source,
    Succession,
)

from .params import bad, boolean


class SelectableFields(serializers.ModelSerializer):
    """`brief=true` keeps `Meta.brief`, `fields=a,b` keeps those, `omit=a,b` drops those; unknown names are 400."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if (
            request is None
            or self.parent is not None
            or getattr(self.context.get("view"), "swagger_fake_view", False)
        ):
            return
        query = request.query_params
        if boolean(query, "brief"):
            self._keep(self.Meta.brief)
        if "fields" in query:
            self._keep(self._names("fields", query["fields"]))
        if "omit" in query:
            for name in self._names("omit", query["omit"]):
                self.fields.pop(name, None)

    def _names(self, parameter: str, value: str) -> list[str]:
        names = [name.strip() for name in value.split(",") if name.strip()]
        known = self.Meta.fields
        if not names:
            raise bad(parameter, _("%(name)s names no field.") % {"name": parameter}, allowed=list(known))
        for name in names:
            if name not in known:
                raise bad(
                    parameter,
                    _("%(name)s is not a field; there are: %(fields)s.")
                    % {"name": name[:40], "fields": ", ".join(known)},
                    allowed=list(known),
                )
        return names

    def _keep(self, names) -> None:
        for name in set(self.fields) - set(names):
            self.fields.pop(name)


@extend_schema_field({"type": "string", "enum": Level.words()})
class LevelField(serializers.Field):
    """A level by its word."""

    def to_representation(self, value: int) -> str:
        return Level(value).word


@extend_schema_field({"type": "string", "pattern": r"^\d\d:\d\d:\d\d$", "example": "08:30:00"})
class ClockField(serializers.TimeField):
    """A time of day without an offset: it is meant where the telephone rings."""


class RegionRef(serializers.ModelSerializer):
    """A region inside another record."""

    level = LevelField()

    class Meta:
        model = Region
        fields = ["code", "name", "full_name", "level"]


class SlugRef(serializers.Serializer):
    """A named record inside another record."""

    slug = serializers.CharField()
    name = serializers.CharField()


class SourceRef(serializers.ModelSerializer):
    class Meta:
        model = Source
        fields = ["slug", "title", "kind", "url", "publisher", "fetched_at"]


class RegionNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = RegionName
        fields = ["name", "kind", "source"]


class SuccessionSerializer(serializers.ModelSerializer):
    """One step from an old region to a new one."""

    old = RegionRef()
    new = RegionRef()

    class Meta:
        model = Succession
        fields = ["old", "new", "kind", "date", "precision", "share", "document", "source"]


class RegionSerializer(SelectableFields):
    level = LevelField()
    parent = serializers.CharField(
        source="parent.code",
        default=None,
        allow_null=True,
        help_text=gettext_lazy("Code of the division above."),
    )
    is_current = serializers.BooleanField(source="is_open")

    class Meta:
        model = Region
        fields = [
            "code",
            "level",
            "name",
            "short_name",
            "full_name",
            "pinyin",
            "parent",
            "valid_from",
            "from_precision",
            "valid_to",
            "to_precision",
            "is_current",
        ]
        brief = ["code", "level", "full_name"]


class RegionDetailSerializer(RegionSerializer):
    """A region with its other names, what it came from, and what became of it."""

    names = RegionNameSerializer(many=True)
    successions = SuccessionSerializer(many=True, help_text=gettext_lazy("What became of it, step by step."))
    predecessions = SuccessionSerializer(many=True, help_text=gettext_lazy("What it came from."))

    class Meta(RegionSerializer.Meta):
        fields = [*RegionSerializer.Meta.fields, "names", "successions", "predecessions"]


class CategorySerializer(SelectableFields):
    parent = serializers.CharField(source="parent.slug", default=None, allow_null=True)

    class Meta:
        model = Category
        fields = ["slug", "name", "name_en", "parent"]
        brief = ["slug", "name"]


class BrandSerializer(SelectableFields):
    owner = SlugRef(allow_null=True)

    class Meta:
        model = Brand
        fields = ["slug", "name", "name_en", "owner", "website", "is_example"]
        brief = ["slug", "name"]


class PromiseSerializer(serializers.ModelSerializer):
    source = serializers.CharField(source="source.slug", default=None, allow_null=True)

    class Meta:
        model = Promise
        fields = ["kind", "text", "source", "source_line"]


class ServiceSerializer(SelectableFields):
    brand = SlugRef()
    category = SlugRef()
    operator = SlugRef(allow_null=True)
    steps = serializers.ListField(child=serializers.CharField())
    promises = PromiseSerializer(many=True)
    source = SourceRef(allow_null=True)

    class Meta:
        model = Service
        fields = [
            "slug",
            "name",
            "brand",
            "category",
            "kind",
            "operator",
            "description",
            "nationwide_claimed",
            "steps",
            "promises",
            "source",
        ]
        brief = ["slug", "name", "brand"]


class HoursSerializer(serializers.ModelSerializer):
    opens = ClockField()
    closes = ClockField(help_text=gettext_lazy("Earlier than opens: the next day."))

    class Meta:
        model = HotlineHours
        fields = ["weekday", "opens", "closes"]


class HotlineSerializer(SelectableFields):
    """The claim that a number serves a service, with its status on the day."""

    key = serializers.CharField()
    service = SlugRef()
    brand = SlugRef(source="service.brand")
    number = serializers.CharField(source="number.canonical")
    kind = serializers.ChoiceField(PhoneKind.choices, source="number.kind")
    labels = serializers.ListField(child=serializers.CharField())
    hours = HoursSerializer(many=True)
    region = RegionRef(allow_null=True)
    status = serializers.ChoiceField(HotlineStatus.choices)
    checked_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    source = SourceRef(allow_null=True)

    class Meta:
        model = Hotline
        fields = [
            "key",
            "service",
            "brand",
            "number",
            "kind",
            "extension",
            "labels",
            "contact_type",
            "channel",
            "always_open",
            "hours",
            "region",
            "mentions",
            "valid_from",
            "valid_to",
            "status",
            "checked_on",
            "expires_on",
            "source",
        ]
        brief = ["key", "number", "status"]


class SourceLineSerializer(serializers.Serializer):
    """Where in the pasted list a rule comes from: line and position counted from 1."""

    line = serializers.IntegerField(source="line_no")
    position = serializers.IntegerField()
    token = serializers.CharField()


class CoverageRuleSerializer(SelectableFields):
    key = serializers.CharField()
    service = SlugRef()
    region = RegionRef()
    source = SourceRef(allow_null=True)
    source_line = SourceLineSerializer(source="import_line", allow_null=True)

    class Meta:
        model = CoverageRule
        fields = [
            "key",
            "service",
            "region",
            "kind",
            "valid_from",
            "valid_to",
            "response_hours",
            "note",
            "source",
            "source_line",
        ]
        brief = ["key", "kind", "region"]


class ReleaseSerializer(SelectableFields):
    comparison = serializers.DictField(help_text=gettext_lazy("What it changed against the release before."))

    class Meta:
        model = Release
        fields = [
            "edition",
            "publisher",
            "cut_off",
            "licence",
            "checksum",
            "state",
            "loaded_at",
            "comparison",
        ]
        brief = ["edition", "state"]
