"""From a code to the regions that answer for it on a day; `names.py` does it for names and addresses."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regions.choices import Precision, QuestionState, ReleaseState, Share
from regions.codes import read_code
from regions.models import Region, Release, Succession
from regions.models.base import today
from regions.standing import standing

# Nobody's chain of successions is longer; more means a circle in the data, which check_regions reports.
MAX_STEPS = 12


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
    unread: str = ""  # what of the text is no place

    @property
    def is_plain(self) -> bool:
        """True when a code was asked that lives on the day: the region stands for itself, nothing is to be said."""
        return self.regions == [self.asked] and not (self.detail or self.reading or self.successors)


def find_by_code(code: str, on: datetime.date | None = None) -> Place:
    """The place a code means on a day (today when not given). Raises BadCode."""
    code = read_code(code)
    on = on or today()
    lives = _lives(code)
    possible = [life for life in lives if lives_on(life, on) or ends_in_course(life, on)]
    if possible:
        return place_of(possible, on)
    ended = [life for life in lives if life.valid_to and life.valid_to <= on]
    if ended:
        return historical(ended[-1], on)
    if lives:
        return not_there_yet(lives[0], on)
    return Place(QuestionState.UNKNOWN_REGION, never_was(code))


@standing
def _lives(code: str) -> QuerySet[Region]:
    return Region.objects.filter(code=code).order_by("valid_from")


def never_was(code: str) -> str:
    """What is said of a code that no life has."""
    said = _(
        "No division has or had the code %(code)s since the record begins. Check the digits, or ask with a name."
    )
    return said % {"code": code}


def place_of(lives: list[Region], on: datetime.date) -> Place:
    """The place of lives that hold, or may still hold, on the day: of which only the year is known is said with both sides.

    A day inside the year of such a change is before or after it, nobody knows: what was before and what came of it
    both answer.
    """
    sides: dict[int, Region] = {}
    successors: list[Successor] = []
    changes: list[str] = []
    for life in lives:
        if _begins_in_course(life, on) and (before := _before(life, on)):
            sides.update((region.pk, region) for region in before)
            changes.append(_("%(region)s began in the course of %(year)s") % _in_year(life, on))
        sides[life.pk] = life
        if ends_in_course(life, on):
            after = successors_of(life, on)
            successors.extend(after)
            sides.update((successor.region.pk, successor.region) for successor in after)
            changes.append(_("%(region)s was abolished in the course of %(year)s") % _in_year(life, on))
    if not changes:
        return Place(QuestionState.OK, asked=lives[-1], regions=lives[-1:])
    return Place(
        QuestionState.UNDATED,
        _("%(changes)s; the day is not known. Answered for what was before and what came after: %(sides)s.")
        % {"changes": "; ".join(changes), "sides": "、".join(map(str, sides.values()))},
        asked=lives[-1],
        regions=list(sides.values()),
        successors=successors,
    )


def _in_year(region: Region, on: datetime.date) -> dict[str, object]:
    return {"region": region, "year": on.year}


def ends_in_course(region: Region, on: datetime.date) -> bool:
    """True when the end is known to the year of the day only, and the day may lie before it."""
    return region.valid_to is not None and _in_course(region.valid_to, region.to_precision, on)


def _begins_in_course(region: Region, on: datetime.date) -> bool:
    return region.valid_from is not None and _in_course(region.valid_from, region.from_precision, on)


def _in_course(known: datetime.date, precision: str, on: datetime.date) -> bool:
    """True when of something only the year is known, and on the day it may be still to come.

    It has come by the day up to which the edition is true.
    """
    if precision != Precision.YEAR or known > on or known.year != on.year:
        return False
    cut_off = Release.objects.filter(state=ReleaseState.ACTIVE).values_list("cut_off", flat=True).first()
    return cut_off is None or on < cut_off


def _before(region: Region, on: datetime.date) -> list[Region]:
    """What a life that began in the course of the day's year came from, as far as it may still have been there."""
    steps = Succession.objects.ends().filter(new=region).select_related("old").order_by("old__code", "id")
    return [step.old for step in steps if ends_in_course(step.old, on)]


def lives_on(region: Region, on: datetime.date) -> bool:
    """True when the life holds on the day."""
    return (region.valid_from is None or region.valid_from <= on) and (
        region.valid_to is None or region.valid_to > on
    )


