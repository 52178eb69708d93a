"""manage.py import_coverage and export_coverage: dry unless --commit, all errors at once, any sensible encoding."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from regions.models import Change, CoverageImport, CoverageRule, PostingIndex, Region
from regions.postings.write import differences
from regions.services.changes import change_set, current_sequence
from regions.services.intake import tables
from regions.tests import factories

from .conftest import rules

pytestmark = pytest.mark.django_db


def run(*args, **options):
    """(standard output, standard error) of the command."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_coverage", *map(str, args), stdout=out, stderr=err, no_color=True, **options)
    return out.getvalue(), err.getvalue()


def fail(*args):
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import_coverage", *map(str, args), stdout=out, stderr=err, no_color=True)
    return str(refused.value), err.getvalue()


@pytest.fixture
def write(tmp_path):
    def write(text, name="list.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


# --- Texts


def test_a_text_is_read_dry_and_then_written(service, write):
    path = write("自贡市富顺县、广东省(除汕头市)", "list.txt")
    out, _err = run(path, "--service", service.slug)
    assert "Dry run" in out and "created 3, changed 0, unchanged 0, closed 0, errors 0" in out
    assert not rules(service) and not CoverageImport.objects.exists()
    out, _err = run(path, "--service", service.slug, "--commit")
    assert out.endswith("created 3, changed 0, unchanged 0, closed 0, errors 0\n")
    assert len(rules(service)) == 3
    out, _err = run(path, "--service", service.slug, "--commit")
    assert "changes nothing" in out and "created 0, changed 0, unchanged 3, closed 0, errors 0" in out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_people_have_are_read(service, write, encoding):
    run(write("自贡市富顺县、广东省", "list.txt", encoding), "--service", service.slug, "--commit")
    run(write("code,note\n510311,仅限城区\n", "list.csv", encoding), "--service", service.slug, "--commit")
    assert rules(service) == {("510322", "include"), ("440000", "include"), ("510311", "include")}
    assert CoverageRule.objects.get(region__code="510311").note == "仅限城区"


def test_lines_that_need_a_person_are_all_named(service, write):
    path = write("自贡市富顺县\n杭州市江干区、朝阳", "list.txt")
    error, lines = fail(path, "--service", service.slug, "--commit")
    assert lines.splitlines() == [
        "line 2, place 1: 杭州市江干区: historical (330102、330114)",
        "line 2, place 2: 朝阳: ambiguous (211300、110105、211321、220104)",
    ]
    assert "errors 2" in error and "--leave-open" in error
    assert not rules(service) and not CoverageImport.objects.exists()


def test_open_lines_may_stay_and_renames_may_be_accepted(service, write):
    path = write("自贡市富顺县、杭州市江干区、襄樊市", "list.txt")
    out, _err = run(path, "--service", service.slug, "--accept-renames", "--leave-open", "--commit")
    assert "keeps 1 open lines" in out
    assert rules(service) == {("510322", "include"), ("420600", "include")}
    assert [imp.state for imp in CoverageImport.objects.order_by("pk")] == ["applied", "draft"]


def test_a_text_without_any_place_is_an_error(service, write):
    assert (
        "No place" in fail(write("今天天气很好,我们去公园散步吧。", "list.txt"), "--service", service.slug)[0]
    )


# --- Tables


def test_a_table_is_compared_then_written_and_again_changes_nothing(service, source, write):
    path = write(
        "code,region,kind,valid_from,valid_to,response_hours,note\n"
        "510322,,,,,2,仅限城区\n"
        ",广东省,include,2026-01-01,,,\n"
        "440500,广东省汕头市,exclude,2026-01-01,2030-01-01,,\n"
    )
    summary = "created 3, changed 0, unchanged 0, closed 0, errors 0"
    out, _err = run(path, "--service", service.slug, "--source", source.slug)
    assert out.endswith(f"Dry run: nothing was written. Add --commit to write.\n{summary}\n")
    assert not rules(service)
    out, _err = run(path, "--service", service.slug, "--source", source.slug, "--commit")
    assert out == f"{summary}\n"
    stored = CoverageRule.objects.order_by("region__code")
    assert [
        (
            r.region.code,
            r.kind,
            str(r.valid_from),
            r.valid_to and str(r.valid_to),
            r.response_hours,
            r.note,
            r.source,
        )
        for r in stored
    ] == [
        ("440000", "include", "2026-01-01", None, None, "", source),
        ("440500", "exclude", "2026-01-01", "2030-01-01", None, "", source),
        ("510322", "include", str(stored[2].valid_from), None, 2, "仅限城区", source),
    ]
    changes = Change.objects.filter(kind="coverage-rule")
    assert {change.key for change in changes} == {rule.key for rule in stored}
    assert {frozenset(change.after) for change in changes} == {
        frozenset(
            ["service_id", "region_id", "kind", "valid_from", "valid_to", "response_hours", "note", "source_id",
             "import_line_id"]
        )
    }  # fmt: skip
    one = next(change for change in changes if ":440500:" in change.key)
    assert (one.after["valid_from"], one.after["valid_to"], one.after["note"]) == (
        "2026-01-01",
        "2030-01-01",
        "",
    )
    before = Change.objects.count()
    out, _err = run(path, "--service", service.slug, "--commit")
    assert out == "created 0, changed 0, unchanged 3, closed 0, errors 0\n"
    assert Change.objects.count() == before


def test_every_error_is_told_with_its_line_and_nothing_is_written(service, write):
    path = write(
        "code,region,kind,valid_from,valid_to,response_hours,note\n"
        "510322,,,,,,\n"
        "51032,,,,,,\n"
        "999999,,,,,,\n"
        "330104,,,,,,\n"
        ",朝阳,,,,,\n"
        ",,,,,,\n"
        "510322,北京市朝阳区,,,,,\n"
        "510311,,maybe,,,,\n"
        "510311,,,2026-13-01,,,\n"
        "510311,,,2026-03-01,2026-03-01,,\n"
        "510311,,,,,-2,\n"
        "510311,,,,,," + "长" * 201 + "\n"
        "510311,,,,,,,,more\n"
        "510322,,exclude,,,,\n"
    )
    error, lines = fail(path, "--service", service.slug, "--commit")
    numbers = [int(re.search(r"\d+", line)[0]) for line in lines.strip().splitlines()]
    assert numbers == [3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    assert "errors 12" in error
    assert "朝阳" in lines and "211300" in lines  # candidates are named
    assert not CoverageRule.objects.exists() and not Change.objects.filter(kind="coverage-rule").exists()


def test_rows_that_contradict_each_other_are_errors_and_repeated_ones_are_not(service, write):
    error, lines = fail(
        write("code,kind\n510322,include\n510311,include\n510322,exclude\n"), "--service", service.slug
    )
    assert "4" in lines and "2" in lines and "errors 1" in error
    out, _err = run(write("code\n510322\n510322\n"), "--service", service.slug, "--commit")
    assert out == "created 1, changed 0, unchanged 0, closed 0, errors 0\n"


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("code,colour", "colour"),
        ("code,code", "twice|两次"),
        ("note", "code"),
        ("", "empty|空"),
    ],
)
def test_columns_are_checked_first(service, write, header, word):
    assert re.search(
        word, fail(write(header + "\n510322,1\n" if header else ""), "--service", service.slug)[0]
    )


