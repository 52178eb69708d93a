"""Paste a list: draft, preview, apply, revert. The rules are `regions.services.intake`; here are pages only."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions import access
from regions.choices import Effect, ImportMode, ImportState, Verdict
from regions.models import Change, ChangeSet, CoverageImport, ImportLine, Service
from regions.models.base import today
from regions.postings.touched import RULE
from regions.services import intake
from regions.services.intake.closing import closes_most
from regions.services.intake.export import FORMS, as_text, download

from .badges import badge
from .base import BaseAdmin, clean_term
from .intake_buttons import ROWS_AT_ONCE, press
from .intake_forms import PasteForm
from .intake_page import STATES, count_name, dress_all, other_lines, proposals
from .key_select import is_key
from .look import ChoicesFilter
from .undone import tell_undone


def _changes(action: str, **conditions):
    """How many changes of rules an import's change set holds."""
    changes = Change.objects.filter(changeset=OuterRef("changeset"), kind=RULE, action=action, **conditions)
    counted = changes.order_by().values("changeset").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _ended():
    """Rules that an import ended, or removed because they began on the same day."""
    return _changes("update", after__has_key="valid_to") + _changes("delete")


@admin.register(CoverageImport)
class CoverageImportAdmin(BaseAdmin):
    """Imports. Adding one is pasting; looking at one is its preview, or what became of it."""

    list_display = (
        "called",
        "service",
        "state_badge",
        "mode",
        "tokens",
        "written",
        "source",
        "created_by",
        "created_at",
        "applied_at",
    )
    list_filter = (("state", ChoicesFilter), ("mode", ChoicesFilter))
    list_select_related = ("service__brand", "created_by", "source")
    search_fields = ("title", "service__name", "service__brand__name", "text")
    spelled = {"brand": "service__brand", "category": "service__category"}
    search_help_text = gettext_lazy("Title, service, brand, or a word of the list.")

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
        rows = super().get_queryset(request).defer("text", "reading")
        if getattr(request.resolver_match, "url_name", "") == "regions_coverageimport_changelist":
            rows = rows.annotate(new_rules=_changes("create"), ended_rules=_ended())
        return rows

    def get_actions(self, request):
        return {}

    @admin.display(description=gettext_lazy("import"), ordering="id")
    def called(self, imp):
        return str(imp)

    @admin.display(description=gettext_lazy("new / closed"))
    def written(self, imp):
        """How many rules applying it created and ended; nothing for a draft."""
        return f"{imp.new_rules} / {imp.ended_rules}" if imp.changeset else "—"

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
                        name=data["name"],
                        at_once=ROWS_AT_ONCE,
                        as_list="as_list" in request.POST,
                        actor=request.user,
                    )
                except intake.IntakeError as error:
                    if error.code == "store-table":
                        form.offer_outlets()
                    form.add_error("text", error.messages)
                else:
                    return HttpResponseRedirect(self._address(imp))
        else:
            form = PasteForm(request.user, initial=self._initial(request))
        context = {"form": form, "media": self.media + form.media}
        return self._page(request, "paste", _("Paste a list"), context)

    @staticmethod
    def _initial(request) -> dict:
        """The service that the address names; with `list` its list as text, to be edited and put in its place; with
        `counties` those in which an import brought outlets and nothing is covered.
        """
        key = request.GET.get("service", "")
        mode = request.GET.get("mode", "")
        kept = {"mode": mode} if mode in ImportMode.values else {}
        if not is_key(key):
            return kept
        service = access.limit(Service.objects.all(), request.user).filter(pk=key).first()
        if service is not None and is_key(request.GET.get("counties", "")):
            imp = access.limit(CoverageImport.objects.all(), request.user).filter(
                pk=request.GET["counties"], service=service, mode=ImportMode.OUTLETS
            )
            named = intake.preview(found, page_size=1).proposed if (found := imp.first()) else []
            return {
                "service": key,
                "text": "\n".join(region.full_name.replace("/", "") for region, _count in named),
            }
        if (
            service is None
            or "list" not in request.GET
            or not request.user.has_perm("regions.view_coveragerule")
        ):
            return {"service": key, **kept}
        return {"service": key, "text": as_text(service).text, "mode": ImportMode.REPLACE}

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
        if imp.state == ImportState.DRAFT and (left := intake.unread(imp)):
            rows = imp.reading["rows"]
            context = {"imp": imp, "rows": rows, "read": rows - left, "stopped": "stopped" in request.GET}
            return self._page(request, "reading", f"{imp} · {imp.service.name}", context)
        return self._preview(request, imp)

    def _preview(self, request, imp: CoverageImport, refused: str = "") -> HttpResponse:
        """The lines and what to do with them; after a refusal with what was typed, and why beside it."""
        show = request.GET.get("show", "")
        number = request.GET.get("p", "1")
        shown = intake.preview(
            imp,
            page=int(number) if is_key(number) and len(number) < 7 else 1,
            effects=(show,) if show in Effect.values else (),
            search=clean_term(request.GET.get("q", "")) or "",
        )
        dress_all(imp, shown)
        context = {
            "imp": imp,
            "state": badge(imp.get_state_display(), STATES[imp.state]),
            "typed": request.POST,
            "hindered": refused,
            "is_draft": imp.state == ImportState.DRAFT,
            "is_put_aside": imp.state in (ImportState.REVERTED, ImportState.DISCARDED),
            "is_applied": imp.state == ImportState.APPLIED,
            "may": self.has_change_permission(request, imp) and access.may_import(request.user, imp.service),
            "may_for_all": access.may_decide_for_all(request.user),
            "preview": shown,
            "show": show if show in Effect.values else "",
            "search": clean_term(request.GET.get("q", "")) or "",
            "closing": imp.state == ImportState.DRAFT
            and closes_most(shown.effects.get(Effect.CLOSED, 0), [imp.service_id]),
            "counts": [(count_name(word, imp.mode), number) for word, number in imp.counts.items()],
            "effects": [(effect, Effect(effect).label, number) for effect, number in shown.effects.items()],
            "is_outlets": intake.is_outlets(imp),
            "today": today(),
            "exact_open": imp.lines.filter(
                decision=ImportLine.Decision.OPEN, verdict__in=(Verdict.RESOLVED, Verdict.RULES)
            ).count(),
            "historical_open": imp.lines.filter(
                decision=ImportLine.Decision.OPEN, verdict=Verdict.HISTORICAL, is_duplicate=False
            ).count(),
            "others": other_lines(imp),
            "sets": self._sets(request, imp),
            "remarks": imp.reading.get("remarks", []),
            "exports": [(form, self._export_address(imp.service, form)) for form in FORMS],
            **proposals(imp),
        }
        return self._page(request, "preview", f"{imp} · {imp.service.name}", context)

    @staticmethod
    def _sets(request, imp: CoverageImport):
        """The change sets that brought it in, applied it, reverted it; for who may see them."""
        of_it = Change.objects.filter(kind="import", key=imp.key).order_by()
        sets = ChangeSet.objects.filter(uuid__in=of_it.values("changeset")).order_by("pk")
        found = list(sets) if request.user.has_perm("regions.view_changeset") else []
        tell_undone(found, request.user)
        return found

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
            text = press(request, imp)
        except ValidationError as error:
            refused = " ".join(error.messages)
            self.message_user(request, refused, messages.ERROR)
            if request.POST.get("do") == "read-on":  # by itself it would try again for ever
                return HttpResponseRedirect(f"{request.path}?stopped=1")
            return self._preview(request, self._find(request, str(imp.pk)), refused)
        else:
            if isinstance(text, HttpResponse):
                return text
            if text:
                self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())

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
