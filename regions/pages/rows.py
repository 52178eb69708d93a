"""What the rows of a table say: one row one place, never one place a cell."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from regions.resolver.brackets import HARMLESS_NOTE

from .cells import limits, unlike
from .columns import (
    ADDRESS,
    ALSO,
    ANSWER,
    BEGINS,
    CODE,
    EDGES,
    ENDS,
    GROUPS,
    LEVEL,
    NAME,
    NOTE,
    OTHER,
    OUT,
    PLACES,
    READ,
    STATE,
    TRADE,
    WHOLE,
    asked_by,
    guessed,
    is_head,
    is_place,
    names_places,
    role_of,
    roles_of,
    says_nothing,
    says_whole,
    states,
)
from .contexts import codes_of, turn
from .days import ENDING, is_clock, out_of_time, parted, span
from .headings import strange, understood
from .lists import is_generic, sure_places
from .predicates import said_alone
from .reading import Context, Piece, Places
from .senses import NOT_SERVED, NOT_YET, SENT, SERVED, UNCLEAR, answer_of, sense_of
from .tables import Cell, Table
from .trades import by_trade, trades_of
from .upright import set_upright, with_a_head

_RANKS = (
    re.compile("省|province|state", re.I), re.compile("^(?!.*[区县]).*[市州盟]|city|prefecture", re.I),
    re.compile("[区县旗]|county|district", re.I),
)  # fmt: skip
_NOTHING = re.compile(r"[-—–/\\无×]*$|n/?a$|none$|暂无$|没有$", re.I)
_NO_REMARK = re.compile(r"[-—–/\\无\s]*|n/?a|暂?无|没有", re.I)
_COUNTS = re.compile(r"网点|门店|站点|服务站|师傅|工程师|数|outlets?|stores?", re.I)
_NONE = re.compile(r"[0零无〇]\s*(?:个|家|处|人|名)?|没有|暂无|[-—–]+|none|nil", re.I)
_OTHER_WAY = re.compile(
    "(?:可|支持|是否)?(?:寄修|自提|自送|送修|到店(?:维修|自提)?|返厂|远程(?:指导)?)(?:服务)?"
)
_LONGEST_WORD = 6
_HOURS = re.compile(r"周[一二三四五六日末]|节假日|工作日|[\d:~\-—至 ]+$")
_EXCEPTION = re.compile(r"^(?:除|不含|不包括|仅|只|限|不)")
_NO_END = re.compile(r"长期|永久|至今|无固?定?期限?|不限|[-—–/]+|none|n/?a", re.I)
_FILLER = re.compile(r"市辖区|直辖(?:县|市|区)?|省直辖.*|县$")
_LIMITS = re.compile(r"[仅只限部除撤]|停(?!车)|退出|关[停闭店]|转[给交让]|不(?!休|收|限|另|需|用|间断)|偏远")


def read(table: Table, places: Places, base: Context) -> list[Piece] | None:
    """The pieces of a table's rows; None where it is no table of places."""
    set_upright(table, places)
    table, base = _under_its_title(table, places, base)
    head, roles = roles_of(table, places)
    if head < 0 and table.turned:
        head, roles = 0, [role_of(cell.text) for cell in table.rows[0]]
    elif head < 0 and table.form == "csv":
        table = with_a_head(table, places)
        head, roles = roles_of(table, places)
    if head >= 0 and not names_places(table.rows[head + 1 :], roles, places):
        return None
    if head < 0:
        if table.form in ("csv", "blanks", "words"):
            return None
        roles = guessed(table.rows, places)
        if not roles:
            return None
        roles = states(table.rows, roles, (OTHER,))
    if head >= 0 and says_nothing([cell.text for cell in table.rows[head]], roles):
        base = replace(base, held=base.held or "table")
    return list(_Rows(table, head, roles, places, base).pieces())


def _under_its_title(table: Table, places: Places, base: Context) -> tuple[Table, Context]:
    """The table without a cell over all its columns, and the context below that and its caption."""
    titles = [table.title] if table.title else []
    first = table.rows[0] if len(table.rows) > 1 else []
    if (
        len(first) > 1
        and first[0].text
        and len({cell.text for cell in first}) == 1
        and not is_place(first[0], places)
    ):
        titles.append(first[0].text)
        table = replace(table, rows=table.rows[1:])
    for words in titles:
        base = turn(base, understood(words) or SERVED, words)
    return table, base


