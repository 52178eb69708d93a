"""Rules on abolished regions: what became of each region, and where its rules go.

The rules of the matter are `regions.services.carry_over`; here is the page only.
"""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regions import access
from regions.choices import RuleKind, Share
from regions.codes import is_digits
from regions.lookup.carve_outs import all_doubts
from regions.lookup.territory import came_over
from regions.models import CoverageRule, Region
from regions.services.carry_over import Proposal, carry_over, carry_over_all, propose, settle, stranded
from regions.texts import plain

from .badges import RULE, badge
from .intake_forms import read_other
from .key_select import is_key
from .region import day

if TYPE_CHECKING:
    from .base import BaseAdmin as Base
else:  # stands beside one
    Base = object

PER_PAGE = 25
# So many rules go with one press of the button: a request must end.
AT_ONCE = 1_000
# More townships than any county has.
MOST_REGIONS = 200
SHARE = {"whole": "good", "most": "news", "part": "care"}


class CarryOverMixin(Base):
    """The page of a coverage rule's admin on which rules are carried over to what became of their regions."""

    def get_urls(self):
        page = path(
            "carry-over/",
            self.admin_site.admin_view(self.carry_over_view),
            name="regions_coveragerule_carry_over",
        )
        return [page, *super().get_urls()]

    def carry_over_view(self, request):
        """The rules a user may see, by abolished region, a page at a time; the buttons post back to it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        mine = access.limit(CoverageRule.objects.all(), request.user)
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            return self._carry(request, mine)
        return self._carry_over_page(request, mine)

    def _carry_over_page(self, request, mine) -> TemplateResponse:
        """What is to be decided; after a refusal with what was ticked and typed."""
        rules = stranded(mine).select_related("region", "service__brand", "source", "import_line")
        page = Paginator(rules, PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Rules on abolished regions"),
            "opts": self.opts,
            "media": self.media,
            "page": page,
            "groups": groups(propose(page.object_list)),
            "doubts": all_doubts(mine)[: PER_PAGE + 1],
            "per_page": PER_PAGE,
            "typed": request.POST,
            "to": request.POST.getlist("to"),
            "ticked": [int(key) for key in request.POST.getlist("rule") if is_key(key)],
            "may": self.has_change_permission(request),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/regions/carry_over.html", context)

    def _carry(self, request, mine) -> HttpResponse:
        """Do what a button says, all of it or nothing, and come back to the same page."""
        try:
            does = request.POST.get("do")
            if does == "all":
                self._carry_all(request, mine)
            elif does in RuleKind.values:
                self._settle(request, mine, does)
            else:
                self._carry_chosen(request, mine)
        except ValidationError as error:
            text = " ".join(error.messages)
            self.message_user(request, " ".join((text, _("Nothing was changed."))), messages.ERROR)
            return self._carry_over_page(request, mine)
        return HttpResponseRedirect(request.get_full_path())

    def _carry_all(self, request, mine) -> None:
        with self.recording(request, _("carried over to the regions that followed")):
            done, left = carry_over_all(rules=mine, actor=request.user, at_most=AT_ONCE)
        if not done:
            self.message_user(request, _("There is nothing left that needs no person."), messages.WARNING)
            return
        text = ngettext("%d rule was carried over.", "%d rules were carried over.", done) % done
        if any(proposal.automatic for proposal in left):
            text += " " + _("There are more; press the button again, or run manage.py carry_over.")
        self.message_user(request, text, messages.SUCCESS)

    def _carry_chosen(self, request, mine) -> None:
        """The chosen rules of one abolished region go to the chosen regions."""
        keys = [key for key in request.POST.getlist("rule")[:PER_PAGE] if is_key(key)]
        rules = list(stranded(mine).filter(pk__in=keys))
        if not keys:
            raise ValidationError(_("Choose at least one rule."))
        if len(rules) != len(set(keys)):
            raise ValidationError(
                _(
                    "Some of these rules have ended or were carried over by somebody else; look at the page again."
                )
            )
        regions = chosen_regions(request.POST)
        with self.recording(request, _("carried over from %(region)s") % {"region": rules[0].region}):
            for rule in rules:
                carry_over(rule=rule, to=regions, actor=request.user)
        text = ngettext("%d rule was carried over.", "%d rules were carried over.", len(rules)) % len(rules)
        self.message_user(
            request, f"{text} → {'、'.join(str(region) for region in regions)}", messages.SUCCESS
        )

    def _settle(self, request, mine, kind: str) -> None:
        """What an older list means for a part that left since: a rule on that part, either way."""
        key = request.POST.get("rule", "")
        rule = mine.select_related("region", "service").filter(pk=key).first() if is_key(key) else None
        (region,) = chosen_regions(request.POST)[:1]
        if rule is None:
            raise ValidationError(_("Choose at least one rule."))
        with self.recording(request, _("a part of %(region)s") % {"region": rule.region}):
            new = settle(rule=rule, region=region, kind=kind, actor=request.user)
        self.message_user(request, f"{new.get_kind_display()} · {new}", messages.SUCCESS)


def chosen_regions(post) -> list[Region]:
    """The regions somebody ticked or typed. Raises ValidationError where one is none, or is abolished by now."""
    codes = [code for code in post.getlist("to")[:MOST_REGIONS] if is_digits(code)]
    if other := plain(post.get("other", "")).strip()[:200]:
        include, exclude = read_other(other)
        if exclude:
            raise ValidationError(_("Name regions only; an exception is a rule of its own."))
        codes += include
    codes = list(dict.fromkeys(codes))
    if not codes:
        raise ValidationError(_("Choose at least one region to carry the rule over to."))
    regions = {region.code: region for region in Region.objects.open().filter(code__in=codes)}
    if missing := [code for code in codes if code not in regions]:
        raise ValidationError(_("Not a current region: %(codes)s.") % {"codes": "、".join(missing)})
    return [regions[code] for code in codes]


def groups(proposals: list[Proposal]) -> list[dict]:
    """Proposals by abolished region, dressed for the template."""
    found: dict[int, dict] = {}
    asked = [proposal.rule.region for proposal in proposals if proposal.needs_person]
    over = came_over({region.pk: region for region in asked}.values())
    towns = {
        town.code: town
        for town in Region.objects.open().filter(code__in=[code for codes in over.values() for code in codes])
    }
    for proposal in proposals:
        rule = proposal.rule
        group = found.get(rule.region_id) or found.setdefault(rule.region_id, _group(proposal))
        group["towns"] = [towns[code] for code in over.get(rule.region_id, ()) if code in towns]
        group["automatic"] |= proposal.automatic
        group["rows"].append(
            {
                "rule": rule,
                "kind": badge(rule.get_kind_display(), RULE[rule.kind]),
                "why": proposal.needs_person,
                "in_the_way": proposal.in_the_way,
            }
        )
    return list(found.values())


def _group(proposal: Proposal) -> dict:
    region, successors = proposal.rule.region, proposal.successors
    return {
        "region": region,
        "ended": day(region.valid_to, region.to_precision),
        "by_itself": proposal.same_territory,
        "why": "" if proposal.same_territory else proposal.needs_person,
        "successors": [
            {
                "region": one.region,
                "share": badge(Share(one.share).label, SHARE[one.share]),
                "kind": one.succession.get_kind_display(),
                "document": one.succession.document,
            }
            for one in successors
        ],
        "automatic": False,
        "rows": [],
    }
