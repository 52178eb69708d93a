"""manage.py resolve: order, errors, odd characters; no database."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from regions.management.commands.resolve import run


def answers(resolver, data, ndjson=False):
    out = io.BytesIO()
    bad = run(resolver, io.BytesIO(data), out, ndjson)
    return bad, [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.slow
def test_one_object_a_line_in_the_same_order(resolver):
    bad, found = answers(resolver, "\ufeff自贡市富顺县\r\n\n大朗镇\n".encode())
    assert bad == 0
    assert [item["text"] for item in found] == ["自贡市富顺县", "", "大朗镇"]
    assert [item["status"] for item in found][:2] == ["resolved", "unknown"]


def test_a_bad_line_is_an_error_object_and_the_rest_goes_on(resolver):
    bad, found = answers(resolver, b"\xff\xfe\n" + "北京市\n".encode())
    assert bad == 1
    assert found[0]["line"] == 1
    assert "UTF-8" in found[0]["error"]
    assert found[1]["code"] == "110000"


def test_ndjson_keeps_newlines_nul_and_surrogates(resolver):
    texts = ["北京市\n上海市", "\x00北京市", "\ud800北京市", "北京市😀"]
    data = "".join(json.dumps({"text": text}) + "\n" for text in texts).encode()
    bad, found = answers(resolver, data, ndjson=True)
    assert bad == 0
    assert [item["text"] for item in found] == texts
    assert found[0]["include"] == ["110000", "310000"]
    assert {item["code"] for item in found[1:]} == {"110000"}


@pytest.mark.parametrize("line", [b"x", b"[]", b'{"text": 3}', b"{}", b"", b"[" * 100_000])
def test_ndjson_refuses_what_is_no_text(resolver, line):
    bad, found = answers(resolver, line + b"\n", ndjson=True)
    assert bad == 1
    assert found[0]["line"] == 1


@pytest.mark.slow
def test_exit_status_and_missing_file(tmp_path, capsysbinary):
    file = tmp_path / "texts"
    file.write_bytes(b"\xff\n")
    with pytest.raises(CommandError, match="1 bad line"):
        call_command("resolve", str(file))
    with pytest.raises(CommandError, match="No such file"):
        call_command("resolve", str(tmp_path / "none"))
