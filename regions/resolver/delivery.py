"""Delivery forms: what a call centre is sent. Names, telephones, postcodes and labels before, behind and between.

    收件人:张三 电话13800000000 地址:浙江省杭州市西湖区文三路90号
    {"name":"张三","province":"浙江省", …}     杭州市null西湖区…     310012 浙江省…

Only the address is left to be read. A person's name and telephone are private: `private` tells where they stood, so
that no answer repeats them.
"""

import re
from collections.abc import Container, Mapping, Sequence
from typing import Any

from .postcodes import lies_there

_MAY_BE = re.compile(
    r"收[件货]|户[籍口]|籍贯|居住?|现住|[电手][话机]|联系|姓名|邮[编政]|地址|所在地|/[nrtu]|null|undefined|nbsp|<br|none|1[3-9]\d[\d \-]{8}|0\d{2,3}-\d{7}|[48]00-?\d{3}|\d{6}|负责人|转 ?\d|^\(|~~|<(?:del|s|strike)>|name|address|linkman|manager|recipient|receiver|consignee|contact|buyer|收$|收[) ]|机主|户主|业主|住户|找|[修单件收购办]人"
)
_MOBILE = r"(?:\+?86[ \-]?)?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}(?!\d)"
_LANDLINE = r"(?:0\d{2,3}[ \-]\d{7,8}|0\d{9,11}|\(0\d{2,3}\) ?\d{7,8})(?!\d)"
_PHONE = re.compile(
    rf"(?<!\d)(?:{_MOBILE}|{_LANDLINE})(?: ?[转\-] ?\d{{1,6}})?|[(]? ?(?<!\d)转 ?\d{{2,6}}(?!\d|号|楼|室|弄) ?[)]?"
)
_HOTLINE = re.compile(r"(?<!\d)[48]00[ \-]?\d{3,4}[ \-]?\d{3,4}(?!\d)")
_EMPTY = re.compile(r"(?<![a-z])(?:null|undefined|none|nan)(?![a-z])")  # a field of a form that nobody filled
# `\n` and its like are written out where a form was printed as a program holds it; a backslash is folded to /.
_JUNK = re.compile(
    r"~~[^~\n]{1,100}~~|<(?:del|s|strike)>[^<\n]{1,100}<\s*/(?:del|s|strike)>|& ?nbsp ?;?|<\s*/?\s*br\s*/?\s*>|&(?:amp|quot|lt|gt);|&(?=[a-z_]{2,20}=)|/(?:[nrt]|u3000)(?![a-z])"
)
_PERSON_LABEL = (
    r"(?:收[件货]|寄件|联系|签收|下单|订购|购买|报修|负责)人(?:姓名|名称|信息)?|姓名|名字|客户(?:姓名|名称)|顾客(?:姓名)?"
    r"|(?:(?:full|user|real|customer|contact|consignee|receiver|recipient|linkman|owner|manager|buyer)[ _]?)?name"
    r"|receiver|recipient|consignee|contact(?:s|[ _]?person)?|linkman|manager|buyer"
)
_PHONE_LABEL = r"(?:(?:收[件货]人?|联系人?|客户|固定|移动)的?)?(?:手机号?码?|电话号?码?)(?:\d(?!\d))?|联系方式|手机号|tel(?:ephone)?|phone|mobile|cellphone"
_ZIP_LABEL = r"邮政?编码?|zip(?:code)?|post(?:al)?code"
_PLACE_LABEL = (
    r"(?:(?:收[件货]|寄[件送]?|配送|快递|送货|联系|详细|具体|家庭|公司|安装|服务|上门|街道|住宅|客户)的?){0,4}地址"
    r"|(?:(?:所在|收货|收件|服务|安装|客户)的?){1,4}(?:省市区?县?|地区|区域|地|省份|城市)|寄到|寄往|送到|发到"
    r"|(?:现在?|目前|经常|常|暂)(?:居住?|住)的?(?:地址?|址)?|居住(?:地址?|址)"
    r"|province|city|district|county|area|street|town|detail(?:ed)?(?:address)?|address"
)
_ORIGIN_LABEL = r"(?:户籍|户口)(?:所在)?(?:地址?)?|籍贯|祖籍|出生地"
_VALUE = re.compile(
    rf"(?:(?! ?(?:{_PLACE_LABEL}|{_ORIGIN_LABEL}|{_PERSON_LABEL}|{_PHONE_LABEL}|{_ZIP_LABEL}) ?[:=])[^,;、\n]){{0,60}}"
)
_LABEL = re.compile(
    rf"(?<![a-z])(?:(?P<origin>{_ORIGIN_LABEL})|(?P<person>{_PERSON_LABEL})|(?P<phone>{_PHONE_LABEL})|(?P<zip>{_ZIP_LABEL})|(?P<place>{_PLACE_LABEL}))"
    r"(?P<mark> ?[:=] ?|(?:是|为) ?:? ?| (?! )|(?=\d))"
)
_NAME = re.compile(r" ?[\u4e00-\u9fffa-z·*某]{1,12}(?: ?(?:先生|女士|小姐|同志|收))?")
_NAME_BEFORE = re.compile(
    r"(?:^|[ ,;_\n(:\-/]|客户|用户|顾客|业主|机主|联系人?|负责人) ?([\u4e00-\u9fff]{2,4})(?<![省市区县旗盟镇乡村路号街楼室厦园店])"
    r"(?:先生|女士|小姐|师傅|经理)? {0,2}[,:(\-/|]? ?$"
)
_NAME_BEHIND = re.compile(
    r"(?:(?<=[号室楼层元栋幢座店铺村组 ,_\d])(?:[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]某+)(?:先生|女士|小姐)? ?\(?收\)?"
    r"|(?<=[ ,_])[\u4e00-\u9fff]{1,3}(?:先生|女士|小姐)) ?(?=$|[ ,;])"
)
# 江宁138…, 收件人 北京 138…: the bare name of a place, glued to nothing.
_STEM = re.compile(
    r"(?:(?P<label>(?:收[件货]|寄件|联系|负责|经办|签收|业务)人?员?|姓名|店长|经理|师傅)[ :]?|(?<=[ ,\t\n号室楼])|^)(?P<name>[\u4e00-\u9fff]{2,3}) ?[,:(]? ?$"
)
_PLACE_AT_END = re.compile(r"[\u4e00-\u9fff]{2,12}[ ,\t]$")
_SEGMENT = re.compile(r"[^、;\n]{0,60}")
_ADDRESS_BEHIND = re.compile(r"[\u4e00-\u9fff]{2,}[省市区县州旗][\u4e00-\u9fff]|[路街巷村号镇]")
_NO_NAME_END = "省市区县州旗盟镇乡村路街道号楼室厦园店场站里厂城弄巷坊苑庄湾桥门院寨屯组"
SURNAME = (
    "(?:欧阳|司马|诸葛|上官|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付"
    "方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤])"
)
# 姓名 韩城, 收货人 江宁: behind these words a bare name is somebody's, even where a place is called so.
_NAME_OF_LABEL = re.compile(
    r"(?:收[件货]人|寄件人|联系人|姓名)[ :]{1,3}([\u4e00-\u9fff]{2,3})(?:先生|女士|小姐)?(?=$|[ ,;、)\n\d])"
)
_FIELDS = re.compile(r"[^ ,;/\n]+")
_FULL = re.compile(
    r"[\u4e00-\u9fff]{2,11}?[省市区州盟][\u4e00-\u9fff]{1,15}?(?:[市区县旗][\u4e00-\u9fff]{0,15}?(?:街道|[镇乡村路街巷号])|[路街巷号])"
)
_MOST_FIELDS = 12
# 联系人赵小明 湖南省…; 90号赵小明152…; 138…张伟杭州市…
_NAME_AT_LABEL = re.compile(r"(?:收[件货]|寄件|联系|签收|下单|报修)人([\u4e00-\u9fff]{2,4})(?=[ ,;\d]|$)")
# …88号 收件:陈小明; 找陈小明; (陈小明 收): behind a short word only what is made like a name is one.
_NAME_AFTER_WORD = re.compile(
    rf"(?:(?:收[件货]|寄件|联系|机主|户主|业主|住户|用户|报修|经办|签收)人?|找) ?[:=]? ?({SURNAME}[\u4e00-\u9fff]{{1,2}})(?:先生|女士|小姐|师傅|经理)?(?=$|[ ,;、)\n\d])"
)
_NAME_IN_BRACKET = re.compile(r"\(([\u4e00-\u9fff]{2,4})(?:先生|女士|小姐)? ?(?:亲?收|签收|收件)\)")
_NAME_GLUED = re.compile(
    rf"(?<=[号室楼层元栋幢座店铺镇乡区县市路街村组\d)])(?!高新|高铁|金融)({SURNAME}[\u4e00-\u9fff]{{1,2}})(?<![{_NO_NAME_END}]) ?$"
)
_FAMILY = re.compile(SURNAME)
_NAME_AFTER = re.compile(rf" ?({SURNAME}[\u4e00-\u9fff]{{1,2}})(?=[\u4e00-\u9fff]{{2}})")
# 186… 周敏 430000 湖北…; 周敏 430000 湖北… 186…
_NAME_APART = re.compile(
    rf"[ ,;:/\n]{{1,3}}({SURNAME}[\u4e00-\u9fff]{{1,2}})(?=[ ,;/\n]+(?:\d{{6}}(?!\d)|[\u4e00-\u9fff]{{2}}))"
)
_NAME_AHEAD = re.compile(rf"^ ?({SURNAME}[\u4e00-\u9fff]{{1,2}})(?=[ ,;/\n]+\d{{6}}(?!\d))")
# 欧阳锋(收)浙江省…, 张伟收 杭州市…
_NAME_FIRST = re.compile(r"^ ?[\u4e00-\u9fff]{2,4}(?:先生|女士|小姐)? ?(?:\(收\)|收(?= ))")
_POSTCODE = re.compile(
    r"^[ ,/|]{0,32}\d{6}[ ,/|](?=.*[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff\d ][ ,_])\d{6} ?$|(?<=[\u4e00-\u9fff])\d{6} ?$"
)
_ZIP = re.compile(r" ?\d{6}")
_ADDRESS = re.compile(r"[路街巷弄村号楼栋幢室镇]|大道")
_FRAMED = re.compile(r"(?: ?\([^()、,除含仅限只]{1,24}\))+(?=[^()、;\n]*$)")


