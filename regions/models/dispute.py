"""Reports that something is wrong, and what they weigh."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, Min, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils.translation import gettext_lazy as _

from regions.choices import DisputeReason, DisputeState
from regions.frozen import new_reference

from .base import DaysUntil, Joined

# So many independent reporters, each with a page or a statement of his own, make an entry disputed where nobody
# has checked it. Fewer stand beside the status (docs/evidence.md).
INDEPENDENT_REPORTS = 3


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def standing(self, on: datetime.date) -> Self:
        """Reports that stood open at the end of a day: whatever is decided later changes no answer about it."""
        undecided = Q(state=DisputeState.OPEN) | Q(decided_at__date__gt=on)
        return self.filter(undecided, opened_at__date__lte=on)


class Dispute(models.Model):
    """Somebody says that a hotline, or a line of a coverage list, is wrong.

    A report is not evidence: it stands beside the status until a person decides, and moves nothing by itself
    (`reported`). The reporter is not asked for a name; `fingerprint` and `witnesses` are keyed hashes that tell
    reporters apart and say nothing more.
    """

    reference = models.CharField(
        _("reference"),
        max_length=12,
        unique=True,
        default=new_reference,
        editable=False,
        help_text=_("To look its state up."),
    )
    hotline = models.ForeignKey(
        "regions.Hotline",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="disputes",
        verbose_name=_("hotline"),
        help_text=_("What is disputed."),
    )
    rule = models.ForeignKey(
        "regions.CoverageRule",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="disputes",
        verbose_name=_("coverage rule"),
        help_text=_("Or the line of the coverage list that is disputed."),
    )
    reason = models.CharField(
        _("reason"),
        max_length=14,
        choices=DisputeReason,
        help_text=_("For example the number belongs to someone else."),
    )
    statement = models.TextField(
        _("statement"),
        max_length=2000,
        blank=True,
        help_text=_("What is wrong, in the reporter's words. No names or addresses of people."),
    )
    evidence_url = models.URLField(
        _("evidence"), max_length=500, blank=True, help_text=_("A page that shows it.")
    )
    reports = models.PositiveIntegerField(
        _("reports"), default=1, editable=False, help_text=_("How many reports collapsed into this one.")
    )
    further = models.JSONField(
        _("later reports"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("What later reports added: different statements and pages, at most 20."),
    )
    fingerprint = models.CharField(
        _("fingerprint"),
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("Keyed hash of the first reporter's address; emptied with the decision."),
    )
    reporter = models.CharField(
        _("reporter"),
        max_length=12,
        default=new_reference,
        editable=False,
        help_text=_("Drawn at random: what one reporter had open at a time about one number has the same."),
    )
    witnesses = models.JSONField(
        _("witnesses"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("Keyed hashes of the reporters who count in the weight; emptied with the decision."),
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=0,
        editable=False,
        help_text=_("How many independent reporters brought a page or a statement of their own."),
    )
    weighed_on = models.JSONField(
        _("weighed on"),
        default=list,
        blank=True,
        editable=False,
        help_text=_(
            "The day of each report that counts in the weight: answers about a day know those until then."
        ),
    )
    accepted_at = models.DateTimeField(
        _("accepted at"),
        null=True,
        blank=True,
        help_text=_("When a person found it worth looking at; the entry is disputed since."),
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accepted_disputes",
        verbose_name=_("accepted by"),
        help_text=_("Who found it worth looking at."),
    )
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=DisputeState,
        default=DisputeState.OPEN,
        help_text=_("Open until a person decides."),
    )
    opened_at = models.DateTimeField(
        _("opened at"), auto_now_add=True, help_text=_("When the first report came in.")
    )
    answer = models.CharField(
        _("answer"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text=_("What the reported side says, once; everybody who knows the reference can read it."),
    )
    answered_at = models.DateTimeField(
        _("answered at"), null=True, blank=True, help_text=_("When the reported side answered.")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_disputes",
        verbose_name=_("decided by"),
        help_text=_("Who decided."),
    )
    decided_at = models.DateTimeField(
        _("decided at"), null=True, blank=True, help_text=_("When it was decided.")
    )
    decision = models.CharField(
        _("decision"), max_length=300, blank=True, help_text=_("Why it was decided so, in a sentence.")
    )

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["fingerprint"], condition=Q(state="open"), name="dispute_open_fingerprint")
        ]
        constraints = [
            models.CheckConstraint(
                name="dispute_one_subject",
                condition=Q(hotline__isnull=False, rule__isnull=True)
                | Q(hotline__isnull=True, rule__isnull=False),
                violation_error_message=_("Name either a hotline or a coverage rule."),
            ),
            models.UniqueConstraint(
                fields=["hotline", "reason"],
                condition=Q(state="open", hotline__isnull=False),
                name="dispute_open_hotline_unique",
                violation_error_message=_(
                    "An open dispute with this reason exists; further reports collapse into it."
                ),
            ),
            models.UniqueConstraint(
                fields=["rule", "reason"],
                condition=Q(state="open", rule__isnull=False),
                name="dispute_open_rule_unique",
                violation_error_message=_(
                    "An open dispute with this reason exists; further reports collapse into it."
                ),
            ),
            models.CheckConstraint(
                name="dispute_decision_has_reason",
                condition=Q(state="open") | ~Q(decision=""),
                violation_error_message=_("A decision needs a reason in words."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def key(self) -> str:
        """How URLs and changes name this dispute."""
        return self.reference


def reported(on: datetime.date) -> dict:
    """What stands open against a hotline on a day, as annotations of its query.

    `reports_accepted`: a person found one worth looking at. `reports_weight`: independent reporters who brought
    something by then. `reports_open`, `reports_since`: how many reports, and since when. What one reporter says is one
    report, whatever reasons he gives: counted are those who opened a dispute, and no fewer than weigh.
    """
    accepted = _about_the_line(on).filter(accepted_at__date__lte=on)
    weight, reporters = Sum(DaysUntil("weighed_on", on)), Count("reporter", distinct=True)
    return {
        "reports_accepted": Case(When(_another(on), then=Value(False)), default=Exists(accepted)),
        "reports_weight": Coalesce(_total(weight, on), 0),
        "reports_open": Coalesce(
            _total(Greatest(reporters, weight, output_field=models.IntegerField()), on), 0
        ),
        "reports_since": _total(Min(TruncDate("opened_at")), on),
    }


def reasons_reported(on: datetime.date) -> Case:
    """The reasons of what stands open against a hotline on a day, joined by commas; one that was given twice twice."""
    return _total(Joined("reason"), on)


def _about_the_line(on: datetime.date) -> DisputeQuerySet:
    """A report waits at the last claim of a line. On a day it is about the last one that has begun (`_another`)."""
    line = {f"hotline__{name}": OuterRef(name) for name in ("service", "number", "extension")}
    return Dispute.objects.standing(on).filter(**line).order_by()


def _another(on: datetime.date) -> Q:
    """True of a claim where another one of its line is what stands on a day, or stood last."""
    claims = Dispute._meta.get_field("hotline").related_model._default_manager
    begun = Exists(claims.filter(follows=OuterRef("pk"), valid_from__lte=on))
    return Q(valid_to__lte=on) & Q(begun) | Q(valid_from__gt=on, follows__isnull=False)


def _total(aggregate: models.Aggregate | models.Func, on: datetime.date) -> Case:
    line = _about_the_line(on).values("hotline__service")
    total = Subquery(line.annotate(total=aggregate).values("total"))
    return Case(When(_another(on), then=None), default=total)
