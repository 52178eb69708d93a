"""Where somebody may see a record and not delete it: what can be done instead, and who may delete."""

from django.core.exceptions import FieldDoesNotExist
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from regions.models import CoverageImport
from regions.services.roles import CHIEF, ROLES


def instead_of_deleting(admin, request, obj) -> TemplateResponse:
    """The page behind the address of a deletion, for those who may not."""
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Not deleted: %s") % obj,
        "subtitle": None,
        "opts": admin.opts,
        "object": obj,
        "ways": _ways(admin, request, obj),
    }
    request.current_app = admin.admin_site.name
    return TemplateResponse(request, "admin/regions/not_deleted.html", context, status=403)


def _ways(admin, request, obj) -> list[str]:
    ways = []
    if admin.has_change_permission(request, obj):
        if isinstance(obj, CoverageImport):
            ways.append(_("Discard the draft on its page, or revert what it wrote."))
        elif _has(obj, "valid_to"):
            ways.append(
                _(
                    "Give it a last day on its page: from then on it is not answered; earlier days stay as they were."
                )
            )
        else:
            ways.append(_("Correct it on its page."))
    if request.user.has_perm("regions.view_changeset"):
        ways.append(_("What was made by mistake is undone with its change set, from the history."))
    if f"delete_{obj._meta.model_name}" in ROLES[CHIEF]:
        ways.append(_("Else ask somebody with the role %s, who may delete what nothing rests on.") % CHIEF)
    return ways


def _has(obj, column: str) -> bool:
    try:
        return bool(obj._meta.get_field(column))
    except FieldDoesNotExist:
        return False
