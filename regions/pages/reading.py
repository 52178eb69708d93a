"""What is read from a page: dataclasses only. Everything is a proposal and names the line it came from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

LINE_KINDS = {
    "list": "list of regions",
    "heading": "heading",
    "phone": "telephone number",
    "promise": "promise",
    "step": "step of a process",
    "claim": "nationwide claim",
    "prose": "prose (ignored)",
    "menu": "menu or footer (ignored)",
    "news": "news (ignored)",
    "blank": "blank",
}
IGNORED = frozenset({"prose", "menu", "news", "blank"})


class Verdict(Protocol):
    status: str
    code: str | None
    candidates: tuple[str, ...]
    successors: tuple[str, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    parent: str | None
    evidence: Sequence[dict[str, Any]]
    rest: str
    rest_kind: str | None


class PlaceToken(Protocol):
    text: str
    start: int
    end: int
    result: Verdict


class Places(Protocol):
    """What a page needs of the resolver."""

    def tokens(self, line: str, heading: Sequence[str] = ()) -> list[PlaceToken]: ...

    def resolve(self, text: str, heading: Sequence[str] = ()) -> Verdict: ...


@dataclass(slots=True)
class Line:
    """One line of the page. `text` is verbatim without its line end; `clean` is as long, markup blanked.

    `kind` is a key of LINE_KINDS, `reason` says by what it was recognised. `listed`: on a list line the text to hand
    to the resolver (without a label in front; the cells of a table row that name one place joined). `hidden`: spans that
    the page does not show, of which nothing is certain.
    """

    no: int
    text: str
    clean: str
    kind: str = ""
    reason: str = ""
    listed: str = ""
    hidden: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What stands over a list: the words of the headings, outermost first; the codes of the nearest one that names
    places; whether they are served; and why nothing below is certain (empty where it is).

    `trade`: (category, kind of service) as far as a heading names them. `siblings`: the place of the line before,
    which only raises doubt.
    """

    heading: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    sense: str = "served"
    held: str = ""
    trade: tuple[str, str] = ("", "")
    siblings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line that names places: what the draft resolves, in the light of what stands over it.

    `text` begins at `start` of the line's clean text, unless it was put together (成都市除郫都区外 of two cells).
    `code`: what a column of codes says of it.
    """

    line: int
    start: int
    text: str
    context: Context = Context()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A name printed for a number; `where` is "beside" (on its line) or "heading" (a heading that stands for it)."""

    text: str
    line: int
    where: str


@dataclass(frozen=True, slots=True)
class PageNumber:
    """One number with every mention of it; with an extension it is another one. `labels` are distinct by text; `lines` has one
    entry a mention.

    `personal`: a mobile number beside somebody's name or role, which is nobody's hotline.
    """

    canonical: str
    kind: str
    display: str
    well_formed: bool
    needs_region: bool
    reason: str
    extension: str
    labels: tuple[Label, ...]
    lines: tuple[int, ...]
    personal: bool = False

    @property
    def mentions(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class Refused:
    """Digits printed as a number that are none."""

    raw: str
    reason: str
    line: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed brand or product category: how often it was seen, and first on which line."""

    text: str
    line: int
    count: int


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as a fact: `kind` as in choices.PromiseKind, `fact` in normal form, `lines` that make it."""

    kind: str
    fact: str
    lines: tuple[int, ...]

    @property
    def line(self) -> int:
        return self.lines[0]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the process that the page asks for; `order` counts from 1."""

    order: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the list that a person should know: it says `said` places and names `named`."""

    line: int
    text: str
    said: int
    named: int


@dataclass(frozen=True, slots=True)
class NationwideClaim:
    """A line that claims the whole country: a claim, never coverage."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page read whole. Every line is in `lines`, once, in order."""

    lines: tuple[Line, ...]
    numbers: tuple[PageNumber, ...] = ()
    refused: tuple[Refused, ...] = ()
    brands: tuple[Proposal, ...] = ()
    categories: tuple[Proposal, ...] = ()
    nationwide: tuple[NationwideClaim, ...] = ()
    promises: tuple[Promise, ...] = ()
    steps: tuple[Step, ...] = ()
    pieces: tuple[Piece, ...] = ()
    remarks: tuple["Remark", ...] = ()
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def list_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.kind == "list")

    @property
    def ignored(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.kind in IGNORED)
