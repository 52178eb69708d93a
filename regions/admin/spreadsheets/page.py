"""The pages for import and export."""

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin

from regions.admin.badges import with_set
from regions.admin.look import ExportForm, ImportForm
from regions.choices import JobKind
from regions.services.changes import current_sequence
from regions.services.columns import with_heading
from regions.services.past import DatedRecord
from regions.sheets import Unreadable
from regions.wording import in_words

from . import later
from .formats import SafeCSV, SafeXLSX
from .outcome import SHOWN_ROWS, counts, outcome, problems, summary
from .results import Later


class FileForm(ImportForm):
    """A file to read. What form it has is seen from what is inside: nobody is asked for it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["format"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_format(self) -> str:
        return "0"  # the reader of all


class FormOfFile(ExportForm):
    """The form of a file that is written: a workbook, unless another is chosen."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["format"].initial = next(
            value for value, label in self.fields["format"].choices if label == SafeXLSX().get_title()
        )


class SpreadsheetMixin(ImportExportMixin):
    """Import and export for a page; stands before `BaseAdmin` among its bases."""

    import_form_class = FileForm
    export_form_class = FormOfFile
    import_template_name = "admin/regions/import.html"
    skip_admin_log = True  # our own audit trail has every row
    from_encoding = None

    import_format = SafeCSV

    @property
    def long_table_command(self) -> str:
        """The command that takes more rows than the page."""
        return f"import_sheet {self.opts.model_name}"

    def get_import_formats(self):
        return [self.import_format]

    def get_export_formats(self):
        return [SafeCSV, SafeXLSX]

    def has_import_permission(self, request) -> bool:
        return self.has_change_permission(request)

    def has_export_permission(self, request) -> bool:
        return self.has_view_permission(request)

    def get_import_resource_kwargs(self, request, **kwargs):
        confirms = request.resolver_match.url_name.endswith("_process_import")
        seen = request.session.get(self._previewed()) if confirms else None
        return {
            "user": request.user,
            "may_add": self.has_add_permission(request),
            "seen": seen,
            "shown": 0 if confirms else SHOWN_ROWS,
            "why": later.said_why(request),
        }

    def _previewed(self) -> str:
        """Where the session keeps where the directory stood at the preview."""
        return f"previewed-{self.opts.model_name}"

    def get_export_resource_kwargs(self, request, **kwargs):
        return {"user": request.user}

    def init_request_context_data(self, request, form):
        """Name the columns that are written; the library names those that are read."""
        context = super().init_request_context_data(request, form)
        context["fields_list"] = [
            (
                sheet.get_display_name(),
                [
                    with_heading(self.model, field.column_name)
                    for field in sheet(user=request.user).get_export_fields()
                ],
            )
            for sheet in self.get_export_resource_classes(request)
        ]
        return context

    def export_action(self, request):
        """Filters that the list does not know are left out, as the list itself does."""
        try:
            return super().export_action(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(request.path)

    def get_export_filename(self, request, queryset, file_format):
        name = super().get_export_filename(request, queryset, file_format)
        return name.replace('"', "")

    def add_data_read_fail_error_to_form(self, form, error) -> None:
        known = isinstance(error, Unreadable)
        form.add_error(
            "import_file", in_words(error) if known else _("The file cannot be read in this format.")
        )

    def import_action(self, request, **kwargs):
        position = current_sequence()  # before the preview compares: what it shows is not older
        response = super().import_action(request, **kwargs)
        if request.method == "POST":
            request.session[self._previewed()] = position
        result = getattr(response, "context_data", {}).get("result")
        if hasattr(response, "context_data"):
            read = response.context_data.get("fields_list", [])
            response.context_data |= {
                "fields_list": [
                    (name, [with_heading(self.model, each) for each in names]) for name, names in read
                ],
                "most_rows": self.import_format.limits.rows,
                "command": self.long_table_command,
                "corrects": issubclass(self.model, DatedRecord),
            }
        if isinstance(result, Later):
            file = response.context_data["form"].cleaned_data["import_file"]
            params = {"name": file.name, "file": later.kept_as(file.tmp_storage_name), "seen": position}
            params["reason"] = later.said_why(request)
            return later.begin(self, request, JobKind.PREVIEW, result, response.context_data, **params)
        if result is not None:
            more = {"importing": True, "reason": later.said_why(request)}
            response.context_data |= outcome(result, self.model) | more
        return response

    def process_import(self, request, **kwargs):
        try:
            return super().process_import(request, **kwargs)
        except (OSError, IndexError, ValueError):
            # The uploaded file is gone (imported already, or cleaned up), or the hidden fields were changed.
            messages.error(request, _("The uploaded file is no longer there. Choose it again."))
            return HttpResponseRedirect(self._import_address(request))

    def process_result(self, result, request):
        if isinstance(result, Later):  # which has a button of its own: nobody is led here
            result = result.to_its_end()
        found = problems(result, self.model)
        if not found:
            self.add_success_message(result, request)
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
            )
        messages.error(request, _("Nothing was imported: the data have changed since the preview."))
        for row, column, text in found[:10]:
            messages.error(
                request,
                _("Row %(row)s · %(column)s: %(text)s") % {"row": row, "column": column, "text": text}
                if row
                else text,
            )
        return HttpResponseRedirect(self._import_address(request))

    def add_success_message(self, result, request) -> None:
        messages.success(request, with_set(request, summary(counts(result))))

    def _import_address(self, request) -> str:
        """Where a file is chosen again; the reason that was typed comes along."""
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import")
        return f"{address}?{urlencode({'reason': said})}" if (said := later.said_why(request)) else address
