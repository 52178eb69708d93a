"""Parts of pages that a process keeps beside the records they rest on: a change is seen in the next answer of every worker."""

import datetime
import re

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from regions.lookup import calls, memory
from regions.models import Region, Service
from regions.services import records
from regions.web import caching

from .factories import make_disputed, make_hotline, make_rules, make_service, make_source

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAGES = ("/coverage/?q=510322", "/regions/510322/", "/en/coverage/?q=510322", "/en/regions/510322/")


class Worker:
    """What one process keeps; it asks in turn with others."""

    def __init__(self, client, monkeypatch) -> None:
        self.client, self.monkeypatch = client, monkeypatch
        self.memories: dict = {}
        self.pages = caching._Kept()

    def ask(self, url: str) -> str:
        self.monkeypatch.setattr(memory, "_memories", self.memories)
        self.monkeypatch.setattr(caching, "_kept", self.pages)
        return self.client.get(url).content.decode()


@pytest.fixture
def workers(client, monkeypatch):
    return [Worker(client, monkeypatch) for _each in range(2)]


@pytest.fixture
def service(make_regions) -> Service:
    regions = make_regions("510322", "510321")
    service = make_service("one")
    make_rules(service, include=[regions["510322"], regions["510321"]])
    make_hotline(service, "4000000001", source=make_source("first"), opening_hours="24小时")
    call_command("rebuild_postings", verbosity=0)
    return service


def save(record, **fields) -> None:
    """As forms, files and the API do."""
    for name, value in fields.items():
        setattr(record, name, value)
    records.save(record)


def by_form(client, service: Service) -> None:
    """In the admin."""
    client.force_login(User.objects.create_superuser("chief"))
    address = f"/admin/regions/category/{service.category.pk}/change/"
    form = client.get(address).context["adminform"].form
    given = {name: form[name].value() or "" for name in form.fields} | {"name": "表单产品"}
    answer = client.post(address, given)
    assert answer.status_code == 302, answer.context["errors"]
    client.logout()


CHANGES = {
    "the service's name": (lambda _client, one: save(one, name="改名服务"), "改名服务"),
    "the brand's name": (lambda _client, one: save(one.brand, name="改名品牌"), "改名品牌"),
    "the product's name, by a form": (by_form, "表单产品"),
    "the product's name": (lambda _client, one: save(one.category, name="改名产品"), "改名产品"),
    "the source's title": (
        lambda _client, one: save(one.hotlines.get().source, title="改名来源"),
        "改名来源",
    ),
    "hours": (lambda _client, one: save(one.hotlines.get(), opening_hours="周一至周日 08:07-19:13"), "08:07"),
    "a report": (lambda _client, one: make_disputed(one.hotlines.get()), "有人反馈有误"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen_in_the_next_answer_of_every_worker(workers, client, service, what):
    change, told = CHANGES[what]
    before = [[worker.ask(url) for url in PAGES] for worker in workers]
    change(client, service)
    for worker, old in zip(workers, before, strict=True):
        for url, said in zip(PAGES, old, strict=True):
            html = worker.ask(url)
            assert html != said, url
            assert url.startswith("/en") or (told in html and told not in said), url


def test_what_is_kept_for_a_place_is_not_told_to_another(client, service, make_regions):
    """A number for one county only stands beside no other, whichever is asked first."""
    save(service.hotlines.get(), region=Region.objects.get(code="510322"))
    make_hotline(service, "4000000002")
    for first, second in (("510322", "510321"), ("510321", "510322")):
        memory._memories.clear()
        caching.forget()
        for code in (first, second, first):
            html = client.get(f"/coverage/?q={code}").content.decode()
            assert ("4000000001" in html, "4000000002" in html) == (code == "510322", True), code


def test_what_is_kept_of_one_minute_is_not_told_in_another(client, service, monkeypatch):
    """Open and closed are told of the minute; of another day nothing of it is."""
    save(service.hotlines.get(), opening_hours="周一至周日 08:00-19:00")
    found = []
    for hour in (10, 22, 10):
        moment = datetime.datetime(2026, 11, 27, hour)
        monkeypatch.setattr(calls, "this_minute", lambda moment=moment: moment)
        caching.forget()
        found.append(re.findall(r"<strong>(.*?)</strong>", client.get(PAGES[0]).content.decode()))
    assert found[0] == found[2] != found[1]