def test_a_table_may_name_many_services(service, places, write):
    other = factories.make_service("other")
    path = write("service,code\ncabinet-repair,510322\nother,510322\nother,440000\nnobody,440000\n")
    assert "nobody" in fail(path, "--commit")[1]
    path = write("service,code\ncabinet-repair,510322\nother,510322\nother,440000\n")
    assert run(path, "--commit")[0].endswith("created 3, changed 0, unchanged 0, closed 0, errors 0\n")
    assert rules(other) == {("510322", "include"), ("440000", "include")}
    assert fail(path, "--service", "other", "--commit")[1]  # two rows are for another service
    assert "--service" in fail(write("code\n510322\n"))[0]


def test_replacing_closes_what_the_table_does_not_name(service, places, write):
    other = factories.make_service("other")
    factories.make_rules(other, include=[places["510322"]])
    factories.make_rules(service, include=[places["510322"], places["440000"]])
    path = write("code\n440000\n510311\n")
    out, _err = run(path, "--service", service.slug, "--replace", "--commit")
    assert out == "created 1, changed 0, unchanged 1, closed 1, errors 0\n"
    assert rules(service) == {("440000", "include"), ("510311", "include")}
    assert rules(other) == {("510322", "include")}
    assert CoverageRule.objects.filter(service=service).count() == 3


