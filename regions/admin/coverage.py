"""Coverage rules: where a service works. A rule that no longer holds is closed, not deleted."""

import datetime
from collections.abc import Callable, Generator, Iterable
from functools import reduce
from operator import or_
from typing import cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from regions import access
from regions.choices import Door, JobKind, Level
from regions.lookup import regions_meant
from regions.models import CoverageRule, Job, Region, Service
from regions.models.base import today
from regions.models.region import subtree
from regions.services import jobs, records
from regions.services.changes import change_set
from regions.services.lives import PastDays
from regions.services.rules import hold_lists, remove

from .badges import RULE, badge, sets_link
from .base import BaseAdmin, by_letters
from .carry_over import CarryOverMixin
from .filters import BrandFilter, OpenFilter, RegionLevelFilter, ServiceFilter, WithinFilter
from .forms import DatedForm
from .jobs import hand_over
from .key_select import is_key
from .look import CheckboxInput, ChoicesFilter, DateWidget, TextInput
from .region import carry_over_link, matching
from .service import paste_link, tree_link
from .spreadsheets import SpreadsheetMixin
from .spreadsheets.coverage import CoverageRuleResource


class CloseForm(forms.Form):
    """The day on which rules end, and why."""

    on = forms.DateField(
        label=_("valid to"),
        widget=DateWidget,
        help_text=_("First day on which they no longer hold; a rule cannot end before it has begun."),
    )
    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=200,
        widget=TextInput,
        help_text=_("One sentence for the audit trail, for example the branch was given up."),
    )
    always = forms.BooleanField(
        label=_("It was always wrong: correct the past days too"),
        required=False,
        widget=CheckboxInput,
        help_text=_("Needed for a day before today."),
    )
    take_out = forms.BooleanField(
        label=_("Take out those that do not begin before that day"),
        required=False,
        widget=CheckboxInput,
        help_text=_(
            "What begins today or later has held on no day before: it cannot end, and is taken out whole. Undoing brings it back. Else it stays and is named."
        ),
    )

    def clean(self):
        data = super().clean() or self.cleaned_data
        if data.get("on") and data["on"] < today() and not data.get("always"):
            self.add_error("always", PastDays().messages)
        return data


# So many regions are named one by one; of more the database makes its own list.
MOST_NAMED = 3_000


# Of so many regions that a word may mean, what lies in them is found too.
MOST_AREAS = 100


def on_regions(word: str) -> Q:
    """Rules in the regions that one word may mean: a code or its beginning, a name or part of one, a pinyin."""
    return in_regions(Region.objects.filter(matching(word)))


def in_regions(meant: QuerySet[Region]) -> Q:
    """Rules on these regions and on what lies in them: ranges of paths, which the order of the list follows."""
    meant = meant.order_by()
    rows = list(meant.values_list("level", "path")[: MOST_NAMED + 1])
    if len(rows) > MOST_NAMED:
        return Q(region_id__in=meant.values("pk"))
    tops: list[str] = []
    for path in sorted(path for level, path in rows if Level.COUNTRY < level < Level.TOWNSHIP):
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    ranges = [subtree(path, "region__path") for path in tops] if len(tops) <= MOST_AREAS else []
    covered = tuple(tops) if ranges else ()
    alone = [path for _level, path in rows if not path.startswith(covered)]
    return reduce(or_, [*ranges, Q(region__path__in=alone)] if alone or not ranges else ranges)


def of_services(word: str) -> Q:
    """Rules of services whose name, or whose brand's, holds a word, or that it spells in pinyin."""
    spelled = by_letters({"brand": "brand", "category": "category"}, word)
    named = Q(name__icontains=word) | Q(brand__name__icontains=word) | spelled
    return _of(Service.objects.filter(named), "service_id")


def with_note(word: str) -> Q:
    return _of(CoverageRule.objects.filter(note__gt="", note__contains=word), "pk")


def _of(rows: QuerySet, column: str) -> Q:
    """Rules of such rows. Nothing is asked of the rules where there are none: each way more makes the others dear."""
    found = rows.order_by().values_list("pk", flat=True)
    keys = list(found[: MOST_NAMED + 1])
    return Q(**{f"{column}__in": keys if len(keys) <= MOST_NAMED else found}) if keys else Q()


