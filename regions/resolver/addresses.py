"""The usual ways to write a county, as whole strings."""

from collections import defaultdict
from typing import TYPE_CHECKING

from .normalize import fold
from .unit import COUNTRY_CODE, COUNTY, Unit

if TYPE_CHECKING:
    from .index import Index


class Addresses:
    """The usual ways to write a current county, as whole strings: one lookup instead of a walk.

    Only what the walk would read the same way: every part by its full name, the parent or the province also by
    its stem; a string that two counties share is left to the walk.
    """

    def __init__(self, index: "Index"):
        self.loose: set[str] = (
            set()
        )  # county names that name something of the past too: sure only to the last character
        self.doubtful: set[str] = set()  # in another place's past too, which has to be looked at
        self.addresses: dict[str, tuple[tuple[int, int, str, Unit], ...]] = {}
        lengths: dict[str, set[int]] = defaultdict(set)
        shared = set()
        for unit in index.current.values():
            if unit.level != COUNTY and unit.code not in index.leaves:
                continue
            above = [
                index.current[code] for code in unit.up if code in index.current and code != COUNTRY_CODE
            ]
            parent, province = above[0], above[-1]
            ways: list[tuple[Unit, ...]] = [(parent,)]
            if parent is not province:
                ways += [(province, parent), (province,)]
            bare = fold(unit.name)[0]
            entries = index.alias[bare]
            if len(entries) == 1 or entries[1][0] > entries[0][0]:
                ways.append(())
                if len(entries) > 1:
                    self.loose.add(bare)
            former = index.namesakes.get(unit, {}).get("full", ())
            for way in ways:
                shared_name = any(all(region.code in other.holders for region in way) for other in former)
                kinds = {"full": "", "short": way[0].short} if way else {"full": ""}
                if way and way[0].name.endswith("自治州"):
                    kinds["typed"] = way[0].short + "州"
                for kind, start in kinds.items():
                    steps, text = [], ""
                    for at, region in enumerate((*way, unit)):
                        word = kind if at == 0 else "full"
                        name = fold(start if word != "full" else region.name)[0]
                        steps.append((len(text), len(text) + len(name), word, region))
                        text += name
                    held = self.addresses.get(text)
                    if held is not None and held[-1][3] is not unit:
                        shared.add(text)
                    self.addresses[text] = tuple(steps)
                    if shared_name:
                        self.doubtful.add(text)  # 河北省桥东区: 石家庄 had one too
                    lengths[text[:2]].add(len(text))
        for text in shared:
            del self.addresses[text]
        #: the characters with which such a string, or one with a township behind it, ends
        self.endings = {text[-1] for text in self.addresses}
        for name, holder, short, _, _ in index.townships.values():
            self.endings.add(fold(name)[0][-1])
            if holder in index.leaves:
                self.endings.update(fold(short)[0][-1:])
        self.endings.update(name[-1] for names in index._typed_townships.values() for name, _ in names)
        self.address_lengths = {start: tuple(sorted(sizes, reverse=True)) for start, sizes in lengths.items()}
