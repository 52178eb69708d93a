"""Provinces, or cities of one province, said one behind the other with nothing between: 全国除新疆西藏内蒙古外, 石家庄保定唐山.
Nothing else is made of such names alone."""

from .index import Index
from .normalize import fold
from .unit import PREFECTURE, PROVINCE

_LONGEST_NAME = 8
_SHORTEST = 6  # three names of two characters


class Glued:
    def __init__(self, index: Index):
        self._codes: dict[str, str] = {}
        for unit in index.current.values():
            if unit.level == PROVINCE:
                self._codes |= {fold(name)[0]: unit.code for name in (unit.name, unit.short)}
        self._cities: dict[str, str] = {}
        for unit in index.current.values():
            if unit.level == PREFECTURE and unit.name.endswith("市"):
                self._cities |= {fold(name)[0]: unit.code for name in (unit.name, unit.short)}
        self._first = {name[:2] for name in self._cities}
        self._last = {name[-2:] for name in self._cities}
        self._starts = {name[:2] for name in self._codes}
        self._ends = {name[-2:] for name in self._codes}

    def cities(self, s: str, start: int, end: int) -> tuple[str, ...]:
        """The cities of one province that s[start:end] is made of, if there are three or more."""
        if (
            end - start < _SHORTEST
            or s[start : start + 2] not in self._first
            or s[end - 2 : end] not in self._last
        ):
            return ()
        found: list[str] = []
        at = start
        while at < end:
            size = next(
                (n for n in range(min(_LONGEST_NAME, end - at), 1, -1) if s[at : at + n] in self._cities), 0
            )
            code = self._cities.get(s[at : at + size], "")
            if not code or code[:2] != (found or [code])[0][:2] or code in found:
                return ()
            found.append(code)
            at += size
        return tuple(found) if len(found) > 2 else ()

    def codes(self, s: str, start: int, end: int) -> tuple[str, ...]:
        """The provinces that s[start:end] is made of, if there are several; two only where no city is among them
        (北京上海 may be a road's name on the way to being written)."""
        if s[start : start + 2] not in self._starts or s[end - 2 : end] not in self._ends:
            return ()
        found: list[str] = []
        at = start
        while at < end:
            if s[at : at + 2] not in self._starts:
                return ()
            size = next(
                (n for n in range(min(_LONGEST_NAME, end - at), 1, -1) if s[at : at + n] in self._codes), 0
            )
            if not size:
                return ()
            if s.startswith("青海海南", at):
                return ()  # 海南 is a prefecture of 青海 too
            found.append(self._codes[s[at : at + size]])
            at += size
        cities = any(code[:2] in ("11", "12", "31", "50") for code in found)
        enough = len(found) > 2 or (len(found) == 2 and not cities)
        return tuple(dict.fromkeys(found)) if enough and len(set(found)) == len(found) else ()
