"""Sheets of coverage rules and hotlines: the columns of their descriptions. Keys are slugs, region codes, numbers and first days."""

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _
from import_export.fields import Field

from regions.api.serializers import CoverageRuleSerializer, HotlineSerializer
from regions.models import CoverageRule, Hotline
from regions.models.base import today

from .resource import DirectoryResource, columns
from .widgets import Text


class CoverageRuleResource(DirectoryResource):
    """One row a rule. Where `valid_from` is empty the open rule of the service and region is meant, or a new one of today."""

    region_name = Field(
        attribute="region__full_name", column_name="region_name", readonly=True, widget=Text()
    )

    class Meta(DirectoryResource.Meta):
        model = CoverageRule
        fields = columns(CoverageRuleSerializer, "region_name")
        import_id_fields = ("service", "region", "valid_from")

    may_be_missing = ("region", "valid_from")
    also_read = ("code",)

    def header_problem(self, headers):
        if not {"code", "region", "region_name"} & set(headers):
            return _("The table needs a column code or region.")
        return super().header_problem(headers)

    def before_import_row(self, row, **kwargs):
        """The region by code, by name, or both, which must agree."""
        region = None
        for name in ("region", "code", "region_name"):
            text = row.get(name, "").strip()
            if not text or region is not None and text.replace("/", "") == region.full_name.replace("/", ""):
                continue
            try:
                found = self.fields["region"].clean({"region": text})
            except ValueError:
                row["region"] = text  # said where the column is read
                return
            if region is not None and found != region:
                said = _("%(code)s is %(name)s, not %(text)s.")
                raise ValidationError(
                    said % {"code": region.code, "name": region.full_name, "text": text[:40]}
                )
            region = found
        row["region"] = region.key if region else ""
        if not row["valid_from"].strip():
            service, region = self.fields["service"].clean(row), self.fields["region"].clean(row)
            known = self.get_queryset().filter(service=service, region=region).open().first()
            row["valid_from"] = (known.valid_from if known else today()).isoformat()

    def get_instance(self, instance_loader, row):
        """A row without an end speaks of what stands: where its rule ended for another, of that one."""
        rule = super().get_instance(instance_loader, row)
        while rule and rule.valid_to and not row.get("valid_to", "x").strip():
            after = self.get_queryset().filter(
                service=rule.service_id, region=rule.region_id, valid_from=rule.valid_to
            )
            if (found := after.first()) is None:
                break
            rule = found
        return rule


class HotlineResource(DirectoryResource):
    status = Field(attribute="status", column_name="status", readonly=True, widget=Text())

    class Meta(DirectoryResource.Meta):
        model = Hotline
        fields = columns(HotlineSerializer, "status")
        import_id_fields = ("service", "number", "extension")

    may_be_missing = ("extension",)

    def get_instance(self, instance_loader, row):
        """The claim that stands, or the last that did; of several, a row with an end names the one that ended then."""
        service, number = (self.fields[name].clean(row) for name in ("service", "number"))
        claims = self.get_queryset().filter(
            service=service, number=number, extension=row["extension"].strip()
        )
        ended = row.get("valid_to", "").strip() and self.fields["valid_to"].clean(row)
        return (ended and claims.filter(valid_to=ended).first()) or claims.order_by(
            F("valid_to").desc(nulls_first=True)
        ).first()