class _Rows:
    def __init__(self, table: Table, head: int, roles: list[str], places: Places, base: Context):
        self.table, self.head, self.places, self.base = table, head, places, base
        self.titles = [self._title(at) for at in range(len(roles))]
        self.trades = trades_of(self.titles, table.rows[head + 1 :]) if head >= 0 else {}
        self.roles = [TRADE if at in self.trades else role for at, role in enumerate(roles)]
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
            if words == head or not any(words) or is_head(row, self.places):
                continue
            row = self._merged(row, before)
            before = row
            for piece in self._row(row):
                yield from by_trade(piece, row, self.titles, self.trades) if self.trades else (piece,)

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
        for at in outs:
            if filled and self._is_unread(row[at], self._below(context, row[filled[-1]])):
                context = replace(context, held=context.held or "heading")  # 关闭: 2024
            if _NOTHING.match(row[at].text):  # 不服务区县: 无
                context = replace(context, heading=(*context.heading, f"{self._title(at)}: {row[at].text}"))
        also = [at for at, role in enumerate(self.roles) if role == ALSO and row[at].text]
        if also and filled == levels:
            below = self._below(context, row[filled[-1]])
            for at in also:
                yield from self._cell(
                    row[at], _turned(below, understood(self._title(at)) or SERVED, self._title(at)), row[at]
                )
        elif filled:
            if sense := out_of_time(self._title(filled[-1])):  # 2027年城市 over its places
                context = _turned(context, sense, self._title(filled[-1]))
            yield from self._deepest(row, filled, context)
        for at in outs:
            own = self._context(row)
            for level in levels:
                own = self._below(own, row[level])
            sense = self.roles[at].partition(":")[2]
            if not (_NOTHING.match(row[at].text) or row[at].text.isdigit()) and answer_of(
                row[at].text
            ) not in (SERVED, NOT_SERVED):
                yield from self._cell(row[at], _turned(own, sense, self._title(at)), row[at])

    def _is_unread(self, cell: Cell, below: Context) -> bool:
        """Whether a cell in a column of what is not served holds neither an answer nor a place."""
        if _NOTHING.match(cell.text) or answer_of(cell.text) in (SERVED, NOT_SERVED):
            return False
        return not sure_places(cell.text, self.places, below.within)

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
        elif WHOLE.match(cell.text):
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
        spelt = self.places.tokens(words, heading=context.within) if words.isascii() else ()
        codes = codes_of(found := spelt[0].result if len(spelt) == 1 else found)  # Gansu over Lanzhou
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
        said_at_home = any(
            role in (ANSWER, STATE)
            and asked_by(self.titles[at]) == SERVED
            and answer_of(row[at].text) in (SERVED, NOT_SERVED)
            for at, role in enumerate(self.roles)
        )
        for at, role in enumerate(self.roles):
            text = row[at].text
            if role == GROUPS and text:
                context = replace(context, heading=(*context.heading, text))
            elif said_at_home and _OTHER_WAY.fullmatch(self._title(at)):
                continue  # 寄修: √ beside 上门: ×
            elif role in (ANSWER, STATE) or (
                role.startswith(OUT) and answer_of(text) in (SERVED, NOT_SERVED)
            ):
                if sense := self._answered(at, role, text):
                    context = _turned(context, sense, f"{self._title(at)}: {text}")
            elif role in (BEGINS, ENDS):
                said = f"{self._title(at)}: {text}"
                if sense := _dated(text, role):
                    context = _turned(context, sense, said)
                elif role == ENDS and span(text):  # a day to come is not kept by the rule, and so it is shown
                    # ... in one word for all: 解约, 退出 above a place would be read as its sense
                    context = replace(context, heading=(*context.heading, f"有效期至: {text}"))
            elif sense := self._beside(at, text):
                context = _turned(context, sense, text)
        return context

    def _answered(self, at: int, role: str, text: str) -> str:
        """What an answer says of the place in its row; "" where it takes nothing from it. A no to another matter than who
        is served (是否包邮: 否) decides nothing, and nor does a yes to what nobody understands."""
        answer, asked = answer_of(text), asked_by(self._title(at))
        if role.startswith(OUT):
            asked = role.partition(":")[2]
        if not text:
            return UNCLEAR if role == ANSWER and asked == SERVED else ""
        if answer == NOT_YET or (role == STATE and self.head < 0):
            return "" if answer == SERVED else NOT_YET if answer == NOT_YET else UNCLEAR
        if asked == NOT_SERVED:  # 不服务: √
            return {SERVED: NOT_SERVED, NOT_SERVED: ""}.get(answer, UNCLEAR)
        if asked in (NOT_YET, UNCLEAR):
            return asked if answer == SERVED else UNCLEAR
        if answer == SERVED:
            return ""
        return NOT_SERVED if answer == NOT_SERVED and asked == SERVED and role == ANSWER else UNCLEAR

    def _beside(self, at: int, text: str) -> str:
        """What a cell says of the place in its row where its column is not asked about it: 暂停 among names, 0 among
        counts, a place in a column that nothing explains."""
        role = self.roles[at]
        if role in (NOTE, OTHER, "") and (
            sense := out_of_time(text, ends=ENDING.search(self._title(at)) is not None)
        ):
            return sense
        if role == NOTE:
            return _of_a_remark(text) or (UNCLEAR if self._of_parts(text) else "")
        if role not in (NAME, OTHER, "") or not text:
            return ""
        if _COUNTS.search(self._title(at)) and _NONE.fullmatch(text):
            return UNCLEAR
        below = self.head < 0 and at > min(self.named)  # what stands before, 华东, only sorts the rows
        if below and any(each.result.status in READ for each in self.places.tokens(text)):
            return UNCLEAR
        refused = said_alone(text) in (NOT_SERVED, NOT_YET) or sense_of(text) == NOT_SERVED
        sorts = self.head < 0 and at < min(self.named)  # 直辖市 before its places
        if role != NAME and not sorts and unlike(self._title(at), text):
            return UNCLEAR
        return UNCLEAR if refused and not _NO_REMARK.fullmatch(text) else ""

    def _of_parts(self, text: str) -> bool:
        """Whether a remark names places, or a part that every town has: 宿城区、宿豫区; 主城区."""
        return (
            is_generic(text)
            or limits(text)
            or any(each.result.status in READ and each.result.code for each in self.places.tokens(text))
        )

    def _title(self, at: int) -> str:
        return EDGES.sub("", self.table.rows[self.head][at].text) if self.head >= 0 else ""


