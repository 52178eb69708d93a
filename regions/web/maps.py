"""Where a brand or a service serves, by province: the map, and the table that says the same."""

from collections.abc import Callable, Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regions.api.sentences import area_limits
from regions.choices import RuleKind
from regions.lookup.outlines import map_of
from regions.lookup.profiles import BrandProfile, ServiceProfile
from regions.lookup.reach import Reach, in_all
from regions.lookup.units import Units
from regions.models.region import COUNTRY_CODE
from regions.outlines.maps import MapPlace, RegionMap
from regions.signals.places import Rule

from .names import plain_name
from .page import only_read

_FOR_GOOD = "public, max-age=31536000, immutable"
ALL = 4  # the step of what is covered whole


@only_read
def outlines(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """The outlines that maps refer to, kept by browsers for good: another drawing has another address."""
    if (drawing := map_of(code)) is None:
        raise Http404
    headers = {"Cache-Control": _FOR_GOOD if version == drawing.version else "no-cache"}
    return HttpResponse(drawing.sheet, content_type="image/svg+xml", headers=headers)


def brand_map(profile: BrandProfile) -> RegionMap | None:
    """By the lists of all its services together; None where it has none."""
    lines = {code: (name, str(lines), True) for code, name, lines in profile.provinces}

    def url(code: str) -> str:
        return f"regions/{code}/"  # from the page of the brand

    headings = [_("Counties and cities"), _("Lines of its lists")]
    return _map(profile.reach, lines, url, plain_name(profile.brand), headings)


def service_map(profile: ServiceProfile, *, in_words: bool = True) -> RegionMap | None:
    """By its list, with its sentences where they are wanted; None where there is none."""
    told = {
        code: (
            name,
            rules_in_words(rules) if in_words else "",
            any(rule.kind == RuleKind.INCLUDE for rule in rules),
        )
        for code, name, rules in profile.provinces
    }

    def url(code: str) -> str:
        return f"regions/{code}/"  # from the page of the service

    headings = [_("Counties and cities, and what its list says") if in_words else _("Counties and cities")]
    return _map(profile.reach, told, url, plain_name(profile.service), headings)


def _map(
    reach: list[Reach],
    told: dict[str, tuple[str, str, bool]],
    url: Callable[[str], str],
    name: str,
    headings: list[str],
) -> RegionMap | None:
    """`told`: by code the name, what is said of it, and whether something is included. What lies off the mainland
    has no counties here and stands by what is said of it; the country itself in the table alone."""
    if not reach:
        return None
    known = {each.code: each for each in reach}
    places = []
    for code in sorted(known.keys() | told.keys()):
        place_name, note, included = told.get(code, ("", "", False))
        if found := known.get(code):
            step, figure, place_name = found.step, figure_of(found.units), found.name
        elif code == COUNTRY_CODE and (total := in_all(reach)):
            step, figure = 0, figure_of(total)
        else:
            step, figure = ALL * included, _("on the list") if included else "0"
        places.append(MapPlace(code, place_name, step, figure, url(code), note))
    return RegionMap(
        title=_("Where %(name)s serves, by province") % {"name": name},
        description=_(
            "A map of the provinces of China. The denser the pattern, the more of the counties and cities of a province"
            " are served; the table says the same in figures."
        ),
        steps=[
            _("no county"),
            _("less than a tenth of the counties"),
            _("less than half"),
            _("half or more"),
            _("all counties"),
        ],
        places=places,
        columns=[_("Province"), *headings],
        drawing=map_of(),
        empty=_("Nothing is listed in:"),
    )


def figure_of(units: Units) -> str:
    """How many of the units are covered, in words as short as a table needs."""
    values = {"covered": units.covered, "partly": units.partly_covered, "total": units.total}
    if units.partly_covered:
        return _("%(covered)d of %(total)d, parts of %(partly)d") % values
    return _("%(covered)d of %(total)d") % values


def rules_in_words(rules: Iterable[Rule]) -> str:
    """The lines of a list inside one province as sentences: the cities with their counties, and what is left out.

    Lines that something limits (a note, a promised response, days, an open report) stand in a sentence of their own, which begins with it.
    """
    by_limit: dict[str, list[Rule]] = {"": []}
    for rule in rules:
        by_limit.setdefault(area_limits(rule), []).append(rule)
    told = [
        _("%(limits)s: %(places)s") % {"limits": limits, "places": _places(those)}
        if limits
        else _places(those)
        for limits, those in by_limit.items()
        if those
    ]
    return pgettext("between two sentences", ". ").join(told)


def _places(rules: list[Rule]) -> str:
    cities: dict[str, list[str]] = {}
    left_out = []
    for rule in rules:
        names = rule.full_name.split("/")
        if rule.kind == RuleKind.EXCLUDE:
            left_out.append(names[-1])
            continue
        cities.setdefault(names[1] if len(names) > 2 else "", []).append(names[-1])
    text = "；".join(
        "、".join(names) if not city else f"{city}（{'、'.join(names)}）" for city, names in cities.items()
    )
    if not left_out:
        return text
    said = {"places": text, "left_out": "、".join(left_out)}
    return _("%(places)s; without %(left_out)s") % said if text else _("without %(left_out)s") % said
