"""What the stretches of one line say: a label and its list, a list and its predicate (新疆西藏不发货), or a bare list."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from .labels import AREA, COUNTRY, LEVELS, Said, understand
from .lists import named_share, placed_share, sure_places
from .predicates import CONTRASTED, MAY_SAY, OTHERS, PREDICATE, THE_OTHERS, parted, said_alone
from .reading import Context, Places
from .senses import NOT_SERVED, NOT_YET, SERVED, UNCLEAR, sense_of
from .shapes import Shape, shape_of

_SHARE = 0.6
_MOST = (
    12  # so many stretches that are no list, or places where one may fall apart, are looked at; more is prose
)
# Where a line falls apart: the end of a sentence, or a blank before a label.
_END = re.compile(
    r"[;。!?]+|(?:(?<!\s)\s++|[,.]\s*+)(?=[\u4e00-\u9fff][^\s:=、,。;()]{1,15}\s*[:=])|(?<!\d)(?<!excl)(?<!incl)\.(?=\s|$)"
)
# Words in front of a list: 本公司服务覆盖, 受理, 可上门的城市有.
_LEAD = re.compile(
    r"(?:[^、,。;:()\d]{0,10}?)(?:服务|业务|售后|维修|上门|配送|发货)?(?:范围|区域|网点|地区|城市)?(?:(?:目前|主要|现已?|均可)服务|覆盖|涵盖|包括|包含|受理|承接|支持|开通|辐射|遍及|遍布|服务于|可上门|[只仅](?:能|可以?)?(?:[做接送发跑限]|上门|配送)|分布在|分布于|设在)(?:了|至|到|的|于|有)?(?:(?:送货|上门|安装|维修|服务|配送)+的)?"
    r"(?:区域|地区|城市|范围|省份|网点)?(?:有|包括|包含|为|是)?[:\s]*"
)
_MARKED = re.compile("(?P<no>[❌✗✘×✖🚫⛔☒❎])|[✅✔✓☑√]")
_APART = re.compile(r"[\s|│/;)\]】.。:：\-—–·>→]+[(\[【]?$")
_SEVERAL = re.compile(r"[、,;/]|\S\s+\S")
_HOLDS = re.compile(
    r"\s*(?P<place>[\u4e00-\u9fff]{2,16}?)\s*(?:下辖|所辖|辖)?的?(?:包括|包含|涵盖|下辖|含有?)[了:\s]*(?=[\u4e00-\u9fff])"
)
_WRAPPED = re.compile(r"\s*[(][^()]{2,40}[)]\s*(?=[\u4e00-\u9fff])")
_LONGEST_FRONT = 32
# A label that can announce nothing but places: what stands behind it is asked about even where nobody knows it.
_NOUN = re.compile(r"区域|范围|地区|城市|省份|省市|名单|\b(?:areas?|cities|regions?|provinces?)\b", re.I)
_ANSWER = re.compile(r"(?:答|回答|回复|A|Answer)$", re.I)
_TAIL = re.compile(
    r"(?:等(?:\d+|[一二三四五六七八九十]+)?个?(?:地区?|省份?|城市|区域|省市)?(?:的?(?:用户|客户|市场))?)?[。.!\s]*$"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a line that is to be resolved, what it says of itself, and what stands over it."""

    start: int
    text: str
    context: Context
    said: Said | None = None


def clauses(text: str, listed: str, places: Places, above: Context) -> Iterator[Clause]:
    """The stretches of a line that name places. `listed`: what the line's share of places makes a list line."""
    text = _REMOTE.sub(_unwrapped, text)
    marked = list(_marked(text, places, above)) if _MARKED.search(text) else []
    found = marked or list(_stretches(text, places, above))
    if any(clause.said for clause in found):
        if all(
            _claims(clause, places) if clause.said else not sure_places(clause.text, places)
            for clause in found
        ):
            return
        for clause in found:
            yield from (clause,) if clause.said else _unsaid(clause, places)
        return
    led = _led(text, places)
    if led is not None:
        yield Clause(*led, above, Said(text[: led[0]].strip(), SERVED, known=True))
    elif listed:
        yield Clause(max(text.find(listed), 0), listed, above)
    elif found and all(_listed(clause.text, places) for clause in found):
        yield from found


