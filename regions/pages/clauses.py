"""What the stretches of one line say: a label and its list, a list and its predicate (新疆西藏不发货), or a bare list."""

import re
from collections.abc import Iterator
from dataclasses import replace

from regions.resolver.delivery import SURNAME
from regions.resolver.english import leads
from regions.resolver.english_country import but_of_all

from .headed import beside
from .headings import without_the_others
from .labels import AREA, LEVELS, Said, understand
from .lands import reaching
from .lists import SHAPE, named_share, placed_share, sure_places
from .predicated import below, of_the_last, predicated
from .predicates import OTHERS, PREDICATE, parted, said_alone, takes_out_a_part
from .reading import Context, Places
from .senses import NOT_SERVED, NOT_YET, SERVED, UNCLEAR, sense_of
from .shapes import Shape, shape_of
from .spoken import in_the_middle, joined, unspoken
from .stretches import SEVERAL, SHARE, Clause, country, is_list, led, trimmed
from .ticks import MARKED, ticked
from .turns import by_turns

# Where a line falls apart: the end of a sentence, or a blank before a label.
_END = re.compile(
    r"[;。!?]+|(?<=[^\s【〖【])(?=[【〖][^【】〖〗]{2,20}[】〗]\s*[^\s。,;、])|(?:(?<!\s)\s++|[,.]\s*+)(?=[\u4e00-\u9fff][^\s:=、,。;()]{1,15}\s*[:=])|(?<!\d)(?<!excl)(?<!incl)\.(?=\s|$)"
)
_APART = re.compile(r"(?<![\s|│/;)\]】.。:：\-—–·>→])[\s|│/;)\]】.。:：\-—–·>→]++[(\[【]?$")
_HOLDS = re.compile(
    r"\s*(?P<place>[\u4e00-\u9fff]{2,16}?)\s*(?:下辖|所辖|辖)?的?(?:包括|包含|涵盖|下辖|含有?)[了:\s]*(?=[\u4e00-\u9fff])"
)
# 成都市只做武侯区、青羊区: no more of the place than what is named.
ONLY = re.compile(
    r"\s*(?P<place>[\u4e00-\u9fff]{2,16}?)\s*(?:[:：]\s*)?(?:目前|现在?|暂时?|均|就)?"
    r"(?:[仅只]限(?:于|在)?|[仅只](?:能|可以?|在)?(?:支持|服务|覆盖|受理|开通|提供|承接|上门|配送|派送|送货|安装|维修|清洗|做|接|送|去|跑|发|修|装)+(?:于|到)?|[仅只](?!有))"
    r"[:：]?\s*(?=[\u4e00-\u9fff])"
)
_WRAPPED = re.compile(r"\s*[(][^()]{2,40}[)]\s*(?=[\u4e00-\u9fff])")
_LONGEST_FRONT = 32
_LONGEST_PROSE = 60
_SAID = re.compile(r"\s*(?P<list>[^:()]{2,60}):\s*(?P<words>[\u4e00-\u9fff][^、:;/|]{1,23})")
# A label that can announce nothing but places: what stands behind it is asked about even where nobody knows it.
_COUNTED = re.compile(
    r"(?<=[\u4e00-\u9fff]{2})等?[两二三四五六七八九十\d]{1,2}个?(?:地|城市?|市|省市?)的?(?:均|都|全部)?(?:可以?|能|已?开通|提供|开展|享受)?(?:免费)?"
    r"(?:上门|送货|配送|安装|维修|清洗|保养|售后|服务|业务)+[。.!\s]*$"
)
_NOUN = re.compile(r"区域|范围|地区|城市|省份|省市|名单|\b(?:areas?|cities|regions?|provinces?)\b", re.I)
_OUT_OF = re.compile("除外|以外|之外|不含|不包括")
_NOTE = re.compile(r"备?注\d?|\d|说明|提示|温馨提示|注意|特别说明")
_ANSWER = re.compile(r"(?:答|回答|回复|A|Answer)$", re.I)


