"""From what somebody asked (a code, a name, an address) to the regions that answer it."""

import datetime
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from regions.choices import Precision, QuestionState, Share, Verdict
from regions.models import Region, Succession
from regions.models.base import today

# Nobody's chain of successions is longer; more means a circle in the data, which check_regions reports.
MAX_STEPS = 12
# A question may name several places ("广州、深圳"); more than this is a list, not a question.
MAX_PLACES = 20


class BadCode(ValueError):
    """Not the form of a region code. The message names the cure."""


@dataclass(frozen=True, slots=True)
class Successor:
    """A region that lives on the asked day and took over all or part of a closed one."""

    region: Region
    share: str
    succession: Succession  # the last step that led here


@dataclass(slots=True)
class Place:
    """What a question turned out to mean.

    `regions` are the ones to answer for: one, or a closed region's successors, or the several places named.
    `asked` is the region the question names, also when it is closed. `candidates` are readings to choose from.
    """

    state: str
    detail: str = ""
    asked: Region | None = None
    regions: list[Region] = field(default_factory=list)
    successors: list[Successor] = field(default_factory=list)
    candidates: list[Region] = field(default_factory=list)
    reading: dict | None = None  # the resolver's own answer, when a text was asked


def trim_code(text: str) -> str:
    """A region code of six or nine digits from one of 6, 9 or 12 digits with its zero tail. Raises BadCode."""
    if not (text.isascii() and text.isdigit()) or len(text) not in (6, 9, 12):
        raise BadCode(
            _(
                "A region code has 6, 9 or 12 digits, for example 510322; names and addresses are asked with q=."
            )
        )
    if len(text) == 12:
        if not text.endswith("000"):
            raise BadCode(
                _("%(code)s is a village code; the directory goes down to townships: ask for %(township)s.")
                % {"code": text, "township": text[:9]}
            )
        text = text[:9]
    return text[:6] if len(text) == 9 and text.endswith("000") else text


def find_by_code(code: str, on: datetime.date | None = None) -> Place:
    """The place a code means on a day (today when not given). Raises BadCode."""
    code = trim_code(code)
    on = on or today()
    lives = list(Region.objects.filter(code=code).order_by("valid_from"))
    for life in lives:
        if _lives_on(life, on):
            return Place(QuestionState.OK, asked=life, regions=[life])
    ended = [life for life in lives if life.valid_to and life.valid_to <= on]
    if ended:
        return _historical(ended[-1], on)
    if lives:
        return Place(
            QuestionState.UNKNOWN_REGION,
            _("%(region)s did not exist on %(day)s; it exists since %(since)s.")
            % {"region": lives[0], "day": on, "since": lives[0].valid_from},
            asked=lives[0],
        )
    return Place(
        QuestionState.UNKNOWN_REGION,
        _("No division has or had the code %(code)s since 1981. Check the digits, or ask with a name: q=.")
        % {"code": code},
    )


def _lives_on(region: Region, on: datetime.date) -> bool:
    return (region.valid_from is None or region.valid_from <= on) and (
        region.valid_to is None or region.valid_to > on
    )


def _historical(region: Region, on: datetime.date) -> Place:
    successors = successors_of(region, on)
    if region.to_precision == Precision.YEAR:
        when = _("in %(year)s") % {"year": f"{region.valid_to:%Y}"}
    else:
        when = _("on %(day)s") % {"day": f"{region.valid_to:%Y-%m-%d}"}
    if successors:
        detail = _("%(region)s was abolished %(when)s; answered for: %(successors)s.") % {
            "region": region,
            "when": when,
            "successors": "、".join(str(successor.region) for successor in successors),
        }
    else:
        detail = _("%(region)s was abolished %(when)s; no successor is on file.") % {
            "region": region,
            "when": when,
        }
    return Place(
        QuestionState.HISTORICAL,
        detail,
        asked=region,
        regions=[successor.region for successor in successors],
        successors=successors,
    )


_SHARE_ORDER = [Share.WHOLE, Share.MOST, Share.PART]


