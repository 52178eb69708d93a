"""What the columns of a table mean: by their heads, by what they hold, and where there is no head by how the places lie."""

import re

from . import days
from .contexts import codes_of, within
from .headings import strange
from .reading import Places
from .senses import GROUP, NOT_SERVED, NOT_YET, SERVED, UNCLEAR, answer_of, sense_of
from .tables import Cell, Table

LEVEL, PLACES, ALSO, OUT, GROUPS, ANSWER, STATE, CODE, NAME, ADDRESS, NOTE, BEGINS, ENDS, FOREIGN, TRADE, OTHER = (
    "level", "places", "also", "out", "group", "answer", "state", "code", "name", "address", "note", "begins", "ends", "foreign", "trade", "other",
)  # fmt: skip
_HEADS = (
    (FOREIGN, r".*(?:竞品|竞争|竞对|对手|友商|同行|别家|他牌|其[他它](?:品牌|公司|厂家|商家)|(?:最近|就近|邻近|相邻|附近|周边)的?(?:网点|门店|站点|服务[站点]|维修[站点]|城市|区域|地区|仓)|仓|库房|总部|注册地|产地|发货地|工厂|户籍|籍贯|(?:客户|订单|用户)来源|(?:经销|代理|供应)商(?:所在|地址|位置|城市)|距离|公里|里程|车程|路程|competitors?|rivals?|warehouses?|distance|nearest|headquarters?).*"),
    (ANSWER, r"是否.*|有无.*|[能可]否.*|.*(?:状态|情况)|(?:开通|覆盖|支持|上门|服务)|.*\?|status|covered|available|served|in service|open|active"),
    (CODE, r"(?:行政)?(?:区划|行政区|地区|区域|城市|区县|省市区?)?(?:代码|编码)|区划码|ad_?code|code|gb/?t? ?2260"),
    (GROUPS, r"(?:所属)?(?:大区|片区|战区|分区|区块|办事处|营业部|分拨中心)|area group"),
    (ADDRESS, r".*(?:地址|所在地|位置|address).*"),
    (NOTE, r"备注|说明|注|其他|.*(?:项目|内容|类型|类别|品类|产品|业务|品牌)|note|notes|remarks?|comment"),
    (BEGINS, days.BEGINS),
    (ENDS, days.ENDS),
    (OTHER, r".*(?:时效|时间|时段|时长|天数|日期|费用?|价格?|运费|金额|电话|手机|热线|联系|负责人|经理|师傅|工程师|技师|业务员|[店站]长|安装工|维修[工员]|客服|对接人|经理人|法人|主管|姓名|序号|编号|数量?|个数|邮编|邮箱|方式|模式|形式|等级|重量|距离|公里|店名|网址|phone|tel|fee|price|days?|hours?|contact|zip|no\.?)|#|id"),
    (LEVEL, r"(?:所[在属])?(?:省份?|省/?(?:自治区/?)?(?:直辖)?市(?:/自治区)?|省级|市|城市|地级?市|地市|市州|州市|盟市|市级|区|县|区/?县|县/?区|市/?区/?县?|县/?市/?区|县市|区县市|县级|旗县|街道|乡镇|镇街?|街道/?乡?镇?|乡镇/?街道)(?:名称?)?|province|state|city|prefecture|county|district|town(?:ship)?"),
    (NAME, r".*名称?|name|.*(?:网点|门店|站点|服务商|服务站|公司)"),
    (PLACES, r".*(?:覆盖|服务|配送|派送|区域|范围|地区|区县|县区|城市|省份|辖区|地方|行政区|开通|上门|支持|service|area|region|coverage|cities|districts|counties|places?|location).*"),
)  # fmt: skip
_HEAD = tuple((role, re.compile(pattern, re.I)) for role, pattern in _HEADS)
EDGES = re.compile(r"[\s()【】\[\]*:·]+")
WHOLE = re.compile(
    r"(?:全[市省区县州境域部]?|全部|所有|整[市省区县]|全(?:市|省|区|县|境)?(?:覆盖|范围|域)|全部(?:区县|地区|区域|城市)|所有(?:区县|地区|区域|城市)|各区县?|各县区|√|✓|all|whole|entire)$",
    re.I,
)
_OUT_OF_ALL = re.compile(r"\((?:(?:除|不含|不包括)[^()]{2,40}|[^()]{2,40}(?:除外|以外|之外|不含))\)\s*$")
# How a column asks, and what it asks about where a yes and a no in it say who is served: 是否开通, 可上门, 能否配送.
ASKING = re.compile(r"^(?:目前|当前|现在?)?(?:是不是|是否|有无|有没有|[能可]不[能可]以?|[能可]否)")
_SERVING = re.compile(
    r"(?:目前|当前|已经?|可以?|能够?|正?在|正常|有|为|属于?|提供|支持|设有?|本地|官方|我司){0,6}"
    r"(?:开通|开放|覆盖|支持|上门|服务|售后|受理|承接|接单|派单|营业|运营|在营|上线|启用|可用|有效|合作|入驻|进驻|配送|派送|送货|发货|送达|直达|到达|可达|可送|可发|可到|网点|门店|站点|师傅|服务商|服务点|服务站){1,6}"
    r"(?:服务|范围|区域?|之?内|地区|城市|上门|状态|情况|中|了|吗|与否|[?]){0,6}"
    r"|(?:服务|开通|覆盖|运营|营业|网点|门店|城市|站点)?(?:状态|情况)"
    r"|(?:is ?)?(?:status|state|covered|available|served|serviced|supported|enabled|open|active|live|operating|in service|coverage|service)[?]?",
    re.I,
)
_SHUT = re.compile(
    r"(?:is )?(?:permanently |temporarily )?(?:closed|shut|shut down|inactive|terminated|ceased)[?]?", re.I
)
SERVES = re.compile("服务|覆盖|配送|派送|开通|上门|支持|受理|送达|辖|serv|cover|deliver|support", re.I)
_NO_REMARK = re.compile(r"[-—–/\\无\s]+|暂?无|没有", re.I)  # a remark that nobody made
READ = ("resolved", "historical", "ambiguous", "rules", "partial")


