"""Columns of tables and words in their cells, by any of their names: as files and the API say them, or as forms do in each language."""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

# What people call columns that are not columns of the record itself, or that they call otherwise than the form.
ALSO = {
    "code": ("代码", "区域代码", "行政区划代码", "region code"),
    "region": ("区域", "地区"),
    "region_name": ("区域名称", "地区名称"),
    "service": ("服务",),
    "valid_from": ("生效日期", "开始日期"),
    "valid_to": ("失效日期", "结束日期"),
    "correction": ("更正",),
}

# Columns of files that are no columns of the record.
CALLED = {
    "code": _("region code"),
    "region_name": _("region name"),
    "rules": _("rules of its own"),
    "correction": _("correction of past days"),
    "key": _("key"),
    "status": _("status"),
    "disputed": _("disputed"),
    "kind": _("kind"),
    "display": _("number as it is shown"),
    "telephone": _("international number"),
    "always_open": _("always open"),
    "hours": _("opening hours in words"),
    "schedule": _("opening hours as data"),
    "checked_on": _("checked on"),
    "expires_on": _("check holds until"),
    "open_reports": _("open reports"),
    "replaces": _("takes the place of"),
}


def fold(text: str) -> str:
    """A heading or a word as it is compared: width, case and spaces do not matter."""
    return "_".join(unicodedata.normalize("NFKC", text).lower().split())


def headings(model: type[models.Model], names: Iterable[str]) -> dict[str, str]:
    """Every folded heading by which a column of a table may be called → its name in files."""
    fields = {field.name: field for field in model._meta.get_fields() if isinstance(field, models.Field)}
    names = list(names)
    found = {fold(name): name for name in names}
    for name in names:
        said = list(ALSO.get(name, ()))
        if name in fields:
            said += in_each_language(fields[name].verbose_name)
        elif name in CALLED:
            said += in_each_language(CALLED[name])
        for heading in said:
            found.setdefault(fold(heading), name)
    return found


def heading(model: type[models.Model], name: str) -> str:
    """What a column is called in the reader's language."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return str(CALLED.get(name, name))
    return str(field.verbose_name if isinstance(field, models.Field) else CALLED.get(name, name))


def in_file(model: type[models.Model], names: Iterable[str]) -> dict[str, str]:
    """Columns by name → the headings under which a file for a reader has them: in English, as all files have them.

    Each is read back as that column, whatever else the table has.
    """
    names = list(names)
    if (get_language() or "en").startswith("en"):
        return dict(zip(names, names, strict=True))
    known = headings(model, names)
    said = {name: heading(model, name) for name in names}
    return {name: text if known.get(fold(text)) == name else name for name, text in said.items()}


def with_heading(model: type[models.Model], name: str) -> str:
    """A column as the reader calls it and as files do."""
    said = heading(model, name)
    return name if fold(said) == name else f"{said} ({name})"


def named(header: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """The names in files of the columns of a header; what is not known stays as it stands."""
    return [known.get(fold(heading), heading.strip()) for heading in header]


@cache
def words(choices: type[models.TextChoices]) -> dict[str, str]:
    """Every folded word for a value of a vocabulary → the value."""
    found = {fold(value): value for value in choices.values}
    for choice in choices:
        for label in in_each_language(choice.label):
            found.setdefault(fold(label), choice.value)
    return found


def in_each_language(label) -> list[str]:
    said = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.append(str(label))
    return said
