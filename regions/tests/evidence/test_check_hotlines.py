"""manage.py check_hotlines: what is due, what conflicts, what pages say; and its exit codes."""

import contextlib
import datetime
import hashlib
import http.server
import json
import random
import threading

import pytest
from django.core.management import CommandError, call_command

from regions.choices import SourceKind, VerificationMethod, VerificationResult
from regions.fetch import Fetcher
from regions.management.commands import check_hotlines
from regions.models import Change, Hotline, Organization, Source, Verification
from regions.models.base import today
from regions.services.disputes import open_dispute
from regions.services.source_check import visible_text
from regions.services.verifications import record_verification
from regions.tests.factories import make_disputed, make_hotline, make_service, make_source

from .conftest import list_places

pytestmark = pytest.mark.django_db
NUMBER = "4001865909"
PAGE = "<html><style>x{}</style><body><p>服务热线:<b>400</b>-1865-909</p></body></html>"


def run(capsys, *args, code=0):
    """The command's JSON report; it must end with the exit code."""
    try:
        call_command("check_hotlines", "--json", *args)
        ended = 0
    except SystemExit as exit:
        ended = exit.code
    report = json.loads(capsys.readouterr().out)
    assert ended == code == report["exit_code"], report
    return report


def lines(capsys, *args):
    with contextlib.suppress(SystemExit):
        call_command("check_hotlines", *args)
    return capsys.readouterr().out


def confirm(hotline, days_left=90, **fields):
    return record_verification(
        hotline=hotline,
        method=VerificationMethod.CALL,
        result=fields.pop("result", VerificationResult.CONFIRMED),
        note="已致电",
        checked_on=today() - datetime.timedelta(days=60),
        expires_on=today() + datetime.timedelta(days=days_left),
    )


@pytest.fixture
def hotline():
    return make_hotline(make_service("cabinets"), NUMBER)


@pytest.fixture
def official(hotline, tmp_path):
    """A hotline stated by the brand's own site, and the folder with its saved page."""
    hotline.source = make_source(
        "official", kind=SourceKind.OFFICIAL_SITE, machine_checkable=True, url="https://brand.example.com/"
    )
    hotline.save()
    (tmp_path / "official.html").write_text(PAGE, encoding="utf-8")
    return tmp_path


# --- Due and conflicts ------------------------------------------------------------------------------------------


def test_an_empty_directory_needs_nobody(capsys):
    assert run(capsys)["counts"] == {
        "all": 0,
        "disputed": 0,
        "reported": 0,
        "due_30": 0,
        "due_7": 0,
        "due_0": 0,
        "never": 0,
    }


@pytest.mark.parametrize(
    ("days_left", "counts", "code"),
    [
        (31, (0, 0, 0), 0),
        (30, (1, 0, 0), 0),
        (8, (1, 0, 0), 0),
        (7, (1, 1, 0), 1),
        (1, (1, 1, 0), 1),
        (0, (1, 1, 1), 1),
        (-20, (1, 1, 1), 1),
    ],
)
def test_due_in_30_7_and_0_days(capsys, hotline, days_left, counts, code):
    confirm(hotline, days_left)
    report = run(capsys, code=code)
    assert tuple(report["counts"][f"due_{days}"] for days in (30, 7, 0)) == counts
    assert len(report["due"]) == counts[0]


@pytest.mark.slow
def test_as_of_another_day(capsys, hotline):
    confirm(hotline, 50)
    run(capsys)
    later = (today() + datetime.timedelta(days=50)).isoformat()
    report = run(capsys, "--on", later, code=1)
    assert (report["on"], report["counts"]["due_0"], report["due"][0]["status"]) == (later, 1, "expired")


@pytest.mark.slow
def test_never_verified_and_disputed_need_a_person_and_refuted_does_not(capsys, hotline):
    assert run(capsys, code=1)["counts"]["never"] == 1
    record_verification(hotline=hotline, method="call", result="refuted", note="空号")
    assert run(capsys)["counts"]["all"] == 0
    hotline = make_hotline(make_service("fans"))
    confirm(hotline)
    assert run(capsys)["counts"]["reported"] == 0
    open_dispute(hotline=hotline, reason="other", statement="换主了")
    counts = run(capsys, code=1)["counts"]
    assert (counts["disputed"], counts["reported"]) == (0, 1)


def test_disputed_on_top_then_longest_unchecked_first(capsys):
    hotlines = [
        make_hotline(make_service(f"service-{letter}"), f"400000000{n}") for n, letter in enumerate("abcd")
    ]
    confirm(hotlines[0], 5)
    confirm(hotlines[2], 3)
    Verification.objects.filter(hotline=hotlines[2]).update(checked_on="2020-01-01")
    confirm(hotlines[3], 3)
    make_disputed(hotlines[3])
    order = [row["hotline"].split(":")[0] for row in run(capsys, code=1)["due"]]
    assert order == ["service-d", "service-b", "service-c", "service-a"]


