"""区域数据: editions and announced changes, from upload to review and back. The verbs are `gazetteer.updates`."""

import hashlib
import json

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.choices import AnswerState, UpdateState
from regions.gazetteer import updates
from regions.gazetteer.announced import AnnouncementError
from regions.gazetteer.edition import EditionError
from regions.models import RegionUpdate
from regions.models.base import today
from regions.services.carry_over import stranded

from .badges import badge
from .base import BaseAdmin
from .look import ChoicesFilter
from .region import with_names
from .region_update_forms import AnnouncedForm, EditionForm

LOOKS = {
    "draft": "news",
    "waiting": "care",
    "active": "good",
    "undone": "plain",
    "overtaken": "plain",
    "discarded": "plain",
}
WORDS = {
    "new": _("new"),
    "gone": _("gone"),
    "renamed": _("renamed"),
    "recoded": _("recoded"),
    "upgraded": _("changed in kind"),
    "merged": _("merged"),
    "split": _("split"),
    "carved": _("carved out"),
    "moved": _("moved"),
}
#: divisions, townships and answers shown of each kind
SHOWN, SHOWN_TOWNS = 200, 20


@admin.register(RegionUpdate)
class RegionUpdateAdmin(BaseAdmin):
    """What an editor brings in. Nothing of a record is edited as such: buttons decide."""

    list_display = ("title", "badge", "day", "activate_on", "created_by", "created_at")
    list_filter = (("state", ChoicesFilter),)
    list_select_related = ("created_by",)
    search_fields = ("name",)

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).defer("files", "undo", "rows", "moved_towns")

    @admin.display(description=_("name"), ordering="name")
    def title(self, update):
        return str(update)

    @admin.display(description=_("state"), ordering="state")
    def badge(self, update):
        return badge(update.get_state_display(), LOOKS[update.state])

    def get_links(self, request, obj=None):
        if obj is not None or not self.has_add_permission(request):
            return []
        add = reverse("admin:regions_regionupdate_add")
        return [
            (gettext("Bring in an edition"), add),
            (gettext("Enter an announced change"), f"{add}?what=change"),
        ]

    # --- Bringing in

    def add_view(self, request, form_url="", extra_context=None):
        """Two forms: files of an edition, or a change that was announced."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        announced = request.GET.get("what") == "change"
        form = (AnnouncedForm if announced else EditionForm)(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                update = (
                    updates.add_changes(form.rows, request.user)
                    if form.rows is not None
                    else updates.add_edition(form.archive or b"", request.user)
                )
            except (EditionError, AnnouncementError, ValidationError) as error:
                form.add_error(None, _faults(error)[:50])
            else:
                text = gettext("Kept and compared; readers see nothing of it yet.")
                self.message_user(request, text, messages.SUCCESS)
                return HttpResponseRedirect(self._page_of(update))
        title = gettext("Enter an announced change") if announced else gettext("Bring in an edition")
        context = {"form": form, "announced": announced, "media": self.media + form.media}
        return self._render(request, "add", title, context)

    # --- Comparing and deciding

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The comparison, and the buttons that decide."""
        update = self.get_object(request, unquote(object_id))
        if update is None:
            raise Http404(gettext("There is no such record, or it is not one of yours."))
        if not self.has_view_permission(request, update):
            raise PermissionDenied
        may = self.has_change_permission(request, update)
        if request.method == "POST":
            if not may:
                raise PermissionDenied
            try:
                text = self._decide(request, update)
                self.message_user(request, text, messages.SUCCESS)
            except (EditionError, AnnouncementError, ValidationError) as error:
                text = " ".join([*_faults(error)[:20], gettext("Nothing was changed.")])
                self.message_user(request, text, messages.ERROR)
                update.refresh_from_db()
            else:
                return HttpResponseRedirect(self._page_of(update))
        return self._render(request, "page", str(update), self._shown(request, update, may))

    def _decide(self, request, update: RegionUpdate) -> str:
        """Do what a button says; returns what to tell."""
        given = request.POST
        if given.get("seen") != _mark(update):
            raise ValidationError(gettext("This page has changed meanwhile; look at it again."))
        match given.get("do"):
            case "compare":
                move = "move" in given and request.user.has_perm("regions.change_coveragerule")
                updates.compare(update, move_rules=move)
                return gettext("Compared again.")
            case "activate":
                release = updates.activate(
                    update, actor=request.user, move_rules=update.move_rules, seen=update.report
                )
                return gettext("Edition %(edition)s is in force.") % {"edition": release.edition}
            case "wait":
                day = (
                    parse_date(given.get("day", "")[:10])
                    if given.get("day", "")[:10].count("-") == 2
                    else None
                )
                if day is None:
                    raise ValidationError(gettext("Name the day on which it is to be activated."))
                updates.plan_day(update, day, move_rules=update.move_rules)
                return gettext("It will be activated on %(day)s.") % {"day": day}
            case "discard":
                updates.discard(update)
                return gettext("Discarded; nothing of it was written.")
            case "undo":
                updates.undo(update, actor=request.user)
                return gettext("Undone: everything is as it was before.")
        raise ValidationError(gettext("Choose what is to be done."))

    def _shown(self, request, update: RegionUpdate, may: bool) -> dict:
        report = update.report
        effects = report.get("effects", {})
        is_open = update.state in updates.OPEN
        return {
            "update": update,
            "badge": self.badge(update),
            "report": report,
            "kinds": _kinds(report),
            "announced": [
                (look, badge, RegionUpdate.say(text))
                for badge, look, texts in (
                    (gettext("stays on top"), "sn-news", report.get("kept", [])),
                    (gettext("overtaken"), "", report.get("overtaken", [])),
                )
                for text in texts
            ],
            "effects": effects,
            "answers": [
                (county, service, _answer(was), _answer(becomes))
                for county, service, was, becomes in effects.get("answers", {}).get("rows", [])[:SHOWN]
            ],
            "towns": [(region, towns[:SHOWN], len(towns)) for region, towns in report.get("towns", [])],
            "may": may,
            "typed": request.POST,
            "may_move": may and request.user.has_perm("regions.change_coveragerule"),
            "is_open": is_open,
            "ripe": is_open and update.day <= today(),
            "undoable": update.state == UpdateState.ACTIVE and update.undo is not None,
            "seen": _mark(update),
            "stranded": stranded().count() if update.state == UpdateState.ACTIVE else 0,
        }

    # --- Pages

    @staticmethod
    def _page_of(update: RegionUpdate) -> str:
        return reverse("admin:regions_regionupdate_change", args=[update.pk])

    def _render(self, request, name: str, title: str, context: dict) -> TemplateResponse:
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media,
            **context,
        }
        return TemplateResponse(request, f"admin/regions/regionupdate/{name}.html", context)


