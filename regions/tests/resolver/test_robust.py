"""No text of any length or shape raises, recurses without bound or takes more than linear time; and a certain answer
lies inside every place that the text names before it. Texts are made by grammars of the shapes that people write."""

import random

import pytest

from regions.resolver.walk import Walk

FRAGMENTS = [
    "浙江杭州", "浙江省杭州市", "西湖区", "杭州(", "除浙江", "除浙江外", "浙江除杭州外、", "浙江和", "和浙江", "金华金华义乌", "杭州市null",
    "地址:浙江", "收件人:张", "张三13800000000", "浙江省仅限", "外的", "不含", "(浙江)", "浙江(除杭州)", "()", "、", "市", "街道", "上海街道", "江北区",
    "绍兴县柯桥", "第八师", "雄安新区", "转", "1703、", "杭州市西湖区文三路1号、", "省:浙江 市:杭州 ", "西藏不发货、", "华东三省", "杭州市\n", "仅", "<br>", "服务", "位于", "一档=", "我家在",
]  # fmt: skip


class Work:
    """Counts how often a name is looked up in the tables of the gazetteer, and how deep the calls go."""

    def __init__(self, resolver, monkeypatch):
        self.looked, self.depth, self.deepest = 0, 0, 0
        own = Walk._from

        def counted(walk, *args):
            self.looked += 1
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)
            try:
                return own(walk, *args)
            finally:
                self.depth -= 1

        monkeypatch.setattr(Walk, "_from", counted)
        self.resolver = resolver

    def of(self, text: str) -> int:
        self.looked = 0
        self.resolver.resolve(text)
        self.resolver.tokens(text)
        return self.looked


@pytest.mark.slow
@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_repetition_costs_linear_work_and_no_depth(resolver, monkeypatch, fragment):
    work = Work(resolver, monkeypatch)
    short, long = (work.of((fragment * length)[:length]) for length in (4_000, 32_000))
    assert long <= 9 * max(short, 50), (short, long)  # eight times the text
    assert work.deepest < 40


def test_a_text_of_the_same_places_over_and_over_is_no_place(resolver):
    for text in ("浙江杭州" * 460, "西湖区" * 300, "杭州市西湖区浙江省杭州市" * 100):
        result = resolver.resolve(text)
        assert result.code is None and not result.include


def _words(rng: random.Random, index, chosen) -> str:
    chain = [index.current[code] for code in reversed(chosen.up) if code != "100000"] + [chosen]
    kept = [unit for unit in chain[:-1] if rng.random() < 0.6] + [chosen]
    short = rng.random() < 0.3
    return "".join(unit.short if short and unit is not chosen else unit.name for unit in kept)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.slow
def test_a_certain_answer_lies_inside_every_place_named_before_it(resolver, seed):
    """Two addresses run into one another: where they contradict, and each says where it lies, nothing is certain."""
    rng, index = random.Random(seed), resolver.index
    counties = [unit for unit in index.current.values() if unit.level == 3]
    for _ in range(300):
        first = rng.choice(counties)
        near = [unit for unit in counties if unit.parent == first.parent]
        second = rng.choice([first, rng.choice(near), rng.choice(counties)])
        between = rng.choice(["", "null", " ", "中山路1号", "，"])
        road = rng.choice(["", "解放路5号", "阳光花园3幢", "(东门)"])
        above = index.current[second.up[-2]] if len(second.up) > 1 else second
        text = f"{_words(rng, index, first)}{between}{above.name}{second.name}{road}"
        result = resolver.resolve(text)
        if result.code:
            found = index.find(result.code)
            inside = {found.code, *found.holders}
            assert first.code in inside, (text, found)
            assert second is first or above is second, (text, found)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_shapes_mixed_at_random_raise_nothing(resolver, seed):
    rng, index = random.Random(seed), resolver.index
    units = [*index.current.values(), *[unit for unit in index.units if unit.until]]
    marks = (
        list('、，；;,/ |·\n()（）【】:：-_~{}"')
        + FRAGMENTS
        + ["1号", "0571-88888888", "号楼", "高新区", "附近", "各", "等", "除", "外", "和"]
    )
    for _ in range(250):
        text = "".join(
            rng.choice((rng.choice(units).name, rng.choice(units).short or "市", rng.choice(marks)))
            for _ in range(rng.randint(1, 24))
        )
        for result in (resolver.resolve(text), *[token.result for token in resolver.tokens(text)]):
            assert not set(result.include) & set(result.exclude)
            assert (result.code is not None) == (result.status == "resolved"), text


def test_a_county_behind_its_street_is_not_its_city(resolver):
    rng, index = random.Random(5), resolver.index
    counties = [unit for unit in index.current.values() if unit.level == 3 and len(unit.name) > 2]
    found = 0
    for county in rng.sample(counties, 150):
        city = index.current[county.up[-1]] if county.up[-1] != "100000" else county
        road, blank = rng.choice(["文三路90号", "解放东路", "青年大街12号3幢"]), rng.choice(["", " "])
        result = resolver.resolve(f"{city.name}{blank}{road}{blank}{county.name}")
        assert result.code in (None, county.code), (city.name, road, county.name, result.code)
        found += result.code == county.code
    assert found > 30


@pytest.mark.parametrize("word", ["原", "原属", "原来", "原 ", "原鄞县", "北京市原宣武区", "全覆盖"])
def test_what_a_place_was_is_looked_at_once(resolver, word):
    for text in (word * 800, f"北京市{word * 300}", f"{word * 300}北京市"):
        assert resolver.resolve(text).code is None
