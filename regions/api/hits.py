"""The hits of an answer, put together from parts that are written already.

What depends on one service (its names, its hotlines with status) and on one rule is written once, by the record's one
description, and kept in `regions.lookup.day` until it changes.
"""

import datetime
from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache
from typing import Any, NamedTuple

from orjson import Fragment
from pyroaring import BitMap

from regions.lookup.coverage import Choice, Chosen
from regions.lookup.day import Day
from regions.lookup.hits import load_hotlines, load_rules, load_services
from regions.lookup.limits import Limits
from regions.lookup.named_units import name_units
from regions.lookup.serving import Servers, servers_of
from regions.lookup.units import Units
from regions.models import Hotline, Region, Service

from .answer_records import (
    AnswerHotlineSerializer,
    AnswerOutletSerializer,
    DecidingRuleSerializer,
    HitServiceSerializer,
)
from .json_parts import write
from .sentences import reason
from .serializers import teller

Tell = Callable[[Any], dict[str, Any]]


class ServicePart(NamedTuple):
    """What an answer says of a service: its names, and each hotline with the region that limits it (its key)."""

    size: int  # bytes of JSON
    service: Fragment
    all_hotlines: Fragment
    limited: tuple[tuple[int | None, Fragment], ...] = ()  # each hotline, where one is limited

    def hotlines(self, limits: Limits, region: Region) -> list[Fragment]:
        """The hotlines that are for a region, where one is limited."""
        met = {None, *limits.meeting(region)}
        return [hotline for limit, hotline in self.limited if limit in met]


class RulePart(NamedTuple):
    """What an answer says of the rule that decided."""

    size: int
    rule: Fragment


def hits_of(
    day: Day,
    region: Region,
    choice: Choice,
    language: str,
    with_names: bool = False,
    moment: datetime.datetime | None = None,
) -> list[dict[str, Any]]:
    """The hits of a page; once put together they stay with the choice, which goes when anything they show changes.

    `with_names`: with the names of the units of what is partly covered; these are asked for anew. So
    is what hotlines say of a `moment`: nothing of it is kept.
    """
    if with_names:
        units_of = _named_units(day, region, choice)
        return [
            hit | ({"units": asdict(hit["units"]) | units_of[pk]} if hit["units"] and pk in units_of else {})
            for pk, hit in _hits(day, region, choice, language, moment)
        ]
    return [hit for _pk, hit in _hits(day, region, choice, language, moment)]


def _hits(
    day: Day, region: Region, choice: Choice, language: str, moment: datetime.datetime | None
) -> list[tuple[int, dict[str, Any]]]:
    if moment is None and (kept := choice.told.get(language)) is not None:
        return kept
    services = _service_parts(day, choice.page, language, moment)
    rules = _rule_parts(day, choice.page)
    outlets = _outlet_parts(day, region, choice, language, moment)
    limits = day.facts.limits
    here = region.pk
    reasons: dict[tuple, str] = {}
    hits = []
    for (key, state, step, units), rule in zip(choice.page, rules, strict=True):
        part = services.get(key)
        if part is None:  # gone since the sets were read; the question will be asked again
            continue
        decides = step and step.region_id
        why = reasons.get((decides, state, units))
        if why is None:
            own = decides == here
            why = _reason(language, state, region.name, step and step.name, own, units)
            reasons[decides, state, units] = why
        hit = {
            "service": part.service,
            "hotlines": part.hotlines(limits, region) if part.limited else part.all_hotlines,
            "state": state,
            "why": why,
            "units": units,
            "rule": rule,
            **outlets.get(key, {}),
        }
        hits.append((key, hit))
    if moment is None:
        choice.told[language] = hits
    return hits


def _service_parts(
    day: Day, page: list[Chosen], language: str, moment: datetime.datetime | None
) -> dict[int, ServicePart]:
    """Each service of a page with its hotlines, by key."""
    found: dict[int, ServicePart] = {}
    missing = []
    for chosen in page:
        part = None if moment else day.services.get((chosen.service_id, language))
        if part is None:
            missing.append(chosen.service_id)
        else:
            found[chosen.service_id] = part
    if missing:
        day.loads += 1
        services, hotlines = load_services(missing), load_hotlines(missing, day.on)
        tell = teller(AnswerHotlineSerializer, moment)
        for service_id, service in services.items():
            found[service_id] = _service_part(service, hotlines[service_id], tell)
            if moment is None:
                day.keep_service((service_id, language), found[service_id])
    return found


