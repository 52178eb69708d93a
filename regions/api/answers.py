"""The answer to the main question as JSON, put together from parts that are kept ready.

What depends on one service (its names, its hotlines with status) and on one rule is rendered once and kept in
`regions.lookup.memory` until it changes; the rest is small. Without a memory the same parts are rendered each time.
"""

import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.utils.encoders import JSONEncoder

from regions.choices import AnswerState, HotlineStatus, Level, QuestionState
from regions.lookup import Place
from regions.lookup.coverage import Choice
from regions.lookup.hits import Hit, load_hotlines, load_rules, load_services
from regions.lookup.memory import Memory
from regions.lookup.sets import Step
from regions.lookup.units import Units
from regions.models import CoverageRule, Hotline, Region, Service, Source

_encoder = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def encode(value) -> bytes:
    """A value as the API writes it: compact UTF-8 JSON."""
    return _encoder.encode(value).encode()


def present_place(place: Place) -> dict:
    """What became of the question: state, the place it named, candidates when there is a choice."""
    return {
        "state": place.state,
        "state_text": str(QuestionState(place.state).label),
        "detail": place.detail,
        "region": present_region(place.asked) if place.asked else None,
        "candidates": [present_region(region) for region in place.candidates],
        "reading": place.reading,
    }


def present_region(region: Region) -> dict:
    return {
        "code": region.code,
        "name": region.name,
        "full_name": region.full_name,
        "level": Level(region.level).word,
        "valid_from": region.valid_from,
        "valid_to": region.valid_to,
        "valid_to_precision": region.to_precision if region.valid_to else None,
    }


def render_answer(
    memory: Memory | None, region: Region, on: datetime.date, place: Place, choice: Choice, links: dict
) -> bytes:
    """One region's answer: how it follows from the question, counts by state, and a page of hits."""
    succession = next((found for found in place.successors if found.region.pk == region.pk), None)
    head = {
        "region": present_region(region),
        "succession": succession
        and {
            "share": succession.share,
            "kind": succession.succession.kind,
            "date": succession.succession.date,
            "precision": succession.succession.precision,
            "document": succession.succession.document,
        },
        "counts": choice.counts,
        "count": choice.count,
        **links,
    }
    return join(head, "results", render_hits(memory, region, on, choice))


def join(head: dict, name: str, items: list[bytes]) -> bytes:
    """An object of `head` and a last member: a list of objects that are rendered already."""
    return b'%b,"%b":[%b]}' % (encode(head)[:-1], name.encode(), b",".join(items))


def render_hits(memory: Memory | None, region: Region, on: datetime.date, choice: Choice) -> list[bytes]:
    """The hits of a page, each an object. Hits with the same reason share its text."""
    services = _service_parts(memory, choice.service_ids, on)
    rules = _rule_parts(memory, choice.decided, on)
    reasons: dict[tuple, tuple[bytes, bytes]] = {}
    hits = []
    for service_id, state in choice.page:
        parts = services.get(service_id)
        if parts is None:  # gone since the sets were read; the question will be asked again
            continue
        step, units = choice.decided.get(service_id), choice.units.get(service_id)
        key = (state, step and step.region_id, units)
        if key not in reasons:
            why = b'"state":"%b","why":%b' % (state.encode(), encode(reason_of(state, region, step, units)))
            reasons[key] = (why, render_units(units))
        why, counted = reasons[key]
        rule = rules.get(service_id, b"null")
        hits.append(
            b'{"service":%b,%b,"rule":%b,"units":%b,"hotlines":%b}' % (parts[0], why, rule, counted, parts[1])
        )
    return hits


def _service_parts(
    memory: Memory | None, ids: list[int], on: datetime.date
) -> dict[int, tuple[bytes, bytes]]:
    """(the service, its hotlines) as JSON, by the service's key."""
    language = get_language()
    found = {}
    if memory:
        found = {service_id: memory.services.get((service_id, language)) for service_id in ids}
    missing = [service_id for service_id in ids if found.get(service_id) is None]
    if not missing:
        return found
    services, hotlines = load_services(missing), load_hotlines(missing, on)
    for service_id, service in services.items():
        texts = [present_hotline(hotline) for hotline in hotlines[service_id]]
        parts = found[service_id] = (encode(present_service(service)), encode(texts))
        if memory:
            memory.keep_service((service_id, language), parts)
    return found


def _rule_parts(memory: Memory | None, decided: dict[int, Step], on: datetime.date) -> dict[int, bytes]:
    """The deciding rule as JSON, by the service's key."""
    found: dict[int, bytes] = {}
    missing: dict[int, int] = {}
    for service_id, step in decided.items():
        part = memory.rule(step.region_id, service_id) if memory else None
        if part is None:
            missing[service_id] = step.region_id
        else:
            found[service_id] = part
    if missing:
        for service_id, rule in load_rules(missing, on).items():
            found[service_id] = encode(present_rule(rule))
            if memory:
                memory.keep_rule(missing[service_id], service_id, found[service_id])
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


def render_units(units: Units | None) -> bytes:
    """The counts of a partly covered service as JSON."""
    if units is None:
        return b"null"
    return b'{"level":"%b","covered":%d,"partly_covered":%d,"total":%d}' % (
        units.level.encode(),
        units.covered,
        units.partly,
        units.total,
    )


def explain(hit: Hit, region: Region) -> str:
    """The reason of a hit in a sentence, in the reader's language."""
    rule = hit.rule
    step = rule and (rule.region_id, rule.region.name)
    return _reason(hit.state, region, step, hit.units)


def reason_of(state: str, region: Region, step: Step | None, units: Units | None) -> str:
    """The same for a service of which only the deciding step is known."""
    return _reason(state, region, step and (step.region_id, step.name), units)


def _reason(state: str, region: Region, decided: tuple[int, str] | None, units: Units | None) -> str:
    if state == AnswerState.UNKNOWN:
        return _("No coverage list is on file for this service.")
    if state == AnswerState.NOT_COVERED:
        return _("A coverage list is on file; neither %(region)s nor anything above it is on it.") % {
            "region": region.name
        }
    values = {"region": region.name}
    if state == AnswerState.PARTLY_COVERED:
        values |= {"covered": units.covered, "partly": units.partly, "total": units.total}
        return (
            _("Of %(total)d units below %(region)s %(covered)d are covered and %(partly)d partly.") % values
        )
    region_id, values["on"] = decided
    if region_id == region.pk:
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
