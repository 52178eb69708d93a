"""Whether a heading is understood to its last word. What serves is said in few words; what does not, in any number.

A list may be taken for coverage only below a heading in which every word is known: 服务城市 and 已开通的上门安装地区 are, 服务中断城市,
开通申请中 and Pending service areas are not, although they hold words of service too.
"""

import re
from itertools import islice

from .senses import NOT_SERVED, SERVED, UNCLEAR, sense_of
from .words import CATEGORY_NOUNS

_WORDS = """
服务 售后 维修 修理 检修 上门 网点 覆盖 开通 受理 承接 支持 配送 派送 派件 送货 送达 送 发货 发往 直达 直营 自营 到达 可达 内达 包邮 免邮 免运费 运费 安装 清洗 保养 维护
养护 回收 检测 移机 加氟 拆装 调试 辐射 负责 管辖 运营 营业 经营 分布 布局 遍布 遍及 站点 门店 店铺 旗舰店 专卖店 体验店 服务站 客服 热线 电话 号码 专线 报修
咨询 接单 派单 入驻 进驻 已上线 上线城市 已开放 开放城市 开放地区 开放区域 设有 提供 设立 拥有 联保 保修 质保 发 到 至 往 达
城市 地区 省份 省市 区域 地域 名单 名录 列表 一览 清单 目录 范围 如下 包括 包含 涵盖 含 地点 地方 区划 地址 位置 片区 大区 战区 辖区 所辖 下辖 下属 市区 城区 主城 郊区
近郊 远郊 郊 区县 县区 县市 乡镇 街道 县域 全境 境内 全域 省区 市辖 行政 省 市 区 县 州 盟 旗 镇 乡 处 点 站 部 店 家 个 表 图 类 档 级 线 批 组 中心 分公司
分店 分中心 团队 师傅 工程师 技师 人员
全国 全省 全市 各国 接入 工作时间 时间 主要 全部 所有 以下 下列 下述 各地 各 重点 核心 目前 现有 现已 已有 已经 已 现在 现 当前 最新 国内 省内 市内 省外 市外 省会 地级 县级 周边 业务 市场 销售 工作 特约 授权
指定 官方 官网 正规 专业 统一 厂家 品牌 产品 家电 电器 家用 商用 大件 小件 冷链 免费 收费 加急 快速 极速 次日 当日 当天 隔日 隔天 同城 本地 附近 小时 分钟 天 日 内 均 都
皆 可以 可 能够 能 也 的 了 及 和 与 等 有 为 是 在 于 共 计 约 我们 我司 本公司 本店 公司 我 本 客户 用户 消费者 人工 项目 内容 信息 情况 说明 简介 公告 公示 查询 大全
汇总 详情 标准 正常 普通 网络 体系 平台 多 大 小 全 第 其余 订单 快递 物流 满 元 以上 起 即 费 上 中
包安装 包送货 包上门 包送 入户 送装 送装一体 到家 适用 安排 派人 可派 服务点 维修点 售后点 服务部 经销处 管 代码 编码 区划代码 编号
仅限于 仅限 只限于 只限 限于 仅支持 仅限服务 仅服务 仅覆盖 只支持 只服务 只覆盖 只做 东部 西部 南部 北部 中部 东南 西南 西北 东北 华东 华南 华北 华中 江浙沪 京津冀 长三角 珠三角 东 西 南 北
仅开放 仅开通 仅上线 仅受理 只开放 只开通 开放 今日 今天 可约 可预约 可下单
城六区 城八区 内六区 市内六区 环城四区 主城六区
在营
序号 提前 预约 下单 需补 补 收取 加收 另收 上门费 不收 不限 不另 无 免
"""
_ENGLISH = """
service services serviced serve served serves serving cover coverage covered covers covering area areas city cities region regions province provinces district
districts county counties deliver delivers delivered delivery ship ships shipped shipping available availability location locations outlet outlets support
supported supports zone zones branch branches include includes included including in to for the of we our us all and or is are currently now full fully list
map network centers centres center centre after sales aftersales repair repairs installation install home visit visits door on site free nationwide main
where you your can be here following these places open store stores shop shops customer customers maintenance cleaning authorized authorised official
national local same next day hours within provide provides provided offer offers offered new state prefecture town from at with company
"""
_KNOWN = re.compile(
    r"\d+城?|[a-e](?![a-z])|[一二三四五六七八九十两ⅰ-ⅴ]+|"
    + "|".join(
        map(re.escape, sorted({*_WORDS.split(), *CATEGORY_NOUNS}, key=lambda word: (-len(word), word)))
    ),
    re.I,
)
_LATIN = re.compile(r"[a-z]{2,}", re.I)
_KNOWN_LATIN = frozenset(_ENGLISH.split())
_HAN = re.compile("[\u4e00-\u9fff]+")
# A brand stands in front of its trade: 某某家电售后服务范围, 蓝鲸净水 售后.
_BRAND = re.compile(
    r"^[\W_]*(?P<name>[\u4e00-\u9fffa-z·]{1,6}?)(?:\s+售后|\s?(?:品牌|官方|集团|家电|电器|"
    + "|".join(CATEGORY_NOUNS)
    + "))",
    re.I,
)
# No brand of one's own: 其他公司, 友商, 停产.
_OTHERS = re.compile(
    "其[他它]|别家|别的|友商|同行|对手|第三方|外包|竞|代理|公司|商家|[限禁停断关撤退待拟将申欠旧黑屏疫封缓冻]"
)
# The day of a list is no word of service: 2026年11月清单; that of a beginning may be to come: 2027年3月开通.
_DATED = re.compile(
    r"\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?(?!.{0,4}(?:开[通放]|上线|覆盖|进驻|入驻))"
)
_SOME = re.compile(r"^[\u4e00-\u9fff、]{2,20}等(?=\d|[一二三四五六七八九十]|个|地)")  # 成都市等5个城市

