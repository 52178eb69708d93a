"""Everyday work of the desk: roles, maintainers, slugs, numbers on the spot, searches, credit codes, imports at a glance."""

import random
import re
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from regions.admin.overview import overview
from regions.models import CoverageRule, Hotline, Organization, PhoneNumber, Service
from regions.services import intake, records
from regions.services.roles import MAINTAINER, READER, ROLES
from regions.tests.factories import make_rules, make_service

PASSWORD = "a-long-secret-of-the-desk"


def at(model: str, page: str, *args) -> str:
    return reverse(f"admin:regions_{model}_{page}", args=args)


def errors(response) -> str:
    form = response.context["adminform"].form
    return " ".join(str(error) for listed in form.errors.values() for error in listed)


# --- Roles -------------------------------------------------------------------------------------------------------


def test_the_command_makes_the_roles_and_brings_them_back(db, capsys):
    call_command("roles")
    assert not Group.objects.exists() and "created 4, changed 0" in capsys.readouterr().out
    call_command("roles", commit=True)
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
    group = Group.objects.get(name=READER)
    group.permissions.add(Permission.objects.get(codename="change_brand"))
    call_command("roles", commit=True)
    out = capsys.readouterr().out
    assert "只读: -change_brand" in out and "created 0, changed 1, unchanged 3" in out
    assert not group.permissions.filter(codename="change_brand").exists()


def test_every_permission_of_a_role_is_one(db):
    known = set(
        Permission.objects.filter(content_type__app_label="regions").values_list("codename", flat=True)
    )
    for name, codenames in ROLES.items():
        assert codenames <= known, (name, codenames - known)


def new_user(client, **data):
    given = {
        "username": "li",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "usable_password": "true",
        **data,
    }
    return client.post(reverse("admin:auth_user_add"), given, follow=True)


@pytest.mark.slow
def test_a_maintainer_is_made_in_one_form_and_works_on_his_brand(world, desk, client):
    form = desk.get(reverse("admin:auth_user_add")).content.decode()
    assert (
        "admin-autocomplete" in form and str(world.brand) not in form
    )  # found by typing: there are thousands
    new_user(desk, role=MAINTAINER, brands=[world.brand.pk])
    user = User.objects.get(username="li")
    assert user.is_staff and not user.is_superuser and list(user.brands.all()) == [world.brand]
    client.force_login(user)
    assert client.get(at("service", "change", world.ours.pk)).status_code == 200
    assert client.get(at("service", "change", world.theirs.pk)).status_code == 302
    assert client.get(reverse("admin:regions_service_coverage", args=[world.ours.pk])).context["may"]
    assert client.get(at("coverageimport", "add")).status_code == 200
    assert client.get(at("apikey", "add")).status_code == 200
    assert client.get(reverse("admin:auth_user_changelist")).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "word"),
    [({"role": MAINTAINER}, "sees nothing"), ({"role": READER, "brands": True}, "limited to brands")],
)
def test_a_role_that_does_not_fit_its_brands_is_refused(world, desk, data, word):
    response = new_user(desk, **{**data, "brands": [world.brand.pk] if data.get("brands") else []})
    assert word in errors(response) and not User.objects.filter(username="li").exists()


@pytest.mark.slow
def test_who_only_reads_reads_everything_and_writes_nothing(world, desk, client):
    new_user(desk, role=READER)
    client.force_login(User.objects.get(username="li"))
    for model, obj in (
        ("service", world.theirs),
        ("hotline", world.hotline),
        ("coveragerule", world.their_rule),
    ):
        page = client.get(at(model, "change", obj.pk))
        assert page.status_code == 200 and not page.context["has_change_permission"]
        assert client.get(at(model, "add")).status_code == 403
    assert client.get(at("change", "changelist")).status_code == 200


def test_somebody_who_is_no_superuser_gives_no_role(world, client):
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(
        Permission.objects.filter(codename__in=["add_user", "change_user", "view_user"])
    )
    client.force_login(clerk)
    new_user(client, role=MAINTAINER, brands=[world.brand.pk])
    user = User.objects.get(username="li")
    assert not user.is_staff and not user.groups.exists() and not user.brands.exists()


