"""Form parts of the admin."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .look import Textarea, TextInput


class LinesField(forms.CharField):
    """A list of short texts, edited as one text a line. Empty lines and outer spaces go."""

    widget = Textarea(attrs={"rows": 5})

    def prepare_value(self, value):
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        if isinstance(value, list):
            return value
        lines = (line.strip() for line in super().to_python(value).splitlines())
        return [line for line in lines if line]

    def validate(self, value) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value) -> None:
        for line in value:
            super().run_validators(line)

    def has_changed(self, initial, data) -> bool:
        return self.to_python(data) != (initial or [])


class FixedKeyForm(forms.ModelForm):
    """Fields that make up a record's key cannot change once it exists: clients know the record by them."""

    key_fields: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in self.key_fields:
                if name in self.fields:
                    self.fields[name].disabled = True


class RecordForm(forms.ModelForm):
    """A record and why it is changed. The reason goes into the audit trail, not into the record."""

    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=200,
        required=False,
        widget=TextInput,
        help_text=_("One sentence for the audit trail, for example the list of November 2026."),
    )

    def _post_clean(self) -> None:
        """Check constraints also where one of their fields is not on the form."""
        super()._post_clean()
        if not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self.add_error(None, error.messages)
