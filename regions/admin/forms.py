"""Form parts of the admin."""

import datetime
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.choices import ChangeAction
from regions.codes import is_digits
from regions.models import Change, CoverageRule
from regions.models.base import today
from regions.services import lives, records, slugs
from regions.services.changes import fields_of, key_of, kind_of
from regions.services.past import PLACES, DatedRecord
from regions.wording import clauses

from .kept import KeptForm
from .look import Textarea, TextInput
from .pretty import pretty_changes, who, with_sets


class LinesField(forms.Field):
    """A list of short texts, edited as one text a line. Empty lines and outer spaces go."""

    default_validators = [ProhibitNullCharactersValidator()]
    widget = Textarea(attrs={"rows": 5})

    def prepare_value(self, value):
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        if isinstance(value, list):
            return value
        lines = (line.strip() for line in str(value or "").splitlines())
        return [line for line in lines if line]

    def validate(self, value) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value) -> None:
        for line in value:
            super().run_validators(line)

    def has_changed(self, initial, data) -> bool:
        return self.to_python(data) != (initial or [])


class RecordFormSet(forms.BaseInlineFormSet):
    """Rows below a record; those that are records of their own are held against what others wrote meanwhile."""

    def clean(self) -> None:
        super().clean()
        told = []
        for form in self.forms:
            if not (form.instance.pk and form.has_changed() and hasattr(form.instance, "key")):
                continue
            stands = gone_on(self.data, form.instance)
            told += lost_update(self.data, stands or form.instance)
            if not stands and not form.errors:
                self._refuse_past_days(form)
            if stands:
                self._point(form, stands)
        if told:
            raise ValidationError(told)

    @staticmethod
    def _refuse_past_days(form) -> None:
        """What would change past days is said beside the row, which keeps what was typed."""
        stored = records.held(form.instance)
        if isinstance(stored, DatedRecord) and isinstance(form.instance, DatedRecord):
            try:
                lives.begins_anew(stored, form.instance)
            except lives.PastDays as error:
                form.add_error(None, error.messages)

    def _point(self, form, record) -> None:
        """Shown again, a row is of the record that goes on; what was typed stays in it."""
        data = cast(QueryDict, self.data).copy()
        data[form.add_prefix("id")] = str(record.pk)
        self.data = data
        for each in self.forms:
            each.data = data


class TableFormSet(RecordFormSet):
    """Rows of a table: what is said of a field stands in its heading, which is that of the empty row."""

    @property
    def empty_form(self):
        form = super().empty_form
        if self.initial_form_count():
            say_past(form, of_others=True)
        return form


def say_past(form: forms.ModelForm, of_others: bool = False) -> None:
    """Say of the fields of a record on file (or of others in a table) that a change of them is one of past days too."""
    said = gettext("Counts for past days too: a change is recorded as a correction.")
    if (
        not form.instance.pk
        and isinstance(form.instance, DatedRecord)
        and (field := form.fields.get("valid_from"))
    ):
        dated_back = gettext("A day before today counts for past days too: it is recorded as a correction.")
        field.help_text = f"{field.help_text} {dated_back}"
    placing = PLACES.get(type(form.instance), ()) if form.instance.pk or of_others else ()
    for column in form.instance._meta.concrete_fields:
        if column.attname in placing and (field := form.fields.get(column.name)):
            field.help_text = f"{field.help_text} {said}"


class FixedKeyForm(forms.ModelForm):
    """Fields that make up a record's key cannot change once it exists: clients know the record by them."""

    key_fields: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in self.key_fields:
                if name in self.fields:
                    self.fields[name].disabled = True
        say_past(self)


class RecordForm(KeptForm, forms.ModelForm):
    """A record and why it is changed. The reason goes into the audit trail, not into the record.

    Who saves a record that somebody else changed meanwhile is told what, and keeps what he typed.
    """

    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=200,
        required=False,
        widget=TextInput,
        help_text=_("One sentence for the audit trail, for example the list of November 2026."),
    )
    # Where the directory stood when the page was made (`BaseAdmin.get_form` says it).
    seen = forms.IntegerField(required=False, label="", widget=forms.HiddenInput)
    position = 0
    # Why the writing of this very form was refused, when it is shown again (`Recorded.changeform_view`).
    refused: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.position
        say_past(self)

    def _post_clean(self) -> None:
        """Check what stands against it now, and constraints also where one of their fields is not on the form."""
        super()._post_clean()  # type: ignore[misc]  # the stubs do not name it
        if self.instance.pk:
            self._compare_with_stored()
        if not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self.add_error(None, error.messages)
        for said in self.refused:
            self.add_error(None, said)

    def _compare_with_stored(self) -> None:
        """The stored record is held until the end: nobody comes between this look and the writing."""
        try:
            stored = records.held(self.instance)
        except ValidationError as error:
            return self.add_error(None, error.messages)
        self.compare_with(stored)
        for newer in lost_update(self.data, self.instance):
            self.add_error(None, newer)
        return None

    def compare_with(self, stored) -> None:
        """What else the stored record has to say; for forms of dated records."""


