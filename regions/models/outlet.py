"""Where one can go: outlets of a brand, and which of its services are at each under which number."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.choices import CoordinateSystem, HotlineStatus, OutletKind, RuleKind
from regions.keys import number_key

from .base import DatedQuerySet, SluggedModel, period_constraint
from .hotline import Hotline
from .opening import HoursMixin, hours_field
from .replaced import Replaced


class Outlet(HoursMixin, Replaced, SluggedModel):
    """An outlet of a brand (网点; HSDS `location`, schema.org LocalBusiness).

    The address is kept as the source writes it. Its region is what the resolver reads there for certain, or what a person
    chose; empty where neither is so. An outlet never becomes coverage of its
    service: only the rules of that do. Its own (`OutletRule`) narrow them.
    """

    name = models.CharField(_("name"), max_length=120, help_text=_("For example 示例电器富顺服务站."))
    brand = models.ForeignKey(
        "regions.Brand",
        models.PROTECT,
        related_name="outlets",
        verbose_name=_("brand"),
        help_text=_("For example 阿拉好太太."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=OutletKind,
        default=OutletKind.CLAIMED,
        help_text=_("Claimed by a page, unless the brand itself says that it is its own or under contract."),
    )
    operator = models.ForeignKey(
        "regions.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outlets",
        verbose_name=_("operator"),
        help_text=_("The company that runs it, when known. Never a person."),
    )
    address = models.CharField(
        _("address"),
        max_length=200,
        help_text=_("As the source writes it, for example 四川省自贡市富顺县晨光路18号."),
    )
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outlets",
        verbose_name=_("region"),
        help_text=_("Left empty, it is read from the address, where that means one division only."),
    )
    rest = models.CharField(
        _("rest of the address"),
        max_length=200,
        blank=True,
        editable=False,
        help_text=_("What the address says beside the region, for example 晨光路18号."),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-180)), MaxValueValidator(Decimal(180))],
        help_text=_("In degrees, for example 104.975432."),
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-90)), MaxValueValidator(Decimal(90))],
        help_text=_("In degrees, for example 29.181234."),
    )
    coordinates = models.CharField(
        _("system of the coordinates"),
        max_length=5,
        choices=CoordinateSystem,
        blank=True,
        help_text=_("Points copied from a Chinese map are GCJ-02."),
    )
    opening_hours = hours_field()
    source = models.ForeignKey(
        "regions.Source",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outlets",
        verbose_name=_("source"),
        help_text=_("Who says so."),
    )
    source_line = models.PositiveIntegerField(
        _("line"), null=True, blank=True, help_text=_("Line of the source, counted from 1.")
    )
    valid_from = models.DateField(
        _("valid from"), null=True, blank=True, help_text=_("First day, when known.")
    )
    valid_to = models.DateField(
        _("valid to"),
        null=True,
        blank=True,
        help_text=_("Day on which it ended, when it has. For example 2025-06-30."),
    )
    services: Any = models.ManyToManyField(
        "regions.Service",
        through="regions.OutletService",
        related_name="outlets",
        verbose_name=_("services"),
        help_text=_("Which services of the brand are there."),
    )

    # What begins another record when it is edited: nothing. All but the days describes the outlet as it is known today.
    SAYS: tuple[str, ...] = ()
    objects = DatedQuerySet.as_manager()
    _served_as_keys: list[str] | None = None
    _rules_as_lines: list[str] | None = None

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "name", "address"],
                condition=Q(valid_to__isnull=True),
                name="outlet_open_unique",
                violation_error_message=_("This brand has an outlet of this name at this address already."),
            ),
            period_constraint("outlet_period"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def coordinate_system(self) -> str | None:
        """None without a point."""
        return self.coordinates or None

    @property
    def served_as_keys(self) -> list[str]:
        """What is there, a key each: a service's slug, or the key of the first claim to the number that rings there."""
        if self._served_as_keys is not None:
            return self._served_as_keys
        rows = self.served.all() if self.pk else []
        return [number_key(row.hotline.key) if row.hotline else row.service.slug for row in rows]

    @served_as_keys.setter
    def served_as_keys(self, keys: list[str]) -> None:
        """As a table says it; `services.outlets.save` makes rows of it."""
        self._served_as_keys = keys

    @property
    def rules_as_lines(self) -> list[str]:
        """Its own rules, a line each: kind, region, first and last day, the days where there are any."""
        if self._rules_as_lines is not None:
            return self._rules_as_lines
        return [rule.as_line for rule in self.rules.all()] if self.pk else []

    @rules_as_lines.setter
    def rules_as_lines(self, lines: list[str]) -> None:
        """As a table says it; `services.outlets.save` makes rows of it."""
        self._rules_as_lines = lines

    def clean(self) -> None:
        super().clean()
        point = (self.longitude, self.latitude, self.coordinate_system)
        if any(part is not None for part in point) and None in point:
            raise ValidationError(
                {"coordinates": gettext("Give longitude, latitude and their system, or none of the three.")}
            )
        if (
            self.pk
            and OutletService.objects.filter(outlet=self).exclude(service__brand=self.brand_id).exists()
        ):
            raise ValidationError(
                {"brand": gettext("The services of this outlet are another brand's: take them out first.")}
            )
        self.clean_replacement()


