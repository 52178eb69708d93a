"""A form that lost its session comes back filled to who typed it, and to nobody else; nothing is written before."""

import re
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from regions.admin import kept
from regions.models import Brand, Category, CoverageImport, Verification
from regions.services import intake
from regions.tests import factories

from .test_writes import form_of

PASSWORD = "纸上得来终觉浅 paper 2026"
KEPT = "/admin/kept/"


@pytest.fixture
def people(db):
    return [User.objects.create_superuser(name, password=PASSWORD) for name in ("lin", "wang")]


def log_in(client, name="lin"):
    return client.post("/admin/login/", {"username": name, "password": PASSWORD})


@pytest.fixture
def desk(people):
    client = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    log_in(client)
    client.get("/admin/")
    return client


def lose(client):
    """The session ends, as it does when nobody was here for two hours; the other cookies stay."""
    del client.cookies["sessionid"]


def again(client, answer, name="lin"):
    """Log in where one is led; the page that follows."""
    assert answer.status_code == 302 and KEPT in unquote(answer["Location"])
    return client.post(answer["Location"], {"username": name, "password": PASSWORD}, follow=True)


def go_on(client, page):
    """Press the button of the page: the fields as they stand on it."""
    text = page.content.decode()
    form = re.search(r'<form method="post" action="([^"]*)".*?</form>', text, re.S)
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[0]):
        fields.setdefault(name, []).append(value)
    return client.post(form[1], fields)


@pytest.mark.slow
def test_a_model_form_comes_back_filled_with_its_rows(desk):
    Category.objects.create(name="洗衣机", slug="washer")
    add = reverse("admin:regions_brand_add")
    typed = form_of(desk.get(add)) | {"name": "云朵", "website": "https://example.com/", "reason": "新品牌"}
    typed |= {"services-TOTAL_FORMS": "1", "services-0-name": "云朵 · 维修", "services-0-kind": "repair"}
    lose(desk)
    page = again(desk, desk.post(add, typed))
    assert "云朵 · 维修" in page.content.decode() and not Brand.objects.exists()
    filled = go_on(desk, page)
    text = filled.content.decode()
    assert filled.status_code == 200 and "还没有保存" in text and not Brand.objects.exists()
    for value in ("云朵", "https://example.com/", "新品牌", "云朵 · 维修"):
        assert f'value="{value}"' in text
    assert kept.KEY not in desk.session
    saved = form_of(filled) | {"services-TOTAL_FORMS": "0"}
    assert desk.post(add, saved).status_code == 302 and Brand.objects.get().name == "云朵"


@pytest.mark.slow
def test_pages_of_our_own_come_back_filled(desk):
    factories.load_regions("510322")
    hotline = factories.make_hotline(factories.make_service("a-repair", brand="a"), "4000000001")
    forms = [
        (reverse("admin:regions_coverageimport_add"), {"service": hotline.service_id, "text": "自贡市富顺县", "mode": "add"}, CoverageImport),
        (reverse("admin:regions_verification_record", args=[hotline.pk]), {"method": "call", "result": "confirmed", "note": "接线员报了品牌", "checked_on": "2026-11-01"}, Verification),
    ]  # fmt: skip
    for address, typed, model in forms:
        lose(desk)
        filled = go_on(desk, again(desk, desk.post(address, typed)))
        assert "还没有保存" in filled.content.decode() and not model.objects.exists()
        assert (typed.get("note") or typed["text"]) in filled.content.decode()
        assert desk.post(address, typed).status_code == 302 and model.objects.count() == 1


@pytest.mark.slow
def test_a_button_is_sent_again_only_when_it_is_pressed_again(desk):
    factories.load_regions("510322")
    service = factories.make_service("a-repair", brand="a")
    imp = intake.draft(service=service, text="自贡市富顺县")
    lose(desk)
    address = reverse("admin:regions_coverageimport_change", args=[imp.pk])
    page = again(desk, desk.post(address, {"do": "apply", "seen": str(imp.revision)}))
    assert not service.rules.exists() and "再发送一次" in page.content.decode()
    go_on(desk, page)
    assert service.rules.count() == 1


