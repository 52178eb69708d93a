"""Two hundred texts with their right reading, written from common knowledge before anybody looked at what the resolver says.

R one place, or a township of it; S exactly these (a dash: excluded); P at least the certain parent; U nothing is certain;
H closed, and what became of it.
"""

import csv
from pathlib import Path

import pytest

ROWS = list(
    csv.DictReader(
        Path(__file__).with_name("common.tsv").read_text(encoding="utf-8").splitlines(),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )
)


@pytest.fixture(scope="module")
def codes(resolver):
    found = {resolver.full_name(code): code for code in resolver.index.current}
    return found | {"全国": "100000"}


def _certain(result) -> set[str]:
    if result.status == "rules":
        return {*result.include, *("-" + code for code in result.exclude)}
    return (
        {result.code} if result.code else set(result.successors) if result.status == "historical" else set()
    )


def test_texts_of_common_knowledge_are_read_right(resolver, codes):
    wrong, refused = [], []
    for row in ROWS:
        names = row["places"].split(";") if row["places"] else []
        want = {("-" if name[0] == "-" else "") + codes[name.lstrip("-")] for name in names}
        result = resolver.resolve(row["text"].replace("\\n", "\n"))
        certain = {code[: 7 if code[0] == "-" else 6] for code in _certain(result)}
        if row["kind"] == "P":
            right = not certain and result.parent in want
        else:
            right = certain == (want if row["kind"] != "U" else set())
        if not right:
            (wrong if certain else refused).append((row["text"], result.status, certain))
    assert len(ROWS) > 195
    assert not wrong and not refused


@pytest.mark.parametrize(
    "label",
    ["暂未开通", "不发货地区", "服务盲区", "停止服务", "除外地区", "未覆盖城市", "无法配送", "暂停受理"],
)
def test_a_label_that_refuses_turns_its_list_in_one_line_as_in_several(resolver, label):
    """Up to the next label, semicolon or line; the label of a place (无锡：) and a harmless one (不限区域：) turn nothing."""
    text = f"服务区域：北京、上海\n{label}：新疆、西藏\n服务区域：天津"
    for result in (resolver.resolve(text), resolver.resolve(f"北京、上海、天津；{label}：新疆、西藏")):
        assert not {"650000", "540000"} & {result.code, *result.include}
        assert set(result.exclude) == {"650000", "540000"}
        assert set(result.include) == {"110000", "310000", "120000"}
    tokens = resolver.tokens(f"{label}：新疆、西藏")
    assert [token.result.exclude for token in tokens] == [("650000",), ("540000",)]
