"""Deleting records: what hinders it is named, and of dated records what becomes of past days; with a reason, and never unseen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from regions.models import CoverageImport
from regions.services import records
from regions.services.changes import current_sequence
from regions.services.past import stood

from .forms import lost_update
from .instead import instead_of_deleting
from .look import TextInput
from .protection import drafts_of, linked, protected_groups

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as Base
else:  # stands beside one
    Base = object


class DeleteForm(forms.Form):
    """Why records are deleted; one that stood before today goes with its past days, and never without a reason."""

    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=200,
        widget=TextInput,
        help_text=_("One sentence for the audit trail, for example the page never said so."),
    )
    # Where the directory stood when the page was made.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, chosen: Sequence, position: int, refused: Sequence[str] = ()) -> None:
        """`refused`: why the very deletion was, when its page is shown again."""
        super().__init__(data, initial={"seen": position})
        self.chosen, self.refused = chosen, refused
        self.past = any(map(stood, chosen))
        self.fields["reason"].required = self.past

    def clean(self):
        """The records are held until the end: nobody comes between this look and the deletion."""
        for record in self.chosen:
            try:
                records.held(record)
            except ValidationError as error:
                self.add_error(None, error.messages)
            for newer in lost_update(self.data, record)[:1] if hasattr(record, "key") else ():
                self.add_error(None, f"{record}: {newer}")
        for said in self.refused:
            self.add_error(None, said)
        return super().clean()

    def shown_again(self, position: int) -> None:
        """It has told what was new: the next try stands on that."""
        self.data = data = cast(QueryDict, self.data).copy()
        data["seen"] = str(position)


class Deleting(Base):
    """To be mixed into a page of records."""

    delete_confirmation_template = "admin/regions/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/regions/delete_selected_confirmation.html"
    _recorded: Any  # of `Recorded`: runs a page, and what it writes is one change set

    def delete_view(self, request, object_id, extra_context=None):
        position = current_sequence()  # before the record is read: what the page shows is not older
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return super().delete_view(request, object_id, extra_context)
        if self.has_view_permission(request, obj) and not self.has_delete_permission(request, obj):
            return instead_of_deleting(self, request, obj)
        return self._recorded(request, self._ask_and_delete, obj, object_id, position, extra_context)

    def _ask_and_delete(self, request, obj, object_id, position, extra_context):
        asked = self._asked(request, [obj], position, sent=request.method == "POST")
        here = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        more = {"asked": asked, "instead": reverse(here, args=[obj.pk])}
        return super().delete_view(request, object_id, {**(extra_context or {}), **more})

    def _asked(self, request, chosen, position, *, sent: bool) -> DeleteForm:
        """What was answered, if anything; where something is wrong with it, the page is shown as if nothing was sent."""
        refused = getattr(request, "refused", ())
        asked = DeleteForm(request.POST if sent else None, chosen, position, refused)
        if sent and not asked.is_valid():
            asked.shown_again(position)
            request.POST = QueryDict(mutable=True)
        return asked

    def get_actions(self, request):
        actions = super().get_actions(request)
        if found := actions.get("delete_selected"):
            actions["delete_selected"] = (_delete_selected, *found[1:])
        return actions

    def delete_model(self, request, obj) -> None:
        records.delete(obj, actor=request.user, correct=True)  # the page has said so

    def delete_queryset(self, request, queryset) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def get_deleted_objects(self, objs, request):
        """As Django does; what stands in the way is counted by kind, not listed by the thousand."""
        objs = list(objs)
        if groups := protected_groups(objs, self.admin_site):
            return [], {}, set(), groups
        _deleted, counts, lacking, _drafts = super().get_deleted_objects(objs, request)
        listed: list[object] = [linked(obj, self.admin_site) for obj in objs]  # their parts are counted
        drafts = drafts_of(objs)
        if drafts:
            listed.append([linked(draft, self.admin_site) for draft in drafts])
            counts = {**counts, str(CoverageImport._meta.verbose_name_plural): len(drafts)}
            if request.user.has_perm("regions.change_coverageimport"):  # who may discard one
                lacking = {name for name in lacking if name != CoverageImport._meta.verbose_name}
        return listed, counts, lacking, []


def _delete_selected(admin: Deleting, request, queryset):
    """As Django does, once what becomes of past days was said and a reason given."""
    asked = admin._asked(request, list(queryset), request.position_shown, sent="post" in request.POST)
    answer = delete_selected(admin, request, queryset)
    if answer is not None and answer.context_data is not None:
        answer.context_data["asked"] = asked
    return answer
