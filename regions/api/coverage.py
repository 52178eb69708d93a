"""GET /api/v1/coverage/ — who covers my district?"""

import datetime

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from regions.choices import AnswerState, Channel, HotlineStatus, Level, QuestionState, RuleKind, ServiceKind
from regions.gazetteer.active import active_edition
from regions.lookup import Answer, BadCode, Filters, Place, find_by_code, find_by_text, who_covers
from regions.lookup.coverage import DEFAULT_STATES
from regions.lookup.hits import Hit
from regions.models import CoverageRule, Hotline, Region, Source

from . import params
from .errors import Problem

SINGLE = ("region", "q", "on", "verified", "page", "page_size")
REPEATABLE = (
    "category",
    "category__n",
    "brand",
    "brand__n",
    "kind",
    "kind__n",
    "channel",
    "hotline_status",
    "level",
    "state",
)


class CoverageView(APIView):
    """Who covers a region on a day, why, and under which numbers."""

    def get(self, request) -> Response:
        return Response(answer_question(request.query_params, request.build_absolute_uri()))


def answer_question(query: QueryDict, url: str) -> dict:
    """The answer to one question; `url` is where a GET asks it, for the links to its other pages."""
    params.check_names(query, (*SINGLE, *REPEATABLE), REPEATABLE)
    on = params.day(query)
    filters = read_filters(query)
    page = params.integer(query, "page", 1, 1, 100_000)
    page_size = params.integer(query, "page_size", settings.PAGE_SIZE, 1, settings.PAGE_SIZE_MAX)
    place = read_place(query, on)
    answers = [
        who_covers(region, on=on, filters=filters, offset=(page - 1) * page_size, limit=page_size)
        for region in place.regions
    ]
    if page > 1 and not any(answer.hits for answer in answers):
        raise Problem(
            "no-such-page",
            _("No such page"),
            _("The list ends earlier; follow next until it is null."),
            status_code=404,
        )
    return {
        "question": {"region": query.get("region"), "q": query.get("q"), "on": on},
        **present_place(place),
        "release": active_edition(),
        "answers": [
            present_answer(answer, place, _links(url, answer, page, page_size)) for answer in answers
        ],
    }


def read_place(query, on: datetime.date) -> Place:
    """The place a question names by `region` or by `q`; exactly one of them must be given."""
    if ("region" in query) == ("q" in query):
        raise Problem(
            "no-question",
            _("No question") if "region" not in query else _("Two questions"),
            _("Ask with region=510322 (a code) or with q=富顺县 (a name or an address), one of them."),
        )
    try:
        if "region" in query:
            return find_by_code(query["region"].strip(), on)
        if not query["q"].strip():
            raise params.bad("q", _("q is empty; give a name or an address."))
        return find_by_text(query["q"], on)
    except BadCode as error:
        raise params.bad("region", str(error)) from None


def read_filters(query) -> Filters:
    """The filters of a question out of its parameters."""
    return Filters(
        categories=tuple(query.getlist("category")),
        categories_not=tuple(query.getlist("category__n")),
        brands=tuple(query.getlist("brand")),
        brands_not=tuple(query.getlist("brand__n")),
        kinds=params.choice_list(query, "kind", ServiceKind.values),
        kinds_not=params.choice_list(query, "kind__n", ServiceKind.values),
        channels=params.choice_list(query, "channel", Channel.values),
        statuses=params.choice_list(query, "hotline_status", HotlineStatus.values),
        verified=params.boolean(query, "verified"),
        levels=tuple(Level.from_word(word) for word in params.choice_list(query, "level", Level.words())),
        states=params.choice_list(query, "state", AnswerState.values) or DEFAULT_STATES,
    )


def _links(url: str, answer: Answer, page: int, page_size: int) -> dict:
    """next and previous, as PagePagination writes them."""
    following = replace_query_param(url, "page", page + 1) if page * page_size < answer.count else None
    before = None
    if page > 1:
        before = remove_query_param(url, "page") if page == 2 else replace_query_param(url, "page", page - 1)
    return {"next": following, "previous": before}


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


def present_answer(answer: Answer, place: Place, links: dict) -> dict:
    """One region's answer: how it follows from the question, counts by state, and a page of hits."""
    succession = next((found for found in place.successors if found.region.pk == answer.region.pk), None)
    return {
        "region": present_region(answer.region),
        "succession": succession
        and {
            "share": succession.share,
            "kind": succession.succession.kind,
            "date": succession.succession.date,
            "precision": succession.succession.precision,
            "document": succession.succession.document,
        },
        "counts": answer.counts,
        "count": answer.count,
        **links,
        "results": [present_hit(hit, answer.region) for hit in answer.hits],
    }


def present_hit(hit: Hit, region: Region) -> dict:
    service = hit.service
    return {
        "service": {
            "slug": service.slug,
            "name": service.name,
            "kind": service.kind,
            "brand": {"slug": service.brand.slug, "name": service.brand.name},
            "category": {"slug": service.category.slug, "name": service.category.name},
            "nationwide_claimed": service.nationwide_claimed,
        },
        "state": hit.state,
        "why": explain(hit, region),
        "rule": present_rule(hit.rule) if hit.rule else None,
        "units": hit.units
        and {
            "level": hit.units.level,
            "covered": hit.units.covered,
            "partly_covered": hit.units.partly,
            "total": hit.units.total,
        },
        "hotlines": [present_hotline(hotline) for hotline in hit.hotlines],
    }


def explain(hit: Hit, region: Region) -> str:
    """The reason in a sentence, in the client's language."""
    if hit.state == AnswerState.UNKNOWN:
        return _("No coverage list is on file for this service.")
    if hit.state == AnswerState.NOT_COVERED:
        return _("A coverage list is on file; neither %(region)s nor anything above it is on it.") % {
            "region": region.name
        }
    values = {"region": region.name}
    if hit.rule:
        values["on"] = hit.rule.region.name
    if hit.state == AnswerState.PARTLY_COVERED:
        values |= {"covered": hit.units.covered, "partly": hit.units.partly, "total": hit.units.total}
        return (
            _("Of %(total)d units below %(region)s %(covered)d are covered and %(partly)d partly.") % values
        )
    if hit.rule.region_id == region.pk:
        if hit.rule.kind == RuleKind.INCLUDE:
            return _("%(region)s itself is on the list.") % values
        return _("%(region)s itself is carved out.") % values
    if hit.rule.kind == RuleKind.INCLUDE:
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
