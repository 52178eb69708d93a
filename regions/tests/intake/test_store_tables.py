"""Store tables as companies write them: any order, any usual heading, titles, feet, merged cells, decoys, five ways to set cells apart.

A table and what it says are made together, by hand-written words; nothing is asked of the code under test.
"""

import itertools
import random

import pytest

from regions.models import Hotline, Outlet

from .conftest import IMPORTS, bring, choose, post, press

pytestmark = pytest.mark.django_db

HEADINGS = {
    "name": ["网点名称", "门店名称", "名 称", "店名", "服务网点", "维修站名称", "*网点（门店）名称", "Store name", "Name", "Outlet"],
    "address": ["地址", "详细地址", "地  址", "网点地址：", "门店详细地址（省市区+街道）", "Address", "Store Address", "location"],
    "telephone": ["电话", "联系电话", "服务热线/手机", "门店电话1", "固话(区号-号码)", "Tel.", "Phone No.", "Telephone number"],
    "hours": ["营业时间", "工作时间", "上班时段", "服务时间", "Opening hours", "Business Hours", "营业时间 Hours"],
    "province": ["省", "省份", "所在省", "省（自治区、直辖市）", "Province"],
    "city": ["市", "城市", "地级市", "所属城市", "City"],
    "county": ["区县", "区/县", "县（市、区）", "所在区县", "District"],
}  # fmt: skip
# Columns that hold a word of those above and are something else, with what stands in them.
DECOYS = {
    "网点编号": "A-17", "门店类型": "直营", "门店状态": "营业中", "开业时间": "2019年6月", "更新时间": "2026-01-02", "服务区域": "全县",
    "邮箱地址": "a@example.com", "传真": "021-63000009", "传真号码": "021-63000009", "品牌名称": "某牌", "面积": "80", "Email address": "b@example.com",
    "Capacity": "4", "Hotel partner": "no", "Brand name": "ABC", "Fax no.": "021-63000009", "Region": "Southwest", "大区": "华东", "网址": "example.com",
    "停止营业时间": "22:00", "邮政编码": "643200", "门店代码": "17", "序号": "1",
}  # fmt: skip
PERSONS = {
    "联系人": "欧阳测试",
    "负责人姓名": "欧阳测试",
    "Contact person": "Ouyang",
    "店长手机": "欧阳测试13900000009",
}
STORES = [
    ("富顺站", ("四川省", "自贡市", "富顺县"), "晨光路18号", "510322", "0813-8112233、13800138000", ["08138112233", "13800138000"], "周一至周五 8:30-17:30，节假日休息"),
    ("沿滩站", ("四川省", "自贡市", "沿滩区"), "旭阳路2号", "510311", "400-200-0001转2", ["4002000001"], "24小时"),
    ("朝阳站", ("北京市", "", "朝阳区"), "朝阳路3号", "110105", "—", [], "20:00-次日6:00"),
    ("枫溪站", ("广东省", "潮州市", "饶平县"), "路4号", "445122", "+86 768 8112244", ["07688112244"], "需预约"),
]  # fmt: skip


def write(rows: list[list[str]], form: str, merged: list[int]) -> str:
    """The rows in one of the forms. What stands in merged columns is said once, as far as it is the same below."""
    shown = [list(row) for row in rows]
    for number in range(len(rows) - 1, 1, -1):
        for at in merged:
            if all(
                rows[number][upper] == rows[number - 1][upper] for upper in merged[: merged.index(at) + 1]
            ):
                shown[number][at] = ""
    if form == "html":
        cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in shown)
        return f"<table>{cells}</table>"
    if form == "pipes":
        lines = [f"| {' | '.join(row)} |" for row in shown]
        return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])
    mark = {"tabs": "\t", "commas": ",", "semicolons": ";"}[form]
    return "\n".join(mark.join(f'"{cell}"' if mark in cell else cell for cell in row) for row in shown)


def table(chance: random.Random, form: str) -> str:
    split = chance.random() < 0.5
    columns = ["name", "address", "telephone", "hours", *(("province", "city", "county") if split else ())]
    said = {name: chance.choice(HEADINGS[name]) for name in columns}
    others = dict(chance.sample(sorted(DECOYS.items()), 4) + chance.sample(sorted(PERSONS.items()), 1))
    order = [*columns, *others]
    chance.shuffle(order)
    if split:  # the levels stand from the widest to the narrowest, wherever
        places = sorted(order.index(name) for name in ("province", "city", "county"))
        for at, name in zip(places, ("province", "city", "county"), strict=True):
            order[at] = name
    rows = [[said.get(name, name) for name in order]]
    for name, places, street, _code, telephone, _numbers, hours in STORES:
        known = dict(zip(("province", "city", "county"), places, strict=True)) | others
        known |= {"name": name, "telephone": telephone, "hours": hours}
        known["address"] = street if split else "".join(places) + street
        rows.append([known[each] for each in order])
    merged = (
        [order.index(each) for each in ("province", "city", "county")]
        if split and chance.random() < 0.7
        else []
    )
    text = write(rows, form, merged)
    title = "某某牌（虚构）全国售后网点一览表\n" if chance.random() < 0.5 else ""
    foot = "\n注：以上网点以电话咨询为准" if chance.random() < 0.5 and form not in ("html", "pipes") else ""
    return f"{title}{text}{foot}"


