"""A small answer that others put on their pages in a frame: the only address that may stand in one."""

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from regions.api import params
from regions.api.errors import Problem
from regions.codes import BadCode
from regions.lookup import Filters
from regions.lookup.sentences import understand
from regions.lookup.shown import show_coverage
from regions.models import Brand
from regions.models.base import today
from regions.wording import in_words

from .ask import filters_of
from .coverage import answered, choices_in, names_of, place_named
from .page import asked, only_read, position_of, show

SHOWN = 5
EXAMPLE = "510322"


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@only_read
def embed(request: HttpRequest) -> HttpResponse:
    """`?q=`: who serves a place, with `category` and `brand` as on the coverage page. Without it: how to put it on a page."""
    why = _("A frame for the pages of others is nothing for engines.")
    try:
        query = asked(request, "q", many=("category", "brand"))
        text = query.get("q", "").strip()
        if not text:
            address = request.build_absolute_uri(reverse("web:embed"))
            context: dict = {"address": address, "example": f"{address}?q={EXAMPLE}"}
            context["brand"] = Brand.objects.order_by("slug").first()
            return show(request, "web/embed_how.html", context, why_not_indexed=why)
        text = _with_filters(text, query)
        filters = Filters(categories=tuple(query.getlist("category")), brands=tuple(query.getlist("brand")))
        names = names_of(filters, today(), position_of(request))
        place = place_named(text, today())
    except (Problem, BadCode) as error:
        said = getattr(error, "detail", None) or in_words(error)
        return show(request, "web/embed.html", {"error": said}, status=400)
    answers = [
        show_coverage(
            region, filters=filters, limit=SHOWN, position=position_of(request), neighbours=bool(names)
        )
        for region in answered(place)
    ]
    context = {"place": place, "choices": choices_in(place), "answers": answers, "query": query}
    context["chosen"] = list(names.values())
    context["asked"] = query.urlencode()
    return show(request, "web/embed.html", context, query=query, why_not_indexed=why)


def _with_filters(text: str, query: QueryDict) -> str:
    """The place of a sentence; its products and brands go to those of the query: 富顺 消毒柜."""
    sentence = understand(text)
    named = {name: slugs for name, slugs in filters_of(sentence).items() if slugs}
    if not named or sentence.numbers:
        return text
    if not sentence.place:
        raise params.bad("q", _("Give a place: a name, an address or a code."))
    for name, slugs in named.items():
        query.setlist(name, list(dict.fromkeys([*query.getlist(name), *slugs])))
    query["q"] = sentence.place
    return sentence.place
