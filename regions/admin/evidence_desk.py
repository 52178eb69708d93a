"""The evidence desk: what is to be checked, a number's page, verifications."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions import access
from regions.choices import HotlineStatus
from regions.lookup.numbers import whose_number
from regions.lookup.queue import bucket_counts, buckets, following, queue
from regions.models import Hotline, Verification
from regions.models.base import today
from regions.services.lives import gone_on_as

from .badges import STATUS, account, badge
from .base import BaseAdmin, ReadOnlyMixin
from .evidence_forms import (
    VerificationForm,
    call_script,
    gone_on,
    may_check,
)
from .look import ChoicesFilter

PER_PAGE = 50
# What a hotline's limits are told of (`sentences.limits_text`).
_LIMITED_BY = ("region", "replaced_by__number", "replaced_by__region", "replaced_source")
RESULTS = {"confirmed": "good", "refuted": "bad", "inconclusive": "care"}
TITLES = {
    "all": _("all"),
    "disputed": _("disputed"),
    "reported": _("reported"),
    "due_0": _("overdue"),
    "due_7": _("due within 7 days"),
    "due_30": _("due within 30 days"),
    "never": _("never checked"),
}


def number_page(canonical: str) -> str:
    return reverse("admin:regions_verification_number", args=[canonical])


def _also(hotline: Hotline, **shown: object) -> None:
    """What a page shows of a hotline besides its columns."""
    vars(hotline).update(shown)


def status_badge(hotline: Hotline):
    return badge(HotlineStatus(hotline.status).label, STATUS.get(hotline.status, "plain"))


@admin.register(Verification)
class VerificationAdmin(ReadOnlyMixin, BaseAdmin):
    """Every check ever recorded, to look at; a new one is recorded from the queue or from a hotline."""

    list_display = (
        "hotline_name",
        "result_badge",
        "method",
        "checked_on",
        "expires_on",
        "source",
        "checked_by",
    )
    list_filter = (("result", ChoicesFilter), ("method", ChoicesFilter))
    list_select_related = ("hotline__service__brand", "hotline__number", "source", "checked_by")
    search_fields = ("hotline__number__canonical", "hotline__service__name", "note")
    spelled = {"brand": "hotline__service__brand", "category": "hotline__service__category"}
    search_help_text = _("Digits, service or note.")
    date_hierarchy = "checked_on"
    fieldsets = (
        (None, {"fields": ("hotline_name", "result_badge", "method", "source", "note")}),
        (_("When"), {"fields": (("checked_on", "expires_on"), ("who_checked", "recorded_at"))}),
    )
    readonly_fields = ("hotline_name", "result_badge", "who_checked")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_urls(self):
        pages = [
            path("queue/", self.queue_view, name="regions_verification_queue"),
            path("record/<int:hotline_id>/", self.record_view, name="regions_verification_record"),
            path("number/<str:canonical>/", self.number_view, name="regions_verification_number"),
        ]
        wrapped = [
            path(str(page.pattern), self.admin_site.admin_view(page.callback), name=page.name)
            for page in pages
        ]
        return wrapped + super().get_urls()

    def get_links(self, request, obj=None):
        if obj is None:
            return [(gettext("What is to be checked"), reverse("admin:regions_verification_queue"))]
        return [(gettext("The number's page"), number_page(obj.hotline.number.canonical))]

    who_checked = account("checked_by", _("checked by"))

    @admin.display(description=_("hotline"), ordering="hotline__number__canonical")
    def hotline_name(self, check):
        return str(check.hotline)

    @admin.display(description=_("result"), ordering="result")
    def result_badge(self, check):
        return badge(check.get_result_display(), RESULTS[check.result])

    # --- What is to be checked

    def queue_view(self, request):
        """The queue: disputed on top, then the longest unchecked first. Three queries, whatever its length."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        chosen = request.GET.get("part", "all")
        rows = self._part(request, chosen)
        counts = bucket_counts(access.limit(queue(), request.user))
        rows = rows.select_related("number", "service__brand", "source", *_LIMITED_BY)
        paginator = Paginator(rows, PER_PAGE)
        paginator.count = counts[chosen]
        page = paginator.get_page(request.GET.get("p"))
        for hotline in page.object_list:
            left = (hotline.expires_on - today()).days if hotline.expires_on else None
            _also(hotline, badge=status_badge(hotline), days_left=left)
        context = {
            "parts": [(name, title, counts[name], name == chosen) for name, title in TITLES.items()],
            "page": page,
            "chosen": chosen,
            "may_record": request.user.has_perm("regions.add_verification"),
            "back": request.get_full_path(),
        }
        return self._page(request, "queue", gettext("What is to be checked"), context)

    @staticmethod
    def _part(request, name: str):
        """The queue of this user, or the part of it that has this name."""
        if name not in TITLES:
            raise Http404(gettext("There is no such part of the queue."))
        rows = access.limit(queue(), request.user)
        return rows if name == "all" else rows.filter(buckets()[name])

    # --- One check

    def record_view(self, request, hotline_id: int):
        """Record one check of a hotline with its evidence; go on to the next of the queue, or back to where one came from."""
        hotline = self._claim(request, hotline_id)
        ended = hotline
        if (stands := gone_on_as(hotline)) is not None:
            if request.method != "POST":
                here = reverse("admin:regions_verification_record", args=[stands.pk])
                return HttpResponseRedirect(f"{here}?{request.GET.urlencode()}".removesuffix("?"))
            hotline = self._claim(request, stands.pk)
        form = VerificationForm(request.POST or None, initial={"method": request.GET.get("method")})
        if hotline is not ended:
            form.add_error(None, gone_on(ended, hotline))
        back = self._back(request, hotline)
        onwards = self._onwards(request, hotline, back)
        if request.method == "POST" and form.is_valid():
            try:
                with self.recording(request, form.cleaned_data["note"]):
                    check = form.record(hotline, request.user)
            except ValidationError as error:
                for name, texts in getattr(error, "message_dict", {"__all__": error.messages}).items():
                    form.add_error(name if name in form.fields else None, texts)
            else:
                text = gettext("Recorded: %(number)s %(result)s.") % {
                    "number": hotline.number.canonical,
                    "result": check.get_result_display(),
                }
                self.message_user(request, text, messages.SUCCESS)
                return HttpResponseRedirect(onwards if "next" in request.POST and onwards else back)
        _also(hotline, badge=status_badge(hotline))
        context = {
            "hotline": hotline,
            "here": reverse("admin:regions_verification_record", args=[hotline.pk]),
            "form": form,
            "media": self.media + form.media,
            "number_page": number_page(hotline.number.canonical),
            "checks": hotline.verifications.select_related("source", "checked_by")[:10],
            "script": call_script(hotline),
            "back": back,
            "part": request.POST.get("part") or request.GET.get("part"),
            "onwards": onwards,
        }
        return self._page(request, "record", gettext("Record a check"), context)

    @staticmethod
    def _claim(request, pk: int) -> Hotline:
        hotline: Hotline | None = (
            Hotline.objects.with_status()
            .select_related("number", "service__brand", "service__category", "source", *_LIMITED_BY)
            .filter(pk=pk)
            .first()
        )
        if hotline is None:
            raise Http404(gettext("There is no such hotline."))
        if not may_check(request, hotline):
            raise PermissionDenied
        return hotline

    def _onwards(self, request, hotline: Hotline, back: str) -> str:
        """Where the next one of the part of the queue is recorded that one works through, by the same method."""
        if not (part := request.POST.get("part") or request.GET.get("part")):
            return ""
        after = following(self._part(request, part), hotline)
        method = request.POST.get("method") or request.GET.get("method") or ""
        query = urlencode({"part": part, "back": back, "method": method})
        return f"{reverse('admin:regions_verification_record', args=[after.pk])}?{query}" if after else ""

    @staticmethod
    def _back(request, hotline: Hotline) -> str:
        wanted = request.POST.get("back") or request.GET.get("back") or ""
        if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
            return wanted
        return number_page(hotline.number.canonical)

    # --- One number

    def number_view(self, request, canonical: str):
        """A number with all claims on it side by side, its signals, and what brands have confirmed instead."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        answer = whose_number(canonical)
        if answer.number is None or answer.canonical != canonical:
            raise Http404(gettext("This number is not on file."))
        own = access.limit(Hotline.objects.filter(number=answer.number), request.user)
        mine = set(own.values_list("pk", flat=True))
        may_record = request.user.has_perm("regions.add_verification")
        for claim in answer.claims:
            _also(
                claim,
                badge=status_badge(claim),
                mine=claim.pk in mine,
                may_check=may_record and claim.pk in mine,
                open_disputes=answer.disputes.get(claim.pk, []) if claim.pk in mine else [],
                confirmed=answer.confirmed.get(claim.service.brand_id, []),
            )
        context = {"answer": answer, "back": request.get_full_path()}
        return self._page(request, "number", answer.display or canonical, context)

    def _page(self, request, name: str, title: str, context: dict):
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media,
            **context,
        }
        return TemplateResponse(request, f"admin/regions/evidence/{name}.html", context)
