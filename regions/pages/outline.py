"""The outline of a page: which headings stand over which list lines, and what each stretch of a line then says.

A heading is the parent of what stands below it, never an item; it ends where one of the same kind, or a place outside
it, begins. What is not served is said by headings, labels and the ends of clauses (新疆西藏不发货).
"""

import re
from dataclasses import dataclass, replace

from . import rows
from .clauses import clauses
from .columns import says_whole
from .contexts import codes_of
from .labels import ADDRESS, AREA, DELIVERY, FORM, LEVELS, OWN_ADDRESS, Said, understand
from .lists import sure_places
from .predicates import PREDICATE
from .reading import Context, Line, Piece, Places, Remark, Verdict
from .senses import NOT_SERVED, NOT_YET, UNCLEAR, sense_of
from .shapes import Shape, shape_of
from .stretches import Clause, led
from .tables import Table
from .words import ADDRESS as STREET
from .words import FOOTER

HEAD_OF_TABLE = "head of a table"
_LONGEST_HEADING = 45
_LONGEST_WORDS = 40  # of a heading that ends like a sentence
_NEAR = 6  # lines
_SHORT = 12  # characters of a heading that nothing sets off
_SEVERAL = re.compile(r"[、,;/|]|\S\s+\S")
_RULE = re.compile(r"[-=—_~*·.]{2,}")
_SENTENCE = re.compile(r"[。!?;]|[,.].*[,.]")
_REMARK = re.compile("注意?|说明|提示|温馨提示|公告|通知|提醒|特别说明")
_THESE = re.compile(r"[以如]下|下[列述]")
# What a remark asks of its reader, and nothing else: 下单前请咨询客服.
_ADVICE = re.compile(
    r"(?:(?:下单|购买|订购|预约|报修|付款|安装|签收|收货|上门|来店|使用)之?[前时后],?)?(?:敬?请|欢迎)(?:您|先|务必|提前|仔细|及时|随时|直接|主动)*"
    r"(?:咨询|联系|致电|拨打|来电|预约|留意|注意|关注|备好|保留|保管|出示|放心|耐心|阅读|查看|谅解)[^,。;不未无没停暂禁确核是否能可仅只限部自寄]{0,16}"
)
_GOES_ON = re.compile(r"[、,]\s*$")
# Where a company sits: 公司总部位于广东省佛山市.
_SEAT = re.compile(
    r"(?:我们|我|本)?(?:公司|司|总部|厂|工厂|集团|企业|注册地|仓库|总仓|研发中心)[^、,。:]{0,8}(?:位于|坐落|地处|设在|在)"
)
_PLACE = ("resolved", "historical", "ambiguous", "rules")


@dataclass(slots=True)
class Heading:
    """A heading that is open: `style` as in Shape, `plain` where only the sense of the lines tells it is one."""

    style: tuple[str, int, int]
    said: Said
    context: Context
    plain: bool = False


def _level(shape: Shape) -> int:
    """How deep the level is that a label names (省份, 城市, 区县); -1 for other lines."""
    label = shape.label.strip("*# ")
    if shape.alone or not LEVELS.match(label):
        return -1
    return next(
        (
            depth
            for depth, marks in enumerate(("省", "城市州", "区县", "街乡镇"))
            if label[-2:].strip("份").endswith(tuple(marks))
        ),
        -1,
    )


