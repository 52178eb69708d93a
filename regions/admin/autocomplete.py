"""Autocompletes that show what people need to tell records apart."""

from django.contrib.admin.views.autocomplete import AutocompleteJsonView


class DirectoryAutocomplete(AutocompleteJsonView):
    """Django's view with the page's own text for a record (`BaseAdmin.label_of`)."""

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        label_of = getattr(self.model_admin, "label_of", None)
        return {**result, "text": label_of(obj)} if label_of else result

    def get_queryset(self):
        queryset = super().get_queryset()
        related = getattr(self.model_admin, "list_select_related", False)
        return queryset.select_related(*related) if isinstance(related, list | tuple) else queryset
