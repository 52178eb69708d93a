"""Cells: how values are written, how they are read, and what is said when they cannot be."""

import datetime
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from regions import access
from regions.choices import Verdict
from regions.codes import BadCode, is_digits, read_code
from regions.gazetteer.active import resolver
from regions.keys import BadKey, read_region_key
from regions.lookup.called import the_one
from regions.models import Hotline, PhoneNumber, Region
from regions.phones import NumberError, parse_number
from regions.phones import display as grouped
from regions.services import records
from regions.services.columns import fold, in_each_language
from regions.sheets import read_day
from regions.wording import in_words

# So many records are asked for by name in one query.
AT_ONCE = 500

_TRUE = {"1", "true", "yes", "y", "是", "√"}
_FALSE = {"0", "false", "no", "n", "否", ""}


def in_english() -> bool:
    return (get_language() or "en").startswith("en")


class _Cell(Widget):
    def render(self, value, obj=None, **kwargs) -> str:
        return "" if value is None else str(value)

    def said(self, value) -> str:
        """A value for people, in their language: what a preview shows."""
        return self.render(value)

    def written(self, value) -> str:
        """A value in a file for somebody: in his language, where it is read back from that; English is that of all files."""
        return self.render(value)


class Text(_Cell):
    def clean(self, value, row=None, **kwargs) -> str:
        return (value or "").strip()


class Word(Text):
    """A word of a closed vocabulary: as files say it, or as forms do in any language."""

    def __init__(self, choices):
        super().__init__()
        self.choices = list(choices)

    def clean(self, value, row=None, **kwargs) -> str:
        text = super().clean(value)
        for word, label in self.choices:
            if fold(text) in (fold(word), *map(fold, in_each_language(label))):
                return word
        if not text:
            return text  # the record itself says whether there must be one
        there = "、".join(str(label) for _word, label in self.choices)
        raise ValueError(_("“%(text)s” is none of: %(choices)s.") % {"text": text[:40], "choices": there})

    def said(self, value) -> str:
        return str(dict(self.choices).get(value, value or ""))

    def written(self, value) -> str:
        return self.render(value) if in_english() else self.said(value)

    def to_choose(self) -> list[str]:
        """What a cell of a workbook offers."""
        return [self.written(word) for word, _label in self.choices]


class Lines(_Cell):
    """A list of texts: one a line within the cell, or in JSON, as the files of `/export/` have it."""

    def clean(self, value, row=None, **kwargs) -> list[str]:
        with suppress(ValueError):
            found = json.loads(value or "")
            if isinstance(found, list) and all(isinstance(each, str) for each in found):
                return found
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def render(self, value, obj=None, **kwargs) -> str:
        return "\n".join(value or [])


class Flag(_Cell):
    def clean(self, value, row=None, **kwargs) -> bool:
        word = (value or "").strip().lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise ValueError(_("“%s” is neither yes nor no; write 1 or 0.") % value)

    def render(self, value, obj=None, **kwargs) -> str:
        return "1" if value else "0"

    def said(self, value) -> str:
        return _("yes") if value else _("no")

    def written(self, value) -> str:
        return self.render(value) if in_english() else self.said(value)

    def to_choose(self) -> list[str]:
        """What a cell of a workbook offers."""
        return [self.written(True), self.written(False)]


class Whole(_Cell):
    """A whole number, not negative; empty is nothing, or the default where one is given."""

    def __init__(self, default: int | None = None):
        super().__init__()
        self.default = default

    def clean(self, value, row=None, **kwargs) -> int | None:
        text = (value or "").strip()
        if not text:
            return self.default
        if not (is_digits(text) and len(text) < 10):
            raise ValueError(_("“%s” is not a whole number.") % value)
        return int(text)


class Degrees(_Cell):
    """A decimal number with a point; empty is nothing."""

    def clean(self, value, row=None, **kwargs) -> Decimal | None:
        text = (value or "").strip()
        if not text:
            return None
        if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,15})?", text):
            raise ValueError(_("“%s” is no number of degrees; write it like 104.975432.") % value)
        return round(Decimal(text), 6)


class Day(_Cell):
    def clean(self, value, row=None, **kwargs) -> datetime.date | None:
        try:
            return read_day(value or "")
        except ValueError as error:
            raise ValueError(in_words(error)) from None

    def render(self, value, obj=None, **kwargs) -> str:
        return value.isoformat() if value else ""


class _Looked(_Cell):
    """A record named in a cell. Looks each name up once; offers only what the user may work on."""

    def __init__(self, model):
        super().__init__()
        self.model, self.user = model, None
        self._found: dict[str, object] = {}

    def clean(self, value, row=None, **kwargs):
        text = (value or "").strip()
        if not text:
            return None
        if text not in self._found:
            self._found[text] = self.find(text)
        return self._found[text]

    def rows(self):
        queryset = self.model._default_manager.all()
        return access.limit(queryset, self.user) if self.user else queryset

    def said(self, value) -> str:
        return str(value) if value else ""


