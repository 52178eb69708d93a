"""The one box: a place, a product, a brand or a number, in one sentence too. It leads to the page that answers."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from regions.api import params
from regions.api.errors import Problem
from regions.lookup.sentences import Sentence, understand
from regions.phones import every_number

from .page import asked, only_read, show


@only_read
def ask(request: HttpRequest) -> HttpResponse:
    try:
        text = asked(request, "q").get("q", "").strip()
        if not text:
            raise params.bad("q", _("Give a place, a product, a brand or a number."))
    except Problem as error:
        return show(request, "web/ask_page.html", {"error": error.detail}, status=400)
    sentence = understand(text)
    if sentence.numbers:
        digits = _only_number(text)
        return redirect("web:number", digits) if digits else _to("web:numbers", number=text)
    if sentence.place:
        return _to("web:coverage", q=sentence.place, **_filters(sentence))
    if len(sentence.brands) == 1 and not sentence.categories:
        return redirect("web:brand", sentence.brands[0].slug)
    if not sentence.brands and not sentence.categories:
        return _to("web:coverage", q=text)
    why = _("Answers to questions are not for engines; the pages of the places are.")
    context = {"sentence": sentence, "q": text, "filters": _filters(sentence)}
    return show(request, "web/ask_page.html", context, why_not_indexed=why)


def _only_number(text: str) -> str:
    """The digits where a text is one number and nothing else: it has a page to cite. An advert is read as a whole."""
    found = every_number(text)
    return found[0].canonical if len(found) == 1 and found[0].raw == text else ""


def _filters(sentence: Sentence) -> dict[str, list[str]]:
    return {
        "category": [category.slug for category in sentence.categories],
        "brand": [brand.slug for brand in sentence.brands],
    }


def _to(name: str, **query) -> HttpResponse:
    return redirect(f"{reverse(name)}?{urlencode(query, doseq=True)}")
