"""From a name or an address to the regions that answer for it on a day.

The resolver reads texts by the names of today and of the past; which of these lives a name means depends on the day.
"""

import datetime
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regions.choices import QuestionState, Verdict
from regions.codes import BadCode, is_digits
from regions.models import Region
from regions.models.base import today
from regions.phones.areas import area_codes
from regions.resolver import normalize
from regions.resolver.result import Result
from regions.wording import in_words

from .places import (
    Place,
    ends_in_course,
    find_by_code,
    historical,
    lives_on,
    not_there_yet,
    place_of,
    predecessors_of,
    successors_of,
)
from .zones import said_of, zone_of

# A question may name several places ("广州、深圳"); more than this is a list, not a question.
MAX_PLACES = 20


def find_by_text(
    text: str, on: datetime.date | None = None, by_code: Callable[[str], Place] | None = None
) -> Place:
    """The place a name or an address means on a day. Never a guess: two readings are two candidates.

    `by_code` is `find_by_code` for the day, of somebody who keeps places.
    """
    from regions.gazetteer.active import resolver

    on = on or today()
    result = resolver().resolve(text)
    reading = result.as_dict()
    digits = normalize(text)
    place = _of_area_code(digits, on) or _place_of(result, on, by_code)
    if result.status == Verdict.UNKNOWN and is_digits(digits):
        place.detail = why_no_code(digits) or place.detail
    if result.exclude and place.regions:
        place.detail = " ".join((place.detail, _("What it excludes is not asked about."))).strip()
    elif result.exclude and not place.candidates:
        place.detail = _("Only places to leave out were recognised: name the place that is meant.")
    place.reading = reading
    return place


def _of_area_code(digits: str, on: datetime.date) -> Place | None:
    """The division that a telephone area code belongs to (0813: 自贡市); several divisions are candidates."""
    codes = area_codes().get(digits, ())
    if len(codes) == 1:
        place = find_by_code(codes[0], on)
        said = _("%(digits)s is a telephone area code.") % {"digits": digits}
        place.detail = f"{said} {place.detail}".strip()
        return place
    if not codes:
        return None
    return Place(
        QuestionState.AMBIGUOUS,
        _("Several places have this telephone area code: ask with a name or a code."),
        candidates=_regions(codes),
    )


def why_no_code(digits: str) -> str:
    """Why digits that the resolver does not know are no place, with the cure; empty for an area code."""
    try:
        return "" if digits in area_codes() else find_by_code(digits).detail
    except BadCode as error:
        return in_words(error)


def regions_meant(text: str) -> set[int]:
    """Database keys of every region that a text means or may mean, for searches; closed ones too.

    Names that contradict each other mean none.
    """
    place = find_by_text(text)
    if place.state == QuestionState.CONFLICT:
        return set()
    found = {region.pk for region in (*place.regions, *place.candidates)}
    return found | ({place.asked.pk} if place.asked else set())


def _place_of(result, on: datetime.date, by_code: Callable[[str], Place] | None) -> Place:
    match result.status:
        case Verdict.RESOLVED:
            return _find_named(result.code, on, by_code)
        case Verdict.HISTORICAL:
            return _place_of_former(result, on)
        case Verdict.AMBIGUOUS:
            return Place(
                QuestionState.AMBIGUOUS,
                _("Several places have this name: name the province or the city too, or ask with a code."),
                candidates=_regions(result.candidates),
            )
        case Verdict.CONFLICT:
            return Place(
                QuestionState.CONFLICT,
                _("The names do not belong together: correct one of them, or ask with a code."),
                candidates=_regions(result.candidates),
            )
        case Verdict.PARTIAL if elsewhere := _lies_elsewhere(result):
            return Place(
                QuestionState.AMBIGUOUS,
                _(
                    "“%(rest)s” is on file in another division than the text says: choose the one that is meant."
                )
                % {"rest": result.rest},
                candidates=elsewhere,
                unread=result.rest,
            )
        case Verdict.PARTIAL if result.parent:
            place = _find_named(result.parent, on, by_code)
            if place.state == QuestionState.OK:
                place.state = QuestionState.PARTIAL
                place.unread = result.rest
                place.detail = _("“%(rest)s” is not a division on file; answered for the wider region.") % {
                    "rest": result.rest
                }
                place.candidates = _regions(result.candidates)
                return _in_zone(place, result)
            return place
        case Verdict.PARTIAL:  # a list of which one part is not known
            place = _together([_find_named(code, on) for code in result.include[: MAX_PLACES + 1]])
            place.unread = result.rest
            said = _("“%(rest)s” is not a division on file.") % {"rest": result.rest}
            place.detail = f"{place.detail} {said}".strip()
            place.state = QuestionState.PARTIAL if place.regions else place.state
            return place
        case Verdict.RULES:
            return _together([_find_named(code, on) for code in result.include[: MAX_PLACES + 1]])
        case Verdict.SUGGESTION:
            return Place(
                QuestionState.UNKNOWN_REGION,
                _called_so(result),
                candidates=_regions(result.candidates),
            )
    return Place(
        QuestionState.UNKNOWN_REGION,
        _("No division was recognised. Give a name such as 自贡市富顺县, or a code."),
    )


def _lies_elsewhere(result: Result) -> list[Region]:
    """What may be meant where the town that a text names lies outside the place it names: 宝安区民治街道."""
    if not result.parent or zone_of(result) or result.parent not in result.candidates:
        return []
    regions = _regions(result.candidates)
    return regions if len(regions) > 1 else []


