"""Store tables: rows of name, address, telephone and hours, held against the outlets of a service and brought in.

A row is the outlet of the brand with that name at that address, or a new one. What needs a person stands open with its
reason: an address that may lie in several divisions, a number that another brand claims. A division that somebody chose
for an outlet on file, or names in a column of the table, decides the address. Names of persons are not kept.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from regions.choices import RuleKind
from regions.codes import BadCode, read_code
from regions.lookup.serving import county_of
from regions.models import CoverageRule, Hotline, Outlet, OutletService, PhoneNumber, Region, Service, Source
from regions.phones import find_numbers
from regions.wording import in_words

from . import outlets, records, slugs
from .changes import change_set
from .columns import fold

# Columns by what people call them; a word in them is enough.
_HEADINGS = {
    "person": ("联系人", "负责人", "店长", "站长", "经理", "姓名", "法人", "contact person", "contact name", "manager", "owner"),
    "telephone": ("电话", "手机", "热线", "号码", "tel", "phone", "mobile", "hotline"),
    "hours": ("营业时间", "工作时间", "服务时间", "上班时间", "时间", "hours"),
    "region": ("区域代码", "行政区划代码", "区划代码", "代码", "region code", "region"),
    "address": ("地址", "位置", "address", "location"),
    "province": ("省", "province"),
    "county": ("区县", "县区", "县", "区", "county", "district"),
    "city": ("市", "city", "prefecture"),
    "name": ("名称", "网点", "门店", "店名", "服务站", "服务商", "服务中心", "维修点", "name", "store", "outlet", "shop", "station"),
}  # fmt: skip
_ABOVE = ("province", "city", "county")
_LONGEST = {"name": 120, "address": 200, "hours": 500}
LABEL = "网点电话"
Progress = Callable[[Iterable], Iterable]


class Number(NamedTuple):
    canonical: str
    extension: str
    kind: str


@dataclass(slots=True)
class Row:
    """A row as it was read, the outlet that it is, if it is on file, and what has to be decided about it."""

    line: int
    name: str
    address: str
    hours: str
    numbers: list[Number]
    code: str = ""
    region: Region | None = None
    outlet: Outlet | None = None
    state: str = "new"  # new, changed, unchanged, open
    why: str = ""


@dataclass(slots=True)
class Draft:
    """What a table comes to. `errors` are all there are, by line; `gone`: outlets of the same source that it does not name."""

    service: Service
    source: Source | None
    columns: dict[str, list[int]] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)  # headings of persons
    ignored: list[str] = field(default_factory=list)  # headings of nothing that is known
    rows: list[Row] = field(default_factory=list)
    gone: list[Outlet] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    proposed: list[tuple[Region, int]] = field(default_factory=list)

    def of(self, state: str) -> list[Row]:
        return [row for row in self.rows if row.state == state]


def draft(
    service: Service, source: Source | None, table: Iterable[tuple[int, list[str]]], progress: Progress = iter
) -> Draft:
    """Read a table, its header first, and hold it against what is on file. Writes nothing. Raises ValidationError."""
    lines = iter(table)
    made = Draft(service, source)
    _read_header(made, next(lines, (0, []))[1])
    for line, cells in progress(lines):
        _read_row(made, line, cells)
    _place(made, progress)
    _compare(made)
    _see_other_brands(made)
    _propose(made)
    return made


def _read_header(made: Draft, header: list[str]) -> None:
    for position, heading in enumerate(header):
        folded = fold(heading).replace("_", " ")
        column = next(
            (name for name, words in _HEADINGS.items() if any(word in folded for word in words)), ""
        )
        if column == "person":
            made.dropped.append(heading)
        elif column and (column == "telephone" or column not in made.columns):
            made.columns.setdefault(column, []).append(position)
        elif folded:
            made.ignored.append(heading)
    if missing := [name for name in ("name", "address") if name not in made.columns]:
        raise ValidationError(
            _("The table has no column for: %s. Its first row must name the columns, such as 名称 and 地址.")
            % ", ".join(missing)
        )


def _read_row(made: Draft, line: int, cells: list[str]) -> None:
    def cell(column: str) -> str:
        places = made.columns.get(column, ())
        return " ".join(filter(None, (cells[at].strip() for at in places if at < len(cells))))

    above = ""
    for part in map(cell, _ABOVE):
        if part and part not in above and part not in cell("address"):
            above += part
    row = Row(line, cell("name"), above + cell("address"), cell("hours"), [], code=cell("region"))
    said = []
    for column, text in (("name", row.name), ("address", row.address), ("hours", row.hours)):
        if not text and column != "hours":
            said.append(_("%s is empty.") % column)
        if len(text) > _LONGEST[column]:
            said.append(
                _("%(column)s is longer than %(most)d characters.")
                % {"column": column, "most": _LONGEST[column]}
            )
    telephone = cell("telephone")
    found = find_numbers(telephone, expected=True)
    if telephone and not found:
        said.append(_("No telephone number in “%s”.") % telephone[:40])
    for number in found:
        if not number.canonical:
            said.append(f"{number.raw}: {in_words(number.reason)}.")
        elif number.needs_region:
            said.append(
                _("%s means another service in each province: add the number with its province first.")
                % number.raw
            )
        else:
            row.numbers.append(Number(number.canonical, number.extension, number.kind))
    row.numbers = list(dict.fromkeys(row.numbers))
    if said:
        made.errors += [(line, text) for text in said]
    else:
        made.rows.append(row)


def _place(made: Draft, progress: Progress) -> None:
    """The division of each row: that of its column, of the outlet on file, or what its address says for certain."""
    on_file = Outlet.objects.open().filter(brand=made.service.brand_id).select_related("region")
    known = {
        (outlet.name, outlet.address): outlet
        for outlet in on_file.prefetch_related("served__hotline__number")
    }
    seen: dict[tuple[str, str], int] = {}
    read = outlets.read_addresses({row.address for row in made.rows}, progress)
    codes = {row.code for row in made.rows if row.code}
    named = {region.code: region for region in Region.objects.open().filter(code__in=map(_code, codes))}
    for row in made.rows:
        if first := seen.get((row.name, row.address)):
            made.errors.append((row.line, _("The same name and address stand in line %d already.") % first))
        seen.setdefault((row.name, row.address), row.line)
        row.outlet = known.get((row.name, row.address))
        placed = read[row.address]
        if row.code:
            row.region = named.get(_code(row.code))
            if row.region is None:
                made.errors.append((row.line, _("There is no region with the code %s.") % row.code))
            elif placed.region and not outlets.related(row.region, placed.region):
                row.state, row.why = (
                    "open",
                    _("The address names %(read)s, the column %(chosen)s.")
                    % {
                        "read": placed.region.full_name,
                        "chosen": row.region.full_name,
                    },
                )
        elif row.outlet is not None and row.outlet.region is not None:
            row.region = row.outlet.region
        elif placed.candidates:
            row.state, row.why = "open", placed.why
        else:
            row.region = placed.region
    made.errors.sort()


def _code(text: str) -> str:
    try:
        return read_code(text)
    except BadCode:
        return ""


def _compare(made: Draft) -> None:
    named = set()
    for row in made.rows:
        if row.outlet is None:
            continue
        named.add(row.outlet.pk)
        if row.state != "open":
            same = (
                ("hours" not in made.columns or row.outlet.opening_hours == row.hours)
                and ("telephone" not in made.columns or _numbers_at(row.outlet, made.service) == _said(row))
                and any(each.service_id == made.service.pk for each in row.outlet.served.all())
                and row.outlet.region == row.region
            )
            row.state = "unchanged" if same else "changed"
    if made.source is not None:
        theirs = Outlet.objects.open().filter(served__service=made.service, source=made.source)
        made.gone = list(theirs.exclude(pk__in=named).distinct().order_by("name", "id"))


def _said(row: Row) -> set[tuple[str, str]]:
    return {(number.canonical, number.extension) for number in row.numbers}


def _numbers_at(outlet: Outlet, service: Service) -> set[tuple[str, str]]:
    rows = [row.hotline for row in outlet.served.all() if row.service_id == service.pk and row.hotline]
    return {(hotline.number.canonical, hotline.extension) for hotline in rows}


def _see_other_brands(made: Draft) -> None:
    """A number that another brand claims today needs a person."""
    numbers = {number.canonical for row in made.rows for number in row.numbers}
    claims = Hotline.objects.current().filter(number__canonical__in=numbers)
    claims = claims.exclude(service__brand=made.service.brand_id).order_by("service__brand__name")
    brands: dict[str, set[str]] = defaultdict(set)
    for canonical, brand in claims.values_list("number__canonical", "service__brand__name"):
        brands[canonical].add(brand)
    for row in made.rows:
        others = [
            (each.canonical, brands[each.canonical]) for each in row.numbers if each.canonical in brands
        ]
        if others and row.state in ("new", "changed"):
            said = "; ".join(f"{canonical}: {'、'.join(sorted(names))}" for canonical, names in others)
            row.state, row.why = "open", _("Claimed by another brand already: %s") % said


def _propose(made: Draft) -> None:
    """The counties of the addresses that the service does not cover by its nearest rule; never applied here."""
    rules = CoverageRule.objects.current().filter(service=made.service).order_by("-kind")
    kinds = dict(rules.values_list("region__path", "kind"))
    counts: dict[str, int] = defaultdict(int)
    for row in made.rows:
        if row.region is not None:
            counts[county_of(row.region)] += 1
    lacking = [path for path in counts if _nearest(path, kinds) != RuleKind.INCLUDE]
    regions = Region.objects.open().filter(path__in=lacking).order_by("code")
    made.proposed = [(region, counts[region.path]) for region in regions]


def _nearest(path: str, kinds: dict[str, str]) -> str:
    while path:
        if path in kinds:
            return kinds[path]
        path = path[: path.rstrip("/").rfind("/") + 1]
    return ""


def apply(
    made: Draft, *, end_gone: Any = None, actor: Any = None, reason: str = "", progress: Progress = iter
) -> int:
    """Write what a draft says, but for its open rows, in one change set; undone as one. Raises ValidationError.

    `end_gone`: the day on which the outlets end that the table does not name; None leaves them as they are.
    """
    written = [row for row in made.rows if row.state in ("new", "changed")]
    ended = made.gone if end_gone else []
    if not written and not ended:
        return 0
    taken = set(Outlet.objects.values_list("slug", flat=True))
    with change_set(actor=actor, reason=reason):
        claims = _claims(made, written, actor)
        for row in progress(written):
            outlet = row.outlet or Outlet(
                name=row.name, address=row.address, brand=made.service.brand, slug=_slug(row.name, taken), source=made.source,
                source_line=row.line,
            )  # fmt: skip
            outlet.region = row.region
            if "hours" in made.columns:
                outlet.opening_hours = row.hours
            served = None
            if row.outlet is None or "telephone" in made.columns:
                served = (
                    [each for each in outlet.served.all() if each.service_id != made.service.pk]
                    if outlet.pk
                    else []
                )
                hotlines: list[Hotline | None] = [claims[number] for number in row.numbers]
                served += [
                    OutletService(service=made.service, hotline=hotline) for hotline in hotlines or [None]
                ]
            outlets.save(outlet, served, actor=actor)
        for outlet in ended:
            outlet.valid_to = end_gone
            records.save(outlet, actor=actor)
    return len(written)


def _slug(name: str, taken: set[str]) -> str:
    wanted = slugs.from_name(name) or "outlet"
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    taken.add(slug)
    return slug


def _claims(made: Draft, rows: list[Row], actor: Any) -> dict[Number, Hotline]:
    """The hotline of each number: that of the service, or a new one, limited to the county of the only rows that print it."""
    places: dict[Number, set[str]] = defaultdict(set)
    for row in rows:
        for number in row.numbers:
            places[number].add(county_of(row.region) if row.region else "")
    standing = Hotline.objects.open().filter(
        Q(number__canonical__in={number.canonical for number in places}), service=made.service
    )
    known = {(each.number.canonical, each.extension): each for each in standing.select_related("number")}
    paths = {path for each in places.values() for path in each}
    counties = {region.path: region for region in Region.objects.open().filter(path__in=paths)}
    found = {}
    for number, where in places.items():
        hotline = known.get((number.canonical, number.extension))
        if hotline is None:
            phone = PhoneNumber.objects.filter(canonical=number.canonical).first() or records.save(
                PhoneNumber(canonical=number.canonical, kind=number.kind), actor=actor
            )
            limit = counties.get(next(iter(where))) if len(where) == 1 else None
            hotline = records.save(
                Hotline(
                    service=made.service, number=phone, extension=number.extension, labels=[LABEL], source=made.source,
                    region=limit,
                ),
                actor=actor,
            )  # fmt: skip
        found[number] = hotline
    return found