class Form:
    """What is left of a folded text when the form around the address is taken away."""

    __slots__ = ("kept", "private", "s")

    def __init__(self, s: str, kept: list[int], private: list[tuple[int, int]]):
        self.s, self.kept, self.private = s, kept, private


def address_in(s: str, known: Mapping[str, Sequence[Any]]) -> Form | None:
    """The address of a delivery form in the folded text `s`; None where there is no form.

    `known`: names of regions, which are no persons' names (成都13800000000).
    """
    if not _MAY_BE.search(s):
        return None
    drop: list[tuple[int, int]] = []
    private: list[tuple[int, int]] = []
    _labels(s, drop, private)
    for found in _PHONE.finditer(s):
        private.append(found.span())
        private += _name_before(s, found.start(), known) or _like_a_place(s, *found.span(), known)
        own = _NAME_APART.match(s, found.end())
        private += [own.span(1)] if own and own[1] not in known else []
        after = _NAME_AFTER.match(s, found.end())
        begin, end = after.span(1) if after else (0, 0)
        for last in (end, end - 1):
            named = any(s[last : last + size] in known for size in (2, 3))
            if last - begin > 1 and s[begin:last] not in known and named:
                private.append((begin, last))
                break
    private += [found.span(1) for found in _NAME_AT_LABEL.finditer(s)]
    private += [found.span() for found in _NAME_OF_LABEL.finditer(s)]
    if private:
        private += [found.span(1) for found in _NAME_AHEAD.finditer(s) if found[1] not in known]
        private += _somebody(_blanked(s, private), known)
    for pattern in (_NAME_AFTER_WORD, _NAME_IN_BRACKET):
        private += [found.span(1) for found in pattern.finditer(s) if found[1] not in known]
    drop += [found.span() for pattern in (_HOTLINE, _JUNK) for found in pattern.finditer(s)]
    left = _blanked(s, private)
    private += [found.span() for pattern in (_NAME_BEHIND, _NAME_FIRST) for found in pattern.finditer(left)]
    rest = _blanked(s, drop + private)
    code = _POSTCODE.search(rest)
    if code and (_ADDRESS.search(rest) or _is_there(rest, code, known)):
        drop.append(code.span())
    framed = _FRAMED.match(rest)
    if framed and rest[framed.end() :].strip():
        drop += [(at, at + 1) for at in range(framed.end()) if s[at] in "()"]
    empty = [found.span() for found in _EMPTY.finditer(s)]
    if not drop and not private and not empty:
        return None
    return _without(s, drop + private, private, empty)


