"""Two bearers of one name, one of them of the past.

Lists and address books live on for years: for fifteen years after a region closed, its bare name may mean it as well
as the living one, and both are offered. Later the living one is meant, and the answer names the other. A place that
grew and kept its name (哈密市, 铜仁市) is no second bearer.
"""

from collections.abc import Sequence

from .index import Index
from .readings import Reading
from .unit import Unit


class Namesakes:
    def __init__(self, index: Index):
        self.index = index

    def of(self, reading: Reading) -> tuple[list[Unit], list[Unit]]:
        """The closed regions that bear the name of a living one where it was named: lately closed, and long ago."""
        named = self.index.namesakes.get(reading.unit)
        if named is None or reading.dated or not reading.steps:
            return [], []
        others: Sequence[Unit] = named.get(reading.steps[-1][2], ())
        above = [step[3].code for step in reading.steps[:-1] if step[3] is not reading.unit]
        others = [other for other in others if all(code in other.holders for code in above)]
        recent = [other for other in others if self.index.lately(other)]
        return recent, [other for other in others if other not in recent]

    def readings(self, reading: Reading) -> list[Reading]:
        """The reading, and one more for each bearer that closed lately."""
        recent, _ = self.of(reading)
        steps = reading.steps
        return [reading] + [
            Reading(
                unit, reading.tier, reading.rank, (*steps[:-1], (*steps[-1][:2], "closed full", unit)), True
            )
            for unit in recent
        ]
