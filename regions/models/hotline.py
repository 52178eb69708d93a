"""Numbers, and the claims that they serve a service."""

import datetime

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regions.choices import (
    Channel,
    ContactType,
    DisputeState,
    HotlineStatus,
    PhoneKind,
    SourceKind,
    VerificationResult,
)

from .base import today

# Sources that speak for the brand itself: a claim they make is attested even while nobody has checked it.
ATTESTING_SOURCES = (SourceKind.OFFICIAL_SITE, SourceKind.AUTHORITY)


class PhoneNumber(models.Model):
    """A telephone number as a thing of its own, known by its digits: the same digits in any grouping are one row.

    That it is here says only that somebody printed it; who claims it stands in `Hotline`.
    """

    canonical = models.CharField(
        _("number"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"\A\d{3,20}\Z", _("Digits only, for example 4001865909."))],
        help_text=_("Digits only; fixed lines with their area code. For example 4001865909."),
    )
    kind = models.CharField(
        _("kind"), max_length=16, choices=PhoneKind, help_text=_("For example 400 number.")
    )
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="numbers",
        verbose_name=pgettext_lazy("of a number", "province"),
        help_text=_("For 96 short codes, which mean something else in each province. For example 广东省."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("For example 号段归属."))

    class Meta:
        verbose_name = _("number")
        verbose_name_plural = _("numbers")
        ordering = ["canonical", "id"]

    def __str__(self) -> str:
        return self.canonical

    @property
    def key(self) -> str:
        """How URLs and changes name this number."""
        return self.canonical


class HotlineQuerySet(models.QuerySet):
    def with_status(self, on: datetime.date | None = None):
        """Annotate `status`, `checked_on` and `expires_on` as of a day, in the query itself.

        The one place where a status is computed. First match wins: an open dispute → disputed; the latest
        conclusive verification refutes → refuted; it confirms and has not expired → verified, or has → expired;
        a source that speaks for the brand → attested; else unverified.
        """
        from .evidence import Dispute, Verification

        on = on or today()
        conclusive = (
            Verification.objects.filter(hotline=OuterRef("pk"), checked_on__lte=on)
            .exclude(result=VerificationResult.INCONCLUSIVE)
            .order_by("-checked_on", "-id")
        )
        disputes = Dispute.objects.filter(
            hotline=OuterRef("pk"), state=DisputeState.OPEN, opened_at__date__lte=on
        )
        found = [
            (Q(is_disputed=True), HotlineStatus.DISPUTED),
            (Q(last_result=VerificationResult.REFUTED), HotlineStatus.REFUTED),
            (
                Q(last_result=VerificationResult.CONFIRMED)
                & (Q(expires_on__isnull=True) | Q(expires_on__gt=on)),
                HotlineStatus.VERIFIED,
            ),
            (Q(last_result=VerificationResult.CONFIRMED), HotlineStatus.EXPIRED),
            (Q(source__kind__in=ATTESTING_SOURCES), HotlineStatus.ATTESTED),
        ]
        return self.annotate(
            is_disputed=Exists(disputes),
            last_result=Subquery(conclusive.values("result")[:1]),
            checked_on=Subquery(conclusive.values("checked_on")[:1]),
            expires_on=Subquery(conclusive.values("expires_on")[:1]),
        ).annotate(
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

    def best_first(self):
        """Verified first, disputed last, hidden never. Needs `with_status()`."""
        return self.order_by("status_rank", F("checked_on").desc(nulls_last=True), "service_id", "id")


# The order in which answers list hotlines; the order of precedence is `HotlineStatus` itself.
STATUS_ORDER = [
    HotlineStatus.VERIFIED,
    HotlineStatus.ATTESTED,
    HotlineStatus.EXPIRED,
    HotlineStatus.UNVERIFIED,
    HotlineStatus.REFUTED,
    HotlineStatus.DISPUTED,
]


class Hotline(models.Model):
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
    always_open = models.BooleanField(
        _("24 hours claimed"),
        default=False,
        help_text=_("The source says 24 hours, every day. Leave the hours empty then."),
    )
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

    objects = HotlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("hotline")
        verbose_name_plural = _("hotlines")
        ordering = ["service", "number", "extension", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "number", "extension"],
                name="hotline_unique",
                violation_error_message=_(
                    "This service lists this number already; add the label to that hotline."
                ),
            )
        ]

    def __str__(self) -> str:
        known = self._state.fields_cache
        if "number" in known and "service" in known:  # never at the price of a query
            return f"{self.number} · {self.service}"
        return f"#{self.pk}" if self.pk else str(_("new hotline"))

    @property
    def key(self) -> str:
        """How URLs and changes name this claim: service, number and, where there is one, the extension."""
        extension = f"-{self.extension}" if self.extension else ""
        return f"{self.service.slug}:{self.number.canonical}{extension}"

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


class HotlineHours(models.Model):
    """Opening hours of a hotline on one weekday (HSDS `schedule`, schema.org `hoursAvailable`).

    A night shift that closes after midnight has `closes` earlier than `opens`: 20:00–06:00 ends the next day.
    Around the clock is `Hotline.always_open`, not a row.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    hotline = models.ForeignKey(
        Hotline, models.CASCADE, related_name="hours", verbose_name=_("hotline"), help_text=_("Whose hours.")
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), choices=Weekday, help_text=_("ISO: Monday is 1.")
    )
    opens = models.TimeField(_("opens"), help_text=_("For example 08:30."))
    closes = models.TimeField(
        _("closes"), help_text=_("For example 17:30; earlier than the opening means the next day.")
    )

    class Meta:
        verbose_name = _("hours")
        verbose_name_plural = _("hours")
        ordering = ["hotline", "weekday", "opens", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hotline", "weekday", "opens"],
                name="hours_unique",
                violation_error_message=_("This weekday has hours with the same beginning."),
            ),
            models.CheckConstraint(
                name="hours_not_empty",
                condition=~Q(opens=F("closes")),
                violation_error_message=_(
                    "Opening and closing are the same; for around the clock set “24 hours claimed”."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"
