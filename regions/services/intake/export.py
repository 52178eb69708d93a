"""A service's coverage list as text, CSV or XLSX, each of which re-imports to no change.

The text is the shortest that says the same in whole names: `广东省(除汕头市、潮州市饶平县)`. It is read back before it
is given out. What a text cannot say stands in `unsaid`: an exclusion that nothing includes, a rule on a region that
is no longer current; and it says nothing of dates, hours and notes. The tables say everything.
"""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from django.db.models import Q

from regions.choices import RuleKind, Verdict
from regions.gazetteer.active import resolver
from regions.models import CoverageRule, Service
from regions.models.base import today
from regions.models.region import COUNTRY_CODE
from regions.resolver import Resolver
from regions.services.columns import in_file
from regions.sheets import csv_bytes, xlsx_bytes

from .plan import Place, find_places, standing_rules
from .reading import read

# Of every table of rules: this file, the sheet of the admin, what commands and the API take.
COLUMNS = ("service", "code", "region", "kind", "valid_from", "valid_to", "response_hours", "note", "source")

# Form → (content type, ending).
FORMS = {
    "text": ("text/plain; charset=utf-8", "txt"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}


@dataclass(frozen=True, slots=True)
class Download:
    """A list as a file."""

    content: bytes
    content_type: str
    name: str
    unsaid: int = 0


def download(service: Service, form: str) -> Download:
    """The list as a file; `form` is a key of FORMS, `unsaid` counts the rules a text cannot say."""
    content_type, ending = FORMS[form]
    name = f"coverage-{service.slug}.{ending}"
    if form == "text":
        text = as_text(service)
        return Download(f"{text.text}\n".encode() if text.text else b"", content_type, name, len(text.unsaid))
    table = as_csv if form == "csv" else as_xlsx
    return Download(table(service, for_people=True), content_type, name)


@dataclass(slots=True)
class Text:
    """The list as text, and the rules it cannot say."""

    text: str
    unsaid: list[CoverageRule] = field(default_factory=list)


def as_text(service: Service) -> Text:
    """The rules in force today. Importing it in *add* mode changes nothing; in *replace* mode it would close
    only what is `unsaid`."""
    standing, foreign, _planned = standing_rules(service.pk)
    kinds = {code: rule.kind for code, rule in standing.items()}
    places = find_places(kinds)
    long: set[str] = set()
    for _attempt in range(2):
        text = compose(kinds, places, long)
        missed = _missed(text, standing)
        if not missed:
            break
        long |= missed  # once more, these by their full names
    return Text(text, [standing[code] for code in sorted(missed)] + foreign)


def compose(kinds: Mapping[str, str], places: Mapping[str, Place], long: Container[str] = ()) -> str:
    """The text of a list: kind of rule by code. `long`: regions that go by their full names.

    One line a province; an exclusion goes into the brackets of the nearest region that is included above it.
    """
    carved: dict[str, list[str]] = defaultdict(list)
    for code, kind in sorted(kinds.items()):
        if kind == RuleKind.EXCLUDE:
            host = next((up for up in places[code].above if kinds.get(up) == RuleKind.INCLUDE), "")
            carved[host].append(code)
    lines: dict[str, list[str]] = defaultdict(list)
    for code, kind in sorted(kinds.items()):
        if kind == RuleKind.INCLUDE:
            out = "、".join(_name(out, places, long) for out in carved[code])
            lines[code[:2]].append(_name(code, places, long) + (f"(除{out})" if out else ""))
    return "\n".join("、".join(items) for _province, items in sorted(lines.items()))


def _name(code: str, places: Mapping[str, Place], long: Container[str]) -> str:
    """The shortest of a region's names that the resolver reads as this region and no other: provinces and
    prefectures by their own, all below with what they lie in. Found once for each edition."""
    if code == COUNTRY_CODE:
        return "全国"
    full_name = places[code].full_name
    if code in long:
        return full_name.replace("/", "")
    names = _names.setdefault(resolver(), {})
    if code not in names:
        names[code] = _shortest_name(code, full_name.split("/"))
    return names[code]


_names: WeakKeyDictionary[Resolver, dict[str, str]] = WeakKeyDictionary()


def _shortest_name(code: str, names: list[str]) -> str:
    first = 1 if len(names) < 3 and code.endswith("00") and len(code) == 6 else 2
    for size in range(first, len(names)):
        text = "".join(names[-size:])
        result = resolver().resolve(text)
        if result.status == Verdict.RESOLVED and result.code == code:
            return text
    return "".join(names)


def _missed(text: str, standing: dict[str, CoverageRule]) -> set[str]:
    """The rules that somebody who reads the text back would not get."""
    said: dict[str, str] = {}
    for token in read(text).tokens if text else ():
        result = token.result
        if result["status"] == Verdict.RESOLVED:
            said[result["code"]] = RuleKind.INCLUDE
        elif result["status"] == Verdict.RULES:
            said |= dict.fromkeys(result["include"], RuleKind.INCLUDE)
            said |= dict.fromkeys(result["exclude"], RuleKind.EXCLUDE)
    return {code for code, rule in standing.items() if said.get(code) != rule.kind}


def rows(service: Service, kinds: Mapping[str, str]) -> Iterator[tuple]:
    """The rules that have not ended, by column of `COLUMNS`, in the order of their regions."""
    listed = CoverageRule.objects.filter(service=service).filter(Q(valid_to=None) | Q(valid_to__gt=today()))
    listed = listed.select_related("region", "source").order_by("region__path", "valid_from", "pk")
    for rule in listed.iterator():
        region = rule.region
        name = "全国" if region.code == COUNTRY_CODE else region.full_name.replace("/", "")
        held = (kinds[rule.kind], rule.valid_from, rule.valid_to, rule.response_hours, rule.note)
        yield (service.slug, region.key, name, *held, rule.source.slug if rule.source else "")


def as_csv(service: Service, for_people: bool = False) -> bytes:
    """CSV with a header. `for_people`: headings and words are in their language."""
    headings, kinds = _words(for_people)
    return csv_bytes([*headings.values()], rows(service, kinds))


def as_xlsx(service: Service, for_people: bool = False) -> bytes:
    """One sheet with a header, else as `as_csv`."""
    headings, kinds = _words(for_people)
    return xlsx_bytes([*headings.values()], rows(service, kinds), {headings["kind"]: [*kinds.values()]})


def _words(for_people: bool) -> tuple[dict[str, str], dict[str, str]]:
    """The headings of the columns, and the words for kinds."""
    plain = {name: name for name in COLUMNS}
    called = in_file(CoverageRule, COLUMNS) if for_people else plain
    return called, {kind.value: kind.value if called == plain else str(kind.label) for kind in RuleKind}
