"""What an answer carries: evidence, rest, inherited parents, the JSON form; how names are normalised."""

import csv
import json
import shutil

import pytest

from regions.resolver import Resolver, load_default, normalize
from regions.resolver.load import DEFAULT, FILES, read_index

KEYS = [
    "text", "status", "code", "candidates", "successors", "include", "exclude", "parent", "evidence", "rest", "release",
]  # fmt: skip


def test_the_json_object_has_the_promised_keys(resolver):
    answer = resolver.resolve("四川省自贡市富顺县人民路1号").as_dict()
    assert list(answer) == KEYS
    assert json.loads(json.dumps(answer)) == answer
    assert answer["code"] == "510322"
    assert answer["rest"] == "人民路1号"
    assert [(e["text"], e["code"], e["kind"]) for e in answer["evidence"]] == [
        ("四川省", "510000", "full"),
        ("自贡市", "510300", "full"),
        ("富顺县", "510322", "full"),
        ("人民路1号", None, "address"),
    ]
    assert answer["release"] == resolver.edition


def test_a_later_item_inherits_the_parent_and_says_where_from(resolver):
    line = "南京市玄武区、鼓楼区"
    token = resolver.tokens(line)[1]
    assert token.result.code == "320106"
    first = token.result.evidence[0]
    assert (first["kind"], first["code"], first["span"]) == ("inherited", "320100", [0, 3])
    assert line[token.start : token.end] == token.text == "鼓楼区"


def test_an_unnamed_parent_is_not_inherited(resolver):
    assert resolver.tokens("玄武区、鼓楼区")[1].result.status == "ambiguous"


def test_within_settles_what_is_ambiguous_and_overrules_nothing(resolver):
    assert resolver.resolve("鼓楼区", within="320100").code == "320106"
    assert resolver.resolve("鼓楼区", within="320300").code == "320302"
    assert resolver.resolve("大朗镇", within="441900").code == "441900113"
    assert resolver.resolve("昆山市", within="510000").code == "320583"


def test_spans_count_in_the_original_text(resolver):
    text = "\ufeff臺\u200b北市、陝西省\u200b西安市"
    tokens = resolver.tokens(text)
    assert [text[t.start : t.end] for t in tokens] == ["臺\u200b北市", "陝西省\u200b西安市"]
    spans = [item["span"] for item in tokens[1].result.evidence]
    assert [text[a:b] for a, b in spans] == ["陝西省", "西安市"]


def test_a_historical_answer_says_since_when(resolver):
    found = resolver.resolve("杭州市江干区")
    assert found.status == "historical"
    assert set(found.successors) == {"330102", "330114"}
    assert found.date.startswith("2021")


def test_a_conflict_shows_both_readings(resolver):
    found = resolver.resolve("杭州市义乌市")
    assert (found.status, found.parent, found.candidates) == ("conflict", "330100", ("330782", "330100"))


def test_a_list_with_an_open_item_is_not_rules(resolver):
    found = resolver.resolve("成都市锦江区、火星市、绵阳市")
    assert found.status == "partial"
    assert found.include == ("510104", "510700")
    assert found.rest == "火星市"


def test_an_unknown_exclusion_is_never_dropped(resolver):
    found = resolver.resolve("北京市(火星区除外)")
    assert found.status not in ("rules", "resolved")
    assert found.code is None


def test_full_names(resolver):
    assert resolver.full_name("510322") == "四川省自贡市富顺县"
    assert resolver.full_name("441900113", "/") == "广东省/东莞市/大朗镇"
    assert resolver.full_name("999999") == "999999"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("　臺灣省（高雄）\t", "台湾省(高雄)"),
        ("ＡＢＣ１２３", "abc123"),
        ("杭州市\u200b西湖區", "杭州市西湖区"),
        ("北京  上海\r\n\n广州", "北京 上海\n广州"),
        ("乾安县", "乾安县"),
        ("\x00", ""),
    ],
)
def test_normalize(text, plain):
    assert normalize(text) == plain
    assert normalize(plain) == plain


@pytest.mark.slow
def test_rows_from_elsewhere_give_the_same_answers(resolver):
    rows = []
    for name in FILES:
        with (DEFAULT / name).open(encoding="utf-8", newline="") as file:
            rows.append(list(csv.DictReader(file)))
    other = Resolver.from_rows(*rows, edition="test")
    assert other.resolve("自贡市富顺县").as_dict() == {
        **resolver.resolve("自贡市富顺县").as_dict(),
        "release": "test",
    }


@pytest.mark.slow
def test_a_changed_file_is_read_anew(tmp_path):
    for name in (*FILES, "edition.json"):
        shutil.copy(DEFAULT / name, tmp_path / name)
    before = load_default(tmp_path)
    assert load_default(tmp_path) is before
    assert before.resolve("自贡市富顺县").code == "510322"
    regions = (tmp_path / "regions.csv").read_text(encoding="utf-8").replace("富顺县,富顺", "福顺县,福顺")
    (tmp_path / "regions.csv").write_text(regions, encoding="utf-8")
    after = load_default(tmp_path)
    assert after is not before
    assert after.resolve("自贡市福顺县").code == "510322"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"regions\.csv"):
        read_index(tmp_path)
