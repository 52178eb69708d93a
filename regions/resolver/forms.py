"""Labelled forms: 省：四川省 市：自贡市 区/县：富顺县 详细地址：…

Without the labels the fields stand close together and read as one address, or contradict each other; were they left
apart, 四川省 and 杭州市 would be a list. A label of the same level as the one before it, or of a higher one, begins the
next address.
"""

import re

_LABELS = (
    r"省[份级区]?(?:/?(?:直辖市|自治区))*|大区|(?:一级|所属)(?:区域|地区)?|province|sheng",
    r"(?:城|地级?)?市|市/?州|(?:下属|服务|网点|下辖)?城市|地级|二级(?:区域|地区)?|city|shi",
    r"[区县](?:/?[县区市])?|市/区|市/?[区县]/?[县区]|区县|县级|三级(?:区域|地区)?|district|county|qu",
    r"街道(?:/?乡?/?镇)?|乡/?镇(?:/?街道)?|镇",
    r"(?:详细|具体|街道)?地址",
)
_FIELD = re.compile(
    r"(?:^|(?P<before>[ ,;、|/\n&]{1,8}))(?:所在|当前|收货|安装|服务)?(?:"
    + "|".join(f"(?P<l{level}>{words})" for level, words in enumerate(_LABELS))
    + r")(?:名称?)? ?[:=] ?"
)


def without_labels(s: str) -> tuple[str, list[int]] | None:
    """A folded form without its labels, and where each character that is left stood; None for other texts."""
    fields = list(_FIELD.finditer(s))
    levels = [int((field.lastgroup or "")[1:]) for field in fields]
    if len(set(levels)) < 2 or levels[0] > 2:
        return None
    parts: list[str] = []
    places: list[int] = []
    at, last = 0, -1
    for field, level in zip(fields, levels, strict=True):
        parts.append(s[at : field.start()])
        places += range(at, field.start())
        if level <= last and field["before"]:
            parts.append("\n")
            places.append(field.start())
        at, last = field.end(), level
    return "".join([*parts, s[at:]]), [*places, *range(at, len(s))]
