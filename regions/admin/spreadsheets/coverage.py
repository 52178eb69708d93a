"""Sheets of coverage rules and hotlines. Keys are slugs, region codes, numbers and first days."""

from import_export.fields import Field

from regions.models import CoverageRule, Hotline, Service, Source
from regions.models.base import today

from .directory import cell, text
from .resource import DirectoryResource
from .widgets import Day, Flag, Lines, Number, RegionCode, Slug, Text, Whole


class CoverageRuleResource(DirectoryResource):
    """One row a rule. Where `valid_from` is empty the open rule of the service and region is meant, or a new one of today."""

    service = cell("service", Slug(Service))
    region = cell("region", RegionCode())
    region_name = Field(
        attribute="region__full_name", column_name="region_name", readonly=True, widget=Text()
    )
    kind = text("kind")
    valid_from = cell("valid_from", Day())
    valid_to = cell("valid_to", Day())
    response_hours = cell("response_hours", Whole())
    note = text("note")
    source = cell("source", Slug(Source))

    class Meta(DirectoryResource.Meta):
        model = CoverageRule
        fields = (
            "service", "region", "region_name", "kind", "valid_from", "valid_to", "response_hours", "note", "source",
        )  # fmt: skip
        import_id_fields = ("service", "region", "valid_from")

    def before_import_row(self, row, **kwargs):
        if not row["valid_from"].strip():
            service, region = self.fields["service"].clean(row), self.fields["region"].clean(row)
            known = self.get_queryset().filter(service=service, region=region).open().first()
            row["valid_from"] = (known.valid_from if known else today()).isoformat()


class HotlineResource(DirectoryResource):
    service = cell("service", Slug(Service))
    number = cell("number", Number())
    extension = text("extension")
    labels = cell("labels", Lines())
    contact_type = text("contact_type")
    channel = text("channel")
    always_open = cell("always_open", Flag())
    region = cell("region", RegionCode())
    mentions = cell("mentions", Whole(default=1))
    valid_from = cell("valid_from", Day())
    valid_to = cell("valid_to", Day())
    source = cell("source", Slug(Source))
    status = Field(attribute="status", column_name="status", readonly=True, widget=Text())

    class Meta(DirectoryResource.Meta):
        model = Hotline
        fields = (
            "service", "number", "extension", "labels", "contact_type", "channel", "always_open", "region", "mentions",
            "valid_from", "valid_to", "source", "status",
        )  # fmt: skip
        import_id_fields = ("service", "number", "extension")
