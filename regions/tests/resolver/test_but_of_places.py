"""What lies outside, said from behind or behind a turn: 南京以外的江苏, 江苏,但苏州不含."""

import random

import pytest

BUT = (
    "{}，但{}不含",
    "{}，但{}除外",
    "{}，不过{}不包括",
    "{}，其中{}除外",
    "{}（{}不包含）",
    "{}，{}例外",
    "{}（不做{}）",
    "{}（不去{}）",
    "{}除{}以外的区域",
    "{}除{}以外的所有地区",
)
OUTSIDE = ("{}以外的{}", "{}之外的{}", "{}除外的{}", "{}以外的{}各市", "{}以外的{}全境", "除{}以外的{}")


def cases(resolver, forms, seed):
    index, rng = resolver.index, random.Random(seed)
    tops = [unit for unit in index.current.values() if unit.level == 1 and unit.code not in index.leaves]
    for _ in range(12):
        top = rng.choice(tops)
        parts = [
            u
            for u in index.current.values()
            if u.parent == top.code and u.level == 2 and u.name.endswith("市")
        ]
        out = rng.sample(parts, min(len(parts), rng.randint(1, 3)))
        base = top.name if top.short in ("吉林", "海南") else rng.choice((top.name, top.short))
        if out:
            yield rng.choice(forms), base, "、".join(u.name for u in out), top, {u.code for u in out}


@pytest.mark.parametrize("seed", range(8))
def test_what_is_taken_out_of_a_province(resolver, seed):
    for form, base, out, top, codes in cases(resolver, BUT, seed):
        found = resolver.resolve(form.format(base, out))
        assert (found.include, set(found.exclude)) == ((top.code,), codes), form.format(base, out)


@pytest.mark.parametrize("seed", range(8))
def test_what_lies_outside_is_said_first(resolver, seed):
    for form, base, out, top, codes in cases(resolver, OUTSIDE, seed):
        (token,) = resolver.tokens(form.format(out, base))
        assert (token.result.include, set(token.result.exclude)) == ((top.code,), codes), form.format(
            out, base
        )


@pytest.mark.parametrize("text, include, exclude", [
    ("四川、重庆、南京以外的江苏", {"510000", "500000", "320000"}, {"320100"}),
    ("杭州以外的浙江，合肥以外的安徽", {"330000", "340000"}, {"330100", "340100"}),
    ("江苏、浙江，但舟山不含", {"320000", "330000"}, {"330900"}),
])  # fmt: skip
def test_of_several_bases_each_keeps_its_own(resolver, text, include, exclude):
    found = resolver.resolve(text)
    assert (set(found.include), set(found.exclude)) == (include, exclude)


@pytest.mark.parametrize(
    "text",
    [
        "南京以外的浙江",
        "江苏，但杭州不含",
        "江苏（不做杭州）",
        "江苏（不做乡镇）",
        "南京市以外",
        "江苏以外的地区",
    ],
)
def test_what_does_not_lie_in_the_base_is_no_exception(resolver, text):
    assert not resolver.resolve(text).include
    assert all(not token.result.include and not token.result.code for token in resolver.tokens(text))
