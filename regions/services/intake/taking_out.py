"""What a line takes out of the places of other lines: 甘孜州除外 below 四川省, and lines that serve and refuse one place."""

import re
from dataclasses import replace

from regions.pages.senses import NOT_SERVED

from .judging import EXACT, Placed, above
from .waiting import offered

_exclusion = re.compile(r"除(?!了?以?外)|除外|以外|之外|不含|不包[括含]|\bexcept|\bexclud", re.I)
_OWN_BASE = re.compile("[,:;()，；（）。]|外的|除(?!外)|不含|不包|全[省市境]|所有|各")


def taken_out(tokens: list[Placed]) -> list[Placed]:
    """甘孜州除外 on a line of its own is taken out of what the lines before it name, as it is within a line."""
    held: set[str] = set()
    found: list[Placed] = []
    takes: dict[int, set[str]] = {}
    for token in tokens:
        result = token.result
        out = (
            result["exclude"]
            if result["status"] == "partial" and not (result["include"] or token.held)
            else ()
        )
        if token.sense == NOT_SERVED and result["status"] == "ambiguous" and not token.held:
            inside = [code for code in result["candidates"] if held.intersection(above(code))]
            if len(inside) == 1:  # 市中区 below 济南市: what is taken out lies in what is served
                token = replace(
                    token, result=result | {"status": "rules", "candidates": [], "exclude": inside}
                )
                result = token.result
        if _is_of_the_above(token, held):  # 洛阳市栾川县、嵩县除外 below 河南省
            result = result | {"include": []}
            token = replace(token, result=result)
        elif _may_be_of_more(token):
            token = offered(token)
        taken = [code for code in out if held.intersection(above(code))]
        again = [code for code in result["exclude"] if code in held and result["include"]]
        if again and result["status"] in EXACT and _exclusion.search(token.text):
            # (江西省上饶市除外) below 江西省上饶市: that place alone, or 江西省 without it
            takes[len(found)] = set(again)
            token = offered(token)
        elif taken and len(taken) == len(out) and not result["rest"]:
            token = replace(token, result=result | {"status": "rules"})
        elif named := taken or _may_take(token):
            takes[len(found)] = {top for code in named for top in (code, *above(code))}
        elif result["status"] in EXACT and not token.held:
            held.update(code for code in (result["code"], *result["include"]) if code)
        found.append(token)
    return _unlike(_opened(found, takes) if takes else found)


def _is_of_the_above(token: Placed, held: set[str]) -> bool:
    """Whether what a list is taken out of is not the place it begins with, but one that a line before names."""
    include, out = token.result["include"], token.result["exclude"]
    return (
        token.result["status"] in EXACT
        and len(include) == 1
        and bool(out)
        and include[0] not in held
        and bool(held.intersection(above(include[0])))
        and _OWN_BASE.search(token.text) is None
    )


def _may_be_of_more(token: Placed) -> bool:
    """北京市海淀区除外: out of 北京市, or of all that is served elsewhere on the page."""
    result = token.result
    return (
        result["status"] in EXACT
        and len(result["include"]) == len(result["exclude"]) == 1
        and re.search("[、 ]|和|及", token.text) is None
        and _OWN_BASE.search(token.text) is None
    )


def _unlike(tokens: list[Placed]) -> list[Placed]:
    """The tokens, those held that serve and do not serve one and the same place: 青羊区 above 注:青羊区暂不上门."""
    sure = [token.result for token in tokens if token.result["status"] in EXACT and not token.held]
    include = {code for result in sure for code in (result["code"], *result["include"]) if code}
    both = include.intersection(code for result in sure for code in result["exclude"])
    return (
        [
            offered(token)
            if both.intersection((token.result["code"], *token.result["include"], *token.result["exclude"]))
            else token
            for token in tokens
        ]
        if both
        else tokens
    )


def _may_take(token: Placed) -> list[str]:
    """What an open line may take out of those before it, which wait with it: 四川省,不含甘孜州、重庆市; (城关区除外) below
    拉萨市; 山东省 below 不含:青海省."""
    result = token.result
    if token.held == "continued" or (result["status"] not in EXACT and _exclusion.search(token.text)):
        return [*result["candidates"], *result["exclude"], *result["successors"]]
    if token.sense == NOT_SERVED and result["status"] == "historical":
        return [*result["successors"]]  # 南海市 below 佛山市: not served, and what it is today is asked
    if token.sense == NOT_SERVED and result["status"] == "partial" and result["parent"]:
        return [result["parent"]]  # 青海省海南藏族自治州自1月1日起
    return []


def _opened(tokens: list[Placed], takes: dict[int, set[str]]) -> list[Placed]:
    """The tokens, those held of which an open one behind them may take something."""
    found: list[Placed] = []
    tops: set[str] = set()
    for at in range(len(tokens) - 1, -1, -1):
        token, result = tokens[at], tokens[at].result
        codes = [code for code in (result["code"], *result["include"]) if code]
        if result["status"] in EXACT and not tops.isdisjoint(codes):
            token = offered(token)
        tops |= takes.get(at, set())
        found.append(token)
    return found[::-1]