class Slug(_Looked):
    """A record by its slug, or by its name where it alone is called so."""

    def find(self, text: str):
        return the_one(self.rows(), text)

    def render(self, value, obj=None, **kwargs) -> str:
        return value.slug if value else ""


class HotlineKey(_Looked):
    """A hotline by its key, as answers name it."""

    def __init__(self):
        super().__init__(Hotline)

    def find(self, text: str) -> Hotline:
        try:
            found = self.rows().keyed(text).first()
        except BadKey as error:
            raise ValueError(in_words(error)) from None
        if found is None:
            raise ValueError(_("There is no hotline %s, or it is not one of yours.") % text)
        return found

    def render(self, value, obj=None, **kwargs) -> str:
        return value.key if value else ""


class RegionCode(_Looked):
    """A current region by its code (6, 9 or 12 digits) or name; an earlier life as code@first-day, as exported."""

    def __init__(self):
        super().__init__(Region)

    def find(self, text: str) -> Region:
        if not any(char.isdigit() for char in text):
            text = self._code_of(text.replace("/", ""))
        try:
            key = read_region_key(text)
            code = read_code(key.code)
        except (BadCode, BadKey) as error:
            raise ValueError(in_words(error)) from None
        lives = Region.objects.filter(code=code)
        found = lives.filter(valid_from=key.first_day or None).first() if key.ended else lives.open().first()
        if found is not None:
            return found
        closed = lives.closed().order_by("-valid_to").first()
        if closed is None or closed.valid_to is None:
            raise ValueError(_("There is no region with the code %s.") % text)
        heirs = "、".join(
            f"{edge.new.name} {edge.new.code}" for edge in closed.successions.ends().select_related("new")
        )
        raise ValueError(
            _(
                "%(name)s (%(code)s) was closed in %(year)d. It became: %(heirs)s. Name those, or %(key)s for the old one."
            )
            % {
                "name": closed.name,
                "code": code,
                "year": closed.valid_to.year,
                "heirs": heirs or "—",
                "key": closed.key,
            }
        )

    @staticmethod
    def _code_of(name: str) -> str:
        """The code of the one region that a name means, read as in lists."""
        result = resolver().resolve(name)
        if result.status == Verdict.RESOLVED and result.code:
            return result.code
        if len(result.include) == 1 and not result.exclude:
            return result.include[0]
        said = _("%(text)s is %(verdict)s.") % {"text": name[:40], "verdict": Verdict(result.status).label}
        codes = [*result.candidates, *result.successors]
        rows = Region.objects.open().filter(code__in=codes).order_by("code")
        shown = "、".join(f"{each.full_name} ({each.code})" for each in rows)
        raise ValueError(said + (_(" It may be: %(choices)s.") % {"choices": shown} if shown else ""))

    def render(self, value, obj=None, **kwargs) -> str:
        return value.key if value else ""


class Number(_Looked):
    """A telephone number in any grouping. One that is not on file yet is put there."""

    def __init__(self):
        super().__init__(PhoneNumber)
        self._absent: set[str] = set()

    def find(self, text: str) -> PhoneNumber:
        known = self._on_file(text)
        if known is not None:
            return known
        try:
            number = parse_number(text)
        except NumberError as error:
            raise ValueError(
                _(
                    "“%s” is not exactly one telephone number: give its digits, with the area code for a fixed line."
                )
                % text
            ) from error
        known = self._on_file(number.canonical) if number.canonical != text else None
        if known is not None:
            return known
        if number.needs_region:
            raise ValueError(
                _("%s means another service in each province: add the number with its province first.") % text
            )
        try:
            self._absent.discard(number.canonical)  # a later row may spell it in another way
            return records.save(PhoneNumber(canonical=number.canonical, kind=number.kind), actor=self.user)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from error

    def read_ahead(self, texts: Iterable[str]) -> None:
        """Look up many numbers at once, as far as they stand there in their digits."""
        digits = sorted({text for text in texts if is_digits(text)})
        for start in range(0, len(digits), AT_ONCE):
            some = digits[start : start + AT_ONCE]
            self._found |= {each.canonical: each for each in PhoneNumber.objects.filter(canonical__in=some)}
        self._absent = set(digits) - self._found.keys()

    def _on_file(self, canonical: str) -> PhoneNumber | None:
        if canonical in self._absent:
            return None
        return PhoneNumber.objects.order_by().filter(canonical=canonical).first()

    def render(self, value, obj=None, **kwargs) -> str:
        return value.canonical if value else ""

    def said(self, value) -> str:
        return grouped(value.canonical) if value else ""