FORMS = ("tabs", "commas", "semicolons", "pipes", "html")


@pytest.mark.slow
@pytest.mark.parametrize(("form", "seed"), list(itertools.product(FORMS, range(4))))
def test_a_table_is_read_in_whatever_way_it_is_written(program, service, form, seed):
    text = table(random.Random(f"{form} {seed}"), form)
    imp = post(program, IMPORTS, {"service": service.slug, "text": text, "mode": "outlets"}, 201)
    assert imp["effects"]["new"] == len(STORES), (text, imp)
    post(program, f"{IMPORTS}{imp['id']}/apply/")
    told = {
        outlet.name: (outlet.region.code, outlet.address, outlet.opening_hours, sorted(outlet.served_as_keys))
        for outlet in Outlet.objects.all()
    }
    numbers = {
        name: sorted(f"{service.slug}:{number}" for number in found) or [service.slug]
        for name, *_, found, _hours in STORES
    }
    extension = Hotline.objects.get(number__canonical="4002000001")
    assert extension.extension == "2"
    numbers["沿滩站"] = [extension.key]
    assert told == {
        name: (code, "".join(places) + street, hours, numbers[name])
        for name, places, street, code, _telephone, _found, hours in STORES
    }, text
    kept = program.get(f"{IMPORTS}{imp['id']}/").content.decode() + Outlet.objects.get(name="富顺站").address
    assert "欧阳测试" not in kept.replace("不保存", "")


def read(desk, service, text) -> Outlet:
    press(desk, bring(desk, service, text), "apply")
    return Outlet.objects.get()


@pytest.mark.parametrize(
    ("heading", "cell", "hours"),
    [
        ("工作日营业时间", "8:30-17:30", "工作日 8:30-17:30"),
        ("营业时间（节假日休息）", "每天8:30-17:30", "每天8:30-17:30，节假日休息"),
        ("营业时间", '"周一至周五 8:30-17:30\n周六 9:00-12:00"', "周一至周五 8:30-17:30；周六 9:00-12:00"),
        ("工作日营业时间\t周末营业时间", "8:30-17:30\t9:00-12:00", "工作日 8:30-17:30；周末 9:00-12:00"),
        ("更新时间\t营业时间", "2026-01-01\t每天8:00-24:00", "每天8:00-24:00"),
    ],
)
@pytest.mark.slow
def test_hours_are_of_what_their_heading_says(desk, service, heading, cell, hours):
    outlet = read(desk, service, f"名称\t地址\t{heading}\n甲\t自贡市富顺县路1号\t{cell}\n")
    assert outlet.opening_hours == hours and outlet.hours_read.schedule is not None


def test_numbers_in_two_lines_of_a_cell_are_two(desk, service):
    outlet = read(desk, service, '名称\t地址\t电话\n甲\t自贡市富顺县路1号\t"0813-8112233\n13800138000"\n')
    assert len(outlet.served_as_keys) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "cells", "numbers"),
    [
        ("联系人电话", "欧阳测试13800138000", 1),  # the only telephone there is
        ("联系人及电话", "欧阳测试 13800138000", 1),
        ("店长手机\t服务热线", "13800138000\t400-200-0001", 1),
        ("店长手机\t服务热线", "13800138000\t暂无", 0),
    ],
)
def test_a_persons_number_is_the_outlets_only_where_the_table_has_no_other(
    desk, service, header, cells, numbers
):
    read(desk, service, f"名称\t地址\t{header}\n甲\t自贡市富顺县路1号\t{cells}\n")
    assert Hotline.objects.filter(service=service).count() == numbers


@pytest.mark.parametrize("form", ["tabs", "html", "pipes", "commas"])
@pytest.mark.slow
def test_a_program_is_told_that_a_list_is_a_store_table(program, service, form):
    text = table(random.Random(form), form)
    refused = post(program, IMPORTS, {"service": service.slug, "text": text}, 400)
    assert refused["type"].endswith(":store-table") and "as a list all the same" not in refused["title"]
    assert (
        post(program, IMPORTS, {"service": service.slug, "text": text, "as_list": True}, 201)["mode"] == "add"
    )
    plain = {"service": service.slug, "text": "地区\t电话\n富顺县\t400-200-0001\n"}
    assert post(program, IMPORTS, plain, 201)["mode"] == "add"


@pytest.mark.slow
def test_what_needs_a_person_does_so_in_any_form(desk, service):
    url = bring(
        desk,
        service,
        "| 门店 | 地址 |\n|---|---|\n| 甲 | 朝阳区中山路88号 |\n| 乙 | 杭州市江干区庆春路1号 |\n",
    )
    assert "需要人工处理的行：2" in press(desk, url, "apply")
    choose(desk, url, 3, "choose:110105")
    choose(desk, url, 4, "choose:330102")
    assert "新增 2" in press(desk, url, "apply")
