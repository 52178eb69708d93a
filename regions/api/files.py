"""The tables of `/export/`: each record as its description says it, in one flat row.

A record that is named inside another stands there by its key; all else is written as in lists. Coverage rules alone have
a way of their own (`lookup.export`): three million of them are streamed without an object each.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from regions.choices import DisputeState
from regions.lookup.export import FETCH, RULES, Snapshot
from regions.lookup.outlets import with_all
from regions.models import (
    CoverageRule,
    Dispute,
    Hotline,
    Outlet,
    PhoneNumber,
    Promise,
    RegionName,
    Service,
    Succession,
    Verification,
)

from . import serializers as told
from .directory import LISTS, record_of

IN_WORDS = "words of one language; the members beside it say the same"


class SuccessionRowSerializer(told.SuccessionSerializer):
    """A step with the first days of both lives: a code alone may name several."""

    old_valid_from = serializers.DateField(source="old.valid_from", allow_null=True)
    new_valid_from = serializers.DateField(source="new.valid_from", allow_null=True)

    class Meta(told.SuccessionSerializer.Meta):
        fields = [*told.SuccessionSerializer.Meta.fields, "old_valid_from", "new_valid_from"]


class RegionNameRowSerializer(told.RegionNameSerializer):
    """A spelling with the first day of the life it is of."""

    valid_from = serializers.DateField(source="region.valid_from", allow_null=True)

    class Meta(told.RegionNameSerializer.Meta):
        fields = [*told.RegionNameSerializer.Meta.fields, "valid_from"]


class SourceLineRowSerializer(told.CoverageRuleSerializer):
    """Which line of a pasted list a rule came from."""

    class Meta(told.CoverageRuleSerializer.Meta):
        fields = ["key", "source_line"]


class OutletRowSerializer(told.OutletSerializer):
    """An outlet with keys in place of what is there (a service's slug, or the key of the hotline it is called under there), and
    its own rules a line each."""

    services = serializers.SerializerMethodField()  # type: ignore[assignment]
    rules = serializers.ListField(source="rules_as_lines")  # type: ignore[assignment]
    replaces = serializers.SerializerMethodField()

    class Meta(told.OutletSerializer.Meta):
        pass

    def get_services(self, outlet: Outlet) -> list[str]:
        return [row.claim.key if row.claim else row.service.slug for row in outlet.served.all()]

    def get_replaces(self, outlet: Outlet) -> list[str]:  # type: ignore[override]
        return [each.slug for each in outlet.replaces.all()]


@dataclass(frozen=True)
class Table:
    """One kind of record: its word, its description, its rows, and which members are left out for what reason."""

    record: str
    description: type[serializers.ModelSerializer]
    queryset: Callable[[], QuerySet]
    by_service: str = ""
    left_out: tuple[tuple[str, str], ...] = ()

    @cached_property
    def row(self) -> serializers.ModelSerializer:
        """The description with keys in place of the records it names."""
        left_out = dict(self.left_out)
        whole = {name: found for name, found in self.description().fields.items() if name not in left_out}
        keys = {
            name: serializers.CharField(source=f"{found.source}.{found.key}", default=None)
            for name, found in whole.items()
            if isinstance(found, told.Ref)
        }
        meta = type("Meta", (self.description.Meta,), {"fields": list(whole)})
        return type(f"{self.record}-row", (self.description,), keys | {"Meta": meta})()

    @property
    def columns(self) -> list[str]:
        return list(self.row.fields)

    def rows(self, snapshot: Snapshot, **filters: Any) -> Iterator[dict[str, Any]]:
        """The records as plain dicts, in the order of their database keys."""
        records = self.queryset().using(snapshot.alias).filter(**filters).order_by("pk")
        return map(self.row.to_representation, records.iterator(chunk_size=FETCH))


def _hotlines() -> QuerySet[Hotline]:
    return Hotline.objects.with_status().select_related("service", "number", "region", "source")


# Lists whose files are made otherwise; the others' rows are their records as they are listed.
_OTHERWISE = ("services", "hotlines", "outlets", RULES)
TABLES: dict[str, Table] = {
    **{
        word: Table(record_of(listed), listed.serializer_class, listed.queryset.all)
        for word, listed in LISTS.items()
        if word not in _OTHERWISE
    },
    "region-names": Table(
        "region-name", RegionNameRowSerializer, lambda: RegionName.objects.select_related("region")
    ),
    "successions": Table(
        "succession", SuccessionRowSerializer, lambda: Succession.objects.select_related("old", "new")
    ),
    "services": Table(
        "service",
        told.ServiceSerializer,
        lambda: Service.objects.select_related("brand", "category", "operator", "source"),
        left_out=(("promises", "a file of their own"),),
    ),
    "promises": Table(
        "promise",
        told.PromiseSerializer,
        lambda: Promise.objects.select_related("service", "source"),
        "service__slug",
    ),
    "numbers": Table(
        "number", told.PhoneNumberSerializer, lambda: PhoneNumber.objects.select_related("region")
    ),
    "hotlines": Table(
        "hotline",
        told.HotlineSerializer,
        _hotlines,
        "service__slug",
        (("brand", "stands with the service"), ("limits_text", IN_WORDS), ("status_text", IN_WORDS)),
    ),
    "outlets": Table(
        "outlet",
        OutletRowSerializer,
        lambda: with_all(Outlet.objects.distinct()),
        "served__service__slug",
        (("limits_text", IN_WORDS),),
    ),
    "verifications": Table(
        "verification",
        told.VerificationSerializer,
        lambda: Verification.objects.select_related("hotline__service", "hotline__number", "source"),
        "hotline__service__slug",
    ),
    "disputes": Table(
        "dispute",
        told.DisputeSerializer,
        lambda: Dispute.objects.filter(state=DisputeState.OPEN).select_related(
            "hotline__service", "hotline__number", "rule__service", "rule__region"
        ),
        left_out=(
            ("reference", "whoever reported has it"),
            ("reason_text", IN_WORDS),
            ("state_text", IN_WORDS),
            ("answer", "whoever has the reference reads it"),
            ("decided_at", "only what is open stands in the file"),
            ("decision", "only what is open stands in the file"),
        ),
    ),
    "source-lines": Table(
        "source-line",
        SourceLineRowSerializer,
        lambda: CoverageRule.objects.filter(import_line__isnull=False).select_related(
            "service", "region", "import_line"
        ),
        "service__slug",
    ),
}
NAMES = (*TABLES, RULES)
