"""No input makes a 5xx, nearer to the real thing: whole forms, files and questions that are right but for one thing.

Requests by a die alone (`test_fuzz.py`) seldom get past the first check. Here each page of the admin is opened as each role, and its forms are
sent as a browser would, with one to three fields changed, left out or doubled; questions to the API are made from its own document in the same way.
FUZZ_SECONDS and FUZZ_SEED as there.
"""

import io
import json
import random
import time
from html.parser import HTMLParser
from urllib.parse import quote, urlencode, urljoin, urlsplit

import openpyxl
import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import NoReverseMatch, reverse

from .test_fuzz import NASTY, ROLES, SECONDS, SEED
from .test_fuzz import ask as ask
from .test_fuzz import clients as clients
from .test_fuzz import generous as generous

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.filterwarnings("default")]


class Forms(HTMLParser):
    """The forms of a page: (method, action, [(name, value, kind)]); links beside them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, list[tuple[str, str, str]]]] = []
        self.links: list[str] = []
        self._select, self._area = "", ""
        self.feed(text)

    def handle_starttag(self, tag, pairs):
        given = {name: value or "" for name, value in pairs}
        fields = self.forms[-1][2] if self.forms else []
        name = given.get("name", "")
        if tag == "a" and given.get("href", "").startswith(("/", "?")):
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append((given.get("method", "get").upper(), given.get("action", ""), []))
        elif tag in ("input", "button") and name:
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in given or "action" in name:
                fields.append((name, given.get("value", ""), kind))
        elif tag == "textarea" and name:
            self._area = name
            fields.append((name, "", "text"))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or given.get("value")):
            fields.append((self._select, given.get("value", ""), "option"))

    def handle_data(self, data):
        if self._area and self.forms and self.forms[-1][2]:
            name, value, kind = self.forms[-1][2][-1]
            self.forms[-1][2][-1] = (name, value + data, kind)

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""


class Mutations:
    """What a die makes of something that is right."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def value(self, right: str) -> str:
        way = self.dice.randrange(6)
        if way < 3:
            return self.dice.choice(NASTY)
        if way == 3:
            return right + self.dice.choice(NASTY)
        if way == 4:
            at = self.dice.randrange(len(right) + 1)
            return right[:at] + self.dice.choice("\x00\ud800½Ⅳ0-9:,;\n\t 县") + right[at + 1 :]
        return right[:200] * self.dice.choice((2, 40))

    def fields(self, fields: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
        """A browser's pairs: one choice a name, one button, and then some of them wrong."""
        chosen: dict[str, str] = {}
        for name, value, kind in fields:
            if kind == "submit" or (kind == "option" and name in chosen and self.dice.random() < 0.7):
                continue
            if kind != "checkbox" or self.dice.random() < 0.7:
                chosen[name] = value
        buttons = [(name, value) for name, value, kind in fields if kind == "submit"]
        pairs = list(chosen.items()) + ([self.dice.choice(buttons)] if buttons else [])
        for _n in range(self.dice.choice((0, 1, 1, 1, 2, 3))):
            if not pairs:
                break
            at = self.dice.randrange(len(pairs))
            name, right = pairs[at]
            what = self.dice.randrange(8)
            if what == 0:
                del pairs[at]
            elif what == 1:
                pairs.append((name, self.value(right)))
            elif what == 2:
                pairs[at] = (name + self.dice.choice(("-0", "[]", "__x", "-TOTAL_FORMS", "\x00")), right)
            else:
                pairs[at] = (name, self.value(right))
        return pairs

    def file(self) -> SimpleUploadedFile:
        """A sheet with a row that is almost right, or bytes that are none."""
        heads = [
            "service",
            "number",
            "kind",
            "label",
            "region",
            "valid_from",
            "valid_to",
            "effect",
            "source",
            "name",
            "slug",
            "brand",
            "category",
            "reason",
        ]
        values = (
            "a-repair",
            "4000000001",
            "510322",
            "富顺县",
            "include",
            "2026-01-01",
            "1",
            "page-a",
            "a",
            "",
        )
        heads = self.dice.sample(heads, self.dice.randrange(1, len(heads)))
        rows = [heads] + [
            [self.dice.choice((*values, self.value("1"))) for _h in heads]
            for _n in range(self.dice.randrange(3))
        ]
        kind = self.dice.choice(("csv", "csv", "xlsx", "json", "yaml", "zip"))
        if kind == "xlsx":
            book, stream = openpyxl.Workbook(), io.BytesIO()
            for row in rows:
                book.active.append(
                    [
                        openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", str(v))
                        .encode("utf-8", "replace")
                        .decode()[:30000]
                        for v in row
                    ]
                )
            book.save(stream)
            content = stream.getvalue()
        else:
            content = "\r\n".join(",".join(f'"{v}"' for v in row) for row in rows).encode(
                self.dice.choice(("utf-8", "utf-16", "gb18030")), "replace"
            )
        if self.dice.random() < 0.3:
            at = self.dice.randrange(len(content) + 1)
            content = content[:at] + bytes(self.dice.randrange(256) for _n in range(4)) + content[at + 4 :]
        return SimpleUploadedFile(f"x.{kind}", content)

    def json(self, right):
        """A body with one thing in it changed."""
        if isinstance(right, dict) and right and self.dice.random() < 0.9:
            name = self.dice.choice(list(right))
            changed = dict(right)
            what = self.dice.randrange(6)
            if what == 0:
                del changed[name]
            elif what == 1:
                changed[self.value(name)] = changed[name]
            else:
                changed[name] = self.json(changed[name])
            return changed
        if isinstance(right, list) and right and self.dice.random() < 0.8:
            at = self.dice.randrange(len(right))
            return [*right[:at], self.json(right[at]), *right[at + 1 :]]
        if isinstance(right, str) and self.dice.random() < 0.6:
            return self.value(right)
        return self.dice.choice(
            (
                None,
                True,
                0,
                -1,
                1e308,
                10**30,
                "",
                [],
                {},
                [[]],
                [None],
                {"a": {}},
                "\ud800",
                right,
                [right, right],
            )
        )


def encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, errors="surrogatepass")


