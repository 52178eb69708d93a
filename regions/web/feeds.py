"""Atom feeds for those who follow a brand, a number or a place: one entry a change set."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID, uuid5

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
from regions.choices import ChangeAction, DisputeReason, DisputeState
from regions.keys import (
    check_number,
    hotline_of,
    read_hotline_key,
    read_region_key,
    read_rule_key,
    service_of,
)
from regions.lookup import news
from regions.lookup.news import News
from regions.models import Brand, Change, CoverageRule, Hotline, PhoneNumber, Region, Service, Verification
from regions.phones import display
from regions.wording import clauses, spelled

from .latin import with_pinyin
from .names import name_and_letters, plain_name
from .regions import code_of
from .words import reason_of_line

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
    """The same items, with the address of the page that they are about, what their records are called, what was found by

    a check and became of a report, and what limits their claims and lines today, said to be of today.
    """
    keys = {key for item in items for key in item.keys}
    claims = {hotline_of(key) for kind, key in keys if kind in ("hotline", "verification")}
    rules = {key for kind, key in keys if kind == "coverage-rule"}
    slugs = {service_of(key) for key in claims | rules}
    slugs |= {key for kind, key in keys if kind in ("service", "coverage-list")}
    codes = {read_rule_key(key).region for key in rules} | {
        read_region_key(key).code for kind, key in keys if kind == "region"
    }
    services = Service.objects.filter(slug__in=slugs).select_related("brand", "category")
    called = {each.slug: f"{name_and_letters(each.brand)} · {name_and_letters(each)}" for each in services}
    brands = {key for kind, key in keys if kind == "brand"}
    named = Brand.objects.filter(slug__in=brands) if brands else ()
    brand_names = {brand.slug: name_and_letters(brand) for brand in named}
    called |= Region.objects.filter(code__in=codes).order_by("valid_from").values_list("code", "full_name")
    limits: dict[str, str] = {}
    subjects: dict[tuple[str, int], str] = {}  # records that are reported, by key
    if claims:
        numbers = {read_hotline_key(key).number for key in claims}
        found = Hotline.objects.with_status().filter(number__canonical__in=numbers, service__slug__in=slugs)
        for claim in found.select_related("service", "number", "region"):
            limits[claim.key] = _today(limits_text(claim))
            subjects["hotline_id", claim.pk] = claim.key
    if rules:
        lines = CoverageRule.objects.filter(service__slug__in=slugs, region__code__in=codes)
        for rule in lines.select_related("service", "region"):
            limits[rule.key] = clauses([rule.get_kind_display(), _today(rule_limits(rule))])
            subjects["rule_id", rule.pk] = rule.key
    found_by = _checks(key for kind, key in keys if kind == "verification")
    reports = _reports(items, subjects)
    for item in items:
        here = {key for _kind, key in item.keys}
        happened = [said for key, said in reports.get(item.changeset, ()) if key in here]
        item.events = [found_by[key] for _kind, key in item.keys if key in found_by] + happened
        said = (
            _line(
                kind,
                key,
                brand_names if kind == "brand" else called,
                found_by.get(key) or limits.get(key, ""),
            )
            for kind, key in item.keys
        )
        item.page = page
        item.lines = [with_pinyin(line) for line in dict.fromkeys((*said, *happened))]
    return items


def _today(limits: str) -> str:
    return _("today: %(limits)s") % {"limits": limits} if limits else ""


def _checks(keys: Iterable[str]) -> dict[str, str]:
    """What each check found, by its key; a check is never rewritten."""
    numbers = {check_number(key): key for key in keys}
    found = Verification.objects.in_bulk(list(numbers)) if numbers else {}
    return {
        numbers[pk]: _("checked (%(method)s): %(result)s")
        % {"method": check.get_method_display(), "result": check.get_result_display()}
        for pk, check in found.items()
    }


def _reports(items: list[News], subjects: dict[tuple[str, int], str]) -> dict[UUID, list[tuple[str, str]]]:
    """What happened to reports in the change sets of some items: of each the key of what is reported, and what in words."""
    told: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    if not subjects:
        return told
    wanted = {item.changeset for item in items}
    for change in Change.objects.filter(changeset__in=wanted, kind="dispute").order_by("pk"):
        after, before = change.after or {}, change.before or {}
        key = next((key for (name, pk), key in subjects.items() if after.get(name) == pk), "")
        if not key:
            continue
        of_rule = after.get("rule_id") is not None
        reason = DisputeReason(after["reason"])
        which = {"reason": reason_of_line(reason) if of_rule else reason.label}
        if after["state"] != DisputeState.OPEN:
            which["state"] = DisputeState(after["state"]).label
            said = _("report decided: %(state)s (%(reason)s)") % which
        elif after.get("accepted") and not before.get("accepted"):
            said = _("disputed: %(reason)s") % which
        else:
            said = _("reported: %(reason)s") % which
        told[change.changeset].append((key, said))
    return told


def _line(kind: str, key: str, called: dict[str, str], limits: str) -> str:
    """A record in the words of people, also one that is gone: its key is made of what it was called."""
    names = [key]
    if kind == "coverage-rule":
        names = [read_rule_key(key).region, service_of(key)]
    elif kind in ("hotline", "verification"):
        claim = read_hotline_key(hotline_of(key))
        names = [
            spelled(claim.number, claim.extension),
            claim.service,
        ]
    elif kind == "number":
        names = [display(key)]
    elif kind == "region":
        names = [read_region_key(key).code]
    said = f"{KINDS.get(kind, kind)}: " + " · ".join(called.get(name, name) for name in names)
    return f"{said}: {limits}" if limits else said


class _Feed(Feed):
    """What all three have in common."""

    feed_type = Atom1Feed
    author_name = gettext_lazy("Service networks")  # Atom asks for one; who wrote a change is not public

    def item_title(self, item: News) -> str:
        if item.events:
            return clauses(dict.fromkeys(item.events))
        said = [
            f"{KINDS.get(kind, kind)}: {ChangeAction(action).label} {number}"
            for (kind, action), number in sorted(item.counts.items())
        ]
        return clauses(said)

    def item_description(self, item: News) -> str:
        """A line for each record: what it is called, and of a claim or a line for whom and until when, and what replaced it. Why it

        was written is not public, as in `/changes/`. Atom takes it as HTML.
        """
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in item.lines))

    def item_updateddate(self, item: News):
        return item.at

    def item_pubdate(self, item: News):
        return item.at

    def item_guid(self, item: News) -> str:
        """One an entry: what one change set did is told in other words to other readers, and on other pages."""
        return f"urn:uuid:{uuid5(item.changeset, item.page)}"

    def item_link(self, item: News) -> str:
        return item.page


class BrandFeed(_Feed):
    def get_object(self, request: HttpRequest, slug: str) -> Brand:
        return get_object_or_404(Brand, slug=slug)

    def title(self, brand: Brand) -> str:
        return _("What changes about %(name)s") % {"name": plain_name(brand)}

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
