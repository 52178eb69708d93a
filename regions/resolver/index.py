"""The regions as the resolver sees them: lives, typed aliases, townships per parent, successions.

An alias belongs to a tier, and a lower tier wins where several regions answer to the same words:
full name of a current region, its typed short form (恩施州), full or typed name of an abolished one, bare stem of a
current one (富顺), bare stem of an abolished one. Townships are not among the aliases: they are looked up below
their county, never on their own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from sys import intern

from .addresses import Addresses
from .normalize import fold
from .unit import COUNTRY, COUNTRY_CODE, COUNTY, PREFECTURE, PROVINCE, TOWNSHIP, Names, Unit, unit_of
from .vocabulary import ALSO_INSIDE

#: a succession of this kind tells of a part that left a division that lives on
TRANSFER = "transfer"
#: a name of this kind is written in Latin letters
ROMANISED = "romanised"
#: a name that was given up
FORMER = "former"


FULL, TYPED, CLOSED, STEM, CLOSED_STEM = range(5)
_TIERS = {"full": (FULL, CLOSED), "typed": (TYPED, CLOSED), "former": (CLOSED, CLOSED)}
_WEAK = (STEM, CLOSED_STEM)
YEARS = 15  # so long lists and address books use the names of the past


def _is_only_offered(row: Mapping[str, str]) -> bool:
    """Names that by themselves are never taken, whatever else the words may mean: what somebody took them for once, what
    people say (羊城), and what was given up before the record begins (奉天: a city, or a province). One that an editor
    adds is read: who adds it says that it is one place's."""
    known = row["kind"] in ("colloquial", "former") and row.get("source") == "gazetteer"
    return known or row["kind"] == "decided"