def clauses(text: str, listed: str, places: Places, above: Context) -> Iterator[Clause]:
    """The stretches of a line that name places. `listed`: what the line's share of places makes a list line."""
    text = _REMOTE.sub(_unwrapped, text)
    text = joined(unspoken(text))
    text, listed = without_the_others(text, listed)
    if text.isascii() and but_of_all(text):  # No service in Tibet. Nationwide otherwise.
        yield Clause(len(text) - len(text.lstrip()), text.strip(), above)
        return
    if turns := by_turns(text, places, above):
        yield from turns
        return
    marked = list(ticked(text, places, above)) if MARKED.search(text) else []
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
    behind = led(text, places)
    if behind is not None:
        yield Clause(*behind, above, Said(text[: behind[0]].strip(), SERVED, known=True))
    elif listed:
        yield Clause(max(text.find(listed), 0), listed, above)
    elif found and all(is_list(clause.text, places) for clause in found):
        yield from found
    elif len(found) > 1 and any(is_list(clause.text, places) for clause in found):
        yield from _beside_prose(found, places)


def _beside_prose(found: list[Clause], places: Places) -> Iterator[Clause]:
    """阜新市。收费标准以当地为准: lists beside sentences, held unless those change nothing of them. A sentence with places is asked about."""
    rest = [clause.text.strip() for clause in found if not is_list(clause.text, places)]
    if len("".join(rest)) > _LONGEST_PROSE:
        return
    free = all(map(beside, rest))
    for clause in found:
        listed = is_list(clause.text, places)
        if listed or sure_places(clause.text, places):
            held = clause.context.held or ("" if free else "note" if listed else "heading")
            yield replace(clause, context=replace(clause.context, held=held))


def _unwrapped(found: re.Match[str]) -> str:
    """偏远地区(新疆、西藏)除外 without its wrapper, as long as it was."""
    return (found[1] + found[2]).rjust(len(found[0]))


def _unsaid(clause: Clause, places: Places) -> Iterator[Clause]:
    """What stands beside a list without a label of its own: a list, a list behind words, or places to be asked about."""
    if is_list(clause.text, places):
        yield clause
    elif (behind := led(clause.text, places)) is not None:
        said = Said(clause.text[: behind[0]].strip(), SERVED, known=True)
        yield Clause(clause.start + behind[0], behind[1], clause.context, said)
    elif sure_places(clause.text, places):
        yield replace(clause, context=replace(clause.context, held=clause.context.held or "heading"))


def _claims(clause: Clause, places: Places) -> bool:
    """全国各地均可上门: a claim, and never a list. 服务区域:全国 is one, and 全国包邮 beside an exception."""
    if clause.said is None or clause.said.sense != SERVED or AREA.search(clause.said.words.split("可")[0]):
        return False
    return country(clause.text, places)


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
    if _NOTE.fullmatch(shape.label.strip(" *※#①-⑳")) and _takes_out(
        shape.rest, places
    ):  # 注:樊城区、保康县除外
        start, stretch = start + shape.at, stretch[shape.at :]
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
        yield from predicated(at, body.strip(), places, above, None)
        return
    if label and body.strip() and not LEVELS.match(label):
        said = understand(label, places, above.within)
        only = _ONLY_THESE.match(body)  # 云南:只有昆明
        at = start + shape.at + (only.end() if only else len(body) - len(body.lstrip()))
        body = body[only.end() if only else 0 :].strip()
        if (counted := _COUNTED.search(body)) and is_list(body[: counted.start()], places):
            body = body[: counted.start()]  # 【安徽】合肥三地上门维修
        said = reaching(said, body, places)
        if _QUARTER.fullmatch(label) and not above.within and _cities(body, places):
            said = Said(label, SERVED, known=True)  # 南区:广州、深圳 is a stretch of the company's own
        if said.sense or said.codes or any(said.trade) or said.count:
            announced = (
                _NOUN.search(said.words) is not None
                and len(body) < 200
                and named_share(body, places) >= SHARE
            )
            if announced or is_list(body, places, least=bool(said.sense)):
                context = said.over(above, keep_sense=not _of_places(said))
                yield from predicated(at, body, places, context, said)
                return
            if said.codes and sure_places(body, places, said.codes):
                yield from predicated(at, body, places, said.over(above, keep_sense=True), said)
                return
        elif placed_share(body, places) >= SHARE:
            yield Clause(at, body, replace(said.over(above), held=above.held or "heading"), said)
            return
        return
    if (served := in_the_middle(start, stretch, places, above)) is not None:
        yield served
        return
    holds = _HOLDS.match(stretch)
    if holds is None and (only := ONLY.match(stretch)) and sure_places(stretch[only.end() :], places):
        holds = only
    if holds and (said := understand(holds["place"], places, above.within)).codes and not said.sense:
        # 成都市包括东城区、青羊区: what is named behind lies inside, or is asked about
        yield from predicated(
            start + holds.end(), stretch[holds.end() :].strip(), places, said.over(above), said
        )
        return
    front = _front(stretch, places)
    if front is not None:
        said = understand(stretch[:front].strip(" ()"), places, above.within)
        yield from predicated(start + front, stretch[front:].strip(), places, said.over(above), said)
        return
    at = start + len(stretch) - len(stretch.lstrip())
    yield from predicated(at, stretch.strip(), places, above, None)


