"""One gazetteer: what stands in the database is what texts are read by, in the next request of every worker."""

import itertools
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regions.choices import NameKind
from regions.gazetteer import active
from regions.models import Region, RegionName
from regions.position import current_position
from regions.resolver import load_default
from regions.services import records
from regions.tests.admin.conftest import chief, desk  # noqa: F401

from .small import ROWS, replace, write_edition

pytestmark = pytest.mark.django_db


def load(folder):
    call_command("load_regions", dir=folder, commit=True, stdout=StringIO(), stderr=StringIO())


def codes(api, text: str) -> list[str]:
    """What `q=` and `/resolve/` say a text means; both must say the same."""
    read = api.get("/api/v1/resolve/", {"text": text}).json()
    asked = api.get("/api/v1/coverage/", {"q": text}).json()
    found = [answer["region"]["code"] for answer in asked["answers"]]
    assert ([read["code"]] if read["code"] else []) == found, (read, asked)
    return found


@pytest.mark.slow
def test_a_name_that_people_add_change_or_remove_is_read_at_once(api, make_regions):
    region = make_regions("510322")["510322"]
    assert codes(api, "豆花之乡") == []
    name = records.save(RegionName(region=region, name="豆花之乡", kind=NameKind.COLLOQUIAL, source="people"))
    assert codes(api, "豆花之乡") == ["510322"]
    name.name = "才子之乡"
    records.save(name)
    assert (codes(api, "豆花之乡"), codes(api, "才子之乡")) == ([], ["510322"])
    records.delete(name)
    assert codes(api, "才子之乡") == []
    assert codes(api, "自贡市富顺县") == ["510322"]


@pytest.mark.slow
def test_a_name_added_on_a_page_of_the_admin_is_read_by_the_next_request(api, desk, make_regions):  # noqa: F811
    region = make_regions("510322")["510322"]
    page = reverse("admin:regions_region_change", args=[region.pk])
    forms = desk.get(page).context["inline_admin_formsets"]
    fields = {
        f"{formset.formset.prefix}-{name}": value
        for formset in forms
        for name, value in formset.formset.management_form.initial.items()
    }
    fields |= {"names-TOTAL_FORMS": 1, "names-0-name": "豆花之乡", "names-0-kind": "colloquial"}
    assert desk.post(page, fields).status_code == 302
    assert codes(api, "豆花之乡") == ["510322"]


@pytest.mark.slow
def test_a_name_of_a_township_is_read_below_its_county(api, make_regions):
    region = make_regions("510322102")["510322102"]
    records.save(RegionName(region=region, name="乐器镇", kind=NameKind.TYPED, source="people"))
    assert codes(api, "富顺县乐器镇") == ["510322102"]


def test_the_usual_case_reads_the_files_alone(make_regions, settings):
    make_regions("510322")
    assert active.resolver() is load_default(settings.REGIONS_DIR)


def test_a_request_asks_once_whether_anything_is_new(api, make_regions):
    make_regions("510322")
    ask = "/api/v1/resolve/?text=富顺县"
    api.get(ask)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert api.get(ask).json()["code"] == "510322"
    assert len(queries) <= 1, [query["sql"] for query in queries]


@pytest.mark.slow
def test_a_change_of_something_else_builds_nothing(api, make_regions):
    region = make_regions("510322")["510322"]
    records.save(RegionName(region=region, name="豆花之乡", kind=NameKind.COLLOQUIAL, source="people"))
    before = active.resolver()
    from regions.models import Brand

    records.save(Brand(slug="other", name="别的"))
    assert active.resolver() is before


@pytest.mark.slow
def test_a_state_that_was_taken_back_is_noticed(make_regions):
    """As after a restore: the sequence goes back, or on in another history."""
    from django.db import transaction

    region = make_regions("510322")["510322"]
    for name in ("豆花之乡", "才子之乡"):
        with transaction.atomic():
            records.save(RegionName(region=region, name=name, kind=NameKind.COLLOQUIAL, source="people"))
            assert active.resolver().resolve(name).code == "510322"
            transaction.set_rollback(True)
        assert active.resolver().resolve(name).status == "unknown", current_position()


def changed(rows):
    """The next edition: a rename, a new county, one that closed, another name."""
    replace("regions.csv", "仙桃市,仙桃,xiantao", "仙源市,仙源,xianyuan")(rows)
    rows["regions.csv"].append("330108,county,330100,滨江区,滨江,binjiang,1996-12-12,day,,")
    rows["names.csv"].append("330108,1996-12-12,钱塘江南,typed,gazetteer")


TEXTS = [
    *(line.split(",")[at] for at in (3, 4) for line in ROWS["regions.csv"] if line.split(",")[at]),
    *(
        "湖滨街道",
        "杭州市上城区湖滨街道",
        "郑场镇",
        "仙桃市郑场镇",
        "滨江区",
        "杭州市",
        "浙江省除杭州市外",
        "钱塘江南",
    ),
    *("江干区、上城区", "襄樊市", "仙源市", "330104", "429004100", "富顺县", "浙江省杭州市", "上城区江干区"),
]


@pytest.mark.slow
def test_a_database_with_another_edition_is_read_by_that_edition(api, tmp_path, settings):
    load(write_edition(tmp_path / "one"))
    load(write_edition(tmp_path / "two", edition="2026-06-01", change=changed))
    assert (codes(api, "仙源市"), codes(api, "滨江区"), codes(api, "富顺县")) == (["429004"], ["330108"], [])
    by_tables = active.resolver()
    assert by_tables is not load_default(settings.REGIONS_DIR)
    assert by_tables.edition == "2026-06-01"


@pytest.mark.parametrize("change", [None, changed])
def test_tables_and_files_are_read_alike(change, tmp_path):
    folder = write_edition(tmp_path / "one", change=change)
    load(folder)
    by_tables, by_files = active.resolver(), load_default(folder)
    for text in [*TEXTS, *map("".join, itertools.permutations(TEXTS[:12], 2))]:
        assert by_tables.resolve(text).as_dict() == by_files.resolve(text).as_dict(), text


def test_the_folder_of_the_settings_is_the_one_that_is_read(api, tmp_path, settings):
    settings.REGIONS_DIR = write_edition(tmp_path / "own", change=changed)
    load(settings.REGIONS_DIR)
    assert codes(api, "仙源市") == ["429004"]
    assert active.resolver() is load_default(settings.REGIONS_DIR)
    records.save(RegionName(region=Region.objects.get(code="330108"), name="江南岸", kind="colloquial"))
    assert codes(api, "江南岸") == ["330108"]
    RegionName.objects.filter(name="钱塘江南").delete()  # of the edition: the database has the last word
    active.forget()
    assert codes(api, "钱塘江南") == []


def test_the_command_reads_the_folder_of_the_settings(tmp_path, settings, capsysbinary):
    settings.REGIONS_DIR = write_edition(tmp_path / "own", change=changed)
    (tmp_path / "texts").write_text("仙源市\n", encoding="utf-8")
    call_command("resolve", str(tmp_path / "texts"))
    assert b'"code": "429004"' in capsysbinary.readouterr().out
