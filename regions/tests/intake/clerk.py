"""A clerk who writes coverage lists as companies print them, and knows what each of them says.

Text and right reading are made together out of the rows of fixtures/regions; nothing is asked of the code under test. A
reading is two sets of codes, what is served and what is carved out of it: the nearest of them, from a place upwards,
decides. What a clerk could not say for certain (部分, 主城区, a heading of something else) is in neither set.
"""

import csv
import random
from collections import defaultdict
from functools import cache

from django.conf import settings

COUNTRY = "100000"
BEYOND = {"710000", "810000", "820000"}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱郭罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"


def _read(name: str) -> list[dict]:
    with open(settings.REGIONS_DIR / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Atlas:
    """The current places by code, what lies below each, and whose names are nobody else's, past lives included."""

    def __init__(self):
        lives, towns = _read("regions.csv"), _read("townships.csv")
        self.rows = {row["code"]: row for row in lives + towns if not row["valid_to"]}
        self.below = defaultdict(list)
        bearers = defaultdict(set)
        for code, row in self.rows.items():
            self.below[row["parent"]].append(code)
        for row in lives + towns + _read("names.csv"):
            for name in {row["name"], row.get("short_name", "")}:
                bearers[name].add(row["code"])
        self.alone = {name for name, codes in bearers.items() if len(codes) == 1}
        larger = [code for code, row in self.rows.items() if row.get("level")]
        # The smallest places of regions.csv: counties, and cities without any.
        self.leaves = [
            code for code in larger if not any(self.rows[c].get("level") for c in self.below[code])
        ]
        self.provinces = [code for code in self.below[COUNTRY] if code not in BEYOND]

    def up(self, code: str) -> list[str]:
        """The place and all above it below the country, nearest first."""
        return [code, *self.up(self.rows[code]["parent"])] if code != COUNTRY else []

    def lies_in(self, code: str, other: str) -> bool:
        return other in (*self.up(code), COUNTRY)

    def level(self, code: str) -> str:
        return self.rows[code].get("level", "township")

    def inside(self, code: str, level: str) -> list[str]:
        return [
            one for one, row in self.rows.items() if row.get("level") == level and self.lies_in(one, code)
        ]

    def served(self, unit: str, include: set[str], exclude: set[str]) -> bool:
        for code in (*self.up(unit), COUNTRY):
            if code in exclude or code in include:
                return code not in exclude
        return False


@cache
def atlas() -> Atlas:
    return Atlas()


class Clerk:
    """Writes one text: places that do not overlap, and beside each whether it is served."""

    def __init__(self, seed: str):
        self.draw, self.map = random.Random(seed), atlas()
        self.include: set[str] = set()
        self.exclude: set[str] = set()
        self.private: list[str] = []
        self.used: list[str] = []

    def pick(self, *choices: str) -> str:
        return self.draw.choice(choices)

    # places

    def place(self, *levels: str) -> str:
        """A place of one of these levels that neither holds nor lies in one used before."""
        levels = levels or ("province", "prefecture", "prefecture", "county", "county")
        while True:
            found = self.map.inside(self.draw.choice(self.map.provinces), self.draw.choice(levels))
            code = self.draw.choice(found) if found else ""
            if code and not any(self.map.lies_in(code, u) or self.map.lies_in(u, code) for u in self.used):
                self.used.append(code)
                return code

    def town(self) -> str:
        while True:
            code = self.place("county")
            if self.map.below[code]:
                return self.draw.choice(self.map.below[code])

    def name(self, code: str) -> str:
        """Its name with or without what kind of place it is, if that is nobody else's; else with what it lies in."""
        row = self.map.rows[code]
        level = self.map.level(code)
        if level in {"province", "prefecture"} and row["short_name"] in self.map.alone:
            return self.pick(row["name"], row["short_name"])
        if level == "province" or (
            row["name"] in self.map.alone and level != "township" and self.draw.random() < 0.5
        ):
            return row["name"]
        return self.long(code)

    def long(self, code: str) -> str:
        """With what it lies in, all or without the province, and sometimes with something between."""
        line = self.map.up(code)[::-1]
        line = line[1:] if len(line) > 2 and self.draw.random() < 0.5 else line
        return self.pick("", "", "", "", "-", "·").join(self.map.rows[one]["name"] for one in line)

    # items

    def serve(self, code: str) -> str:
        self.include.add(code)
        return self.name(code)

    def items(self, served: bool, count: int = 0) -> list[str]:
        codes = [self.place() for _ in range(count or self.draw.randint(2, 4))]
        return [self.serve(code) if served else self.name(code) for code in codes]

    def with_children(self) -> tuple[str, list[str]]:
        """A city, and two places directly in it."""
        while True:
            code = self.place("prefecture")
            below = [one for one in self.map.below[code] if self.map.level(one) == "county"]
            if len(below) > 3:
                return code, self.draw.sample(below, 2)

    def full(self, code: str) -> str:
        return self.map.rows[code]["name"]

    # people

    def person(self) -> str:
        name = self.draw.choice(SURNAMES) + "".join(self.draw.sample(GIVEN, self.draw.choice([1, 2])))
        self.private.append(name)
        return name

    def mobile(self) -> str:
        number = "1" + self.draw.choice("3578") + "".join(self.draw.choice("0123456789") for _ in range(9))
        self.private.append(number)
        return number

    # the judge

    def wider(self, include: set[str], exclude: set[str]) -> list[str]:
        """What an answer serves and the text does not. Of a county only some towns of which are served, the county."""
        units = {*self.map.leaves, *(c for code in include | self.include for c in self._towns(code))}
        served = self.map.served
        return sorted(
            u for u in units if served(u, include, exclude) and not served(u, self.include, self.exclude)
        )

    def cut(self, exclude: set[str]) -> list[str]:
        """What an answer says is not served although the text serves it, or a part of it."""
        return sorted(
            code
            for code in exclude
            if any(
                self.map.lies_in(unit, code) and self.map.served(unit, self.include, self.exclude)
                for unit in (code, *self.map.leaves)
            )
        )

    def _towns(self, code: str) -> list[str]:
        if self.map.level(code) == "township":
            return self.map.below[self.map.rows[code]["parent"]]
        return []