def _labels(s: str, drop: list[tuple[int, int]], private: list[tuple[int, int]]) -> None:
    seen: set[str] = set()
    json = s.lstrip().startswith("(") and " : " in s[:40]
    labels = list(_LABEL.finditer(s))
    lives = any(found["place"] for found in labels)
    for found in labels:
        kind, (start, end) = found.lastgroup if found.lastgroup != "mark" else _kind(found), found.span()
        bare = not found["mark"].strip()
        if (
            bare
            and kind not in ("phone", "zip")
            and not (
                kind == "place"
                and (start == 0 or (found["place"].endswith("地址") and s[start - 1] in " ,;"))
            )
        ):
            continue
        if bare and kind == "zip" and not _ZIP.match(s, end):
            continue
        if kind == "origin":
            # 户籍:贵州省遵义市 现居:成都市武侯区: where somebody comes from is not where he is
            value = _VALUE.match(s, end) if lives else None
            if value:
                drop.append((start, value.end()))
            elif found["origin"].startswith("户"):
                drop.append((start, end))
            continue
        drop.append((start, end))
        if kind == "person":
            name = _NAME.match(s, end)
            if name:
                private.append(name.span())
        elif kind == "place":
            again = found["place"] in seen and not json
            seen.add(found["place"])
            if start and s[start - 1] == "\n" and len(seen) > 1 and not again:
                drop.append((start - 1, start))  # 所在地区:…\n详细地址:… are one address
        elif kind == "zip":
            value = _ZIP.match(s, end)
            if value:
                drop.append(value.span())