# Said of what is not named: 未列出城市请寄修, 其他地区请咨询客服.
_OF_OTHERS = re.compile(
    r"[\s(,、;]*(?:但|而)?,?"
    r"(?:(?:[未没不]有?在?(?:列出?|列举|注明|标注?|提及|写明?|(?:以上|上述|以下|下列|本)?(?:列表|名单|表|范围|区域|地区|城市)[之以]?[内中]?)的?|其[他它余]的?|剩余的?|(?:以下|下列|以上|上述|上列|所列|名单|列表)?(?:地区|区域|城市|范围)?(?:之外|以外)的?)"
    r"(?:市县|县市|地市|各市|城市|地区|区域|地方|省份|区县|区|县|市)?|超出(?:以上|上述|上列|所列)(?:地区|区域|城市|范围)的?(?:地区|区域|城市)?)"
    r"(?:的?(?:用户|客户|顾客|订单))?[,:]?(?:均|都|一律|暂时?|恕|目前)*"
    r"(?:(?:敬?请|需|可|须)?(?:自行)?(?:电话|致电|来电|先)?(?:寄修|寄回|送修|自提|自送|咨询|联系|致电|来电|询问)(?:客服|我们|在线客服|门店|热线|电话)?"
    r"|不上门|不服务|不支持(?:上门)?|无法上门|不包邮|不发货?|不送货?|不可以?|不行|未开通|不开通|不提供(?:上门)?服务|不覆盖|不受理|(?:逐步|陆续|后续|即将)?(?:开通|开放|覆盖)中?|敬请期待|敬请谅解"
    r"|(?:需要?|须|要|将|会)?(?:另|加|额外)[^,。;不未无]{0,10}?(?:费用?|元))(?:[,、]?(?:敬请(?:期待|谅解|留意)|请(?:您?谅解|见谅|知悉|悉知)|谢谢|抱歉))?[\s).!。]*"
)
_LEVELS_OF_OTHERS = re.compile(
    "其[他它余]的?(?:(?P<county>区(?!域)县?|县(?!市)|乡镇|街道)|(?P<city>市县|县市|地市|各市|城市|市))"
)
_OTHERS_BEHIND = re.compile("[,。;(].{0,4}(?:其[他它余]|剩余|[以之]外|不在|未列|超出)")
_MOST_STOPS = 3
_NONE_OUT = re.compile(r"([^:;。]{2,12}):\s*(?:暂?无|没有|none|n/a|[-—/])[\s.。!]*", re.I)


_OF_OTHER_PLACES = re.compile(
    r"[\s(*]*(?:(?:all|the|for|in|any)\s+)*(?:other|remaining|unlisted)\s+(?:cities|areas|regions|provinces|places|locations|districts)\s*[:,-]?\s*"
    r"(?:(?:are|is|will|be|please|not|yet|currently|available|covered|served|supported|coming|soon|later|contact|call|ask|us|customer|service|on|upon|by|request|to|added|opened|open|inquire|mail|in)[\s,.]*)*[\s).!]*",
    re.I,
)


def nothing_out(words: str) -> bool:
    """Whether words say that nothing is left out: 不发货地区：无."""
    words = words.strip()
    label = _NONE_OUT.fullmatch(words) if len(words) < 24 else None
    return label is not None and sense_of(label[1]) == NOT_SERVED


def of_others(words: str) -> bool:
    """Whether words speak of places that are not named and take nothing from those that are."""
    return (_OF_OTHER_PLACES if words.isascii() else _OF_OTHERS).fullmatch(words) is not None


def level_of_others(words: str) -> int:
    """How deep the places lie that words speak of beside those that are named: 2 of 其他城市, 3 of 其他区县; 0 for others."""
    found = _LEVELS_OF_OTHERS.search(words) if of_others(words) else None
    return 0 if found is None else 3 if found["county"] else 2


def strange(words: str) -> bool:
    """Whether a heading that seems to speak of service holds a word that nothing here knows."""
    brand = _BRAND.match(words)
    if brand and not _OTHERS.search(brand["name"]):
        words = words[brand.end("name") :]
    words = _DATED.sub("", _SOME.sub("", words))
    if any(word.lower() not in _KNOWN_LATIN for word in _LATIN.findall(words)):
        return True
    return _HAN.search(_KNOWN.sub("", words)) is not None


def understood(words: str) -> str:
    """The sense of words that stand over places: unclear where they seem to serve, but hold a word nobody knows."""
    sense = sense_of(words)
    return UNCLEAR if sense == SERVED and strange(words) else sense


def without_the_others(text: str, listed: str) -> tuple[str, str]:
    """成都市、绵阳市,其他地区不上门 without its last clause, which takes nothing from them."""
    if _OTHERS_BEHIND.search(text) is None:
        return text, listed
    for stop in islice(reversed(list(re.finditer("[,。;(]", text))), _MOST_STOPS):
        if stop.start() > 1 and of_others(text[stop.start() + 1 :]):
            behind = text[stop.start() :].strip()
            return text[: stop.start()], listed.removesuffix(behind).rstrip(" ,。;(") if listed.endswith(
                behind
            ) else listed
    return text, listed
