"""Administrative divisions: their lives, their names, and what became of them."""

from typing import NamedTuple, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regions import keys
from regions.choices import Level, NameKind, Precision, Share, SuccessionKind
from regions.frozen import PathField

from .base import DatedQuerySet, period_constraint

COUNTRY_CODE = "100000"

code_validator = RegexValidator(
    r"\A(?:\d{6}|\d{9})\Z", _("A region code has six digits (GB/T 2260), or nine for a township.")
)


class Subtree(NamedTuple):
    """A region and all below it, as a range over `path`, not a prefix LIKE: SQLite would scan for the latter.

    "0" is the character after "/", so the range from "…/510300/" to "…/5103000" (exclusive) holds exactly the paths that
    begin with "…/510300/".
    """

    path: str
    behind: str

    @classmethod
    def of(cls, path: str) -> "Subtree":
        return cls(path, path[:-1] + "0")

    def holds(self, field: str = "path") -> Q:
        return Q(**{f"{field}__gte": self.path, f"{field}__lt": self.behind})


def subtree(path: str, field: str = "path") -> Q:
    """The condition "this region or anything below it"."""
    return Subtree.of(path).holds(field)


class RegionQuerySet(DatedQuerySet["Region"]):
    def under(self, region: "Region") -> Self:
        """Everything below a region, not the region itself."""
        return self.filter(subtree(region.path)).exclude(path=region.path)

    def within(self, region: "Region") -> Self:
        """A region and everything below it."""
        return self.filter(subtree(region.path))


class Region(models.Model):
    """One life of one division: a stretch of time in which a code meant a certain place under a certain name.

    A division that is renamed, recoded, upgraded or abolished gets its `valid_to`, and what follows is a row of
    its own; `Succession` joins them. Rows are never deleted, so an old list can still be read. Among open rows
    a code is unique; a name never is (28 full county names stand for more than one county).

    Where it falls down: before the edition's first day nothing is recorded; most dates of the past are known by their year only
    (`from_precision`, `to_precision`) and stand as 1 January of that year; a township closed before 2014 is not on
    file; outlines are not kept: of a boundary that moved only the succession of kind `transfer` tells.
    """

    code = models.CharField(
        _("code"),
        max_length=9,
        validators=[code_validator],
        help_text=_(
            "GB/T 2260, six digits, or nine for a township; 100000 is the whole country. For example 510322."
        ),
    )
    level = models.PositiveSmallIntegerField(
        _("level"),
        choices=Level,
        help_text=_(
            "For example county for 富顺县. A level may be missing above it: 济源市 has no prefecture."
        ),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
        help_text=_("The division directly above, of any higher level. For example 自贡市 for 富顺县."),
    )
    path = PathField(
        _("path"),
        max_length=64,
        editable=False,
        help_text=_("Codes from the country down to this region, for example 100000/510000/510300/510322/."),
    )
    name = models.CharField(_("name"), max_length=64, help_text=_("The official name, for example 富顺县."))
    short_name = models.CharField(
        _("short name"),
        max_length=64,
        blank=True,
        help_text=_("The name without its type, for example 富顺."),
    )
    full_name = models.CharField(
        _("full name"),
        max_length=200,
        help_text=_("All names from the province down, for example 四川省/自贡市/富顺县."),
    )
    pinyin = models.CharField(
        _("pinyin"),
        max_length=160,
        blank=True,
        help_text=_("Without tones and spaces, for example fushunxian."),
    )
    valid_from = models.DateField(
        _("valid from"),
        null=True,
        blank=True,
        help_text=_("First day; empty means before the record. For example 1983-01-01."),
    )
    from_precision = models.CharField(
        _("precision of the first day"),
        max_length=4,
        choices=Precision,
        default=Precision.DAY,
        help_text=_("“to the year” when only the year is known, for example 1983."),
    )
    valid_to = models.DateField(
        _("valid to"),
        null=True,
        blank=True,
        help_text=_(
            "First day on which it no longer existed; empty for a current region. For example 2021-03-11."
        ),
    )
    to_precision = models.CharField(
        _("precision of the end"),
        max_length=4,
        choices=Precision,
        default=Precision.DAY,
        help_text=_("“to the year” when only the year is known, for example 2021."),
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code", "valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_to__isnull=True),
                name="region_open_code_unique",
                violation_error_message=_("A current region with this code exists already; close it first."),
            ),
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="region_life_unique",
                violation_error_message=_("This code has a life that begins on the same day."),
            ),
            period_constraint("region_period"),
        ]
        indexes = [
            models.Index(fields=["path"], name="region_path"),
            models.Index(fields=["level", "code"], name="region_level_code"),
            models.Index(fields=["name"], name="region_name"),
            models.Index(fields=["short_name"], name="region_short_name"),
            models.Index(fields=["pinyin"], name="region_pinyin"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.code})"

    @property
    def key(self) -> str:
        """How URLs and changes name this life: the code, with the first day for a life that has ended."""
        return keys.region_key(self.code, not self.is_open, self.valid_from)

    @property
    def is_open(self) -> bool:
        return self.valid_to is None

    @property
    def known_from(self) -> str | None:
        """How precisely the first day is known; None where there is none."""
        return self.from_precision if self.valid_from else None

    @property
    def known_to(self) -> str | None:
        """How precisely the end is known; None for an open life."""
        return self.to_precision if self.valid_to else None

    @property
    def chain(self) -> list[str]:
        """Codes from the region itself up to the country."""
        return self.path.strip("/").split("/")[::-1]