@pytest.mark.slow
def test_permissions_are_grouped_and_in_chinese(db, desk):
    group = Group.objects.create(name="x")
    page = desk.get(
        reverse("admin:auth_group_change", args=[group.pk]), HTTP_ACCEPT_LANGUAGE="zh-hans"
    ).content.decode()
    assert (
        '<optgroup label="品牌">' in page
        and "品牌: 添加" in page
        and "Can add" not in page
        and "Can edit" not in page
    )
    everything = Permission.objects.values_list("pk", flat=True)
    desk.post(
        reverse("admin:auth_group_change", args=[group.pk]), {"name": "x", "permissions": list(everything)}
    )
    assert group.permissions.count() == len(everything)


# --- Slugs, credit codes -----------------------------------------------------------------------------------------


def test_a_slug_is_made_of_the_names_pinyin_and_is_free(world, desk):
    for expected in ("haierxiyiji", "haierxiyiji-2"):
        desk.post(at("organization", "add"), {"name": "海尔洗衣机", "slug": "", "identifier": "", "url": ""})
        assert Organization.objects.latest("pk").slug == expected
    response = desk.post(at("organization", "add"), {"name": "！！", "slug": "", "identifier": "", "url": ""})
    assert "No slug can be made" in errors(response)
    desk.post(at("organization", "add"), {"name": "海尔", "slug": "haier-own", "identifier": "", "url": ""})
    assert Organization.objects.latest("pk").slug == "haier-own"


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def code_of(body: str) -> str:
    """The standard's own sum, counted plainly: weights 1, 3, 9, 27, 19, … (powers of 3 modulo 31)."""
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    rest = 31 - sum(ALPHABET.index(char) * weight for char, weight in zip(body, weights, strict=True)) % 31
    return body + ALPHABET[rest % 31]


@pytest.mark.parametrize("seed", range(8))
def test_a_credit_code_is_checked_by_its_last_character(db, seed):
    dice = random.Random(seed)
    translation.activate("en")
    body = "91" + "350100" + "".join(dice.choice(ALPHABET) for _n in range(9))
    code = code_of(body)
    org = Organization(name="x", slug=f"x-{seed}", identifier=f" {code[:8].lower()}-{code[8:]} ")
    records.save(org)
    assert org.identifier == code
    place = dice.randrange(8, 18)
    wrong = code[:place] + dice.choice([char for char in ALPHABET if char != code[place]]) + code[place + 1 :]
    with pytest.raises(ValidationError, match="typing error"):
        records.save(Organization(name="y", slug=f"y-{seed}", identifier=wrong))


@pytest.mark.parametrize("code", ["123", "9135010OM000100Y43", "91350100M000100Y4中"])
def test_what_is_no_credit_code_is_refused_in_the_form(db, desk, code):
    response = desk.post(at("organization", "add"), {"name": "x", "slug": "x", "identifier": code, "url": ""})
    assert "18 digits and capitals" in errors(response) and not Organization.objects.exists()


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


SPELLED = {
    "blanks": lambda code: f" {code[:4]} {code[4:8]}  {code[8:12]}\u3000{code[12:]}\t",
    "small letters": str.lower,
    "full width": full_width,
    "all of it": lambda code: f"统一社会信用代码：{full_width(code[:6])}－{code[6:].lower()}",
    "blanks of print": lambda code: "\u00a0".join(code),
}


@pytest.mark.parametrize("spell", SPELLED.values(), ids=SPELLED)
def test_a_credit_code_is_read_however_it_is_written_and_kept_plain(spell, db, desk, api):
    code = code_of("91350100MA0000Y4X")
    sent = {"name": "示例", "slug": "x", "identifier": spell(code), "url": ""}
    form = desk.get(at("organization", "add")).context["adminform"].form.fields["identifier"]
    assert len(sent["identifier"]) <= form.max_length
    assert desk.post(at("organization", "add"), sent).status_code == 302
    assert Organization.objects.get().identifier == code
    assert desk.get(at("organization", "changelist"), {"q": spell(code)}).context["cl"].result_count == 1
    found = api.get("/api/v1/organizations/", {"q": spell(code)}).json()
    assert [each["slug"] for each in found["results"]] == ["x"]


