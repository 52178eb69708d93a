"""The claims that a number serves a service."""

import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, FilteredRelation, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions import keys
from regions.choices import (
    ChangeAction,
    Channel,
    ContactType,
    HotlineStatus,
    SourceKind,
    VerificationResult,
)
from regions.periods import Period

from .base import DatedQuerySet, period_constraint, today
from .change import Change
from .dispute import INDEPENDENT_REPORTS, reported
from .evidence import Verification
from .number import PhoneNumber
from .opening import HoursMixin, hours_field
from .replaced import Replaced

# Sources that speak for the brand itself: a claim they make is attested even while nobody has checked it.
ATTESTING_SOURCES = (SourceKind.OFFICIAL_SITE, SourceKind.AUTHORITY)


# Service, number, extension.
Line = tuple[int, int, str]


class HotlineQuerySet(DatedQuerySet):
    def with_status(self, on: datetime.date | None = None) -> Self:
        """Annotate `status`, `checked_on`, `expires_on` and the open reports as of a day, in the query itself.

        The one place where a status is computed. The first match wins: not valid on the day → ended or upcoming (such
        a claim is answered nowhere but where all claims on a number are told); a report that a person accepted → disputed;
        the latest conclusive verification refutes → refuted; it confirms and has not expired → verified; several
        independent reports → disputed; a confirmation that has expired → expired; a source that speaks for the
        brand → attested; else unverified. Any other report stands beside the status and moves nothing. Asked about a day,
        what took whose place is told from then on; asked about none, as it is on file.
        """
        asked, on = on, on or today()
        conclusive = (
            Verification.objects.filter(hotline=OuterRef("pk"), checked_on__lte=on)
            .exclude(result=VerificationResult.INCONCLUSIVE)
            .order_by("-checked_on", "-id")
        )
        latest = Q(verifications__pk=Subquery(conclusive.values("pk")[:1]))
        confirmed = Q(last_result=VerificationResult.CONFIRMED)
        found = [
            (Q(valid_from__gt=on), HotlineStatus.UPCOMING),
            (Q(valid_to__lte=on), HotlineStatus.ENDED),
            (Q(reports_accepted=True), HotlineStatus.DISPUTED),
            (Q(last_result=VerificationResult.REFUTED), HotlineStatus.REFUTED),
            (confirmed & (Q(expires_on__isnull=True) | Q(expires_on__gt=on)), HotlineStatus.VERIFIED),
            (Q(reports_weight__gte=INDEPENDENT_REPORTS), HotlineStatus.DISPUTED),
            (confirmed, HotlineStatus.EXPIRED),
            (Q(source__kind__in=ATTESTING_SOURCES), HotlineStatus.ATTESTED),
        ]
        line = {f"replaced_by__{name}": OuterRef(name) for name in ("service", "number", "extension")}
        before = Hotline.objects.filter(**line).annotate(since=Coalesce("replaced_on", "valid_to"))
        if asked:
            before = before.exclude(since__gt=asked)
        before = before.order_by("-valid_to", "-id")
        return (
            self.select_related(
                "replaced_by__service", "replaced_by__number", "replaced_by__region", "replaced_source"
            )
            .annotate(
                replaces_number=Subquery(before.values("number__canonical")[:1]),
                replaces_extension=Subquery(before.values("extension")[:1]),
                replaces_until=Subquery(before.values("since")[:1]),
                told_on=Value(asked, models.DateField(null=True)),
                latest_check=FilteredRelation("verifications", condition=latest),
                **reported(on),
            )
            .annotate(
                last_result=F("latest_check__result"),
                checked_on=F("latest_check__checked_on"),
                expires_on=F("latest_check__expires_on"),
            )
            .annotate(
                status=Case(
                    *(When(condition, then=Value(status.value)) for condition, status in found),
                    default=Value(HotlineStatus.UNVERIFIED.value),
                ),
                status_rank=Case(
                    *(When(condition, then=Value(STATUS_ORDER.index(status))) for condition, status in found),
                    default=Value(STATUS_ORDER.index(HotlineStatus.UNVERIFIED)),
                    output_field=models.SmallIntegerField(),
                ),
            )
        )

    def keyed(self, text: str) -> Self:
        """The claim of a key, at most one. Raises keys.BadKey."""
        day = keys.read_hotline_key(text).first_day
        bare = Q(follows__isnull=True, dated_key=False)
        return self._of_number(text).filter(~bare & Q(valid_from=day) if day else bare)

    def first_of(self, text: str) -> Self:
        """The first claim of the service, number and extension of a key, at most one. Raises keys.BadKey."""
        return self._of_number(text).filter(follows__isnull=True)

    def _of_number(self, text: str) -> Self:
        key = keys.read_hotline_key(text)
        named = {"service__slug": key.service, "number__canonical": key.number, "extension": key.extension}
        return self.filter(**named)

    def in_order(self) -> Self:
        """As the claims of a line follow each other."""
        return self.order_by(F("valid_from").asc(nulls_first=True), "id")

    def best_first(self) -> Self:
        """Verified first, disputed last, hidden never. Needs `with_status()`."""
        return self.order_by("status_rank", F("checked_on").desc(nulls_last=True), "service_id", "id")


