"""Texts that nobody writes, at every door that reads texts: none raises, and none spoils its neighbours."""

import io
import json

import pytest
from django.core.management import call_command

from regions.management.commands.resolve import run as resolve_lines
from regions.resolver import load_default
from regions.services.intake import reading

pytestmark = pytest.mark.one_database

HORRIBLE = {
    "the same places over and over": "浙江杭州" * 460,
    "nested brackets": "杭州（" * 3_000,
    "closed nested brackets": "杭州（" * 400 + "西湖区" + "）" * 400,
    "exclusions inside exclusions": "除浙江外" * 2_000,
    "half a character": "北京市\ud800、上海市",
    "control characters": "北\x00京\x01市",
    "a megabyte of one character": "市" * 1_000_000,
    "a megabyte of separators": "、，；/ " * 200_000,
    "a megabyte of labels": "地址：" * 330_000,
    "a megabyte of names": "浙江省杭州市西湖区" * 110_000,
    "digits": "13800000000" * 20_000,
    "right to left": "\u202e市州杭\u202d" * 500,
    "marks above marks": "北" + "\u0301" * 20_000 + "京市",
}  # fmt: skip


@pytest.mark.slow
def test_the_command_answers_every_line():
    lines = [text for bad in HORRIBLE.values() for text in (bad, "自贡市富顺县")]
    sent = "".join(json.dumps({"text": text}) + "\n" for text in lines).encode()
    out = io.BytesIO()
    assert resolve_lines(load_default(), io.BytesIO(sent), out, True) == 0
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(found) == len(lines)
    assert {answer["code"] for answer in found[1::2]} == {"510322"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", HORRIBLE)
@pytest.mark.slow
def test_one_among_good_ones_in_a_batch(api, places, name):
    texts = ["自贡市富顺县", HORRIBLE[name][:20_000], "汕头市"]
    body = json.dumps({"texts": texts}).encode()
    answer = api.generic("POST", "/api/v1/resolve/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content[:300]
    found = answer.json()["verdicts"]
    assert [found[0]["code"], found[2]["code"]] == ["510322", "440500"]


@pytest.mark.parametrize("name", HORRIBLE)
@pytest.mark.slow
def test_a_page_between_two_good_lines(monkeypatch, name):
    monkeypatch.setattr(reading, "resolver", load_default)
    bad = HORRIBLE[name][:50_000]
    found = reading.read(f"自贡市富顺县、自贡市荣县\n{bad}\n\n成都市、绵阳市", ("", ""))
    codes = {token.result["code"] for token in found.tokens}
    assert {"510322", "510321"} <= codes, name
    assert {"510100", "510700"} <= codes or any("成都市" in token.text for token in found.tokens), name


@pytest.mark.slow
@pytest.mark.django_db
def test_the_import_command_ends_without_a_traceback(service, tmp_path):
    for number, text in enumerate(HORRIBLE.values()):
        path = tmp_path / f"{number}.txt"
        path.write_bytes(f"自贡市富顺县\n{text[:20_000]}\n".encode("utf-8", "surrogatepass"))
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command(
                "import_coverage", str(path), service=service.slug, stdout=out, stderr=err, no_color=True
            )
        except Exception as error:
            assert type(error).__name__ == "CommandError", (number, error)
