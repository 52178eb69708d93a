"""Short and typed forms of a division's official name."""

from __future__ import annotations

#: the 55 minorities as they stand in names, longest first; some names leave out 族 (伊犁哈萨克自治州)
PEOPLES = sorted(
    [
        "蒙古",
        "回",
        "藏",
        "维吾尔",
        "苗",
        "彝",
        "壮",
        "布依",
        "朝鲜",
        "满",
        "侗",
        "瑶",
        "白",
        "土家",
        "哈尼",
        "哈萨克",
        "傣",
        "黎",
        "傈僳",
        "佤",
        "畲",
        "高山",
        "拉祜",
        "水",
        "东乡",
        "纳西",
        "景颇",
        "柯尔克孜",
        "土",
        "达斡尔",
        "仫佬",
        "羌",
        "布朗",
        "撒拉",
        "毛南",
        "仡佬",
        "锡伯",
        "阿昌",
        "普米",
        "塔吉克",
        "怒",
        "乌孜别克",
        "俄罗斯",
        "鄂温克",
        "德昂",
        "保安",
        "裕固",
        "京",
        "塔塔尔",
        "独龙",
        "鄂伦春",
        "赫哲",
        "门巴",
        "珞巴",
        "基诺",
        "各",
    ],
    key=len,
    reverse=True,
)
#: peoples whose name stands without 族 in the names of autonomous units of 新疆 and elsewhere
BARE_PEOPLES = ("柯尔克孜", "哈萨克", "塔吉克", "蒙古", "锡伯")

PROVINCE_SHORT = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
    "香港特别行政区": "香港",
    "澳门特别行政区": "澳门",
    "中华人民共和国": "全国",
}

#: districts whose ending is longer than 区; 井陉矿区 keeps it: 井陉 is the county around it
LONG_ENDINGS = {
    "神农架林区": "神农架",
    "六枝特区": "六枝",
    "万山特区": "万山",
    "浦东新区": "浦东",
    "滨海新区": "滨海",
    "沈北新区": "沈北",
    "两江新区": "两江",
}

#: endings that mark an autonomous unit -> what people type instead
AUTONOMOUS = {"自治州": "州", "自治县": "县", "自治旗": "旗"}

#: endings, longest first; what is left is the stem
ENDINGS = {
    "province": ("省", "市"),
    "prefecture": ("行政区", "地区", "盟", "市"),
    "county": ("县", "市", "区", "旗", "镇"),
    "township": ("街道", "苏木", "区公所", "镇", "乡"),
}

