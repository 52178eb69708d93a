"""Closing many rules at once: the day and the reason are asked, and all of them end on it, or nothing is written."""

import datetime
from collections.abc import Callable, Generator, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from regions import access
from regions.choices import Door, JobKind
from regions.models import CoverageRule, Dispute, Job
from regions.models.base import today
from regions.services import jobs, records
from regions.services.changes import change_set
from regions.services.lives import PastDays
from regions.services.rules import hold_lists, remove

from .jobs import hand_over
from .look import CheckboxInput, DateWidget, TextInput

# So many rules are named, of those that end and of those that cannot.
NAMED = 20


class CloseForm(forms.Form):
    """The day on which rules end, and why. Where some cannot end on it nothing is written, and they are named."""

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
            "What begins today or later has held on no day before: it cannot end, and is taken out whole. Undoing brings it back."
        ),
    )
    leave = forms.BooleanField(
        label=_("Leave those that cannot end on that day as they are, and close the others"),
        required=False,
        widget=CheckboxInput,
    )

    def __init__(self, data: Any, rules: QuerySet[CoverageRule], refused: Iterable[str] = ()) -> None:
        """`refused`: why the writing itself was, when the page is shown again."""
        super().__init__(data, initial={"on": today()})
        self.rules, self.refused = rules, list(refused)
        self.staying, self.more = list[CoverageRule](), 0
        if not self.is_bound:  # it is asked once there are such
            del self.fields["leave"]

    def clean(self):
        data = super().clean() or self.cleaned_data
        if data.get("on") and data["on"] < today() and not data.get("always"):
            self.add_error("always", PastDays().messages)
        if not self.errors and not data["leave"]:
            self._refuse_those_that_stay(data["on"], data["take_out"])
        if self.refused and not self.errors:
            self.add_error("on", [*self.refused, gettext("Nothing was changed.")])
        return data

    def _refuse_those_that_stay(self, day: datetime.date, take_out: bool) -> None:
        """All that cannot end are counted, and the first of them named, in one query."""
        found = self.rules.filter(stays(day, take_out)).annotate(in_all=Window(Count("pk")))
        self.staying = list(found.order_by("region__path", "pk")[:NAMED])
        if self.staying:
            count = self.staying[0].in_all  # type: ignore[attr-defined]
            text = ngettext(
                "%(count)d of these rules cannot end on that day, so nothing is written. Choose a later day, or tick below what becomes of it.",
                "%(count)d of these rules cannot end on that day, so nothing is written. Choose a later day, or tick below what becomes of them.",
                count,
            )
            self.more = count - len(self.staying)
            self.add_error("on", text % {"count": count})

    @property
    def chosen(self) -> QuerySet[CoverageRule]:
        """The rules that are to end, after what was answered."""
        asked = self.cleaned_data
        return self.rules.exclude(stays(asked["on"], asked["take_out"])) if asked["leave"] else self.rules


def stays(day: datetime.date, take_out: bool) -> Q:
    """Rules that cannot end on a day: they do not begin before it; taken out they can be, but for past days and reports."""
    late = Q(valid_from__gte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
    reported = Exists(Dispute.objects.filter(rule=OuterRef("pk")))
    return late & (Q(valid_from__lt=today()) | Q(reported)) if take_out else late


def ask_and_close(admin, request, rules: QuerySet[CoverageRule]):
    """Ask for the day and the reason, then close all of them; what hinders is said where it was typed."""
    rules = rules.filter(goes_on())
    sent = request.POST if "apply" in request.POST else None
    form = CloseForm(sent, rules, getattr(request, "refused", ()))
    if form.is_valid() and (answer := _begin_or_close(admin, request, form)):
        return answer
    across = request.POST.get("select_across") == "1"
    context = {
        **admin.admin_site.each_context(request),
        "title": gettext("Close coverage rules"),
        "opts": admin.opts,
        "form": form,
        "media": admin.media + form.media,
        "rules": rules[:NAMED],
        "count": rules.count(),
        "young": rules.filter(valid_from__gte=today()).count(),
        # All of the list are named by saying so: thousands of keys are more fields than a request may have.
        "across": across,
        "selected": rules.values_list("pk", flat=True)[: 1 if across else None],
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/regions/close_rules.html", context)


def _begin_or_close(admin, request, form: CloseForm):
    """Close them, or hand the work over; the way on, or None where the form has more to say."""
    asked, rules = form.cleaned_data, form.chosen
    if (total := rules.count()) >= jobs.MANY:
        params = {name: asked[name] for name in ("always", "take_out")} | {"on": asked["on"].isoformat()}
        params["rules"] = list(rules.order_by().values_list("pk", flat=True))
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
    with admin.recording(request, asked["reason"]):
        closed = close(list(rules), asked["on"], asked["always"], request.user, take_out=asked["take_out"])
    if not closed:
        form.add_error("on", NONE_LEFT)
        return None
    admin.message_user(request, closing_said(closed, asked["on"]), messages.SUCCESS)
    return HttpResponseRedirect(request.get_full_path())


NONE_LEFT = _("These rules end by that day already.")


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
) -> int:
    """Close them within a change set, and count them. Raises ValidationError where one of them cannot end on that day.

    What has held on no day before today, and does not begin before that day, is removed if that is asked (`take_out`).
    """
    closed = 0
    hold_lists({rule.service_id for rule in rules})
    with change_set(actor=user) as changes:
        for rule in progress(rules):
            if rule.valid_to and rule.valid_to <= day:  # it is to end before: closing makes nothing longer
                continue
            try:
                if rule.valid_from < max(day, today()):
                    rule.valid_to = day
                    records.save(rule, actor=user, correct=always)
                elif take_out:
                    remove(rule.service, [rule], changes)
                else:
                    raise ValidationError(too_young(rule.valid_from))
            except ValidationError as error:
                raise ValidationError(f"{rule.region.full_name}: {' '.join(error.messages)}") from None
            closed += 1
    return closed


def too_young(begins: datetime.date) -> str:
    """Why a rule cannot end on the day on which it begins, or before, and what can be done."""
    text = gettext(
        "It begins on %(day)s: it can end on %(next)s at the earliest, or be taken out (tick that)."
    )
    return text % {"day": begins, "next": begins + datetime.timedelta(days=1)}


def closing_said(closed: int, day: datetime.date) -> str:
    """What is said of rules that were closed."""
    ended = ngettext("%(count)d rule closed.", "%(count)d rules closed.", closed)
    if day > today():  # until then they hold
        ended = ngettext("%(count)d rule ends on %(day)s.", "%(count)d rules end on %(day)s.", closed)
    return ended % {"count": closed, "day": day}


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
        closed = close(rules, day, job.params["always"], user, told, take_out=take_out)
    job.result = {"told": [closing_said(closed, day) if closed else str(NONE_LEFT)]}
    job.changeset = changes.id if closed else None
    yield job.total