class Index:
    """Everything the walk looks up, built from rows with the columns of fixtures/regions/*.csv."""

    def __init__(
        self,
        regions: Iterable[Mapping[str, str]],
        townships: Iterable[Mapping[str, str]] = (),
        names: Iterable[Mapping[str, str]] = (),
        successions: Iterable[Mapping[str, str]] = (),
        edition: str = "",
    ):
        self.edition = edition
        self.year = int(edition[:4]) if edition[:4].isdigit() else date.today().year
        self.units = [unit_of(row) for row in regions]
        self.lives: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units:
            self.lives[unit.code].append(unit)
        self.current = {unit.code: unit for unit in self.units if not unit.until}
        self.spoken = {unit.name: unit.pinyin for unit in self.units}  # townships' names too
        for unit in self.units:
            unit.up = self._ancestors(unit)
            also = [ALSO_INSIDE[code] for code in (unit.code, *unit.up) if code in ALSO_INSIDE]
            unit.holders = (*unit.up, *also)
        self._add_townships(townships)
        self._add_aliases(names)
        self._next: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for row in successions:
            if row.get("kind") == TRANSFER:  # the old one lives on
                continue
            old = intern(row["old_code"]), intern(row["old_valid_from"] or "")
            new = intern(row["new_code"]), intern(row["new_valid_from"] or "")
            self._next[old].append(new)
        self._part_strangers()
        self._add_namesakes()
        usual = Addresses(self)
        self.addresses, self.address_lengths, self.endings = (
            usual.addresses,
            usual.address_lengths,
            usual.endings,
        )
        self.loose, self.doubtful = usual.loose, usual.doubtful

    # ---------------------------------------------------------------- building

    def _ancestors(self, unit: Unit) -> tuple[str, ...]:
        codes: list[str] = []
        seen: Unit | None = unit
        while seen is not None and seen.parent and len(codes) < 5:
            codes.append(seen.parent)
            seen = self.life_on(seen.parent, unit.until)
        if codes and codes[-1] != COUNTRY_CODE:
            codes.append(COUNTRY_CODE)
        return tuple(codes)

    def life_on(self, code: str, until: str) -> Unit | None:
        """The life of `code` on the last day before `until` (empty: today), else the newest one."""
        lives = self.lives.get(code)
        if not lives:
            return None
        for unit in lives:
            if not unit.until if not until else unit.since < until <= (unit.until or "9"):
                return unit
        return max(lives, key=lambda unit: unit.until or "9")

    def _part_strangers(self) -> None:
        """Codes that passed from one place to another hold only what lay in the one of its time."""
        for code in {code for unit in self.units for code in unit.up}:
            lives = sorted(self.lives[code], key=lambda life: life.until or "9")
            apart = [
                (early, late)
                for at, early in enumerate(lives)
                for late in lives[at + 1 :]
                if early.name != late.name and (later := self.later_lives(early)) and late not in later
            ]
            for unit in self.units if apart else ():
                if code not in unit.up:
                    continue
                own = self.life_on(code, unit.until)
                unit.strangers += tuple(b if a is own else a for a, b in apart if own in (a, b))
                if self.find(code) in unit.strangers:
                    unit.holders = tuple(held for held in unit.holders if held != code)

    def _add_aliases(self, names: Iterable[Mapping[str, str]]) -> None:
        found: dict[str, dict[Unit, tuple[int, str]]] = defaultdict(dict)

        def add(alias: str, unit: Unit, kind: str) -> None:
            alias = fold(alias)[0]
            if len(alias) < 2:
                return
            tiers = _TIERS.get(kind, _WEAK)
            own = alias.startswith(fold(unit.short)[0][:2]) or (len(alias) > 2 and alias[-1] in "县旗州")
            if kind == "typed" and not own:
                tiers = _WEAK  # 巴州 for 巴音郭楞 is no better than a stem: 巴中 has a 巴州区
            tier = tiers[bool(unit.until)]
            word = kind if not unit.until or kind == "former" else f"closed {kind}"
            held = found[alias].get(unit)
            if held is None or tier < held[0]:
                found[alias][unit] = (tier, word)

        for unit in self.units:
            add(unit.name, unit, "full")
            if unit.short:
                add(unit.short, unit, "short")
            if unit.level == PROVINCE and unit.name.endswith("自治区"):
                add(unit.short + "自治区", unit, "typed")
            if unit.level == COUNTRY:
                add("中国", unit, "short")
        by_life = {(unit.code, unit.since): unit for unit in self.units}
        self._typed_townships: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.romanised: dict[str, list[Unit]] = defaultdict(list)
        self.given_up: set[str] = set()  # former names without a word for their kind
        self.offered: dict[str, dict[str, str]] = {}  # words -> code -> kind: offered, never taken
        for row in names:
            named = by_life.get((row["code"], row["valid_from"] or ""))
            if row["kind"] == ROMANISED:  # no name in a text, only a suggestion
                if named is not None:
                    self.romanised[row["name"]].append(named)
                continue
            if _is_only_offered(row):
                if named is not None or row["code"] in self.townships:
                    self.offered.setdefault(fold(row["name"])[0], {})[row["code"]] = row["kind"]
                if named is not None and row["kind"] == FORMER:  # in front of a part of it: 奉天沈河区
                    add(row["name"], named, FORMER)
                    if row["name"][-1] not in "省市县":
                        self.given_up.add(fold(row["name"])[0])
                continue
            if named is not None:
                add(row["name"], named, row["kind"])
            elif row["code"] in self.townships and row["kind"] != "short":
                parent = self.townships[row["code"]][1]
                self._typed_townships[parent].append((fold(row["name"])[0], row["code"]))
        self.alias: dict[str, tuple[tuple[int, str, Unit], ...]] = {}
        lengths: dict[str, set[int]] = defaultdict(set)
        for alias, units in found.items():
            entries = [(tier, word, unit) for unit, (tier, word) in units.items()]
            self.alias[alias] = tuple(
                sorted(entries, key=lambda entry: (entry[0], entry[2].level, entry[2].code))
            )
            lengths[alias[:2]].add(len(alias))
        self.lengths = {start: tuple(sorted(sizes, reverse=True)) for start, sizes in lengths.items()}

    def _add_townships(self, rows: Iterable[Mapping[str, str]]) -> None:
        self.townships: dict[str, tuple[str, str, str, str, str]] = {}
        self.below: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            code, parent = row["code"], intern(row["parent"])  # one string for thousands of rows
            self.spoken.setdefault(row["name"], row.get("pinyin") or "")
            since, until = intern(row["valid_from"] or ""), intern(row["valid_to"] or "")
            if until and code in self.townships and not self.townships[code][4]:
                continue
            if code not in self.townships:
                self.below[parent].append(code)
            self.townships[code] = (row["name"], parent, row["short_name"], since, until)
        self._below_names: dict[str, Names] = {}
        self._everywhere: dict[str, tuple[str, ...]] = {}
        self._inside_names: dict[str, Names] = {}
        self._township_units: dict[str, Unit] = {}
        with_counties = {unit.parent for unit in self.units if unit.level == COUNTY and not unit.until}
        self.leaves = {
            code
            for code, unit in self.current.items()
            if unit.level == PREFECTURE and code not in with_counties
        }
        self.within: dict[str, list[str]] = defaultdict(list)
        for parent in self.below:
            unit = self.current.get(parent) or self.life_on(parent, "")
            for code in unit.up if unit else ():
                if code != COUNTRY_CODE:
                    self.within[code].append(parent)

    def _add_namesakes(self) -> None:
        """For each living region, under its full, its typed and its bare name, the closed ones that were another place.

        A bare name is another place's only if that was a city of which the region is one part (莱芜)."""
        self.namesakes: dict[Unit, dict[str, tuple[Unit, ...]]] = {}
        for entries in self.alias.values():
            closed = (
                [e for e in entries if e[1] in ("closed full", "closed short")] if len(entries) > 1 else ()
            )
            for _, word, unit in entries if closed else ():
                others = [o for _, was, o in closed if (was == "closed full") == (word in ("full", "typed"))]
                if word == "short":
                    others = [o for o in others if o.level < unit.level and unit.code in self.successors(o)]
                elif word not in ("full", "typed"):
                    continue
                if o := tuple(o for o in others if not self._grew(o, unit)):
                    self.namesakes.setdefault(unit, {})[word] = o

    def _grew(self, other: Unit, unit: Unit) -> bool:
        """Whether the closed region is the living one in a former shape (哈密市, 铜仁市)."""
        heirs = self.successors(other)
        if not heirs:
            return other.code[:4] == unit.code[:4]
        inside = all(unit.code in (code, *self.known(code).up) for code in heirs)
        # one of several parts of a prefecture that bears its name is another place (巢湖市)
        return inside or (unit.level <= other.level and unit in self.later_lives(other))

    # ---------------------------------------------------------------- townships

    def township_names(self, parent: str) -> "Names":
        """The townships directly below `parent` by name; by short name too where it has no counties."""
        held = self._below_names.get(parent)
        if held is None:
            names: dict[str, tuple[str, ...]] = {}
            rows = [(code, self.townships[code]) for code in self.below.get(parent, ())]
            rows.sort(key=lambda row: bool(row[1][4]))
            for code, (name, _, _, _, until) in rows:
                name = fold(name)[0]
                same = names.get(name, ())
                if not until or not same:
                    names[name] = (*same, code)
            for name, code in self._typed_townships.get(parent, ()):
                names.setdefault(name, (code,))
            if parent in self.leaves:
                for code, (_, _, short, _, until) in rows:
                    short = fold(short)[0]
                    if len(short) > 1 and not until and (short not in names or names[short] != (code,)):
                        names[short] = (*names.get(short, ()), code)
            held = self._below_names[parent] = Names(names)
        return held

    def townships_inside(self, code: str) -> "Names":
        """All townships anywhere inside a prefecture or province, by full or typed name."""
        held = self._inside_names.get(code)
        if held is None:
            gathered: dict[str, tuple[str, ...]] = {}
            for parent in self.within.get(code, ()):
                if parent not in self.leaves:
                    for name, codes in self.township_names(parent).codes.items():
                        gathered[name] = gathered.get(name, ()) + codes
            held = self._inside_names[code] = Names(gathered)
        return held

    def townships_named(self, name: str) -> tuple[str, ...]:
        """Codes of all current townships of that name, wherever they lie."""
        if not self._everywhere:
            everywhere: dict[str, tuple[str, ...]] = {}
            for code, (own, _, _, _, until) in self.townships.items():
                if not until:
                    own = fold(own)[0]
                    everywhere[own] = (*everywhere.get(own, ()), code)
            self._everywhere = everywhere
        return self._everywhere.get(name, ())

    def township(self, code: str) -> Unit:
        unit = self._township_units.get(code)
        if unit is None:
            name, parent, short, since, until = self.townships[code]
            unit = Unit(code, TOWNSHIP, parent, name, short, "", since, until)
            above = self.current.get(parent) or self.life_on(parent, until)
            unit.up = (parent, *above.up) if above else (parent, COUNTRY_CODE)
            unit.holders = (parent, *above.holders) if above else unit.up
            self._township_units[code] = unit
        return unit

    # ---------------------------------------------------------------- codes

    def lately(self, unit: Unit) -> bool:
        """Whether a region closed so lately that lists and address books still name it."""
        return self.year - int(unit.until[:4]) <= YEARS

    def find(self, code: str) -> Unit | None:
        """The current life of a code, else its last one; None if it never existed."""
        if len(code) == 9:
            return self.township(code) if code in self.townships else None
        return self.current.get(code) or self.life_on(code, "")

    def known(self, code: str | None) -> Unit:
        """The same for a code that comes from the index itself."""
        unit = self.find(code or "")
        if unit is None:
            raise KeyError(code)
        return unit

    def full_name(self, code: str, sep: str = "") -> str:
        """Names from the province down; the code itself when it is not known."""
        unit = self.find(code)
        return code if unit is None else self.full_name_of(unit, sep)

    def full_name_of(self, unit: Unit, sep: str = "") -> str:
        """The same for one life of a region, by the names of its time."""
        above = [self.current.get(up) or self.life_on(up, unit.until) for up in unit.up if up != COUNTRY_CODE]
        return sep.join([*(life.name for life in reversed(above) if life), unit.name])

    def successors(self, unit: Unit) -> tuple[str, ...]:
        """Today's regions of an abolished life, its chain of successions followed to the end, in order."""
        if not unit.until:
            return (unit.code,)
        return tuple(dict.fromkeys(life.code for life in self._follow(unit) if not life.until))

    def later_lives(self, unit: Unit) -> set[Unit]:
        """Every life that came out of this one, directly or not."""
        return set(self._follow(unit))

    def _follow(self, unit: Unit) -> list[Unit]:
        reached: list[Unit] = []
        queue, seen = [(unit.code, unit.since)], {(unit.code, unit.since)}
        for key in queue:  # grows while it is read
            for code, since in self._next.get(key, ()):
                life = self._life(code, since)
                if life is not None and not (len(code) == 9 and life.since != since):
                    since = life.since
                    if life is not unit and life not in reached:
                        reached.append(life)
                # else the code is another township's by now, and what had it is only passed through
                if (code, since) not in seen:
                    seen.add((code, since))
                    queue.append((code, since))
        return reached

    def _life(self, code: str, since: str) -> Unit | None:
        if len(code) == 9:
            return self.find(code)
        return next((unit for unit in self.lives.get(code, ()) if unit.since == since), None) or self.find(
            code
        )