@pytest.mark.slow
def test_a_shared_number_is_a_conflict_until_an_operator_is_on_record(capsys, hotline):
    other = make_hotline(make_service("ovens"), NUMBER)
    confirm(hotline)
    confirm(other)
    [conflict] = run(capsys, code=1)["conflicts"]
    assert (conflict["kind"], conflict["about"]) == ("number_shared", NUMBER)
    operator = Organization.objects.create(slug="centre", name="示例服务中心")
    for claim in (hotline, other):
        claim.service.operator = operator
        claim.service.save()
    assert run(capsys)["conflicts"] == []


@pytest.mark.slow
def test_nearly_equal_lists_of_unrelated_brands_are_a_conflict(capsys, country, units):
    codes = random.Random(1).sample(sorted(units.paths), 60)
    one, other = make_service("one"), make_service("other")
    for service in (one, other):
        list_places(service, country, codes)
    [conflict] = run(capsys, code=1)["conflicts"]
    assert (conflict["kind"], conflict["about"]) == ("list_like_other_brand", "one other")
    owner = Organization.objects.create(slug="owner", name="示例集团")
    for service in (one, other):
        service.brand.owner = owner
        service.brand.save()
    assert run(capsys)["conflicts"] == []


def test_lines_for_people_end_in_the_fixed_summary(capsys, hotline):
    make_hotline(make_service("ovens", brand="page-b"), NUMBER)
    out = lines(capsys).splitlines()
    assert out[0].endswith(
        "2 hotlines, 0 disputed, 0 reported, 2 never verified, 0 overdue, 0 due within 7 days, 0 within 30"
    )
    assert "  cabinets:4001865909 (示例 cabinets): unverified" in out
    assert "1 conflicting claims" in out
    assert out[-1] == "created 0, changed 0, unchanged 0, closed 0, errors 0"


# --- Pages ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_brands_own_page_confirms_with_commit_only(capsys, official, hotline):
    report = run(capsys, "--pages", str(official), code=1)
    assert report["summary"] == {"created": 1, "changed": 1, "unchanged": 0, "closed": 0, "errors": 0}
    assert report["sources"] == [
        {"source": "official", "state": "first_read", "detail": "", "standing": [hotline.key], "gone": []}
    ]
    assert (Verification.objects.count(), Change.objects.count()) == (0, 0)
    run(capsys, "--pages", str(official), "--commit")
    check = Verification.objects.get()
    assert (check.method, check.result, check.source.slug, check.checked_by) == (
        "machine",
        "confirmed",
        "official",
        None,
    )
    assert check.note == "号码仍在该页面上。"
    assert Hotline.objects.with_status().get().status == "verified"
    again = run(capsys, "--pages", str(official), "--commit")
    assert again["summary"] == {"created": 0, "changed": 0, "unchanged": 1, "closed": 0, "errors": 0}
    assert Verification.objects.count() == 1


@pytest.mark.slow
def test_a_number_that_is_gone_is_noted_once_and_refutes_nothing(capsys, official, hotline):
    run(capsys, "--pages", str(official), "--commit")
    (official / "official.html").write_text("<p>服务热线:400-000-0000</p>", encoding="utf-8")
    for created in (1, 0):
        report = run(capsys, "--pages", str(official), "--commit", code=1)
        assert (report["summary"]["created"], report["sources"][0]["gone"]) == (created, [hotline.key])
    assert Hotline.objects.with_status().get().status == "verified"
    assert Source.objects.get().changed_at is not None
    assert list(Verification.objects.order_by("id").values_list("result", flat=True)) == [
        "confirmed",
        "inconclusive",
    ]


def test_a_page_of_others_confirms_nothing(capsys, official, hotline):
    Source.objects.update(kind=SourceKind.WEB_PAGE)
    run(capsys, "--pages", str(official), "--commit", code=1)
    assert Verification.objects.count() == 0
    assert Source.objects.get().content_sha256


@pytest.mark.slow
@pytest.mark.parametrize("state", ["refuted", "disputed"])
def test_what_people_decided_is_left_to_people(capsys, official, hotline, state):
    if state == "disputed":
        make_disputed(hotline)
    else:
        record_verification(hotline=hotline, method="call", result="refuted", note="空号")
    before = Verification.objects.count()
    run(capsys, "--pages", str(official), "--commit", code=1 if state == "disputed" else 0)
    assert Verification.objects.count() == before
    assert Hotline.objects.with_status().get().status == state


@pytest.mark.slow
def test_a_confirmation_is_renewed_when_it_is_about_to_end(capsys, official, hotline):
    confirm(hotline, 31)
    assert run(capsys, "--pages", str(official))["summary"]["created"] == 0
    Verification.objects.all().update(expires_on=today() + datetime.timedelta(days=30))
    assert run(capsys, "--pages", str(official))["summary"]["created"] == 1


