"""What the columns of a table mean, and what its rows then say: one row one place, never one place a cell."""

import re
from collections.abc import Iterator
from dataclasses import replace

from regions.resolver.brackets import HARMLESS_NOTE

from .headings import strange, understood
from .predicates import said_alone
from .reading import Context, Piece, Places, Verdict
from .senses import GROUP, NOT_SERVED, NOT_YET, SERVED, UNCLEAR, answer_of, sense_of
from .tables import Cell, Table

LEVEL, PLACES, OUT, GROUPS, ANSWER, STATE, CODE, NAME, ADDRESS, NOTE, OTHER = (
    "level", "places", "out", "group", "answer", "state", "code", "name", "address", "note", "other",
)  # fmt: skip
_HEADS = (
    (ANSWER, r"是否.*|有无.*|[能可]否.*|.*(?:状态|情况)|(?:开通|覆盖|支持|上门|服务)|.*\?|status|covered|available|served|in service"),
    (CODE, r"(?:行政)?(?:区划|行政区|地区|区域|城市|区县|省市区?)?(?:代码|编码)|区划码|ad_?code|code|gb/?t? ?2260"),
    (GROUPS, r"(?:所属)?(?:大区|片区|战区|分区|区块)|area group"),
    (ADDRESS, r".*(?:地址|所在地|位置|address).*"),
    (NOTE, r"备注|说明|注|其他|note|notes|remarks?|comment"),
    (OTHER, r".*(?:时效|时间|时段|时长|天数|日期|费用?|价格?|运费|金额|电话|手机|热线|联系|负责人|经理|师傅|工程师|姓名|序号|编号|数量?|个数|邮编|邮箱|方式|等级|重量|距离|公里|店名|网址|phone|tel|fee|price|days?|hours?|contact|zip|no\.?)|#|id"),
    (LEVEL, r"(?:所[在属])?(?:省份?|省/?(?:自治区/?)?(?:直辖)?市(?:/自治区)?|省级|市|城市|地级?市|地市|市州|州市|盟市|市级|区|县|区/?县|县/?区|市/?区/?县?|县/?市/?区|县市|区县市|县级|旗县|街道|乡镇|镇街?|街道/?乡?镇?|乡镇/?街道)(?:名称?)?|province|state|city|prefecture|county|district|town(?:ship)?"),
    (NAME, r".*名称?|name|.*(?:网点|门店|站点|服务商|服务站|公司)"),
    (PLACES, r".*(?:覆盖|服务|配送|派送|区域|范围|地区|区县|县区|城市|省份|辖区|地方|行政区|开通|上门|支持|service|area|region|coverage|cities|districts|counties|places?|location).*"),
)  # fmt: skip
_HEAD = tuple((role, re.compile(pattern, re.I)) for role, pattern in _HEADS)
_RANKS = (
    re.compile("省|province|state", re.I), re.compile("^(?!.*[区县]).*[市州盟]|city|prefecture", re.I),
    re.compile("[区县旗]|county|district", re.I),
)  # fmt: skip
_EDGES = re.compile(r"[\s()【】\[\]*:·]+")
_WHOLE = re.compile(
    r"(?:全[市省区县州境域部]?|全部|所有|整[市省区县]|全(?:市|省|区|县|境)?(?:覆盖|范围|域)|全部(?:区县|地区|区域|城市)|所有(?:区县|地区|区域|城市)|各区县?|各县区|√|✓|all|whole|entire)$",
    re.I,
)
_NOTHING = re.compile(r"[-—–/\\无×]*$|n/?a$|none$|暂无$|没有$", re.I)
_NO_REMARK = re.compile(r"[-—–/\\无\s]*|n/?a|暂?无|没有", re.I)
_COUNTS = re.compile(r"网点|门店|站点|服务站|师傅|工程师|数|outlets?|stores?", re.I)
_NONE = re.compile(r"[0零无〇]\s*(?:个|家|处|人|名)?|没有|暂无|[-—–]+|none|nil", re.I)
_LONGEST_WORD = 6
_HOURS = re.compile(r"周[一二三四五六日末]|节假日|工作日|[\d:~\-—至 ]+$")
_EXCEPTION = re.compile(r"^(?:除|不含|不包括|仅|只|限|不)")
_FILLER = re.compile(r"市辖区|直辖(?:县|市|区)?|省直辖.*|县$")
_LIMITS = re.compile(r"[仅只限部除]|不(?!休|收|限|另|需|用|间断)|偏远")
_READ = ("resolved", "historical", "ambiguous", "rules", "partial")


