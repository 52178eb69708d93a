"""A maintainer sends whole, valid forms of other brands, and his own with others' records in them: nothing of theirs moves.

The forms are those that somebody who works on every brand is shown; each is sent by him first (and taken back), so that
what the maintainer sends is known to write.
"""

import json
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch

from regions import access, models

from .test_fuzz_shaped import ASIDE, Forms
from .test_gate import REGISTERED, url
from .test_gate import pairs as pairs

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

Form = tuple[str, dict[str, list[str]]]
# The last part of fields into which other words are written, so that a form changes something.
WORDS = {"name", "title", "text", "statement", "label", "notes", "address", "steps", "labels"}
# What a button's second page asks for, where the form has no such field.
GIVEN = {
    "reason": ["x"], "on": ["2026-12-01"], "apply": ["1"], "post": ["yes"], "confirm": ["1"],
    "new_state": ["rejected"], "new_decision": ["x"],
}  # fmt: skip


class Filled(Forms):
    """Forms as they stand: of a choice what is chosen."""

    def handle_starttag(self, tag, pairs):
        if tag != "option" or "selected" in dict(pairs):
            super().handle_starttag(tag, pairs)


def filled(client: Client, path: str) -> Iterator[Form]:
    """The forms of a page as a browser sends them, once for each button, with other words in them."""
    answer = client.get(path)
    if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
        return
    for method, action, fields in Filled(answer.content.decode()).forms:
        if method != "POST" or any(word in action for word in ASIDE):
            continue
        data: dict[str, list[str]] = {}
        for name, value, kind in fields:
            if kind not in ("submit", "file"):
                new = kind == "text" and name.rsplit("-", 1)[-1] in WORDS and value.strip()
                given = value or GIVEN.get(name, [value])[0]
                data.setdefault(name, []).append(f"{value.strip()}改" if new else given)
        buttons = [(name, value) for name, value, kind in fields if kind == "submit"]
        for name, value in buttons or [("reason", "x")]:
            yield urljoin(path, action), {**GIVEN, **data, name: [value]}


def pages_of(model, record) -> list[str]:
    """Every page about one record, by its address."""
    pages = [url(model, page, record.pk) for page in ("change", "delete")]
    for name in ("undo", "record"):
        try:
            of = record.hotline_id if model is models.Verification else record.pk
            pages.append(url(model, name, of))
        except NoReverseMatch:  # few records have them
            continue
    return pages


def state(user) -> dict[str, list[dict]]:
    """All rows that are not the user's, whole."""
    mine = {
        name: {row.pk for row in apps.get_model("regions", name)._base_manager.all() if may(user, row)}
        for name in (*access.OWN, *access.SHARED)
    }
    found = {
        name: [row for row in _rows(apps.get_model("regions", name)) if row["id"] not in pks]
        for name, pks in mine.items()
    }
    return found | {"maintainers": _rows(models.Brand.maintainers.through), "users": _rows(User)}


def may(user, row) -> bool:
    """A shared record that nobody's rests on is a new one: no one else's is harmed."""
    if row._meta.model_name in access.OWN:
        return access.may_see(user, row)
    return access.may_change(user, row)


def _rows(model) -> list[dict]:
    return list(model._base_manager.order_by("pk").values())


def counted() -> int:
    return models.Change.objects.count()


@pytest.fixture
def both(world, chief, maintainer):
    """Who works on every brand, and the maintainer of one."""
    clients = Client(HTTP_ACCEPT_LANGUAGE="en"), Client(HTTP_ACCEPT_LANGUAGE="en")
    for client, user in zip(clients, (chief, maintainer), strict=True):
        client.force_login(user)
    return clients


def tried(client: Client, target: str, data: dict) -> int:
    """How many changes sending the form writes; they are taken back."""
    before, point = counted(), transaction.savepoint()
    answer = client.post(target, data)
    assert answer.status_code < 500, target
    written = counted() - before
    transaction.savepoint_rollback(point)
    return written


def actions(client: Client, model, record) -> Iterator[Form]:
    """What can be done with chosen rows of a list, with the second page of each filled in."""
    target = url(model, "changelist")
    for name in admin.site._registry[model].get_actions(client.get(target).wsgi_request):
        chosen = {"action": [name], "_selected_action": [str(record.pk)]}
        yield target, GIVEN | chosen
        point = transaction.savepoint()
        second = client.post(target, chosen)
        if second.status_code == 200 and not second.streaming:
            for method, action, fields in Filled(second.content.decode()).forms:
                if method == "POST" and any(field[0] == "action" for field in fields):
                    given = {field: [value] for field, value, kind in fields if value}
                    yield urljoin(target, action), GIVEN | given | chosen
        transaction.savepoint_rollback(point)


