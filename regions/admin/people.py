"""Users and groups, in the look of the rest."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User

from .base import clean_term
from .look import AdminPasswordChangeForm, ModelAdmin, UserChangeForm, UserCreationForm

for model in (User, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class CleanSearch:
    """A search term that no database takes finds nothing."""

    def get_search_results(self, request, queryset, search_term):
        term = clean_term(search_term)
        if term is None:
            return queryset.none(), False
        return super().get_search_results(request, queryset, term)

    def changelist_view(self, request, extra_context=None):
        if "\x00" in request.GET.get("q", ""):
            request.GET = request.GET.copy()
            request.GET["q"] = request.GET["q"].replace("\x00", " ")
        return super().changelist_view(request, extra_context)


@admin.register(User)
class UserAdmin(CleanSearch, DjangoUserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "is_staff", "is_active", "last_login")
    show_full_result_count = False
    filter_horizontal = ()
    autocomplete_fields = ("groups",)


@admin.register(Group)
class GroupAdmin(CleanSearch, DjangoGroupAdmin, ModelAdmin):
    show_full_result_count = False
    filter_horizontal = ()
