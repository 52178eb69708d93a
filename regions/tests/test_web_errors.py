"""Every error is a page in both languages, with a way on; under /api/ it is a problem document."""

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.test import Client

from regions.tests import factories
from regions.web import home, page

RAISED = {
    400: SuspiciousOperation("x"),
    403: PermissionDenied("x"),
    413: RequestDataTooBig("x"),
    500: RuntimeError("secret of the house"),
    503: OperationalError("secret of the house"),
}
TITLES = {400: "Bad request", 403: "Not allowed", 404: "There is no such page", 405: "Not possible", 413: "Too large", 500: "Server error", 503: "Not available"}  # fmt: skip
GERMS = {
    400: "请求",
    403: "不允许",
    404: "没有这个页面",
    405: "不能",
    413: "太大",
    500: "服务器错误",
    503: "不可用",
}


@pytest.fixture
def broken(monkeypatch, db):
    """A client for whom the first page raises what is put into `error`."""
    error: list[Exception] = []

    def show(*args, **kwargs):
        if error:
            raise error[0]
        return page.show(*args, **kwargs)

    monkeypatch.setattr(home, "show", show)
    client = Client(raise_request_exception=False)
    return client, error


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("status", TITLES)
def test_every_error_is_a_page(broken, status, prefix):
    client, error = broken
    if status in RAISED:
        error.append(RAISED[status])
    if status == 404:
        response = client.get(f"{prefix}/nowhere/")
    elif status == 405:
        response = client.delete(f"{prefix}/")
        assert response["Allow"] == "GET, HEAD"
    else:
        response = client.get(f"{prefix}/")
    html = response.content.decode()
    assert response.status_code == status
    assert (TITLES[status] if prefix else GERMS[status]) in html and 'role="search"' in html
    assert f'<html lang="{"en" if prefix else "zh-hans"}">' in html
    assert "secret" not in html and response["Cache-Control"] == "no-store" and "noindex" in html


ADMIN = {
    400: "/admin/regions/brand/?_to_field=owner&_popup=1",
    403: "/admin/regions/coveragerule/1/delete/",
    404: "/admin/nowhere/",
    405: "/admin/regions/brand/process_import/",
    413: "/admin/regions/brand/add/",
    429: "/admin/",
    500: "/admin/regions/brand/",
}


@pytest.mark.parametrize("status", ADMIN)
def test_an_error_in_the_admin_leads_back_to_the_page_before_and_to_the_first(
    status, db, settings, monkeypatch, admin_user
):
    client = Client(
        raise_request_exception=False,
        HTTP_REFERER="http://testserver/admin/regions/brand/?q=a&p=2",
        HTTP_ACCEPT_LANGUAGE="en",
    )
    client.force_login(admin_user)
    data = {}
    if status == 413:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024
        data = {"name": "x" * 2000}
    if status == 429:
        client.logout()
        monkeypatch.setattr("regions.api.spending.refusal", lambda *args: 7)
    if status in (403, 500):
        error = PermissionDenied() if status == 403 else RuntimeError()
        page = {
            403: "regions.admin.coverage.CoverageRuleAdmin.delete_view",
            500: "regions.admin.base.BaseAdmin.changelist_view",
        }

        def broken(*args, **kwargs):
            raise error

        monkeypatch.setattr(page[status], broken)
    answer = (client.post if data else client.get)(ADMIN[status], data)
    html = answer.content.decode()
    assert answer.status_code == status
    assert (
        'href="/admin/"' in html.partition("<main")[2] and 'href="/admin/regions/brand/?q=a&amp;p=2"' in html
    )
    assert status != 413 or "1.0" in html and "KB" in html


@pytest.mark.parametrize(
    "before", ["https://elsewhere.example/x", "", "javascript:alert(1)", "http://testserver/admin/nowhere/"]
)
def test_the_way_back_leads_nowhere_else_and_not_to_the_error_itself(before, db, admin_client):
    html = admin_client.get("/admin/nowhere/", HTTP_REFERER=before).content.decode().partition("<main")[2]
    assert (
        'href="/admin/"' in html and "elsewhere" not in html and "nowhere" not in html and "alert" not in html
    )


def test_more_fields_than_a_form_takes_are_told_their_limit(db, admin_client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
    answer = admin_client.post("/admin/regions/brand/add/", {f"f{n}": "1" for n in range(101)})
    assert answer.status_code == 413 and "100" in answer.content.decode()


READ = ["/", "/coverage/", "/suggest/", "/embed/", "/brands/x/", "/regions/510000/", "/regions/510000/feed/", "/numbers/1/", "/reports/x/", "/robots.txt", "/favicon.ico", "/sitemap.xml"]  # fmt: skip


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize("url", READ)
def test_what_is_only_read_says_so(db, url, method):
    """To a stranger's client too, whom the check of forms would stop."""
    response = Client(enforce_csrf_checks=True).generic(method, url)
    assert response.status_code == 405 and response["Allow"] == "GET, HEAD"
    assert response["Cache-Control"] == "no-store"


def test_a_form_is_not_put(db, client):
    response = client.put("/report/")
    assert response.status_code in (400, 405) and response["Cache-Control"] == "no-store"


def test_a_form_of_the_admin_that_lost_its_session_says_what_to_do(db):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/admin/login/", {"username": "x"}, HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert response.status_code == 403 and "再次提交" in response.content.decode()


@pytest.mark.parametrize("path", ["/en/regions/{}/", "/en/regions/{}/feed/", "/en/services/one/regions/{}/"])
def test_the_page_of_a_village_says_which_township_to_ask_for(path, client, db):
    factories.make_service("one", brand="b")
    page = client.get(path.format("510322102001"))
    assert page.status_code == 404 and "ask for 510322102" in page.content.decode()