@pytest.mark.slow
def test_scripts_spaces_and_markup_are_no_change(capsys, official):
    run(capsys, "--pages", str(official), "--commit")
    same = f"<script>var t={random.random()}</script>\n <div>  服务热线:<i>400</i>-1865-909 \n</div>"
    (official / "official.html").write_text(same, encoding="utf-8")
    assert run(capsys, "--pages", str(official))["sources"][0]["state"] == "unchanged"
    (official / "official.html").write_text(PAGE.replace("服务热线", "新热线"), encoding="utf-8")
    assert run(capsys, "--pages", str(official), code=1)["sources"][0]["state"] == "changed"


def test_a_hash_of_the_bytes_counts_too(capsys, official):
    content = (official / "official.html").read_bytes()
    Source.objects.update(content_sha256=hashlib.sha256(content).hexdigest().upper())
    assert run(capsys, "--pages", str(official), code=1)["sources"][0]["state"] == "unchanged"


@pytest.mark.slow
def test_pages_in_gb18030_as_text_and_with_telephone_links(capsys, official, hotline):
    for name, content in (
        ("official.html", '<a href="tel:400-1865-909">点击咨询</a>'.encode()),
        ("official.htm", "<p>热线 400-1865-909</p>".encode("gb18030")),
        ("official.txt", "热线 400-1865-909".encode("gb18030")),
    ):
        for old in official.iterdir():
            old.unlink()
        (official / name).write_bytes(content)
        assert run(capsys, "--pages", str(official), code=1)["sources"][0]["standing"] == [hotline.key]


def test_sources_of_checks_are_compared_too(capsys, tmp_path, hotline):
    source = make_source("notice", kind=SourceKind.AUTHORITY, machine_checkable=True)
    record_verification(hotline=hotline, method="authority", result="confirmed", source=source)
    (tmp_path / "notice.txt").write_text("无", encoding="utf-8")
    assert run(capsys, "--pages", str(tmp_path), code=1)["sources"][0]["gone"] == [hotline.key]


def test_a_page_nobody_knows_is_said_and_a_missing_one_is_no_error(capsys, official, hotline):
    (official / "official.html").rename(official / "oficial.html")
    confirm(hotline)
    call_command("check_hotlines", "--pages", str(official))
    captured = capsys.readouterr()
    assert "oficial.html: no machine-checkable source has the slug oficial" in captured.err
    assert "official: not given (no saved page)" in captured.out


def test_a_page_that_is_too_large_is_an_error(capsys, official, monkeypatch):
    monkeypatch.setattr(check_hotlines, "BYTES_MAX", 10)
    report = run(capsys, "--pages", str(official), code=2)
    assert report["summary"]["errors"] == 1


@pytest.mark.parametrize(
    "args",
    [["--commit"], ["--pages", "/no/such/folder"], ["--on", "2026-11-21", "--fetch"]],
    ids=lambda args: " ".join(args),
)
def test_wrong_arguments_are_an_error_with_code_2(args):
    with pytest.raises(CommandError) as caught:
        call_command("check_hotlines", *args)
    assert caught.value.returncode == 2


def test_a_day_that_is_none_is_refused():
    with pytest.raises(CommandError, match="is no day"):
        call_command("check_hotlines", "--on", "yesterday")


# --- Over the network (a server on this machine) ----------------------------------------------------------------


@pytest.fixture
def served():
    """The brand's page, served on this machine; `served.page` is what it says."""

    class Handler(http.server.BaseHTTPRequestHandler):
        page = PAGE

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(self.page.encode())

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    Source.objects.update(url=f"http://127.0.0.1:{server.server_port}/")
    yield Handler
    server.shutdown()
    server.server_close()


@pytest.mark.slow
def test_fetching_refuses_this_machine(capsys, official, served):
    report = run(capsys, "--fetch", code=2)
    assert "port" in report["sources"][0]["detail"]
    Source.objects.update(url="http://127.0.0.1/")
    report = run(capsys, "--fetch", code=2)
    assert "not a public address" in report["sources"][0]["detail"]


@pytest.mark.slow
def test_fetching_compares_what_is_served(capsys, official, served, hotline, monkeypatch):
    monkeypatch.setattr(
        check_hotlines, "Fetcher", lambda: Fetcher(may_connect=lambda address: True, ports=None)
    )
    assert run(capsys, "--fetch", "--commit")["sources"][0]["standing"] == [hotline.key]
    served.page = "<p>网站维护中</p>"
    report = run(capsys, "--fetch", "--commit", code=1)
    assert (report["sources"][0]["state"], report["sources"][0]["gone"]) == ("changed", [hotline.key])


@pytest.mark.slow
def test_a_saved_page_comes_before_fetching(capsys, official, served, hotline):
    assert run(capsys, "--fetch", "--pages", str(official), code=1)["sources"][0]["standing"] == [hotline.key]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("纯文本\n\n  两  行 ", "纯文本\n两 行"),
        ("<p>400<b>-1865</b>-909<br>二</p><script>if (a<b) 400-0</script>", "400-1865-909\n二"),
        ("<p>未闭合 <b", "未闭合 <b"),
        ("a &lt; b &amp; 400", "a &lt; b &amp; 400"),
        ("<p>a &lt; b</p>", "a < b"),
        ("", ""),
    ],
)
def test_visible_text(page, text):
    assert visible_text(page) == text
