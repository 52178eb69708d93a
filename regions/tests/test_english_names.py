"""Pages in English: Chinese is marked as Chinese, and every name in it has its pinyin or its English name beside it."""

import csv
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs

import pytest
from django.conf import settings

from regions.models import (
    Brand,
    Category,
    CoverageRule,
    Hotline,
    Organization,
    Outlet,
    Promise,
    Service,
    Source,
    Succession,
)

from .test_page_budgets import PAGES, rich  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CHINESE = re.compile("[\u4e00-\u9fff]")
# What has no place for marks: the title and its copies (in English letters as well), what a reader has typed.
UNMARKED = {"title", "script", "textarea"}


def pinyin() -> dict[str, str]:
    """By name, out of the published files."""
    found: dict[str, str] = {}
    for name in ("regions", "townships"):
        with open(settings.REGIONS_DIR / f"{name}.csv", encoding="utf-8") as file:
            found |= {row["name"]: row["pinyin"] for row in csv.DictReader(file)}
    return found | dict.fromkeys(("全国", "中华人民共和国"), "china")


class Stretches(HTMLParser):
    """The stretches of Chinese in a page, each with whether it is marked and what follows it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str, str]] = []  # element, language, text
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "link", "input", "br", "path", "use"):
            above = self.open[-1][1] if self.open else ""
            self.open.append((tag, dict(attrs).get("lang") or above))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        if text.strip() and self.open:
            self.texts.append((*self.open[-1], text))

    def chinese(self):
        for number, (tag, lang, text) in enumerate(self.texts):
            if CHINESE.search(text):
                yield tag, lang, text, "".join(each for *_rest, each in self.texts[number + 1 : number + 3])


def names_in(text: str, known: dict[str, str]) -> list[str]:
    """The names of a text that is nothing but names of places; none of another."""
    parts = [part for part in re.split("[/、（）；\\s]", text.strip()) if part]
    return parts if parts and all(part in known for part in parts) else []


def test_every_name_of_a_place_is_marked_and_has_its_pinyin(rich, client):  # noqa: F811
    known = pinyin() | {"陕西省": "shaanxisheng"}  # the gazetteer writes both provinces Shanxisheng
    wrong, seen = [], 0
    for name, path in PAGES.items():
        html = client.get("/en" + path.replace("REFERENCE", rich)).content.decode()
        for tag, lang, text, after in Stretches(html).chinese():
            if tag in UNMARKED:
                continue
            if lang != "zh" and "简体" not in text and "中文" not in text:
                wrong.append((name, "not marked", tag, text))
            for each in names_in(text, known):
                seen += 1
                if known[each] not in after.lower():
                    wrong.append((name, "no pinyin", text, after[:60]))
    assert wrong == [] and seen > 200


# Names that are no places, of which records, and what is a text of others: such a text is marked and no more.
NAMES = (
    (Brand, "name"), (Category, "name"), (Organization, "name"), (Outlet, "name"), (Service, "name"),
    (Source, "title"), (Source, "publisher"), (Succession, "document"),
)  # fmt: skip
TEXTS = ((CoverageRule, "note"), (Outlet, "address"), (Promise, "text"), (Service, "description"))


def test_every_other_name_has_its_english_name_or_its_pinyin_and_all_else_is_a_text_of_others(rich, client):  # noqa: F811
    places = pinyin()
    names = {name for model, field in NAMES for name in model.objects.values_list(field, flat=True)}
    names |= {label for labels in Hotline.objects.values_list("labels", flat=True) for label in labels}
    texts = {text for model, field in TEXTS for text in model.objects.values_list(field, flat=True)}
    texts |= {step for steps in Service.objects.values_list("steps", flat=True) for step in steps}
    wrong, seen = [], set()
    for page, path in PAGES.items():
        html = client.get("/en" + path.replace("REFERENCE", rich)).content.decode()
        typed = parse_qs(path.partition("?")[2])
        for tag, lang, text, after in Stretches(html).chinese():
            if tag in UNMARKED:
                if tag == "title" and not re.search("[A-Z][a-z]", text):
                    wrong.append((page, "no letters", text))
            elif not names_in(text, places) and all(
                any(part in name for name in names) for part in text.rstrip("…").split("、")
            ):
                seen.add(text)
                if not re.match(r"\s*\((pinyin: )?[A-Za-z0-9 ·,.…“”()-]+\)", after):
                    wrong.append((page, "no letters", text, after))
            elif not (
                names_in(text, places)
                or lang == "zh-hans"  # the link to the page in Chinese
                or any(text in each for words in typed.values() for each in words)
                or any(said in text for said in texts if said)
            ):
                wrong.append((page, "neither name nor text of others", tag, text))
    assert wrong == [] and len(seen) > 60
