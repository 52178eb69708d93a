"""Who serves: categories of products, brands with who stands behind them, and the services they offer."""

import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as NotACode

from regions.choices import PromiseKind, ServiceKind

from .base import SluggedModel


class Category(SluggedModel):
    """A kind of product, for example 消毒柜. Two levels are enough for a directory of services."""

    name = models.CharField(_("name"), max_length=60, unique=True, help_text=_("For example 消毒柜."))
    name_en = models.CharField(
        _("English name"), max_length=60, blank=True, help_text=_("For example sterilising cabinets.")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
        help_text=_("A wider category, for example 厨房电器."),
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="category_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                violation_error_message=_("A category cannot be its own parent."),
            )
        ]

    def __str__(self) -> str:
        return self.name


def plain_credit_code(text: str) -> str:
    """A unified social credit code as it is kept, however it is written: full width, small letters, with blanks, its name before it."""
    code = unicodedata.normalize("NFKC", text).rpartition(":")[2].upper()
    return "".join(char for char in code if unicodedata.category(char)[0] not in "ZCP")


def read_credit_code(code: str) -> str:
    """The code itself. Raises ValidationError where it is none (GB 32100: its last character checks the others)."""
    try:
        return uscc.validate(code)
    except InvalidChecksum:
        said = gettext(
            "The last character of this credit code does not fit the others: look for a typing error."
        )
    except NotACode:
        said = gettext(
            "A unified social credit code has 18 digits and capitals (no I, O, S, V, Z), for example 91350100M000100Y43."
        )
    raise ValidationError(said)


class Organization(SluggedModel):
    """Who owns a brand or answers its telephone (HSDS `organization`).

    Two brands that share a number and an owner or operator are no conflict; that is what this record is for.
    """

    name = models.CharField(_("name"), max_length=120, help_text=_("For example 示例电器服务有限公司."))
    identifier = models.CharField(
        _("credit code"),
        max_length=18,
        blank=True,
        help_text=_("Unified social credit code, 18 characters, when known."),
    )
    url = models.URLField(_("website"), blank=True, help_text=_("For example https://service.example.com/."))

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def clean_fields(self, exclude=None) -> None:
        """The credit code is kept plain."""
        self.identifier = plain_credit_code(self.identifier)
        super().clean_fields(exclude)

    def clean(self) -> None:
        """The credit code is one, and no other record has it: one organization is one record."""
        super().clean()
        if not self.identifier:
            return
        try:
            self.identifier = read_credit_code(self.identifier)
        except ValidationError as error:
            raise ValidationError({"identifier": error}) from None
        same = Organization.objects.filter(identifier=self.identifier)
        if self.pk and same.filter(pk=self.pk).exists():
            return  # it had the code already
        if other := same.order_by("pk").first():
            said = gettext("%(name)s (%(slug)s) has this credit code: one organization is one record.")
            raise ValidationError({"identifier": said % {"name": other.name, "slug": other.slug}})


class Brand(SluggedModel):
    """A name under which products are sold and served, for example 阿拉好太太."""

    name = models.CharField(_("name"), max_length=120, unique=True, help_text=_("For example 阿拉好太太."))
    name_en = models.CharField(
        _("English name"), max_length=120, blank=True, help_text=_("For example Haier.")
    )
    owner = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_brands",
        verbose_name=_("owner"),
        help_text=_("Who owns the brand, when known."),
    )
    website = models.URLField(
        _("official website"), blank=True, help_text=_("The brand's own site, when known.")
    )
    maintainers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="brands",
        verbose_name=_("maintainers"),
        help_text=_("These users see and edit this brand and its services, and no others."),
    )
    is_example = models.BooleanField(
        _("invented example"), default=False, help_text=_("Set for invented brands of the demo directory.")
    )

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["name", "id"]
        permissions = [("edit_all_brands", _("Can edit all brands"))]

    def __str__(self) -> str:
        return self.name


class Service(SluggedModel):
    """What a brand does for a category of products in the field, and where (HSDS `service`).

    `nationwide_claimed` is what a page says about itself. It never becomes coverage: only rules do.
    """

    name = models.CharField(_("name"), max_length=160, help_text=_("For example 阿拉好太太消毒柜维修."))
    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        related_name="services",
        verbose_name=_("brand"),
        help_text=_("For example 阿拉好太太."),
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        related_name="services",
        verbose_name=_("category"),
        help_text=_("For example 消毒柜."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=ServiceKind,
        default=ServiceKind.REPAIR,
        help_text=_("For example repair."),
    )
    operator = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="operated_services",
        verbose_name=_("operator"),
        help_text=_("Who does the work or answers the telephone, when not the brand's owner."),
    )
    description = models.TextField(
        _("description"), blank=True, help_text=_("In your own words, one or two sentences.")
    )
    nationwide_claimed = models.BooleanField(
        _("claims to be nationwide"),
        default=False,
        help_text=_("The page says “全国”. A claim: it never becomes coverage by itself."),
    )
    steps = models.JSONField(
        _("application steps"),
        default=list,
        blank=True,
        help_text=_('Ordered list of short texts, for example ["电话预约", "上门检测", "报价确认"].'),
    )
    source = models.ForeignKey(
        "regions.Source",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        verbose_name=_("source"),
        help_text=_("Where this service is described."),
    )

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "category", "kind", "name"],
                name="service_unique",
                violation_error_message=_("This brand has a service of this name and kind already."),
            )
        ]
        indexes = [models.Index(fields=["category", "kind"], name="service_category_kind")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        from django.core.exceptions import ValidationError

        super().clean()
        if not isinstance(self.steps, list) or not all(
            isinstance(step, str) and step.strip() for step in self.steps
        ):
            raise ValidationError(
                {"steps": _('Give a list of texts, one for each step, for example ["电话预约", "上门检测"].')}
            )


class Promise(models.Model):
    """Something a page promises, kept as a fact with its source and line; a claim like everything a page says."""

    service = models.ForeignKey(
        Service,
        models.CASCADE,
        related_name="promises",
        verbose_name=_("service"),
        help_text=_("Whose promise it is."),
    )
    kind = models.CharField(
        _("kind"), max_length=16, choices=PromiseKind, help_text=_("For example service records.")
    )
    text = models.CharField(
        _("what is promised"), max_length=120, help_text=_("A short fact, for example 维修日志可追溯.")
    )
    source = models.ForeignKey(
        "regions.Source",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="promises",
        verbose_name=_("source"),
        help_text=_("Where it is promised."),
    )
    source_line = models.PositiveIntegerField(
        _("line"), null=True, blank=True, help_text=_("Line of the source, counted from 1.")
    )

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["service", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "kind", "text"],
                name="promise_unique",
                violation_error_message=_("This promise is on file already."),
            )
        ]

    def __str__(self) -> str:
        return self.text
