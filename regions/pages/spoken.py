"""Sentences in which places stand in the middle: 暂时无法为西藏、青海提供上门服务; 不仅覆盖合肥,还覆盖芜湖; We deliver to Beijing and Tianjin."""

import re
from dataclasses import replace

from .headings import strange
from .labels import Said
from .predicated import below
from .reading import Context, Places
from .senses import NOT_SERVED, SERVED, sense_of
from .stretches import Clause, is_list

_NOT_ONLY = re.compile("不[仅但只](?=(?:能|可以?)?(?:服务|覆盖|辐射|支持|包括|开通|在|为))")
_ALSO = re.compile(
    r"[,、]\s*(?:而且|并且|同时|还|也|更){1,3}(?:将|可以?|能|已)?(?:服务于?|覆盖|辐射|支持|包括|开通|在|为)(?:了|到|至)?"
)
_FOR = re.compile(
    r"\s*(?P<front>[\u4e00-\u9fff]{0,12}?)(?:为|给|向)(?P<places>[^。;:为给向]{2,80}?)(?:等?(?:地区?|省市?|城市)|市场|的?(?:用户|客户|消费者|居民|家庭))?"
    r"(?:提供|开展|安排|开通)(?P<what>[^、,。;:]{0,16})\s*$"
)
_IN = re.compile(
    r"\s*(?P<front>[a-z][a-z '’-]{3,60}?) (?:in|to|across|throughout) (?P<places>(?-i:[A-Z])[^:;。]{2,200})(?P<what>)$",
    re.I,
)


# 亲,新疆不发货哈: how sellers speak to their buyers.
_DEAR = re.compile(r"^\s*(?:亲亲?|亲爱的|宝贝?|宝子们?|您好|你好|老板|家人们?)\s*[,:~!]+")
_WAVE = re.compile(r"(?<=[\u4e00-\u9fff])[~～]+(?=[\u4e00-\u9fff])")
_PARTICLE = re.compile(
    r"(?<=[\u4e00-\u9fff])(?:的?[哦哈哟喔噢呀啦呢嘛哒滴]|的呢|[~～]){1,3}(?=\s*(?:[,。!~;、)]|$))"
)


def unspoken(text: str) -> str:
    """亲,新疆不发货哈 without what only speaks to somebody, as long as it was."""
    if not (_DEAR.match(text) or _PARTICLE.search(text)):
        return text
    text = _DEAR.sub(lambda found: " " * len(found[0]), text)
    text = _WAVE.sub(lambda found: ",".ljust(len(found[0])), text)
    return _PARTICLE.sub(lambda found: " " * len(found[0]), text)


def joined(text: str) -> str:
    """不仅覆盖合肥,还覆盖芜湖 as one list, as long as it was."""
    if _NOT_ONLY.search(text) is None:
        return text
    return _ALSO.sub(lambda found: "、".ljust(len(found[0])), _NOT_ONLY.sub("  ", text))


def in_the_middle(start: int, stretch: str, places: Places, above: Context) -> Clause | None:
    """What is done, or not, for those named in the middle of a sentence; held where a word of it is not understood."""
    found = _FOR.match(stretch) or _IN.match(stretch)
    if found is None or not is_list(found["places"].strip(), places):
        return None
    words = (found["front"] + found["what"]).strip()
    if found.re is _IN and sense_of(words) not in (SERVED, NOT_SERVED):
        return None  # Our headquarters is in Hangzhou
    sense = sense_of(words) or SERVED
    said = Said(words, sense, known=True)
    context = below(said, above)
    if sense not in (SERVED, NOT_SERVED) or (sense == SERVED and strange(words)):
        context = replace(context, held=context.held or "heading")
    return Clause(start + found.start("places"), found["places"].strip(" ."), context, said)