def role_of(text: str) -> str:
    name = EDGES.sub("", text)
    if text.isascii() and (sense_of(text) == NOT_SERVED or _SHUT.fullmatch(text.strip())):
        return f"{OUT}:{NOT_SERVED}"  # not available
    if not name or len(name) > 16:
        return ""
    role = next((role for role, pattern in _HEAD if pattern.fullmatch(name)), "")
    if role in (PLACES, ANSWER, NAME) and not re.match(r"是否|有无|[能可]否", name):
        sense = sense_of(name)
        if sense in (NOT_SERVED, NOT_YET, UNCLEAR):
            return f"{OUT}:{sense}"
    if not role and sense_of(name) == NOT_SERVED:
        return f"{OUT}:{NOT_SERVED}"  # 除外
    return role


def asked_by(title: str) -> str:
    """What a yes in a column says of the place in its row: served, not served (是否停止服务), or that nobody can tell; ""
    where the column is about another matter (是否包邮, 自营, 2024)."""
    asked = ASKING.sub("", title).strip("?吗")
    if _SERVING.fullmatch(asked):
        return SERVED
    sense = sense_of(asked)
    if sense in (NOT_SERVED, NOT_YET, UNCLEAR):
        return sense
    return UNCLEAR if strange(asked) and role_of(title) not in (NOTE, NAME) else ""


def says_nothing(titles: list[str], roles: list[str]) -> bool:
    """Whether a table sets beside its places what others do there or how far they are, and nothing of who is served."""
    told = [
        at for at, role in enumerate(roles) if role in (ANSWER, STATE, PLACES) and SERVES.search(titles[at])
    ]
    return FOREIGN in roles and not told


