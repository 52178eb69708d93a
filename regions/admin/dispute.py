"""Reports of wrong entries, and their decisions."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.choices import DisputeState
from regions.models import Dispute

from .badges import account, badge, link
from .base import BaseAdmin
from .evidence_desk import number_page
from .evidence_forms import (
    DecisionForm,
    later_reports,
)
from .look import ChoicesFilter

STATES = {"open": "bad", "upheld": "care", "rejected": "plain"}


@admin.register(Dispute)
class DisputeAdmin(BaseAdmin):
    """Reports of wrong entries. They come in from outside and are decided here; nothing else about them is edited."""

    form = DecisionForm  # type: ignore[assignment]  # nothing of the record itself is edited
    list_display = (
        "reference",
        "state_badge",
        "about",
        "reason",
        "reports",
        "weight",
        "opened_at",
        "decided_at",
    )
    list_filter = (("state", ChoicesFilter), ("reason", ChoicesFilter))
    list_select_related = (
        "hotline__service__brand",
        "hotline__number",
        "rule__service__brand",
        "rule__region",
        "decided_by",
    )
    search_fields = (
        "reference",
        "hotline__number__canonical",
        "hotline__service__name",
        "rule__service__name",
    )
    search_help_text = _("Reference, digits or service.")
    ordering = ("-weight", "-opened_at", "-id")
    facts = (
        "reference",
        "state_badge",
        "about",
        "reason",
        "reports",
        "weight",
        "opened_at",
        "accepted_at",
        "statement",
        "evidence",
        "later",
        "answer",
        "answered_at",
    )
    outcome = ("decision", "who_decided", "decided_at")
    who_decided = account("decided_by", _("decided by"))
    readonly_fields = (*facts, *outcome)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_fieldsets(self, request, obj=None):
        decision: tuple[str, ...] = ("new_state", "new_decision", "seen", "read")
        if not self.has_change_permission(request, obj):
            decision = self.outcome
        elif obj and obj.state != DisputeState.OPEN:
            decision = (*self.outcome, *decision)
        return [(_("The report"), {"fields": self.facts}), (_("The decision"), {"fields": decision})]

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """What somebody else has decided meanwhile takes no decision, but the form is answered: his words are not lost."""
        open_ = obj is None or obj.state == DisputeState.OPEN or request.method == "POST"
        return open_ and super().has_change_permission(request, obj)

    def get_links(self, request, obj=None):
        if obj is None or obj.hotline is None:
            return []
        return [(gettext("The number's page"), number_page(obj.hotline.number.canonical))]

    def recording(self, request, reason: str | None = None, door: str = ""):
        """The reason of the decision is the reason of the changes it makes."""
        reason = request.POST.get("new_decision", "") if reason is None else reason
        return super().recording(request, reason[:200], door)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        extra_context = {**(extra_context or {}), "show_save_and_continue": False}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.position = getattr(request, "position_shown", 0)
        form.refused = getattr(request, "refused", ())
        return form

    def render_change_form(self, request, context, *args, **kwargs):
        """A form that is shown again has shown what was new; of what is decided nothing more is saved."""
        form, dispute = context["adminform"].form, context["original"]
        if form.is_bound:
            form.data = form.data.copy()
            form.data["read"] = str(len(dispute.further))
        context["show_save"] = dispute.state == DisputeState.OPEN
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request, obj, form, change) -> None:
        form.decide(request.user)

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, dispute):
        if dispute.state == DisputeState.OPEN and not dispute.accepted_at:
            return badge(gettext("to be read"), "care")
        return badge(dispute.get_state_display(), STATES[dispute.state])

    @admin.display(description=_("about"))
    def about(self, dispute):
        if dispute.hotline:
            hotline = dispute.hotline
            return link(number_page(hotline.number.canonical), str(hotline))
        return f"{dispute.rule.service.name} · {dispute.rule.region.full_name}"

    @admin.display(description=_("evidence"))
    def evidence(self, dispute):
        if not dispute.evidence_url:
            return "—"
        return format_html(
            '<a class="sn-link" href="{}" rel="noopener noreferrer" target="_blank">{}</a>',
            dispute.evidence_url,
            dispute.evidence_url,
        )

    @admin.display(description=_("later reports"))
    def later(self, dispute):
        return "\n".join(later_reports(dispute)) or "—"