def start_pages() -> list[str]:
    """A page of each kind: lists, records, their histories, and those that belong to no record."""
    pages = [
        "/admin/",
        "/admin/password_change/",
        "/admin/second-step/",
        "/",
        "/numbers/",
        "/ask/",
        "/coverage/",
    ]
    for model in list(admin.site._registry):
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        for page in ("changelist", "add", "import", "export", "queue", "paste"):
            try:
                pages.append(reverse(f"admin:{label}_{page}"))
            except NoReverseMatch:  # not every record has one
                continue
        for pk in list(model._base_manager.values_list("pk", flat=True)[:3]):
            for page in ("change", "history", "delete"):
                pages.append(reverse(f"admin:{label}_{page}", args=[pk]))
    return pages


FORM = "application/x-www-form-urlencoded"
# What only changes how somebody looks at pages, or ends his log-in.
ASIDE = ("logout", "/i18n/", "/api/", "/static/")


class Visitor:
    """Opens pages as one role, and sends their forms almost right. What was written is taken back, nine times in ten."""

    def __init__(self, client, mutations: Mutations) -> None:
        self.client, self.mutations, self.dice = client, mutations, mutations.dice
        self.pages = start_pages()
        self.faults: list[tuple] = []

    def visit(self) -> None:
        path = self.dice.choice(self.pages)
        answer = self.client.get(path)
        if answer.status_code >= 500:
            self.faults.append(("GET", path))
        if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
            self.pages.remove(path)
            return
        found = Forms(answer.content.decode())
        if len(self.pages) < 2_000:
            links = [urljoin(path, link) for link in self.dice.sample(found.links, min(3, len(found.links)))]
            self.pages += [link for link in links if not any(word in link for word in ASIDE)]
        forms = [
            (method, urljoin(path, action), fields)
            for method, action, fields in found.forms
            if fields and not any(word in action for word in ASIDE)
        ]
        for _n in range(6 if forms else 0):
            cookies, point = self.client.cookies.copy(), transaction.savepoint()
            self.send(*self.dice.choice(forms))
            if self.dice.random() < 0.9 or "second-step" in path or "password" in path:
                transaction.savepoint_rollback(point)
                self.client.cookies = cookies
            transaction.savepoint_commit(
                point
            )  # rolled back or not: each that stays holds a lock of PostgreSQL's

    def send(self, method: str, target: str, fields: list[tuple[str, str, str]], step: int = 1) -> None:
        pairs = self.mutations.fields(fields)
        if method == "GET":
            answer = self.client.get(urlsplit(target).path + "?" + encoded(pairs))
        elif any(kind == "file" for _name, _value, kind in fields):
            data = {name: value.encode("utf-8", "replace").decode() for name, value in pairs}
            for name, _value, kind in fields:
                if kind == "file" and self.dice.random() < 0.9:
                    data[name] = self.mutations.file()
            answer = self.client.post(target, data)
        else:
            answer = self.client.generic("POST", target, encoded(pairs), FORM)
        if answer.streaming:
            b"".join(answer.streaming_content)
        if answer.status_code >= 500:
            self.faults.append((method, target, encoded(pairs)))
        elif method == "POST" and step < 2 and answer.status_code == 200 and not answer.streaming:
            for method, action, fields in Forms(answer.content.decode("utf-8", "replace")).forms[-1:]:
                self.send(method, urljoin(target, action), fields, step + 1)