def roles_of(table: Table, places: Places) -> tuple[int, list[str]]:
    """(row of the head, role of each column); -1 where there is no head."""
    for at, row in enumerate(table.rows[:3]):
        roles = [role_of(cell.text) for cell in row]
        known = [role for role in roles if role in (LEVEL, PLACES, ADDRESS, CODE) or role.startswith(OUT)]
        if not known and OTHER in roles and NAME in roles:
            own = roles.index(NAME)
            cells = [each[own] for each in table.rows[at + 1 :] if each[own].text]
            if cells and all(is_place(cell, places) for cell in cells):
                roles[own], known = PLACES, [PLACES]  # 网点 over 徐州市, beside 师傅
        told = sum(
            bool(role) or bool(cell.text) and _answers(table.rows[at + 1 :], column)
            for column, (role, cell) in enumerate(zip(roles, row, strict=True))
        )
        if table.form in ("csv", "blanks") and told * 2 < sum(bool(cell.text) for cell in row):
            continue
        if known and told > 1 and not any(is_place(cell, places) for cell in row):
            return at, _also(table.rows[at + 1 :], by_content(table.rows[at + 1 :], roles), places)
    return -1, []


def _also(rows: list[list[Cell]], roles: list[str], places: Places) -> list[str]:
    """Columns of places below words that nobody expects over them: 省份, 免费, 收费 over 四川, 成都、绵阳, 南充."""
    if LEVEL not in roles or PLACES in roles:
        return roles
    found = list(roles)
    for at, role in enumerate(roles):
        cells = [row[at].text for row in rows[:30] if row[at].text]
        if role in ("", OTHER) and cells and all(_lists_places(cell, places) for cell in cells):
            found[at] = ALSO
    return found


def _lists_places(text: str, places: Places) -> bool:
    found = places.tokens(" ".join(text.split()))
    return bool(found) and all(token.result.status in READ and not token.result.rest for token in found)


def _answers(rows: list[list[Cell]], at: int) -> bool:
    """Whether a column holds nothing but yes and no."""
    cells = [row[at].text for row in rows if row[at].text and not row[at].text.isdigit()]
    return bool(cells) and all(answer_of(cell) in (SERVED, NOT_SERVED) for cell in cells)


def names_places(rows: list[list[Cell]], roles: list[str], places: Places) -> bool:
    """Whether the columns that should hold places do."""
    named = [
        at for at, role in enumerate(roles) if role in (LEVEL, PLACES, ADDRESS, CODE) or role.startswith(OUT)
    ]
    cells = [row[at].text for row in rows[:30] for at in named if row[at].text]
    return any(
        token.result.status in READ for cell in cells for token in places.tokens(" ".join(cell.split()))
    )


def by_content(rows: list[list[Cell]], roles: list[str]) -> list[str]:
    """A column of 华东, 华北 sorts the rows, whatever its head; 名称 beside codes names what the code means."""
    found = states(rows, roles, (NOTE, NAME, ""))
    for at, role in enumerate(roles):
        cells = [row[at].text for row in rows if row[at].text]
        if (
            role in (PLACES, LEVEL)
            and cells
            and sum(bool(GROUP.match(cell)) for cell in cells) * 2 > len(cells)
        ):
            found[at] = GROUPS
        if (
            role == PLACES
            and cells
            and all(answer_of(cell) in (SERVED, NOT_SERVED, NOT_YET) for cell in cells)
        ):
            found[at] = ANSWER  # 上门服务: ✓, ✗
        if (
            role == ANSWER
            and cells
            and all(WHOLE.match(cell) and answer_of(cell) != SERVED for cell in cells)
        ):
            found[at] = PLACES  # 覆盖: 全省
    if CODE in found:
        return [
            PLACES if role == NAME and LEVEL not in found and PLACES not in found else role for role in found
        ]
    return found


