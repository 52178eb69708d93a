"""Regions, their names, what became of them, and the editions they come from.

Structure comes from releases (`load_regions`) and is read-only here. Names that people use can be added.
"""

from django.contrib import admin
from django.db.models import Case, Exists, IntegerField, OuterRef, Prefetch, Q, Value, When
from django.db.models.functions import Length
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.choices import Precision, ReleaseState
from regions.codes import is_digits, trim
from regions.lookup import regions_meant
from regions.lookup.suggesting import suggest_places
from regions.models import Region, RegionName, Release, Succession

from .badges import badge, link, sets_link
from .base import BaseAdmin, PartMixin, ReadOnlyMixin, TabularInline
from .filters import OpenFilter, ParentFilter, RegionWithinFilter
from .look import ChoicesFilter

LISTED_CODES = 200


def day(value, precision: str) -> str:
    """A date as exactly as it is known: 2021-03-11, or 1983."""
    if value is None:
        return ""
    return f"{value:%Y}" if precision == Precision.YEAR else f"{value:%Y-%m-%d}"


def carry_over_link() -> list[tuple[str, str]]:
    """The way to the page, when it is there."""
    try:
        return [(gettext("Rules on abolished regions"), reverse("admin:regions_coveragerule_carry_over"))]
    except NoReverseMatch:
        return []


def matching(word: str) -> Q:
    """Regions that one word may mean: a code (6, 9 or 12 digits), a name or part of one, the beginning of a pinyin."""
    if is_digits(word):
        return Q(code__startswith=trim(word))
    other = RegionName.objects.filter(name__contains=word).values("region_id")
    condition = Q(name__contains=word) | Q(pk__in=other)
    if word.isascii():
        letters = word.lower().replace("'", "")
        condition |= Q(pinyin__startswith=letters) | initials(letters)
    elif 4 <= len(word) <= 12:
        # 四川富顺: a beginning that names what lies above, an end that names the region.
        for cut in range(2, len(word) - 1):
            condition |= Q(full_name__contains=word[:cut], name__startswith=word[cut:])
    return condition


# What may follow the first letter of a syllable that begins with a consonant, and of one that begins with a vowel.
_AFTER_CONSONANT, _AFTER_VOWEL = "h?[aeiouv]+(?:ng?|r)?", "[aeiou]*(?:ng?|r)?"
MOST_INITIALS = 10


def initials(letters: str) -> Q:
    """Regions whose pinyin begins with syllables that begin with these letters: fsx for 富顺县."""
    if not (2 <= len(letters) <= MOST_INITIALS and letters.isalpha()):
        return Q(pk__in=())
    first = letters[0]
    pattern = "".join(letter + (_AFTER_VOWEL if letter in "aeo" else _AFTER_CONSONANT) for letter in letters)
    # The range can go along the index; the pattern is asked of what it leaves.
    return Q(pinyin__gte=first, pinyin__lt=chr(ord(first) + 1), pinyin__regex=f"^{pattern}")


def search_regions(queryset, term: str):
    """Regions by code, name, short name, pinyin or another name, the likeliest first.

    Several words narrow down: each must be in the full path or the names, one at least in the names.
    """
    words = term.split()
    if not words:
        return queryset
    if len(words) == 1:
        condition = matching(words[0])
    else:
        condition, named = Q(), Q()
        for word in words:
            match = matching(word)
            condition &= match | Q(full_name__contains=word)
            named |= match
        condition &= named
    if not queryset.filter(condition).exists():
        # The first letters of a name (fsx), or an address or a list ("南宁市西乡塘区大学东路").
        begun = {suggestion.unit.code for suggestion in suggest_places(term, 20)}
        condition = Q(code__in=begun, valid_to=None) if begun else Q(pk__in=regions_meant(term))
    whole, last = "".join(words), words[-1]
    same = Q(name__in=[whole, last]) | Q(short_name__in=[whole, last]) | Q(code=whole)
    if whole.isascii():
        same |= Q(pinyin=whole.lower())
    same |= Q(Exists(RegionName.objects.filter(region=OuterRef("pk"), name__in=[whole, last])))
    return (
        queryset.filter(condition)
        .annotate(
            rank_exact=_zero_when(same),
            rank_open=_zero_when(Q(valid_to__isnull=True)),
            rank_prefix=_zero_when(Q(name__startswith=last)),
        )
        .order_by(
            "rank_exact", "rank_open", "level", Length("name"), "rank_prefix", "code", "valid_from", "pk"
        )
    )