def _unwrapped(found: re.Match[str]) -> str:
    """偏远地区(新疆、西藏)除外 without its wrapper, as long as it was."""
    return (found[1] + found[2]).rjust(len(found[0]))


def _unsaid(clause: Clause, places: Places) -> Iterator[Clause]:
    """What stands beside a list without a label of its own: a list, a list behind words, or places to be asked about."""
    if _listed(clause.text, places):
        yield clause
    elif (led := _led(clause.text, places)) is not None:
        said = Said(clause.text[: led[0]].strip(), SERVED, known=True)
        yield Clause(clause.start + led[0], led[1], clause.context, said)
    elif sure_places(clause.text, places):
        yield replace(clause, context=replace(clause.context, held=clause.context.held or "heading"))


def _claims(clause: Clause, places: Places) -> bool:
    """全国各地均可上门: a claim, and never a list. 服务区域:全国 is one, and 全国包邮 beside an exception."""
    if clause.said is None or clause.said.sense != SERVED or AREA.search(clause.said.words.split("可")[0]):
        return False
    return _country(clause.text, places)


def _country(text: str, places: Places) -> bool:
    found = places.resolve(text)
    return tuple(found.include) == (COUNTRY,) and not found.exclude


def _marked(text: str, places: Places, above: Context) -> Iterator[Clause]:
    """✅成都市 ❌德阳市: each mark says it of what follows, or of what stands before where the line begins with a name."""
    marks = list(_MARKED.finditer(text))
    before = bool(text[: marks[0].start()].strip(" \t-*·"))
    edges = [0, *(mark.end() for mark in marks)] if before else [*(mark.start() for mark in marks), len(text)]
    for mark, first, last in zip(marks, edges, edges[1:], strict=False):
        start, end = (first, mark.start()) if before else (mark.end(), last)
        start, end = _trimmed(text, start, end)
        if start < end and _listed(text[start:end], places):
            sense = NOT_SERVED if mark["no"] else SERVED
            said = Said(mark[0], sense, known=True)
            over = said.over(above)
            if before and mark["no"] and _SEVERAL.search(text, start, end):
                over = replace(over, held=over.held or "heading")  # 西宁,银川(×): of both, or of the last
            yield Clause(start, text[start:end].rstrip(" ("), over, said)


def _stretches(text: str, places: Places, above: Context) -> Iterator[Clause]:
    start, before = 0, None
    for begin, end in _sentences(text):
        start = max(start, begin)
        stretch = text[start:end]
        if not stretch.strip(" \t,.;:"):
            start = end
            continue
        found = list(_labelled(start, stretch, places, above))
        between = text[before.start + len(before.text) : start] if before is not None else ""
        if before is not None and ";" in between and not _behind(before, between):
            found = [_continued(clause, before) for clause in found]
        yield from found
        before = found[-1] if found and found[-1].said and not found[-1].said.codes else None
        start = end


def _behind(clause: Clause, text: str) -> bool:
    """温州市(暂停服务);金华市: what is said behind a place is said of it alone."""
    words = clause.said.words.strip(" ()-—:") if clause.said else ""
    return bool(words) and words in text


def _continued(clause: Clause, before: Clause) -> Clause:
    """暂停服务:黄石市;襄阳市: what has no label of its own goes on under the one before a semicolon.

    Several places behind a refusal may as well begin something else, which is asked.
    """
    if clause.said is not None:
        return clause
    held = before.context.held
    if before.context.sense != SERVED and re.search("[、, ]", clause.text.strip()):
        held = held or "continued"
    return replace(clause, context=replace(before.context, held=held), said=before.said)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    begin, depth, at = 0, 0, 0
    marks = [(found.start(), found.end()) for found in _END.finditer(text)]
    for first, last in marks:
        depth += text.count("(", at, first) - text.count(")", at, first)
        at = first
        if depth <= 0:
            yield begin, first
            begin = last
    yield begin, len(text)


