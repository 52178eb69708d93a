"""Who serves, and where: categories, organizations, brands, services with their promises and coverage rules, sources."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from regions.models import Brand, Category, CoverageRule, Organization, Promise, Service, Source

from .base import Ref, SelectableFields, SlugRef, but
from .regions import RegionRef


class SourceSerializer(SelectableFields):
    """Where a statement comes from."""

    class Meta:
        model = Source
        fields = ["slug", "title", "kind", "url", "publisher", "fetched_at", "changed_at"]
        brief = ["slug", "title"]


class SourceRef(Ref, SourceSerializer):
    """A source inside another record, whole."""

    class Meta(SourceSerializer.Meta):
        pass


class CategorySerializer(SelectableFields):
    parent = serializers.CharField(source="parent.slug", default=None, allow_null=True)  # type: ignore[assignment]  # a member of the record

    class Meta:
        model = Category
        fields = ["slug", "name", "name_en", "parent"]
        brief = ["slug", "name"]


class OrganizationSerializer(SelectableFields):
    """Who owns a brand or answers its telephone."""

    class Meta:
        model = Organization
        fields = ["slug", "name", "identifier", "url"]
        brief = ["slug", "name"]


class BrandSerializer(SelectableFields):
    owner = SlugRef(allow_null=True)

    class Meta:
        model = Brand
        fields = ["slug", "name", "name_en", "owner", "website", "is_example"]
        brief = ["slug", "name"]


class PromiseSerializer(serializers.ModelSerializer):
    """Something a page promises, with the line where it says so."""

    service = SlugRef()
    source = serializers.CharField(source="source.slug", default=None, allow_null=True)  # type: ignore[assignment]  # a member of the record

    class Meta:
        model = Promise
        fields = ["service", "kind", "text", "source", "source_line"]


class OwnPromiseSerializer(PromiseSerializer):
    """A promise beside the service that makes it."""

    class Meta(PromiseSerializer.Meta):
        fields = but(PromiseSerializer, "service")


class ServiceSerializer(SelectableFields):
    brand = SlugRef()
    category = SlugRef()
    operator = SlugRef(allow_null=True)
    steps = serializers.ListField(child=serializers.CharField())
    promises = OwnPromiseSerializer(many=True)
    source = SourceRef(allow_null=True)  # type: ignore[assignment]  # a member of the record

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


class SourceLineSerializer(serializers.Serializer):
    """Where in the pasted list a rule comes from: line and position counted from 1."""

    line = serializers.IntegerField(source="line_no")
    position = serializers.IntegerField()
    token = serializers.CharField()


class CoverageRuleSerializer(SelectableFields):
    key = serializers.CharField()
    service = SlugRef()
    region = RegionRef()
    source = SourceRef(allow_null=True)  # type: ignore[assignment]  # a member of the record
    source_line = SourceLineSerializer(
        source="import_line", allow_null=True, help_text=_("Null for a rule that no pasted list brought.")
    )
    disputed = serializers.BooleanField(
        help_text=_("Somebody says that this line is wrong; not decided yet.")
    )

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
            "disputed",
        ]
        brief = ["key", "kind", "region"]
