"""The admin in Chinese has no English in it: every page that each role reaches, with something of every kind on file."""

import itertools
import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import models as fields
from django.urls import reverse

from regions import models
from regions.services import roles

from . import test_doors as doors
from .test_pages import ADMINS, one_more

pytestmark = pytest.mark.one_database

# What is written so in Chinese, too: abbreviations, formats, names of products, keys of a keyboard.
ALLOWED = set(
    """API CSV JSON XLSX XLS ODS TSV HTML URL IP GB SHA WGS GCJ BD ID UTF PDF TXT ZIP LDAP Excel
    Ctrl Control Command Mac esc https www com example service contact English en zh hans""".lower().split()
)
# Names of commands, settings and files, the examples that help texts give, and the words of the fixture.
NAMES = set(
    """check_hotlines RATE_KEY regions townships names successions corrections edition fushun fsx
    haier repair alahaotaitai sterilising cabinets import_coverage set up load_regions""".lower()
    .replace("_", " ")
    .split()
)
# Free words about a write are Chinese in Chinese, whoever wrote them; what else stands on file may be in any language.
WORDED = {"reason"}
# Days are written in one way, 2026-11-27, wherever the admin writes them itself.
OTHER_DATES = re.compile(r"\d+年\d+月\d+日")


class Seen(HTMLParser):
    """What a person sees or hears of a page, and where it leads."""

    SILENT = {"script", "style", "template", "noscript", "svg", "code", "pre"}
    SPOKEN = {"title", "aria-label", "placeholder", "alt"}
    VOID = {"br", "hr", "img", "input", "link", "meta", "wbr", "source", "col"}

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        silent = tag in self.SILENT or "material-symbols" in given.get("class", "")
        if tag not in self.VOID:
            self.open.append((tag, silent or self.silent))
        self.texts += [given[name] for name in self.SPOKEN & given.keys()]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "input" and given.get("type") == "submit":
            self.texts.append(given.get("value", ""))

    def handle_startendtag(self, tag, attrs):
        if tag in self.VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                return

    @property
    def silent(self) -> bool:
        return bool(self.open) and self.open[-1][1]

    def handle_data(self, data):
        if not self.silent:
            self.texts.append(data)


def latin(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{2,}", text.lower()))


def on_file() -> set[str]:
    """The words of what is on file."""
    found = set()
    for model in [*apps.get_app_config("regions").get_models(), *apps.get_app_config("auth").get_models()]:
        if model._meta.label == "auth.Permission":
            continue
        names = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, fields.CharField | fields.TextField)
            and not field.choices
            and field.name not in WORDED
        ]
        for row in model._default_manager.values_list(*names) if names else ():
            found |= latin(" ".join(str(value) for value in row if value))
    return found


def kind_of(link: str) -> str:
    return re.sub(r"\d+", "N", urlsplit(link).path)


def crawl(client, start: str, per_kind: int):
    """(address, what is seen there), each kind of page a few times."""
    seen, opened, waiting = {start}, Counter(), [start]
    while waiting:
        page = waiting.pop(0)
        opened[kind_of(page)] += 1
        response = client.get(page)
        if response.status_code == 302:
            continue
        text = b"".join(response.streaming_content) if response.streaming else response.content
        if "text/html" not in response["Content-Type"]:
            continue
        found = Seen(text.decode())
        yield page, response.status_code, found
        for link in found.links:
            link = urljoin(page, link).partition("#")[0]
            path = urlsplit(link)
            if path.netloc or not path.path.startswith("/admin/") or link in seen or "logout" in link:
                continue
            seen.add(link)
            many = sum(1 for other in waiting if kind_of(other) == kind_of(link))
            if opened[kind_of(link)] + many < per_kind:
                waiting.append(link)


@pytest.fixture
def rich(world, chief, client):
    """Something of every kind, and something that came through every door."""
    client.force_login(chief)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    world.chief = chief
    for door in itertools.chain.from_iterable(doors.ADMIN.values()):
        if door is not doors.undo_set:  # the organization is gone by then; the set of its deletion is there
            door(client, world, lambda: None)
    world.organization = models.Organization.objects.create(slug="owner", name="示例公司")
    for model in ADMINS:
        one_more(model, world)
    return world


@pytest.mark.slow
def test_no_english_is_left_for_any_role(rich, client):
    """A superuser opens each kind of page twice, every role once."""
    data = ALLOWED | NAMES | on_file()
    found: dict[str, tuple] = {}
    for role in (None, *roles.ROLES):
        user = User.objects.create_user(f"王{role or ''}", is_staff=True, is_superuser=role is None)
        if role:
            roles.give(user, role=role, brands=[rich.brand] if role == roles.MAINTAINER else [])
        client.force_login(user)
        pages = list(crawl(client, reverse("admin:index"), 1 if role else 2))
        assert len(pages) >= 40, "the crawl came to little"
        for page, _status, seen in pages:
            for text in seen.texts:
                if left := (latin(text) - data) | set(OTHER_DATES.findall(text)):
                    found.setdefault(" ".join(sorted(left)), (role, page, " ".join(text.split())[:120]))
    assert not found, "\n".join(f"{words}: {where}" for words, where in found.items())
