"""Which lines of a page head those below them: places, fields of a form, words that say what stands below."""

from dataclasses import replace

from .contexts import codes_of
from .groups import sorts
from .headed import OF_THE_ABOVE, Headings, beside, level, words_of
from .holding import Below, lists_its_own
from .labels import AREA, DELIVERY, Said, understand
from .lands import reaching
from .lists import sure_places
from .reading import Context, Line, Piece, Places, Remark
from .senses import NOT_SERVED, NOT_YET, SERVED, UNCLEAR
from .shapes import Shape, shape_of
from .tables import Table
from .words import ADDRESS as STREET


class Heads:
    """What stands over the line that is read next."""

    def __init__(self, lines: list[Line], tables: list[Table], places: Places, texts: dict[int, str]):
        self.lines, self.places, self.texts = lines, places, texts
        self.tables = {table.first: table for table in tables}
        self.open = Headings()
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
        self.below = Below(lines, self.shapes, self.tables, places)
        self._forget()

    def _forget(self) -> None:
        """Nothing of the lines before bears on the next one."""
        self.siblings: tuple[str, ...] = ()
        self.doubt = False  # a list of what is not served has ended, and nothing says what begins
        self.listing_out = False
        self.goes_on: Context | None = None
        self.out_label = False  # a label that refuses stands over the lines below its own
        self.bare = False  # a list without a label stands above in the same block
        self.series = ""  # the mark of a series that began behind a label

    def _directly_below_a_heading(self, at: int) -> bool:
        before = next((i for i in range(at - 1, max(at - 3, -1), -1) if self.lines[i].kind != "blank"), -1)
        return before in self.headings

    def _heading(self, at: int, shape: Shape, text: str) -> Said | None:
        """What the line says, if it can be a heading at all."""
        words = words_of(self.lines[at], shape, text, self.places)
        if (
            not words
            or beside(words)
            or (self.lines[at].listed and not shape.explicit and self.below.next(at) is None)
        ):
            return None
        said = understand(words, self.places, self.open.above(shape))
        if OF_THE_ABOVE.match(words) and said.sense:
            return replace(
                said, sense=UNCLEAR, known=False
            )  # 以上门店已停业: what stands below may be something else
        return said

    def _heads(self, at: int, shape: Shape, said: Said) -> bool:
        """Whether the line is a place that heads the lines below."""
        outlet = (
            said.sense == SERVED and shape.style[0] == "plain" and not sure_places(said.words, self.places)
        )
        if not said.codes or not (self.lines[at].listed or shape.explicit or outlet):
            return False  # 重庆分公司 is no place, and heads its districts all the same
        below = self.below.next(at)
        if below is not None and lists_its_own(said, self.places):
            return False
        if below is not None and said.reach:
            said = reaching(said, self.shapes[below].rest.strip(" :=*"), self.places)
        if below is None or not self.below.holds(said.codes, below, shape):
            return False
        if not shape.explicit and len(self.places.tokens(said.words)) > 1:
            return False
        among = not shape.explicit and self.lines[below].text.strip().startswith("其中")
        if among:  # 福建省 above 其中宁德由福州分公司负责: whether the rest is served is asked
            held = replace(self._context(), held=self._context().held or "note")
            self.pieces.append(Piece(self.lines[at].no, shape.at, said.words, held))
        self.open.push(shape, said, plain=not shape.explicit)
        self._forget()
        if not among:
            self.headings[at] = "a place that heads the lines below"
        return True

    def _several(self, at: int, shape: Shape, text: str) -> bool:
        """广州市、深圳市 above 荔湾区、南山区: each below lies in the one that holds it; whether those are meant whole is asked."""
        below = self.below.next(at)
        if below != at + 1 or shape.explicit or shape.label or not self.lines[at].listed or self.out_label:
            return False
        context = self._context()
        codes = tuple(token.result.code or "" for token in self.places.tokens(text))
        if len(set(codes)) < 2 or not all(code.endswith("00") for code in codes):
            return False
        if context.sense != SERVED or not self.below.holds(codes, below, shape):
            return False
        held = replace(context, held=context.held or "note")
        self.pieces.append(Piece(self.lines[at].no, shape.at, text[shape.at :].strip(), held))
        self.open.push(shape, Said(text.strip(), codes=codes, known=True), plain=True)
        self._forget()
        return True

    def _field(self, at: int, shape: Shape) -> bool:
        """省份:广东 above 城市:广州、深圳 is the place of what the next line names."""
        depth, below = level(shape), self.below.next(at)
        if depth < 0 or below is None or level(self.shapes[below]) <= depth:
            return False
        self.open.pop_fields(depth)
        context = self._context()
        codes = codes_of(self.places.resolve(shape.rest.strip(), heading=context.within))
        if not codes:
            return False
        said = Said(shape.rest.strip(), codes=codes, known=True)
        self.open.push_field(depth, said, shape.indent, context)
        self.headings[at] = "a place that heads the lines below"
        self._forget()
        return True

    def _speaks(self, at: int, shape: Shape, said: Said) -> bool:
        """A heading that names no place: it says what the places below it are."""
        if said.codes and not said.sense:
            return False
        refuses = said.sense in (NOT_SERVED, NOT_YET, UNCLEAR) and not said.odd
        titled = bool(AREA.search(said.words)) or (any(said.trade) and len(said.words) <= 16)
        titled = titled or (sorts(said.words, alone=True) and self._over_a_list(at))
        over_a_list = said.odd and self.below.heads_a_list(at, said)
        if not (shape.explicit or titled or ((refuses or over_a_list) and len(said.words) <= 24)):
            return False
        if at in self.phones and not AREA.search(said.words):
            return False
        self.open.push(shape, said, plain=False)
        self._forget()
        self.spoken.add(at)
        return True

    def _over_a_list(self, at: int) -> bool:
        below = self.below.next(at)
        return below is not None and bool(self.lines[below].listed)

    @property
    def phones(self) -> dict[int, str]:
        return self.texts

    def _context(self) -> Context:
        context = self.open.context
        if self.doubt and not context.held:
            context = replace(context, held="continued")
        return context