class Outline:
    """Reads the lines of a page from top to bottom. `pieces`: what the draft resolves; `headings`: reasons by line."""

    def __init__(self, lines: list[Line], tables: list[Table], places: Places, texts: dict[int, str]):
        self.lines, self.places, self.texts = lines, places, texts
        self.tables = {table.first: table for table in tables}
        self.stack: list[Heading] = []
        self.pieces: list[Piece] = []
        self.headings: dict[int, str] = {}
        self.aside: dict[int, str] = {}
        self.spoken: set[int] = set()  # headings that name no place
        self.remarks: list[Remark] = []
        self.rows: set[int] = set()  # numbers of the lines that were read as rows of a table
        self.delivery = any(DELIVERY.search(line.clean) for line in lines)
        addressed = [at for at in texts if STREET.search(lines[at].clean)]
        self.outlets = frozenset(addressed if len(addressed) > 1 else ())
        self.shapes = [shape_of(line.clean, line.text) for line in lines]
        self._forget()

    def _forget(self) -> None:
        """Nothing of the lines before bears on the next one."""
        self.siblings: tuple[str, ...] = ()
        self.doubt = False  # a list of what is not served has ended, and nothing says what begins
        self.listing_out = False
        self.goes_on: Context | None = None
        self.series = ""  # the mark of a series that began behind a label

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
                self.aside[at] = (
                    "head of a table" if at < min(listed, default=at + 1) else "a row without a place"
                )
        self._forget()

    # ---------------------------------------------------------------- lines

    def _line(self, at: int) -> None:
        line, shape = self.lines[at], self.shapes[at]
        if line.kind == "blank":
            self._break()
            return
        text = self.texts.get(at, line.clean)
        if self._form(at, shape) or self._whole(at, shape):
            return
        said = self._heading(at, shape, text)
        if said is not None and self._heads(at, shape, said):
            return
        if self._field(at, shape):
            return
        if (
            said is not None
            and said.sense
            and not sure_places(text, self.places)
            and led(text, self.places) is None
            and self._speaks(at, shape, said)
        ):
            return
        parts = list(clauses(text, line.listed, self.places, self._context()))
        if not parts:
            if said is not None and self._asked(at, text, shape, said):
                return
            if said is None or not self._speaks(at, shape, said):
                self._other(at, shape, text)
            return
        for part in parts:
            self._piece(at, text, part, shape)
        self.series = self._series(shape)
        self.goes_on = self.pieces[-1].context if self.series or _GOES_ON.search(text) else None

    def _series(self, shape: Shape) -> str:
        """The mark of a series of items that begins behind a label (暂未开通:1. 德保县), as long as lines have it."""
        mark = shape_of(shape.rest.strip()).style[0] if shape.label else shape.style[0]
        goes_on = shape.label or mark == self.series
        return mark if mark in ("num", "bullet") and goes_on else ""

    def _form(self, at: int, shape: Shape) -> bool:
        """A line of a delivery form, or somebody's own address: nothing of it is a list."""
        label = shape.label.strip("*# ")
        clean = self.lines[at].clean.strip()
        seat = _SEAT.match(clean)
        if seat and sure_places(clean[seat.end() :], self.places) and not PREDICATE.search(clean):
            self.aside[at] = "somebody's address"
            return True
        if not label or not shape.rest.strip():
            return False
        if FORM.match(label):
            self.aside[at] = "a line of a form"
        elif (
            ADDRESS.search(label) and not LEVELS.match(label) and (self.delivery or OWN_ADDRESS.search(label))
        ):
            self.aside[at] = "somebody's address"
        return at in self.aside

    def _whole(self, at: int, shape: Shape) -> bool:
        """全市 below the heading 上海: the place of the heading itself, read where nothing else stands for it."""
        top = self.stack[-1] if self.stack else None
        if top is None or not top.said.codes or shape.label or not says_whole(shape.rest):
            return False
        before = next((i for i in range(at - 1, max(at - 3, -1), -1) if self.lines[i].kind != "blank"), -1)
        if before not in self.headings:
            return False  # 杭州市 between them is a place of the list
        above = self.stack[-2].context if len(self.stack) > 1 else Context()
        words = top.said.words.strip(" *#:：【】[]")
        context = replace(above, heading=top.context.heading, sense=top.context.sense, held=top.context.held)
        self.pieces.append(Piece(self.lines[at].no, 0, words + shape.rest.strip(" *-·•。"), context))
        return True

    def _heading(self, at: int, shape: Shape, text: str) -> Said | None:
        """What the line says, if it can be a heading at all."""
        words = (
            shape.label if shape.alone and shape.label else text[shape.at :] if not shape.label else ""
        ).strip(" :=")
        if len(words) <= _LONGEST_WORDS and not re.search("[,、]", words):
            words = words.rstrip("。")
        if FOOTER.search(text):
            return None
        if _REMARK.fullmatch(shape.label.strip("*# ")) and not sure_places(shape.rest, self.places):
            words = shape.rest.strip(" :=。")
            if _ADVICE.fullmatch(words) and not _THESE.search(words):
                return None  # 温馨提示:下单前请咨询客服, but not 注:已下线的服务
        if not words or len(words) > _LONGEST_HEADING or _SENTENCE.search(words):
            return None
        if self.lines[at].listed and not shape.explicit and self._next(at) is None:
            return None
        return understand(words, self.places, self._above(shape))

    def _heads(self, at: int, shape: Shape, said: Said) -> bool:
        """Whether the line is a place that heads the lines below."""
        if not said.codes or not (self.lines[at].listed or shape.explicit):
            return False
        below = self._next(at)
        if below is None or not self._holds(said.codes, below, shape):
            return False
        if not shape.explicit and len(self.places.tokens(said.words)) > 1:
            return False
        self._push(shape, said, plain=not shape.explicit)
        self.headings[at] = "a place that heads the lines below"
        return True

    def _field(self, at: int, shape: Shape) -> bool:
        """省份:广东 above 城市:广州、深圳 is the place of what the next line names."""
        level, below = _level(shape), self._next(at)
        if level < 0 or below is None or _level(self.shapes[below]) <= level:
            return False
        while self.stack and self.stack[-1].style[0] == "field" and self.stack[-1].style[1] >= level:
            self.stack.pop()
        context = self._context()
        codes = codes_of(self.places.resolve(shape.rest.strip(), heading=context.within))
        if not codes:
            return False
        said = Said(shape.rest.strip(), codes=codes, known=True)
        self.stack.append(Heading(("field", level, shape.indent), said, said.over(context)))
        self.headings[at] = "a place that heads the lines below"
        self._forget()
        return True

    def _speaks(self, at: int, shape: Shape, said: Said) -> bool:
        """A heading that names no place: it says what the places below it are."""
        if said.codes and not said.sense:
            return False
        refuses = said.sense in (NOT_SERVED, NOT_YET, UNCLEAR) and not said.odd
        titled = bool(AREA.search(said.words)) or (any(said.trade) and len(said.words) <= 16)
        over_a_list = said.odd and self._stands_over_a_list(at, said)
        if not (shape.explicit or titled or ((refuses or over_a_list) and len(said.words) <= 24)):
            return False
        if at in self.phones and not AREA.search(said.words):
            return False
        self._push(shape, said, plain=False)
        self.spoken.add(at)
        return True

    def _asked(self, at: int, text: str, shape: Shape, said: Said) -> bool:
        """成都、绵阳等地用户请自行送修: places in words that refuse or nobody knows, over nothing; a person is asked."""
        below = self._next(at)
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

    def _stands_over_a_list(self, at: int, said: Said) -> bool:
        """Directly over one, or over the rule above it. Many words between two lines of it are no heading, and few are one
        of its items where each stands on a line of its own."""
        below = at + 1
        if below < len(self.lines) and _RULE.fullmatch(self.lines[below].clean.strip()):
            below += 1
        listed = self.lines[below].listed if below < len(self.lines) else ""
        before = self.lines[at - 1].listed if at else ""
        if not listed or not before:
            return bool(listed)
        several = _SEVERAL.search(before + listed) is not None
        places = self.places.tokens(said.words)
        return (
            several and len(said.words) <= _SHORT and all(each.result.status == "unknown" for each in places)
        )

    @property
    def phones(self) -> dict[int, str]:
        return self.texts

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
        if self.listing_out:
            self.doubt, self.listing_out = True, False

    # ---------------------------------------------------------------- headings

    def _above(self, shape: Shape) -> tuple[str, ...]:
        """The places a heading of this shape may lie in: those of the headings it does not end."""
        kept = self._kept(shape)
        return kept[-1].context.within if kept else ()

    def _kept(self, shape: Shape) -> list[Heading]:
        if shape.explicit or shape.style[0] == "bullet":
            for depth, held in enumerate(self.stack):
                same = held.style == shape.style
                deeper = shape.style[0] == held.style[0] == "#" and held.style[1] >= shape.style[1]
                outdented = shape.indent < held.style[2] and held.style[0] == "bullet"
                if same or deeper or outdented:
                    return self.stack[:depth]
        return list(self.stack)

    def _push(self, shape: Shape, said: Said, *, plain: bool) -> None:
        self.stack = self._kept(shape)
        if said.codes:
            while self.stack and self.stack[-1].said.codes and not self._inside(said.codes, self.stack[-1]):
                self.stack.pop()
        elif not shape.explicit or shape.style[0] == "colon":
            # A title of another part of the page ends the places and titles that were not set off by marks.
            while self.stack and (self.stack[-1].plain or self.stack[-1].style[0] in ("plain", "colon")):
                self.stack.pop()
        base = self.stack[-1].context if self.stack else Context()
        self.stack.append(Heading(shape.style, said, said.over(base, keep_sense=True), plain))
        self._forget()

    def _inside(self, codes: tuple[str, ...], heading: Heading) -> bool:
        return any(code != top and self._within(code, top) for code in codes for top in heading.said.codes)

    @staticmethod
    def _within(code: str, top: str) -> bool:
        stem = top[:2] if top.endswith("0000") else top[:4] if top.endswith("00") else top
        return code.startswith(stem)

    def _next(self, at: int) -> int | None:
        """The next line that is not blank; one blank line may stand between."""
        for below in range(at + 1, min(at + 3, len(self.lines))):
            if self.lines[below].kind != "blank":
                return below
        return None

    def _holds(self, codes: tuple[str, ...], below: int, shape: Shape) -> bool:
        """Whether the next line is read inside the places of a heading and does not name them itself."""
        other = self.shapes[below]
        if below in self.tables:
            return shape.explicit
        if (
            other.style == shape.style
            and shape.style[0] != "plain"
            and other.alone == shape.alone
            and bool(other.label) == bool(shape.label)
        ):
            return False
        if other.indent < shape.indent:
            return False
        if not shape.explicit and other.indent == shape.indent and self._elsewhere(other.rest, codes):
            return False
        if not shape.explicit and self._refuses(below) and not self._served_below(below, codes):
            return False  # 山东省, and on the next line 暂未开通:济南市
        strong = shape.explicit and shape.style[0] not in ("num", "cn", "num2", "cn2")
        tokens = []
        for text in (other.label, other.rest):
            words = text.strip(" :=*")
            tokens = self.places.tokens(words, heading=codes) if words else []
            if any(token.result.status != "unknown" for token in tokens):
                break
        if not tokens:
            return strong
        inside = [token for token in tokens if self._lies(token.result, codes)]
        if other.indent > shape.indent:
            return any(token.result.status != "unknown" for token in tokens)
        if not shape.explicit:
            return len(inside) == len(tokens)
        return bool(inside) or (strong and not self._lists_itself(below))

    def _refuses(self, at: int) -> bool:
        return sense_of(self.shapes[at].label.strip(" :=*")) in (NOT_SERVED, NOT_YET)

    def _served_below(self, at: int, codes: tuple[str, ...]) -> bool:
        """Whether a line further down names what is served inside the place, which then heads them all."""
        for below in range(at + 1, min(at + _NEAR, len(self.lines))):
            if self.lines[below].kind == "blank":
                return False
            words = self.shapes[below].rest.strip(" :=*")
            found = self.places.tokens(words, heading=codes) if words else []
            if not self._refuses(below) and any(self._lies(token.result, codes) for token in found):
                return True
        return False

    def _elsewhere(self, text: str, codes: tuple[str, ...]) -> bool:
        """Whether a line names a place outside by itself: asked without the heading, which costs nothing again."""
        return any(
            token.result.code
            and len(token.result.evidence) > 1
            and not any(self._within(token.result.code, top) for top in codes)
            for token in self.places.tokens(text)
        )

    def _lists_itself(self, below: int) -> bool:
        other = self.shapes[below]
        return other.explicit and not other.label

    def _lies(self, found: Verdict, codes: tuple[str, ...]) -> bool:
        """Read inside the heading, by words of its own."""
        if found.status not in (*_PLACE, "partial"):
            return False
        named = {item["code"] for item in found.evidence if item.get("code") and item["kind"] != "inherited"}
        got = codes_of(found)
        return (
            bool(got)
            and not (named | set(got)) & set(codes)
            and all(
                any(self._within(code, top) for top in codes)
                for code in (named if found.status == "historical" else got)
            )
        )

    # ---------------------------------------------------------------- pieces

    def _context(self) -> Context:
        context = self.stack[-1].context if self.stack else Context()
        if self.doubt and not context.held:
            context = replace(context, held="continued")
        return context

    def _piece(self, at: int, text: str, part: Clause, shape: Shape) -> None:
        context = part.context
        if not part.said and self.goes_on is not None:
            context = replace(self.goes_on, siblings=self.siblings)
        elif not part.said:
            if self.listing_out and not self._headed_out():
                context = replace(context, held=context.held or "continued")
            context = self._unless_beside(context, part.text)
            if not context.within:
                context = replace(context, siblings=self.siblings)
        else:
            self.doubt = False
        if ADDRESS.search(shape.label) and not LEVELS.match(shape.label):
            context = replace(context, held=context.held or "address")
        self.pieces.append(Piece(self.lines[at].no, part.start, part.text, context))
        self.listing_out = context.sense == NOT_SERVED or context.held in ("heading", "not-yet", "continued")
        self._count(at, part)
        self._remember(part, context)

    def _headed_out(self) -> bool:
        """What is not served is said by a heading on a line of its own: it goes on until a blank line."""
        return bool(self.stack) and self.stack[-1].context.sense == NOT_SERVED

    def _unless_beside(self, context: Context, text: str) -> Context:
        """A city beside the city that heads the lines (told by the lines only) ends it."""
        while self.stack and self.stack[-1].plain:
            top = self.stack[-1]
            found = [token.result for token in self.places.tokens(text)]
            high = [
                code
                for result in found
                for code in codes_of(result)
                if result.status in ("resolved", "rules") and code.endswith("00")
            ]
            if not high or any(self._within(code, head) for code in high for head in top.said.codes):
                break
            self.stack.pop()
            context = self._context()
        return context

    def _remember(self, part: Clause, context: Context) -> None:
        if part.said and part.said.codes:
            self.siblings = part.said.codes
            return
        for token in self.places.tokens(part.text, heading=context.within):
            steps = [item["code"] for item in token.result.evidence if item.get("code")]
            if len(steps) > 1 and token.result.status in ("resolved", "historical"):
                self.siblings = (steps[-2],)

    def _count(self, at: int, part: Clause) -> None:
        if part.said and part.said.count:
            named = len(self.places.tokens(part.text, heading=part.context.within))
            if named != part.said.count:
                self.remarks.append(Remark(self.lines[at].no, part.said.words, part.said.count, named))
