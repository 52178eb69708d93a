"""How the tables of the overview look: which columns, in what words, where they lead."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.choices import ChangeAction, Level, Severity, SourceKind
from regions.lookup.overview.tables import Row, Table
from regions.lookup.overview.watch import MOST_RULES

from .pretty import kind_label

# What is counted below a place, by its level: townships below a county or a city without counties, else counties.
_WORDS = {
    Level.COUNTY.word: {
        "tab": gettext_lazy("Counties and gaps"),
        "units": gettext_lazy("Counties"),
        "by_services": gettext_lazy("Counties with 0 / 1 / 2 / 3+ services"),
        "by_verified": gettext_lazy("Counties with 0 / 1 / 2 / 3+ verified"),
        "reach": gettext_lazy("share of counties that somebody covers"),
        "reach_verified": gettext_lazy("share of counties with a verified number"),
        "gaps": gettext_lazy("share of counties that nobody covers"),
        "total": gettext_lazy(
            "%(services)d services cover all of it (%(verified)d with a verified number), %(partly)d a part. Of %(units)d"
            " counties %(units_0)d have nobody, %(units_verified_0)d nobody with a verified number."
        ),
        "note": gettext_lazy(
            "%(services)d cover all of it (%(verified)d with a verified number), %(partly)d a part. Counties with 0 / 1 / 2 /"
            " 3+ services: %(classes)s; with a verified number: %(checked)s."
        ),
    },
    Level.TOWNSHIP.word: {
        "tab": gettext_lazy("Townships and gaps"),
        "units": gettext_lazy("Townships"),
        "by_services": gettext_lazy("Townships with 0 / 1 / 2 / 3+ services"),
        "by_verified": gettext_lazy("Townships with 0 / 1 / 2 / 3+ verified"),
        "reach": gettext_lazy("share of townships that somebody covers"),
        "reach_verified": gettext_lazy("share of townships with a verified number"),
        "gaps": gettext_lazy("share of townships that nobody covers"),
        "total": gettext_lazy(
            "%(services)d services cover all of it (%(verified)d with a verified number), %(partly)d a part. Of %(units)d"
            " townships %(units_0)d have nobody, %(units_verified_0)d nobody with a verified number."
        ),
        "note": gettext_lazy(
            "%(services)d cover all of it (%(verified)d with a verified number), %(partly)d a part. Townships with 0 / 1 / 2 /"
            " 3+ services: %(classes)s; with a verified number: %(checked)s."
        ),
    },
}
# What a map may be coloured by.
MEASURES = ("reach", "reach_verified", "gaps", "services", "verified")
_OF_ALL = {
    "services": gettext_lazy("services that cover all of it"),
    "verified": gettext_lazy("services with a verified number that cover all of it"),
}
# Ages of sources in words.
AGES = {
    "never": gettext_lazy("never read"),
    "30": gettext_lazy("up to 30 days"),
    "90": gettext_lazy("up to 90 days"),
    "365": gettext_lazy("up to a year"),
    "older": gettext_lazy("older than a year"),
}
SHOWN = 12  # of names in one cell; the rest is one link away


@dataclass(frozen=True)
class Column:
    """A heading, what a row says under it, and where that leads. `names`: the member that is a list of names."""

    heading: str
    say: Callable[[Row], Any]
    link: Callable[[Row], str] = lambda row: ""
    names: str = ""


# 台湾省, 香港, 澳门 and the leaves of the record.
_NOTHING_BELOW = gettext_lazy(
    "%(services)d services cover all of it (%(verified)d with a verified number), %(partly)d a part. Nothing below it is on"
    " record."
)


def words(level: str | None) -> dict[str, Any]:
    """What is said of the units of a table, which are of this level."""
    return _WORDS[level or Level.COUNTY.word]


def measures(level: str | None) -> dict[str, Any]:
    """What a map may be coloured by, in words."""
    return {measure: _OF_ALL.get(measure) or words(level)[measure] for measure in MEASURES}


def total(table: Table) -> str:
    """What stands above a table of what lies below a region."""
    counts = table.head["total"]
    return (words(table.head["unit_level"])["total"] if counts["units"] else _NOTHING_BELOW) % counts


def shape(name: str, query: QueryDict, level: str | None = None) -> list[Column]:
    """The columns of a table on the page; `level`: of the units that it counts."""
    if name == "categories":
        return _of_categories(query, level)
    return _SHAPES[name](query) if name in _SHAPES else []


def _plain(heading: str, member: str) -> Column:
    return Column(heading, lambda row: row[member])


def _names(heading: str, member: str) -> Column:
    return Column(heading, lambda row: "、".join(map(str, row[member])), names=member)


def _place(query: QueryDict, to: Callable[[Row], str] | None = None) -> Column:
    return Column(
        _("Region"),
        lambda row: f"{row['full_name']} {row['region']}",
        to or (lambda row: within(query, row["region"])),
    )


def within(query: QueryDict, code: str) -> str:
    """The same question about another region."""
    asked = query.copy()
    asked["region"] = code
    return f"?{asked.urlencode()}"


def _counts() -> list[Column]:
    return [
        _plain(_("Covering all of it"), "services"),
        _plain(_("Covering a part"), "partly"),
        _plain(_("With a verified number"), "verified"),
    ]


def by_class(member: str) -> Callable[[Row], str]:
    def say(row: Row) -> str:
        words = ("0", "1", "2", "3_or_more")
        return " / ".join(str(row[f"{member}_{word}"]) for word in words)

    return say


def _classes(level: str | None) -> list[Column]:
    said = words(level)
    return [
        _plain(str(said["units"]), "units"),
        Column(str(said["by_services"]), by_class("units")),
        Column(str(said["by_verified"]), by_class("units_verified")),
    ]


def _of_categories(query: QueryDict, level: str | None) -> list[Column]:
    def to(row: Row) -> str:
        asked = query.copy()
        asked["region"], asked["category"] = row["region"], row["category"]
        return f"{reverse('admin:regions_service_overview', args=['coverage'])}?{asked.urlencode()}"

    return [
        Column(_("Category"), lambda row: row["category_name"], to),
        _place(query),
        *_counts(),
        *_classes(level),
    ]


def _of_units(query: QueryDict) -> list[Column]:
    def to(row: Row) -> str:
        return f"{reverse('web:coverage')}?q={row['region']}"

    return [_place(query, to), *_counts(), _names(_("Who, the first of them"), "who")]


def _of_overlaps(query: QueryDict) -> list[Column]:
    return [
        _plain(_("One"), "one_name"),
        _plain(_("The other"), "other_name"),
        _plain(_("Counties of one"), "one_units"),
        _plain(_("Counties of the other"), "other_units"),
        _plain(_("Counties of both"), "both"),
        Column(_("Same category and kind"), lambda row: _("yes") if row["alike"] else _("no")),
        _names(_("Which"), "names"),
    ]


def _of_listed(query: QueryDict) -> list[Column]:
    return [
        Column(_("Region"), lambda row: row["name"]),
        _plain(_("Counties"), "units"),
        _plain(_("Covered"), "covered"),
        _plain(_("In part"), "partly"),
        Column(_("Share, with parts"), lambda row: share(row["covered"] + row["partly"], row["units"])),
        _plain(_("Missing"), "missing"),
        _names(_("Missing by name"), "missing_names"),
    ]


def _of_changes(query: QueryDict) -> list[Column]:
    def to(row: Row) -> str:
        return f"{reverse('admin:regions_change_changelist')}?{urlencode({'kind': row['kind']})}"

    return [
        Column(_("Record"), lambda row: kind_label(row["kind"]), to),
        Column(_("What happened"), lambda row: ChangeAction(row["action"]).label),
        _plain(_("7 days"), "days_7"),
        _plain(_("30 days"), "days_30"),
        _plain(_("90 days"), "days_90"),
        _plain(_("Latest"), "latest"),
    ]


def _of_signals(query: QueryDict) -> list[Column]:
    def to(row: Row) -> str:
        addresses = {"number": "web:number", "service": "web:service"}
        name = addresses.get(row["subject_kind"])
        return reverse(name, args=[row["subject"]]) if name else ""

    def said(row: Row) -> str:
        silenced = _("explained: %(fact)s") % {"fact": row["silenced_by"]} if row["silenced_by"] else ""
        return f"{row['explanation']} {silenced}".strip()

    return [
        Column(_("Severity"), lambda row: Severity(row["severity"]).label),
        Column(
            _("Brand"), lambda row: row["brand_name"], lambda row: reverse("web:brand", args=[row["brand"]])
        ),
        _plain(_("Signal"), "title"),
        Column(_("About"), lambda row: row["subject_name"], to),
        Column(_("Why"), said),
        _names(_("Evidence"), "record_names"),
    ]


def _of_sources(query: QueryDict) -> list[Column]:
    def to(row: Row) -> str:
        return reverse("web:source", args=[row["source"]])

    def age(row: Row) -> str:
        return (
            _("never read") if row["age_days"] is None else _("%(count)d days") % {"count": row["age_days"]}
        )

    return [
        Column(_("Source"), lambda row: row["title"], to),
        Column(_("Kind"), lambda row: SourceKind(row["kind"]).label),
        Column(_("Age"), age),
        Column(_("Read on"), lambda row: row["read_on"] or "–"),
        Column(_("Changed on"), lambda row: row["changed_on"] or "–"),
        _plain(_("Hotlines"), "hotlines"),
        Column(_("Rules"), lambda row: f"{row['rules']}+" if row["rules"] == MOST_RULES else row["rules"]),
    ]


_SHAPES = {
    "changes": _of_changes,
    "signals": _of_signals,
    "sources": _of_sources,
    "units": _of_units,
    "overlaps": _of_overlaps,
    "listed": _of_listed,
}


def share(part: int, total: int) -> str:
    return f"{100 * part / total:.1f} %" if total else "–"