class KeysFirst(Paginator):
    """A page of keys, then its rows: with what it shows joined in, SQLite sorts all rules before it shows a hundred."""

    def page(self, number):
        page = super().page(number)
        some = cast("QuerySet[CoverageRule]", page.object_list)
        keys = list(some.select_related(None).values_list("pk", flat=True))
        rows = some.model._default_manager.select_related(*CoverageRuleAdmin.list_select_related).in_bulk(
            keys
        )
        page.object_list = [rows[key] for key in keys if key in rows]
        return page


@admin.register(CoverageRule)
class CoverageRuleAdmin(CarryOverMixin, SpreadsheetMixin, BaseAdmin):
    resource_classes = [CoverageRuleResource]
    long_table_command = "import_coverage"
    list_display = ("region_name", "kind_badge", "of_service", "period", "response_hours", "note")
    list_filter = (
        ("kind", ChoicesFilter),
        OpenFilter,
        RegionLevelFilter,
        WithinFilter,
        BrandFilter,
        ServiceFilter,
    )
    list_select_related = ("region", "service__brand", "source")
    ordering = ("region__path", "service", "valid_from", "id")
    # What an index brings in order; kinds and states are filters.
    sortable_by = ("region_name", "of_service")
    # Rules of one service, by place: the path is asked for, not joined, so that an index brings the services in order.
    ordering_of_chosen = (
        "service_id",
        Subquery(Region.objects.filter(pk=OuterRef("region_id")).values("path")),
        "valid_from",
        "id",
    )
    paginator = KeysFirst
    search_fields = ("region__name", "region__code", "service__name", "service__brand__name", "note")
    search_help_text = _("Region name or code, service, brand or note.")
    key_fields = ("service", "region", "valid_from")
    form = DatedForm
    actions = ("close_rules",)
    fieldsets = (
        (None, {"fields": ("service", "region", "kind")}),
        (_("When"), {"fields": (("valid_from", "valid_to"),)}),
        (_("Details"), {"fields": ("response_hours", "note", "source", "origin")}),
    )
    readonly_fields = ("origin",)

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def search(self, request, queryset, term):
        """Rules on the regions that the text or its words mean, of the services and brands so called, with such a note.

        Regions and services are looked up first: the rules are then found along their indexes, however many there are.
        """
        if not term:
            return queryset, False
        condition = Q()
        for word in term.split():
            condition &= on_regions(word) | of_services(word) | with_note(word)
        if meant := regions_meant(term):
            condition |= in_regions(Region.objects.filter(pk__in=meant))
        return queryset.filter(condition), False

    def get_ordering(self, request):
        return self.ordering_of_chosen if ORDER_VAR in request.GET else self.ordering

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_links(self, request, obj=None):
        if obj is None:
            chosen = request.GET.get("service", "")
            return (tree_link(int(chosen)) if is_key(chosen) else []) + paste_link() + carry_over_link()
        code = obj.region.code if obj.region.is_open else ""
        return (
            tree_link(obj.service_id, code)
            + sets_link(request, service=obj.service_id, region=obj.region_id)
            + paste_link(service=obj.service_id)
            + ([] if obj.region.is_open else carry_over_link())
        )

    @admin.display(description=_("region"), ordering="region__path")
    def region_name(self, rule):
        return f"{rule.region.full_name.replace('/', ' / ')} ({rule.region.code})"

    @admin.display(description=_("service"), ordering="service_id")
    def of_service(self, rule):
        return str(rule.service)

    @admin.display(description=_("kind"))
    def kind_badge(self, rule):
        return badge(rule.get_kind_display(), RULE[rule.kind])

    @admin.display(description=_("valid"))
    def period(self, rule):
        return f"{rule.valid_from} – {rule.valid_to or ''}"

    @admin.display(description=_("import line"))
    def origin(self, rule):
        line = rule.import_line
        return (
            gettext("line %(line)d: %(token)s") % {"line": line.line_no, "token": line.token} if line else ""
        )

    @admin.action(description=_("Close the selected rules …"), permissions=["change"])
    def close_rules(self, request, queryset):
        """Ask for the day and the reason, then close all that can be closed; the others are named."""
        queryset = queryset.filter(goes_on())
        across = request.POST.get("select_across") == "1"
        form = CloseForm(request.POST if "apply" in request.POST else None, initial={"on": today()})
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Close coverage rules"),
                "opts": self.opts,
                "form": form,
                "media": self.media + form.media,
                "rules": queryset[:20],
                "count": queryset.count(),
                "young": queryset.filter(valid_from__gte=today()).count(),
                # All of the list are named by saying so: thousands of keys are more fields than a request may have.
                "across": across,
                "selected": queryset.values_list("pk", flat=True)[: 1 if across else None],
                "checkbox": helpers.ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/regions/close_rules.html", context)
        asked = form.cleaned_data
        if (total := queryset.count()) >= jobs.MANY:
            params = {name: asked[name] for name in ("always", "take_out")} | {"on": asked["on"].isoformat()}
            params["rules"] = list(queryset.order_by().values_list("pk", flat=True))
            subject = gettext("%(count)d rules") % {"count": total}
            return hand_over(
                jobs.begin(
                    JobKind.END,
                    by=request.user,
                    subject=subject,
                    total=total,
                    reason=asked["reason"],
                    **params,
                )
            )
        with self.recording(request, asked["reason"]):
            closed, refused = close(
                list(queryset), asked["on"], asked["always"], request.user, take_out=asked["take_out"]
            )
        for level, text in closing_said(closed, refused, asked["on"]):
            self.message_user(request, text, level)
        return HttpResponseRedirect(request.get_full_path())


