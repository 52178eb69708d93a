"""Readings that a general dictionary gets wrong. Needs requirements-build.txt."""

import pytest

pytest.importorskip("pypinyin", reason="requirements-build.txt is not installed")


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("富顺县", "fushunxian"),
        ("六安市", "luanshi"),
        ("六盘水市", "liupanshuishi"),
        ("铅山县", "yanshanxian"),
        ("蔚县", "yuxian"),
        ("东阿县", "dongexian"),
        ("重庆市", "chongqingshi"),
        ("厦门市", "xiamenshi"),
        ("西藏自治区", "xizangzizhiqu"),
        ("长治市", "changzhishi"),
        ("长子县", "zhangzixian"),
        ("长白朝鲜族自治县", "changbaichaoxianzuzizhixian"),
        ("乐山市", "leshanshi"),
        ("乐清市", "yueqingshi"),
        ("乐亭县", "laotingxian"),
        ("朝阳区", "chaoyangqu"),
        ("番禺区", "panyuqu"),
        ("台州市", "taizhoushi"),
        ("丽水市", "lishuishi"),
        ("解州镇", "haizhouzhen"),
        ("浚县", "xunxian"),
        ("尉犁县", "yulixian"),
        ("单县", "shanxian"),
        ("莘县", "shenxian"),
        ("郴州市", "chenzhoushi"),
        ("红寺堡区", "hongsibuqu"),
        ("三都水族自治县", "sandushuizuzizhixian"),
        ("吕梁市", "lvliangshi"),
        ("绿春县", "lvchunxian"),
    ],
)
def test_reading(name, reading):
    from regions.gazetteer.pinyin import pinyin

    assert pinyin(name) == reading


@pytest.mark.parametrize(
    ("code", "name", "spoken"),
    [
        ("350105", "马尾区", "maweiqu"),
        ("340303", "蚌山区", "bengshanqu"),
        ("450804", "覃塘区", "qintangqu"),
        ("451000", "百色市", "baiseshi"),
        ("640303", "红寺堡区", "hongsibuqu"),
        ("450406", "龙圩区", "longxuqu"),
        ("450521104", "石圩镇", "shixuzhen"),
        ("321322104", "大圩镇", "daweizhen"),
    ],
)
def test_readings_of_place_names(code, name, spoken):
    from regions.gazetteer.pinyin import pinyin

    assert pinyin(name, code) == spoken
