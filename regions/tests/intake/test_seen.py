"""Two people at one draft: nobody overwrites what he has not seen, on the page and through the API."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from regions.models import CoverageImport, ImportLine
from regions.services import intake

URL = "/api/v1/imports/"


@pytest.fixture
def other(clerk, service):
    """A second clerk of the same brand."""
    user = User.objects.create_user("other", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="regions"))
    return user


@pytest.fixture
def imp(service) -> CoverageImport:
    return intake.draft(service=service, text="朝阳区、自贡市富顺县")


def page_of(user) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


def api_of(user) -> APIClient:
    client = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


def open_line(imp) -> ImportLine:
    return imp.lines.get(token="朝阳区")


def buttons(page: str, near: str) -> dict:
    """The hidden fields of the form that holds a button."""
    (form,) = [form for form in re.findall(r"<form.*?</form>", page, re.S) if near in form]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


@pytest.mark.slow
def test_a_click_on_a_line_that_another_has_decided_is_told(imp, clerk, other):
    address = reverse("admin:regions_coverageimport_change", args=[imp.pk])
    first, second = page_of(clerk), page_of(other)
    key = f'name="line" value="{open_line(imp).pk}"'
    of_first = buttons(first.get(address).content.decode(), key)
    of_second = buttons(second.get(address).content.decode(), key)
    first.post(address, of_first | {"do": "choose:110105"})
    answer = second.post(address, of_second | {"do": "skip"}, follow=True).content.decode()
    assert "clerk has decided “朝阳区” meanwhile: accepted 110105" in answer
    assert open_line(imp).include == ["110105"]
    again = buttons(second.get(f"{address}?show=new").content.decode(), key)
    second.post(address, again | {"do": "skip"})
    line = open_line(imp)
    assert (line.decision, line.decided_by, line.decided_at is not None) == ("skipped", other, True)


@pytest.mark.slow
@pytest.mark.parametrize("do", ["apply", "revert"])
def test_what_is_applied_is_what_was_on_the_page(do, imp, clerk, other):
    intake.decide(line=open_line(imp), include=["110105"], actor=clerk)
    if do == "revert":
        intake.apply(imp=imp)
    address = reverse("admin:regions_coverageimport_change", args=[imp.pk])
    second = page_of(other)
    form = buttons(second.get(address).content.decode(), f'value="{do}"')
    CoverageImport.objects.filter(pk=imp.pk).update(revision=99)  # whatever somebody did
    answer = second.post(address, form | {"do": do}, follow=True).content.decode()
    assert "Somebody else has worked on this import meanwhile" in answer
    imp.refresh_from_db()
    assert imp.state == {"apply": "draft", "revert": "applied"}[do]


@pytest.mark.slow
def test_a_line_over_the_api(imp, clerk, other):
    place = open_line(imp)
    address = f"{URL}{imp.pk}/lines/{place.line_no}.{place.position}/"
    first, second = api_of(clerk), api_of(other)
    seen = second.get(address)
    assert seen["ETag"] == seen.json()["etag"]
    first.post(address, {"include": ["110105"]}, format="json", HTTP_IF_MATCH=seen["ETag"])

    refused = second.post(address, {"skip": True}, format="json", HTTP_IF_MATCH=seen["ETag"])
    assert refused.status_code == 412 and refused.json()["type"].endswith(":precondition-failed")
    blind = second.post(address, {"skip": True}, format="json")
    assert blind.status_code == 428 and blind.json()["type"].endswith(":precondition-required")
    assert "clerk has decided" in blind.json()["detail"] and open_line(imp).include == ["110105"]
    # What went through a proxy that compresses comes back weak.
    weak = second.post(
        address, {"skip": True}, format="json", HTTP_IF_MATCH=f"W/{second.get(address)['ETag']}"
    )
    assert weak.status_code == 200

    done = second.post(address, {"skip": True}, format="json", HTTP_IF_MATCH=second.get(address)["ETag"])
    assert done.status_code == 200 and done["ETag"] == second.get(address)["ETag"]
    own = second.post(address, {"include": ["110105"]}, format="json")  # one's own decision needs nothing
    assert own.status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("tail", ["decisions/", "apply/", "revert/"])
def test_an_import_over_the_api(tail, imp, clerk, other):
    intake.decide(line=open_line(imp), include=["110105"], actor=clerk)
    if tail == "revert/":
        intake.apply(imp=imp)
    second = api_of(other)
    old = second.get(f"{URL}{imp.pk}/")["ETag"]
    if tail == "revert/":
        CoverageImport.objects.filter(pk=imp.pk).update(revision=99)
    else:
        intake.decide(line=open_line(imp), skip=True, actor=clerk)
    place = open_line(imp)
    again = {"line": place.line_no, "position": place.position, "include": ["110105"]}
    body = {"decisions": [again]} if tail == "decisions/" else {}
    refused = second.post(f"{URL}{imp.pk}/{tail}", body, format="json", HTTP_IF_MATCH=old)
    assert refused.status_code == 412
    if tail == "decisions/":
        assert second.post(f"{URL}{imp.pk}/{tail}", body, format="json").status_code == 428
    now = second.get(f"{URL}{imp.pk}/")["ETag"]
    done = second.post(f"{URL}{imp.pk}/{tail}", body, format="json", HTTP_IF_MATCH=now)
    assert done.status_code == 200 and done["ETag"] == second.get(f"{URL}{imp.pk}/")["ETag"] != now


def test_any_match_is_any(imp, clerk):
    assert (
        api_of(clerk)
        .post(f"{URL}{imp.pk}/apply/", {"leave_open": True}, format="json", HTTP_IF_MATCH="*")
        .status_code
        == 200
    )
