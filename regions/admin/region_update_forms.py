"""Forms of the page on region data: an edition, or a change that was announced."""

import re
from pathlib import Path

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.choices import Level, Share
from regions.gazetteer.announced import CARVE_OUT, TOWN, AnnouncementError, Row, read_rows, rows_of_file
from regions.gazetteer.archive import LARGEST, pack_folder, pack_uploads
from regions.gazetteer.corrections import COLUMNS
from regions.gazetteer.edition import EditionError
from regions.gazetteer.files import EDITION
from regions.sheets import Unreadable, decode

from .kept import KeptForm
from .look import DateWidget, Textarea, TextInput

ACTIONS = [
    ("rename", gettext_lazy("renamed: the same code, another name")),
    ("recode", gettext_lazy("recoded: the same name, another code")),
    ("upgrade", gettext_lazy("changed in kind: a county becomes a district or a city")),
    ("merge", gettext_lazy("merged into another division")),
    ("split", gettext_lazy("split into several divisions")),
    (CARVE_OUT, gettext_lazy("carved out: a part leaves, the rest lives on")),
    (TOWN, gettext_lazy("a township goes to another county, or gets another code or name")),
]
_SHARES = {"全部": Share.WHOLE, "大部": Share.MOST, "大部分": Share.MOST, "部分": Share.PART} | {
    str(share): share for share in Share.values
}
_LATIN = re.compile(r"[a-z]+")


def folders() -> list[tuple[str, str]]:
    """The folders of editions that lie beside the bundled one, as (path, name)."""
    bundled = Path(settings.REGIONS_DIR)
    found = sorted(path.parent for path in bundled.parent.glob(f"*/{EDITION}"))
    return [(str(path), path.name) for path in found]


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files at once."""

    def clean(self, data, initial=None):
        single = super().clean
        return [single(one, initial) for one in data] if isinstance(data, list | tuple) and data else []


class EditionForm(KeptForm, forms.Form):
    """Files of an edition, or a folder of one, or a file of announced changes. `archive` or `rows` is what was given."""

    given = _FilesField(
        label=gettext_lazy("files"),
        required=False,
        widget=_Files,
        help_text=gettext_lazy(
            "A ZIP archive, or regions.csv, townships.csv, names.csv, successions.csv and edition.json; or a corrections.csv with announced changes."
        ),
    )
    folder = forms.ChoiceField(
        label=gettext_lazy("or a folder on the server"),
        required=False,
        help_text=gettext_lazy("Folders with an edition.json beside the bundled edition."),
    )

    archive: bytes | None = None
    rows: list[Row] | None = None

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["folder"].choices = [("", "—"), *folders()]  # type: ignore[attr-defined]

    def clean(self):
        cleaned = super().clean() or {}
        files, folder = cleaned.get("given") or [], cleaned.get("folder")
        if bool(files) == bool(folder):
            raise ValidationError(_("Choose files or a folder, one of the two."))
        if sum(file.size for file in files) > LARGEST:
            raise ValidationError(
                _("The files are larger than %(size)d MB together.") % {"size": LARGEST // 2**20}
            )
        try:
            if folder:
                self.archive = pack_folder(Path(folder))
            elif [Path(file.name).name for file in files] == ["corrections.csv"]:
                self.rows = rows_of_file(decode(files[0].read()))
            else:
                self.archive = pack_uploads([(Path(file.name).name, file.read()) for file in files])
        except EditionError as error:
            raise ValidationError(error.faults[:50]) from None
        except (AnnouncementError, Unreadable) as error:
            raise ValidationError(str(error).splitlines()) from None
        return cleaned


class AnnouncedForm(KeptForm, forms.Form):
    """One change that was announced; `rows` is what it comes to."""

    action = forms.ChoiceField(label=gettext_lazy("what happens"), choices=ACTIONS, widget=forms.RadioSelect)
    code = forms.CharField(
        label=gettext_lazy("code of the division it happens to"),
        max_length=200,
        widget=TextInput,
        help_text=gettext_lazy(
            "For example 330122; of a merger several, with spaces. Nine digits for a township."
        ),
    )
    to = forms.CharField(
        label=gettext_lazy("where it goes"),
        required=False,
        max_length=2_000,
        widget=Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "A division a line: code, name if it is new, 大部 or 部分 if it took that much, pinyin if it is read unusually. For example: 330115 桐庐区"
        ),
    )
    parent = forms.CharField(
        label=gettext_lazy("code of the division above"),
        required=False,
        max_length=12,
        widget=TextInput,
        help_text=gettext_lazy("Empty: the same as before. Of a township, the county it goes to."),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("level"),
        required=False,
        choices=[("", "—"), *((level.word, level.label) for level in Level if level != Level.COUNTRY)],
        help_text=gettext_lazy("Empty: the same as before."),
    )
    towns = forms.CharField(
        label=gettext_lazy("townships that go elsewhere"),
        required=False,
        max_length=20_000,
        widget=Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "All others follow by themselves. A township a line: its code, the county it goes to, its new code and name if it gets one. For example: 330122103 330111"
        ),
    )
    date = forms.DateField(
        label=gettext_lazy("day"), widget=DateWidget, help_text=gettext_lazy("The day it takes effect.")
    )
    document = forms.CharField(
        label=gettext_lazy("document"),
        required=False,
        max_length=200,
        widget=TextInput,
        help_text=gettext_lazy("For example 国函〔2021〕29号."),
    )
    source = forms.CharField(
        label=gettext_lazy("source"),
        max_length=200,
        widget=TextInput,
        help_text=gettext_lazy("Who announced it, for example 浙江省人民政府."),
    )

    rows: list[Row]

    def clean(self):
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        common = dict.fromkeys(COLUMNS, "") | {
            "date": cleaned["date"].isoformat(),
            "document": cleaned["document"],
            "source": cleaned["source"],
        }
        try:
            main = common | {
                "action": cleaned["action"],
                "code": ";".join(re.split(r"[\s,，、;；]+", cleaned["code"].strip())),
                "parent": cleaned["parent"].strip(),
                "level": cleaned["level"],
                "to": ";".join(map(_target, cleaned["to"].splitlines())).strip(";"),
            }
            towns = [common | _town(line) for line in cleaned["towns"].splitlines() if line.strip()]
            self.rows = [main, *towns]
            read_rows(self.rows)
        except AnnouncementError as error:
            raise ValidationError(str(error).splitlines()) from None
        return cleaned


def _target(line: str) -> str:
    """330115 桐庐区 大部 tongluqu → 330115:most:桐庐区:tongluqu."""
    if not line.strip():
        return ""
    code, *words = re.split(r"[\s,，:：]+", line.strip())
    share = next((_SHARES[word] for word in words if word in _SHARES), "")
    others = [word for word in words if word not in _SHARES]
    pinyin = next((word for word in others if _LATIN.fullmatch(word)), "")
    return ":".join((code, share, "".join(word for word in others if word != pinyin), pinyin))


def _town(line: str) -> Row:
    code, *words = re.split(r"[\s,，:：]+", line.strip())
    parent = words.pop(0) if words and len(words[0]) in (6, 12) else ""
    return {"action": TOWN, "code": code, "parent": parent, "to": _target(" ".join(words))}