def not_there_yet(region: Region, on: datetime.date) -> Place:
    """The place of a life that begins after the day; what was there then are the candidates."""
    before = predecessors_of(region, on)
    detail = _("%(region)s did not exist on %(day)s; it exists since %(since)s.")
    if before:
        detail = _(
            "%(region)s did not exist on %(day)s; it exists since %(since)s. It came from: %(before)s."
        )
    return Place(
        QuestionState.UNKNOWN_REGION,
        detail
        % {"region": region, "day": on, "since": region.valid_from, "before": "、".join(map(str, before))},
        asked=region,
        candidates=before,
    )


def predecessors_of(region: Region, on: datetime.date) -> list[Region]:
    """The lives of a day from which a later one came, whole or in part. One query a step of the chain."""
    found: dict[int, Region] = {}
    frontier, seen = {region.pk}, {region.pk}
    for _step in range(MAX_STEPS):
        if not frontier:
            break
        steps = Succession.objects.filter(new_id__in=frontier, date__gt=on).select_related("old")
        olds = {step.old_id: step.old for step in steps.order_by("old__code", "id")}
        found.update((key, old) for key, old in olds.items() if lives_on(old, on))
        frontier = olds.keys() - found.keys() - seen
        seen |= frontier
    return list(found.values())


def historical(region: Region, on: datetime.date) -> Place:
    """The place of a life that ended before the day: its successors answer."""
    successors = successors_of(region, on)
    if region.to_precision == Precision.YEAR:
        when = _("in %(year)s") % {"year": f"{region.valid_to:%Y}"}
    else:
        when = _("on %(day)s") % {"day": f"{region.valid_to:%Y-%m-%d}"}
    if successors:
        detail = _("%(region)s was abolished %(when)s; its area belongs to: %(successors)s.") % {
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


_SHARE_ORDER: list[str] = [Share.WHOLE, Share.MOST, Share.PART]


def successors_of(region: Region, on: datetime.date | None = None) -> list[Successor]:
    """All regions living on a day that took over from a closed one, largest share first; chains are followed.

    The share of a chain is its smallest step. One query a step of the chain.
    """
    return successors_of_each([region], on)[region.pk]


def successors_of_each(
    regions: Iterable[Region], on: datetime.date | None = None
) -> dict[int, list[Successor]]:
    """The successors of some regions by their keys, for one query a step of the longest chain."""
    on = on or today()
    starts = {region.pk for region in regions}
    steps = steps_from(starts, on)
    return {start: _reached(start, steps, on) for start in starts}


def steps_from(starts: set[int], on: datetime.date) -> dict[int, list[Succession]]:
    """The successions that lead on from some regions and from those they lead to, by the old region."""
    found: dict[int, list[Succession]] = {}
    frontier = starts
    for _step in range(MAX_STEPS):
        if not frontier:
            break
        found.update((region_id, []) for region_id in frontier)
        steps = Succession.objects.ends().filter(old_id__in=frontier, date__lte=on).select_related("new")
        for step in steps.order_by("date", "id"):
            found[step.old_id].append(step)
        ahead = {step.new_id for old in frontier for step in found[old] if not lives_on(step.new, on)}
        frontier = ahead - found.keys()
    return found


def _reached(start: int, steps: dict[int, list[Succession]], on: datetime.date) -> list[Successor]:
    found: dict[int, Successor] = {}
    frontier: dict[int, str] = {start: Share.WHOLE}
    seen = {start}
    while frontier:
        ahead: dict[int, str] = {}
        for old_id, so_far in frontier.items():
            for step in steps.get(old_id, ()):
                share = max(so_far, step.share, key=_SHARE_ORDER.index)
                if lives_on(step.new, on):
                    known = found.get(step.new_id)
                    if known is None or _SHARE_ORDER.index(share) < _SHARE_ORDER.index(known.share):
                        found[step.new_id] = Successor(step.new, share, step)
                elif step.new_id not in seen:
                    ahead[step.new_id] = min(share, ahead.get(step.new_id, share), key=_SHARE_ORDER.index)
        seen.update(ahead)
        frontier = ahead
    return sorted(found.values(), key=lambda s: (_SHARE_ORDER.index(s.share), s.region.code))