def test_a_credit_code_of_another_organization_is_told_with_its_name(db, desk):
    code = code_of("91350100MA0000Y4X")
    first = Organization.objects.create(slug="first", name="示例甲公司", identifier=code)
    sent = {"name": "示例乙", "slug": "second", "identifier": f"{code[:8]} {code[8:]}".lower(), "url": ""}
    assert "示例甲公司 (first) has this credit code" in errors(desk.post(at("organization", "add"), sent))
    with pytest.raises(ValidationError, match="示例甲公司"):
        records.save(Organization(name="y", slug="y", identifier=code))
    records.save(first)  # its own
    twin = Organization.objects.create(slug="twin", name="示例丙公司", identifier=code)  # from before
    page = desk.get(at("organization", "change", twin.pk))
    assert "The same credit code: 示例甲公司" in page.content.decode()
    twin.name = "示例丁公司"
    records.save(twin)


# --- Numbers -----------------------------------------------------------------------------------------------------

SPELLINGS = ["4000000001", "400-000-0001", "400 0000 001", "（400）000-0001", "４００－０００－０００１", "+86 400-000-0001", "热线：400-000-0001", "400.000.0001"]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.slow
def test_a_number_is_found_in_every_spelling(world, desk, spelling):
    for model in ("phonenumber", "hotline"):
        found = desk.get(at(model, "changelist"), {"q": spelling}).context["cl"].queryset
        assert [str(row.pk) for row in found] == [
            str(world.hotline.number_id if model == "phonenumber" else world.hotline.pk)
        ]
    part = desk.get(at("phonenumber", "changelist"), {"q": "400-000"}).context["cl"].queryset
    assert part.count() == 2
    offered = desk.get(
        reverse("admin:autocomplete"),
        {"term": spelling, "app_label": "regions", "model_name": "hotline", "field_name": "number"},
    ).json()["results"]
    assert [each["id"] for each in offered] == [str(world.hotline.number_id)]


def add_hotline(client, service, **data):
    given = {
        "service": service.pk, "number": "", "extension": "", "labels": "售后", "contact_type": "customer_service", "channel": "phone",
        "mentions": 1, "valid_from": "", "hours-TOTAL_FORMS": 0, "hours-INITIAL_FORMS": 0, **data,
    }  # fmt: skip
    return client.post(at("hotline", "add"), given, follow=True)


@pytest.mark.slow
def test_a_number_is_put_on_file_with_its_hotline(world, desk):
    response = add_hotline(desk, world.ours, new_number="400-123-4567 转 8")
    hotline = Hotline.objects.latest("pk")
    assert hotline.number.canonical == "4001234567" and hotline.extension == "8", (
        errors(response) if response.context else ""
    )
    add_hotline(desk, world.theirs, new_number="4001234567")
    assert PhoneNumber.objects.filter(canonical="4001234567").count() == 1
    assert Hotline.objects.filter(number__canonical="4001234567").count() == 2


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({}, "Choose a number"),
        ({"new_number": "kein"}, "No telephone number"),
        ({"new_number": "400-123-4567", "number": "own"}, "not both"),
        ({"new_number": "96123"}, "each province"),
        ({"new_number": "400-123-4567", "labels": "x" * 5000}, ""),
        ({"new_number": "400-123-4567", "contact_type": "nonsense"}, "valid choice"),
    ],
)
@pytest.mark.slow
def test_a_hotline_that_is_refused_leaves_no_number_behind(world, desk, data, word):
    before = set(PhoneNumber.objects.values_list("canonical", flat=True))
    if data.get("number"):
        data = {**data, "number": world.hotline.number_id}
    response = add_hotline(desk, world.theirs, **data)
    if word:
        assert word in errors(response)
        assert set(PhoneNumber.objects.values_list("canonical", flat=True)) == before


# --- The home page, the rules, the imports -----------------------------------------------------------------------


