"""Writing by the forms of the admin: who, why and from which state, in one change set; whatever kind of record it is."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from regions.choices import Door
from regions.services import records
from regions.services.changes import change_set, current_sequence
from regions.services.joined import joining
from regions.texts import plain

from .forms import DatedForm, RecordForm

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as Base
else:  # stands beside one
    Base = object


class Recorded(Base):
    """A page whose forms are `RecordForm`s: what they write is recorded, and held against what others wrote meanwhile."""

    # --- Forms

    def get_fieldsets(self, request, obj=None):
        fieldsets = list(super().get_fieldsets(request, obj))
        listed = flatten_fieldsets(fieldsets)
        writes = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if not writes:
            return [
                (title, {**o, "fields": [f for f in o["fields"] if f != "reason"]}) for title, o in fieldsets
            ]
        if "reason" in listed or not issubclass(self.form, RecordForm):
            return fieldsets
        dated = obj and issubclass(self.form, DatedForm)
        choice, hidden = (["since"], ["seen", "goes_on"]) if dated else ([], ["seen"])
        return [*fieldsets, (None, {"fields": [*choice, "reason", *hidden]})]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, RecordForm):
            form.position = getattr(request, "position_shown", 0)
            form.refused = getattr(request, "refused", ())
        return form

    def render_change_form(self, request, context, *args, **kwargs):
        """A form that is shown again has told what was new: the next try stands on that."""
        form = context["adminform"].form
        if form.is_bound:
            form.data = form.data.copy()
            form.data["seen"] = str(request.position_shown)
            form.data["goes_on"] = str(form.instance.pk or "")
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Writing

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if not hasattr(request, "position_shown"):  # before the record is read: what is shown is not older
            request.position_shown = current_sequence()
        return self._recorded(request, super().changeform_view, object_id, form_url, extra_context)

    def _recorded(self, request, view, *args, **kwargs):
        """Run a page; what a POST writes is one change set with one reason, all of it or nothing.

        What is found to hinder while it is written is told to the page itself (`request.refused`), which runs once more:
        its form says so and keeps what was typed. A page without one leads back to where it was.
        """
        if request.method != "POST":
            return view(request, *args, **kwargs)
        while True:
            try:
                with self.recording(request):
                    return view(request, *args, **kwargs)
            except ValidationError as error:
                if hasattr(request, "refused"):
                    self.message_user(request, " ".join(error.messages), messages.ERROR)
                    return HttpResponseRedirect(request.get_full_path())
                request.refused = tuple(error.messages)

    def recording(self, request, reason: str | None = None, door: str = ""):
        """A change set in the user's name; the reason is the form's unless given."""
        text = request.POST.get("reason", "") if reason is None else reason
        reason = plain(text).strip() or _("edited by hand, no reason given")
        door = door or (Door.ACTION if "action" in request.POST else "")
        return change_set(actor=request.user, reason=reason, door=door)

    def save_model(self, request, obj, form, change) -> None:
        records.save(obj, actor=request.user, correct=getattr(form, "corrects", False))

    def save_related(self, request, form, formsets, change) -> None:
        """What the form joins to the record is part of the change (`services.joined`)."""
        with joining(form.instance, actor=request.user):
            super().save_related(request, form, formsets, change)