def _labelled(start: int, stretch: str, places: Places, above: Context) -> Iterator[Clause]:
    shape = shape_of(stretch)
    body = shape.rest
    label = shape.label.strip(" *")
    english = _ENGLISH.match(stretch)
    if english and len(stretch) < 200:
        said = Said(english["words"], sense_of(english["words"]), known=True)
        yield Clause(start + english.end(), stretch[english.end() :].strip(), said.over(above), said)
        return
    told = list(_told(start, stretch, shape, places, above))
    if told:
        yield from told
        return
    if _ANSWER.match(label) and body.strip():
        at = start + shape.at + len(body) - len(body.lstrip())
        yield from _predicated(at, body.strip(), places, above, None)
        return
    if label and body.strip() and not LEVELS.match(label):
        said = understand(label, places, above.within)
        at = start + shape.at + len(body) - len(body.lstrip())
        body = body.strip()
        if said.sense or said.codes or any(said.trade) or said.count:
            announced = (
                _NOUN.search(said.words) is not None
                and len(body) < 200
                and named_share(body, places) >= _SHARE
            )
            if announced or _listed(body, places, least=bool(said.sense)):
                context = said.over(above, keep_sense=not _of_places(said))
                yield from _predicated(at, body, places, context, said)
                return
            if said.codes and sure_places(body, places, said.codes):
                yield from _predicated(at, body, places, said.over(above, keep_sense=True), said)
                return
        elif placed_share(body, places) >= _SHARE:
            yield Clause(at, body, replace(said.over(above), held=above.held or "heading"), said)
            return
        return
    holds = _HOLDS.match(stretch)
    if holds and (said := understand(holds["place"], places, above.within)).codes and not said.sense:
        # 成都市包括东城区、青羊区: what is named behind lies inside, or is asked about
        yield from _predicated(
            start + holds.end(), stretch[holds.end() :].strip(), places, said.over(above), said
        )
        return
    front = _front(stretch, places)
    if front is not None:
        said = understand(stretch[:front].strip(" ()"), places, above.within)
        yield from _predicated(start + front, stretch[front:].strip(), places, said.over(above), said)
        return
    at = start + len(stretch) - len(stretch.lstrip())
    yield from _predicated(at, stretch.strip(), places, above, None)


def _front(stretch: str, places: Places) -> int | None:
    """Where a list begins behind words that a blank, a tab or a bar keeps apart: 未开通 西宁 银川, 暂停服务 - 成都市."""
    wrapped = _WRAPPED.match(stretch)
    if wrapped:
        return wrapped.end() if _listed(stretch[wrapped.end() :], places) else None
    first = next((token for token in places.tokens(stretch) if token.result.status != "unknown"), None)
    begin = first.start if first is not None else 0
    words = " ".join(stretch[:begin].split())
    if not 1 < len(words) <= _LONGEST_FRONT or not re.search(r"[\u4e00-\u9fffa-zA-Z]{2}", words):
        return None
    return begin if _APART.search(stretch[:begin]) and _listed(stretch[begin:], places) else None


