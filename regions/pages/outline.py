"""The outline of a page: which headings stand over which list lines, and what each stretch of a line then says.

A heading is the parent of what stands below it, never an item; it ends where one of the same kind, or a place outside
it, begins. What is not served is said by headings, labels and the ends of clauses (新疆西藏不发货).
"""

import re
from dataclasses import replace

from . import rows
from .asides import is_a_seat, without_seat
from .clauses import clauses
from .columns import says_whole, without_exception
from .contexts import codes_of, within
from .headed import REMARK
from .headings import nothing_out
from .heads import Heads
from .holding import is_zone_of
from .labels import ADDRESS, FORM, LEVELS, OWN_ADDRESS, Said
from .lists import SHAPE, looks_like_a_name, sure_places
from .reading import Context, Piece, Remark
from .senses import NOT_SERVED, NOT_YET, SERVED, UNCLEAR
from .shapes import Shape, shape_of
from .stretches import SEVERAL, Clause, is_list, led
from .tables import Table
from .words import ADDRESS as STREET
from .words import BREADCRUMB

HEAD_OF_TABLE = "head of a table"
_LONGEST_LINE = 200
_SIBLINGS = 6  # cities of the line before in which a name of this one is looked for
_MARKED = re.compile(r"[:：】\])）]\s*$")
_GOES_ON = re.compile(r"[、,]\s*$")