def _cities(body: str, places: Places) -> bool:
    return all((token.result.code or "").endswith("00") for token in places.tokens(body))


def _takes_out(words: str, places: Places) -> bool:
    """注:樊城区除外; 注意:宁德、南平两市目前无法配送."""
    if _OUT_OF.search(words):
        return True
    found = PREDICATE.search(words)
    return found is not None and found["no"] is not None and is_list(words[: found.start()], places)


def _front(stretch: str, places: Places) -> int | None:
    """Where a list begins behind words that a blank, a tab or a bar keeps apart: 未开通 西宁 银川, 暂停服务 - 成都市."""
    wrapped = _WRAPPED.match(stretch)
    if wrapped:
        return wrapped.end() if is_list(stretch[wrapped.end() :], places) else None
    first = next((token for token in places.tokens(stretch) if token.result.status != "unknown"), None)
    begin = first.start if first is not None else 0
    words = " ".join(stretch[:begin].split())
    if stretch.isascii() and leads(words):
        return None
    if not 1 < len(words) <= _LONGEST_FRONT or not re.search(r"[\u4e00-\u9fffa-zA-Z]{2}", words):
        return None
    return begin if _APART.search(stretch[:begin]) and is_list(stretch[begin:], places) else None


def _told(start: int, stretch: str, shape: Shape, places: Places, above: Context) -> Iterator[Clause]:
    """A place and what is said of it: 成都:不上门, 内蒙古——暂时无法上门, 广东:湛江不发,其他都发, 昆明:除东川区外全部覆盖."""
    label, body = shape.label.strip(" *"), shape.rest.strip()
    if label and body and not LEVELS.match(label) and is_list(label, places):
        at = stretch.find(label)
        sense = said_alone(body)
        if _SAID_ALL.match(body) and takes_out_a_part(body) and understand(label, places, above.within).codes:
            yield Clause(start + at, label + body, above)  # 湖南:全省(不含张家界、怀化)
        elif _SOMEBODY.fullmatch(body):  # 郑州:13… 王师傅, of which the number is blanked
            yield Clause(start + at, label, above)
        elif not sense and _says_no(body) and not sure_places(body, places):
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
                of_the_last(label, sense, above, above.heading and above.sense == SERVED),
            )
        elif (
            (ends := _ALL_OUT.search(body))
            and "," not in body[: ends.start()]  # 林芝市:墨脱县、朗县,巴宜区除外 lists two
            and understand(label, places, above.within).codes
            and is_list(_ALL_OUT.sub("", body), places)
        ):
            yield Clause(
                start + at, f"{label},{_ALL_OUT.sub('', body)}除外", above
            )  # 湖北省:恩施、宜昌除外,其他均可
        elif _EXCEPT.match(body) and understand(label, places, above.within).codes:
            yield Clause(start + at, label + body, above)
        elif takes_out_a_part(body) and not sure_places(
            body, places, understand(label, places, above.within).codes
        ):
            held = replace(above, held=above.held or "note")  # 成都：例外高新区: nobody here knows how much
            yield Clause(start + at, label, held, Said(body, UNCLEAR))
        elif others := _LAST.search(body):
            base = _answered(start + at, label, others[0].strip(" ,;、"), SERVED, above)
            inside = replace(above, within=understand(label, places, above.within).codes)
            first = start + shape.at + len(shape.rest) - len(shape.rest.lstrip())
            out = list(predicated(first, body[: others.start()], places, inside, None))
            if inside.within and out and all(each.context.sense == NOT_SERVED for each in out):
                yield base
                yield from out
        return
    if (beside := _SAID.fullmatch(stretch)) and _said_of(
        beside["list"].strip(), beside["words"], places, above
    ):
        said = Said(
            beside["words"], UNCLEAR
        )  # 长治市、辽阳市:满三件包安装: nobody here knows what is said of them
        held = replace(above, held=above.held or "note")
        yield Clause(start + beside.start("list"), beside["list"].strip(), held, said)
        return
    text, sense = parted(stretch)
    if (
        sense
        and is_list(text.strip(" *"), places)
        and not sure_places(stretch[len(text) :], places)
        and not (label and LEVELS.match(label))
    ):
        first, last = trimmed(text, 0, len(text))
        over = of_the_last(text, sense, above, (above.heading and above.sense == SERVED) or ":" in text)
        yield _answered(start + first, text[first:last], stretch[len(text) :], sense, over)


