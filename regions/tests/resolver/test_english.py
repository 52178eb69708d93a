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
