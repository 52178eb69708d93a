"""Sheets of coverage rules and hotlines: the columns of their descriptions. Keys are slugs, region codes, numbers and first days."""

from collections.abc import Iterable
from contextlib import nullcontext, suppress

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.results import Error, Result

from regions import access
from regions.api.files import TABLES
from regions.api.serializers import CoverageRuleSerializer, HotlineSerializer
from regions.choices import Door, RuleKind
from regions.keys import service_of
from regions.models import Change, CoverageRule, Hotline, Service
from regions.models.base import today
from regions.postings.touched import RULE
from regions.rehearsal import rehearsal
from regions.services.changes import change_set
from regions.services.columns import headings, named
from regions.services.intake import IntakeError, Outcome
from regions.services.intake.rows import TOLD, Rows, region_of_rule
from regions.services.intake.tables import TableErrors, import_table
from regions.services.rules import hold_lists

from .cells import columns
from .formats import ROW
from .resource import AT_A_STRETCH, CORRECTION, DirectoryResource
from .widgets import Text

# Up to so many rows are written one by one and shown: a second or two, in which nobody else writes on SQLite.
ONE_BY_ONE = 100


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
    also_read = ("code", "region_name")
    told_again = TOLD

    def steps(self, dataset, dry_run=False, file_name=""):
        """A table of some length is compared in sets, as the command does, and its rows are counted, not shown.

        One that corrects past days (`correction`) is not, for a set holds only what is from today on.
        """
        names = named(dataset.headers, headings(CoverageRule, self.known_columns()))
        if len(dataset) <= ONE_BY_ONE or (len(dataset) <= AT_A_STRETCH and CORRECTION in names):
            yield from super().steps(dataset, dry_run, file_name)
            return
        self.result = result = Result()
        try:
            outcome = self._in_sets(dataset, dry_run, self.reason(file_name))
        except TableErrors as errors:
            for text in errors.errors:
                result.append_base_error(Error(ValidationError(text)))
            result.totals["error"] = errors.errors.total
        except IntakeError as error:
            result.append_base_error(Error(ValidationError(str(error))))
        else:
            result.not_read = [name for name in dataset.headers if name in TOLD]
            result.totals |= {"new": outcome.created, "update": outcome.changed, "skip": outcome.unchanged}
        yield len(dataset)

    def _in_sets(self, dataset, dry_run: bool, reason: str) -> Outcome:
        lines = [int(line) for line in dataset[ROW]]
        del dataset[ROW]
        dataset.headers = named(dataset.headers, headings(CoverageRule, self.known_columns()))
        if text := self.header_problem(dataset.headers):
            raise IntakeError(text)
        services = Service.objects.all()
        services = access.limit(services, self.user) if self.user else services
        rows = Rows(dataset.headers, service=None, services=services)
        with (
            rehearsal() if dry_run else nullcontext(),
            change_set(actor=self.user, reason=reason, door=Door.SHEET) as changes,
        ):
            self.result.change_set = changes.id
            if self.seen is not None:
                self._refuse_unseen(rows.services_named(dataset["service"]))
            outcome = import_table(
                rows=rows,
                table=zip(lines, map(list, dataset), strict=True),
                commit=not dry_run,
                actor=self.user,
                progress=self.told,
            )
            if outcome.created and not self.may_add:
                raise IntakeError(_("This is not on file, and you may not add it."))
        return outcome

    def _refuse_unseen(self, services: Iterable[int]) -> None:
        """Hold the lists that a table is about; IntakeError where one of them was changed since the preview."""
        named = dict(Service.objects.filter(pk__in=list(services)).values_list("slug", "pk"))
        hold_lists(named.values())
        keys = Change.objects.filter(kind=RULE, pk__gt=self.seen).values_list("key", flat=True)
        if any(service_of(key) in named for key in keys.iterator()):
            raise IntakeError(_("Somebody has changed this since the preview; look at the preview again."))

    def header_problem(self, headers):
        if not {"code", "region", "region_name"} & set(headers):
            return _("The table needs a column code or region.")
        return super().header_problem(headers)

    def before_import_row(self, row, **kwargs):
        """The region by code, by name, or both, which must agree; an empty kind is include, as in every table of rules."""
        row["kind"] = row.get("kind", "").strip() or RuleKind.INCLUDE.value
        super().before_import_row(row, **kwargs)
        try:
            region = self._region_of(row)
            row["region"] = region.key if region else ""
        except ValidationError as error:
            self.faults["region"] = error
        except ValueError:  # said where the column is read, unless it is on file so
            if region := self._on_file(row):
                row["region"] = region.key
        if not row["valid_from"].strip():
            known = None
            with suppress(ValueError):
                service, region = self.fields["service"].clean(row), self.fields["region"].clean(row)
                known = self.get_queryset().filter(service=service, region=region).open().first()
            row["valid_from"] = (known.valid_from if known else today()).isoformat()

    def _region_of(self, row):
        region = None
        for name in ("code", "region", "region_name"):
            text = row.get(name, "").strip()
            if not text or region is not None and text.replace("/", "") == region.full_name.replace("/", ""):
                continue
            try:
                found = self.fields["region"].clean({"region": text})
            except ValueError:
                row["region"] = text
                raise
            if region is not None and found != region:
                said = _("%(code)s is %(name)s, not %(text)s.")
                raise ValidationError(
                    said % {"code": region.code, "name": region.full_name, "text": text[:40]}
                )
            region = found
        return region

    def _on_file(self, row):
        """A rule on a closed region, by its bare code and its first day."""
        try:
            service, begins = self.fields["service"].clean(row), self.fields["valid_from"].clean(row)
        except ValueError:
            return None
        return region_of_rule(service.pk, row, begins) if service and begins else None

    def get_instance(self, instance_loader, row):
        """A row without an end speaks of what stands: where its rule ended for another, of that one."""
        rule = named = super().get_instance(instance_loader, row)
        while rule and rule.valid_to and not row.get("valid_to", "x").strip():
            after = self.get_queryset().filter(
                service=rule.service_id, region=rule.region_id, valid_from=rule.valid_to
            )
            if (found := after.first()) is None:
                break
            rule = found
        if rule:
            self.mean_what_goes_on(rule, [named], row)
        return rule


