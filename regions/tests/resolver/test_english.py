"""Lists in Latin letters: what is taken out is never included, and what is not sure is left to a person."""

import random

import pytest

OUT = [
    "not available in {}", "Not served: {}", "excluding {}", "except {}", "except for {}", "No service in {}", "unavailable in {}",
    "We do not ship to {}", "outside {}", "Exclusions: {}", "we don't deliver to {}", "service is suspended in {}", "not yet available in {}",
]  # fmt: skip
OUT_OF = [
    "{} except {}",
    "{} (except {})",
    "{} excluding {}",
    "{} (excluding {})",
    "{}, not including {}",
    "{} other than {}",
    "{} (not {})",
]
BEHIND = ["{} not served", "{} is not available", "{} excluded", "{}: unavailable"]


def _spelt(resolver, level: int) -> dict[str, str]:
    """Names that one province or city is spelt by: name -> code."""
    found: dict[str, list[str]] = {}
    for unit in resolver.index.current.values():
        if unit.level == level and unit.pinyin and unit.name == unit.short + "市":
            found.setdefault(unit.pinyin.removesuffix("Shi").removesuffix(" ").strip(), []).append(unit.code)
    names = {name: codes[0] for name, codes in found.items() if len(codes) == 1 and name.isalpha()}
    return {name: code for name, code in names.items() if resolver.tokens(name)[0].result.code == code}


def _served(tokens) -> set[str]:
    return {
        code
        for token in tokens
        for code in ((token.result.code,) if token.result.code else token.result.include)
    }


@pytest.mark.parametrize("form", OUT + BEHIND)
def test_what_is_not_served_is_never_included(resolver, form):
    names = sorted(_spelt(resolver, 2))
    rng = random.Random(form)
    assert len(names) > 100
    for _ in range(20):
        some = rng.sample(names, 2)
        tokens = resolver.tokens(form.format(" and ".join(some)))
        assert not _served(tokens), (form, some, tokens)


@pytest.mark.parametrize("form", OUT_OF)
def test_what_is_taken_out_of_a_place_is_excluded_from_it_or_asked_about(resolver, form):
    cities, rng = _spelt(resolver, 2), random.Random(form)
    provinces = {
        "Hubei": "420000",
        "Sichuan": "510000",
        "Guangdong": "440000",
        "Zhejiang": "330000",
        "Hunan": "430000",
    }
    seen = 0
    for name, code in provinces.items():
        inside = sorted(city for city, own in cities.items() if own[:2] == code[:2])
        outside = sorted(city for city, own in cities.items() if own[:2] != code[:2])
        (city,) = rng.sample(inside, 1)
        (result,) = [token.result for token in resolver.tokens(form.format(name, city))]
        assert (result.status, result.include, result.exclude) == ("rules", (code,), (cities[city],))
        assert not _served(resolver.tokens(form.format(name, rng.choice(outside))))
        seen += 1
    assert seen == len(provinces)


def test_the_sense_turns_back_behind_a_bracket_and_a_sentence(resolver):
    found = resolver.tokens("Beijing, Hubei (except Wuhan), Hunan; not Tibet; Fujian")
    assert _served(found) == {"110000", "420000", "430000", "350000"}
    assert {code for token in found for code in token.result.exclude} == {"420100", "540000"}


def test_the_whole_country_but_for_provinces(resolver):
    (token,) = resolver.tokens("We ship to China except Tibet and Xinjiang")
    assert (token.result.include, token.result.exclude) == (("100000",), ("540000", "650000"))


def test_a_prefecture_that_is_spelt_like_its_city_is_asked_about(resolver):
    (token,) = resolver.tokens("Enshi")
    assert set(token.result.candidates) == {"422800", "422801"}


def _pairs(resolver):
    """(city, its province), each spelt by one place only."""
    index = resolver.index
    for name, code in _spelt(resolver, 2).items():
        province = index.current[f"{code[:2]}0000"]
        spelt = province.pinyin.removesuffix("sheng").capitalize()
        if len(spelt) > 3 and resolver.tokens(spelt)[0].result.code == province.code:
            yield name, spelt, code


@pytest.mark.parametrize(
    "form", ["{0}, {1}", "{1}, {0}", "{1} | {0}", "{0}/{1}", "{0} City, {1} Province", "{0} in {1}"]
)
def test_a_city_and_its_province_are_one_place(resolver, form):
    pairs = list(_pairs(resolver))
    assert len(pairs) > 100
    for city, province, code in pairs[::3]:
        result = resolver.resolve(form.format(city, province))
        assert (result.status, result.code) == ("resolved", code), (form, city, province, result)