@pytest.mark.slow
def test_nobody_else_gets_it(desk, people):
    add = reverse("admin:regions_brand_add")
    lose(desk)
    page = again(desk, desk.post(add, {"name": "云朵的秘密"}), "wang")
    assert page.request["PATH_INFO"] == "/admin/" and "云朵" not in page.content.decode()
    assert kept.KEY not in desk.session
    stranger = Client()
    answer = stranger.post(add, {"name": "云朵"})
    assert KEPT not in unquote(answer["Location"]) and not stranger.session.keys()
    forged = Client()
    forged.cookies[kept.COOKIE] = f"{people[0].pk}:x:y"
    assert KEPT not in unquote(forged.post(add, {"name": "云朵"})["Location"])


def test_no_secrets_no_files_and_not_without_end(desk):
    lose(desk)
    add = reverse("admin:auth_user_add")
    desk.post(
        add, {"username": "neu", "password1": PASSWORD, "password2": PASSWORD, "csrfmiddlewaretoken": "x"}
    )
    assert desk.session[kept.KEY]["fields"] == [["username", "neu"]]
    lose(desk)
    desk.post("/admin/password_change/", {"old_password": PASSWORD, "new_password1": "x"})
    assert kept.KEY not in desk.session
    answer = desk.post(reverse("admin:regions_brand_add"), {"name": "x" * (kept.MAX + 1)})
    assert KEPT not in unquote(answer["Location"])
    answer = desk.post(reverse("admin:regions_brand_add"), {"name": "x"}, HTTP_SEC_FETCH_MODE="cors")
    assert KEPT not in unquote(answer["Location"])


@pytest.mark.slow
def test_a_form_from_before_another_log_in_comes_back_filled_but_not_what_other_sites_send(people):
    desk = Client(HTTP_ACCEPT_LANGUAGE="zh-hans", enforce_csrf_checks=True)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', desk.get("/admin/login/").content.decode())[1]
    who = {"username": "lin", "password": PASSWORD, "csrfmiddlewaretoken": token}
    desk.post("/admin/login/", who)
    desk.get("/admin/")
    typed = {"name": "云朵", "csrfmiddlewaretoken": token}
    add = reverse("admin:regions_brand_add")
    assert desk.post(add, typed, HTTP_ORIGIN="https://elsewhere.example").status_code == 403
    assert desk.post(add, typed).status_code == 403 and kept.KEY not in desk.session
    answer = desk.post(add, typed, HTTP_ORIGIN="http://testserver")
    assert answer.status_code == 302 and answer["Location"] == KEPT
    assert "云朵" in desk.get(KEPT).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("lost", [["csrftoken"], ["csrftoken", "sessionid"], ["sessionid"]])
def test_whichever_cookies_are_lost_what_was_typed_comes_back(people, lost):
    desk = Client(HTTP_ACCEPT_LANGUAGE="zh-hans", enforce_csrf_checks=True, HTTP_ORIGIN="http://testserver")
    logged_in_with_token(desk)
    add = reverse("admin:regions_brand_add")
    typed = {"name": "云朵", "csrfmiddlewaretoken": token_of(desk.get(add))}
    for name in lost:
        del desk.cookies[name]
    answer = desk.post(add, typed)
    assert answer.status_code == 302 and KEPT in unquote(answer["Location"])
    if "sessionid" in lost:
        logged_in_with_token(desk)
    assert "云朵" in desk.get(KEPT).content.decode()


def test_where_every_cookie_is_lost_it_is_shown_to_who_sent_it_and_kept_nowhere(people):
    desk = Client(HTTP_ACCEPT_LANGUAGE="zh-hans", enforce_csrf_checks=True)
    logged_in_with_token(desk)
    add = reverse("admin:regions_brand_add")
    typed = {"name": "<b>云朵</b>", "password": "geheim", "csrfmiddlewaretoken": token_of(desk.get(add))}
    desk.cookies.clear()
    answer = desk.post(add, typed, HTTP_ORIGIN="http://testserver")
    text = answer.content.decode()
    assert answer.status_code == 403 and "&lt;b&gt;云朵&lt;/b&gt;</textarea>" in text and "geheim" not in text
    assert typed["csrfmiddlewaretoken"] not in text and not desk.session.keys()
    assert "云朵" not in desk.post(add, typed, HTTP_ORIGIN="https://elsewhere.example").content.decode()


def token_of(page) -> str:
    return re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]


def logged_in_with_token(client):
    who = {
        "username": "lin",
        "password": PASSWORD,
        "csrfmiddlewaretoken": token_of(client.get("/admin/login/")),
    }
    assert client.post("/admin/login/", who, HTTP_ORIGIN="http://testserver").status_code == 302
