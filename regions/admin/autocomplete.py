"""Autocompletes that show what people need to tell records apart."""

from django.apps import apps
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import FieldDoesNotExist, PermissionDenied


class DirectoryAutocomplete(AutocompleteJsonView):
    """Django's view with the page's own text for a record (`BaseAdmin.label_of`)."""

    def process_request(self, request):
        """Of fields only: what points back from other records (`rules` of a service) is a fault in Django's view."""
        try:
            model = apps.get_model(request.GET.get("app_label", ""), request.GET.get("model_name", ""))
            is_field = model._meta.get_field(request.GET.get("field_name", "")).concrete
        except (LookupError, ValueError, FieldDoesNotExist) as error:
            raise PermissionDenied from error
        if not is_field:
            raise PermissionDenied
        return super().process_request(request)

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        label_of = getattr(self.model_admin, "label_of", None)
        return {**result, "text": label_of(obj)} if label_of else result

    def get_queryset(self):
        queryset = super().get_queryset()
        related = getattr(self.model_admin, "list_select_related", False)
        return queryset.select_related(*related) if isinstance(related, list | tuple) else queryset
