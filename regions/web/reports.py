"""Say that an entry is wrong, and see what became of the report. No login, no cookie, no names.

The form carries no token, for the page is the same for everybody; what comes from another site is refused instead.
What a report can and cannot do stands in docs/evidence.md; it is the same as through the API.
"""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from regions.api.disputes import OUTCOMES, find_hotline, find_rule
from regions.api.errors import Problem
from regions.api.throttling import WindowThrottle, client_address
from regions.choices import DisputeReason
from regions.models import Dispute, Hotline
from regions.services.disputes import (
    REASONS_FOR_HOTLINE,
    REASONS_FOR_RULE,
    STATEMENT_MAX,
    TooManyDisputes,
    open_dispute,
)

from .errors import not_allowed
from .page import asked, only_read, show


class ReportThrottle(WindowThrottle):
    scope = "dispute"


class ReportForm(forms.Form):
    """What a reporter says: why, and what shows it."""

    reason = forms.ChoiceField(label=gettext_lazy("What is wrong?"), widget=forms.RadioSelect)
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

    def __init__(self, *args, reasons: Iterable[DisputeReason], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [  # type: ignore[attr-defined]  # a choice field
            (reason.value, reason.label) for reason in reasons
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
                raise ValidationError(_("Open the form from the number or the line that is wrong."))
        except (Problem, ValidationError) as error:
            detail = error.detail if isinstance(error, Problem) else " ".join(error.messages)
            return show(request, "web/report.html", {"error": detail}, status=400)
        return super().dispatch(request, *args, **kwargs)

    def http_method_not_allowed(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return not_allowed(request, ["GET", "HEAD", "POST"])

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not _from_here(request):
            form.add_error(None, _("The form was sent from another site; open it here and send it again."))
            return self._show(form, 403)
        if not form.is_valid():
            return self._show(form, 400)
        throttle = ReportThrottle()
        if not throttle.allow_request(request, self):
            minutes = int((throttle.wait() or 0) // 60) + 1
            form.add_error(
                None, _("Too many reports from here; try again in %(n)d minutes.") % {"n": minutes}
            )
            return self._show(form, 429)
        try:
            report = open_dispute(
                hotline=self.hotline,
                rule=self.rule,
                address=client_address(request),
                **form.cleaned_data,
            )
        except TooManyDisputes as error:
            form.add_error(None, str(error))
            return self._show(form, 429)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self._show(form, 400)
        address = redirect("web:report-state", report.dispute.reference)
        address["Location"] += f"?outcome={report.outcome}"
        return address

    def _form(self, data=None) -> ReportForm:
        return ReportForm(data, reasons=REASONS_FOR_HOTLINE if self.hotline else REASONS_FOR_RULE)

    def _show(self, form: ReportForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "hotline": _as_told(self.hotline), "rule": self.rule}
        why = _("A form is nothing for engines.")
        return show(self.request, "web/report.html", context, status=status, why_not_indexed=why)


@only_read
def state(request: HttpRequest, reference: str) -> HttpResponse:
    """What became of a report, by its reference. Kept in no cache: it is the reporter's."""
    disputes = Dispute.objects.select_related(
        "hotline__service", "hotline__number", "rule__service", "rule__region"
    )
    dispute = get_object_or_404(disputes, reference=reference)
    outcome = OUTCOMES.get(request.GET.get("outcome", ""), "")
    why = _("A report is nothing for engines.")
    response = show(
        request,
        "web/report_state.html",
        {"dispute": dispute, "hotline": _as_told(dispute.hotline), "outcome": outcome},
        why_not_indexed=why,
    )
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