@pytest.mark.parametrize("name", ["list.csv", "list.txt"])
def test_a_list_that_would_close_most_of_another_repeats_the_number(name, service, places, write):
    factories.make_rules(service, include=[places[code] for code in ("510322", "510311", "445122")])
    path = write("code\n510322\n" if name == "list.csv" else "自贡市富顺县", name)
    replace = (path, "--service", service.slug, "--replace")
    assert "closed 2" in run(*replace)[0]
    for given in ((), ("--closing", "1")):
        said, _err = fail(*replace, "--commit", *given)
        assert "2 of 3" in said or "3 条" in said
        assert len(rules(service)) == 3
    run(*replace, "--commit", "--closing", "2")
    assert len(rules(service)) == 1


def test_a_row_changes_the_columns_it_has_and_no_others(service, places, write):
    factories.make_rules(service, include=[places["510322"]], response_hours=4, note="旧")
    out, _err = run(write("code,response_hours\n510322,2\n"), "--service", service.slug, "--commit")
    assert out == "created 0, changed 1, unchanged 0, closed 0, errors 0\n"
    before, rule = CoverageRule.objects.order_by("valid_from")
    assert (rule.response_hours, rule.note) == (2, "旧")
    assert (before.response_hours, before.valid_to) == (4, rule.valid_from)


def test_a_correction_changes_the_rule_itself(service, places, write):
    factories.make_rules(service, include=[places["510322"]], response_hours=4, note="旧")
    path = write("code,response_hours\n510322,2\n")
    out, _err = run(path, "--service", service.slug, "--commit", "--correct")
    assert out == "created 0, changed 1, unchanged 0, closed 0, errors 0\n"
    assert CoverageRule.objects.get().response_hours == 2
    change = Change.objects.get(kind="coverage-rule")
    assert (change.before, change.after) == ({"response_hours": 4}, {"response_hours": 2})
    assert change.correction


def test_a_row_with_its_first_day_changes_from_today_on_and_once(service, places, write):
    factories.make_rules(service, include=[places["510322"]])
    path = write("code,kind,valid_from\n510322,exclude,2000-01-01\n")
    out, _err = run(path, "--service", service.slug, "--commit")
    assert out == "created 0, changed 1, unchanged 0, closed 0, errors 0\n"
    old, new = CoverageRule.objects.order_by("valid_from")
    assert (old.kind, old.valid_to, new.kind) == ("include", new.valid_from, "exclude")
    out, _err = run(path, "--service", service.slug, "--commit")
    assert out == "created 0, changed 0, unchanged 1, closed 0, errors 0\n"


def test_a_row_that_would_end_a_rule_on_a_past_day_is_an_error(service, places, write):
    factories.make_rules(service, include=[places["510322"]])
    path = write("code,valid_from,valid_to\n510322,2000-01-01,2020-01-01\n")
    assert "--correct" in fail(path, "--service", service.slug, "--commit")[1]
    run(path, "--service", service.slug, "--commit", "--correct")
    assert str(CoverageRule.objects.get().valid_to) == "2020-01-01"


def test_a_row_of_the_other_kind_ends_the_rule_and_begins_one(service, places, write):
    factories.make_rules(service, include=[places["510322"]])
    out, _err = run(write("code,kind\n510322,exclude\n"), "--service", service.slug, "--commit")
    assert out == "created 0, changed 1, unchanged 0, closed 0, errors 0\n"
    assert rules(service) == {("510322", "exclude")}
    assert CoverageRule.objects.count() == 2


def test_periods_that_overlap_a_rule_on_file_are_errors(service, places, write):
    factories.make_rules(service, include=[places["510322"]])
    path = write("code,valid_from\n510322,2026-01-01\n")
    assert "510322" not in rules(service) and fail(path, "--service", service.slug, "--commit")[1]


def test_abolished_regions_that_live_on_whole_may_be_accepted(service, write):
    path = write("region\n襄樊市\n")
    assert "420600" in fail(path, "--service", service.slug)[1]
    run(path, "--service", service.slug, "--accept-renames", "--commit")
    assert rules(service) == {("420600", "include")}
    assert fail(write("region\n杭州市江干区\n"), "--service", service.slug, "--accept-renames")[1]


