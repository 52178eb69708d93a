"""Short and typed names."""

import pytest

from regions.gazetteer.naming import short_name, typed_names


@pytest.mark.parametrize(
    ("name", "level", "short"),
    [
        ("四川省", "province", "四川"),
        ("内蒙古自治区", "province", "内蒙古"),
        ("香港特别行政区", "province", "香港"),
        ("自贡市", "prefecture", "自贡"),
        ("恩施土家族苗族自治州", "prefecture", "恩施"),
        ("博尔塔拉蒙古自治州", "prefecture", "博尔塔拉"),
        ("海西蒙古族藏族自治州", "prefecture", "海西"),
        ("大兴安岭地区", "prefecture", "大兴安岭"),
        ("锡林郭勒盟", "prefecture", "锡林郭勒"),
        ("海南行政区", "prefecture", "海南"),
        ("富顺县", "county", "富顺"),
        ("蔚县", "county", "蔚县"),
        ("城区", "county", "城区"),
        ("沙县区", "county", "沙县"),
        ("碑林区", "county", "碑林"),
        ("万柏林区", "county", "万柏林"),
        ("神农架林区", "county", "神农架"),
        ("浦东新区", "county", "浦东"),
        ("井陉矿区", "county", "井陉矿区"),
        ("前郭尔罗斯蒙古族自治县", "county", "前郭尔罗斯"),
        ("双江拉祜族佤族布朗族傣族自治县", "county", "双江"),
        ("积石山保安族东乡族撒拉族自治县", "county", "积石山"),
        ("东乡族自治县", "county", "东乡"),
        ("鄂伦春自治旗", "county", "鄂伦春"),
        ("龙胜各族自治县", "county", "龙胜"),
        ("湖滨街道", "township", "湖滨"),
        ("七墩回族东乡族乡", "township", "七墩"),
        ("乌拉街满族镇", "township", "乌拉街"),
        ("乌镇", "township", "乌镇"),
        ("查干诺尔苏木", "township", "查干诺尔"),
    ],
)
def test_short_name(name, level, short):
    assert short_name(name, level) == short


@pytest.mark.parametrize(
    ("name", "level", "typed"),
    [
        ("恩施土家族苗族自治州", "prefecture", ["恩施州"]),
        ("前郭尔罗斯蒙古族自治县", "county", ["前郭尔罗斯县", "前郭县", "前郭"]),
        ("莫力达瓦达斡尔族自治旗", "county", ["莫力达瓦旗", "莫旗"]),
        ("景宁畲族自治县", "county", ["景宁县"]),
        ("七墩回族东乡族乡", "township", ["七墩乡"]),
        ("富顺县", "county", []),
        ("湖滨街道", "township", []),
    ],
)
def test_typed_names(name, level, typed):
    assert typed_names(name, level) == typed
