"""Forms of hotlines: the number may be one that is not on file yet."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.choices import PhoneKind
from regions.models import PhoneNumber
from regions.phones import NumberError, parse_number
from regions.services import records
from regions.wording import in_words

from .forms import DatedForm, FixedKeyForm
from .hours_input import HoursForm
from .look import TextInput


class NumberOnTheSpot(forms.ModelForm):
    """A hotline whose number is chosen, or typed in any spelling and put on file with it."""

    new_number = forms.CharField(
        label=gettext_lazy("or a number that is not on file yet"),
        max_length=60,
        required=False,
        widget=TextInput,
        help_text=gettext_lazy("In any spelling, for example 400-186-5909 转 2 or (021) 6300 0000."),
    )
    fresh: PhoneNumber | None = None

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["new_number"].disabled = True
            self.fields["new_number"].widget = forms.HiddenInput()
        elif "number" in self.fields:
            self.fields["number"].required = False

    def clean(self) -> dict:
        data = super().clean() or {}
        text = data.get("new_number", "")
        if self.instance.pk or "number" not in self.fields:
            return data
        if text and data.get("number"):
            self.add_error("new_number", _("Choose a number on file or give a new one, not both."))
        elif text:
            try:
                self._take(text, data)
            except ValidationError as error:
                self.add_error("new_number", error)
        elif not data.get("number") and "number" not in self.errors:
            self.add_error("number", _("Choose a number, or give one below."))
        return data

    def _take(self, text: str, data: dict) -> None:
        """The number on file that a text is, or one that is to be put there. Raises ValidationError."""
        try:
            found = parse_number(text)
        except NumberError as error:
            raise ValidationError(in_words(error)) from None
        if found.extension and not data.get("extension"):
            data["extension"] = found.extension
        number = PhoneNumber.objects.filter(canonical=found.canonical).first()
        if number is not None:
            data["number"] = number
        elif found.kind == PhoneKind.SHORT_96:
            raise ValidationError(
                _(
                    "A 96 short code means something else in each province: put it on file first, with its province."
                )
            )
        else:
            self.fresh = PhoneNumber(canonical=found.canonical, kind=found.kind)

    def put_number_on_file(self) -> None:
        """Write the number that is new, and give it to the hotline; only when everything else was found right."""
        if self.fresh is not None:
            records.save(self.fresh)
            self.instance.number, self.fresh = self.fresh, None


class HotlineForm(HoursForm, NumberOnTheSpot, DatedForm):
    """A hotline on its own page."""


class HotlineRowForm(NumberOnTheSpot, FixedKeyForm):
    """A hotline on the page of its service: it is saved only when the whole page was found right."""

    def save(self, commit: bool = True):
        self.put_number_on_file()
        return super().save(commit)