def codes_of(found: Verdict) -> tuple[str, ...]:
    """The codes a heading may mean; its closed life too, so that what lay in it is found."""
    if found.status == "resolved":
        return (found.code,) if found.code else ()
    if found.status == "historical":
        named = [item["code"] for item in found.evidence if item.get("code")]
        return tuple(dict.fromkeys([*named[-1:], *found.successors]))
    if found.status == "ambiguous":
        return tuple(found.candidates)
    if found.status == "rules" and not found.exclude:
        return tuple(found.include)
    return (found.parent,) if found.status == "partial" and found.parent else ()


def says_whole(text: str) -> bool:
    """Whether a cell or a line says that all of the place above it is meant: 全市, 全部区县, 各区县."""
    return _WHOLE.match(text.strip(" \t*-·•。.、,;:()【】")) is not None


def read(table: Table, places: Places, base: Context) -> list[Piece] | None:
    """The pieces of a table's rows; None where it is no table of places."""
    table, base = _under_its_title(table, places, base)
    head, roles = _roles(table, places)
    if head >= 0 and not _names_places(table.rows[head + 1 :], roles, places):
        return None
    if head < 0:
        if table.form in ("csv", "blanks"):
            return None
        roles = _guessed(table.rows, places)
        if not roles:
            return None
        roles = _states(table.rows, roles, (OTHER,))
    return list(_Rows(table, head, roles, places, base).pieces())


def _under_its_title(table: Table, places: Places, base: Context) -> tuple[Table, Context]:
    """The table without a cell over all its columns, and the context below that and its caption."""
    titles = [table.title] if table.title else []
    first = table.rows[0] if len(table.rows) > 1 else []
    if (
        len(first) > 1
        and first[0].text
        and len({cell.text for cell in first}) == 1
        and not _is_place(first[0], places)
    ):
        titles.append(first[0].text)
        table = replace(table, rows=table.rows[1:])
    for words in titles:
        base = turn(base, understood(words) or SERVED, words)
    return table, base


# ---------------------------------------------------------------- heads


def _role(text: str) -> str:
    name = _EDGES.sub("", text)
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


def _roles(table: Table, places: Places) -> tuple[int, list[str]]:
    """(row of the head, role of each column); -1 where there is no head."""
    for at, row in enumerate(table.rows[:3]):
        roles = [_role(cell.text) for cell in row]
        known = [role for role in roles if role in (LEVEL, PLACES, ADDRESS, CODE) or role.startswith(OUT)]
        told = sum(map(bool, roles))
        if table.form in ("csv", "blanks") and told * 2 < sum(bool(cell.text) for cell in row):
            continue
        if known and told > 1 and not any(_is_place(cell, places) for cell in row):
            return at, _by_content(table.rows[at + 1 :], roles)
    return -1, []


def _names_places(rows: list[list[Cell]], roles: list[str], places: Places) -> bool:
    """Whether the columns that should hold places do."""
    named = [
        at for at, role in enumerate(roles) if role in (LEVEL, PLACES, ADDRESS, CODE) or role.startswith(OUT)
    ]
    cells = [row[at].text for row in rows[:30] for at in named if row[at].text]
    return any(
        token.result.status in _READ for cell in cells for token in places.tokens(" ".join(cell.split()))
    )


def _by_content(rows: list[list[Cell]], roles: list[str]) -> list[str]:
    """A column of 华东, 华北 sorts the rows, whatever its head; 名称 beside codes names what the code means."""
    found = _states(rows, roles, (NOTE, NAME, ""))
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
            and all(_WHOLE.match(cell) and answer_of(cell) != SERVED for cell in cells)
        ):
            found[at] = PLACES  # 覆盖: 全省
    if CODE in found:
        return [
            PLACES if role == NAME and LEVEL not in found and PLACES not in found else role for role in found
        ]
    return found


def _states(rows: list[list[Cell]], roles: list[str], among: tuple[str, ...]) -> list[str]:
    """A column of 营业中, 停业, √ says whether each row is served, whatever its head; half of its cells tell."""
    found = list(roles)
    for at, role in enumerate(roles):
        cells = [row[at].text for row in rows if row[at].text and not row[at].text.isdigit()]
        told = sum(answer_of(cell) in (SERVED, NOT_SERVED, NOT_YET) for cell in cells)
        yes = any(answer_of(cell) == SERVED for cell in cells)
        if role in among and len(cells) > 1 and (told * 2 >= len(cells) or (yes and role in (NAME, ""))):
            found[at] = STATE
    return found