def _zero_when(condition):
    return Case(When(condition, then=Value(0)), default=Value(1), output_field=IntegerField())


class NameInline(TabularInline):
    model = RegionName
    fields = ("name", "kind", "source")
    verbose_name_plural = _("other names")


class _SuccessionInline(ReadOnlyMixin, TabularInline):
    model = Succession
    fields = ("other", "kind", "on", "share", "document", "source")
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("old", "new")

    @admin.display(description=_("region"))
    def other(self, edge):
        region = edge.new if self.fk_name == "old" else edge.old
        return link(reverse("admin:regions_region_change", args=[region.pk]), region)

    @admin.display(description=_("date"))
    def on(self, edge):
        return day(edge.date, edge.precision)


class SuccessorInline(_SuccessionInline):
    fk_name = "old"
    verbose_name_plural = _("what became of it")


class PredecessorInline(_SuccessionInline):
    fk_name = "new"
    verbose_name_plural = _("what it took over")


@admin.register(Region)
class RegionAdmin(BaseAdmin):
    list_display = ("code", "path_of_names", "level", "state", "pinyin")
    list_display_links = ("code", "path_of_names")
    list_filter = (("level", ChoicesFilter), RegionWithinFilter, ParentFilter, OpenFilter)
    search_fields = ("code", "name", "short_name", "pinyin", "names__name")
    search_help_text = _("Code, name, short name, pinyin or another name; 四川 富顺 narrows down.")
    list_select_related = ("parent",)
    inlines = (NameInline, SuccessorInline, PredecessorInline)
    fieldsets = (
        (None, {"fields": ("code", "name", "short_name", "pinyin")}),
        (_("Place"), {"fields": ("level", "path_of_names", "above", "below")}),
        (_("Life"), {"fields": ("life", "state")}),
    )
    readonly_fields = (
        "code", "name", "short_name", "pinyin", "level", "path_of_names", "above", "below", "life", "state",
    )  # fmt: skip

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def save_model(self, request, obj, form, change) -> None:
        """Nothing of the region itself is edited here."""

    def get_queryset(self, request):
        successors = Prefetch("successions", Succession.objects.ends().select_related("new"))
        return super().get_queryset(request).prefetch_related(successors)

    def search(self, request, queryset, term):
        if not term and getattr(request.resolver_match, "url_name", "") == "autocomplete":
            return queryset.open().order_by("level", "code"), False
        if not term or request.GET.get("o"):
            return (
                queryset.filter(pk__in=search_regions(Region.objects.all(), term).values("pk"))
                if term
                else queryset
            ), False
        return search_regions(queryset, term), False

    def label_of(self, region) -> str:
        label = f"{region.full_name.replace('/', ' ')} ({region.code})"
        return label if region.is_open else f"{label} · {self.ended(region)}"

    def ended(self, region) -> str:
        """When a closed region ended and who took over, in a few words."""
        text = gettext("until %(day)s") % {"day": day(region.valid_to, region.to_precision)}
        names = "、".join(dict.fromkeys(edge.new.name for edge in region.successions.all()))
        return f"{text} → {names}" if names else text

    def get_links(self, request, obj=None):
        if obj is None:
            return []
        regions, rules = (
            reverse("admin:regions_region_changelist"),
            reverse("admin:regions_coveragerule_changelist"),
        )
        return [
            (_("Everything inside"), f"{regions}?within={obj.pk}"),
            (_("Rules inside this region"), f"{rules}?within={obj.pk}"),
            *sets_link(request, region=obj.pk),
        ]

    @admin.display(description=_("full path"), ordering="path")
    def path_of_names(self, region):
        return region.full_name.replace("/", " / ")

    @admin.display(description=_("state"), ordering="valid_to")
    def state(self, region):
        if region.is_open:
            return badge(gettext("current"), "good")
        return badge(self.ended(region), "care")

    @admin.display(description=_("life"))
    def life(self, region):
        return "{} – {}".format(
            day(region.valid_from, region.from_precision) or gettext("before the record"),
            day(region.valid_to, region.to_precision) or gettext("today"),
        )

    @admin.display(description=_("parent"))
    def above(self, region):
        if region.parent is None:
            return ""
        return link(
            reverse("admin:regions_region_change", args=[region.parent_id]),
            region.parent,
        )

    @admin.display(description=_("directly below"))
    def below(self, region):
        count = Region.objects.filter(parent=region, valid_to=None).count()
        address = f"{reverse('admin:regions_region_changelist')}?parent={region.pk}&state=open"
        return link(address, count) if count else "0"


