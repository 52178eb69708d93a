"""What is said behind places: each predicate of a stretch (江浙沪皖包邮,新疆西藏不发货) with the places that stand before it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from .contexts import within
from .labels import Said
from .lists import sure_places
from .predicates import CONTRASTED, MAY_SAY, PREDICATE, THE_OTHERS
from .reading import Context, Places
from .senses import NOT_SERVED, NOT_YET, SERVED, sense_of
from .stretches import LEAD, MOST, SEVERAL, Clause, is_list, trimmed

_OF_ALL = re.compile("等|均|都|皆|全部|一律")
_JOINED = re.compile(r"^[\s、]*[:：\-—(\[【]")
_COUNTED = re.compile(r"(?:\d|[一二三四五六七八九十])个?[市州区县地级]{1,3}$")
_COUNT = re.compile(r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})个?(?:地?市|[州区县盟])")
_TURN = re.compile(r"[,;。]\s*(?:但是?|不过|只是|其中|可是|而|唯独?)[是,]?")
_EXCEPTED = re.compile(
    r"[\s,;。]*(?:(?:但|不过|只是|其中)[是,]?)?(?:除(?!外)|不含|不包括|[^,;。()]{2,40}(?:除外|以外|之外)[。.!\s]*$)"
)
_LISTED_BUT = re.compile(
    r"(?P<listed>[^()。;:]{2,}?)(?:[,;]\s*|\s*\()(?:其中|但是?|除了?|不含|不包括)?(?P<out>[^()。;:,]{2,60}?)(?P<no>除外|以外|之外|(?:等地)?(?:暂时?|均|目前)?(?:未开通|不上门|不服务|不接单|停止服务|暂停服务|无网点))\)?[。.!\s]*"
)
# 四川省除甘孜,阿坝可以发货: the last of them goes out with the rest, or is served after all.
_STILL = re.compile(r"除(?!.{0,40}外)[^,;]{2,40},[^,、;]{2,12}$")
# 沈阳(和平、沈河)、大连暂停; 石家庄、保定,邢台暂停: how far back the refusal reaches nobody knows.
_PAUSED = re.compile(r"^[^()]*(?:、[^()]*,|,[^()]*、)|\([^()]*[、,][^()]*\)\s*[、,]")
_REMARK = re.compile(r"\s*\([^()]{2,60}\)")


def predicated(at: int, body: str, places: Places, context: Context, said: Said | None) -> Iterator[Clause]:
    """江浙沪皖包邮,新疆西藏不发货: what stands before each predicate, and what is left behind the last one."""
    begin = 0
    missed, parts = 0, list[Clause]()
    says = MAY_SAY.search(body) is not None
    opposed = says and any(found["no"] for found in PREDICATE.finditer(body))
    for found in (CONTRASTED if opposed else PREDICATE).finditer(body) if says else ():
        if body.count("(", begin, found.start()) != body.count(")", begin, found.start()):
            continue
        sense = NOT_SERVED if found["no"] else NOT_YET if found["later"] else SERVED
        span = trimmed(body, begin, found.start())
        led = served_before(body[span[0] : span[1]], places) if sense != SERVED else None
        if led is None:
            first = span[0]
            span = _own(body, *span, places)
            cut = body[slice(*trimmed(body, first, span[0]))]
            if cut and sure_places(cut, places):
                # 陕西省、贵州省用户请放心下单,铜川市即将开通: nobody here knows what is said of the first two
                held = replace(context, held=context.held or "heading")
                parts.append(Clause(at + body.index(cut, first), cut, held, Said("", known=True)))
        if THE_OTHERS.fullmatch(body, *span) and parts:
            # 新疆运费20元,其余地区包邮: the rest of what, a person has to say
            held = replace(context, held=context.held or "heading")
            text = body[span[0] : found.end()].rstrip(" ,。.!;")
            parts.append(Clause(at + span[0], text, held, Said("", known=True)))
            begin = found.end()
            continue
        if not is_list(body[span[0] : span[1]], places):
            missed += 1
            if missed > MOST:
                break
            continue
        words = found[0].strip(" ,。;")
        over = below(Said(words, sense, known=True), context)
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
                and is_list(body[found.end() :], places)
                and _JOINED.search(words_behind)
            )
            over = of_the_last(body[span[0] : span[1]], sense, over, more or (said and said.sense == SERVED))
        if led is not None:
            # 我们服务山西省、海南省,其中太原市暂不上门
            (first, listed), behind = led
            words_before = body[span[0] : span[0] + first].strip()
            before = Said(words_before, SERVED, known=True) if words_before else said
            over_before = before.over(context) if before is not None else context
            parts.append(Clause(at + span[0] + first, listed, over_before, before))
            span = (span[0] + behind, span[1])
            over = _inside_of(listed, body[slice(*span)], over, places)
        text, begin = body[span[0] : span[1]], found.end()
        beside = _REMARK.match(body, begin)
        counted = _COUNTED.search(text) or (_COUNT.match(found[0]) and not SEVERAL.search(text))
        paused = sense == NOT_SERVED and _PAUSED.search(text) and not _OF_ALL.search(words_behind)
        if paused and not _base(text, places, said):
            over = replace(over, held=over.held or "note")
        if sense == SERVED and _STILL.search(text) and not _OF_ALL.search(words_behind):
            over = replace(over, held=over.held or "note")
        if sense == SERVED and counted:  # 江西省11个地市全覆盖
            text = body[span[0] : begin].rstrip(" ,。.!;")
        if beside:  # 浙江全省可上门(舟山除外)
            text, begin = text + beside[0].strip(), beside.end()
        elif (
            sense == SERVED and _EXCEPTED.match(body, begin) and _is_read(body[span[0] :], places)
        ):  # 济南全市上门,平阴县除外
            text, begin = body[span[0] :].rstrip(" 。.!;"), len(body)
        elif sense == NOT_SERVED and (base := _base(text, places, said)):  # 天津所有区,蓟州区不上门
            parts.append(Clause(at + span[0], text[: base[0]], base[1](over), Said("", known=True)))
            span, text = (span[0] + base[2], span[1]), text[base[2] :]
        parts.append(Clause(at + span[0], text, over, Said(words, sense, known=True)))
        if begin >= len(body):
            break
    but = _LISTED_BUT.fullmatch(body) if context.within and not parts else None
    if but is not None:
        # 林芝市:墨脱县、朗县,巴宜区除外; …、环县(合水县暂未开通): what is taken out lies beside, not in what is listed
        yield from _beside(at, body, but, places, context, said)
        return
    first, last = trimmed(body, begin, len(body))
    if first < last and (not parts or is_list(body[first:last], places)):
        yield from parts
        yield Clause(at + first, body[first:last], context, said)
    else:
        yield from parts


def _is_read(text: str, places: Places) -> bool:
    """Whether a list with what is said of it, and what it takes out, is read as one."""
    return all(token.result.status != "unknown" for token in places.tokens(text.rstrip(" 。.!;")))


def _inside_of(listed: str, out: str, context: Context, places: Places) -> Context:
    """湖北省,但恩施、神农架不送: what is taken out is looked for in what is served, if all of it lies there."""
    tops = tuple(code for token in places.tokens(listed) if (code := token.result.code))
    named = places.tokens(out, heading=tops) if tops else []
    inside = [any(_inside(token.result.code, top) for top in tops) for token in named]
    return replace(context, within=tops) if inside and all(inside) else context


def _beside(
    at: int, body: str, found: re.Match[str], places: Places, context: Context, said: Said | None
) -> Iterator[Clause]:
    listed, out = places.tokens(found["listed"], context.within), places.tokens(found["out"], context.within)
    own = {token.result.code for token in listed}
    apart = all(
        token.result.code and not any(within(token.result.code, code) for code in own if code)
        for token in out
    )
    if None in own or not apart:
        yield Clause(at, body.strip(), context, said)
        return
    refused = Said(found["no"], NOT_SERVED, known=True)
    yield Clause(at, found["listed"], context, said)
    yield Clause(at + found.start("out"), found["out"], refused.over(context), refused)


def _own(body: str, start: int, end: int, places: Places) -> tuple[int, int]:
    """The clause of which a predicate is said: 甘肃省和吉林省用户请放心下单,新疆不发 refuses nothing in 甘肃省."""
    if "," not in body[start:end]:
        return start, end
    for token in reversed(places.tokens(body[start:end])[:-1]):
        if token.result.status == "unknown" or token.result.rest_kind == "other":
            comma = body.find(",", start + token.end, end)
            return trimmed(body, comma + 1, end) if comma >= 0 else (start, end)
    return start, end


def below(said: Said, above: Context) -> Context:
    """What is said of places to be served below a heading that refuses is not taken: 暂停服务 above 民意乡(全境覆盖)."""
    context = said.over(above)
    if said.sense == SERVED and above.sense != SERVED:
        return replace(context, held=context.held or "heading")
    return context


def of_the_last(text: str, sense: str, context: Context, listed: object) -> Context:
    """服务区域:白银市、湖南省、包头:未开通: where a list is `listed` as served, a refusal may be said of its last item alone."""
    if sense == SERVED or not listed or not SEVERAL.search(text):
        return context
    return replace(context, held=context.held or "heading")


def _base(
    text: str, places: Places, label: Said | None
) -> tuple[int, Callable[[Context], Context], int] | None:
    """(where the wholes end, their context, where the parts begin): 天津所有区,蓟州区; 山西省、湖南省,阳泉市、长沙市.

    Behind a label that says what is served the wholes are; else only where all of them is meant.
    """
    for cut in islice(re.finditer("[,、]", text), MOST):
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


def served_before(text: str, places: Places) -> tuple[tuple[int, str], int] | None:
    """((start, list), where the rest begins) of what is said to be served before a turn, or behind words that lead to it."""
    turns = islice(_TURN.finditer(text), MOST)
    turn = next((found for found in turns if is_list(text[found.end() :], places)), None)
    lead = LEAD.match(text)
    led = lead is not None and lead.end() > 0 and sense_of(lead[0]) == SERVED
    if turn is None and led:
        commas = islice(reversed(list(re.finditer(",", text))), MOST)
        turn = next((found for found in commas if is_list(text[found.end() :], places)), None)
    if turn is None:
        return None
    first = lead.end() if lead is not None and led else 0
    listed = text[first : turn.start()].strip()
    if not is_list(listed, places):
        return None
    return (text.index(listed, first), listed), turn.end()
