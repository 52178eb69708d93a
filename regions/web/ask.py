"""The one box: a place, a product, a brand or a number, in one sentence too. It leads to the page that answers."""

import re
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from regions.api import params
from regions.api.errors import Problem
from regions.lookup.public_numbers import public_use
from regions.lookup.sentences import Sentence, understand, without_numbers
from regions.models import PhoneNumber
from regions.models.base import today
from regions.phones import Number, every_number

from .coverage import in_language, place_named
from .page import asked, only_read, show

_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]")
# What one writes of one's own, for a parcel or a visit: the labels of a delivery form, a house and its number.
_OWN = re.compile(
    r"收[件货]|寄件|签收|收\s*$|所在地区|详细地址|地址\s*[:：]|我家|我的电话|[0-9一二三四五六七八九十]\s*(?:号|弄|栋|幢|座|室|单元|楼|组)"
)
# And what somebody writes who offers something.
_OFFER = re.compile(r"上门|维修|修理|售后|客服|热线|专业|回收|疏通|清洗|安装|服务")
# An address that leads on has at most so many characters (Django's, and servers' before it).
_LONGEST_ADDRESS = 16_000


@only_read
def ask(request: HttpRequest) -> HttpResponse:
    try:
        text = asked(request, "q").get("q", "").strip()
        if not text:
            raise params.bad("q", _("Give a place, a product, a brand or a number."))
        if len(quote(text)) > _LONGEST_ADDRESS:
            raise params.bad(
                "q", _("The question is too long. Ask for the place, the product or the number by itself.")
            )
    except Problem as error:
        return show(request, "web/ask_page.html", {"error": error.detail}, status=400)
    if text.endswith("号") and public_use(text[:-1]):  # 10000号
        text = text[:-1]
    sentence = understand(text)
    own = _own_numbers(text) if sentence.numbers and sentence.place and _is_own(text) else []
    if own:
        text = without_numbers(text, own).strip()
        sentence = understand(text)
    left_out = {"own": 1} if own else {}
    if sentence.numbers:
        digits = _only_number(text)
        return redirect("web:number", digits) if digits else _to("web:numbers", number=text, **left_out)
    if sentence.place:
        said = {"said": sentence.words} if sentence.words else {}
        return _to("web:coverage", q=sentence.place, **filters_of(sentence), **said, **left_out)
    if len(sentence.brands) == 1 and not sentence.categories:
        return redirect("web:brand", sentence.brands[0].slug)
    if not sentence.brands and not sentence.categories:
        return _to("web:coverage", q=text)
    why = _("Answers to questions are not for engines.")
    context = {"sentence": sentence, "q": text, "filters": filters_of(sentence)}
    return show(request, "web/ask_page.html", context, why_not_indexed=why)


def _only_number(text: str) -> str:
    """The digits where a text is one number and nothing else: it has a page to cite. An advert is read as a whole."""
    found = every_number(text)
    return found[0].canonical if len(found) == 1 and found[0].raw == text else ""


def _is_own(text: str) -> bool:
    """Whether a text gives somebody's own address, and offers nothing: in an advert a mobile is one to look up."""
    left = without_numbers(text)
    return bool(_OWN.search(left)) and not _OFFER.search(left)


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
    place = sentence.place if sentence.place and _is_place(sentence.place) else ""
    words = " · ".join([place, *brands, *map(in_language, sentence.categories)]).strip(" ·")
    if place:
        query = urlencode({"q": place, **filters_of(sentence)}, doseq=True)
        return words, f"{reverse('web:coverage')}?{query}"
    if words:  # the box asks for the place, or leads to the one brand
        named = [*sentence.brands, *sentence.categories]
        return words, f"{reverse('web:ask')}?{urlencode({'q': ' '.join(each.name for each in named)})}"
    return None


def _is_place(text: str) -> bool:
    """Whether a place is read in what a text leaves: of 没有号码 that is 没有."""
    try:
        place = place_named(text, today())
    except Problem:
        return False
    return bool(place.regions or place.candidates)


def filters_of(sentence: Sentence) -> dict[str, list[str]]:
    """Its products and brands, as parameters of an answer."""
    return {
        "category": [category.slug for category in sentence.categories],
        "brand": [brand.slug for brand in sentence.brands],
    }


def _to(name: str, **query) -> HttpResponse:
    return redirect(f"{reverse(name)}?{urlencode(query, doseq=True)}")
