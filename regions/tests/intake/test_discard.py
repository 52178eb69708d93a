"""Drafts that nobody needs are discarded, go with a service made by mistake, and come back whole when that is undone."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from regions.models import ChangeSet, CoverageImport, Service
from regions.services import intake
from regions.services.undo import Refused, undo
from regions.tests import factories

from .conftest import rules

pytestmark = pytest.mark.django_db
ADD = "/admin/regions/coverageimport/add/"
LINE = ("line_no", "position", "token", "verdict", "result", "decision", "include", "exclude", "note", "decided_by", "decided_at")  # fmt: skip


@pytest.fixture
def head(client):
    user = User.objects.create_superuser("head")
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    return user


def decided(service, actor):
    """A draft of which a person has decided something."""
    imp = intake.draft(service=service, text="自贡市富顺县、朝阳区、荣县", actor=actor)
    intake.decide(line=imp.lines.get(token="朝阳区"), include=["110105"], actor=actor, note="问过品牌")
    intake.decide(line=imp.lines.get(token="荣县"), skip=True, actor=actor)
    return imp


def lines(pk):
    return list(CoverageImport.objects.get(pk=pk).lines.order_by("position").values(*LINE))


def last_set():
    return ChangeSet.objects.latest("pk")


@pytest.mark.slow
def test_a_discarded_draft_waits_for_nobody_and_is_taken_up_again(client, head, service):
    imp = decided(service, head)
    kept, url = lines(imp.pk), reverse("admin:regions_coverageimport_change", args=[imp.pk])
    page = client.post(url, {"do": "discard"}, follow=True).content.decode()
    imp.refresh_from_db()
    assert imp.state == "discarded" and "已放弃" in page and 'value="apply"' not in page
    assert client.post(url, {"do": "apply"}, follow=True).status_code == 200 and not rules(service)
    for verb in (intake.apply, intake.discard):
        with pytest.raises(intake.IntakeError):
            verb(imp=imp)
    assert client.get("/api/v1/imports/?state=draft").json()["count"] == 0
    client.post(url, {"do": "take-up"})
    imp.refresh_from_db()
    assert imp.state == "draft" and lines(imp.pk) == kept


@pytest.mark.slow
def test_over_the_api(client, head, service):
    imp = decided(service, head)
    for verb, status, state in (
        ("take-up", 409, "draft"),
        ("discard", 200, "discarded"),
        ("discard", 409, "discarded"),
        ("apply", 409, "discarded"),
        ("take-up", 200, "draft"),
    ):
        answer = client.post(f"/api/v1/imports/{imp.pk}/{verb}/", {}, content_type="application/json")
        assert answer.status_code == status, (verb, answer.content)
        imp.refresh_from_db()
        assert imp.state == state
    seen = {"HTTP_IF_MATCH": '"old"'}
    assert (
        client.post(f"/api/v1/imports/{imp.pk}/discard/", {}, "application/json", **seen).status_code == 412
    )


@pytest.mark.slow
def test_discarding_bringing_in_and_taking_up_are_undone(head, service):
    imp = decided(service, head)
    kept = lines(imp.pk)
    brought_in = ChangeSet.objects.earliest("pk")
    states = []
    for step in (
        lambda: intake.discard(imp=imp, actor=head),
        lambda: undo(last_set(), reason="doch", actor=head),
        lambda: undo(last_set(), reason="doch nicht", actor=head),
        lambda: intake.take_up(imp=imp, actor=head),
        lambda: undo(last_set(), reason="doch", actor=head),
        lambda: undo(last_set(), reason="doch nicht", actor=head),
        lambda: undo(brought_in, reason="irrtümlich", actor=head),
    ):
        step()
        imp.refresh_from_db()
        states.append(imp.state)
    assert states == ["discarded", "draft", "discarded", "draft", "discarded", "draft", "discarded"]
    assert lines(imp.pk) == kept
    with pytest.raises(Refused):
        undo(brought_in, reason="again", actor=head)


@pytest.mark.slow
def test_a_service_made_by_mistake_goes_with_its_drafts_and_comes_back_with_them(client, head):
    factories.load_regions("510322", "510321", "110105", "220106")
    service = factories.make_service("mistake", brand="a")
    imp, other = decided(service, head), decided(service, head)
    intake.discard(imp=other, actor=head)
    kept, columns = lines(imp.pk), CoverageImport.objects.filter(pk=imp.pk).values().get()
    came = columns.pop("created_at")
    delete = reverse("admin:regions_service_delete", args=[service.pk])
    page = client.get(delete).content.decode()
    for each in (imp, other):  # what goes is named, and linked
        assert reverse("admin:regions_coverageimport_change", args=[each.pk]) in page
    assert "自贡市富顺县、朝阳区、荣县" in page
    client.post(delete, {"post": "yes", "reason": "建错了"})
    assert not Service.objects.filter(slug="mistake").exists() and not CoverageImport.objects.exists()
    told = client.get(reverse("admin:regions_changeset_change", args=[last_set().pk])).content.decode()
    assert "自贡市富顺县、朝阳区、荣县" in told
    for _time in range(2):
        undo(last_set(), reason="doch", actor=head)
        assert lines(imp.pk) == kept
        back = CoverageImport.objects.filter(pk=imp.pk).values().get()
        assert abs(back.pop("created_at") - came) < timedelta(milliseconds=1)
        assert back == columns and CoverageImport.objects.get(pk=other.pk).state == "discarded"
        undo(last_set(), reason="doch nicht", actor=head)
        assert not Service.objects.filter(slug="mistake").exists() and not CoverageImport.objects.exists()


def test_an_applied_list_keeps_its_service_and_is_named(client, head, service):
    imp = intake.draft(service=service, text="自贡市富顺县", actor=head)
    intake.apply(imp=imp, actor=head)
    delete = reverse("admin:regions_service_delete", args=[service.pk])
    assert (
        reverse("admin:regions_coverageimport_change", args=[imp.pk]) in client.get(delete).content.decode()
    )
    client.post(delete, {"post": "yes"})
    assert Service.objects.filter(pk=service.pk).exists()


def test_an_import_is_called_by_its_file_or_its_first_line(client, head, service):
    file = SimpleUploadedFile("华东名单 2026-11.txt", "自贡市富顺县".encode())
    client.post(ADD, {"service": service.pk, "mode": "add", "text": "", "file": file})
    client.post(ADD, {"service": service.pk, "mode": "add", "text": "\n\n 服务区域：\n自贡市富顺县"})
    titles = list(CoverageImport.objects.order_by("pk").values_list("title", flat=True))
    assert titles == ["华东名单 2026-11.txt", "服务区域："]
    page = client.get("/admin/regions/coverageimport/").content.decode()
    assert all(title in page for title in titles)
