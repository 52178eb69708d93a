"""Export: the shortest text that re-imports to no change; tables that say everything."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regions.models import CoverageRule, Region
from regions.services.intake import apply, draft, preview
from regions.services.intake.export import as_csv, as_text, as_xlsx
from regions.services.intake.rows import Rows
from regions.services.intake.tables import import_table
from regions.sheets import TYPED, read_rows
from regions.tests import factories

pytestmark = pytest.mark.django_db
# Provinces, whole prefectures, counties whose names repeat (城区, 鼓楼区, 朝阳区, 桥西区), cities without counties,
# counties right below a province, towns, towns whose names repeat, regions beyond the mainland.
CODES = [
    "100000", "510000", "510300", "510322", "510311", "510322003", "513300", "513301", "440000", "440500", "445100",
    "445122", "110000", "110105", "211300", "220104", "220000", "320000", "320102", "320106", "350102", "410204",
    "320302", "441900", "441900113", "442000", "429005", "460000", "469030", "330100", "330102", "130104", "130203",
    "140302", "710000", "810000", "152500", "152502", "620200",
]  # fmt: skip


@pytest.fixture
def wide(db):
    return factories.load_regions(*CODES)


def test_the_example_of_the_issue(service):
    text = "广东省(除汕头市、潮州市饶平县)"
    apply(imp=draft(service=service, text=text))
    assert as_text(service).text == text


def test_one_line_a_province_and_an_exclusion_in_the_brackets_of_its_host(service):
    text = "甘孜州康定市、广东省、四川省除甘孜州外、北京市朝阳区、东莞市大朗镇、富顺县"
    apply(imp=draft(service=service, text=text), leave_open=True)
    assert as_text(service).text == ("北京市朝阳区\n广东省\n四川省(除甘孜藏族自治州)、甘孜藏族自治州康定市")


def test_an_empty_list_is_an_empty_text(service):
    assert as_text(service).text == ""
    assert list(csv.reader(io.StringIO(as_csv(service).decode("utf-8-sig"))))[1:] == []


kinds = st.dictionaries(
    st.sampled_from(CODES), st.sampled_from(["include", "include", "exclude"]), max_size=14
)


@pytest.mark.slow
@given(chosen=kinds)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_text_and_tables_come_back_without_a_change(wide, tmp_path, chosen):
    service = factories.make_service()
    for code, kind in chosen.items():
        factories.make_rules(service, **{kind: [wide[code]]})
    stored = list(CoverageRule.objects.filter(service=service).order_by("pk").values())

    said = as_text(service)
    bare = {code for code, kind in chosen.items() if kind == "exclude" and not _hosted(wide[code], chosen)}
    assert {rule.region.code for rule in said.unsaid} == bare
    if said.text:
        for mode in ("add", "replace"):
            shown = preview(draft(service=service, text=said.text, mode=mode))
            assert {effect: number for effect, number in shown.effects.items() if number} == {
                effect: number
                for effect, number in (
                    ("unchanged", len(chosen) - len(bare)),
                    ("closed", len(bare) if mode == "replace" else 0),
                )
                if number
            }

    for name, content in (("x.csv", as_csv(service)), ("x.xlsx", as_xlsx(service))):
        path = tmp_path / name
        path.write_bytes(content)
        lines = read_rows(path, TYPED)
        outcome = import_table(
            rows=Rows(next(lines)[1], service=service), table=lines, replace=True, commit=True
        )
        assert outcome.summary() == f"created 0, changed 0, unchanged {len(chosen)}, closed 0, errors 0"
    assert stored == list(CoverageRule.objects.filter(service=service).order_by("pk").values())


def _hosted(region: Region, chosen) -> bool:
    return any(chosen.get(code) == "include" for code in region.chain[1:])


def test_a_table_says_dates_hours_and_notes_and_no_formula(service, places, tmp_path):
    factories.make_rules(
        service, include=[places["510322"]], response_hours=2, note="=HYPERLINK(1)", valid_to="2030-01-01"
    )
    text = as_csv(service).decode()
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:]))) == [
        ["service", "code", "region", "kind", "valid_from", "valid_to", "response_hours", "note", "source"],
        [
            service.slug,
            "510322",
            "四川省自贡市富顺县",
            "include",
            "2000-01-01",
            "2030-01-01",
            "2",
            "'=HYPERLINK(1)",
            "",
        ],
    ]
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode())
    lines = read_rows(path, TYPED)
    outcome = import_table(rows=Rows(next(lines)[1], service=service), table=lines, commit=True)
    assert outcome.unchanged == 1 and outcome.nothing
