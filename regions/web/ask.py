"""The one box: a place, a product, a brand or a number, in one sentence too. It leads to the page that answers."""

import re
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from regions.api import params
from regions.api.errors import Problem
from regions.lookup.public_numbers import PUBLIC_NUMBERS
from regions.lookup.sentences import Sentence, understand, without_numbers
from regions.models import PhoneNumber
from regions.phones import Number, every_number

from .coverage import in_language
from .page import asked, only_read, show

_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]")


@only_read
def ask(request: HttpRequest) -> HttpResponse:
    try:
        text = asked(request, "q").get("q", "").strip()
        if not text:
            raise params.bad("q", _("Give a place, a product, a brand or a number."))
    except Problem as error:
        return show(request, "web/ask_page.html", {"error": error.detail}, status=400)
    if text.endswith("号") and text[:-1] in PUBLIC_NUMBERS:  # 10000号
        text = text[:-1]
    sentence = understand(text)
    own = _own_numbers(text) if sentence.numbers and sentence.place else []
    if own:
        text = without_numbers(text, own).strip()
        sentence = understand(text)
    left_out = {"own": 1} if own else {}
    if sentence.numbers:
        digits = _only_number(text)
        return redirect("web:number", digits) if digits else _to("web:numbers", number=text, **left_out)
    if sentence.place:
        return _to("web:coverage", q=sentence.place, **_filters(sentence), **left_out)
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


def _own_numbers(text: str) -> list[Number]:
    """Mobiles beside a place, hidden ones too, that nobody on file uses: the asker's own, as on a delivery form."""
    mobiles = [number for number in every_number(text) if _MOBILE.match(number.raw)]
    used = PhoneNumber.objects.filter(
        canonical__in=[mobile.canonical for mobile in mobiles if mobile.canonical]
    )
    known = set(used.values_list("canonical", flat=True)) if mobiles else set()
    return [mobile for mobile in mobiles if mobile.canonical not in known]


def named_beside(sentence: Sentence) -> tuple[str, str] | None:
    """What a text names beside its numbers: in words, and the page that answers it."""
    brands = [in_language(brand) for brand in sentence.brands]
    words = " · ".join([sentence.place, *brands, *map(in_language, sentence.categories)]).strip(" ·")
    if sentence.place:
        query = urlencode({"q": sentence.place, **_filters(sentence)}, doseq=True)
        return words, f"{reverse('web:coverage')}?{query}"
    if words:  # the box asks for the place, or leads to the one brand
        named = [*sentence.brands, *sentence.categories]
        return words, f"{reverse('web:ask')}?{urlencode({'q': ' '.join(each.name for each in named)})}"
    return None


def _filters(sentence: Sentence) -> dict[str, list[str]]:
    return {
        "category": [category.slug for category in sentence.categories],
        "brand": [brand.slug for brand in sentence.brands],
    }


def _to(name: str, **query) -> HttpResponse:
    return redirect(f"{reverse(name)}?{urlencode(query, doseq=True)}")