def _outlet_parts(
    day: Day, region: Region, choice: Choice, language: str, moment: datetime.datetime | None
) -> dict[int, dict[str, Any]]:
    """The outlets of each service of a page that serve the region; nothing, and no query, where none has any."""
    found, missing = {}, []
    for key in choice.with_outlets(day):
        kept = None if moment else day.choices.get(("outlets", key, region.pk, language))
        if kept is None:
            missing.append(key)
        else:
            found[key] = kept
    if missing:
        day.loads += 1
        narrowed = bool(BitMap(missing) & day.service_facts.narrowed)
        limits = {None, *day.facts.limits.meeting(region)}
        servers = servers_of(missing, region, day.on, narrowed=narrowed, limits=limits)
        tell = teller(AnswerOutletSerializer, moment)
        for key in missing:
            found[key], size = _outlet_part(servers.get(key) or Servers(), tell)
            if moment is None:
                day.choices.put(("outlets", key, region.pk, language), found[key], size)
    return found


def _outlet_part(servers: Servers, tell: Tell) -> tuple[dict[str, Any], int]:
    """What an answer says of the outlets of a service, with the bytes it takes."""
    if not servers.count:
        return {}, 200
    written = write([tell(visit) for visit in servers.visits])
    return {"outlet_count": servers.count, "outlets": Fragment(written)}, len(written) + 400


def _service_part(service: Service, hotlines: list[Hotline], tell: Tell) -> ServicePart:
    named = write(teller(HitServiceSerializer)(service))
    each = [write(tell(hotline)) for hotline in hotlines]
    together = b"[%b]" % b",".join(each)
    limited: tuple[tuple[int | None, Fragment], ...] = ()
    if any(hotline.region_id for hotline in hotlines):
        limited = tuple(
            (hotline.region_id, Fragment(said)) for hotline, said in zip(hotlines, each, strict=True)
        )
    size = len(named) + len(together) * (2 if limited else 1)
    return ServicePart(size, Fragment(named), Fragment(together), limited)


@lru_cache(maxsize=16_384)
def _reason(language: str, state: str, region: str, on: str | None, own: bool, units: Units | None) -> str:
    """Why, in the language that is active. `on`: where the deciding rule stands, if any does."""
    return reason(state, region, on, own, units)


def _named_units(day: Day, region: Region, choice: Choice) -> dict[int, dict]:
    """The units of each partly covered service of a page by what it says of them, as code and name."""
    partly = [chosen.service_id for chosen in choice.page if chosen.units]
    return {
        pk: {
            "named": {
                state: [{"code": unit.code, "name": unit.name} for unit in units]
                for state, units in (
                    ("covered", named.covered),
                    ("partly_covered", named.partly_covered),
                    ("not_covered", named.not_covered),
                )
            }
        }
        for pk, named in name_units(day, region, partly).items()
    }


def _rule_parts(day: Day, page: list[Chosen]) -> list[Fragment | None]:
    """The deciding rule of each service of a page."""
    found: dict[int, Fragment] = {}
    missing: dict[int, int] = {}
    kept: dict[int, dict[int, RulePart]] = {}
    for service_id, _state, step, _units in page:
        if step is None:
            continue
        if step.region_id not in kept:
            kept[step.region_id] = day.rules_on(step.region_id)
        part = kept[step.region_id].get(service_id)
        if part is None:
            missing[service_id] = step.region_id
        else:
            found[service_id] = part.rule
    if missing:
        tell = teller(DecidingRuleSerializer)
        for service_id, rule in load_rules(missing, day.on).items():
            written = write(tell(rule))
            part = RulePart(len(written), Fragment(written))
            found[service_id] = part.rule
            day.keep_rule(missing[service_id], service_id, part)
    return [found.get(chosen.service_id) for chosen in page]