def _like_a_place(s: str, start: int, end: int, known: Mapping[str, Sequence[Any]]) -> list[tuple[int, int]]:
    """Where somebody stands who is called as a county is: 收件人 北京 138…, 江宁 138… 保定市…, 保定市 张北 138….

    `start`, `end` of the telephone. Behind a place that holds it, before nothing but a number, and without a label, the name
    is the place: 湖州 安吉 138….
    """
    first = max(0, start - 24)
    found = _STEM.search(s[first:start])
    if found is None or found["name"] not in known:
        return []
    span = (first + found.start("label" if found["label"] else "name"), first + found.end())
    if found["label"]:
        return [span]
    units = [entry[-1] for entry in known[found["name"]]]
    if any(unit.code.endswith("00") or unit.name == found["name"] for unit in units):
        return []
    before = _PLACE_AT_END.search(s[first : span[0]])
    tops = (
        [entry[-1] for size in range(2, 13) for entry in known.get(before[0].strip(" ,")[-size:], ())]
        if before
        else []
    )
    if tops:
        return [] if any(unit is top or unit.inside(top) for unit in units for top in tops) else [span]
    behind = _SEGMENT.match(s, end)
    return [span] if behind and _ADDRESS_BEHIND.search(behind[0]) and not _PHONE.search(behind[0]) else []