class OutletService(models.Model):
    """That a service is at an outlet (HSDS `service_at_location`), and the number under which it is called there.

    A part of the outlet: changed, undone and deleted with it. An outlet with two numbers has two of these. The number is
    named by the first claim of its line, whichever of them stands: who edits a claim ends it, and no row here moves.
    """

    outlet = models.ForeignKey(
        Outlet, models.CASCADE, related_name="served", verbose_name=_("outlet"), help_text=_("Which outlet.")
    )
    service = models.ForeignKey(
        "regions.Service",
        models.PROTECT,
        related_name="at_outlets",
        verbose_name=_("service"),
        help_text=_("A service of the outlet's brand."),
    )
    hotline = models.ForeignKey(
        "regions.Hotline",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="at_outlets",
        limit_choices_to={"follows__isnull": True},
        verbose_name=_("telephone"),
        help_text=_("The hotline of this service that rings there, when known."),
    )

    class Meta:
        verbose_name = _("service of an outlet")
        verbose_name_plural = _("services of an outlet")
        ordering = ["outlet", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "service", "hotline"],
                name="outlet_service_unique",
                violation_error_message=_("This outlet has this service under this number already."),
            ),
            models.UniqueConstraint(
                fields=["outlet", "service"],
                condition=Q(hotline__isnull=True),
                name="outlet_service_without_number_unique",
                violation_error_message=_("This outlet has this service already."),
            ),
        ]

    def __str__(self) -> str:
        known = self._state.fields_cache
        if "service" in known and "outlet" in known:  # never at the price of a query
            return f"{self.outlet} · {self.service}"
        return f"#{self.pk}" if self.pk else str(_("new"))

    @property
    def claim(self) -> Hotline | None:
        """Of the claims to its number the one that stands on the day asked about, or the last one before, or the first to come.

        Of today, by a query of its own, where `lookup.outlets.with_all` did not say of which day.
        """
        if self.hotline is None:
            return None
        known = getattr(self.hotline.number, "told_claims", None)
        if known is None:
            known = self.hotline.number.hotlines.with_status().in_order()
        lives = [each for each in known if each.line == self.hotline.line]
        begun = [each for each in lives if each.status != HotlineStatus.UPCOMING]
        return begun[-1] if begun else lives[0]

    def clean(self) -> None:
        super().clean()
        if self.hotline is not None:
            self.hotline = self.hotline.first()
        if self.service_id and self.outlet.brand_id and self.service.brand_id != self.outlet.brand_id:
            raise ValidationError(
                {"service": gettext("An outlet has services of its own brand; this one is another's.")}
            )
        if self.hotline is not None and self.hotline.service_id != self.service_id:
            raise ValidationError(
                {
                    "hotline": gettext(
                        "This number is another service's: choose a hotline of this service, or add it there first."
                    )
                }
            )


class OutletRule(models.Model):
    """A line of an outlet's own area: of what its services cover, it serves this region and all below it, or not.

    Read as coverage rules are: the nearest one decides. An outlet without any is for its county. A part of the outlet;
    it narrows what a service's own rules say and never adds to it.
    """

    outlet = models.ForeignKey(
        Outlet, models.CASCADE, related_name="rules", verbose_name=_("outlet"), help_text=_("Which outlet.")
    )
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        related_name="outlet_rules",
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
        _("valid from"), null=True, blank=True, help_text=_("First day, when known.")
    )
    valid_to = models.DateField(
        _("valid to"),
        null=True,
        blank=True,
        help_text=_("First day on which it no longer holds; empty while it does."),
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage rule of an outlet")
        verbose_name_plural = _("coverage rules of an outlet")
        ordering = ["outlet", "region", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "region"],
                condition=Q(valid_to__isnull=True),
                name="outlet_rule_open_unique",
                violation_error_message=_("This outlet has an open rule for this region already."),
            ),
            period_constraint("outlet_rule_period"),
        ]

    def __str__(self) -> str:
        known = self._state.fields_cache
        if "region" in known and "outlet" in known:  # never at the price of a query
            return f"{self.get_kind_display()} {self.region} · {self.outlet}"
        return f"#{self.pk}" if self.pk else str(_("new"))

    @property
    def as_line(self) -> str:
        """For example include 510322 - 2026-12-31: the days are left out where there are none."""
        days = [str(day or "-") for day in (self.valid_from, self.valid_to)]
        return " ".join([self.kind, self.region.key, *(days if days != ["-", "-"] else [])])