def _dated(text: str, role: str) -> str:
    """What a day says of the place in its row: one that begins later, or on no day that is known, is not served today,
    and of one that ended nothing is certain."""
    if not text:
        return NOT_YET if role == BEGINS else ""
    begins, text = parted(text) if role == ENDS else ("", text)
    if begins and _dated(begins, BEGINS):
        return NOT_YET
    days = span(text)
    if days is None:
        sense = SERVED if is_clock(text) or _NO_END.fullmatch(text) else answer_of(text)
        return "" if sense == SERVED else NOT_YET if role == BEGINS else UNCLEAR
    today = date.today()
    if role == BEGINS:
        return NOT_YET if days[1] > today else ""
    return UNCLEAR if days[0] <= today else ""


def _of_a_remark(text: str) -> str:
    """What a remark says of the place in its row; "" for hours, fees and whatever else takes nothing from it."""
    if _NO_REMARK.fullmatch(text.strip()) or _HOURS.match(text):
        return ""
    said, sense = answer_of(text), sense_of(text)
    if NOT_YET in (said, sense):
        return NOT_YET
    if said == NOT_SERVED or SENT.search(text) or _LIMITS.search(text) or sense in (NOT_SERVED, UNCLEAR):
        return UNCLEAR
    odd = len(text) <= _LONGEST_WORD and strange(text) and not HARMLESS_NOTE.fullmatch(text)
    return UNCLEAR if said == UNCLEAR and odd else ""


def _turned(context: Context, sense: str, words: str) -> Context:
    """The context with another sense said in it; two refusals one over the other may mean anything."""
    if sense == NOT_SERVED and context.sense == NOT_SERVED:
        sense = UNCLEAR
    return turn(context, sense, words)
