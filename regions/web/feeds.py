"""Atom feeds for those who follow a brand, a number or a place: one entry a change set."""

from collections.abc import Iterable

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.api.sentences import limits_text, rule_limits
from regions.choices import ChangeAction
from regions.keys import LIFE, read_hotline_key, rules_place
from regions.lookup import news
from regions.lookup.news import News
from regions.models import Brand, CoverageRule, Hotline, PhoneNumber, Region
from regions.phones import display
from regions.wording import clauses

from .latin import with_pinyin
from .regions import code_of

KINDS = {
    "brand": gettext_lazy("brand"),
    "service": gettext_lazy("service"),
    "number": gettext_lazy("number"),
    "hotline": gettext_lazy("claim on a number"),
    "verification": gettext_lazy("check of a number"),
    "coverage-rule": gettext_lazy("line of a list"),
    "coverage-list": gettext_lazy("whole list"),
    "region": gettext_lazy("place"),
}


def on_page(items: list[News], page: str) -> list[News]:
    """The same items, with the address of the page that they are about and what limits their claims and lines today."""
    keys = [key for item in items for key in item.keys]
    numbers = {read_hotline_key(key).number for kind, key in keys if kind == "hotline"}
    claims = Hotline.objects.with_status().filter(number__canonical__in=numbers)
    limits = {
        claim.key: with_pinyin(limits_text(claim))
        for claim in claims.select_related("service", "number", "region")
    }
    places = {rules_place(key) for kind, key in keys if kind == "coverage-rule"}
    slugs, codes = {slug for slug, _code in places}, {code.partition(LIFE)[0] for _slug, code in places}
    rules = CoverageRule.objects.filter(service__slug__in=slugs, region__code__in=codes)
    limits |= {rule.key: with_pinyin(rule_limits(rule)) for rule in rules.select_related("service", "region")}
    for item in items:
        item.page, item.limits = page, limits
    return items


class _Feed(Feed):
    """What all three have in common."""

    feed_type = Atom1Feed
    author_name = gettext_lazy("Service networks")  # Atom asks for one; who wrote a change is not public

    def item_title(self, item: News) -> str:
        said = [
            f"{KINDS.get(kind, kind)}: {ChangeAction(action).label} {number}"
            for (kind, action), number in sorted(item.counts.items())
        ]
        return clauses(said)

    def item_description(self, item: News) -> str:
        """A line for each record: its key, and of a claim or a line for whom and until when, and what replaced it. Why it was written is

        not public, as in `/changes/`. Atom takes it as HTML.
        """
        keys = dict.fromkeys(key for _kind, key in item.keys)
        lines = (f"{key}: {item.limits[key]}" if item.limits.get(key) else key for key in keys)
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))

    def item_updateddate(self, item: News):
        return item.at

    def item_pubdate(self, item: News):
        return item.at

    def item_guid(self, item: News) -> str:
        return f"urn:uuid:{item.changeset}"

    def item_link(self, item: News) -> str:
        return item.page


class BrandFeed(_Feed):
    def get_object(self, request: HttpRequest, slug: str) -> Brand:
        return get_object_or_404(Brand, slug=slug)

    def title(self, brand: Brand) -> str:
        return _("What changes about %(name)s") % {"name": brand.name}

    def link(self, brand: Brand) -> str:
        return reverse("web:brand", args=[brand.slug])

    def items(self, brand: Brand) -> Iterable[News]:
        return on_page(news.of_brand(brand), self.link(brand))


class NumberFeed(_Feed):
    def get_object(self, request: HttpRequest, canonical: str) -> PhoneNumber:
        return get_object_or_404(PhoneNumber, canonical=canonical)

    def title(self, number: PhoneNumber) -> str:
        return _("What changes about %(name)s") % {"name": display(number.canonical)}

    def link(self, number: PhoneNumber) -> str:
        return reverse("web:number", args=[number.canonical])

    def items(self, number: PhoneNumber) -> Iterable[News]:
        return on_page(news.of_number(number.canonical), self.link(number))


class RegionFeed(_Feed):
    def get_object(self, request: HttpRequest, code: str) -> Region:
        lives = Region.objects.filter(code=code_of(code))
        region = lives.open().first() or lives.order_by("-valid_to").first()
        if region is None:
            raise Http404
        return region

    def title(self, region: Region) -> str:
        return with_pinyin(_("What changes about %(name)s") % {"name": region.full_name})

    def link(self, region: Region) -> str:
        return reverse("web:region", args=[region.code])

    def items(self, region: Region) -> Iterable[News]:
        return on_page(news.of_region(region), self.link(region))
