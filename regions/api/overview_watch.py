"""GET /api/v1/overview/changes|signals|sources/ — what moved, what wants looking at, how old it is."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from regions.access import changes_below
from regions.choices import ChangeAction, Severity, SignalCode, SourceKind
from regions.lookup.overview import watch
from regions.lookup.overview.tables import Table
from regions.models import Brand, Change, Service

from . import params
from .overview import BRAND, WHICH, TableView, described
from .schema import repeatable
from .slugs import check_slugs


class OverviewChangesRowSerializer(serializers.Serializer):
    """How many records of a kind were created, changed or deleted in the last 7, 30 and 90 days."""

    kind = serializers.CharField(help_text=gettext_lazy("For example coverage-rule, as in /changes/."))
    action = serializers.ChoiceField(ChangeAction.choices)
    days_7 = serializers.IntegerField()
    days_30 = serializers.IntegerField()
    days_90 = serializers.IntegerField()
    latest = serializers.DateField()


class ChangesTableView(TableView):
    """What changed in the last 7, 30 and 90 days; /changes/ has every change."""

    asked = ("brand",)

    @described(
        "changes",
        OverviewChangesRowSerializer,
        BRAND,
        since=serializers.ListField(child=serializers.DateField()),
    )
    def get(self, request):
        return self.answer(request)

    def table(self, query, position) -> Table:
        return watch.changes(read_changes(query))


def read_changes(query: QueryDict) -> QuerySet[Change]:
    """All changes, or those of a brand and what hangs below it."""
    if "brand" not in query:
        return Change.objects.all()
    brand = str(query["brand"])
    check_slugs("brand", [brand], Brand)
    below = changes_below(Brand.objects.filter(slug=brand), Service.objects.filter(brand__slug=brand))
    return Change.objects.filter(below)


class OverviewSignalsRowSerializer(serializers.Serializer):
    """Something a person should look at, with its evidence. No score."""

    severity = serializers.ChoiceField(Severity.choices)
    code = serializers.ChoiceField(SignalCode.choices)
    title = serializers.CharField()
    brand = serializers.CharField()
    brand_name = serializers.CharField()
    subject_kind = serializers.CharField()
    subject = serializers.CharField()
    subject_name = serializers.CharField()
    explanation = serializers.CharField()
    records = serializers.ListField(
        child=serializers.CharField(), help_text=gettext_lazy("The records it rests on, as kind:key.")
    )
    record_names = serializers.ListField(child=serializers.CharField())
    silenced_by = serializers.CharField(help_text=gettext_lazy("The recorded fact that explains it, if any."))


class SignalsTableView(TableView):
    """Every signal, the severest first within a page. Pages are counted in brands: those without a signal are among them."""

    several = ("brand", "severity")

    @described(
        "signals",
        OverviewSignalsRowSerializer,
        WHICH[1],
        repeatable("severity", gettext_lazy("Only signals of these severities."), Severity.values),
        brands=serializers.IntegerField(),
    )
    def get(self, request):
        return self.answer(request)

    def table(self, query, position) -> Table:
        return watch.signals(read_brands(query), params.choice_list(query, "severity", Severity.values))

    def check_whole(self, table: Table) -> None:
        check_brands(table)


def read_brands(query: QueryDict) -> QuerySet[Brand]:
    slugs = query.getlist("brand")
    check_slugs("brand", slugs, Brand)
    brands = Brand.objects.filter(slug__in=slugs) if slugs else Brand.objects.all()
    return brands.order_by("slug")


def check_brands(table: Table) -> None:
    """Signals of very many brands are for the night."""
    if len(table.records) > watch.MOST_BRANDS:
        said = _(
            "A file of signals holds at most %(most)d brands: name some with brand=…; the nightly files have all."
        )
        raise params.bad("format", said % {"most": watch.MOST_BRANDS})


class OverviewSourcesRowSerializer(serializers.Serializer):
    """A source with its age, and how much rests on it."""

    source = serializers.CharField()  # type: ignore[assignment]  # a member of the answer
    title = serializers.CharField()
    kind = serializers.ChoiceField(SourceKind.choices)
    publisher = serializers.CharField()
    url = serializers.CharField()
    read_on = serializers.DateField(allow_null=True)
    age_days = serializers.IntegerField(allow_null=True)
    age = serializers.ChoiceField(watch.AGES)
    changed_on = serializers.DateField(
        allow_null=True, help_text=gettext_lazy("When a check found other content than before.")
    )
    hotlines = serializers.IntegerField()
    rules = serializers.IntegerField(help_text=gettext_lazy("Of all days, counted up to 10,000."))


class SourcesTableView(TableView):
    """Every source by its age: those never read first, then the oldest."""

    several = ("age",)

    @described(
        "sources",
        OverviewSourcesRowSerializer,
        repeatable("age", gettext_lazy("Read within so many days, earlier, or never."), list(watch.AGES)),
        on=serializers.DateField(),
    )
    def get(self, request):
        return self.answer(request)

    def table(self, query, position) -> Table:
        return watch.sources(params.choice_list(query, "age", watch.AGES))
