"""Former, colloquial and romanised names: each belongs to a division of today and to no other."""

from collections import Counter

import pytest
from django.conf import settings

from regions.gazetteer.known_names import COLLOQUIAL, FORMER, ROMANISED
from regions.resolver import load_default

from .small import table


@pytest.fixture(scope="module")
def current():
    return {row["code"]: row for row in table(settings.REGIONS_DIR / "regions.csv") if not row["valid_to"]}


def test_every_one_belongs_to_a_division_of_today(current):
    assert [code for names in (COLLOQUIAL, FORMER, ROMANISED) for code in names if code not in current] == []


def test_none_means_two_places_or_is_the_name_of_another(current):
    names = [name for table in (COLLOQUIAL, FORMER, ROMANISED) for found in table.values() for name in found]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    bearers = {row["name"] for row in current.values()} | {row["short_name"] for row in current.values()}
    assert [name for name in names if name in bearers] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (name, code)
        for code, names in ROMANISED.items()
        for name in names
        if name.isascii() and len(name.replace(" ", "")) > 3
    ],
)
def test_a_name_in_latin_letters_is_a_suggestion_never_more(text, code):
    result = load_default(settings.REGIONS_DIR).resolve(text)
    assert result.code is None and code in result.candidates, result


def test_every_one_is_a_name():
    """A table entry that is a string instead of a tuple would give its letters as names."""
    for known in (COLLOQUIAL, FORMER, ROMANISED):
        assert all(isinstance(names, tuple) and min(map(len, names)) > 1 for names in known.values())


@pytest.mark.parametrize(
    ("text", "code", "kind"),
    [
        (name, code, kind)
        for kind, table in (("colloquial", COLLOQUIAL), ("former", FORMER))
        for code, names in table.items()
        for name in names
    ],
)
def test_a_former_or_colloquial_name_is_a_suggestion_with_its_kind(text, code, kind):
    """That one place alone: 羊城 is no misspelt 盐城."""
    result = load_default(settings.REGIONS_DIR).resolve(text)
    assert (result.status, result.candidates, result.code) == ("suggestion", (code,), None)
    assert result.evidence[-1]["kind"] == kind


@pytest.mark.parametrize(
    ("text", "status", "codes"),
    [
        ("奉天沈河区", "historical", ["210103"]),
        ("北平市西城区", "historical", ["110102"]),
        ("直隶沧州", "historical", ["130900"]),
        ("安东路12号", "unknown", []),
        ("盛京医院", "unknown", []),
        ("燕京啤酒", "unknown", []),
        ("沈阳市奉天街", "resolved", ["210100"]),
        ("开封市汴京路", "resolved", ["410200"]),
        ("北平、迪化", "suggestion", ["110000", "650100"]),
    ],
)
def test_a_former_name_counts_in_front_of_a_part_of_it_and_never_in_a_street(text, status, codes):
    result = load_default(settings.REGIONS_DIR).resolve(text)
    found = [result.code] if result.code else [*result.candidates, *result.successors]
    assert (result.status, found) == (status, codes)


#: official spellings that are not the pinyin of the characters
OFFICIAL = {
    "150100": "Hohhot", "150600": "Ordos", "150700": "Hulunbuir", "150800": "Bayannur", "150900": "Ulanqab",
    "152200": "Hinggan", "152500": "Xilingol", "152900": "Alxa", "230100": "Harbin", "230200": "Qiqihar",
    "232700": "Da Hinggan Ling", "513200": "Ngawa", "513300": "Garzê", "533400": "Dêqên", "540100": "Lhasa",
    "540200": "Xigazê", "540300": "Qamdo", "540400": "Nyingchi", "540600": "Nagqu", "542500": "Ngari",
    "632600": "Golog", "650100": "Ürümqi", "650200": "Karamay", "650400": "Turpan", "652700": "Bortala",
    "652800": "Bayingolin", "652900": "Aksu", "653000": "Kizilsu", "653100": "Kashgar", "653200": "Hotan",
    "654000": "Ili", "654300": "Altay",
}  # fmt: skip


def test_the_official_romanisation_of_every_prefecture_leads_to_it_and_says_what_it_is(current):
    """The pinyin of its stem, or the spelling above; typed with a capital letter, as it is printed."""
    wrong = []
    for code, row in current.items():
        if row["level"] != "prefecture":
            continue
        kind = row["name"].removeprefix(row["short_name"])
        plain = row["pinyin"].removesuffix({"市": "shi", "地区": "diqu", "盟": "meng"}.get(kind, ""))
        text = OFFICIAL.get(code) or (plain if len(kind) < 3 else "").capitalize()
        if not text:
            continue  # an autonomous prefecture: below
        result = load_default(settings.REGIONS_DIR).resolve(text)
        kinds = {item["kind"] for item in result.evidence}
        if (
            result.code
            or code not in result.candidates
            or kinds != {"romanised" if code in OFFICIAL else "pinyin"}
        ):
            wrong.append((code, text, result))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Yanbian", "222400"), ("Enshi", "422800"), ("Xiangxi", "433100"), ("Aba", "513200"), ("Ganzi", "513300"),
        ("Liangshan", "513400"), ("Qianxinan", "522300"), ("Qiandongnan", "522600"), ("Qiannan", "522700"),
        ("Chuxiong", "532300"), ("Honghe", "532500"), ("Wenshan", "532600"), ("Xishuangbanna", "532800"),
        ("Dali", "532900"), ("Dehong", "533100"), ("Nujiang", "533300"), ("Diqing", "533400"), ("Linxia", "622900"),
        ("Gannan", "623000"), ("Haibei", "632200"), ("Huangnan", "632300"), ("Hainan", "632500"), ("Guoluo", "632600"),
        ("Yushu", "632700"), ("Haixi", "632800"), ("Changji", "652300"), ("Tacheng", "654200"), ("Golmud", "632801"),
        ("Boertala", "652700"), ("Bayinguoleng", "652800"), ("Kezilesu", "653000"), ("Yili", "654000"),
        ("Wulumuqi", "650100"), ("Xizang", "540000"), ("Nei Mongol", "150000"), ("Kwangtung", "440000"),
    ],
)  # fmt: skip
def test_autonomous_prefectures_and_what_the_characters_sound_like(text, code):
    result = load_default(settings.REGIONS_DIR).resolve(text)
    assert result.code is None and code in result.candidates, result


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ürümqi", "650100"),
        ("ÜRÜMQI", "650100"),
        ("Ürümchi", "650100"),
        ("Xigazê", "540200"),
        ("Ili", "654000"),
    ],
)
def test_marks_on_latin_letters_may_be_there_or_not(text, code):
    result = load_default(settings.REGIONS_DIR).resolve(text)
    assert result.code is None and code in result.candidates, result