def _told(start: int, stretch: str, shape: Shape, places: Places, above: Context) -> Iterator[Clause]:
    """A place and what is said of it: 成都:不上门, 内蒙古——暂时无法上门, 广东:湛江不发,其他都发, 昆明:除东川区外全部覆盖."""
    label, body = shape.label.strip(" *"), shape.rest.strip()
    if label and body and not LEVELS.match(label) and _listed(label, places):
        at = stretch.find(label)
        sense = said_alone(body)
        if not sense and len(body) <= 12 and sense_of(body) == UNCLEAR and not sure_places(body, places):
            said = Said(body, UNCLEAR)  # 合肥市:视情况
            yield Clause(start + at, label, replace(above, held=above.held or "note"), said)
        elif sense == SERVED and _SAID_ALL.match(body):
            said = Said(body, sense, known=True)  # 西安:全市覆盖
            yield Clause(start + at, stretch[at:].strip(), said.over(above), said)
        elif sense and not sure_places(body, places):
            yield _answered(
                start + at,
                label,
                body,
                sense,
                _of_the_last(label, sense, above, above.heading and above.sense == SERVED),
            )
        elif _EXCEPT.match(body) and understand(label, places, above.within).codes:
            yield Clause(start + at, label + body, above)
        elif others := _LAST.search(body):
            base = _answered(start + at, label, others[0].strip(" ,;、"), SERVED, above)
            inside = replace(above, within=understand(label, places, above.within).codes)
            first = start + shape.at + len(shape.rest) - len(shape.rest.lstrip())
            out = list(_predicated(first, body[: others.start()], places, inside, None))
            if inside.within and out and all(each.context.sense == NOT_SERVED for each in out):
                yield base
                yield from out
        return
    text, sense = parted(stretch)
    if (
        sense
        and _listed(text.strip(" *"), places)
        and not sure_places(stretch[len(text) :], places)
        and not (label and LEVELS.match(label))
    ):
        first, last = _trimmed(text, 0, len(text))
        over = _of_the_last(text, sense, above, (above.heading and above.sense == SERVED) or ":" in text)
        yield _answered(start + first, text[first:last], stretch[len(text) :], sense, over)


def _of_the_last(text: str, sense: str, context: Context, listed: object) -> Context:
    """服务区域:白银市、湖南省、包头:未开通: where a list is `listed` as served, a refusal may be said of its last item alone."""
    if sense == SERVED or not listed or not _SEVERAL.search(text):
        return context
    return replace(context, held=context.held or "heading")


def _answered(at: int, text: str, words: str, sense: str, above: Context) -> Clause:
    said = Said(words.strip(), sense, known=True)
    return Clause(at, text, _below(said, above), said)


def _below(said: Said, above: Context) -> Context:
    """What is said of places to be served below a heading that refuses is not taken: 暂停服务 above 民意乡(全境覆盖)."""
    context = said.over(above)
    if said.sense == SERVED and above.sense != SERVED:
        return replace(context, held=context.held or "heading")
    return context


def _of_places(said: Said) -> bool:
    return bool(AREA.search(said.words)) or said.sense in (NOT_SERVED, NOT_YET)