def successors_of(region: Region, on: datetime.date | None = None) -> list[Successor]:
    """All regions living on a day that took over from a closed one, largest share first; chains are followed.

    The share of a chain is its smallest step. One query a step of the chain.
    """
    on = on or today()
    found: dict[int, Successor] = {}
    frontier: dict[int, str] = {region.pk: Share.WHOLE}
    seen = {region.pk}
    for _step in range(MAX_STEPS):
        if not frontier:
            break
        steps = (
            Succession.objects.filter(old_id__in=frontier, date__lte=on)
            .select_related("new")
            .order_by("date", "id")
        )
        ahead: dict[int, str] = {}
        for step in steps:
            share = max(frontier[step.old_id], step.share, key=_SHARE_ORDER.index)
            if _lives_on(step.new, on):
                known = found.get(step.new_id)
                if known is None or _SHARE_ORDER.index(share) < _SHARE_ORDER.index(known.share):
                    found[step.new_id] = Successor(step.new, share, step)
            elif step.new_id not in seen:
                seen.add(step.new_id)
                ahead[step.new_id] = share
        frontier = ahead
    return sorted(found.values(), key=lambda s: (_SHARE_ORDER.index(s.share), s.region.code))


def find_by_text(text: str, on: datetime.date | None = None) -> Place:
    """The place a name or an address means on a day. Never a guess: two readings are two candidates."""
    from regions.gazetteer.active import resolver

    on = on or today()
    result = resolver().resolve(text)
    reading = result.as_dict()
    place = _place_of(result, on)
    place.reading = reading
    return place


def regions_meant(text: str) -> set[int]:
    """Database keys of every region that a text means or may mean, for searches; closed ones too.

    Names that contradict each other mean none.
    """
    place = find_by_text(text)
    if place.state == QuestionState.CONFLICT:
        return set()
    found = {region.pk for region in (*place.regions, *place.candidates)}
    return found | ({place.asked.pk} if place.asked else set())


def _place_of(result, on: datetime.date) -> Place:
    match result.status:
        case Verdict.RESOLVED:
            return find_by_code(result.code, on)
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
        case Verdict.PARTIAL:
            place = find_by_code(result.parent, on)
            place.state = QuestionState.PARTIAL
            place.detail = _("“%(rest)s” is not a division on file; answered for the wider region.") % {
                "rest": result.rest
            }
            return place
        case Verdict.RULES:
            return _several(result, on)
        case Verdict.SUGGESTION:
            return Place(
                QuestionState.UNKNOWN_REGION,
                _("No division is called so. Did you mean one of the candidates?"),
                candidates=_regions(result.candidates),
            )
    return Place(
        QuestionState.UNKNOWN_REGION,
        _("No division was recognised. Give a name such as 自贡市富顺县, or a code."),
    )


def _place_of_former(result, on: datetime.date) -> Place:
    regions = _regions(result.successors)
    former = (
        Region.objects.closed()
        .filter(code__in=[item["code"] for item in result.evidence if item.get("code")])
        .order_by("-level", "-valid_to")
        .first()
    )
    if former is not None and former.valid_to <= on:
        place = _historical(former, on)
        if {region.code for region in place.regions} == {region.code for region in regions}:
            return place
    return Place(
        QuestionState.HISTORICAL,
        _("The name or its parent is a former one; answered for: %(successors)s.")
        % {"successors": "、".join(str(region) for region in regions)},
        asked=former,
        regions=regions,
    )


def _several(result, on: datetime.date) -> Place:
    regions = _regions(result.include)
    if len(regions) > MAX_PLACES:
        return Place(
            QuestionState.UNKNOWN_REGION,
            _("The question names %(count)d places; ask for at most %(max)d at once.")
            % {"count": len(regions), "max": MAX_PLACES},
        )
    detail = _("The question names several places; answered for each.")
    if result.exclude:
        detail += _(" What it excludes is not asked about.")
    return Place(QuestionState.OK if len(regions) == 1 else QuestionState.SEVERAL, detail, regions=regions)


def _regions(codes: list[str]) -> list[Region]:
    """Open regions in the order of the codes."""
    by_code = {region.code: region for region in Region.objects.open().filter(code__in=codes)}
    return [by_code[code] for code in codes if code in by_code]