def _in_zone(place: Place, result: Result) -> Place:
    """Of a zone it is said where it lies and who says so; its divisions are offered beside the wider answer."""
    zone = zone_of(result)
    regions = _regions([code for code in zone.codes if code in result.candidates]) if zone else []
    if zone and regions:
        place.unread, place.detail = "", said_of(zone, regions)
        if regions != place.regions:
            place.candidates = regions
            place.detail = " ".join((place.detail, _("Answered for the wider region.")))
    return place


#: what a name is that leads to a place and is not its name
_KINDS = {
    "former": gettext_lazy("“%(text)s” is a former name. Did you mean one of the candidates?"),
    "colloquial": gettext_lazy("“%(text)s” is a colloquial name. Did you mean one of the candidates?"),
    "pinyin": gettext_lazy("“%(text)s” is written so in Latin letters. Did you mean one of the candidates?"),
    "township": gettext_lazy(
        "There is one “%(text)s” on file, and the text does not say where. Is it meant?"
    ),
    "romanised": gettext_lazy("“%(text)s” is a name in Latin letters. Did you mean one of the candidates?"),
}


def _called_so(result: Result) -> str:
    """Why candidates are offered for a text that names no division."""
    kind = result.evidence[-1]["kind"] if result.evidence else ""
    if kind in _KINDS:
        return _KINDS[kind] % {"text": result.text}
    return _("No division is called so. Did you mean one of the candidates?")


def _find_named(code: str, on: datetime.date, by_code: Callable[[str], Place] | None = None) -> Place:
    """`find_by_code` for a name of today: another place that once had the code is not what the name means.

    A name may be older than the code: on an earlier day it means the place that had it then.
    """
    place = by_code(code) if by_code else find_by_code(code, on)
    if place.asked is None:
        return place
    if place.asked.is_open:
        return place if place.regions else _called_so_then(place.asked, on) or place
    named = Region.objects.open().filter(code=code).first()
    if named is None or any(successor.region.pk == named.pk for successor in successors_of(place.asked)):
        return place
    return _called_so_then(named, on) or not_there_yet(named, on)


def _called_so_then(named: Region, on: datetime.date) -> Place | None:
    """The place that had the name of a later one on a day: the one it came from, or the only one of that name."""
    lives = Region.objects.filter(name=named.name, valid_from__lte=on).order_by("valid_from")
    there = [life for life in lives if lives_on(life, on) or ends_in_course(life, on)]
    if len(there) > 1:
        before = {region.pk for region in predecessors_of(named, on)}
        there = [life for life in there if life.pk in before]
    return place_of(there, on) if len(there) == 1 else None


def _place_of_former(result, on: datetime.date) -> Place:
    """A former name is the division itself on a day on which it lived, else what became of it."""
    formers = _formers(result)
    ends = {successor.region.code for former in formers for successor in successors_of(former)}
    named = [_find_named(code, on) for code in result.include[: MAX_PLACES + 1]]
    became = set(result.successors) - set(result.include)  # what is named beside them is no successor
    if formers and ends == became:
        return _together([*(_of_former(former, on) for former in formers), *named])
    found = [
        place for code in result.successors[: MAX_PLACES + 1] if (place := _find_named(code, on)).regions
    ]
    place = _together([*found, *named])
    place.state = QuestionState.HISTORICAL
    place.asked = formers[0] if len(formers) == 1 and not named else None
    place.detail = _("The name or its parent is a former one; the area belongs to: %(successors)s.") % {
        "successors": "、".join(str(region) for region in place.regions)
    }
    return place


def _formers(result) -> list[Region]:
    """The closed lives whose names the resolver read, without those that only say where another of them lay."""
    texts = {item["code"]: item["text"] for item in result.evidence if item["code"] and item.get("until")}
    lives: dict[str, Region] = {}
    for life in Region.objects.closed().filter(code__in=texts).order_by("valid_to"):
        kept = lives.get(life.code)
        if kept is None or texts[life.code] in life.name or texts[life.code] not in kept.name:
            lives[life.code] = life
    paths = [life.path for life in lives.values()]
    return [
        lives[code]
        for code in texts
        if code in lives
        and not any(path != lives[code].path and path.startswith(lives[code].path) for path in paths)
    ]


def _of_former(former: Region, on: datetime.date) -> Place:
    if lives_on(former, on) or ends_in_course(former, on):
        return place_of([former], on)
    has_ended = former.valid_to is not None and former.valid_to <= on
    if has_ended:
        place = historical(former, on)
        kept_name = len(place.regions) == 1 and place.regions[0].name == former.name
        return place_of(place.regions, on) if kept_name else place
    return _called_so_then(former, on) or not_there_yet(former, on)


def _together(places: list[Place]) -> Place:
    """One place for several named at once; what one of them has to say about itself is kept."""
    if not places:
        return Place(
            QuestionState.UNKNOWN_REGION,
            _("No division was recognised. Give a name such as 自贡市富顺县, or a code."),
        )
    if len(places) == 1:
        return places[0]
    regions = {region.pk: region for place in places for region in place.regions}
    if len(places) > MAX_PLACES or len(regions) > MAX_PLACES:
        return Place(
            QuestionState.UNKNOWN_REGION,
            _("The question names more than %(max)d places; ask for fewer at once.") % {"max": MAX_PLACES},
        )
    said = [place.detail for place in places if place.detail]
    return Place(
        QuestionState.SEVERAL if regions else QuestionState.UNKNOWN_REGION,
        " ".join([_("The question names several places."), *said] if regions else said),
        regions=list(regions.values()),
        successors=[successor for place in places for successor in place.successors],
    )


def _regions(codes: Sequence[str]) -> list[Region]:
    """Open regions in the order of the codes."""
    by_code = {region.code: region for region in Region.objects.open().filter(code__in=codes)}
    return [by_code[code] for code in codes if code in by_code]