def states(rows: list[list[Cell]], roles: list[str], among: tuple[str, ...]) -> list[str]:
    """A column of 营业中, 停业, √ says whether each row is served, whatever its head; half of its cells tell."""
    found = list(roles)
    for at, role in enumerate(roles):
        cells = [row[at].text for row in rows if row[at].text and not row[at].text.isdigit()]
        says = [cell for cell in cells if role != NOTE or not _NO_REMARK.fullmatch(cell)]
        told = sum(answer_of(cell) in (SERVED, NOT_SERVED, NOT_YET) for cell in says)
        yes = any(answer_of(cell) == SERVED for cell in cells)
        if role in among and len(cells) > 1 and (told * 2 >= len(cells) or (yes and role in (NAME, ""))):
            found[at] = STATE
    return found


def is_head(row: list[Cell], places: Places) -> bool:
    roles = [role_of(cell.text) for cell in row if cell.text]
    known = [role for role in roles if role in (LEVEL, PLACES, ADDRESS, CODE) or role.startswith(OUT)]
    return bool(known) and len(roles) > 1 and all(roles) and not any(is_place(cell, places) for cell in row)


def is_place(cell: Cell, places: Places) -> bool:
    return bool(cell.text) and places.resolve(cell.text).status in ("resolved", "rules", "historical")


def guessed(rows: list[list[Cell]], places: Places) -> list[str]:
    """Roles without a head: neighbouring columns of which each lies in the one before it, in most rows."""
    sample = [row for row in rows if sum(bool(cell.text) for cell in row) > 1][:30]
    chain: list[int] = []
    for at in range(len(rows[0]) if rows else 0):
        good = seen = 0
        for row in sample:
            if not row[at].text:
                continue
            seen += 1
            above: tuple[str, ...] = ()
            for before in chain:
                above = codes_of(places.resolve(row[before].text, heading=above)) or above
            found = places.tokens(row[at].text, heading=above)
            good += (
                bool(found)
                and found[0].result.status in ("resolved", "historical", "ambiguous")
                and not found[0].result.rest
            ) or (len(chain) > 0 and says_whole(row[at].text))
        if seen and good * 10 >= seen * 7:
            chain.append(at)
        elif chain and len(chain) > 1:
            break
    if len(chain) < 2:
        return []
    more = _beside(sample, chain, places)
    levels = chain[:-1] if more else chain
    also = {chain[-1], *more} if more else set()
    return [LEVEL if at in levels else ALSO if at in also else OTHER for at in range(len(rows[0]))]


def _beside(rows: list[list[Cell]], chain: list[int], places: Places) -> list[int]:
    """Columns behind the levels that list more of the upper place, and nothing of the lower one: 四川 | 成都 | 绵阳."""
    found = []
    for at in range(chain[-1] + 1, len(rows[0])):
        cells = [row for row in rows if row[at].text]
        if not cells or not all(
            _lies_beside(row[at], row[chain[-1]], row[chain[-2]], places) for row in cells
        ):
            break
        found.append(at)
    return found


def _lies_beside(cell: Cell, sibling: Cell, above: Cell, places: Places) -> bool:
    tops = codes_of(places.resolve(above.text))
    named, own = (codes_of(places.resolve(each.text, heading=tops)) for each in (cell, sibling))
    inside = bool(named) and all(any(within(code, top) and code != top for top in tops) for code in named)
    return inside and not any(within(code, top) for code in named for top in own)


def without_exception(text: str) -> str:
    """全境(独山县除外) without what is taken out behind it."""
    return _OUT_OF_ALL.sub("", text)


def says_whole(text: str) -> bool:
    """Whether a cell or a line says that all of the place above it is meant: 全市, 全部区县, 各区县."""
    return WHOLE.match(text.strip(" \t*-·•。.、,;:()【】")) is not None
