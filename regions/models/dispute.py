"""Reports that something is wrong, and what they weigh."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, Min, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Cast, Coalesce, Greatest, TruncDate
from django.utils.translation import gettext_lazy as _

from regions.choices import DisputeReason, DisputeState
from regions.frozen import new_reference

from .base import Joined

# So many independent reporters, each with a page or a statement of his own, make an entry disputed where nobody
# has checked it. Fewer stand beside the status (docs/evidence.md).
INDEPENDENT_REPORTS = 3


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


# Who opened a dispute; one without an address is somebody else than all others.
_REPORTERS = Count(
    Case(When(fingerprint="", then=Cast("pk", models.CharField())), default="fingerprint"), distinct=True
)


def reported(on: datetime.date) -> dict:
    """What stands open against a hotline on a day, as annotations of its query.

    `reports_accepted`: a person found one worth looking at. `reports_weight`: independent reporters who brought
    something. `reports_open`, `reports_since`: how many reports, and since when. What one reporter says is one report,
    whatever reasons he gives: counted are those who opened a dispute, and no fewer than weigh.
    """
    return {
        "reports_accepted": Exists(_standing(on).filter(accepted_at__date__lte=on)),
        "reports_weight": Coalesce(_total(Sum("weight"), on), 0),
        "reports_open": Coalesce(
            _total(Greatest(_REPORTERS, Sum("weight"), output_field=models.IntegerField()), on), 0
        ),
        "reports_since": _total(Min(TruncDate("opened_at")), on),
    }


def reasons_reported(on: datetime.date) -> Subquery:
    """The reasons of what stands open against a hotline on a day, joined by commas; one that was given twice twice."""
    return _total(Joined("reason"), on)


def _standing(on: datetime.date) -> models.QuerySet[Dispute]:
    return Dispute.objects.filter(
        hotline=OuterRef("pk"), state=DisputeState.OPEN, opened_at__date__lte=on
    ).order_by()


def _total(aggregate: models.Aggregate | models.Func, on: datetime.date) -> Subquery:
    return Subquery(_standing(on).values("hotline").annotate(total=aggregate).values("total"))