#: forms people write that no rule gives. Those of 内蒙古 are what its own offices and newspapers write; a league that
#: became a city is still called by them (乌盟)
TYPED_BY_HAND = {
    "呼和浩特市": ("呼市",),
    "乌鲁木齐市": ("乌市",),
    "锡林郭勒盟": ("锡盟",),
    "阿拉善盟": ("阿盟",),
    "巴彦淖尔盟": ("巴盟",),
    "伊克昭盟": ("伊盟",),
    "呼伦贝尔盟": ("呼盟",),
    "哲里木盟": ("哲盟",),
    "乌兰察布盟": ("乌盟",),
    "昭乌达盟": ("昭盟",),
    "阿拉善左旗": ("阿左旗",),
    "阿拉善右旗": ("阿右旗",),
    "科尔沁左翼中旗": ("科左中旗",),
    "科尔沁左翼后旗": ("科左后旗",),
    "科尔沁右翼前旗": ("科右前旗",),
    "科尔沁右翼中旗": ("科右中旗",),
    "察哈尔右翼前旗": ("察右前旗",),
    "察哈尔右翼中旗": ("察右中旗",),
    "察哈尔右翼后旗": ("察右后旗",),
    "达尔罕茂明安联合旗": ("达茂旗", "达茂联合旗"),
    "土默特左旗": ("土左旗",),
    "土默特右旗": ("土右旗",),
    "乌拉特前旗": ("乌前旗",),
    "乌拉特中旗": ("乌中旗",),
    "乌拉特后旗": ("乌后旗",),
    "东乌珠穆沁旗": ("东乌旗",),
    "西乌珠穆沁旗": ("西乌旗",),
    "苏尼特左旗": ("东苏旗",),
    "苏尼特右旗": ("西苏旗",),
    "新巴尔虎左旗": ("新左旗",),
    "新巴尔虎右旗": ("新右旗",),
    "陈巴尔虎旗": ("陈旗",),
    "鄂托克前旗": ("鄂前旗",),
    "阿鲁科尔沁旗": ("阿旗",),
    "克什克腾旗": ("克旗",),
    "翁牛特旗": ("翁旗",),
    "前郭尔罗斯蒙古族自治县": ("前郭县", "前郭"),
    "喀喇沁左翼蒙古族自治县": ("喀左县", "喀左"),
    "阜新蒙古族自治县": ("阜蒙县", "阜新县"),
    "杜尔伯特蒙古族自治县": ("杜蒙县", "杜蒙"),
    "巴音郭楞蒙古自治州": ("巴州",),
    "博尔塔拉蒙古自治州": ("博州",),
    "克孜勒苏柯尔克孜自治州": ("克州",),
    "黔西南布依族苗族自治州": ("黔西南州",),
    "西双版纳傣族自治州": ("版纳州",),
    "莫力达瓦达斡尔族自治旗": ("莫旗",),
    "鄂温克族自治旗": ("鄂温克旗",),
    "管城回族区": ("管城区", "管城"),
    "顺河回族区": ("顺河区",),
    "瀍河回族区": ("瀍河区",),
    "塔什库尔干塔吉克自治县": ("塔县",),
    "察布查尔锡伯自治县": ("察县",),
    "和布克赛尔蒙古自治县": ("和丰县",),
    "广西壮族自治区": ("广西省", "广西自治区"),
    "内蒙古自治区": ("内蒙古省", "内蒙"),
    "西藏自治区": ("西藏省",),
    "宁夏回族自治区": ("宁夏省", "宁夏自治区"),
    "新疆维吾尔自治区": ("新疆省", "新疆自治区"),
    "香港特别行政区": ("香港特区",),
    "澳门特别行政区": ("澳门特区",),
}


def _without_peoples(stem: str, bare: bool) -> str:
    """Drop trailing names of peoples (双江拉祜族佤族布朗族傣族 -> 双江), never the whole stem."""
    while True:
        for people in PEOPLES:
            for form in (people + "族", people) if bare and people in BARE_PEOPLES else (people + "族",):
                if stem.endswith(form) and len(stem) > len(form) + 1:
                    stem = stem[: -len(form)]
                    break
            else:
                continue
            break
        else:
            # 东乡族自治县, 鄂温克族自治旗: the people is the whole stem
            return stem.removesuffix("族") if len(stem) > 2 else stem


def short_name(name: str, level: str) -> str:
    """The bare stem of a name: 富顺县 -> 富顺, 恩施土家族苗族自治州 -> 恩施. A stem of one character keeps its ending (蔚县)."""
    if known := PROVINCE_SHORT.get(name) or LONG_ENDINGS.get(name):
        return known
    for ending in AUTONOMOUS:
        if name.endswith(ending):
            return _without_peoples(name.removesuffix(ending), bare=True)
    for ending in ENDINGS.get(level, ()):
        stem = name.removesuffix(ending)
        if stem == name:
            continue
        if level == "county" and len(stem) > 1 and stem.endswith("矿"):
            return name
        if level == "township" and stem.endswith("族"):
            stem = _without_peoples(stem, bare=False)
        return stem if len(stem) > 1 else name
    return name


def typed_names(name: str, level: str) -> list[str]:
    """What people write instead of a long official name: 恩施州, 景宁县, 前郭县. Empty for plain names."""
    forms = []
    for ending, plain in AUTONOMOUS.items():
        if name.endswith(ending):
            stem = short_name(name, level)
            # 鄂伦春自治旗 -> 鄂伦春旗; a one-character stem does not occur
            forms.append(stem + plain)
    forms.extend(TYPED_BY_HAND.get(name, ()))
    if level == "township" and name.endswith(("族乡", "族镇")):
        forms.append(short_name(name, level) + name[-1])
    return [form for form in dict.fromkeys(forms) if form != name]
