"""Histories say who wrote, and what about: nobody outside is a command, and no record is its database key."""

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.db.models import DateTimeField
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from regions.admin.pretty import pretty_changes
from regions.models import Change, ChangeSet, Dispute, ImportLine
from regions.services.changes import kind_of
from regions.services.disputes import open_dispute
from regions.services.records import named

from .test_pages import one_more


@pytest.fixture
def report(world) -> Dispute:
    said = {
        "hotline": world.hotline.key,
        "reason": "wrong_number",
        "statement": "品牌的网页上写的是另一个号码",
    }
    Client().post("/api/v1/disputes/", said, content_type="application/json")
    return Dispute.objects.latest("pk")


@pytest.mark.slow
def test_a_report_from_outside_is_no_command_and_its_hotline_no_key(report, world, desk):
    last, the_set = Change.objects.filter(kind="dispute").latest("pk"), ChangeSet.objects.latest("pk")
    pages = [
        reverse("admin:regions_dispute_history", args=[report.pk]),
        reverse("admin:regions_hotline_history", args=[world.hotline.pk]),
        reverse("admin:regions_change_changelist") + "?kind=dispute",
        reverse("admin:regions_change_change", args=[last.pk]),
        reverse("admin:regions_changeset_changelist"),
        reverse("admin:regions_changeset_change", args=[the_set.pk]),
        reverse("admin:regions_changeset_undo", args=[the_set.pk]),
        reverse("admin:index"),
    ]
    for page in pages:
        text = desk.get(page).content.decode()
        assert "a reporter from outside" in text, page
        if page in (pages[0], pages[3], pages[5]):
            assert f"#{world.hotline.pk}" not in re.sub("<[^>]*>", "", text).replace(str(the_set), ""), page
            assert str(world.hotline) in text
    said = {"reason": "other", "statement": "网页上写的不是这家公司"}
    assert Client().post(f"/report/?hotline={world.hotline.key}", said).status_code == 302
    by_page = ChangeSet.objects.latest("pk")
    assert (the_set.door, by_page.door) == ("api", "report")
    text = desk.get(reverse("admin:regions_changeset_change", args=[by_page.pk])).content.decode()
    assert "a reporter from outside" in text and "a command" not in text


@pytest.mark.slow
def test_commands_stay_commands(world, desk):
    page = desk.get(reverse("admin:regions_service_history", args=[world.ours.pk])).content.decode()
    assert "a command" in page and "a reporter" not in page


@pytest.mark.slow
def test_the_list_of_changes_costs_the_same_for_many(report, world, desk, django_assert_max_num_queries):
    address = reverse("admin:regions_change_changelist")
    with django_assert_max_num_queries(60) as few:
        desk.get(address)
    for number in range(20):
        open_dispute(
            reason="wrong_number",
            hotline=world.their_hotline,
            statement=f"{number}" * 20,
            address=f"192.0.2.{number}",
        )
    with django_assert_max_num_queries(len(few)):
        desk.get(address)


@pytest.mark.slow
@pytest.mark.parametrize(
    "model", list(apps.get_app_config("regions").get_models()), ids=lambda model: model.__name__
)
def test_no_record_that_a_change_names_is_called_by_its_database_key(model, world):
    with_others = [field for field in model._meta.fields if field.is_relation]
    if not with_others or model in (ChangeSet, Change):
        pytest.skip("named by itself")
    if not model._default_manager.exists():
        try:
            one_more(model, world)
        except Exception:
            pytest.skip("none in the small directory")
    record = named(model).last()
    if record is None:
        pytest.skip("none in the small directory")
    assert not re.search(r"#\d", str(record))


COLUMNS = [  # kind of record, its column and what a change keeps of it; what people read
    ("source", "fetched_at", "2024-03-01T23:30:00Z", "读取时间", "2024-03-02 07:30"),
    ("import", "applied_at", "2026-11-28T16:00:00.123456Z", "应用时间", "2026-11-29 00:00"),
    ("user", "last_login", "2026-11-28T02:00:00+00:00", "上次登录", "2026-11-28 10:00"),
    ("verification", "checked_on", "2026-11-01", "核实日期", "2026-11-01"),
    ("service", "steps", ["电话预约", "上门"], "申请流程", "电话预约、上门"),
    ("service", "kind", "repair", "类型", "维修"),
    ("importline", "include", ["510322"], "包含", "四川省/自贡市/富顺县 (510322)"),
    (
        "coverage-list",
        "created",
        ["510322:2026-11-28", "330104:2026-11-29"],
        "新增规则",
        "四川省/自贡市/富顺县 (510322) 2026-11-28、浙江省/杭州市/江干区 (330104) 2026-11-29",
    ),
    (
        "dispute",
        "further",
        [{"statement": "空号", "evidence_url": "https://example.com/x"}],
        "后续反馈",
        "说明 空号 · 证据 https://example.com/x",
    ),
    ("region", "level", 3, "级别", "县级"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "column", "value", "name", "text"), COLUMNS, ids=[f"{row[0]} {row[1]}" for row in COLUMNS]
)
def test_kept_values_are_read_by_people(kind, column, value, name, text, world):
    """Labels, words, names and the clock of here; no column, code alone, UTC or JSON."""
    with override("zh-hans"):
        change = Change(kind=kind, key="x", action="update", before={column: None}, after={column: value})
        ((_change, rows),) = pretty_changes([change])
        assert [(row.name, row.before, row.after) for row in rows] == [(name, "—", text)]


@pytest.mark.slow
def test_no_column_of_any_record_is_told_as_it_is_stored(world):
    """Every moment that a record on file has, as its change would tell it."""
    told = 0
    for model in {*apps.get_app_config("regions").get_models(), User} - {Change, ChangeSet}:
        moments = [field for field in model._meta.fields if isinstance(field, DateTimeField)]
        for field in moments:
            value = {field.attname: "2026-11-28T20:00:00Z"}
            change = Change(kind=kind_of(model), key="x", action="update", before={}, after=value)
            ((_change, rows),) = pretty_changes([change])
            assert [row.after for row in rows] == ["2026-11-29 04:00"], field
            told += 1
    assert told > 15


@pytest.mark.slow
def test_who_may_only_look_reads_lines_and_no_json(world, client):
    """Whatever column holds JSON, on every page of the admin that shows one."""
    reader = User.objects.create_user("reader", is_staff=True)
    sees = Permission.objects.filter(codename__startswith="view_")
    reader.user_permissions.set([*sees, Permission.objects.get(codename="edit_all_brands")])
    client.force_login(reader)
    world.ours.steps, world.hotline.spellings = ["电话预约", "上门检测"], ["400-000-0001", "4000-000-001"]
    world.ours.save()
    world.hotline.save()
    line = ImportLine.objects.get()
    line.include = ["510322", "330104"]
    line.save()
    shown = {
        world.ours: ["电话预约<br>上门检测", "售后<br>客服"],
        world.hotline: ["售后<br>客服", "400-000-0001<br>4000-000-001"],
        line: ["四川省/自贡市/富顺县 (510322)<br>浙江省/杭州市/江干区 (330104)"],
    }
    for record, texts in shown.items():
        name = f"admin:regions_{record._meta.model_name}_change"
        html = client.get(reverse(name, args=[record.pk])).content.decode()
        plain = re.sub(r"<script.*?</script>", "", html, flags=re.S)
        for text in texts:
            assert text in plain, (record, text)
        assert not re.search(r"\[\s*(\"|&quot;|&#x27;)", plain), record