@admin.register(RegionName)
class RegionNameAdmin(PartMixin, BaseAdmin):
    """All spellings in one searchable list; they are edited on the region's page."""

    part_of = "region"
    list_display = ("name", "kind", "region", "source")
    list_filter = (("kind", ChoicesFilter),)
    list_select_related = ("region",)
    search_fields = ("name", "region__code")
    fieldsets = ((None, {"fields": ("region", "name", "kind", "source")}),)


@admin.register(Succession)
class SuccessionAdmin(ReadOnlyMixin, BaseAdmin):
    part_of = "old"
    list_display = ("old", "new", "kind", "on", "share", "document")
    list_filter = (("kind", ChoicesFilter), ("share", ChoicesFilter))
    list_select_related = ("old", "new")
    search_fields = ("old__code", "old__name", "new__code", "new__name", "document")
    ordering = ("-date", "old", "new", "id")
    fieldsets = ((None, {"fields": ("old", "new", "kind", "on", "share", "document", "source")}),)
    readonly_fields = ("on",)

    @admin.display(description=_("date"), ordering="date")
    def on(self, edge):
        return day(edge.date, edge.precision)


def with_names(text: str, names: dict[str, str]) -> str:
    """Codes of a comparison with the names of the regions; older comparisons have none.

    Of two codes the first has its name before, the second its name after, where a code has both.
    """
    codes = str(text).split(" -> ")
    called = [names.get(code, "") for code in codes]
    if len(codes) > 1:
        called = [called[0].split(" → ")[0], *(name.split(" → ")[-1] for name in called[1:])]
    return " → ".join(f"{code} {name}".strip() for code, name in zip(codes, called, strict=True))


@admin.register(Release)
class ReleaseAdmin(ReadOnlyMixin, BaseAdmin):
    list_display = ("edition", "badge", "cut_off", "publisher", "loaded_at")
    list_filter = (("state", ChoicesFilter),)
    search_fields = ("edition", "publisher")
    fieldsets = (
        (None, {"fields": ("edition", "badge", "cut_off", "publisher", "licence", "checksum", "loaded_at")}),
        (_("Against the release before"), {"fields": ("difference",)}),
    )
    readonly_fields = ("badge", "difference")

    def get_links(self, request, obj=None):
        return carry_over_link() if request.user.has_perm("regions.view_coveragerule") else []

    @admin.display(description=_("state"), ordering="state")
    def badge(self, release):
        return badge(release.get_state_display(), "good" if release.state == ReleaseState.ACTIVE else "plain")

    @admin.display(description=_("comparison"))
    def difference(self, release):
        words = {
            "new": gettext("new"),
            "gone": gettext("gone"),
            "renamed": gettext("renamed"),
            "moved": gettext("moved"),
            "recoded": gettext("recoded"),
            "carved": gettext("carved out"),
        }
        names = release.comparison.get("names", {})
        counts, codes = release.comparison.get("counts", {}), release.comparison.get("codes", {})
        if not any(counts.values()):
            return gettext("No difference.")
        rows = []
        for word, title in words.items():
            listed = codes.get(word, [])
            more = (
                gettext(" and %d more") % (len(listed) - LISTED_CODES) if len(listed) > LISTED_CODES else ""
            )
            told = "、".join(with_names(text, names) for text in listed[:LISTED_CODES])
            rows.append((title, counts.get(word, 0), told + more))
        return format_html_join("", "<p><strong>{}: {}</strong><br>{}</p>", rows)
