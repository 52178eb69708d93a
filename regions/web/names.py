"""Names in Latin letters for who reads no Chinese: English ones, else pinyin in words.

Of places, brands and products, and of what is called in whole phrases: services, sources, outlets, organizations.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from django.utils.translation import get_language, override
from pypinyin import lazy_pinyin

from regions.choices import ServiceKind
from regions.gazetteer.active import resolver
from regions.models import Service

from .latin import APART, CHINA, HAN

# Words that names of services, pages and outlets are put together of; pinyin is written in words.
_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    售后 服务 维修 报修 安装 保养 清洗 回收 咨询 投诉 预约 上门 保修 质保 热线 电话 客服 号码 官网 官方 网站
    网页 页面 网点 站点 门店 中心 公司 集团 股份 有限 责任 控股 实业 分公司 总部 总公司 厂家 品牌 产品 家电
    电器 家用 厨房 厨卫 电视 电视机 冰箱 冰柜 空调 洗衣机 热水器 燃气 燃气灶 油烟机 消毒柜 净水器 全国 全省 各地
    地区 城市 统一 名单 列表 一览 一览表 查询 大全 目录 公告 通知 说明 说明书 手册 协会 管理 政府 人民 国务院
    民政部 民政厅 批复 关于 调整 行政 区划 部分 同意 撤销 设立 示例 虚构 大学 医院 学校 市场 监督 监管 消费者
    授权 特约 直营 专卖店 旗舰店 维修点 维修部 服务站 服务部 经营部 科技 电子 商贸 贸易 技术 工程 网络 信息
    小时 人工 今日 紧急 客户 守护 守护中心 页面 某 转载 查看 各省 各市 行业 标准 中国 名录
""",
    )
)
_LONGEST = 12


@lru_cache(maxsize=8_192)
def spelled_out(name: str) -> str:
    """The pinyin of any Chinese name that has no English one: 海尔 → Haier, 示例电器售后服务 → Shili dianqi shouhou fuwu."""
    if not HAN.search(name):
        return ""
    text = " ".join(_words(name))
    for mark, latin in _MARKS.items():
        text = text.replace(mark, latin)
    text = re.sub(r" +([),.:;”])", r"\1", re.sub(r"([(“]) +", r"\1", re.sub(" +", " ", text))).strip()
    return text[:1].upper() + text[1:]


_MARKS = {
    "（": " (",
    "）": ") ",
    "、": ", ",
    "，": ", ",
    "：": ": ",
    "；": "; ",
    "。": ". ",
    "“": " “",
    "”": "” ",
    "《": " “",
    "》": "” ",
    "·": " · ",
    "〔": " (",
    "〕": ") ",
}


def _words(name: str) -> Iterator[str]:
    """A name in Latin letters, word by word: places and the words above; what stands between them is one word."""
    places = resolver().index.spoken
    at = loose = 0  # `loose`: where what stands between begins
    while at < len(name):
        for end in range(min(len(name), at + _LONGEST), at + 1, -1):
            piece = name[at:end]
            place = (APART.get(piece) or places.get(piece)) if len(piece) > 2 else ""
            if place or piece in _WORDS:
                yield "".join(lazy_pinyin(name[loose:at]))
                yield place.capitalize() if place else "".join(lazy_pinyin(piece))
                at = loose = end
                break
        else:
            at += 1
    yield "".join(lazy_pinyin(name[loose:]))


def name_of(record) -> str:
    """What a record is called; a source has a title."""
    return getattr(record, "title", None) or record.name


def plain_name(record) -> str:
    """A name where nothing can be marked, in titles and descriptions: on what is English its letters first."""
    letters, only_pinyin = _letters(record)
    said = f"{name_of(record)}, pinyin" if only_pinyin else name_of(record)
    return f"{letters} ({said})" if letters else name_of(record)


def name_and_letters(record) -> str:
    """The same in sentences, as pages write it."""
    letters, only_pinyin = _letters(record)
    said = f"pinyin: {letters}" if only_pinyin else letters
    return f"{name_of(record)} ({said})" if letters else name_of(record)


def _letters(record) -> tuple[str, bool]:
    return ("", False) if (get_language() or "").startswith("zh") else letters_of(record)


def letters_of(record) -> tuple[str, bool]:
    """A record's name for who reads no Chinese: its English one, else its pinyin; empty where the name is Latin anyway.

    And whether it is only spelled out, as nobody may write it: of whatever has no English name and is no place.
    """
    if isinstance(record, Service):
        return _of_service(record)
    name = name_of(record)
    own = getattr(record, "name_en", "") or CHINA.get(name) or APART.get(name)
    known = own or getattr(record, "pinyin", "").capitalize()
    return known or spelled_out(name), not known


def _of_service(service: Service) -> tuple[str, bool]:
    """Brand, product and kind in English where the name of a service is nothing else; else the pinyin of the name."""
    if {"brand", "category"} <= service._state.fields_cache.keys() and HAN.search(service.name):
        brand, category = service.brand, service.category
        letters = [(each.name, *letters_of(each)) for each in (brand, category)]
        if said := _put_together(service.name, service.kind, *letters):
            return said, False
    return spelled_out(service.name), True


@lru_cache(maxsize=8_192)
def _put_together(name: str, kind: str, *letters: tuple[str, str, bool]) -> str:
    left, tail = _cut(name)
    said = []
    for of, latin, only_pinyin in letters:
        word, its_tail = _cut(of)
        if word not in left or tail not in ("", its_tail, _cut(letters[0][0])[1]):
            return ""
        left = left.replace(word, "", 1)
        said.append(f"pinyin: {latin}" if only_pinyin and latin else latin or of)
    label = ServiceKind(kind).label
    with override("zh-hans"):
        left = left.replace(str(label), "", 1)
    with override("en"):
        said.append(str(label))
    return " · ".join(said) if left in _NOTHING_MORE else ""


# What may stand in the name of a service besides.
_NOTHING_MORE = ("", "服务", "售后", "售后服务")


def _cut(name: str) -> tuple[str, str]:
    """A name without what stands in brackets at its end, and that: 示例甲（虚构）."""
    word, bracket, tail = name.partition("（")
    return word, bracket + tail
