"""A service's list as a tree to edit. What a choice means and how it is written stands in `regions.services.tree`."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from regions import access
from regions.choices import Effect
from regions.codes import is_digits
from regions.lookup.tree import above, below, branch, nodes, read_list
from regions.models import Service
from regions.models.base import today
from regions.models.region import COUNTRY_CODE
from regions.services.changes import current_sequence
from regions.services.rules import RuleError
from regions.services.tree import Choice, Newer, changed_since, plan, rework
from regions.texts import plain

from .badges import with_set
from .intake_page import EFFECTS
from .key_select import is_key
from .tree_page import (
    as_member,
    codes_in,
    counted,
    look,
    preview_rows,
    read_choices,
    rows,
    search,
    told,
    tree_after,
)

if TYPE_CHECKING:
    from .base import BaseAdmin as Base
else:  # stands beside one
    Base = object


class TreeMixin(Base):
    """The page of a service's admin on which its coverage is edited as a tree."""

    def get_urls(self):
        page = path(
            "<int:service_id>/coverage/",
            self.admin_site.admin_view(self.tree_view),
            name="regions_service_coverage",
        )
        return [page, *super().get_urls()]

    def tree_view(self, request: HttpRequest, service_id: int) -> HttpResponse:
        """The tree; what its script asks for; the preview; and the writing, which is the preview's button."""
        service = self._service(request, service_id)
        if request.method != "POST":
            if (text := request.GET.get("q")) is not None:
                return JsonResponse({"found": search(text)})
            return self._tree(request, service)
        try:
            choices = read_choices(request.POST.get("choices", "[]"))
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        what = request.POST.get("do", "")
        if what == "open":
            return self._opened(request, service, choices)
        if what == "look":
            return JsonResponse(look(service, choices, codes_in(request.POST.get("shown", ""))))
        if not self._may_write(request, service):
            raise PermissionDenied
        if what == "edit":
            return self._tree(request, service, choices)
        if what == "apply":
            return self._apply(request, service, choices)
        return self._preview(request, service, choices)

    def _service(self, request: HttpRequest, service_id: int) -> Service:
        mine = access.limit(Service.objects.select_related("brand"), request.user)
        service = mine.filter(pk=service_id).first() if is_key(str(service_id)) else None
        if service is None:
            raise Http404(_("There is no such record, or it is not one of yours."))
        if not request.user.has_perm("regions.view_coveragerule"):
            raise PermissionDenied
        return service

    def _may_write(self, request: HttpRequest, service: Service) -> bool:
        wanted = ("regions.add_coveragerule", "regions.change_coveragerule")
        return request.user.has_perms(wanted) and access.may_edit(request.user, service.brand)

    # --- The tree

    def _tree(
        self, request: HttpRequest, service: Service, choices: Sequence[Choice] = (), refused: str = ""
    ) -> HttpResponse:
        seen = current_sequence()  # before the list is read: what is shown is not older
        listing = read_list(service.pk)
        opened = [COUNTRY_CODE, *codes_in(request.POST.get("opened", "") or _branch_of(request))]
        shown = branch(opened)
        tree = tree_after(listing, choices)
        context = {
            "rows": rows(shown, tree, listing, set(opened)),
            "rules": len(listing.rules),
            "stranded": listing.stranded,
            "choices": [as_member(choice) for choice in choices],
            "whole": counted(tree),
            "seen": seen,
            "may": self._may_write(request, service),
            "today": today(),
            "refused": refused,
            "paste": f"{reverse('admin:regions_coverageimport_add')}?service={service.pk}&list=1",
        }
        return self._tree_page(request, service, "tree", _("Edit coverage"), context)

    def _opened(self, request: HttpRequest, service: Service, choices: Sequence[Choice]) -> HttpResponse:
        """The rows below a division, for the script to put below it."""
        code = request.POST.get("code", "")
        shown = below(code, counties="counties" in request.POST) if is_digits(code) else []
        listing = read_list(service.pk)
        opened = {above(node.path).rstrip("/").rpartition("/")[2] for node in shown} - {code}
        context = {
            "rows": rows(shown, tree_after(listing, choices), listing, opened),
            "may": self._may_write(request, service),
        }
        return TemplateResponse(request, "admin/regions/service/tree_rows.html", context)

    # --- Preview and writing

    def _preview(
        self,
        request: HttpRequest,
        service: Service,
        choices: Sequence[Choice],
        *,
        refused: str = "",
    ) -> HttpResponse:
        """What would be written, and what others wrote since the page was opened. Nothing is held meanwhile."""
        seen = current_sequence()
        newer = changed_since(service, _seen(request))
        try:
            todo = plan(service, choices)
        except RuleError as error:
            return self._tree(request, service, choices, refused=" ".join(error.messages))
        context = {
            "rows": preview_rows(todo),
            "effects": [(Effect(e).label, len(todo.of(e))) for e in EFFECTS if todo.of(e)],
            "writes": bool(todo.of(Effect.NEW, Effect.CHANGED, Effect.CLOSED)),
            "before": counted(todo.before),
            "after": counted(todo.after),
            "choices": json.dumps([as_member(choice) for choice in choices], ensure_ascii=False),
            "opened": request.POST.get("opened", ""),
            "seen": seen,
            "newer": told(newer),
            "reason": plain(request.POST.get("reason", ""))[:200],
            "refused": refused,
        }
        return self._tree_page(request, service, "tree_preview", _("Edit coverage: preview"), context)

    def _apply(self, request: HttpRequest, service: Service, choices: Sequence[Choice]) -> HttpResponse:
        reason = plain(request.POST.get("reason", "")).strip()
        if not reason:
            said = _("Say why in one sentence: it stands in the history of every rule.")
            return self._preview(request, service, choices, refused=said)
        try:
            outcome = rework(
                service=service, choices=choices, seen=_seen(request), reason=reason, actor=request.user
            )
        except Newer:
            return self._preview(request, service, choices)
        except RuleError as error:
            return self._preview(request, service, choices, refused=" ".join(error.messages))
        self.message_user(
            request,
            with_set(
                request,
                _("Written in one change set: %(created)d new, %(changed)d changed, %(closed)d closed.")
                % {"created": outcome.created, "changed": outcome.changed, "closed": outcome.closed},
            ),
            messages.SUCCESS,
        )
        return HttpResponseRedirect(request.path)

    def _tree_page(
        self, request: HttpRequest, service: Service, name: str, title: str, context: dict[str, Any]
    ) -> TemplateResponse:
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": f"{title} · {service.name}",
            "opts": self.opts,
            "original": service,
            "media": self.media,
            "service": service,
            **context,
        }
        return TemplateResponse(request, f"admin/regions/service/{name}.html", context)


def _branch_of(request: HttpRequest) -> str:
    """The codes above the division that the address names (?region=440100), which is thus shown."""
    code = request.GET.get("region", "")
    found = nodes([code]).get(code) if is_digits(code) else None
    return ",".join(found.path.strip("/").split("/")) if found else ""


def _seen(request: HttpRequest) -> int:
    seen = request.POST.get("seen", "")
    return int(seen) if is_key(seen) else 0