def _is_head(row: list[Cell], places: Places) -> bool:
    roles = [_role(cell.text) for cell in row if cell.text]
    known = [role for role in roles if role in (LEVEL, PLACES, ADDRESS, CODE) or role.startswith(OUT)]
    return bool(known) and len(roles) > 1 and all(roles) and not any(_is_place(cell, places) for cell in row)


def _is_place(cell: Cell, places: Places) -> bool:
    return bool(cell.text) and places.resolve(cell.text).status in ("resolved", "rules", "historical")


def _guessed(rows: list[list[Cell]], places: Places) -> list[str]:
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
    return [LEVEL if at in chain else OTHER for at in range(len(rows[0]))]


# ---------------------------------------------------------------- rows


class _Rows:
    def __init__(self, table: Table, head: int, roles: list[str], places: Places, base: Context):
        self.table, self.head, self.roles, self.places, self.base = table, head, roles, places, base
        self.named = sorted(
            (at for at, role in enumerate(roles) if role in (LEVEL, PLACES)), key=lambda at: self._rank(at)
        )

    def _rank(self, at: int) -> int:
        """How deep the places of a column lie, whatever the order of the columns."""
        if self.head < 0 or self.roles[at] != LEVEL:
            return len(_RANKS)
        return next((rank for rank, words in enumerate(_RANKS) if words.search(self._title(at))), len(_RANKS))

    def pieces(self) -> Iterator[Piece]:
        head = [cell.text for cell in self.table.rows[self.head]] if self.head >= 0 else None
        before: list[Cell] = []
        for row in self.table.rows[self.head + 1 :]:
            words = [cell.text for cell in row]
            if words == head or not any(words) or _is_head(row, self.places):
                continue
            row = self._merged(row, before)
            before = row
            yield from self._row(row)

    def _merged(self, row: list[Cell], before: list[Cell]) -> list[Cell]:
        """An empty cell of the upper levels says what the row before said, if something stands below it."""
        if not before:
            return row
        row, same = list(row), True
        for place, at in enumerate(self.named[:-1]):
            deeper = any(row[other].text for other in self.named[place + 1 :])
            if not row[at].text and same and deeper:
                row[at] = Cell(before[at].text, -1)
            same = same and row[at].text == before[at].text
        return row

    def _row(self, row: list[Cell]) -> Iterator[Piece]:
        context = self._context(row)
        filled = [at for at in self.named if row[at].text and not _FILLER.fullmatch(row[at].text)]
        code = next((row[at] for at, role in enumerate(self.roles) if role == CODE and row[at].text), None)
        if code is not None:
            name = row[filled[-1]].text if filled else ""
            yield Piece(code.line, code.start, code.text, context, code=name)
            return
        levels = [at for at in filled if self.roles[at] == LEVEL]
        outs = [at for at, role in enumerate(self.roles) if role.startswith(OUT) and row[at].text]
        address = next(
            (row[at] for at, role in enumerate(self.roles) if role == ADDRESS and row[at].text), None
        )
        if address is not None and not levels:
            if not filled:
                held = replace(context, held=context.held or "address")
                yield from self._cell(address, held, address)
                return
            context = self._at_city(context, address)
        for at in filled[:-1]:
            context = self._below(context, row[at])
        if filled:
            yield from self._deepest(row, filled, context)
        for at in outs:
            own = self._context(row)
            for level in levels:
                own = self._below(own, row[level])
            sense = self.roles[at].partition(":")[2]
            if not _NOTHING.match(row[at].text):
                yield from self._cell(row[at], _turned(own, sense, self._title(at)), row[at])

    def _deepest(self, row: list[Cell], filled: list[int], context: Context) -> Iterator[Piece]:
        cell = row[filled[-1]]
        above = row[filled[-2]] if len(filled) > 1 else None
        if above is not None and says_whole(cell.text) and cell.text.startswith(("全", "各", "所有")):
            yield from self._cell(
                Cell(above.text + cell.text, cell.line, cell.start), context, cell
            )  # 成都 全市
        elif above is None or self.roles[filled[-1]] == LEVEL and not _NOTHING.match(cell.text):
            yield from self._cell(cell, context, cell)
        elif _NOTHING.match(cell.text):
            own = replace(context, held=context.held or "table")
            yield from self._cell(Cell(above.text, cell.line, cell.start), own, cell)
        elif _WHOLE.match(cell.text):
            yield from self._cell(Cell(above.text, cell.line, cell.start), context, cell)
        elif _EXCEPTION.match(cell.text):
            yield from self._cell(Cell(f"{above.text}({cell.text})", cell.line, cell.start), context, cell)
        else:
            yield from self._cell(cell, context, cell)

    def _cell(self, cell: Cell, context: Context, place: Cell) -> Iterator[Piece]:
        if cell.line < 0:
            cell = Cell(cell.text, max(place.line, self.table.first), place.start)
        for part in cell.parts():
            yield Piece(part.line, part.start, part.text, context)

    def _below(self, context: Context, cell: Cell) -> Context:
        """Below the place of a cell. One that is not known makes what stands below it a question."""
        words = " ".join(cell.text.split())
        found = self.places.resolve(words, heading=context.within)
        codes = codes_of(found)
        held = context.held or ("" if codes and found.status != "partial" else "parent")
        return replace(context, heading=(*context.heading, words), within=codes or context.within, held=held)

    def _at_city(self, context: Context, cell: Cell) -> Context:
        """What an outlet covers lies in the city of its address."""
        found = self.places.resolve(" ".join(cell.text.split()), heading=context.within)
        named = [item["code"] for item in found.evidence if item.get("code")]
        cities = [code for code in named if code.endswith("00")]
        if not cities:
            return replace(context, heading=(*context.heading, cell.text), held=context.held or "parent")
        return replace(context, heading=(*context.heading, cell.text), within=(cities[-1],))

    def _context(self, row: list[Cell]) -> Context:
        context = self.base
        for at, role in enumerate(self.roles):
            text = row[at].text
            if role == GROUPS and text:
                context = replace(context, heading=(*context.heading, text))
            elif role == ANSWER:
                sense = answer_of(text)
                asked = (
                    sense_of(self._title(at)) if not re.match(r"是否|有无|[能可]否", self._title(at)) else ""
                )
                if asked in (NOT_SERVED, UNCLEAR, NOT_YET) or re.search("偏远|不", self._title(at)):
                    sense = UNCLEAR if sense else ""
                if sense != SERVED:
                    context = _turned(context, sense or UNCLEAR, f"{self._title(at)}: {text}")
            elif role == STATE and text and (sense := answer_of(text)) != SERVED:
                context = _turned(context, NOT_YET if sense == NOT_YET else UNCLEAR, text)
            elif sense := self._beside(at, text):
                context = _turned(context, sense, text)
        return context

    def _beside(self, at: int, text: str) -> str:
        """What a cell says of the place in its row where its column is not asked about it: 暂停 among names, 0 among
        counts, a place in a column that nothing explains."""
        role = self.roles[at]
        if role == NOTE:
            return _of_a_remark(text)
        if role not in (NAME, OTHER, "") or not text:
            return ""
        if _COUNTS.search(self._title(at)) and _NONE.fullmatch(text):
            return UNCLEAR
        below = self.head < 0 and at > min(self.named)  # what stands before, 华东, only sorts the rows
        if below and any(each.result.status in _READ for each in self.places.tokens(text)):
            return UNCLEAR
        refused = said_alone(text) in (NOT_SERVED, NOT_YET) or sense_of(text) == NOT_SERVED
        return UNCLEAR if refused and not _NO_REMARK.fullmatch(text) else ""

    def _title(self, at: int) -> str:
        return _EDGES.sub("", self.table.rows[self.head][at].text) if self.head >= 0 else ""