def _predicated(at: int, body: str, places: Places, context: Context, said: Said | None) -> Iterator[Clause]:
    """江浙沪皖包邮,新疆西藏不发货: what stands before each predicate, and what is left behind the last one."""
    begin = 0
    missed, parts = 0, list[Clause]()
    says = MAY_SAY.search(body) is not None
    opposed = says and any(found["no"] for found in PREDICATE.finditer(body))
    for found in (CONTRASTED if opposed else PREDICATE).finditer(body) if says else ():
        if body.count("(", begin, found.start()) != body.count(")", begin, found.start()):
            continue
        span = _trimmed(body, begin, found.start())
        if THE_OTHERS.fullmatch(body, *span) and parts:
            # 新疆运费20元,其余地区包邮: the rest of what, a person has to say
            held = replace(context, held=context.held or "heading")
            text = body[span[0] : found.end()].rstrip(" ,。.!;")
            parts.append(Clause(at + span[0], text, held, Said("", known=True)))
            begin = found.end()
            continue
        if not _listed(body[span[0] : span[1]], places):
            missed += 1
            if missed > _MOST:
                break
            continue
        sense = NOT_SERVED if found["no"] else NOT_YET if found["later"] else SERVED
        words = found[0].strip(" ,。;")
        over = _below(Said(words, sense, known=True), context)
        if said is not None and said.sense == NOT_SERVED:
            over = replace(over, held=over.held or "heading")
        words_behind = body[span[1] : found.start()] + words
        if (
            not parts
            and not _OF_ALL.search(words_behind)
            and not _base(body[span[0] : span[1]], places, said)
        ):
            more = (
                found.end() < len(body)
                and _listed(body[found.end() :], places)
                and _JOINED.search(words_behind)
            )
            over = _of_the_last(body[span[0] : span[1]], sense, over, more or (said and said.sense == SERVED))
        led = _served_before(body[span[0] : span[1]], places) if sense == NOT_SERVED else None
        if led is not None:
            # 我们服务山西省、海南省,其中太原市暂不上门
            (first, listed), behind = led
            words_before = body[span[0] : span[0] + first].strip()
            before = Said(words_before, SERVED, known=True) if words_before else said
            over_before = before.over(context) if before is not None else context
            parts.append(Clause(at + span[0] + first, listed, over_before, before))
            span = (span[0] + behind, span[1])
        text, begin = body[span[0] : span[1]], found.end()
        beside = _REMARK.match(body, begin)
        if sense == SERVED and _COUNTED.search(text):  # 江西省11个地市全覆盖
            text = body[span[0] : begin].rstrip(" ,。.!;")
        if beside:  # 浙江全省可上门(舟山除外)
            text, begin = text + beside[0].strip(), beside.end()
        elif sense == SERVED and _EXCEPTED.match(body, begin):  # 济南全市上门,平阴县除外
            text, begin = body[span[0] :].rstrip(" 。.!;"), len(body)
        elif sense == NOT_SERVED and (base := _base(text, places, said)):  # 天津所有区,蓟州区不上门
            parts.append(Clause(at + span[0], text[: base[0]], base[1](over), Said("", known=True)))
            span, text = (span[0] + base[2], span[1]), text[base[2] :]
        parts.append(Clause(at + span[0], text, over, Said(words, sense, known=True)))
        if begin >= len(body):
            break
    first, last = _trimmed(body, begin, len(body))
    if first < last and (not parts or _listed(body[first:last], places)):
        yield from parts
        yield Clause(at + first, body[first:last], context, said)
    else:
        yield from parts


def _base(
    text: str, places: Places, label: Said | None
) -> tuple[int, Callable[[Context], Context], int] | None:
    """(where the wholes end, their context, where the parts begin): 天津所有区,蓟州区; 山西省、湖南省,阳泉市、长沙市.

    Behind a label that says what is served the wholes are; else only where all of them is meant.
    """
    for cut in islice(re.finditer("[,、]", text), _MOST):
        whole = places.tokens(text[: cut.start()])
        tops = [token.result.code or "" for token in whole]
        parts = places.tokens(text[cut.end() :], heading=tuple(filter(None, tops)))
        if (
            tops
            and parts
            and all(top.endswith("00") for top in tops)
            and all(any(_inside(token.result.code, top) for top in tops) for token in parts)
        ):
            break
    else:
        return None
    told = all(
        token.result.rest_kind == "whole" or any(item["kind"] == "whole" for item in token.result.evidence)
        for token in whole
    )
    sure = told or (label is not None and label.sense == SERVED)

    def context(over: Context) -> Context:
        return replace(over, sense=SERVED, held=over.held if sure else over.held or "heading")

    return cut.start(), context, cut.end()


def _inside(code: str | None, top: str) -> bool:
    return code is not None and code != top and code.startswith(top[:2] if top.endswith("0000") else top[:4])