@pytest.mark.slow
def test_services_without_a_list_are_counted_along_an_index(world, desk, chief):
    make_service("bare", brand="c")
    ended = make_service("ended", brand="d")
    make_rules(ended, include=[world.regions["510322"]], valid_to="2020-01-01")
    with CaptureQueriesContext(connection) as asked, translation.override("en"):
        tasks = overview(SimpleNamespace(user=chief))["tasks"]
    assert next(task.count for task in tasks if task.name == "services without a list") == 2
    assert not any(
        "NOT IN" in query["sql"] or 'NOT ("regions_service"."id" IN' in query["sql"] for query in asked
    )
    listed = desk.get(at("service", "changelist"), {"list": "no"}).context["cl"].queryset
    assert {service.slug for service in listed} == {"bare", "ended"}
    assert (
        Service.objects.count() - 2
        == desk.get(at("service", "changelist"), {"list": "yes"}).context["cl"].queryset.count()
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        "富顺",
        "富顺县",
        "510322",
        "fushun",
        "fsx",
        "四川 富顺",
        "自贡市富顺县",
        "仅限",
        "a-repair",
        "富顺 a-repair",
    ],
)
def test_rules_are_found_by_place_service_or_note(world, desk, words):
    CoverageRule.objects.filter(pk=world.rule.pk).update(note="仅限城区")
    found = desk.get(at("coveragerule", "changelist"), {"q": words}).context["cl"].queryset
    assert world.rule in found and (world.their_rule not in found), words


@pytest.mark.parametrize("words", ["四川", "自贡", "自贡市", "510300", "zigong", "四川 自贡", "富顺"])
def test_rules_are_found_by_what_their_place_lies_in(world, desk, words):
    found = desk.get(at("coveragerule", "changelist"), {"q": words}).context["cl"].queryset
    assert world.rule in found and world.their_rule not in found, words


@pytest.mark.slow
def test_rules_are_found_without_reading_them_all(world, desk):
    from regions.admin.coverage import CoverageRuleAdmin, on_regions

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if (
            connection.vendor == "postgresql"
        ):  # it rightly reads a table of two rows whole: ask what it could use
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = CoverageRule.objects.filter(on_regions("富顺")).order_by().explain()
    assert "rule_" in plan, plan
    assert CoverageRuleAdmin.sortable_by == ("region_name", "of_service")
    for column in ("1", "-1", "3", "-3"):
        assert desk.get(at("coveragerule", "changelist"), {"o": column}).status_code == 200


@pytest.mark.slow
def test_an_import_has_a_title_and_what_became_of_it(world, desk, chief):
    job = intake.draft(
        service=world.ours,
        text="\n 2026 年 11 月清单\n杭州市上城区",
        actor=chief,
        source=world.source,
        mode="replace",
    )
    for line in job.lines.filter(decision="open"):
        intake.decide(line=line, skip=True, actor=chief)
    intake.apply(imp=job, actor=chief, closing=1)
    page = desk.get(at("coverageimport", "changelist"))
    row = next(each for each in page.context["cl"].result_list if each.pk == job.pk)
    assert (row.new_rules, row.ended_rules) == (1, 1) and "2026 年 11 月清单" in page.content.decode()
    assert str(world.source.title) in page.content.decode()
    draft = next(each for each in page.context["cl"].result_list if each.pk != job.pk)
    assert (draft.new_rules, draft.ended_rules) == (0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["coveragerule", "hotline"])
def test_what_a_list_is_filtered_by_is_filled_in_when_one_is_added(name, world, desk):
    page = desk.get(reverse(f"admin:regions_{name}_changelist"), {"service": world.ours.pk})
    add = re.search(rf'href="([^"]*{name}/add/[^"]*)"', page.content.decode())[1].replace("&amp;", "&")
    form = desk.get(add).context["adminform"].form
    assert form.get_initial_for_field(form.fields["service"], "service") == str(world.ours.pk)
    assert desk.get(add.replace(f"%3D{world.ours.pk}", "%3Dx")).status_code == 200


@pytest.mark.slow
def test_rules_sorted_by_service_stand_by_place_within_each_and_every_page_has_its_own(desk, world):
    for slug in ("sorted-b", "sorted-a"):
        service = make_service(slug, brand=f"brand-{slug}")
        make_rules(service, include=[world.regions["510322"], world.regions["510300"]])
    address = reverse("admin:regions_coveragerule_changelist")
    shown = [
        rule for page in (1, 2) for rule in desk.get(address, {"o": "3", "p": page}).context["cl"].result_list
    ]
    expected = sorted(
        CoverageRule.objects.all(), key=lambda rule: (rule.service_id, rule.region.path, rule.valid_from)
    )
    assert shown[: len(expected)] == expected
    backwards = desk.get(address, {"o": "-3"}).context["cl"].result_list
    assert [rule.service_id for rule in backwards] == sorted((r.service_id for r in expected), reverse=True)
