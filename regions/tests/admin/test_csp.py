"""The admin's looser content policy stays in the admin."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse


def policy(response) -> dict[str, str]:
    header = response.headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in header.split(";") if part.strip())


@pytest.mark.parametrize("name", ["admin:index", "admin:login", "admin:regions_region_changelist"])
def test_admin_pages_may_evaluate_but_not_run_inline_scripts(name, desk):
    script = policy(desk.get(reverse(name)))["script-src"]
    assert "'unsafe-eval'" in script
    assert "'unsafe-inline'" not in script


@pytest.mark.parametrize("path", ["/", "/api/v1/", "/administrator/", "/adminx"])
def test_other_pages_stay_strict(path, client, db):
    directives = policy(client.get(path))
    assert "unsafe" not in directives["script-src"] + directives["style-src"]


def test_the_rest_of_the_policy_holds_in_the_admin_too(desk):
    directives = policy(desk.get(reverse("admin:index")))
    assert directives["object-src"] == directives["frame-ancestors"] == "'none'"


def test_a_page_that_replaces_its_own_policy_keeps_it():
    from regions.admin.csp import AdminPolicyMiddleware

    response = HttpResponse()
    response._csp_replace = {"img-src": ["'none'"]}
    kept = AdminPolicyMiddleware(lambda _request: response)(RequestFactory().get("/admin/"))
    assert kept._csp_replace == {"img-src": ["'none'"]}