def _is_there(s: str, code: re.Match[str], known: Mapping[str, Sequence[Any]]) -> bool:
    """Whether six digits are the postcode of the place that the rest begins with: 430000 湖北 武汉 is no code of 湖南省."""
    digits = _ZIP.search(code[0])
    words = (s[: code.start()] + s[code.end() :]).lstrip(" ,;/|\n")
    names = (words[:size] for size in range(12, 1, -1))
    units = next(([entry[-1] for entry in known[name]] for name in names if name in known), [])
    return (
        digits is not None and bool(units) and all(lies_there(digits[0].strip(), unit.code) for unit in units)
    )


def _somebody(s: str, known: Mapping[str, Sequence[Any]]) -> list[tuple[int, int]]:
    """Who stands in a field of his own beside a telephone and one address: 13…，高安，浙江省…, …街道 13… 高淳.

    `s`: without the telephones. A county is a place all the same where the address names its city, or itself.
    """
    fields = list(_FIELDS.finditer(s))
    full = [field[0] for field in fields if _FULL.match(field[0])]
    names = [field for field in fields if len(field[0]) in (2, 3) and field[0] in known]
    if len(full) != 1 or len(names) != 1 or len(fields) > _MOST_FIELDS:
        return []
    units = [entry[-1] for entry in known[names[0][0]]]
    if any(unit.code.endswith("00") or unit.name == names[0][0] for unit in units):
        return []
    tops = {
        entry[-1].code
        for size in range(2, 13)
        for at in range(len(full[0]) - size + 1)
        for entry in known.get(full[0][at : at + size], ())
    }
    inside = any(
        tops & {unit.code, *(code for code in unit.up if code[2:] != "0000" or code == unit.parent)}
        for unit in units
    )
    return [] if inside else [names[0].span()]


def _name_before(s: str, end: int, known: Container[str]) -> list[tuple[int, int]]:
    """Where the name stands that a telephone follows: 张三13800000000."""
    first = max(0, end - 12)
    name = _NAME_BEFORE.search(s[first:end])
    if name is None or (first and name.start() == 0 and name[0][0] == name[1][0]):
        name = _NAME_GLUED.search(s[first:end])
    if name is None or name[1] in known:
        return []
    family = len(name[1]) == 3 and _FAMILY.match(name[1])
    if name[1][-1] == "州" and not (family and name[1][1:] in known):  # 李广州 is somebody, 黔南州 is not
        return []
    if not family and (name[1][:2] in known or name[1][:3] in known):
        return []
    if name[1][-2:] in known and not family:
        return []
    return [(first + name.start(1), first + name.end())]


def _kind(found: re.Match[str]) -> str:
    return next(kind for kind in ("person", "phone", "zip", "place", "origin") if found[kind] is not None)


def _blanked(s: str, spans: list[tuple[int, int]]) -> str:
    chars = list(s)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def _without(
    s: str, spans: list[tuple[int, int]], private: list[tuple[int, int]], empty: list[tuple[int, int]]
) -> Form:
    """One blank for each gap, so that what stood apart stays apart; blanks and commas at the ends are dropped.

    An empty field stands between two levels of one address, never between two addresses: a mark that only levels have.
    """
    gone = bytearray(len(s))
    for mark, gaps in ((b"\1", spans), (b"\2", empty)):
        for start, end in gaps:
            gone[start:end] = mark * (end - start)
    kept: list[int] = []
    chars: list[str] = []
    for at, ch in enumerate(s):
        if gone[at]:
            ch = " _"[gone[at] - 1]
        if (gone[at] or ch == " ") and (not chars or chars[-1] in " \n_"):
            continue
        chars.append(ch)
        kept.append(at)
    text = "".join(chars)
    first = len(text) - len(text.lstrip(" ,;:\n()_"))
    last = len(text.rstrip(" ,;:\n(_")) if first < len(text) else len(text)
    if text.count(")", first, last) > text.count("(", first, last):
        last = len(text[:last].rstrip(" )"))
    return Form(text[first:last], kept[first:last], private)
