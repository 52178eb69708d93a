"""What all spreadsheets share: rows go through the services, as a form would, all of them or none."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import resources
from import_export.results import Error, Result

from regions import access
from regions.services import records
from regions.services.changes import change_set

from .formats import ROW


class DirectoryResource(resources.ModelResource):
    """A sheet of one kind of record, known by its natural key, limited to what the user may work on."""

    class Meta:
        use_transactions = True
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = False
        use_bulk = False
        skip_diff = False

    def __init__(self, user=None, may_add: bool = True, **kwargs):
        super().__init__(**kwargs)
        self.user, self.may_add = user, may_add
        for field in self.fields.values():
            if hasattr(field.widget, "user"):
                field.widget.user = user

    def get_queryset(self):
        queryset = super().get_queryset()
        return access.limit(queryset, self.user) if self.user else queryset

    def import_data(self, dataset, dry_run=False, file_name="", **kwargs):
        if text := self.header_problem(dataset.headers):
            result = Result()
            result.append_base_error(Error(ValidationError(text)))
            return result
        kwargs["rollback_on_validation_errors"] = True
        kwargs["use_transactions"] = True
        reason = _("Spreadsheet %s") % file_name if file_name else _("Spreadsheet")
        with change_set(actor=self.user, reason=reason) as changes:
            result = super().import_data(dataset, dry_run=dry_run, file_name=file_name, **kwargs)
            if dry_run or result.has_errors() or result.has_validation_errors():
                changes.rows.clear()  # the rows they speak of were rolled back
        result.file_rows = dataset[ROW]
        return result

    def header_problem(self, headers: list[str]) -> str:
        """What is wrong with the names of the columns; empty when nothing is."""
        known = [field.column_name for field in self.get_export_fields()]
        required = [self.fields[name].column_name for name in self.get_import_id_fields()]
        if missing := [name for name in required if name not in headers]:
            return _("These columns are missing: %s.") % ", ".join(missing)
        if unknown := [name for name in headers if name not in (*known, ROW)]:
            return _("Unknown columns: %(unknown)s. Possible are: %(known)s.") % {
                "unknown": ", ".join(unknown),
                "known": ", ".join(known),
            }
        return ""

    def after_init_instance(self, instance, new, row, **kwargs):
        if new and not self.may_add:
            raise ValidationError(_("This is not on file, and you may not add it."))

    def do_instance_save(self, instance, is_create):
        records.save(instance, actor=self.user)

    def get_import_order(self):
        """Only columns that can be read; the others are for people."""
        return [name for name in super().get_import_order() if not self.fields[name].readonly]
