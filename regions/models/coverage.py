"""Where a service works."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions import keys
from regions.choices import RuleKind
from regions.periods import end_sql, meets_sql
from regions.round_trip import Statement, ask

from .base import DatedQuerySet, Joined, period_constraint, today
from .dispute import Dispute

# Every writing of a rule asks this. In SQL: having the ORM put it together takes longer than writing the rule.
_OVERLAPPING = f"""
    SELECT kind, valid_from, valid_to FROM regions_coveragerule
    WHERE service_id = %s AND region_id = %s AND id <> %s AND {meets_sql("%s", "%s", "valid_from", end_sql("valid_to"))}
    ORDER BY valid_from LIMIT 1
"""
_OVERLAP_FIELDS = frozenset({"service", "region", "valid_from", "valid_to"})


class CoverageRuleQuerySet(DatedQuerySet["CoverageRule"]):
    def on_regions(self, region_ids: Iterable[int]) -> Self:
        """Rules that stand directly on these regions."""
        return self.filter(region_id__in=region_ids)

    def with_reports(self, on: datetime.date | None = None) -> Self:
        """With `disputed`: whether a report on the rule stood open on the day; `reports_reasons`: why, joined by commas.

        What is edited goes on as another rule of its line. A report is about the line: on a day, about the rule of it that
        has begun last.
        """
        on = on or today()
        begun = self._of_the_line(valid_from__gte=OuterRef("valid_to"), valid_from__lte=on)
        earlier = self._of_the_line(valid_from__lt=OuterRef("valid_from"))
        another = Q(valid_to__lte=on) & Exists(begun) | Q(valid_from__gt=on) & Exists(earlier)
        reports = Dispute.objects.standing(on).filter(
            **{f"rule__{name}": OuterRef(name) for name in CoverageRule.LINE}
        )
        reasons = reports.order_by().values("rule__service").annotate(total=Joined("reason")).values("total")
        return self.annotate(
            disputed=Case(When(another, then=Value(False)), default=Exists(reports)),
            reports_reasons=Case(When(another, then=None), default=Subquery(reasons)),
        )

    def without_reports(self) -> Self:
        """The same where it is known that none stands."""
        return self.annotate(
            disputed=Value(False), reports_reasons=Value(None, output_field=models.TextField(null=True))
        )

    @staticmethod
    def _of_the_line(**begins: Any) -> models.QuerySet["CoverageRule"]:
        return CoverageRule.objects.filter(**{name: OuterRef(name) for name in CoverageRule.LINE}, **begins)

    def reported(self, on: datetime.date) -> Self:
        """Those of them against which a report stood open on the day."""
        lines = Dispute.objects.standing(on).filter(rule__isnull=False).order_by()
        of = {f"{name}__in": lines.values(f"rule__{name}") for name in ("service", "region")}
        return self.filter(**of).with_reports(on).filter(disputed=True)

    def keyed(self, text: str) -> Self:
        """The rule of a key, at most one. Raises keys.BadKey."""
        key = keys.read_rule_key(text)
        return self.filter(service__slug=key.service, region__code=key.region, valid_from=key.first_day)


class CoverageRule(models.Model):
    """One line of a service's coverage list: this region and all below it is included, or carved out.

    How rules combine is stated once, in `regions/lookup/coverage.py`. A rule that no longer holds gets `valid_to`;
    it is not deleted. One open rule per service and region, and never two on one day.

    Where it falls down: a list says where somebody *claims* to serve, not that a technician will come.
    """

    # No index of their own: rule_unique begins with the service, rule_region_kind_service with the region.
    service = models.ForeignKey(
        "regions.Service",
        models.PROTECT,
        related_name="rules",
        db_index=False,
        verbose_name=_("service"),
        help_text=_("For example 阿拉好太太消毒柜维修."),
    )
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        related_name="rules",
        db_index=False,
        verbose_name=_("region"),
        help_text=_("For example 富顺县 (510322)."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=7,
        choices=RuleKind,
        default=RuleKind.INCLUDE,
        help_text=_("Include covers the region and all below it; exclude carves it out of a wider rule."),
    )
    valid_from = models.DateField(
        _("valid from"), default=today, help_text=_("First day, for example 2026-11-21.")
    )
    valid_to = models.DateField(
        _("valid to"),
        null=True,
        blank=True,
        help_text=_("First day on which it no longer holds; empty while it does."),
    )
    response_hours = models.PositiveSmallIntegerField(
        _("promised response (hours)"),
        null=True,
        blank=True,
        help_text=_("Best case promised for this region, for example 2."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("For example 仅限城区."))
    source = models.ForeignKey(
        "regions.Source",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="rules",
        verbose_name=_("source"),
        help_text=_("Who says so."),
    )
    import_line = models.ForeignKey(
        "regions.ImportLine",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="rules",
        verbose_name=_("import line"),
        help_text=_("The line of the pasted list it came from."),
    )

    # What answers depend on, besides the first and the last day: an edit begins a new rule (`services.lives`).
    SAYS = ("kind", "response_hours", "note")
    # Rules that claim the same, one after the other: what is reported of one is reported of all.
    LINE = ("service", "region", "kind")

    objects = CoverageRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage rule")
        verbose_name_plural = _("coverage rules")
        ordering = ["service", "region", "valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "region"],
                condition=Q(valid_to__isnull=True),
                name="rule_open_unique",
                violation_error_message=_(
                    "This service has an open rule for this region; change or close that one."
                ),
            ),
            models.UniqueConstraint(
                fields=["service", "region", "valid_from"],
                name="rule_unique",
                violation_error_message=_(
                    "This service has a rule for this region that begins on the same day."
                ),
            ),
            period_constraint("rule_period"),
        ]
        # "Who covers" is one range of this index per ancestor, and reads nothing else: see docs/performance.md.
        indexes = [
            models.Index(
                fields=["region", "kind", "service", "valid_from", "valid_to"],
                name="rule_region_kind_service",
            ),
            # Most rules of a bulk import have none of these: a partial index costs their insert nothing.
            models.Index(fields=["source"], condition=Q(source__isnull=False), name="rule_source"),
            models.Index(fields=["note"], condition=Q(note__gt=""), name="rule_note"),
            models.Index(
                fields=["import_line"], condition=Q(import_line__isnull=False), name="rule_import_line"
            ),
        ]

    def __str__(self) -> str:
        known = self._state.fields_cache
        if "region" in known and "service" in known:  # never at the price of a query
            return f"{self.get_kind_display()} {self.region} · {self.service}"
        return f"{self.get_kind_display()} {self.service_id}:{self.region_id}"

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """As the database has them, and that no two rules hold on one day, which SQLite has no constraint for."""
        if not _OVERLAP_FIELDS.intersection(exclude or ()):
            self.refuse_overlap(ask(self.overlapping())[0])
        super().validate_constraints(exclude=exclude)

    def overlapping(self) -> Statement:
        """The question for a rule of the service and region that holds on a day of this one."""
        return _OVERLAPPING, [
            self.service_id,
            self.region_id,
            self.pk or 0,
            self.valid_from,
            self.valid_to or datetime.date.max,
        ]

    def refuse_overlap(self, others: Sequence[tuple]) -> None:
        """Raise ValidationError where `overlapping` found another rule.

        Whoever writes after asking holds the service's list (`services.rules.hold_and_compare`), or another writer
        may come between.
        """
        if self.valid_to and self.valid_to <= self.valid_from:
            return  # the constraint on the period says so
        if not others:
            return
        kind, begin, end = others[0]
        about = {"kind": RuleKind(kind).label, "begin": begin, "end": end}
        if end is None:
            raise ValidationError(
                gettext(
                    "This service has an open rule for this region: %(kind)s, from %(begin)s on. Two rules cannot hold on "
                    "one day: change or close that one, or let this one end on %(begin)s or earlier."
                )
                % about
            )
        raise ValidationError(
            gettext(
                "This service has a rule for this region in these days: %(kind)s, from %(begin)s until %(end)s. Two rules "
                "cannot hold on one day: end that one earlier, or let this one begin on %(end)s or later or end on "
                "%(begin)s or earlier."
            )
            % about
        )

    @property
    def key(self) -> str:
        """How URLs and changes name this rule: service, region and first day."""
        return keys.rule_key(self.service.slug, self.region.code, self.valid_from)
