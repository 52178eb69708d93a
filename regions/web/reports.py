"""Say that an entry is wrong, and see what became of the report. No login, no cookie, no names.

The form carries no token, for the page is the same for everybody; what comes from another site is refused instead.
What a report can and cannot do stands in docs/evidence.md; it is the same as through the API.
"""

from collections.abc import Callable, Iterable
from itertools import zip_longest

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from regions.api.disputes import OUTCOMES, find_hotline, find_rule
from regions.api.errors import Problem
from regions.api.throttling import WindowThrottle, client_address
from regions.choices import DisputeReason, DisputeState
from regions.models import Dispute, Hotline
from regions.services.disputes import (
    REASONS_FOR_HOTLINE,
    REASONS_FOR_RULE,
    STATEMENT_MAX,
    TooManyDisputes,
    open_disputes,
)

from .errors import not_allowed, page
from .page import asked, only_read, show
from .words import reason_of_line

# Between the references of a report that gives several reasons.
_SEVERAL = ","


# A report has a few sentences, whatever the admin takes in.
MOST_BYTES = 128 * 1024


class ReportThrottle(WindowThrottle):
    scope = "dispute"


class ReportForm(forms.Form):
    """What a reporter says: why, and what shows it."""

    reason = forms.MultipleChoiceField(
        label=gettext_lazy("What is wrong? Tick all that is true."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one box.")},
    )
    evidence_url = forms.URLField(
        label=gettext_lazy("A page that shows it"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("For example the brand's own page. It weighs most."),
    )
    statement = forms.CharField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=STATEMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("No names, addresses or numbers of people."),
    )

    def __init__(
        self, *args, reasons: Iterable[DisputeReason], label: Callable[[DisputeReason], str], **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [  # type: ignore[attr-defined]  # a choice field
            (reason.value, label(reason)) for reason in reasons
        ]


@method_decorator(csrf_exempt, name="dispatch")
class ReportView(View):
    """The form, for the hotline or the coverage rule that `?hotline=` or `?coverage_rule=` names."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        try:
            query = asked(request, "hotline", "coverage_rule")
            self.hotline = find_hotline(query.get("hotline"))
            self.rule = find_rule(query.get("coverage_rule"))
            if (self.hotline is None) == (self.rule is None):
                raise ValidationError("")
        except (Problem, ValidationError):  # a key that is none, or of nothing: said in the words of the page
            detail = _(
                "This address leads to no entry. Open the form from the number or the line that is wrong."
            )
            return show(request, "web/report.html", {"error": detail}, status=400)
        return super().dispatch(request, *args, **kwargs)

    def http_method_not_allowed(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return not_allowed(request, ["GET", "HEAD", "POST"])

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:  # not even read
            detail = _("What was sent is too large: a report takes %(most)s.")
            return page(request, 413, _("Too large"), detail % {"most": filesizeformat(MOST_BYTES)})
        form = self._form(request.POST)
        if not _from_here(request):
            form.add_error(None, _("The form was sent from another site; open it here and send it again."))
            return self._show(form, 403)
        if not form.is_valid():
            return self._show(form, 400)
        said = dict(form.cleaned_data)
        reasons = said.pop("reason")
        throttle = ReportThrottle()
        if not throttle.allow_request(request, self, len(reasons)):
            minutes = int((throttle.wait() or 0) // 60) + 1
            text = _("Too many reports from here; try again in %(n)d minutes. Each reason counts here.")
            form.add_error(None, text % {"n": minutes})
            response = self._show(form, 429)
            response["Retry-After"] = str(int(throttle.wait() or 0) + 1)
            return response
        try:
            reports = open_disputes(
                reasons=reasons,
                hotline=self.hotline,
                rule=self.rule,
                address=client_address(request),
                **said,
            )
        except TooManyDisputes as error:
            form.add_error(None, str(error))
            return self._show(form, 429)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self._show(form, 400)
        outcomes = {report.dispute.reference: report.outcome for report in reports}
        address = redirect("web:report-state", _SEVERAL.join(outcomes))
        address["Location"] += f"?outcome={_SEVERAL.join(outcomes.values())}"
        return address

    def _form(self, data=None) -> ReportForm:
        if self.hotline:
            return ReportForm(data, reasons=REASONS_FOR_HOTLINE, label=lambda reason: str(reason.label))
        return ReportForm(data, reasons=REASONS_FOR_RULE, label=reason_of_line)

    def _show(self, form: ReportForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "hotline": _as_told(self.hotline), "rule": self.rule}
        why = _("A form is nothing for engines.")
        return show(self.request, "web/report.html", context, status=status, why_not_indexed=why)


@only_read
def state(request: HttpRequest, references: str) -> HttpResponse:
    """What became of a report, by its reference, or of each of its reasons by theirs. Kept in no cache: it is the reporter's."""
    asked_for = list(dict.fromkeys(references.split(_SEVERAL)))
    found = Dispute.objects.select_related(
        "hotline__service", "hotline__number", "rule__service", "rule__region"
    ).in_bulk(asked_for[: len(DisputeReason)], field_name="reference")
    if len(found) < len(asked_for):
        raise Http404
    disputes = [found[reference] for reference in asked_for]
    if len({(dispute.hotline_id, dispute.rule_id) for dispute in disputes}) > 1:
        raise Http404
    outcomes = request.GET.get("outcome", "").split(_SEVERAL)
    told = [
        (dispute, OUTCOMES.get(outcome, ""))
        for dispute, outcome in zip_longest(disputes, outcomes[: len(disputes)])
    ]
    context = {
        "told": told,
        "references": _(", ").join(asked_for),
        "hotline": _as_told(disputes[0].hotline),
        "rule": disputes[0].rule,
        "to_answer": any(
            dispute.state == DisputeState.OPEN and not dispute.answered_at for dispute in disputes
        ),
    }
    why = _("A report is nothing for engines.")
    response = show(request, "web/report_state.html", context, why_not_indexed=why)
    response["Cache-Control"] = "no-store"
    return response


def _as_told(hotline: Hotline | None) -> Hotline | None:
    """A claim with what stands beside it wherever it is told: for whom, until when, what replaced it."""
    told = Hotline.objects.with_status().select_related("service", "number", "region")
    return told.get(pk=hotline.pk) if hotline else None


def _from_here(request: HttpRequest) -> bool:
    """False for a form that another site's page sent; browsers say where it comes from."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.get_host()
