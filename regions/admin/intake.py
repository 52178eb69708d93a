"""Paste a list: draft, preview, apply, revert. The rules are `regions.services.intake`; here are pages only."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions import access
from regions.choices import Effect, ImportState, Verdict
from regions.models import CoverageImport, ImportLine, Service
from regions.services import intake
from regions.services.intake.export import FORMS, download
from regions.services.intake.proposals import add

from .badges import badge
from .base import BaseAdmin
from .intake_forms import PasteForm, is_key, read_other
from .intake_page import STATES, count_name, dress, other_lines, proposals
from .look import ChoicesFilter


@admin.register(CoverageImport)
class CoverageImportAdmin(BaseAdmin):
    """Imports. Adding one is pasting; looking at one is its preview, or what became of it."""

    list_display = (
        "title",
        "service",
        "state_badge",
        "mode",
        "tokens",
        "created_by",
        "created_at",
        "applied_at",
    )
    list_filter = (("state", ChoicesFilter), ("mode", ChoicesFilter))
    list_select_related = ("service__brand", "created_by")
    search_fields = ("service__name", "service__brand__name", "text")
    search_help_text = gettext_lazy("Service, brand, or a word of the list.")

    def get_urls(self):
        export = path(
            "export/<int:service_id>/<str:form>/",
            self.admin_site.admin_view(self.export_view),
            name="regions_coverageimport_export",
        )
        return [export, *super().get_urls()]

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).defer("text", "reading")

    def get_actions(self, request):
        return {}

    @admin.display(description=gettext_lazy("import"), ordering="id")
    def title(self, imp):
        return str(imp)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_badge(self, imp):
        return badge(imp.get_state_display(), STATES[imp.state])

    @admin.display(description=gettext_lazy("places"))
    def tokens(self, imp):
        return imp.counts.get("tokens", 0)

    # --- Pasting

    def add_view(self, request, form_url="", extra_context=None):
        """The paste box."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            form = PasteForm(request.user, request.POST, request.FILES)
            if form.is_valid():
                data = form.cleaned_data
                try:
                    imp = intake.draft(
                        service=data["service"],
                        text=data["text"],
                        mode=data["mode"],
                        source=data["source"],
                        actor=request.user,
                    )
                except intake.IntakeError as error:
                    form.add_error("text", error.messages)
                else:
                    return HttpResponseRedirect(self._address(imp))
        else:
            service = request.GET.get("service", "")
            form = PasteForm(request.user, initial={"service": service if is_key(service) else None})
        context = {"form": form, "media": self.media + form.media}
        return self._page(request, "paste", _("Paste a list"), context)

    # --- Preview and what follows

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The preview of a draft, or what became of an import; its buttons post back to it."""
        imp = self._find(request, object_id)
        if request.method == "POST":
            if not self.has_change_permission(request, imp) or not access.may_import(
                request.user, imp.service
            ):
                raise PermissionDenied
            return self._act(request, imp)
        show = request.GET.get("show", "")
        number = request.GET.get("p", "1")
        shown = intake.preview(
            imp,
            page=int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
            effects=(show,) if show in Effect.values else (),
        )
        for row in shown.rows:
            dress(row)
        context = {
            "imp": imp,
            "state": badge(imp.get_state_display(), STATES[imp.state]),
            "is_draft": imp.state == ImportState.DRAFT,
            "is_applied": imp.state == ImportState.APPLIED,
            "may": self.has_change_permission(request, imp) and access.may_import(request.user, imp.service),
            "preview": shown,
            "show": show if show in Effect.values else "",
            "counts": [(count_name(word), number) for word, number in imp.counts.items()],
            "effects": [(effect, Effect(effect).label, shown.effects[effect]) for effect in Effect.values],
            "exact_open": imp.lines.filter(
                decision=ImportLine.Decision.OPEN, verdict__in=(Verdict.RESOLVED, Verdict.RULES)
            ).count(),
            "historical_open": imp.lines.filter(
                decision=ImportLine.Decision.OPEN, verdict=Verdict.HISTORICAL, is_duplicate=False
            ).count(),
            "others": other_lines(imp),
            "exports": [(form, self._export_address(imp.service, form)) for form in FORMS],
            **proposals(imp),
        }
        return self._page(request, "preview", f"{imp} · {imp.service.name}", context)

    def _find(self, request, object_id: str) -> CoverageImport:
        found = None
        if is_key(object_id):
            rows = (
                super().get_queryset(request).select_related("service__brand", "service__category", "source")
            )
            found = rows.select_related("release", "created_by").filter(pk=object_id).first()
        if found is None:
            raise Http404(_("There is no such record, or it is not one of yours."))
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        return found

    def _act(self, request, imp: CoverageImport) -> HttpResponse:
        """Do what a button says and come back to the same place."""
        try:
            text = self._do(request, imp)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            if text:
                self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())

    def _do(self, request, imp: CoverageImport) -> str:
        post, actor = request.POST, request.user
        what, _colon, index = post.get("do", "").partition(":")
        if what == "accept-exact":
            return _("Accepted: %(count)d.") % {"count": intake.accept_exact(imp=imp)}
        if what == "accept-renames":
            return _("Accepted as renamed: %(count)d.") % {
                "count": intake.accept_renames(imp=imp, actor=actor)
            }
        if what == "apply":
            return self._apply(request, imp)
        if what == "revert":
            outcome = intake.revert(imp=imp, actor=actor)
            return _("Reverted: %(closed)d rules ended, %(created)d brought back.") % {
                "closed": outcome.closed,
                "created": outcome.created + outcome.changed,
            }
        if what == "add":
            kind, _dash, number = index.partition("-")
            text = post.get("fact", "")[:120].replace("\x00", "")
            return add(
                imp=imp, what=kind, index=int(number or 0) if number.isdigit() else 0, text=text, actor=actor
            )
        return self._decide(post, imp, actor, what, index)

    @staticmethod
    def _decide(post, imp: CoverageImport, actor, what: str, codes: str) -> str:
        key = post.get("line", "")
        line = imp.lines.filter(pk=key).first() if is_key(key) else None
        if line is None or what not in ("choose", "other", "skip", "reopen"):
            raise ValidationError(_("There is no such line."))
        if what == "reopen":
            intake.reopen(line=line)
        elif what == "skip":
            intake.decide(line=line, skip=True, actor=actor)
        else:
            include, exclude = (
                read_other(post.get("other", "")) if what == "other" else (codes.split(","), [])
            )
            intake.decide(line=line, include=include, exclude=exclude, actor=actor)
        return ""

    def _apply(self, request, imp: CoverageImport) -> str:
        outcome = intake.apply(
            imp=imp,
            actor=request.user,
            leave_open="leave_open" in request.POST,
            overrule="overrule" in request.POST,
        )
        if outcome.rest:
            self.message_user(
                request,
                _("%(count)d lines were left open; they are in %(rest)s.")
                % {"count": outcome.left, "rest": outcome.rest},
                messages.WARNING,
            )
        if outcome.nothing:
            return _("This list changes nothing: all of it stands already.")
        return _(
            "Applied: %(created)d new, %(changed)d changed, %(unchanged)d already there, %(closed)d closed."
        ) % {
            "created": outcome.created,
            "changed": outcome.changed,
            "unchanged": outcome.unchanged,
            "closed": outcome.closed,
        }

    # --- Export

    def export_view(self, request, service_id: int, form: str):
        """A service's list as a file that re-imports to no change."""
        service = access.limit(Service.objects.all(), request.user).filter(pk=service_id).first()
        if service is None or form not in FORMS:
            raise Http404(_("There is no such record, or it is not one of yours."))
        if not request.user.has_perm("regions.view_coveragerule"):
            raise PermissionDenied
        file = download(service, form)
        response = HttpResponse(file.content, content_type=file.content_type)
        response["Content-Disposition"] = f'attachment; filename="{file.name}"'
        return response

    @staticmethod
    def _export_address(service: Service, form: str) -> str:
        return reverse("admin:regions_coverageimport_export", args=[service.pk, form])

    @staticmethod
    def _address(imp: CoverageImport) -> str:
        return reverse("admin:regions_coverageimport_change", args=[imp.pk])

    def _page(self, request, name: str, title: str, context: dict) -> TemplateResponse:
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media,
            **context,
        }
        return TemplateResponse(request, f"admin/regions/coverageimport/{name}.html", context)
