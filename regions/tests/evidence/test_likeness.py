"""How alike two statements are, against the plain table of the longest common subsequence."""

from hypothesis import given
from hypothesis import strategies as st

from regions.services.reports import NEW_STATEMENT_BELOW, likeness


def common(one: str, other: str) -> int:
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            table[i + 1][j + 1] = table[i][j] + 1 if a == b else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


texts = st.text(alphabet="号码已停用aé𠮷", max_size=40)


@given(texts, texts)
def test_it_is_the_common_part_of_both(one, other):
    whole = len(one) + len(other)
    assert likeness(one, other) == (200 * common(one, other) / whole if whole else 0)
    assert likeness(one, other) == likeness(other, one)


def test_a_sentence_with_a_mark_more_is_old_and_another_is_new():
    said = "这个号码打过去是另一家公司不是官方售后"
    assert likeness(said, said) == 100
    assert likeness(said, said + "请核实") >= NEW_STATEMENT_BELOW
    assert likeness(said, "官网上写的电话与此不同请看链接") < NEW_STATEMENT_BELOW
