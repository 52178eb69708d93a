"""Rows of a table, checked one by one: each becomes a rule of a service, or an error with its line number."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regions.choices import RuleKind, Verdict
from regions.codes import BadCode, is_digits, read_code
from regions.gazetteer.active import resolver
from regions.keys import BadKey, read_region_key
from regions.lookup.called import several
from regions.models import CoverageRule, Region, Service, Source
from regions.models.base import today
from regions.models.region import COUNTRY_CODE
from regions.services.columns import fold, headings, named, with_heading, words
from regions.sheets import read_day, unescape
from regions.texts import flaw
from regions.wording import in_words

from .deciding import whole_successor
from .export import COLUMNS
from .plan import IntakeError

# Columns of exports that say again what others say, or what a table does not decide.
TOLD = ("key", "disputed")
ALLOWED = (*COLUMNS, "region_name", *TOLD)
# Errors are all counted; so many are kept with their text.
ERRORS_KEPT = 1_000
_HOURS_MAX = 32_767
_NOTE_MAX = 200

Read = TypeVar("Read")
# service_id, region_id, kind, valid_from, valid_to, response_hours, note, source_id
Row = tuple[int, int, str, str | None, str | None, int | None, str, int | None]


class Errors(list):
    """Messages with their line numbers; `total` also counts those not kept."""

    total = 0

    def add(self, line: int, message: str) -> None:
        self.total += 1
        if len(self) < ERRORS_KEPT:
            self.append(_("line %(line)d: %(message)s") % {"line": line, "message": message})


class Called:
    """Keys of records by slug, or by the name where one alone is called so."""

    def __init__(self, rows: QuerySet, name: str) -> None:
        self.kind = rows.model._meta.verbose_name
        self.slugs: dict[str, int] = {}
        self.names: dict[str, list[str]] = {}
        for slug, title, key in rows.order_by("slug").values_list("slug", name, "pk").iterator():
            self.slugs[slug] = key
            self.names.setdefault(title.lower(), []).append(slug)

    def find(self, text: str) -> int | None:
        if text in self.slugs:
            return self.slugs[text]
        so_called = self.names.get(text.lower(), [])
        if len(so_called) > 1:
            raise ValueError(several(self.kind, text, so_called))
        return self.slugs[so_called[0]] if so_called else None


class Rows:
    """Reads the rows of one table. `columns`: the columns it has; `errors`: what is wrong with it so far."""

    def __init__(
        self,
        header: list[str],
        *,
        service: Service | None,
        accept_renames: bool = False,
        services: QuerySet[Service] | None = None,
    ) -> None:
        """`services`: those a row may name, all when None. Raises IntakeError when the columns are not what they must be."""
        names = named(header, headings(CoverageRule, ALLOWED))
        while names and not names[-1]:
            names.pop()
        self._check(names, service)
        self.columns = frozenset(names)
        self.errors = Errors()
        self.services: set[int] = set() if service is None else {service.pk}
        self._names = names
        self._service = service
        self._accept_renames = accept_renames
        self._whole: dict[tuple[str, str], str | None] = {}
        self._today = today().isoformat()
        known = Service.objects.all() if services is None else services
        self._sources = Called(Source.objects.all() if "source" in names else Source.objects.none(), "title")
        self._called = Called(known if "service" in names else known.none(), "name")
        self._regions = {
            code: (pk, full_name)
            for code, pk, full_name in Region.objects.open()
            .order_by()
            .values_list("code", "pk", "full_name")
            .iterator()
        }
        self._by_key = {pk: (code, full_name) for code, (pk, full_name) in self._regions.items()}
        self._places = resolver()
        self._day = lru_cache(maxsize=4_096)(_day)
        self._by_text = lru_cache(maxsize=65_536)(self._resolve)
        self._find_ended = lru_cache(maxsize=4_096)(self._ended)

    @staticmethod
    def _check(names: list[str], service: Service | None) -> None:
        unknown = [name or _("(no name)") for name in names if name not in ALLOWED]
        if unknown:
            raise IntakeError(
                _("Unknown columns: %(unknown)s. Allowed: %(allowed)s.")
                % {
                    "unknown": ", ".join(unknown),
                    "allowed": ", ".join(with_heading(CoverageRule, name) for name in ALLOWED),
                }
            )
        if len(set(names)) < len(names):
            raise IntakeError(_("A column is there twice."))
        if not {"code", "region", "region_name"} & set(names):
            raise IntakeError(_("The table needs a column code or region."))
        if service is None and "service" not in names:
            raise IntakeError(_("Say which service the list is for: --service, or a column service."))

    def read(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, *Row]]:
        """(line, …rule) for every row that is right; the others go to `errors`."""
        names, width = self._names, len(self._names)
        plain = names == ["service", "code"] or names == ["code"]
        for line, cells in rows:
            if len(cells) != width and any(cells[width:]):
                self.errors.add(line, _("more cells than columns"))
                continue
            try:
                if plain and len(cells) == width:
                    yield (line, *self._plain(cells))
                else:
                    cells = [unescape(cell.strip()) for cell in cells]
                    yield (
                        line,
                        *self._row(dict(zip(names, cells + [""] * (width - len(cells)), strict=False))),
                    )
            except ValueError as error:
                self.errors.add(line, str(error))

    def _plain(self, cells: list[str]) -> Row:
        """The fast way for lists of codes."""
        try:
            service = self._find_service(cells[0].strip() if len(cells) == 2 else "")
            found = self._regions.get(cells[-1])
            region = found[0] if found else self._find_code(cells[-1].strip())
        except ValueError:  # all that is wrong with it is told
            return self._row(dict(zip(self._names, map(str.strip, cells), strict=True)))
        return (service, region, "include", None, None, None, "", None)

    def _row(self, row: dict[str, str]) -> Row:
        """The rule of a row; ValueError with everything that is wrong with it, whatever of it is unknown."""
        wrong = list[str]()

        def read(cells: Callable[[], Read]) -> Read | None:
            try:
                return cells()
            except ValueError as error:
                wrong.append(str(error))
                return None

        service = read(lambda: self._find_service(row.get("service", "")))
        begins = read(lambda: self._day(row.get("valid_from", "")))
        ends = read(lambda: self._day(row.get("valid_to", "")))
        region = read(lambda: self._region_of(row, service, begins))
        kind = read(lambda: _kind(row.get("kind", "")))
        read(lambda: self._check_days(begins, ends))
        note = read(lambda: _note(row.get("note", "")))
        hours = read(lambda: _hours(row.get("response_hours", "")))
        source = read(lambda: self._find_source(row.get("source", "")))
        if wrong or service is None or region is None or kind is None or note is None:
            raise ValueError(" ".join(wrong))
        return (service, region, kind, begins, ends, hours, note, source)

    def _region_of(self, row: dict[str, str], service: int | None, begins: str | None) -> int:
        try:
            return self._find_region(*(row.get(name, "") for name in ("code", "region", "region_name")))
        except ValueError:
            if not service or not begins or (on_file := region_of_rule(service, row, begins)) is None:
                raise
            self._by_key[on_file.pk] = on_file.key, on_file.full_name
            return on_file.pk

    def _check_days(self, begins: str | None, ends: str | None) -> None:
        if ends and ends <= (begins or self._today):
            raise ValueError(
                _("valid_to must lie after valid_from; the end day itself no longer counts.")
                if begins
                else _(
                    "valid_to must lie after today where valid_from is empty; for a rule of the past say when it began."
                )
            )

    def _find_source(self, text: str) -> int | None:
        if not text:
            return None
        if (found := self._sources.find(text)) is None:
            raise ValueError(_("there is no source %(slug)s.") % {"slug": text[:80]})
        return found

    def services_named(self, texts: Iterable[str]) -> Iterator[int]:
        """The services of some cells, before they are read: what is wrong is said of its row."""
        for text in set(texts):
            with suppress(ValueError):
                if found := self._called.find(text.strip()):
                    yield found

    def _find_service(self, text: str) -> int:
        if not text and self._service:
            return self._service.pk
        found = self._called.find(text)
        if found is None:
            raise ValueError(_("there is no service %(slug)s.") % {"slug": text[:80] or "''"})
        if self._service and found != self._service.pk:
            raise ValueError(_("this row is for another service than --service."))
        self.services.add(found)
        return found

    def _find_region(self, code: str, *texts: str) -> int:
        """The region of a row, by code or by name; where several columns name one they must agree."""
        found = self._find_code(code) if code else None
        for text in filter(None, texts):
            if found is not None and text.replace("/", "") in self._names_of(found):
                continue
            is_code = is_digits(text) or "@" in text
            region = self._find_code(text) if is_code else self._by_text(text.replace("/", ""))
            if found is not None and region != found:
                raise ValueError(
                    _("%(code)s is %(name)s, not %(text)s.")
                    % {"code": self._code_of(found), "name": self._name_of(found), "text": text[:40]}
                )
            found = region
        if found is None:
            raise ValueError(_("neither code nor region."))
        return found

    def _names_of(self, region: int) -> tuple[str, str]:
        """How exports write a region: no need to read that again."""
        return self._name_of(region).replace("/", ""), "全国" if self._code_of(region) == COUNTRY_CODE else ""

    def _code_of(self, region: int) -> str:
        return self._by_key[region][0]

    def _name_of(self, region: int) -> str:
        return self._by_key[region][1]

    def _find_code(self, code: str) -> int:
        found = self._regions.get(code)
        if "@" in code:
            return self._find_ended(code)
        if found is None:
            try:
                found = self._regions.get(read_code(code))
            except BadCode as error:
                raise ValueError(in_words(error)) from None
        if found is None:
            raise ValueError(self._why_not(code))
        return found[0]

    def _ended(self, text: str) -> int:
        """An earlier life of a code, by its key (330104@1989-12-11), as exports write it."""
        try:
            key = read_region_key(text)
        except BadKey as error:
            raise ValueError(in_words(error)) from None
        lives = Region.objects.closed().filter(code=key.code, valid_from=key.first_day or None)
        if (region := lives.first()) is None:
            raise ValueError(_("there is no region with the code %(code)s.") % {"code": text[:40]})
        self._by_key[region.pk] = text, region.full_name
        return region.pk

    def _why_not(self, code: str) -> str:
        from regions.lookup import find_by_code

        place = find_by_code(code)
        return place.detail or _("there is no region with the code %(code)s.") % {"code": code}

    def _resolve(self, text: str) -> int:
        """The region a text names; ValueError with the candidates where it does not name exactly one."""
        result = self._places.resolve(text)
        codes = [result.code] if result.status == Verdict.RESOLVED else list(result.include)
        if result.status in (Verdict.RESOLVED, Verdict.RULES) and len(codes) == 1 and not result.exclude:
            if codes[0] in self._regions:
                return self._regions[codes[0]][0]
        elif result.status == Verdict.RULES:
            raise ValueError(_("%(text)s names several regions; give each a row.") % {"text": text[:40]})
        if result.status == Verdict.HISTORICAL and self._accept_renames:
            successor = whole_successor(result.as_dict(), self._whole)
            if successor in self._regions:
                return self._regions[successor][0]
        choices = [*result.candidates, *result.successors]
        shown = "、".join(f"{self._regions[code][1]} ({code})" for code in choices if code in self._regions)
        raise ValueError(
            _("%(text)s is %(verdict)s.") % {"text": text[:40], "verdict": Verdict(result.status).label}
            + (_(" It may be: %(choices)s.") % {"choices": shown} if shown else "")
        )


def region_of_rule(service: int, row: Mapping[str, str], begins: date | str) -> Region | None:
    """The closed region of a rule that is on file, by what the files of the API name one: service, bare code, first day."""
    codes = {row[name].strip() for name in ("code", "region") if is_digits(row.get(name, "").strip())}
    if len(codes) != 1:
        return None
    named = CoverageRule.objects.filter(service=service, valid_from=begins, region__code__in=codes)
    found = named.exclude(region__valid_to=None).select_related("region").first()
    return found.region if found else None


def _day(text: str) -> str | None:
    """A day in ISO form, or None for an empty cell."""
    try:
        day = read_day(text)
    except ValueError as error:
        raise ValueError(in_words(error)) from None
    return day.isoformat() if day else None


def _kind(word: str) -> str:
    kind = words(RuleKind).get(fold(word)) if word else RuleKind.INCLUDE.value
    if kind is None:
        raise ValueError(_("%(value)s is not a kind; use include or exclude.") % {"value": word[:40]})
    return kind


def _note(text: str) -> str:
    if found := flaw(text, _NOTE_MAX, controls=False):
        raise ValueError(_("the note %(flaw)s.") % {"flaw": in_words(found.what)})
    return text


def _hours(text: str) -> int | None:
    if not text:
        return None
    if not is_digits(text) or int(text) > _HOURS_MAX:
        raise ValueError(_("response_hours must be a whole number of hours."))
    return int(text)
