"""Nothing is offered that is then refused: every link and button of every page, for each of the four roles."""

import re
from urllib.parse import urljoin

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from regions.services import roles

from .test_chinese import crawl, kind_of
from .test_chinese import rich as rich

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.S | re.I)
ANYBODY = {"/admin/logout/", "/iNn/setlang/"}
WRITES_NOTHING = ("/export/", "/second-step/", "/password_change/")  # a file, or his own account
BUTTON = re.compile(r"<(?:button|input)\b[^>]*>", re.I)


def buttons(html: str) -> set[str]:
    """The buttons of forms that write, as (action, name=value)."""
    found = set()
    for form in FORM.findall(html):
        head = form[: form.index(">")]
        if not re.search(r'method="post"', head, re.I):
            continue
        action = re.search(r'action="([^"]*)"', head)
        for button in BUTTON.findall(form):
            kind = re.search(r'type="(\w+)"', button)
            if button.startswith("<input") and (not kind or kind[1] != "submit"):
                continue
            if kind and kind[1] in ("button", "reset"):
                continue
            name = re.search(r'\bname="(\w+)"', button)
            found.add(f"{kind_of(action[1]) if action else ''} {name[1] if name else ''}".strip())
    return found


@pytest.mark.parametrize("role", roles.ROLES, ids=["chief", "keeper", "checker", "reader"])
def test_no_link_leads_to_a_refusal(role, rich, client):
    user = User.objects.create_user("somebody", is_staff=True)
    roles.give(user, role=role, brands=[rich.brand] if role == roles.MAINTAINER else [])
    client.force_login(user)
    refused, sent, offered_by = {}, set(), {}
    for page, status, seen in crawl(client, reverse("admin:index"), 2):
        for link in seen.links:
            offered_by.setdefault(urljoin(page, link).partition("#")[0], page)
        if status >= 400:
            refused[page] = status, offered_by.get(page)
        elif role == roles.READER and not kind_of(page).endswith(WRITES_NOTHING):
            sent |= buttons(client.get(page).content.decode())
    assert not refused
    assert sent <= ANYBODY  # who only reads is offered nothing that writes