class SluggedForm(RecordForm):
    """A record with a slug: left empty when it is made, the slug is that of the name in pinyin."""

    named_by = "name"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk and "slug" in self.fields:
            field = self.fields["slug"]
            field.required = False
            left_empty = gettext("Left empty, it is made from the name, in pinyin.")
            field.help_text = f"{field.help_text} {left_empty}"

    def clean(self):
        data = super().clean() or {}
        if (
            not self.instance.pk
            and "slug" in self.fields
            and "slug" not in self.errors
            and not data.get("slug")
        ):
            data["slug"] = slugs.free(self._meta.model, slugs.from_name(data.get(self.named_by) or ""))
            if not data["slug"]:
                self.add_error("slug", gettext("No slug can be made from this name: give one."))
        return data


class DatedForm(RecordForm):
    """A record that holds for a time: an edit begins a new one today, unless it was always wrong."""

    FROM_TODAY, ALWAYS = "today", "always"
    since = forms.ChoiceField(
        label=_("Since when"),
        choices=[
            (
                FROM_TODAY,
                _("From today on: what stood until now ends, and stays on file for the days before"),
            ),
            (ALWAYS, _("It was always wrong: correct the past days too")),
        ],
        initial=FROM_TODAY,
        required=False,
        widget=forms.RadioSelect,
    )

    # The record that goes on where this one has ended meanwhile, once that was told (`BaseAdmin.render_change_form`).
    goes_on = forms.IntegerField(required=False, label="", widget=forms.HiddenInput)

    @property
    def corrects(self) -> bool:
        return self.cleaned_data.get("since") == self.ALWAYS

    def clean(self):
        """What began today or later cannot end before it has held a day: what can be done is said."""
        data = super().clean() or self.cleaned_data
        begins, ends = (data.get(name, getattr(self.instance, name)) for name in ("valid_from", "valid_to"))
        if self.instance.pk and begins and ends and today() <= begins and ends <= begins:
            del self.cleaned_data["valid_to"]
            self.add_error("valid_to", _never_held(self.instance, begins))
        return data

    def compare_with(self, stored) -> None:
        if not self.errors and not self.corrects:
            try:
                lives.begins_anew(stored, self.instance)
            except lives.PastDays as error:
                self.add_error("since", error.messages)


def _never_held(record, begins: datetime.date) -> str:
    """Why a record cannot end on the day on which it begins, and what to do: another day, or take it out whole."""
    name = record._meta.model_name
    if isinstance(record, CoverageRule):
        listed = reverse("admin:regions_coveragerule_changelist")
        way, where = (
            _("choose it in the list and close it with *take out*"),
            f"{listed}?service={record.service_id}&within={record.region_id}",
        )
    else:
        way, where = _("delete it"), reverse(f"admin:regions_{name}_delete", args=[record.pk])
    return format_html(
        gettext("It begins on {day}, so it can end on {next} at the earliest. To take it out whole, <a href='{where}'>{way}</a>."),
        day=begins, next=begins + datetime.timedelta(days=1), where=where, way=way,
    )  # fmt: skip


def lost_update(data, record) -> list[str]:
    """What to say when a record was changed since the page was made."""
    seen = data.get("seen", "")
    if not (is_digits(seen) and len(seen) < 19):
        return []
    newer = changed_since(record, int(seen))
    if not newer:
        return []
    for change in newer:
        _as_a_change(change, record)
    kept = gettext("What you typed is kept below. Compare, and save again to put it in place of that.")
    return [_told(newer), kept]


def gone_on(data, record) -> DatedRecord | None:
    """The record that goes on where this one ended since the page was made, or that was shown in its place; else None."""
    seen, stands = data.get("seen", ""), lives.gone_on_as(record)
    if stands is None or not is_digits(seen):
        return None
    began = Change.objects.filter(kind=kind_of(stands), key=stands.key, action=ChangeAction.CREATE)
    new = len(seen) < 19 and began.filter(pk__gt=int(seen)).exists()
    return stands if new or data.get("goes_on") == str(stands.pk) else None


def changed_since(record, position: int) -> list[Change]:
    """What was written about a record after a position, but for what left its own columns alone."""
    rows = Change.objects.filter(kind=kind_of(record), key=key_of(record), pk__gt=position)
    return [row for row in rows.select_related("actor").order_by("pk") if row.before or row.after]


def _as_a_change(change: Change, record) -> None:
    """What began where another ended is told by what it says otherwise."""
    before = lives.gone_on_from(record) if change.action == ChangeAction.CREATE else None
    if before is not None and change.after:
        was = fields_of(before)
        says = {name for name, value in change.after.items() if was.get(name) != value} - _OF_A_LIFE
        change.before, change.after = (
            {name: was[name] for name in says},
            {name: change.after[name] for name in says},
        )


_OF_A_LIFE = {"id", "valid_from", "valid_to", "follows_id", "dated_key", "import_line_id"}


def _told(changes: list[Change]) -> str:
    """Who changed what, in a sentence."""
    said = []
    with_sets(changes)
    for change, rows in pretty_changes(changes):
        what = clauses(f"{row.name}: {row.before} → {row.after}" for row in rows if row.before != row.after)
        if change.kind == "dispute" and change.reason not in what:  # the words it was accepted with
            what = f"{what} — {change.reason}"
        at = f"{timezone.localtime(change.at):%H:%M}"
        said.append(gettext("%(who)s at %(at)s: %(what)s") % {"who": who(change), "at": at, "what": what})
    return gettext("Somebody changed this while the page was open. %(changes)s") % {
        "changes": " | ".join(said)
    }
