"""The hits of an answer as JSON, put together from parts that are kept ready.

What depends on one service (its names, its hotlines with status) and on one rule is rendered once and kept in
`regions.lookup.memory` until it changes. Without a memory the same parts are rendered each time.
"""

import datetime
from dataclasses import asdict
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regions.choices import AnswerState, HotlineStatus, Level
from regions.lookup.coverage import Choice, Chosen
from regions.lookup.hits import Hit, load_hotlines, load_rules, load_services
from regions.lookup.memory import Memory
from regions.lookup.units import Units
from regions.models import CoverageRule, Hotline, Region, Service, Source

from .json_parts import encode


def hit_parts(memory: Memory | None, region: Region, on: datetime.date, choice: Choice) -> list[bytes]:
    """The hits of a page in pieces, separators included. Hits with the same reason share its text."""
    language = get_language()
    services = _service_parts(memory, choice.page, language, on)
    rules = _rule_parts(memory, choice.page, on)
    reasons: dict[tuple, bytes] = {}
    parts: list[bytes] = []
    for (_key, state, step, units), service, rule in zip(choice.page, services, rules, strict=True):
        if service is None:  # gone since the sets were read; the question will be asked again
            continue
        key = (state, step and step.region_id, units)
        reason = reasons.get(key)
        if reason is None:
            own = step is not None and step.region_id == region.pk
            reason = reasons[key] = _reason_part(language, state, region.name, step and step.name, own, units)
        parts += (b",", service, reason, rule)
    return parts[1:]


# A hit is three texts one after the other: what depends on the service, on the reason, on the rule.
_SERVICE, _REASON, _RULE = (
    b'{"service":%b,"hotlines":%b',
    b',"state":"%b","why":%b,"units":%b',
    b',"rule":%b}',
)
_NO_RULE = _RULE % b"null"


def _service_parts(
    memory: Memory | None, page: list[Chosen], language: str, on: datetime.date
) -> list[bytes | None]:
    """Each service of a page with its hotlines."""
    if memory:
        kept = memory.services.get
        found = [kept((chosen.service_id, language)) for chosen in page]
    else:
        found = [None] * len(page)
    if None not in found:
        return found
    missing = {chosen.service_id: at for at, chosen in enumerate(page) if found[at] is None}
    services, hotlines = load_services(missing), load_hotlines(missing, on)
    for service_id, service in services.items():
        numbers = encode([present_hotline(hotline) for hotline in hotlines[service_id]])
        part = found[missing[service_id]] = _SERVICE % (encode(present_service(service)), numbers)
        if memory:
            memory.keep_service((service_id, language), part)
    return found


@lru_cache(maxsize=16_384)
def _reason_part(
    language: str, state: str, region: str, on: str | None, own: bool, units: Units | None
) -> bytes:
    """State, reason and counts in the language that is active. `on`: where the deciding rule stands, if any does."""
    why = encode(_reason(state, region, on, own, units))
    return _REASON % (state.encode(), why, encode(units and asdict(units)))


def _rule_parts(memory: Memory | None, page: list[Chosen], on: datetime.date) -> list[bytes]:
    """The deciding rule of each service of a page."""
    kept: dict[int, dict[int, bytes]] = {}
    found: list[bytes | None] = []
    for service_id, _state, step, _units in page:
        if step is None:
            found.append(_NO_RULE)
            continue
        region_id = step.region_id
        if region_id not in kept:
            kept[region_id] = memory.rules_on(region_id) if memory else {}
        found.append(kept[region_id].get(service_id))
    if None not in found:
        return found
    missing = {
        chosen.service_id: (at, chosen.step.region_id) for at, chosen in enumerate(page) if found[at] is None
    }
    rules = load_rules({service_id: region_id for service_id, (_at, region_id) in missing.items()}, on)
    for service_id, (at, region_id) in missing.items():
        rule = rules.get(service_id)
        found[at] = _RULE % encode(rule and present_rule(rule))
        if memory and rule:
            memory.keep_rule(region_id, service_id, found[at])
    return found


def present_service(service: Service) -> dict:
    return {
        "slug": service.slug,
        "name": service.name,
        "kind": service.kind,
        "brand": {"slug": service.brand.slug, "name": service.brand.name},
        "category": {"slug": service.category.slug, "name": service.category.name},
        "nationwide_claimed": service.nationwide_claimed,
    }


def explain(hit: Hit, region: Region) -> str:
    """The reason of a hit in a sentence, in the reader's language."""
    rule = hit.rule
    own = rule is not None and rule.region_id == region.pk
    return _reason(hit.state, region.name, rule and rule.region.name, own, hit.units)


def _reason(state: str, region: str, on: str | None, own: bool, units: Units | None) -> str:
    if state == AnswerState.UNKNOWN:
        return _("No coverage list is on file for this service.")
    values = {"region": region, "on": on}
    if state == AnswerState.NOT_COVERED:
        return _("A coverage list is on file; neither %(region)s nor anything above it is on it.") % values
    if state == AnswerState.PARTLY_COVERED:
        values |= {"covered": units.covered, "partly": units.partly, "total": units.total}
        return (
            _("Of %(total)d units below %(region)s %(covered)d are covered and %(partly)d partly.") % values
        )
    if own:
        if state == AnswerState.COVERED:
            return _("%(region)s itself is on the list.") % values
        return _("%(region)s itself is carved out.") % values
    if state == AnswerState.COVERED:
        return _("%(on)s is on the list and includes %(region)s.") % values
    return _("%(on)s is carved out and with it %(region)s.") % values


def present_rule(rule: CoverageRule) -> dict:
    line = rule.import_line
    return {
        "key": rule.key,
        "kind": rule.kind,
        "region": {
            "code": rule.region.code,
            "name": rule.region.name,
            "level": Level(rule.region.level).word,
        },
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
        "response_hours": rule.response_hours,
        "disputed": rule.is_disputed,
        "source": present_source(rule.source),
        "source_line": line and {"line": line.line_no, "position": line.position, "token": line.token},
    }


def present_source(source: Source | None) -> dict | None:
    return source and {
        "slug": source.slug,
        "title": source.title,
        "kind": source.kind,
        "url": source.url,
        "fetched_at": source.fetched_at,
    }


def present_hotline(hotline: Hotline) -> dict:
    return {
        "number": hotline.number.canonical,
        "extension": hotline.extension,
        "labels": hotline.labels,
        "channel": hotline.channel,
        "always_open": hotline.always_open,
        "hours": [
            {"weekday": hours.weekday, "opens": hours.opens, "closes": hours.closes}
            for hours in hotline.hours.all()
        ],
        "status": hotline.status,
        "status_text": status_text(hotline),
        "checked_on": hotline.checked_on,
        "expires_on": hotline.expires_on,
        "source": present_source(hotline.source),
    }


def status_text(hotline: Hotline) -> str:
    """The status in words with its date, in the client's language."""
    status = HotlineStatus(hotline.status)
    text = str(status.label)
    if (
        status in (HotlineStatus.VERIFIED, HotlineStatus.EXPIRED, HotlineStatus.REFUTED)
        and hotline.checked_on
    ):
        return _("%(status)s, checked on %(day)s") % {"status": text, "day": hotline.checked_on}
    if status == HotlineStatus.UNVERIFIED:
        return _("unverified: nobody has checked that this number belongs to the brand")
    return text
