"""The anchored walk: reads a text from its first character, region by region, each inside the one before.

There is no substring search: what the walk cannot read stays behind as the rest. A bare stem (朝阳) counts only
where the text after it bears it out: the end, a separator, a region inside it, a word like 全境. 朝阳路 and 东方明珠
are not places.
"""

import re
from collections.abc import Sequence

from . import rest as tail
from .glued import Glued
from .index import CLOSED, FULL, STEM, Index
from .readings import (
    Reading,
    down_or_again,
    extend,
    goes_high,
    prune,
    some_hold_counties,
    stands_beside,
)
from .town_stems import TOWN_TYPES, TownStems
from .unit import COUNTY, PREFECTURE, PROVINCE, Names, Unit
from .vocabulary import BELOW_TAIL, FILLER, GENERIC, OUTSKIRTS
from .zones import Zones

GAPS = frozenset(" /|>·,-_~:\\")  # separators that may stand between two levels
STOPS = GAPS | frozenset("、;\n().。!?…")
_MOST_GAPS = 1_000  # blanked markup is long; behind more nothing is named inside the place before them
_GAP_RUN = re.compile(f"[{re.escape(''.join(sorted(GAPS)))}]{{1,{_MOST_GAPS}}}")
HIGH_ONLY = "high only"
JOINTS = re.compile("以及|[和与及跟]")
_OFFICE = re.compile("办事处|街办")
_WORD = re.compile(r"[\u4e00-\u9fff]{2,4}(?=[\s、,;.()/|·-]|$)")
# 上海街道, 龙溪镇, 河南岸街道: the name, with at most one character more, is a town's or a street office's.
_TOWN = re.compile(
    r"(?:(?![一二两三四五六七八九十各])[\u4e00-\u9fff])?(?:街道|镇(?![政中小])|乡(?![政镇村下])|苏木)"
)
# A stem and one character before a type are the name of another division: 平湖 + 口镇.
_TYPE_SOON = re.compile(r"[\u4e00-\u9fff]?(?:[区县市旗镇乡盟]|街道)")
# What shops sell, and call after a place anywhere: 沙县小吃店, 兰州拉面.
_DISH = re.compile(
    "小吃|拉面|小面|热干面|米[粉线]|螺蛳粉|桂花糕|烤[鸭鱼肉]|牛肉[面粉汤]|羊肉[粉汤]|板面|火锅|烧烤|刀削面|肠粉|麻辣|[大小]?酒楼|菜馆|饭庄|大排档|烩面|凉皮|酱鸭|煲仔|汤包|馄饨|煎饼|手抓|大盘鸡|黄焖鸡|料理"
)
_FAR_TOWN = re.compile(r"[\u4e00-\u9fff]{2,5}?(?:街道|镇|乡)")  # 伊犁河路街道, 天津铁厂街道
_ODD_ZONE = re.compile(
    r"[\u4e00-\u9fff](?:国家|经济|高新|技术|工业|开发|产业|新区)"
)  # 盘龙城经济开发区 is not 盘龙's
_OF_THE_MIDDLE = frozenset(
    "山央华兴心江原环间医学和南北路街大段国信天海铁科建行石关州正阳洲级等"
)  # 市中 + 山东路


_OF_THE_PEOPLE = ("民政", "民族", "民主", "民生", "民权", "民航")  # 南宁市民族大道 is no 市民's


