"""Pages in English: every Chinese name of a place is marked as Chinese and has its pinyin or its English name beside it."""

import csv
import re
from html.parser import HTMLParser

import pytest
from django.conf import settings

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
            if lang != "zh-hans" and "简体" not in text and "中文" not in text:
                wrong.append((name, "not marked", tag, text))
            for each in names_in(text, known):
                seen += 1
                if known[each] not in after.lower():
                    wrong.append((name, "no pinyin", text, after[:60]))
    assert wrong == [] and seen > 200