@pytest.mark.parametrize("role", ROLES[:4])
def test_no_form_that_is_almost_right_makes_a_fault(clients, generous, role):
    visitor = Visitor(clients[role], Mutations(SEED + 100 + ROLES.index(role)))
    end = time.monotonic() + SECONDS / 4
    while time.monotonic() < end:
        visitor.visit()
    assert visitor.faults == [], f"FUZZ_SEED={SEED}"


RIGHT = {
    "region": "510322", "number": "4000000001", "on": "2026-11-21", "q": "富顺县", "text": "富顺县", "service": "a-repair", "brand": "a",
    "category": "c", "since": "0", "code": "510322", "key": "a-repair:4000000001", "slug": "a-repair", "id": "1", "digits": "4000000001",
    "hotline": "a-repair:4000000001", "reason": "other", "statement": "错", "level": "county", "parent": "510300", "ancestor": "510000",
    "evidence_url": "https://example.com/", "mode": "include", "coverage_rule": "a-repair:510322:2000-01-01", "line": "1.1", "reference": "x",
    "release": "2025", "page": "1", "page_size": "5", "fields": "name", "omit": "name", "name": "directory", "format": "json",
}  # fmt: skip
BODIES = {
    "/api/v1/resolve/": {"texts": ["富顺县", "四川省除甘孜、阿坝外"]},
    "/api/v1/coverage/": {
        "questions": [{"region": "510322", "on": "2026-11-21", "channel": ["service"]}, {"q": "富顺县"}]
    },
    "/api/v1/numbers/": {"numbers": ["4000000001"], "text": "400-000-0001"},
    "/api/v1/disputes/": {
        "hotline": "a-repair:4000000001",
        "reason": "other",
        "statement": "错",
        "evidence_url": "https://example.com/",
    },
    "/api/v1/imports/": {
        "service": "a-repair",
        "text": "富顺县、西湖区",
        "mode": "include",
        "source": "page-a",
        "on": "2026-11-21",
    },
}


@pytest.mark.parametrize("role", ROLES)
def test_no_question_that_is_almost_right_makes_a_fault(ask, generous, role):
    mutations = Mutations(SEED + 200 + ROLES.index(role))
    dice = mutations.dice
    document = yaml.safe_load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text("utf-8"))
    job = apps.get_model("regions", "CoverageImport").objects.first()
    operations = [
        (method.upper(), path, one)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]

    def right(parameter) -> str:
        schema = parameter.get("schema", {})
        schema = schema.get("items", schema)
        choices = schema.get("enum") or ([RIGHT[parameter["name"]]] if parameter["name"] in RIGHT else [])
        kind = {"integer": "1", "number": "1", "boolean": "true"}.get(schema.get("type"), "a")
        return str(dice.choice(choices)) if choices else kind

    end, faults = time.monotonic() + SECONDS / len(ROLES), []
    while time.monotonic() < end:
        method, path, operation = dice.choice(operations)
        pairs = []
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                given = str(job.pk) if "import" in path and parameter["name"] == "id" else right(parameter)
                given = mutations.value(given) if dice.random() < 0.2 else given
                path = path.replace(
                    f"{{{parameter['name']}}}", quote(given, safe=":@", errors="surrogatepass")
                )
            elif parameter["in"] == "query" and dice.random() < 0.3:
                pairs.append((parameter["name"], right(parameter), "text"))
        address = path + ("?" + encoded(mutations.fields(pairs)) if pairs else "")
        body = ""
        if method in ("POST", "PUT", "PATCH"):
            whole = BODIES.get(path) or {n: RIGHT.get(n, "1") for n in dice.sample(list(RIGHT), 4)} | {
                "decisions": [{"line": "1.1", "decision": "accept"}]
            }
            body = json.dumps(mutations.json(whole))
        point = transaction.savepoint()
        if ask(role, method, address, "application/json" if body else "", body) >= 500:
            faults.append((method, address, body))
        transaction.savepoint_rollback(point)
        transaction.savepoint_commit(point)
    assert faults == [], f"FUZZ_SEED={SEED}"
