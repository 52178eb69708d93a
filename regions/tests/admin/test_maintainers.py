"""A maintainer sees and edits the brands they are given, and nothing of the others, by any door."""

import csv
import io

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from regions import models
from regions.services.changes import change_set

LIMITED = [
    (models.Brand, "brand", "their_brand"),
    (models.Service, "ours", "theirs"),
    (models.Hotline, "hotline", "their_hotline"),
    (models.CoverageRule, "rule", "their_rule"),
]


def url(model, page, *args):
    return reverse(f"admin:regions_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize(("model", "mine", "other"), LIMITED)
def test_lists_hold_only_their_own(model, mine, other, world, keeper):
    shown = list(keeper.get(url(model, "changelist")).context["cl"].queryset)
    assert shown == [getattr(world, mine)]


@pytest.mark.parametrize("page", ["change", "delete", "history"])
@pytest.mark.parametrize(("model", "mine", "other"), LIMITED)
@pytest.mark.slow
def test_direct_addresses_of_others_lead_nowhere(page, model, mine, other, world, keeper):
    response = keeper.get(url(model, page, getattr(world, other).pk))
    assert response.status_code in (302, 403, 404)
    if (model, page) != (models.CoverageRule, "delete"):
        assert keeper.get(url(model, page, getattr(world, mine).pk)).status_code == 200


@pytest.mark.parametrize(
    ("model", "field", "term", "own"),
    [
        ("service", "brand", "示例", "示例 a"),
        ("coveragerule", "service", "服务", "服务 a-repair"),
        ("dispute", "hotline", "服务", "4"),
    ],
)
def test_autocompletes_offer_only_their_own(model, field, term, own, world, keeper):
    response = keeper.get(
        reverse("admin:autocomplete"),
        {"app_label": "regions", "model_name": model, "field_name": field, "term": term},
    )
    texts = [result["text"] for result in response.json()["results"]]
    assert len(texts) == 1
    assert texts[0].startswith(own)


def test_a_forged_form_cannot_reach_another_brand(world, keeper):
    response = keeper.post(
        url(models.CoverageRule, "add"),
        {
            "service": world.theirs.pk,
            "region": world.regions["510300"].pk,
            "kind": "include",
            "valid_from": "2026-01-01",
        },
    )
    assert "service" in response.context["adminform"].form.errors
    assert not world.theirs.rules.filter(region=world.regions["510300"]).exists()


def test_nobody_makes_themselves_maintainer_of_more(world, keeper, maintainer):
    page = keeper.get(url(models.Brand, "change", world.brand.pk))
    assert "maintainers" not in page.context["adminform"].form.fields
    assert keeper.get(url(models.Brand, "add")).status_code == 403


def test_export_holds_only_their_own(world, keeper):
    response = keeper.post(url(models.Service, "export"), {"format": "0", "resource": "0"})
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["slug"] for row in rows] == ["a-repair"]


def test_import_cannot_touch_or_take_what_belongs_to_others(world, keeper):
    text = (
        "slug,name,brand,category,kind\nb-repair,taken,b,cabinets,repair\na-repair,moved,b,cabinets,repair\n"
    )
    response = keeper.post(
        url(models.Service, "import"),
        {"format": "0", "resource": "0", "import_file": SimpleUploadedFile("x.csv", text.encode())},
    )
    rows = {row for row, _column, _text in response.context["problems"]}
    assert rows == {"2", "3"}
    assert "confirm_form" not in response.context
    world.theirs.refresh_from_db()
    assert world.theirs.name == "服务 b-repair"


def test_who_has_no_permission_sees_no_page(world, client, django_user_model):
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    for model, _mine, _other in LIMITED:
        assert client.get(url(model, "changelist")).status_code == 403
        if model is not models.Brand:
            assert client.get(url(model, "import")).status_code == 403
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_viewer_may_export_but_not_import(world, client, django_user_model):
    from django.contrib.auth.models import Permission

    viewer = django_user_model.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_category"]))
    client.force_login(viewer)
    assert client.get(url(models.Category, "export")).status_code == 200
    assert client.get(url(models.Category, "import")).status_code == 403
    assert client.post(url(models.Category, "process_import")).status_code == 403


def test_the_overview_counts_only_their_own(world, keeper):
    page = keeper.get(reverse("admin:index"))
    assert page.status_code == 200
    assert "open disputes" not in page.content.decode()  # the only one is about the other brand


@pytest.mark.slow
def test_of_a_set_that_others_share_only_their_own_is_counted(world, desk, keeper, chief, maintainer, client):
    """On the home page, in the list of sets and on the set's own page."""
    with change_set(reason="both brands") as changes:
        changes.created(world.hotline, world.their_hotline, world.their_rule)
    shared = models.ChangeSet.objects.latest("pk")
    pages = (
        reverse("admin:index"),
        url(models.ChangeSet, "changelist"),
        url(models.ChangeSet, "change", shared.pk),
    )
    for user, said in ((chief, "coverage rule 1、hotline 2"), (maintainer, "hotline 1")):
        client.force_login(user)
        for page in pages:
            html = client.get(page).content.decode()
            assert said in html, page
            assert user is chief or "coverage rule 1、hotline 2" not in html, page


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("hotline", "填写结束日期"),
        ("rule", "填写结束日期"),
        ("ours", "名录主管"),
    ],
)
@pytest.mark.slow
def test_who_may_not_delete_is_told_what_to_do_instead(record, said, world, client, django_user_model):
    call_command("roles", commit=True, stdout=io.StringIO())
    user = django_user_model.objects.create_user("keeper of a", password="secret", is_staff=True)
    user.groups.set([Group.objects.get(name="品牌维护员")])
    world.ours.brand.maintainers.add(user)
    client.force_login(user)
    target = getattr(world, record)
    page = client.get(url(type(target), "change", target.pk), headers={"accept-language": "zh-hans"})
    assert page.status_code == 200 and "/delete/" not in page.text
    for ask in (client.get, client.post):
        refused = ask(url(type(target), "delete", target.pk), headers={"accept-language": "zh-hans"})
        assert refused.status_code == 403
        assert "您不能删除它" in refused.text and said in refused.text
        assert url(type(target), "change", target.pk) in refused.text
    assert type(target).objects.filter(pk=target.pk).exists()