def _kinds(report: dict) -> list[dict]:
    """What the comparison found, by kind: divisions first, townships apart."""
    found = []
    names, counts = report.get("names", {}), report.get("counts", {})
    for word, title in WORDS.items():
        codes = report.get("codes", {}).get(word, [])
        towns = [text for text in codes if len(text.split(" -> ")[0]) == 9]
        divisions = [text for text in codes if len(text.split(" -> ")[0]) != 9]
        if codes or counts.get(word):
            found.append(
                {
                    "title": title,
                    "count": len(divisions) if codes else counts[word],
                    "told": [with_names(text, names) for text in divisions[:SHOWN]],
                    "more": max(0, len(divisions) - SHOWN),
                    "towns": [with_names(text, names) for text in towns[:SHOWN_TOWNS]],
                    "all_towns": len(towns),
                }
            )
    return found


def _answer(state: str):
    return gettext("no such region") if state == "no region" else AnswerState(state).label


def _mark(update: RegionUpdate) -> str:
    """What a page shows, in short: a decision made on another is refused."""
    shown = json.dumps([update.state, update.report, update.move_rules], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _faults(error: Exception) -> list[str]:
    if isinstance(error, EditionError):
        return error.faults
    return error.messages if isinstance(error, ValidationError) else str(error).splitlines()