class Walk:
    """Walks over folded texts with one index."""

    def __init__(self, index: Index):
        self.index, self.zones, self.stems, self.glued = index, Zones(index), TownStems(index), Glued(index)

    def read(self, s: str, start: int, end: int, scopes: Sequence[str] = ()) -> tuple[list[Reading], int]:
        """The best readings of s[start:end] and where they stop; ([], start) if no region stands there.

        `scopes`: codes of which one must hold the first region.
        """
        if not scopes:
            index = self.index
            for length in index.address_lengths.get(s[start : start + 2], ()):
                stop = start + length
                steps = index.addresses.get(s[start:stop]) if stop <= end else None
                if steps is None or s[start:stop] in index.loose:
                    continue
                if not tail.names_a_road(s, start + steps[-1][0], stop):
                    if start:
                        steps = tuple([(start + a, start + b, word, unit) for a, b, word, unit in steps])
                    readings = [Reading(steps[-1][3], FULL, 0, steps, False)]
                    if stop < end:
                        deeper, reach = self._from(s, self.past_gaps(s, stop, end), end, readings)
                        if deeper:
                            return prune(deeper), reach
                    return readings, stop
        at = self.past_gaps(s, start, end)
        readings, stop = self._from(s, at, end, None, scopes)
        return (prune(readings), stop) if readings else ([], start)

    def deeper(self, s: str, at: int, end: int, before: list[Reading]) -> tuple[list[Reading], int]:
        """The readings of s[at:end] inside `before`."""
        readings, stop = self._from(s, at, end, before)
        return (prune(readings), stop) if readings else ([], at)

    def _from(
        self, s: str, at: int, end: int, before: list[Reading] | None, scopes: Sequence[str] = ()
    ) -> tuple[list[Reading], int]:
        """Readings that continue `before` at `at`, the furthest-reaching alternative first."""
        best: tuple[list[Reading], int] = ([], at)
        if (
            before is None
            or before[0].unit.level < COUNTY
            or (len(before) > 1 and some_hold_counties(before))
        ):
            alias = self.index.alias
            for length in self.index.lengths.get(s[at : at + 2], ()):
                stop = at + length
                entries = alias.get(s[at:stop]) if stop <= end else None
                if entries is None:
                    continue
                if before is None and stop < end and self._is_of_a_town(s, at, stop, end):
                    continue
                if stop < end and tail.names_a_road(s, at, stop):
                    continue
                found = extend(before, entries, at, stop, scopes)
                if before is not None and len(entries) > 1:
                    found = [r for r in found if not stands_beside(r, entries, before)]
                if before is not None and s[at:stop] in GENERIC:
                    found = [r for r in found if not r.unit.until or self._generic_stands(s, stop, end, r)]
                if found and found[-1].tier >= STEM:
                    standing = self._stem_stands(s, stop, end, found)
                    if standing is not True:
                        # Not borne out, or only by words that go with a city: 西安 + 高新区 is no 西安区.
                        found = [r for r in found if r.tier < STEM or (standing and goes_high(r))]
                if not found:
                    continue
                deeper: list[Reading] = []
                reach = stop
                further = self.past_gaps(s, stop, end)
                if further < end:
                    deeper, reach = self._from(s, further, end, found)
                if deeper:
                    found, stop = deeper, reach
                elif further < end and s[at:stop] in self.index.given_up:
                    continue  # 安东路, 盛京医院: streets and houses keep such a name
                elif before is not None:
                    found = down_or_again(found)
                elif (
                    s[stop - 1] == "市"
                    and s[stop : stop + 1] in ("场", "民")
                    and not s.startswith(_OF_THE_PEOPLE, stop)
                    and not self._name_at(s, stop, end)
                ):
                    continue  # 上海市场, 东方市民
                if stop > best[1]:
                    best = found, stop
                    if stop >= end:
                        return best
        if before is not None:
            found, stop = self._townships(s, at, end, before)
            if stop > best[1]:
                best = found, stop
        return best

    def _is_of_a_town(self, s: str, at: int, stop: int, end: int) -> bool:
        """Whether the name s[at:stop] that nothing stands before belongs to a town (上海街道), to a dish (沙县小吃) or to no
        place (西区5号楼)."""
        if _DISH.match(s, stop, end):
            return True
        if s[at:stop] in GENERIC:
            named = extend(None, self.index.alias[s[at:stop]], at, stop, ())
            return (
                s[stop] not in STOPS
                and not self._townships(s, stop, end, named)[0]
                and not self._city_of(s, stop, end, named)
            )
        whole = self.index.alias[s[at:stop]][0][0] < STEM
        named = extend(None, self.index.alias[s[at:stop]], at, stop, ())
        for town in (_TOWN.match(s, stop, end), None if whole else _FAR_TOWN.match(s, stop, end)):
            if town is None or (not s.startswith("街道", stop) and self._unit_inside(s, stop, end, named)):
                continue  # 嘉兴桐乡, 宁波镇海
            if self.index.townships_named(s[at : town.end()]):
                return True
            if town.re is _FAR_TOWN or (whole and (s[stop - 1] in "省市州盟" or s[stop] not in "街镇乡苏")):
                continue
            if not self._townships(s, stop, end, named)[0]:
                return True
        return False

    def _city_of(self, s: str, at: int, end: int, named: list[Reading]) -> bool:
        """Whether the city of one of these stands at `at`: 郊区铜陵市…"""
        for length in self.index.lengths.get(s[at : at + 2], ()):
            for tier, _, unit in self.index.alias.get(s[at : at + length], ()) if at + length <= end else ():
                if tier == FULL and any(reading.unit.inside(unit) for reading in named):
                    return True
        return False

    def _generic_stands(self, s: str, stop: int, end: int, reading: Reading) -> bool:
        """Whether the name that any town has for a part of itself (市区, 东区) is the district of the past that bore it.

        It is at the end of the item, or before a town of its own or, if it closed lately, a road. A word for the town
        or its outskirts behind a bare stem (长春郊区) is no district that closed long ago.
        """
        lately = self.index.lately(reading.unit)
        above, own = reading.steps[-2:]
        if not lately and s[own[0] : stop] in OUTSKIRTS and s[above[1] - 1] not in "市州盟区县":
            return False
        at = self.past_gaps(s, stop, end)
        if at >= end or s[at] in STOPS or self._townships(s, at, end, [reading])[0]:
            return True
        after = s[at : min(end, at + 24)]
        return tail.classify(after) in (tail.WHOLE, tail.MARK) or (lately and tail.begins_as_road(after))

    def _townships(self, s: str, at: int, end: int, before: list[Reading]) -> tuple[list[Reading], int]:
        index, reach = self.index, at
        found: list[Reading] = []
        for reading in before:
            unit = reading.unit
            if unit.level not in (PROVINCE, PREFECTURE, COUNTY):
                continue
            direct = unit.level == COUNTY or unit.code in index.leaves
            sources = [index.township_names(unit.code)] if direct or unit.code in index.below else []
            if not direct:
                sources.append(index.townships_inside(unit.code))
            for names in sources:
                codes, stop = self._township_at(s, at, end, names)
                if not codes or stop < reach:
                    continue
                if stop > reach:
                    found, reach = [], stop
                bare = s[at:stop] == index.township(codes[0]).short
                for code in codes:
                    town = index.township(code)
                    word = "short" if bare else "closed full" if town.until else "full"
                    step = (at, stop, word, town)
                    tier, dated = (CLOSED, True) if town.until else (FULL, reading.dated)
                    found.append(Reading(town, tier, reading.rank, (*reading.steps, step), dated))
        return found, reach

    def _township_at(self, s: str, at: int, end: int, names: Names) -> tuple[tuple[str, ...], int]:
        for length in names.lengths.get(s[at : at + 2], ()):
            stop = at + length
            name = s[at:stop]
            codes = names.codes.get(name) if stop <= end else None
            if codes is None:
                # 粤海办事处, 粤海街办 for 粤海街道
                if name.endswith("街道") or "办" in name:
                    stop -= 2
                    codes = names.codes.get(s[at:stop] + "街道")
                    office = _OFFICE.match(s, stop, end)
                    if codes is not None and office:
                        return codes, office.end()
                continue
            if self.index.township(codes[0]).short == name and not self._bare_town_stands(s, stop, end):
                continue
            office = _OFFICE.match(s, stop, end)
            return codes, office.end() if office else stop
        return (), at

    def _bare_town_stands(self, s: str, stop: int, end: int) -> bool:
        return stop >= end or s[stop] in STOPS or tail.classify(s[stop:end]) in (tail.WHOLE, tail.MARK)

    def _stem_stands(self, s: str, stop: int, end: int, found: list[Reading]) -> bool | str:
        """Whether what follows a bare stem bears it out as a region; HIGH_ONLY: only as a prefecture or province."""
        if stop >= end or s[stop] in STOPS:
            return not (s[stop : stop + 1] == "." and s[stop + 1 : stop + 2].isalnum())
        after = s[stop : min(end, stop + 24)]
        if s.startswith("市中", stop - 2) and after[0] in _OF_THE_MIDDLE:
            return False  # 枣庄市 + 中山东路
        below = BELOW_TAIL.get(found[0].unit.code)
        if below and below.match(after):
            return True
        best = min(reading.tier for reading in found)
        strong = [reading for reading in found if reading.tier == best]
        high = any(reading.unit.level <= PREFECTURE for reading in strong)
        named = found[0].parent_named
        taken = tail.named_after(after)
        if taken and not tail.ends_as_district(after):
            if self._unit_inside(s, stop, end, found, taken):
                return True
            if high and self._unit_inside(s, stop, end, found):
                return HIGH_ONLY  # 崇左 + 大新东南大道
            if high or not named:
                return False
        behind = stop + (s[stop] == "的")  # 河北的廊坊
        if FILLER.match(s, stop, end) or self._unit_inside(s, behind, end, found):
            return True
        joint = JOINTS.match(s, stop, end)
        if joint and self._name_at(s, joint.end(), end):
            return True
        kind = tail.classify(after)
        if kind == tail.WHOLE:
            return True
        if tail.is_vague(after, kind) and named:
            return True
        if not high:
            if not named:
                odd = (
                    _TOWN.match(after)
                    or _ODD_ZONE.match(after)
                    or tail.is_a_sight(after, strong[0].unit.name[-1] == "区")
                )
                if kind == tail.ZONE and best == STEM and not odd:
                    return True  # 昆山开发区
                return self._before_its_town(s, stop, end, strong)
            return not any(self._taken(s, stop, end, after, kind, reading.unit) for reading in strong)
        length = stop - found[0].steps[-1][0]
        stands = (
            kind in (tail.DIVISION, tail.ZONE)
            or tail.is_vague(after, kind)
            or tail.own_road(after)
            or self.zones.at(s, stop, end)[1]
            or (kind == tail.OTHER and length > 2)
            or (kind in (tail.OTHER, tail.ADDRESS) and found[0].parent_named)
            or self.whole_region(s, stop, end)
            or s.startswith(s[found[0].steps[-1][0] : stop], stop)  # said twice
            or any(self.stems.at(s, stop, end, reading.unit)[1] for reading in strong)  # 廊坊燕郊
        )
        return HIGH_ONLY if stands else False

    def _taken(self, s: str, stop: int, end: int, after: str, kind: str, unit: Unit) -> bool:
        """Whether the words after the stem of a county, whose parent is named, make something else of it."""
        if self._misspelt(s, stop, end, unit):
            return True
        towns = self.index.township_names(unit.code).codes
        town = _WORD.match(s, stop, end)
        heads = {town[0]} if town else set()
        if unit.name[-1] == "区" and not tail.named_after(after):
            heads |= {after[:2], after[:3]}
        if any(head + kind in towns for head in heads if len(head) > 1 for kind in TOWN_TYPES):
            return False  # 常州武进湖塘, 苏州吴中木渎古镇: a town without its type, no lake
        # 扬州泰州国际机场 is not in what was 泰州市 there
        district = unit.name[-1] == "区" or bool(unit.until)
        if kind in (tail.DIVISION, tail.ZONE) and not tail.begins_as_road(after):
            return _TYPE_SOON.match(after) is not None or tail.is_a_sight(after, district)
        if kind == tail.PART or tail.takes_the_name(after, district):
            return True
        return district and tail.ends_a_name(after)

    def _before_its_town(self, s: str, stop: int, end: int, strong: list[Reading]) -> bool:
        """Whether a stem that one county alone bears, and bore, stands before the stem of one of its towns: 琼海博鳌."""
        unit, index = strong[0].unit, self.index
        bearers = [entry[2] for entry in index.alias.get(s[strong[0].steps[-1][0] : stop], ())]
        alone = all(index.successors(bearer) == (unit.code,) for bearer in bearers)
        return alone and bool(self.stems.at(s, stop, end, unit)[1])

    @staticmethod
    def _misspelt(s: str, stop: int, end: int, unit: Unit) -> bool:
        """Whether the stem goes on almost like the full name: 浦东新去."""
        ending = unit.name[len(unit.short) :]
        after = s[stop : stop + len(ending)]
        return len(ending) > 1 and any(a == b for a, b in zip(ending, after, strict=False))

    def _unit_inside(self, s: str, at: int, end: int, found: list[Reading], taken: int = 0) -> bool:
        """Whether a region inside stands at `at`: by its full name, or by a stem of more than `taken` characters or
        to the end of the item."""
        index = self.index
        for length in index.lengths.get(s[at : at + 2], ()):
            stop = at + length
            for tier, _, unit in index.alias.get(s[at:stop], ()) if stop <= end else ():
                sure = length >= taken or tier < STEM or stop == end or s[stop] in STOPS
                if sure and any(unit.inside(reading.unit) for reading in found):
                    return True
        for reading in found:
            if reading.unit.level in (PREFECTURE, COUNTY):
                names = index.township_names(reading.unit.code)
                if self._township_at(s, at, end, names)[0]:
                    return True
        return False

    def _name_at(self, s: str, at: int, end: int) -> bool:
        """Whether any name stands at `at`, borne out or not."""
        lengths, alias = self.index.lengths.get(s[at : at + 2], ()), self.index.alias
        return any(at + length <= end and s[at : at + length] in alias for length in lengths)

    def starts_inside(self, s: str, at: int, end: int, readings: list[Reading]) -> bool:
        """Whether the rest begins with the name of a region inside, even if the walk did not take it (唐山路)."""
        return self._unit_inside(s, at, end, readings)

    def starts_region(self, s: str, at: int, end: int) -> bool:
        """Whether a region can be read from `at`."""
        return bool(self.read(s, at, end)[0])

    def whole_region(self, s: str, at: int, end: int) -> bool:
        """Whether s[at:end] is a region by itself, to its end."""
        for length in self.index.lengths.get(s[at : at + 2], ()):
            if at + length == end and s[at:end] in self.index.alias:
                return True
        return False

    def past_gaps(self, s: str, at: int, end: int) -> int:
        """Past separators between levels and filler words (市辖区, 直辖县 …)."""
        while at < end:
            if s[at] in GAPS:
                at += 1
                more = _GAP_RUN.match(s, at, end) if at < end and s[at] in GAPS else None
                if more is not None:
                    if more.end() - at == _MOST_GAPS:
                        return more.end()
                    at = more.end()
            elif s[at] in "省直市县自生":
                filler = FILLER.match(s, at, end)
                if filler is None:
                    return at
                at = filler.end()
            elif s[at] == "的" and self.index.lengths.get(s[at + 1 : at + 3]):
                at += 1
            else:
                return at
        return at
