"""What the one box offers while somebody types: places, products, brands, as the end of what stands there already."""

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regions.api.errors import Problem
from regions.lookup.suggesting import Named, suggest_names, suggest_places
from regions.resolver.suggest import LONGEST, Suggestion

from .latin import spoken
from .page import asked, only_read

PLACES, NAMES = 6, 4


@only_read
def suggest(request: HttpRequest) -> JsonResponse:
    """`{"suggestions": [{"text", "label", "hint"}]}`: `text` is what stands in the box when one is chosen.

    Of several words the last one is completed. A text that cannot be one, or is too long, has no suggestions.
    """
    try:
        text = asked(request, "q").get("q", "").lstrip()
    except Problem:
        text = ""
    before, space, last = text.rpartition(" ")
    found: list[dict] = []
    if 0 < len(last) <= LONGEST:
        places = [_place(place) for place in suggest_places(last, PLACES)]
        names = [_name(named) for named in suggest_names(last, NAMES)]
        found = [*names, *places] if before else [*places, *names]
    for each in found:
        each["text"] = before + space + each["text"]
    return JsonResponse({"suggestions": found}, json_dumps_params={"ensure_ascii": False})


def _place(suggestion: Suggestion) -> dict:
    unit = suggestion.unit
    above, _slash, name = suggestion.full_name.rpartition("/")
    english = get_language() == "en"
    hint = (english and spoken(above) or above).replace("/", " ")
    if unit.until:
        hint += " " + _("(until %(year)s)") % {"year": unit.until[:4]}
    if english and unit.pinyin:
        name = f"{name} ({unit.pinyin.capitalize()})"
    return {"text": suggestion.full_name.replace("/", ""), "label": name, "hint": hint.strip()}


def _name(named: Named) -> dict:
    label = f"{named.name} ({named.name_en})" if get_language() == "en" and named.name_en else named.name
    hint = _("product") if named.kind == "category" else _("brand")
    return {"text": named.name, "label": label, "hint": hint}
