"""Names and telephones of persons in what is kept of a text: asterisks of the same length stand for them.

A mobile number is a person's where a name stands beside it; a name is one where a telephone, a label (联系人) or a title
stands beside it. What the directory publishes, hotlines and names of shops, stays.
"""

import re
from collections.abc import Callable

from regions.resolver.delivery import SURNAME

_NAME = rf"(?:{SURNAME} ?[\u4e00-\u9fff] ?[\u4e00-\u9fff]?)(?<![省市区县州旗盟镇乡村路街道号楼店站部点])"
_MOBILE = r"(?<!\d)(?:\+?86[ \-]?)?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}(?!\d)"
_TITLE = "(?:先生|女士|小姐|师傅|经理|老师|主任|主管|工程师|[店站]长)"
_BETWEEN = r"[\s:：,，、|/()（）\-—]{0,4}"
_PRIVATE = re.compile(
    rf"(?P<a>{_NAME})(?:{_TITLE}|收)?{_BETWEEN}(?:(?:联系)?(?:电话|手机号?码?|tel)?{_BETWEEN})?(?P<b>{_MOBILE})"
    rf"|(?P<c>{_MOBILE}){_BETWEEN}(?P<d>{_NAME})(?=$|\W|{_TITLE}|收)"
    rf"|(?:联系人|负责人|姓名|名字|收[件货]人|寄件人|业主|{_TITLE})\s?[:：是为]?\s?(?P<e>{_NAME})(?=$|\W|负责|电话|手机|收)"
    rf"|(?P<f>{SURNAME}[\u4e00-\u9fff]{{2}})(?<![省市区县州旗盟镇乡村])(?={_TITLE})|(?P<g>{_NAME})(?=收(?=$|\W))",
    re.I,
)


def unnamed(text: str, is_place: Callable[[str], bool]) -> str:
    """The text without persons' names and telephones; `is_place` tells 金华 13812345678 from 金花 13812345678.

    >>> unnamed("湖南区域经理赵小明 13812345678", lambda name: False)
    '湖南区域经理*** ***********'
    """

    def starred(found: re.Match[str]) -> str:
        said = list(found[0])
        spans = {group: found.span(group) for group in found.groupdict() if found[group]}
        names = [found[group] for group in spans if not found[group][-1].isdigit()]
        if any(is_place(part) for name in names for part in (name, name[:2], name[-2:])):
            return found[0]
        for start, end in spans.values():
            said[start - found.start() : end - found.start()] = "*" * (end - start)
        return "".join(said)

    return _PRIVATE.sub(starred, text)
