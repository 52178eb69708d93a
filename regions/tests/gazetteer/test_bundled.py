"""The bundled edition, held against what is known of well-known places."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from django.conf import settings

from regions.choices import Level
from regions.gazetteer.chains import Chains
from regions.gazetteer.naming import short_name
from regions.gazetteer.read import read_edition

from .small import table


@pytest.fixture(scope="module")
def edition():
    return read_edition(settings.REGIONS_DIR)


@pytest.fixture(scope="module")
def current(edition):
    return {life.code: life for life in edition.lives if life.valid_to is None}


@pytest.fixture(scope="module")
def successors(edition):
    """code -> current codes that its last life leads to."""
    chains = Chains(
        {life.key for life in edition.lives if life.valid_to is None},
        edition.fates,
    )
    last = {}
    for life in edition.lives:
        if life.valid_to and (life.code not in last or last[life.code].valid_to < life.valid_to):
            last[life.code] = life
    return {code: {key[0] for key in chains.successors(life.key)} for code, life in last.items()}


@pytest.fixture(scope="module")
def meta():
    return json.loads((settings.REGIONS_DIR / "edition.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_what_the_build_counted_is_what_the_tables_hold(current, meta):
    """Counted there out of the lists, here in the files line by line."""
    facts = meta["facts"]
    lives, towns = table(settings.REGIONS_DIR / "regions.csv"), table(settings.REGIONS_DIR / "townships.csv")
    closed = [row for row in lives if row["valid_to"]]
    levels = Counter(row["level"] for row in lives if not row["valid_to"])
    assert levels.pop("country") == 1
    assert facts == {
        "first_day": min(row["valid_from"] for row in lives),
        "current": {**levels, "township": sum(not row["valid_to"] for row in towns)},
        "closed": len(closed),
        "closed_with_their_day": sum(row["to_precision"] == "day" for row in closed),
        "closed_townships": sum(bool(row["valid_to"]) for row in towns),
    }
    assert len(current) == 1 + sum(facts["current"].values())
    for name, rows in meta["rows"].items():
        assert len((settings.REGIONS_DIR / name).read_bytes().splitlines()) == rows + 1, name


def test_what_the_documents_say_of_the_edition_is_so(meta):
    facts, rows = meta["facts"], meta["rows"]
    read = {
        name: (settings.BASE_DIR / name).read_text(encoding="utf-8")
        for name in ("docs/regions.md", "README.md", "fixtures/regions/SOURCE.md", "CHANGES.md")
    }
    now = facts["current"]
    year, closed, days = facts["first_day"][:4], facts["closed"], facts["closed_with_their_day"]
    said = [f"| `{name}` | {number:,} |" for name, number in rows.items()]
    for name in ("area_codes.csv", "zones.csv"):
        kept = "hand-kept, " if name == "zones.csv" else ""
        said.append(f"| `{name}` | {kept}{len(table(settings.REGIONS_DIR / name))} |")
    said += [
        f"| {len(table(settings.REGIONS_DIR / 'changes.csv')):,}; "
        f"{len(table(settings.REGIONS_DIR / 'town_changes.csv')):,} |",
        f"Current: {now['province']} provinces, {now['prefecture']} prefectures, {now['county']:,} counties, "
        f"{now['township']:,} townships. Closed since {year}: {closed:,} lives down to the county.",
        f"{days:,} of {closed:,} closings",
        f"{closed - days:,} closings have no day",
        f"Of the {facts['closed_townships']:,} that are",
        f"has `valid_from` {facts['first_day']}",
    ]
    assert [text for text in said if text not in read["docs/regions.md"]] == []
    assert f"Edition **{meta['edition']}**" in read["fixtures/regions/SOURCE.md"]
    assert f'"release": "{meta["edition"]}"' in read["README.md"] and f"since {year}" in read["README.md"]


def test_a_prefecture_whose_code_went_on_is_followed_by_its_own_life(edition):
    by_key = {life.key: life for life in edition.lives}
    went = {
        name: {by_key[new].name for old, new in edition.fates if by_key[old].name == name}
        for name in ("达县地区", "梧州地区")
    }
    assert went == {
        "达县地区": {"达川地区", "巴中地区", "邻水县"},
        "梧州地区": {"贺州地区", "藤县", "岑溪市", "蒙山县"},
    }


def test_no_prefecture_answers_wider_than_its_counties(edition):
    """One that was there before holds more than what came into it: then the counties are named."""
    by_key = {life.key: life for life in edition.lives}
    fates = [(by_key[old], by_key[new]) for old, new in edition.fates]
    above = (Level.PROVINCE, Level.PREFECTURE)
    became = {(new.code, old.valid_to) for old, new in fates if old.level == Level.COUNTY}
    assert sum(old.level == Level.PREFECTURE for old, _new in fates) > 700
    assert [
        (old.code, old.name, new.code, new.name)
        for old, new in fates
        if old.level == Level.PREFECTURE
        and new.level in above
        and new.valid_from.year < old.valid_to.year
        and (new.code, old.valid_to) not in became  # a county of it: 佛山市 of 佛山地区
    ] == []


def test_townships_that_hang_under_a_prefecture(current):
    below = Counter(life.parent[0] for life in current.values() if life.level == Level.TOWNSHIP)
    assert {code: below[code] for code in ("441900", "442000", "460400", "620200")} == {
        "441900": 32,
        "442000": 23,
        "460400": 17,
        "620200": 6,
    }


def test_counties_without_a_prefecture(current):
    direct = [
        life for life in current.values() if life.level == Level.COUNTY and life.parent[0].endswith("0000")
    ]
    assert len(direct) == 118
    assert Counter(life.code[:2] for life in direct) == {
        "11": 16, "12": 16, "31": 16, "41": 1, "42": 4, "46": 15, "50": 37, "65": 13,
    }  # fmt: skip


def test_no_filler_rows(edition):
    names = {life.name for life in edition.lives}
    assert not names & {"市辖区", "县", "市", "直辖县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
    assert not [life.name for life in edition.lives if "撤销" in life.name or "（" in life.name]


def test_what_was_founded_in_2026_is_there(current):
    assert current["653132"].full_name == "新疆维吾尔自治区/喀什地区/岑岭县"
    assert current["659013"].full_name == "新疆维吾尔自治区/草湖市"
    assert current["500157"].full_name == "重庆市/两江新区"


def test_taiwan_hongkong_and_macao_are_provinces(current):
    assert [current[code].full_name for code in ("710000", "810000", "820000")] == [
        "台湾省",
        "香港特别行政区",
        "澳门特别行政区",
    ]


def test_pinyin_is_plain_letters(edition):
    assert not [
        life.pinyin for life in edition.lives if not (life.pinyin.isascii() and life.pinyin.islower())
    ]


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        # districts and counties merged, upgraded and split
        ("110103", "崇文区", "110101"),
        ("110104", "宣武区", "110102"),
        ("110223", "通县", "110112"),
        ("120107", "塘沽区", "120116"),
        ("120225", "蓟县", "120119"),
        ("130103", "桥东区", "130102 130104"),
        ("130421", "邯郸县", "130402 130403"),
        ("140112", "南郊区", "140105 140106 140107 140110"),
        ("210122", "辽中县", "210115"),
        ("220381", "公主岭市", "220184"),
        ("230708", "美溪区", "230717"),
        ("310102", "南市区", "310101"),
        ("310103", "卢湾区", "310101"),
        ("310108", "闸北区", "310106"),
        ("310119", "南汇区", "310115"),
        ("310225", "南汇县", "310115"),
        ("310230", "崇明县", "310151"),
        ("320283", "锡山市", "320205 320206 320211"),
        ("320323", "铜山县", "320312"),
        ("320482", "金坛市", "320413"),
        ("320502", "沧浪区", "320508"),
        ("320584", "吴江市", "320509"),
        ("320586", "吴县市", "320506 320507"),
        ("330104", "江干区", "330102 330114"),
        ("330103", "下城区", "330105"),
        ("330181", "萧山市", "330109"),
        ("330183", "富阳市", "330111"),
        ("330621", "绍兴县", "330602 330603"),
        ("330682", "上虞市", "330604"),
        ("340221", "芜湖县", "340210"),
        ("341521", "寿县", "340422"),
        ("340823", "枞阳县", "340722"),
        ("350182", "长乐市", "350112"),
        ("350427", "沙县", "350405"),
        ("350402", "梅列区", "350404"),
        ("350681", "龙海市", "350604"),
        ("362432", "宁冈县", "360881"),
        ("370282", "即墨市", "370215"),
        ("371202", "莱城区", "370116"),
        ("371203", "钢城区", "370117"),
        ("371626", "邹平县", "371681"),
        ("410881", "济源市", "419001"),
        ("420321", "郧县", "420304"),
        ("421302", "曾都区", "421303 421321"),
        ("430122", "望城县", "430112"),
        ("440102", "东山区", "440104"),
        ("440184", "从化市", "440117"),
        ("440682", "南海市", "440604 440605"),
        ("440681", "顺德市", "440606"),
        ("450122", "武鸣县", "450110"),
        ("460003", "儋州市", "460400"),
        ("469003", "儋州市", "460400"),
        ("460004", "琼山市", "460105 460106 460107 460108"),
        ("500112", "渝北区", "500109 500157"),
        ("500105", "江北区", "500157"),
        ("500381", "江津市", "500116"),
        ("510122", "双流县", "510116"),
        ("510124", "郫县", "510117"),
        ("512522", "富顺县", "510322"),
        ("512501", "宜宾市", "511502"),
        ("512222", "开县", "500154"),
        ("520321", "遵义县", "520302 520303 520304"),
        ("533421", "中甸县", "533401"),
        ("542134", "盐井县", "540328"),
        ("610121", "长安县", "610116"),
        ("640222", "陶乐县", "640104 640221"),
        ("654223", "沙湾县", "654203"),
        ("652303", "米泉市", "650109"),
        # an edge that a later merger hid
        ("320702", "新海区", "320706"),
        ("372701", "济宁市", "370811"),
        ("412126", "濮阳县", "410928"),
        ("330721", "金华县", "330702 330703"),
        # prefectures
        ("412100", "安阳地区", "410500 410900"),
        (
            "422400",
            "荆州地区",
            "420881 420882 421003 421022 421024 421081 421083 421087 421088 429004 429005 429006",
        ),
        ("442500", "惠阳地区", "441302 441303 441322 441323 441500 441600 441900"),
        ("420400", "沙市市", "421002"),
        ("341400", "巢湖市", "340124 340181 340207 340281 340522 340523"),
        ("342600", "巢湖地区", "340124 340181 340207 340281 340522 340523"),
        ("142100", "雁北地区", "140215 140221 140222 140223 140224 140225 140226 140622 140623 140681"),
        ("421000", "荆沙市", "420881 420882 421000"),
        ("512900", "南充地区", "511300 511602 511621 511622 511681"),
        ("452200", "柳州地区", "450223 450224 450225 450226 451300"),
        ("371200", "莱芜市", "370116 370117"),
        (
            "510200",  # what stands on the list of 1996, and neither 万州 nor 涪陵 nor 黔江
            "重庆市",
            "500103 500104 500106 500107 500108 500109 500110 500111 500113 500115 500116 500117 500118 500120 "
            "500151 500152 500153 500157",
        ),
        ("511200", "万县市", "500101"),  # the city; its counties have codes of their own: see SOURCE.md
        ("513500", "黔江地区", "500114 500240 500241 500242 500243"),
        ("452100", "南宁地区", "450123 450124 450125 450126 450181 451400"),
        ("652200", "哈密地区", "650500"),
        ("542400", "那曲地区", "540600"),
        ("420600", "襄樊市", "420600"),
        ("430800", "大庸市", "430800"),
    ],
)
@pytest.mark.slow
def test_successors(edition, successors, code, name, expected):
    assert name in {life.name for life in edition.lives if life.code == code and life.valid_to}
    assert successors[code] == set(expected.split())


def test_other_spellings(edition):
    spellings = {(name.region[0], name.name, name.kind) for name in edition.names}
    assert {
        ("422800", "恩施州", "typed"),
        ("220721", "前郭县", "typed"),
        ("510322", "富顺", "short"),
        ("440100", "羊城", "colloquial"),
        ("210200", "旅大市", "former"),
    } <= spellings


def test_a_former_county_stands_below_its_parent_of_that_time(edition):
    former = {(life.code, life.name): life.full_name for life in edition.lives if life.valid_to}
    assert former["341521", "寿县"] == "安徽省/六安市/寿县"
    assert former["510225", "江津县"] == "四川省/重庆市/江津县"
    assert former["442121", "琼山县"] == "广东省/海南行政区/琼山县"
    assert former["420621", "襄阳县"] == "湖北省/襄樊市/襄阳县"
    assert former["310225", "南汇县"] == "上海市/南汇县"


def test_jianggan_has_its_day_and_its_document(edition):
    edges = {edge.new[0]: edge for edge in edition.edges if edge.old[0] == "330104"}
    assert {code: (edge.kind, edge.share, str(edge.date), edge.document) for code, edge in edges.items()} == {
        "330102": ("split", "most", "2021-03-11", "国函〔2021〕29号"),
        "330114": ("split", "part", "2021-03-11", "国函〔2021〕29号"),
    }


def test_a_county_is_not_merged_with_its_own_prefecture(edition):
    into = {edge.old[0]: (edge.kind, edge.share) for edge in edition.edges if edge.new[0] == "500239"}
    assert into == {"513500": ("split", "part"), "513523": ("recode", "whole")}


def test_townships_that_changed_in_2026(edition):
    moved = {edge.old[0]: (edge.new[0], edge.kind) for edge in edition.edges if len(edge.old[0]) == 9}
    assert moved["330802205"] == ("330802014", "upgrade")  # 黄家乡 -> 黄家街道
    assert moved["653126109"] == ("653132100", "recode")  # 新华镇 went to 岑岭县
    assert moved["659003100"][0] == "659013100"  # 草湖镇 went to 草湖市


def test_a_closed_prefecture_that_joined_an_older_one_is_its_counties(edition, successors, current):
    """宜昌地区 is not the whole of today's 宜昌市: its counties are, and none of the city's districts of then."""
    assert {current[code].level for code in successors["422700"]} == {Level.COUNTY}
    assert successors["422700"] == {
        "420504", "420525", "420526", "420527", "420528", "420529", "420581", "420582", "420583", "420506",
    }  # fmt: skip


# --------------------------------------------------------------------- days, documents, parts


@pytest.mark.parametrize(
    ("code", "name", "begins", "ends"),
    [
        ("110103", "崇文区", "1981-01-01", "2010-06-28"),
        ("330104", "江干区", "1981-01-01", "2021-03-11"),
        ("500000", "重庆市", "1997-03-14", None),
        ("460000", "海南省", "1988-04-13", None),
        ("460100", "海口市", "1988-04-13", None),
        ("372802", "日照市", "1985-03-22", "1989-06-12"),
        ("372825", "日照县", "1981-01-01", "1985-03-22"),
        ("412100", "安阳地区", "1981-01-01", "1983-09-01"),
        ("330113", "临平区", "2021-03-11", None),
    ],
)
def test_days(edition, code, name, begins, ends):
    life = next(life for life in edition.lives if (life.code, life.name) == (code, name))
    assert (str(life.valid_from), life.valid_to and str(life.valid_to)) == (begins, ends)
    assert begins == "1981-01-01" or life.from_precision == "day"
    assert ends is None or life.to_precision == "day"


@pytest.mark.slow
def test_a_whole_territory_has_one_code_a_day(edition):
    """The list of 1994 has 定州市 under a code of its own, its approval under another: the one follows the other."""
    lives = {life.key: life for life in edition.lives}
    apart = {
        (lives[edge.old].name, edge.old[0], edge.new[0])
        for edge in edition.edges
        if edge.kind in ("rename", "recode", "upgrade") and len(edge.new[0]) == 6
        if lives[edge.old].valid_to != lives[edge.new].valid_from
    }
    # what remains: the sources' days contradict each other; check_regions lists them
    assert apart == {
        ("唐海县", "130230", "130209"),
        ("绥化地区", "232100", "232300"),
        ("呼兰县", "232224", "232123"),
        ("莱芜县", "372622", "372621"),
        ("铁西区", "412104", "410504"),
        ("郊区", "412111", "410511"),
    }
    of = {(life.code, life.name): (str(life.valid_from), str(life.valid_to)) for life in edition.lives}
    assert of["139015", "定州市"] == ("1994-12-17", "1995-01-01")
    assert of["130682", "定州市"] == ("1995-01-01", "None")


def test_most_closings_have_their_day_and_nearly_all_since_1996(edition):
    closed = [life for life in edition.lives if life.valid_to and life.level != Level.TOWNSHIP]
    assert sum(life.to_precision == "day" for life in closed) >= 0.7 * len(closed)
    recent = [life for life in closed if life.valid_to.year >= 1996]
    assert sum(life.to_precision == "day" for life in recent) / len(recent) >= 0.96


def test_nobody_lives_before_or_after_his_parent(edition):
    lives = {life.key: life for life in edition.lives}
    first = {}
    for life in sorted(edition.lives, key=lambda life: str(life.valid_from or "")):
        first.setdefault(life.code, life.valid_from)
    wrong = []
    for life in edition.lives:
        parent = lives.get(life.parent)
        if parent is None:
            continue
        own_code = life.code.startswith(parent.code.rstrip("0")) and parent.level != Level.COUNTRY
        if life.valid_to and parent.valid_to and life.valid_to > parent.valid_to:
            wrong.append(("after", life.code, life.valid_to))
        if own_code and life.valid_from and first[parent.code] and life.valid_from < first[parent.code]:
            wrong.append(("before", life.code, life.valid_from))
    assert wrong == []


@pytest.mark.parametrize(
    ("old", "new", "date", "document"),
    [
        ("余杭区", "临平区", "2021-03-11", "浙政发〔2021〕7号"),
        ("萧山区", "钱塘区", "2021-03-11", "浙政发〔2021〕7号"),
        ("苍南县", "龙港市", "2019-08-16", "民函〔2019〕83号"),
        ("东湖区", "红谷滩区", "2019-11-06", "国函〔2019〕105号"),
        ("新建区", "红谷滩区", "2019-11-06", "国函〔2019〕105号"),
        ("皮山县", "和康县", "2024-12-27", ""),
        ("和田县", "和安县", "2024-12-27", ""),
    ],
)
def test_carve_outs(edition, old, new, date, document):
    lives = {life.key: life for life in edition.lives}
    found = [
        edge
        for edge in edition.edges
        if edge.kind == "transfer" and (lives[edge.old].name, lives[edge.new].name) == (old, new)
    ]
    assert [(str(edge.date), edge.document, edge.share) for edge in found] == [(date, document, "part")]


def test_a_part_leaves_someone_who_lives_on_and_goes_to_someone_who_lives(edition):
    lives = {life.key: life for life in edition.lives}
    parts = [edge for edge in edition.edges if edge.kind == "transfer"]
    assert len(parts) > 500
    for edge in parts:
        old, new = lives[edge.old], lives[edge.new]
        assert old.valid_from <= edge.date and (old.valid_to is None or edge.date < old.valid_to), edge
        assert new.valid_from <= edge.date and (new.valid_to is None or edge.date < new.valid_to), edge


@pytest.mark.parametrize(
    ("code", "name", "becomes"),
    [
        ("442000104", "东升镇", {"442000118"}),
        ("442000102", "民众镇", {"442000007"}),
        ("130421102", "河沙镇镇", {"130402102"}),
        ("220105104", "龙嘉镇", {"220113012"}),
    ],
)
def test_closed_townships(edition, successors, code, name, becomes):
    assert name in {life.name for life in edition.lives if life.code == code and life.valid_to}
    assert successors[code] == becomes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "becomes"),
    [
        ("513321217", "513301105"),
        ("430124206", "430182122"),
        ("320829100", "320813001"),
        ("451021202", "451003108"),
    ],
)
def test_a_closed_township_is_followed_into_the_later_code_of_its_county(successors, code, becomes):
    assert successors[code] == {becomes}


def test_the_history_of_townships(edition, successors):
    closed = {life.code for life in edition.lives if life.valid_to and life.level == Level.TOWNSHIP}
    assert len(closed) > 6_000
    assert sum(bool(successors[code]) for code in closed) > 3_400


def stem(name: str) -> str:
    return short_name(name, "township")


@pytest.fixture(scope="module")
def towns():
    """By code and first day, by county and stem, and the lives that follow each code on a day."""
    lives, edges, called = {}, defaultdict(list), defaultdict(list)
    for row in table(settings.REGIONS_DIR / "townships.csv"):
        lives[row["code"], row["valid_from"]] = row
        called[row["parent"], stem(row["name"])].append(row)
    for row in table(settings.REGIONS_DIR / "successions.csv"):
        if len(row["new_code"]) == 9:
            edges[row["old_code"], row["date"]].append(lives[row["new_code"], row["new_valid_from"]])
    return lives, edges, called


def closed_too(called, county, name, day, but):
    """Whether another township of that county and stem closed on that day."""
    return any(row["valid_to"] == day and row["code"] != but for row in called[county, stem(name)])


@pytest.mark.slow
def test_a_township_is_followed_by_the_one_of_the_name_that_the_change_gives(towns):
    """The codes of the table of changes are not always those of the lists; its names are, but where it pairs two rows of
    one approval the other way round (宁围镇 with 闻堰街道)."""
    _, edges, called = towns
    looked_at, wrong = 0, []
    for change in table(settings.REGIONS_DIR / "town_changes.csv"):
        day = f"{change['year']}-01-01"
        followed = edges.get((change["old_code"], day))
        if not (change["new_name"] and change["old_code"] and followed):
            continue
        there = [
            row
            for row in called[change["new_code"][:6], stem(change["new_name"])]
            if not row["valid_to"] or row["valid_to"] > day
        ]
        looked_at += 1
        names = {stem(row["name"]) for row in followed}
        if stem(change["old_name"]) in names and closed_too(
            called, change["old_code"][:6], change["new_name"], day, change["old_code"]
        ):
            continue
        if len(there) == 1 and stem(change["new_name"]) not in names:
            wrong.append((change["old_code"], change["old_name"], change["new_name"], followed))
    assert looked_at > 3_000 and not wrong


@pytest.mark.slow
def test_no_township_is_followed_by_what_another_became_while_one_of_its_own_name_begins(towns):
    """Whatever the source pairs: the heir of a name is who bears it from that day on, if nobody else had that name."""
    lives, edges, called = towns
    ended = {(row["code"], row["valid_to"]): row for row in lives.values()}
    wrong, looked_at = [], 0
    for (code, day), followed in edges.items():
        old = ended.get((code, day))
        if old is None or closed_too(called, old["parent"], old["name"], day, code):
            continue
        own = [row for row in called[followed[0]["parent"], stem(old["name"])] if row["valid_from"] == day]
        looked_at += 1
        if len(own) == 1 and followed[0]["code"] != code and not any(row is own[0] for row in followed):
            wrong.append((old["name"], own[0]["name"], [row["name"] for row in followed]))
    assert looked_at > 2_000 and wrong == []


@pytest.mark.parametrize(
    ("code", "becomes"),
    [("330109110", {"330109014"}), ("330603107", {"330603007"}), ("140213201", {"140213016", "140213018"})],
)
def test_towns_of_one_approval_are_paired_by_name(successors, code, becomes):
    """宁围镇 and 兰亭镇 became streets of their names; 水泊寺乡 a street of its name and another."""
    assert successors[code] == becomes


def test_every_code_that_a_place_ever_had_is_known_under_its_name():
    """As the areacodes table has them, also where a code only changed its name; what we give otherwise stands in differences.csv."""
    told = table(Path(__file__).with_name("areacodes.csv"))
    known = {(row["code"], row["name"]) for row in table(settings.REGIONS_DIR / "regions.csv")}
    reviewed = {row["code"] for row in table(settings.REGIONS_DIR / "differences.csv")}
    assert len(told) > 6_000
    assert [
        (row["代码"], row["名称"])
        for row in told
        if (row["代码"], row["名称"]) not in known and row["代码"] not in reviewed
    ] == []
