"""Addresses of companies, invented over every county of the edition: the county is found, and nothing outside or above."""

from collections import Counter

import pytest

from .companies import Companies


def judge(index, result, named: set[str]) -> str:
    """ok, parent (only the county is certain), refused, less (a second address is gone), wide or wrong."""
    certain = {result.code} if result.code else {*result.successors, *result.include, *result.exclude}
    if result.status not in ("resolved", "historical", "rules"):
        near = {result.parent} if result.parent else set(result.include)
        return "parent" if near and all(code[:6] in named for code in near) else "refused"
    if not all(code[:6] in named for code in certain):
        above = {code for each in named for code in index.find(each).up}
        return "wide" if all(code[:6] in named or code in above for code in certain) else "wrong"
    return "ok" if len({code[:6] for code in certain}) == len(named) else "less"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_an_address_is_answered_by_its_county(resolver, seed):
    counted, shown = Counter(), {}
    for text, named in Companies(resolver.index, seed).addresses(700):
        verdict = judge(resolver.index, resolver.resolve(text), named)
        counted[verdict] += 1
        shown.setdefault(verdict, text)
    assert not {"wrong", "wide", "less"} & set(counted), (counted, shown)
    assert counted["ok"] + counted["parent"] >= 0.99 * counted.total(), (counted, shown)
    assert counted["ok"] >= 0.9 * counted.total(), (counted, shown)


def test_the_judge_sees_what_is_wide_wrong_or_gone(resolver):
    for text, named, verdict in (
        ("杭州市西湖区文三路90号", {"330106"}, "ok"),
        ("杭州市", {"330106"}, "wide"),
        ("宁波市海曙区", {"330106"}, "wrong"),
        ("杭州市西湖区文三路90号", {"330106", "330203"}, "less"),
        ("杭州市某某区", {"330106"}, "refused"),
    ):
        assert judge(resolver.index, resolver.resolve(text), named) == verdict, text
