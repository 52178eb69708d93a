"""Keys for client programs."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import APIKey

from regions.models import ApiKey

from .badges import badge
from .base import BaseAdmin
from .look import ChoicesFilter

if admin.site.is_registered(APIKey):  # the library's own kind of key; ours has an owner and a role
    admin.site.unregister(APIKey)


@admin.register(ApiKey)
class ApiKeyAdmin(BaseAdmin):
    """Superusers give keys to anybody; others with the permission only to themselves."""

    list_display = ("name", "beginning", "owner", "role", "rate", "state", "last_used_at", "expiry_date")
    list_filter = (("role", ChoicesFilter), "revoked")
    list_select_related = ("owner",)
    search_fields = ("name", "prefix", "owner__username")
    key_fields = ("owner", "role")
    readonly_fields = ("beginning", "made_at", "last_used_at")
    fieldsets = (
        (None, {"fields": ("name", "owner", "role", "rate", "expiry_date", "revoked")}),
        (_("Use"), {"fields": (("beginning", "made_at", "last_used_at"),)}),
    )

    def get_queryset(self, request):
        keys = super().get_queryset(request)
        return keys if request.user.is_superuser else keys.filter(owner=request.user)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "owner" and not request.user.is_superuser:
            kwargs["queryset"] = db_field.remote_field.model.objects.filter(pk=request.user.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request) -> dict:
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request, obj=None) -> bool:
        return False  # revoke it: who used a key stays readable

    def get_readonly_fields(self, request, obj=None):
        revoked = ("revoked",) if obj and obj.revoked else ()
        return (*super().get_readonly_fields(request, obj), *revoked)

    def save_model(self, request, obj, form, change) -> None:
        key = "" if change else ApiKey.objects.assign_key(obj)
        super().save_model(request, obj, form, change)
        if key:
            messages.warning(request, _("The key, shown only now: %(key)s — copy it.") % {"key": key})

    # The library's own columns have English names only.
    @admin.display(description=_("prefix"), ordering="prefix")
    def beginning(self, key):
        return key.prefix

    @admin.display(description=_("made at"), ordering="created")
    def made_at(self, key):
        return key.created

    @admin.display(description=_("state"))
    def state(self, key):
        if key.revoked:
            return badge(_("revoked"), "bad")
        return badge(_("expired"), "care") if key.has_expired else badge(_("active"), "good")