def _served_before(text: str, places: Places) -> tuple[tuple[int, str], int] | None:
    """((start, list), where the rest begins) of what is said to be served before a turn, or behind words that lead to it."""
    turns = islice(_TURN.finditer(text), _MOST)
    turn = next((found for found in turns if _listed(text[found.end() :], places)), None)
    lead = _LEAD.match(text)
    led = lead is not None and lead.end() > 0 and sense_of(lead[0]) == SERVED
    if turn is None and led:
        commas = islice(reversed(list(re.finditer(",", text))), _MOST)
        turn = next((found for found in commas if _listed(text[found.end() :], places)), None)
    if turn is None:
        return None
    first = lead.end() if lead is not None and led else 0
    listed = text[first : turn.start()].strip()
    if not _listed(listed, places):
        return None
    return (text.index(listed, first), listed), turn.end()


_OF_ALL = re.compile("等|均|都|皆|全部|一律")
_JOINED = re.compile(r"^[\s、]*[:：\-—(\[【]")
_REMOTE = re.compile(
    r"(?:等?偏远|边远)(?:地区|区域|省份|省市)?[(]([^()]{2,80})[)]\s*(除外|以外|之外|均?(?:暂时?)?[不未无停])"
)
_ENGLISH = re.compile(
    r"\s*(?:but |and )?(?P<words>not (?:yet )?(?:available|served|covered|supported|including)|no (?:service|coverage)|unavailable|excluding|except(?: for)?)"
    r"(?: in| to| for)? (?=(?-i:[A-Z]))",
    re.I,
)
_COUNTED = re.compile(r"(?:\d|[一二三四五六七八九十])个?[市州区县地级]{1,3}$")
_SAID_ALL = re.compile("全[省市区县州盟旗]")
_TURN = re.compile(r"[,;。]\s*(?:但是?|不过|只是|其中|可是|而|唯独?)[是,]?")
_EXCEPTED = re.compile(
    r"[\s,;。]*(?:(?:但|不过|只是|其中)[是,]?)?(?:除(?!外)|不含|不包括|[^,;。()]{2,40}(?:除外|以外|之外)[。.!\s]*$)"
)
_EXCEPT = re.compile("除(?!外)|不含|不包括")
_LAST = re.compile(rf"{OTHERS.pattern}$")
_REMARK = re.compile(r"\s*\([^()]{2,60}\)")
_FRONT = re.compile(
    r"(?:[\s,、。;.:]|(?:(?:目前|现在?|如今)?(?:我们|我司|我公司|本公司|公司)(?:目前|现在?)?(?:已|均)?在)|可以,|但是?|不过|可是|而|其中|另外?|就(?!业)|只有|唯独)+"
)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    front = _FRONT.match(text, start, end)
    start = front.end() if front else start
    while start < end and text[end - 1] in " \t,、。;.:":
        end -= 1
    return start, end


def _listed(text: str, places: Places, least: bool = False) -> bool:
    """Whether a stretch is a list: mostly places; behind a label that says what they are, one sure place is enough."""
    text = text.strip()
    if not text:
        return False
    return placed_share(text, places) >= _SHARE or (least and sure_places(text, places) > 0)


def _led(text: str, places: Places) -> tuple[int, str] | None:
    """(start, list) behind words that lead to it, at the beginning of the line or of a clause: 我司服务覆盖四川、重庆等地."""
    starts = islice(re.finditer(r"[,。;!?]\s*", text), 2 * _MOST)
    for begin in (0, *(found.end() for found in starts)):
        lead = _LEAD.match(text, begin)
        if lead is None or lead.end() == begin or sense_of(lead[0]) not in (SERVED, ""):
            continue
        stop = re.search(r"[。;!?]", text[lead.end() :])
        end = lead.end() + stop.start() if stop else len(text)
        # The list ends where a clause begins that names no place.
        for comma in re.finditer(",", text[lead.end() : end]):
            rest = text[lead.end() + comma.end() : end].split(",", 1)[0]
            if not _listed(rest, places):
                end = lead.end() + comma.start()
                break
        body = text[lead.end() : end]
        tail = _TAIL.search(body)
        body = body[: tail.start() if tail else len(body)].strip()
        if _listed(body, places) and not _country(body, places):
            return text.index(body, lead.end()), body
    return None