def test_the_index_over_the_rules_follows(service, write):
    with change_set() as changes:
        changes.add("posting-index", "test", "update", {}, {})
    run(write("code,kind\n510000,include\n513300,exclude\n"), "--service", service.slug, "--commit")
    assert not differences(PostingIndex.objects.get())


def test_a_file_that_is_not_there_or_not_what_it_says(service, tmp_path, write):
    assert "list.csv" in fail(tmp_path / "list.csv", "--service", service.slug)[0]
    assert ".xlsx" in fail(write("PK\x03\x04code", "list.xlsx"), "--service", service.slug)[0]
    (tmp_path / "x.txt").write_bytes(b"\xff\x00\x81")
    assert fail(tmp_path / "x.txt", "--service", service.slug)
    assert "nobody" in fail(write("code\n510322\n"), "--service", "nobody")[0]


# --- Export


def test_export_writes_what_import_reads(service, tmp_path):
    factories.make_rules(service, include=[factories.load_regions("440000")["440000"]])
    for form in ("text", "csv", "xlsx"):
        path = tmp_path / f"x.{form.replace('text', 'txt')}"
        call_command("export_coverage", service=service.slug, format=form, output=path)
        assert "unchanged 1" in run(path, "--service", service.slug, "--replace", "--commit")[0]
    out = io.StringIO()
    call_command("export_coverage", service=service.slug, stdout=out)
    assert out.getvalue() == "广东省\n"
    with pytest.raises(CommandError, match="nobody"):
        call_command("export_coverage", service="nobody")


@pytest.mark.slow
def test_many_new_rules_of_a_service_are_one_change_of_its_list(service, source, write, api):
    """Few rules have a change each; more than 200 are told as one, and everything follows it."""
    factories.load_regions(below=["510100"])
    codes = list(Region.objects.open().filter(level=4).order_by("code").values_list("code", flat=True)[:210])
    assert len(codes) == 210
    position = current_sequence()
    path = write("code\n" + "\n".join(codes[:200]))
    run(path, "--service", service.slug, "--commit")
    assert set(Change.objects.filter(pk__gt=position).values_list("kind", flat=True)) == {"coverage-rule"}
    with change_set() as changes:
        for rule in CoverageRule.objects.select_related("service", "region"):
            changes.deleted(rule)
        CoverageRule.objects.all().delete()
    asked = f"/api/v1/coverage/?region={codes[25]}"
    assert api.get(asked).json()["answers"][0]["count"] == 0
    path = write("code\n" + "\n".join(codes))
    run(path, "--service", service.slug, "--commit")
    change = Change.objects.latest("pk")
    assert (change.kind, change.key, change.action) == ("coverage-list", service.slug, "update")
    rules = CoverageRule.objects.all()
    assert sorted(f"{change.key}:{rule}" for rule in change.after["created"]) == sorted(r.key for r in rules)
    (hit,) = api.get(asked).json()["answers"][0]["results"]
    assert hit["rule"]["key"] == f"{service.slug}:{codes[25]}:{rules[0].valid_from}"
    (told,) = api.get(f"/api/v1/changes/?after={change.pk - 1}").json()["results"]
    lines = b"".join(api.get(told["url"]).streaming_content).decode().splitlines()
    assert sum('"record":"coverage-rule"' in line for line in lines) == 210


@pytest.mark.skipif(connection.vendor != "postgresql", reason="references are checked otherwise there")
class TestReferences:
    """The database checks the references of a big insert; no role needs more than to write."""

    @pytest.fixture
    def path(self, service, write):
        return write("code\n510322\n510311\n")

    def test_what_was_deleted_while_the_file_was_read_stops_it(self, service, path, monkeypatch):
        monkeypatch.setattr(
            tables, "hold_lists", lambda services: Region.objects.filter(code="510311").delete()
        )
        with translation.override("en"):
            message, _err = fail(path, "--service", service.slug, "--commit")
        assert "deleted while it was read" in message
        assert not CoverageRule.objects.exists()

    def test_a_plain_role_may_import(self, service, path):
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE plain_importer")
            cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO plain_importer")
            cursor.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO plain_importer")
            cursor.execute("SET ROLE plain_importer")
            try:
                out, _err = run(path, "--service", service.slug, "--commit")
            finally:
                cursor.execute("RESET ROLE")
        assert out == "created 2, changed 0, unchanged 0, closed 0, errors 0\n"