def _says_no(body: str) -> bool:
    """合肥市:视情况; 湖北省:生鲜不配送."""
    sense = sense_of(body)
    return (sense == UNCLEAR and len(body) <= 12) or (sense == NOT_SERVED and len(body) <= 24)


def _said_of(listed: str, words: str, places: Places, above: Context) -> bool:
    """Whether words behind a colon name no place and are no answer, so that the list before it would be lost with them."""
    if LEVELS.match(listed) or not is_list(listed, places) or said_alone(words):
        return False
    if takes_out_a_part(words) and SEVERAL.search(
        listed
    ):  # 成都、绵阳：除新都区外: out of one of them, or of both
        return any(
            token.result.status not in ("resolved", "rules") for token in places.tokens(listed + words)
        )
    if SHAPE.search(words):
        return False
    codes = understand(listed, places, above.within).codes
    tokens = places.tokens(words, heading=codes)
    return all(token.result.status == "unknown" for token in tokens)


def _answered(at: int, text: str, words: str, sense: str, above: Context) -> Clause:
    said = Said(words.strip(), sense, known=True)
    return Clause(at, text, below(said, above), said)


_REMOTE = re.compile(
    r"(?:等?偏远|边远)(?:地区|区域|省份|省市)?[(]([^()]{2,80})[)]\s*(除外|以外|之外|均?(?:暂时?)?[不未无停])"
)
_ENGLISH = re.compile(
    r"\s*(?:but |and )?(?P<words>not (?:yet )?(?:available|served|covered|supported|including)|no (?:service|coverage)|unavailable|excluding|except(?: for)?)"
    r"(?: in| to| for)? (?=(?-i:[A-Z]))",
    re.I,
)
_ONLY_THESE = re.compile(r"\s*(?:目前|现在?)?(?:[仅只]有|就有?)\s*")
_QUARTER = re.compile("[东西南北中]{1,2}区")
_SOMEBODY = re.compile(
    rf"(?:{SURNAME}[\u4e00-\u9fff]{{0,2}}?)(?:师傅|经理|工|先生|女士|老师|主任|[站店]长)|联系人:?\s*{SURNAME}[\u4e00-\u9fff]{{1,2}}"
)
_SAID_ALL = re.compile("全[省市区县州盟旗]")
_EXCEPT = re.compile("除(?!外)|不含|不包括")
_LAST = re.compile(rf"{OTHERS.pattern}$")
_ALL_OUT = re.compile(rf"(?:除外|[以之]外)(?:{OTHERS.pattern})?[.。!]?$")


def _of_places(said: Said) -> bool:
    return bool(AREA.search(said.words)) or said.sense in (NOT_SERVED, NOT_YET)