def goes_on() -> Q:
    """Rules that have not ended: without an end, or with one that is planned."""
    return Q(valid_to=None) | Q(valid_to__gt=today())


def close(
    rules: list[CoverageRule],
    day: datetime.date,
    always: bool,
    user,
    progress: Callable[[Iterable], Iterable] = iter,
    *,
    take_out: bool = False,
) -> tuple[int, list[str]]:
    """Close those that can be closed, within a change set: how many, and what is said of the others.

    What has held on no day before today, and does not begin before that day, is removed if that is asked (`take_out`).
    """
    closed, refused = 0, []
    hold_lists({rule.service_id for rule in rules})
    for rule in progress(rules):
        if rule.valid_to and rule.valid_to <= day:  # it is to end before: closing makes nothing longer
            continue
        young = rule.valid_from >= max(day, today())
        try:
            if young and take_out:
                with change_set(actor=user) as changes:
                    remove(rule.service, [rule], changes)
            elif young:
                raise ValidationError(too_young(rule.valid_from))
            else:
                rule.valid_to = day
                records.save(rule, actor=user, correct=always)
            closed += 1
        except ValidationError as error:
            refused.append(f"{rule.region.full_name}: {' '.join(error.messages)}")
    return closed, refused


def too_young(begins: datetime.date) -> str:
    """Why a rule cannot end on the day on which it begins, or before, and what can be done."""
    text = gettext(
        "It begins on %(day)s: it can end on %(next)s at the earliest, or be taken out (tick that)."
    )
    return text % {"day": begins, "next": begins + datetime.timedelta(days=1)}


def closing_said(closed: int, refused: list[str], day: datetime.date) -> list[tuple[int, str]]:
    """What is said of rules that were closed, and of the first of those that were not."""
    said = [(messages.ERROR, text) for text in refused[:10]]
    if closed:
        ended = ngettext("%(count)d rule closed.", "%(count)d rules closed.", closed)
        if day > today():  # until then they hold
            ended = ngettext("%(count)d rule ends on %(day)s.", "%(count)d rules end on %(day)s.", closed)
        said.insert(0, (messages.SUCCESS, ended % {"count": closed, "day": day}))
    if len(refused) > 10:
        said.append(
            (messages.ERROR, gettext("… and %d more that could not be closed.") % (len(refused) - 10))
        )
    return said or [(messages.WARNING, gettext("These rules end by that day already."))]


@jobs.work(JobKind.END)
def _in_a_job(job: Job, told: jobs.Told) -> Generator[int]:
    user, keys = job.created_by, job.params["rules"]
    jobs.allowed(user, "change_coveragerule")
    mine = access.limit(CoverageRule.objects.all(), user).filter(goes_on())
    mine = mine.select_related("region", "service__brand").order_by("pk")
    rules = [rule for at in range(0, len(keys), 500) for rule in mine.filter(pk__in=keys[at : at + 500])]
    with change_set(actor=user, reason=job.reason, door=Door.ACTION) as changes:
        day = datetime.date.fromisoformat(job.params["on"])
        take_out = job.params.get("take_out", False)
        closed, refused = close(rules, day, job.params["always"], user, told, take_out=take_out)
    job.result = {"told": [text for _level, text in closing_said(closed, refused, day)]}
    job.changeset = changes.id if closed else None
    yield job.total