class RegionName(models.Model):
    """Another spelling of a region, with its kind. Names and questions pass through the same normaliser.

    Former names that belong to a closed life of their own (襄樊市) are found through that life, not here.
    """

    region = models.ForeignKey(
        Region,
        models.CASCADE,
        related_name="names",
        verbose_name=_("region"),
        help_text=_("For example 恩施土家族苗族自治州."),
    )
    name = models.CharField(_("name"), max_length=64, help_text=_("For example 恩施州."))
    kind = models.CharField(
        _("kind"), max_length=10, choices=NameKind, help_text=_("For example “short with type” for 恩施州.")
    )
    source = models.CharField(
        _("source"), max_length=200, blank=True, help_text=_("Who uses this spelling, for example 民政部.")
    )

    class Meta:
        verbose_name = _("region name")
        verbose_name_plural = _("region names")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name", "kind"],
                name="region_name_unique",
                violation_error_message=_("This region has this name of this kind already."),
            )
        ]
        indexes = [models.Index(fields=["name"], name="region_name_name")]

    def __str__(self) -> str:
        return self.name


class SuccessionQuerySet(models.QuerySet):
    def ends(self):
        """Those that say what became of a life that ended; without the parts of one that lives on."""
        return self.exclude(kind=SuccessionKind.TRANSFER)


class Succession(models.Model):
    """What became of a region: one edge from a life that ended to one that took over all or part of it.

    A `transfer` is an edge of its own kind: a part of the old region went to the new one, a carve-out (临平区 out of
    余杭区) or a moved boundary, and the old region lived on. It is no fate of the old region: `ends()` leaves it out.

    n to n: a merger is several edges into one region, a split several out of one. `share` says how much of
    the *old* region went there. An edge may lead to a region that has closed since: follow the chain.

    Where it falls down: shares are words, not areas or populations; for most events before 2000 only the seat
    or the largest part is documented.
    """

    old = models.ForeignKey(
        Region,
        models.PROTECT,
        related_name="successions",
        verbose_name=_("old region"),
        help_text=_("For example 江干区 (330104)."),
    )
    new = models.ForeignKey(
        Region,
        models.PROTECT,
        related_name="predecessions",
        verbose_name=_("new region"),
        help_text=_("For example 上城区 (330102)."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=8,
        choices=SuccessionKind,
        help_text=_("For example “split” for 江干区 in 2021."),
    )
    date = models.DateField(_("date"), help_text=_("The day it took effect, for example 2021-03-11."))
    precision = models.CharField(
        _("precision"),
        max_length=4,
        choices=Precision,
        default=Precision.DAY,
        help_text=_("“to the year” when only the year is known, for example 2021."),
    )
    share = models.CharField(
        _("share"),
        max_length=5,
        choices=Share,
        default=Share.WHOLE,
        help_text=_("How much of the old region went there, for example “most”."),
    )
    document = models.CharField(
        _("document"), max_length=200, blank=True, help_text=_("For example 国函〔2021〕29号.")
    )
    source = models.CharField(
        _("source"),
        max_length=200,
        blank=True,
        help_text=_("Where this is stated, for example 民政部变更公告."),
    )

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["date", "old", "new", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["old", "new"],
                name="succession_unique",
                violation_error_message=_("This succession is on file already."),
            ),
            models.CheckConstraint(
                name="succession_not_to_itself",
                condition=~Q(old=models.F("new")),
                violation_error_message=_("A region cannot succeed itself."),
            ),
        ]

    def __str__(self) -> str:
        known = self._state.fields_cache
        if "old" in known and "new" in known:  # never at the price of a query
            return f"{self.old.name} → {self.new.name} ({self.date:%Y})"
        return f"{self.old_id} → {self.new_id} ({self.date:%Y})"
