"""Forms of the paste page."""

import re

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions import access
from regions.choices import ImportMode, Verdict
from regions.codes import BadCode, is_digits, narrow, read_code
from regions.gazetteer.active import resolver
from regions.models import CoverageImport, Service, Source
from regions.services.stores import as_text
from regions.sheets import LONG, Unreadable, decode, kind_of, read_rows
from regions.wording import in_words

from .kept import KeptForm
from .key_select import keys_only
from .look import Textarea

_MAX_FILE = 6_000_000


class PasteForm(KeptForm, forms.Form):
    """A list and whose it is. `looks_like_outlets`: it was given as a list of places and is a store table by its first row."""

    looks_like_outlets = False

    service = forms.ModelChoiceField(
        label=gettext_lazy("service"),
        queryset=Service.objects.all(),
        help_text=gettext_lazy("Whose list it is. Type a part of its name."),
    )
    text = forms.CharField(
        label=gettext_lazy("text"),
        required=False,
        strip=False,
        widget=Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "Paste the list, or the whole page: names, phrases such as 四川省除甘孜外, anything. It is kept word for word."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("or a text file"),
        required=False,
        help_text=gettext_lazy(
            "UTF-8 or GB18030. Tables of coverage (CSV, XLSX) go through the spreadsheet import; a table of outlets is read here."
        ),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("mode"),
        choices=ImportMode.choices,
        initial=ImportMode.ADD,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Replacing closes every rule that the list does not name. You see it first."),
    )
    source = forms.ModelChoiceField(
        label=gettext_lazy("source"),
        queryset=Source.objects.all(),
        required=False,
        help_text=gettext_lazy("Where the list comes from; every rule will carry it."),
    )

    def __init__(self, user, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = access.limit(Service.objects.all(), user)  # type: ignore[attr-defined]
        for name in ("service", "source"):
            related = CoverageImport._meta.get_field(name)
            self.fields[name].widget = keys_only(AutocompleteSelect(related, admin.site))
            self.fields[name].widget.choices = self.fields[name].choices  # type: ignore[attr-defined]

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > _MAX_FILE:
            raise ValidationError(_("The file is too large; split it."))
        try:
            if self.data.get("mode") == ImportMode.OUTLETS:
                return self._rows(file.read())
            return decode(file.read())
        except Unreadable as error:
            raise ValidationError(in_words(error)) from None

    @staticmethod
    def _rows(table: bytes) -> str:
        """A workbook as lines with tabs; text as it is."""
        return as_text(read_rows(table, LONG)) if kind_of(table) == "zip" else decode(table)

    def offer_outlets(self) -> None:
        """Ask whether it is a store table. A file would have to be chosen again: its text stands in the box."""
        self.looks_like_outlets = True
        self.data = {**dict(self.data.items()), "text": self.cleaned_data["text"]}

    def clean(self) -> dict:
        data = super().clean() or {}
        text, file = data.get("text", ""), data.get("file", "")
        if text.strip() and file:
            raise ValidationError(_("Paste a text or choose a file, not both."))
        if not text.strip() and not file and not self.errors:
            self.add_error("text", _("The text is empty; paste a list of places."))
        data["text"] = text if text.strip() else file
        upload = self.files.get("file")
        data["name"] = upload.name if upload and not text.strip() else ""
        return data


def read_other(text: str) -> tuple[list[str], list[str]]:
    """The regions somebody typed for a line: codes, what is taken out with a minus (510000 -513300), or a text the resolver
    reads exactly. Raises ValidationError.
    """
    words = [narrow(word).replace("−", "-") for word in re.split(r"[,，、\s]+", text) if word]
    if words and all(is_digits(word.removeprefix("-")) for word in words):
        try:
            include = [read_code(word) for word in words if word[0] != "-"]
            return include, [read_code(word[1:]) for word in words if word[0] == "-"]
        except BadCode as error:
            raise ValidationError(in_words(error)) from None
    if not text.strip():
        raise ValidationError(_("Type a name or a code."))
    result = resolver().resolve(text)
    if result.status == Verdict.RESOLVED:
        return [result.code or ""], []
    if result.status == Verdict.RULES:
        return list(result.include), list(result.exclude)
    raise ValidationError(
        _("%(text)s is %(verdict)s. Name the province and the city too, or give the code.")
        % {"text": text[:60], "verdict": Verdict(result.status).label}
    )