def _of_a_remark(text: str) -> str:
    """What a remark says of the place in its row; "" for hours, fees and whatever else takes nothing from it."""
    if _NO_REMARK.fullmatch(text.strip()) or _HOURS.match(text):
        return ""
    said, sense = answer_of(text), sense_of(text)
    if NOT_YET in (said, sense):
        return NOT_YET
    if said == NOT_SERVED or _LIMITS.search(text) or sense in (NOT_SERVED, UNCLEAR):
        return UNCLEAR
    odd = len(text) <= _LONGEST_WORD and strange(text) and not HARMLESS_NOTE.fullmatch(text)
    return UNCLEAR if said == UNCLEAR and odd else ""


def _turned(context: Context, sense: str, words: str) -> Context:
    """The context with another sense said in it; two refusals one over the other may mean anything."""
    if sense == NOT_SERVED and context.sense == NOT_SERVED:
        sense = UNCLEAR
    return turn(context, sense, words)


def turn(context: Context, sense: str, words: str) -> Context:
    """Below words that say whether places are served."""
    heading = (*context.heading, words) if words else context.heading
    if sense in (NOT_YET, UNCLEAR):
        return replace(
            context, heading=heading, held=context.held or ("not-yet" if sense == NOT_YET else "heading")
        )
    return replace(context, heading=heading, sense=sense)