def test_the_valid_forms_of_other_brands_write_nothing_for_a_maintainer(both, pairs, maintainer):
    chief, keeper = both
    for target, data in filled(chief, url(models.Service, "change", pairs[models.Service][1].pk)):
        chief.post(target, data)  # a set that can be undone
    undone = models.ChangeSet.objects.latest("pk")
    before, writing = state(maintainer), set()
    for model in REGISTERED:
        other = undone if model is models.ChangeSet else pairs[model][1]
        forms = [form for page in pages_of(model, other) for form in filled(chief, page)]
        for target, data in [*forms, *actions(chief, model, other)]:
            if tried(chief, target, data):
                writing.add((model._meta.model_name, target.rstrip("/").split("/")[-1].split("?")[0]))
            point = transaction.savepoint()
            keeper.post(target, data)
            assert state(maintainer) == before, (target, data)
            transaction.savepoint_rollback(point)
    # The forms were right: for whoever works on every brand they write.
    assert writing >= RIGHT, sorted(RIGHT - writing)


RIGHT = {
    *((name, "change") for name in ("brand", "service", "hotline", "outlet", "source", "coverageimport", "category")),
    *((name, "delete") for name in ("outlet", "organization")),
    *((name, name) for name in ("coveragerule", "outlet", "organization")),
    ("changeset", "undo"),
    ("dispute", "change"),
}  # fmt: skip


def test_the_forms_of_one_s_own_brand_take_nothing_of_another_s(both, pairs, maintainer):
    """Each key in a form of his own, hidden ones of rows too, names in turn a record of another brand."""
    _chief, keeper = both
    others: dict[str, set[str]] = {}
    for model, (_own, other) in ((model, pairs[model]) for model in REGISTERED):
        others.setdefault(model._meta.model_name, set()).add(str(other.pk))
    before, sent = state(maintainer), 0
    for model in REGISTERED:
        if model._meta.model_name not in access.OWN.keys() | {"source", "phonenumber"}:
            continue
        pages = pages_of(model, pairs[model][0])
        if admin.site._registry[model].has_add_permission(keeper.get("/admin/").wsgi_request):
            pages.append(url(model, "add"))
        for target, data in (form for page in pages for form in filled(keeper, page)):
            for name in data:
                last = name.rsplit("-", 1)[-1]
                foreign = (
                    set().union(*(others[each] for each in access.OWN if each in others))
                    if last == "id"
                    else others.get({"number": "phonenumber", "rule": "coveragerule"}.get(last, last), set())
                )
                for pk in foreign - set(data[name]):
                    point, sent = transaction.savepoint(), sent + 1
                    answer = keeper.post(target, data | {name: [pk]})
                    assert answer.status_code < 500
                    assert state(maintainer) == before, (target, name, pk)
                    transaction.savepoint_rollback(point)
    assert sent > 50


@pytest.mark.parametrize("by", ["session", "key"])
def test_the_api_takes_no_valid_question_about_another_brand_s_imports(by, both, pairs, maintainer):
    _chief, keeper = both
    if by == "key":
        _key, secret = models.ApiKey.objects.create_key(name="w", owner=maintainer, role="write")
        keeper = Client(HTTP_AUTHORIZATION=f"Api-Key {secret}")
    own, other = pairs[models.CoverageImport]
    before = state(maintainer)

    def post(path, body):
        return keeper.post(f"/api/v1/imports/{path}", json.dumps(body), content_type="application/json")

    for job, expected in ((other, {403, 404}), (own, {200})):
        for path, body in (
            ("decisions/", {"decisions": [{"line": 1, "position": 1, "skip": True}]}),
            ("lines/1.1/", {"skip": True}),
            ("apply/", {"leave_open": True}),
        ):
            found = post(f"{job.pk}/{path}", body)
            assert found.status_code in expected, (path, found.content.decode())
    assert post("", {"service": "b-repair", "text": "富顺县"}).status_code in (400, 403, 404)
    assert state(maintainer) == before