@pytest.mark.parametrize(
    "label", ["Branches", "Service areas", "Coverage", "Our cities", "Available in", "We serve"]
)
def test_a_label_that_serves_announces_its_list(resolver, label):
    result = resolver.resolve(f"{label}: Chengdu, Wuhan; Hefei and Nanchang")
    assert set(result.include) == {"510100", "420100", "340100", "360100"} and result.status == "rules"


@pytest.mark.parametrize(
    "label", ["Competitors", "Coming soon", "Closed", "Planned", "Former branches", "Head office"]
)
def test_a_label_that_nobody_knows_leaves_its_list_open(resolver, label):
    assert not _served(resolver.tokens(f"{label}: Chengdu, Wuhan"))
    assert resolver.resolve(f"{label}: Chengdu, Wuhan").status not in ("resolved", "rules")


def test_a_label_that_is_a_place_holds_its_list(resolver):
    result = resolver.resolve("Zhejiang Province: Hangzhou; Ningbo; Wenzhou")
    assert result.include == ("330100", "330200", "330300")
    assert resolver.resolve("Jiangsu: Suzhou, Wuxi").include == ("320500", "320200")


@pytest.mark.parametrize(
    ("text", "include", "exclude"),
    [
        ("all districts of Shanghai except Chongming", {"310000"}, {"310151"}),
        ("Hangzhou (except Chun'an)", {"330100"}, {"330127"}),
        ("Shanghai (all districts)", {"310000"}, set()),
        ("Guangdong Province (Guangzhou, Shenzhen only)", {"440100", "440300"}, set()),
        ("Available in Shanghai, Beijing and Guangzhou only.", {"310000", "110000", "440100"}, set()),
        ("Nationwide, except Tibet", {"100000"}, {"540000"}),
        ("We do not serve Tibet", set(), {"540000"}),
        ("Branches: Chengdu, Chongqing (closed 2025)", {"510100"}, set()),
        ("Jilin City, Changchun", {"220200", "220100"}, set()),
        ("Beijing (Chaoyang, Haidian), Shanghai", {"110105", "110108", "310000"}, set()),
    ],
)
def test_sentences(resolver, text, include, exclude):
    result = resolver.resolve(text)
    assert {*result.include, *filter(None, [result.code])} == include and set(result.exclude) == exclude


EVERYWHERE = (
    "Nationwide",
    "We cover the whole country",
    "Available throughout China",
    "All other provinces are covered",
    "Nationwide delivery",
)
REFUSALS = ("No service in {}", "Not available in {}", "We don't ship to {}", "No delivery to {}")


@pytest.mark.parametrize("everywhere", EVERYWHERE)
@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("form", ["{0}. {1}.", "{1}. {0}.", "{1}; {0}", "{1}. But {0}.", "{0}. {1}"])
def test_what_a_sentence_beside_the_whole_country_takes_out(resolver, everywhere, refusal, form):
    text = form.format(everywhere, refusal.format("Tibet, Xinjiang and Qinghai"))
    (token,) = resolver.tokens(text)
    assert (token.result.include, set(token.result.exclude)) == (("100000",), {"540000", "650000", "630000"})
    (other,) = resolver.tokens(text.replace("Qinghai", "Atlantis"))[:1]
    assert "100000" not in other.result.include


@pytest.mark.parametrize(
    "out, code", [("Xuzhou", "320300"), ("Wenzhou", "330300"), ("Xuzhou and Wenzhou", "320300")]
)
def test_what_is_taken_out_behind_a_list_lies_in_one_of_its_places(resolver, out, code):
    tokens = resolver.tokens(f"Jiangsu, Zhejiang and Shanghai, except {out}")
    assert [token.result.code for token in tokens[:3]] == ["320000", "330000", "310000"]
    assert tokens[3].result.exclude == (code,)
    assert all(
        token.result.code is None
        for token in resolver.tokens("Jiangsu, Zhejiang and Shanghai, except Lhasa")[2:]
    )


@pytest.mark.parametrize(
    "remark", ["urban area", "downtown only", "within 5th Ring Road", "closed 2025", "suspended"]
)
def test_a_bracket_that_nobody_knows_limits_the_place_before_it_alone(resolver, remark):
    tokens = resolver.tokens(f"Wuhan, Chengdu ({remark}), Mianyang")
    assert [token.result.code for token in tokens] == ["420100", None, "510700"]
    assert tokens[1].result.parent == "510100" and tokens[1].result.rest == remark