class Outline(Heads):
    """Reads the lines of a page from top to bottom. `pieces`: what the draft resolves; `headings`: reasons by line."""

    def read(self) -> "Outline":
        at = 0
        while at < len(self.lines):
            table = self.tables.get(at)
            found = rows.read(table, self.places, self._context()) if table else None
            if table is not None and found is not None:
                self._table(table, found)
                at = table.last + 1
                continue
            self._line(at)
            at += 1
        return self

    def _table(self, table: Table, found: list[Piece]) -> None:
        self.pieces += [replace(piece, line=self.lines[piece.line].no) for piece in found]
        listed = {piece.line for piece in found}
        self.rows.update(range(table.first + 1, table.last + 2))
        for at in range(table.first, table.last + 1):
            if at not in listed and self.lines[at].kind != "blank":
                head = table.turned or at < min(listed, default=at + 1)
                self.aside[at] = HEAD_OF_TABLE if head else "a row without a place"
        self._forget()

    # ---------------------------------------------------------------- lines

    def _line(self, at: int) -> None:
        line, shape = self.lines[at], self.shapes[at]
        if line.kind == "blank":
            self._break()
            return
        text = without_seat(self.texts.get(at, line.clean), self.places)
        if self._form(at, shape) or self._whole(at, shape):
            return
        if nothing_out(text) or BREADCRUMB.match(text):
            self._other(at, shape, text)
            return
        said = self._heading(at, shape, text)
        if said is not None and self._heads(at, shape, said):
            return
        if self._several(at, shape, text):
            return
        if self._field(at, shape):
            return
        if (
            said is not None
            and said.sense
            and not sure_places(text, self.places)
            and led(text, self.places) is None
            and not any(
                sure_places(part.text, self.places)
                for part in clauses(text, line.listed, self.places, self._context())
            )
            and self._speaks(at, shape, said)
        ):
            return
        parts = list(clauses(text, line.listed, self.places, self._context()))
        if not parts:
            inside = (
                self._named_inside(at, text) or self._misspelt(at, shape, text) or self._called(at, shape)
            )
            parts = [inside] if inside is not None else []
        if not parts:
            if said is not None and self._asked(at, text, shape, said):
                return
            if said is None or not self._speaks(at, shape, said):
                self._other(at, shape, text)
            return
        if self.out_label and not self.series and shape.style[0] != "plain":
            self.goes_on = None
        for part in parts:
            self._piece(at, text, part, shape)
        self.series = self._series(shape)
        self.out_label = self._refuses_on(text, parts, shape)
        self.bare = self.bare or (parts[-1].said is None and not self.out_label)
        goes_on = self.series or self.out_label or _GOES_ON.search(text)
        self.goes_on = self.pieces[-1].context if goes_on else None

    def _named_inside(self, at: int, text: str) -> Clause | None:
        """襄平街道、武圣街道 below 辽阳市白塔区: names that say nothing without their heading. 金水区、高新区: some that it lacks."""
        context = self._context()
        words = text.strip(" -*·•")
        if not context.within or len(words) > _LONGEST_LINE or STREET.search(words):
            return None
        found = self.places.tokens(words, heading=context.within)
        named = sum(bool(token.result.code) and not token.result.rest for token in found)
        if self._directly_below_a_heading(at) and (
            2 * named >= len(found)
            or all(looks_like_a_name(token.text) or is_zone_of(token, context.within) for token in found)
        ):
            named = len(found)
        return Clause(text.index(words), words, context) if found and named == len(found) else None

    def _misspelt(self, at: int, shape: Shape, text: str) -> Clause | None:
        """深证市 directly above 东莞市: an item of the list that is asked about, and no heading of it."""
        words = text[shape.at :].strip()
        below = self.below.next(at)
        if below != at + 1 or shape.explicit or not self.lines[below].listed or not SHAPE.fullmatch(words):
            return None
        found = self.places.resolve(words, heading=self._context().within)
        similar = found.status == "suggestion" and any(item["kind"] == "similar" for item in found.evidence)
        return Clause(text.index(words), words, self._context()) if similar else None

    def _called(self, at: int, shape: Shape) -> Clause | None:
        """郑州: 13… 王小明: a place before a number and words that nobody reads, which is asked about."""
        label = shape.label.strip(" *")
        start = self.texts.get(at, "").find(label)  # not there where marks inside it were taken off
        if start < 0 or not is_list(label, self.places):
            return None
        context = self._context()
        return Clause(start, label, replace(context, held=context.held or "note"))

    def _series(self, shape: Shape) -> str:
        """The mark of a series of items that begins behind a label (暂未开通:1. 德保县), as long as lines have it."""
        mark = shape_of(shape.rest.strip()).style[0] if shape.label else shape.style[0]
        goes_on = shape.label or mark == self.series
        return mark if mark in ("num", "bullet") and goes_on else ""

    def _refuses_on(self, text: str, parts: list[Clause], shape: Shape) -> bool:
        """暂未开通:新疆、西藏 above 青海: a label that refuses goes on to the end of its block, unless the block began without one."""
        last = parts[-1]
        if last.said is None:
            return self.out_label and shape.style[0] == "plain" and len(parts) == 1
        at = text.find(last.said.words)
        in_front = 0 <= at < last.start
        # “Not available in Tibet” without a mark is a sentence: the next line may be anything.
        in_front = in_front and (not last.said.words.isascii() or bool(_MARKED.search(text[at : last.start])))
        refuses = last.context.sense == NOT_SERVED and not last.context.held
        alone = not self.bare and (self.open.top is None or self._headed_out())
        return alone and len(parts) == 1 and in_front and refuses

    def _form(self, at: int, shape: Shape) -> bool:
        """A line of a delivery form, or somebody's own address: nothing of it is a list."""
        label = shape.label.strip("*# ")
        clean = self.lines[at].clean.strip()
        if is_a_seat(clean, self.places):
            self.aside[at] = "somebody's address"
            return True
        if not label or not shape.rest.strip():
            return False
        if FORM.match(label) or (self.delivery and REMARK.fullmatch(label)):
            self.aside[at] = "a line of a form"
        elif (
            ADDRESS.search(label) and not LEVELS.match(label) and (self.delivery or OWN_ADDRESS.search(label))
        ):
            self.aside[at] = "somebody's address"
        return at in self.aside

    def _whole(self, at: int, shape: Shape) -> bool:
        """全市 below the heading 上海: the place of the heading itself, read where nothing else stands for it."""
        top = self.open.top
        rest = without_exception(shape.rest)  # 全境(独山县除外)
        if top is None or not top.said.codes or shape.label or not says_whole(rest):
            return False
        if not self._directly_below_a_heading(at):
            return False  # 杭州市 between them is a place of the list
        above = self.open.stack[-2].context if len(self.open.stack) > 1 else Context()
        words = top.said.words.strip(" *#:：【】[]")
        context = replace(above, heading=top.context.heading, sense=top.context.sense, held=top.context.held)
        self.pieces.append(Piece(self.lines[at].no, 0, words + shape.rest.strip(" *-·•。"), context))
        return True

    def _asked(self, at: int, text: str, shape: Shape, said: Said) -> bool:
        """成都、绵阳等地用户请自行送修: places in words that refuse or nobody knows, over nothing; a person is asked."""
        below = self.below.next(at)
        if (
            shape.explicit
            or said.odd
            or at in self.phones
            or said.sense not in (NOT_SERVED, NOT_YET, UNCLEAR)
        ):
            return False
        if (below is not None and self.lines[below].listed) or not sure_places(text, self.places):
            return False
        if all(
            token.result.status != "unknown" and not token.result.rest for token in self.places.tokens(text)
        ):
            return False  # 富顺县、华东: names, and no words beside them
        context = replace(self._context(), held="heading")
        self.pieces.append(Piece(self.lines[at].no, shape.at, text[shape.at :].strip(), context))
        return True

    def _other(self, at: int, shape: Shape, text: str) -> None:
        """A line that is neither list nor heading: what was not served ends with it."""
        if self._outlet(at, text):
            return
        self._break()
        self.siblings = ()

    def _outlet(self, at: int, text: str) -> bool:
        """An outlet's line, with its address and its number, where there are several: the address is asked about."""
        if at not in self.outlets:
            return False
        for part in re.finditer(r"[^\s,;|]+", text):
            if STREET.search(part[0]) and sure_places(part[0], self.places):
                context = replace(self._context(), held="address")
                self.pieces.append(Piece(self.lines[at].no, part.start(), part[0], context))
        return bool(self.pieces and self.pieces[-1].line == self.lines[at].no)

    def _break(self) -> None:
        self.goes_on = None
        self.out_label = self.bare = False
        if self.listing_out:
            self.doubt, self.listing_out = True, False

    # ---------------------------------------------------------------- pieces

    def _piece(self, at: int, text: str, part: Clause, shape: Shape) -> None:
        context = part.context
        if not part.said and self.goes_on is not None:
            context = replace(self.goes_on, siblings=self.siblings)
        elif not part.said:
            if self.listing_out and not self._headed_out():
                context = replace(context, held=context.held or "continued")
            if not self._directly_below_a_heading(at):
                context = self._unless_beside(context, part.text)
            if not context.within:
                context = replace(context, siblings=self.siblings)
        else:
            self.doubt = False
            if not context.within:
                context = replace(context, siblings=self.siblings)
            if part.said.sense and context.held == "continued":
                context = replace(context, held="")  # it says for itself what its places are
        if ADDRESS.search(shape.label) and not LEVELS.match(shape.label):
            context = replace(context, held=context.held or "address")
        self.pieces.append(Piece(self.lines[at].no, part.start, part.text, context))
        if not self._of_one_item(at, text, part, context):
            self.listing_out = context.sense == NOT_SERVED or context.held in (
                "heading",
                "not-yet",
                "continued",
            )
        self._count(at, part)
        self._remember(part, context)

    def _of_one_item(self, at: int, text: str, part: Clause, context: Context) -> bool:
        """Whether a refusal is said behind one item among others (C市:暂无网点), so that it says nothing of the next lines."""
        if part.said is None or context.sense != NOT_SERVED or context.held or self.listing_out:
            return False
        among = self.bare or (self.open.top is not None and self.open.top.said.sense == SERVED)
        behind = text.find(part.said.words) > part.start
        alone = text.strip(" \t-*·•").startswith(part.text.strip()) and not SEVERAL.search(part.text)
        return among and behind and alone and not self.lines[at].text.lstrip().startswith("其中")

    def _headed_out(self) -> bool:
        """What is not served is said by a heading on a line of its own: it goes on until a blank line."""
        return self.open.context.sense == NOT_SERVED

    def _unless_beside(self, context: Context, text: str) -> Context:
        """A city beside the city that heads the lines (told by the lines only) ends it."""
        while (top := self.open.top) is not None and top.plain:
            found = [token.result for token in self.places.tokens(text)]
            high = [
                code
                for result in found
                for code in codes_of(result)
                if result.status in ("resolved", "rules") and code.endswith("00")
            ]
            if not high or any(within(code, head) for code in high for head in top.said.codes):
                break
            self.open.stack.pop()
            context = self._context()
        return context

    def _remember(self, part: Clause, context: Context) -> None:
        if part.said and part.said.codes:
            self.siblings = part.said.codes
            return
        found = self.places.tokens(part.text, heading=context.within)
        cities = tuple(token.result.code or "" for token in found)
        if all(code.endswith("00") for code in cities):
            self.siblings = cities[-_SIBLINGS:]
        for token in found:
            steps = [item["code"] for item in token.result.evidence if item.get("code")]
            if len(steps) > 1 and token.result.status in ("resolved", "historical"):
                self.siblings = (steps[-2],)

    def _count(self, at: int, part: Clause) -> None:
        if part.said and part.said.count:
            named = len(self.places.tokens(part.text, heading=part.context.within))
            if named != part.said.count:
                self.remarks.append(Remark(self.lines[at].no, part.said.words, part.said.count, named))
