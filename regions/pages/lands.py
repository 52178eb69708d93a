"""Labels that name a company's own office or stretch of country: 杭州办事处, 浙东片区. What they serve may lie beside it."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from regions.resolver.vocabulary import ABBREVIATIONS, COUNTRYSIDE, OWN_LAND, SEATS, SIDE

from .contexts import within
from .reading import Places

if TYPE_CHECKING:
    from .labels import Said

_OWN = re.compile(
    rf"(?:(?P<province>[{''.join(ABBREVIATIONS)}])?{SIDE}|{COUNTRYSIDE})(?P<kind>{OWN_LAND})", re.I
)
_SIDE_OF = re.compile(rf"(?P<province>[{''.join(ABBREVIATIONS)}]){SIDE}")
_KIND = re.compile(rf"(?P<seat>{SEATS})|{OWN_LAND}")


def own_land(words: str) -> tuple[tuple[str, ...], str, str] | None:
    """(its province, its kind, why it is held: never) of a stretch that no place names: 浙东片区, 胶东大区, 第一片区."""
    found = _OWN.fullmatch(words)
    if found is None:
        return None
    province = found["province"]
    return ((ABBREVIATIONS[province],) if province else (), found["kind"], "")


def side_of(words: str) -> tuple[tuple[str, ...], str, str] | None:
    """皖南, 豫北服务站: (the province, the words behind, why it is held: never)."""
    found = _SIDE_OF.match(words)
    return ((ABBREVIATIONS[found["province"]],), words[found.end() :], "") if found else None


def reach_of(codes: tuple[str, ...], rest: str) -> tuple[tuple[str, ...], ...]:
    """Where the places of an office or a stretch may lie besides its own: in its province, of an office anywhere."""
    found = _KIND.match(rest)
    if found is None or not codes:
        return ()
    province = tuple(dict.fromkeys(code[:2] + "0000" for code in codes))
    return (province, ()) if found["seat"] else (province,)


def without_kind(rest: str) -> str:
    """What stands behind 办事处 or 片区, and behind a place says nothing of who is served."""
    found = _KIND.match(rest)
    return rest[found.end() :] if found else rest


def reaching(said: "Said", text: str, places: Places) -> "Said":
    """杭州办事处:杭州、湖州: below the least wide of the places it may stand for that holds all of the text."""
    for codes in (said.codes, *said.reach) if said.reach else ():
        found = [token.result for token in places.tokens(text, heading=codes)]
        named = [result.code for result in found if result.code]
        if not named or any(result.status == "conflict" for result in found):
            continue
        if (
            all(_inside(code, codes) for code in named)
            if codes
            else all(code.endswith("00") for code in named)
        ):
            return replace(said, codes=codes)
    return said


def _inside(code: str, codes: tuple[str, ...]) -> bool:
    return any(code != top and within(code, top) for top in codes)
