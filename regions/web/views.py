"""The public pages: ask who covers a place, ask whose number it is, look at a service. They work without scripts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regions.api import params
from regions.api.errors import Problem
from regions.choices import AnswerState, Level
from regions.gazetteer.active import active_edition
from regions.lookup import BadCode, Filters, find_by_code, find_by_text, who_covers
from regions.lookup.numbers import whose_number
from regions.models import Brand, Category, CoverageRule, Region, Release, Service
from regions.models.region import COUNTRY_CODE

PAGE_SIZE = 20
RULES_SHOWN = 2_000


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Two questions and what the directory holds."""
    context = {
        "release": Release.objects.filter(edition=active_edition()).first(),
        "services": Service.objects.count(),
        "brands": Brand.objects.count(),
        "regions": Region.objects.open().exclude(code=COUNTRY_CODE).count(),
    }
    return render(request, "web/home.html", context)


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Who covers the place that was asked for, by name, address or code."""
    query = request.GET
    context: dict = {"q": query.get("q", "")[: params.MAX_TEXT], "categories": Category.objects.all()}
    try:
        params.check_names(query, ("q", "on", "category", "page", "state"), ("category", "state"))
        text = query.get("q", "").strip()
        if not text:
            raise params.bad("q", _("Give a place: a name, an address or a code."))
        on = params.day(query)
        states = params.choice_list(query, "state", AnswerState.values)
        filters = Filters(
            categories=tuple(slug for slug in query.getlist("category") if slug),
            **({"states": states} if states else {}),
        )
        page = params.integer(query, "page", 1, 1, 100_000)
        place = find_by_code(text, on) if text.isascii() and text.isdigit() else find_by_text(text, on)
    except (Problem, BadCode) as error:
        context["error"] = getattr(error, "detail", None) or str(error)
        return render(request, "web/coverage.html", context, status=400)
    answers = [
        who_covers(region, on=on, filters=filters, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
        for region in place.regions
    ]
    following = query.copy()
    following["page"] = str(page + 1)
    context |= {
        "place": place,
        "answers": answers,
        "on": on,
        "chosen": filters.categories,
        "next": following.urlencode() if any(page * PAGE_SIZE < answer.count for answer in answers) else "",
    }
    return render(request, "web/coverage.html", context)


@require_safe
def number(request: HttpRequest) -> HttpResponse:
    """Whose number it is, and who says so."""
    text = request.GET.get("number", "")
    context: dict = {"text": text[:100]}
    try:
        params.check_names(request.GET, ("number", "on"))
        if not text.strip():
            raise params.bad("number", _("Give a number, for example 400-1865-909."))
        context["answer"] = whose_number(text, params.day(request.GET))
    except Problem as error:
        context["error"] = error.detail
        return render(request, "web/number.html", context, status=400)
    return render(request, "web/number.html", context)


@require_safe
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """A service: what it claims, under which numbers, and its coverage list by province."""
    services = Service.objects.select_related("brand", "category", "operator", "source")
    found = get_object_or_404(services.prefetch_related("promises"), slug=slug)
    rules = (
        CoverageRule.objects.current()
        .filter(service=found)
        .select_related("region", "import_line")
        .order_by("region__path", "id")
    )
    shown = list(rules[:RULES_SHOWN])
    provinces = {
        region.code: region.name for region in Region.objects.open().filter(level__lte=Level.PROVINCE)
    }
    groups: dict[str, list[CoverageRule]] = {}
    for rule in shown:
        codes = rule.region.chain[::-1]
        top = codes[1] if len(codes) > 1 else codes[0]
        groups.setdefault(provinces.get(top, rule.region.full_name), []).append(rule)
    context = {
        "service": found,
        "hotlines": found.hotlines.with_status()
        .select_related("number", "source")
        .prefetch_related("hours")
        .best_first(),
        "groups": groups,
        "count": len(shown) if len(shown) < RULES_SHOWN else rules.count(),
        "shown": len(shown),
    }
    return render(request, "web/service.html", context)