class HotlineResource(DirectoryResource):
    status = Field(attribute="status", column_name="status", readonly=True, widget=Text())

    class Meta(DirectoryResource.Meta):
        model = Hotline
        fields = columns(HotlineSerializer, "status")
        import_id_fields = ("service", "number", "extension")

    may_be_missing = ("extension",)
    told_again = tuple(TABLES["hotlines"].columns)

    def before_import(self, dataset, **kwargs):
        """What the rows ask for one by one is read ahead: numbers at once, claims service by service."""
        self.fields["number"].widget.read_ahead(dataset["number"])
        self._claims: dict[int, dict[tuple[int, str], list[Hotline]]] = {}
        self._written: set[tuple[int, int, str]] = set()

    def get_instance(self, instance_loader, row):
        """The claim that stands, or the last that did; of several, a row with an end names the one that ended then."""
        service, number = (self.fields[name].clean(row) for name in ("service", "number"))
        if not service or not number:
            return None
        claims = self._claims_of(service.pk, number.pk, row["extension"].strip())
        ended = row.get("valid_to", "").strip() and self.fields["valid_to"].clean(row)
        named = [claim for claim in claims if ended and claim.valid_to == ended]
        found = next(iter(named or claims), None)
        if found and not found.valid_to:
            self.mean_what_goes_on(found, claims, row)
        return found

    def _claims_of(self, service: int, number: int, extension: str) -> list[Hotline]:
        """The claims of a service to a number, the one that stands first; what this table wrote is read anew."""
        claims = self.get_queryset().filter(service=service).order_by(F("valid_to").desc(nulls_first=True))
        if (service, number, extension) in self._written:
            return list(claims.filter(number=number, extension=extension))
        if service not in self._claims:
            known = self._claims[service] = {}
            for claim in claims:
                known.setdefault((claim.number_id, claim.extension), []).append(claim)
        return self._claims[service].get((number, extension), [])

    def write(self, instance) -> None:
        super().write(instance)
        self._written.add((instance.service_id, instance.number_id, instance.extension))