# The order in which answers list hotlines; the order of precedence stands in `with_status`.
STATUS_ORDER = [
    HotlineStatus.VERIFIED,
    HotlineStatus.ATTESTED,
    HotlineStatus.EXPIRED,
    HotlineStatus.UNVERIFIED,
    HotlineStatus.REFUTED,
    HotlineStatus.DISPUTED,
    HotlineStatus.UPCOMING,
    HotlineStatus.ENDED,
]


class Hotline(HoursMixin, Replaced):
    """The claim that a number serves a service (HSDS `phone`).

    Fourteen names printed beside one number are fourteen labels here, not fourteen hotlines. There is no
    status field: a status is computed from verifications and disputes, on a day (`with_status`).
    """

    service = models.ForeignKey(
        "regions.Service",
        models.PROTECT,
        related_name="hotlines",
        verbose_name=_("service"),
        help_text=_("For example 阿拉好太太消毒柜维修."),
    )
    number = models.ForeignKey(
        PhoneNumber,
        models.PROTECT,
        related_name="hotlines",
        verbose_name=_("number"),
        help_text=_("For example 4001865909."),
    )
    extension = models.CharField(
        _("extension"),
        max_length=20,
        blank=True,
        help_text=_("What to dial or say after connecting, as text. For example 1."),
    )
    labels = models.JSONField(
        _("labels"),
        default=list,
        blank=True,
        help_text=_('Every name the number is printed under, for example ["售后服务热线", "24小时客服"].'),
    )
    spellings = models.JSONField(
        _("spellings"),
        default=list,
        blank=True,
        help_text=_(
            'Every way the source prints the number, with list marks, for example ["(1)400-1865-909", "4001865909"].'
        ),
    )
    contact_type = models.CharField(
        _("contact type"),
        max_length=16,
        choices=ContactType,
        default=ContactType.CUSTOMER_SERVICE,
        help_text=_("For example customer service."),
    )
    channel = models.CharField(
        _("channel"),
        max_length=5,
        choices=Channel,
        default=Channel.PHONE,
        help_text=_("For example telephone."),
    )
    opening_hours = hours_field()
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hotlines",
        verbose_name=_("only for region"),
        help_text=_("When the number serves a part of the coverage only, for example 广东省."),
    )
    mentions = models.PositiveIntegerField(
        _("mentions"), default=1, help_text=_("How often the source prints the number, for example 10.")
    )
    valid_from = models.DateField(
        _("valid from"), null=True, blank=True, help_text=_("First day of the claim, when known.")
    )
    valid_to = models.DateField(
        _("valid to"),
        null=True,
        blank=True,
        help_text=_("Day on which it ended, when it has. For example 2025-06-30."),
    )
    source = models.ForeignKey(
        "regions.Source",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hotlines",
        verbose_name=_("source"),
        help_text=_("Who says so."),
    )

    # What `with_status()` adds to a row.
    replaces_number: str | None = None
    replaces_extension: str = ""
    replaces_until: datetime.date | None = None
    status: str
    status_rank: int
    last_result: str | None
    # What `signals.collect.claims_about()` adds: it is on a number that was asked for; what a check and reports say.
    asked: bool
    latest_check: Verification | None = None  # not set where there is none
    reports_reasons: str | None
    checked_on: datetime.date | None
    expires_on: datetime.date | None
    reports_open: int
    reports_since: datetime.datetime | None
    reports_weight: int
    reports_accepted: bool

    follows = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="followed_by",
        verbose_name=_("follows"),
        help_text=_(
            "The claim that ended when this one began: the same number, but for another region or purpose."
        ),
    )

    dated_key = models.BooleanField(
        _("first day in its key"),
        default=False,
        editable=False,
        help_text=_("The key without a day named a claim from another day, which was deleted."),
    )

    # What answers depend on, besides the first and the last day: an edit begins a new claim (`services.lives`).
    SAYS = ("region_id", "contact_type", "channel")

    objects = HotlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("hotline")
        verbose_name_plural = _("hotlines")
        ordering = ["service", "number", "extension", "id"]
        indexes = [models.Index(fields=["number", "service", "extension"], name="hotline_line")]
        constraints = [
            # The first claim of a number by a service has a key without a day; those that follow have their first day.
            models.UniqueConstraint(
                fields=["service", "number", "extension"],
                condition=Q(follows__isnull=True),
                name="hotline_first_unique",
                violation_error_message=_(
                    "This service lists this number already; add the label to that hotline."
                ),
            ),
            models.UniqueConstraint(
                fields=["service", "number", "extension"],
                condition=Q(valid_to__isnull=True),
                name="hotline_open_unique",
                violation_error_message=_(
                    "This service lists this number already; add the label to that hotline."
                ),
            ),
            models.UniqueConstraint(
                fields=["service", "number", "extension", "valid_from"],
                condition=Q(follows__isnull=False),
                name="hotline_following_unique",
                violation_error_message=_("This service has a claim to this number that begins on that day."),
            ),
            models.CheckConstraint(
                name="hotline_following_begins",
                condition=Q(follows__isnull=True, dated_key=False) | Q(valid_from__isnull=False),
                violation_error_message=_(
                    "A claim that follows another, or a deleted one of another day, has a first day."
                ),
            ),
            period_constraint("hotline_period"),
        ]

    def __str__(self) -> str:
        known = self._state.fields_cache
        if "number" in known and "service" in known:  # never at the price of a query
            called = f"{self.number}-{self.extension}" if self.extension else self.number
            return f"{called} · {self.service}"
        return f"#{self.pk}" if self.pk else str(_("new hotline"))

    @property
    def key(self) -> str:
        """How URLs and changes name this claim: service, number, the extension, and its first day if it follows another,
        or if the key without one named a claim that was deleted."""
        day = self.valid_from if self.follows_id or self.dated_key else None
        return keys.hotline_key(self.service.slug, self.number.canonical, self.extension, day or "")

    @property
    def line(self) -> Line:
        """What it claims: all claims of one line follow each other, and at most one of them stands on a day."""
        return self.service_id, self.number_id, self.extension

    def first(self) -> "Hotline":
        """The first claim of its line, which whatever rings under that number names."""
        if self.follows_id is None:
            return self
        service_id, number_id, extension = self.line
        return Hotline.objects.get(
            service=service_id, number=number_id, extension=extension, follows__isnull=True
        )

    @property
    def open_reports(self) -> dict | None:
        """What answers say of the reports that stand open on the day of `with_status()`; None where there is none."""
        if not self.reports_open:
            return None
        return {
            "count": self.reports_open,
            "since": self.reports_since,
            "weight": self.reports_weight,
            "accepted": self.reports_accepted,
        }

    def clean(self) -> None:
        if not isinstance(self.labels, list) or not all(
            isinstance(label, str) and label.strip() for label in self.labels
        ):
            raise ValidationError({"labels": _('Give a list of texts, for example ["售后服务热线"].')})
        if len(set(self.labels)) != len(self.labels):
            raise ValidationError({"labels": _("The same label is given twice.")})
        if not isinstance(self.spellings, list) or not all(
            isinstance(spelling, str) and spelling.strip() for spelling in self.spellings
        ):
            raise ValidationError({"spellings": _('Give a list of texts, for example ["400-1865-909"].')})
        self._fit_in()
        self.clean_replacement()

    def _fit_in(self) -> None:
        """One number of a service is claimed once at a time; a new claim follows the one that has ended."""
        claims = Hotline.objects.filter(
            service=self.service_id, number=self.number_id, extension=self.extension
        )
        lives = list(claims.exclude(pk=self.pk).order_by("pk"))
        followed = {life.follows_id for life in lives}
        last = next((life for life in lives if life.valid_to and life.pk not in followed), None)
        if self._state.adding and self.follows_id is None and last is not None and last.valid_to:
            self.follows, self.valid_from = last, self.valid_from or max(today(), last.valid_to)
        if self._state.adding and self.follows_id is None:
            self._leave_key()
        for other in lives:
            if Period.of(other).meets(Period.of(self)) and other.valid_to is not None:
                raise ValidationError(
                    gettext(
                        "This service claims this number already in these days: from %(begin)s until %(end)s."
                    )
                    % {"begin": other.valid_from or "…", "end": other.valid_to}
                )

    def _leave_key(self) -> None:
        """The key of a claim that was deleted stays that one's; a claim from another day has its first day in its key."""
        if not (self.service_id and self.number_id):
            return
        bare = keys.hotline_key(self.service.slug, self.number.canonical, self.extension)
        gone = (
            Change.objects.filter(kind="hotline", key=bare, action=ChangeAction.DELETE)
            .order_by("-pk")
            .first()
        )
        if gone and (gone.before or {}).get("valid_from") != (self.valid_from and str(self.valid_from)):
            self.dated_key, self.valid_from = True, self.valid_from or today()
