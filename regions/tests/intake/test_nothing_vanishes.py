"""Lists in words or shapes that nobody read: what they may limit waits, and no place of them goes without a line for a person."""

import pytest

from regions.resolver import load_default
from regions.services.intake import reading

from .test_turned import HANGZHOU, NINGBO, said

WENZHOU = "330300"


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


def asked(text):
    """The words of the lines that are left to a person."""
    tokens = reading.read(text, ("消毒柜", "repair")).tokens
    return " ".join(token.text for token in tokens if token.result["status"] not in ("resolved", "rules"))


@pytest.mark.parametrize(
    "text",
    [
        "浙江全省（杭州、宁波加收50元）",
        "配送全国（杭州、宁波运费另计）",
        "答：杭州、宁波、温州都可以，绍兴要加50元路费。",
        "服务城市（*为仅限市区）\n温州、杭州*、宁波*、嘉兴",
        "浙江全省11个地市均设网点，江苏仅南京、杭州、宁波三地",
        "①杭州②宁波③温州（③仅限市区）",
    ],
)
def test_places_among_words_that_nobody_read_are_asked(text):
    assert said(text) == (set(), set())
    assert "杭州" in asked(text) and "宁波" in asked(text)


@pytest.mark.parametrize("behind", ["（原温州网点已撤销）", "（温州不送）", "（原温州站点暂停服务）"])
def test_a_refusal_that_names_another_place_takes_nothing_out(behind):
    include, exclude = said(f"浙江：宁波、杭州{behind}")
    assert include <= {NINGBO}
    assert not exclude


@pytest.mark.parametrize("form", ["杭州●宁波○温州● （●营业 ○歇业）", "（●营业 ○未开通）杭州●宁波○温州●"])
def test_marks_that_a_bracket_explains_wait(form):
    assert said(form) == (set(), set())


@pytest.mark.parametrize("body", ["<table>{}</table>", "{}", "<tbody>\n{}\n</tbody>"])
def test_rows_need_no_table_around_them(body):
    cells = (("城市", "服务区", "非服务区"), ("贵阳市", "南明区、云岩区", "开阳县、息烽县"))
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
    assert said(body.format(rows)) == ({"520102", "520103"}, {"520121", "520122"})


@pytest.mark.parametrize("head", ["安装", "派单", "上门服务"])
@pytest.mark.parametrize("shut", ["Closed", "inactive", "Suspended"])
def test_what_is_shut_is_not_served(head, shut):
    for mark in ("\t", ","):
        include, _ = said(f"城市{mark}{head}\n杭州市{mark}{shut}\n宁波市{mark}Open")
        assert HANGZHOU not in include


@pytest.mark.parametrize("doubt", [" ?", "?", " ？"])
def test_a_question_behind_one_of_several_is_of_that_one(doubt):
    assert said(f"杭州市{doubt}、宁波市") == ({NINGBO}, set())


def test_a_place_is_a_key_of_json():
    assert said('{"杭州市":false}') == (set(), {HANGZHOU})
    assert said('{"杭州市":true,"宁波市":false}') == ({HANGZHOU}, {NINGBO})
    assert said('{"杭州市":"停","宁波市":1}') == ({NINGBO}, set())
    assert said('{"浙江省":"杭州市"}') == ({HANGZHOU}, set())


def test_what_is_said_of_those_named_waits_with_the_place_above():
    assert said("浙江省\n其中杭州、宁波两市由温州分公司负责") == (set(), set())
    assert "浙江省" in asked("浙江省\n其中杭州、宁波两市由温州分公司负责")


@pytest.mark.parametrize("between", ["\n\n", "\n区县：\n"])
def test_cities_above_their_districts_wait(between):
    assert said(f"武汉市、长沙市{between}江岸区、芙蓉区") == ({"420102", "430102"}, set())
    assert said(f"武汉市、长沙市{between}杭州市、宁波市")[0] == {"420100", "430100", HANGZHOU, NINGBO}


@pytest.mark.parametrize("percent", ["98%", "60 %", "99.5％"])
def test_a_share_of_the_districts_is_no_whole(percent):
    assert said(f"覆盖 {percent} 区县：杭州、宁波") == (set(), set())
    assert said("覆盖 100% 区县：杭州、宁波") == ({HANGZHOU, NINGBO}, set())


def test_a_day_to_come_behind_a_batch_is_of_all_of_it():
    assert said("第一批：杭州、宁波\n第二批：温州、丽水（2099年）") == ({HANGZHOU, NINGBO}, set())


@pytest.mark.parametrize("body", ["北京\n天津\n河北\n山西", "<li>天津</li><li>河北</li><li>山西</li>"])
def test_a_province_is_no_district_of_the_one_above(body):
    include, _ = said(body)
    assert {"120000", "140000"} <= include and "120105" not in include


def test_a_city_beside_what_lay_in_it_waits():
    assert said("邵阳市 东区 西区\n常德市 武陵区") == ({"430702"}, set())
