"""The rules of the directory as the documents state them, in plain loops over rows. Shares no code with the product.

Slow and simple on purpose: what a door of the directory says must be what this says.
"""

import datetime

from regions import models


class Rows:
    """Everything on file, as dictionaries."""

    def __init__(self) -> None:
        def rows(model) -> list[dict]:
            return list(model.objects.order_by("pk").values())

        self.regions = {row["id"]: row for row in rows(models.Region)}
        self.successions = rows(models.Succession)
        self.services = {row["id"]: row for row in rows(models.Service)}
        self.brands, self.categories = rows(models.Brand), rows(models.Category)
        self.sources = {row["id"]: row for row in rows(models.Source)}
        self.rules = rows(models.CoverageRule)
        self.numbers = {row["id"]: row for row in rows(models.PhoneNumber)}
        self.hotlines = rows(models.Hotline)
        self.outlets, self.at_outlets = rows(models.Outlet), rows(models.OutletService)
        self.outlet_rules = rows(models.OutletRule)
        self.verifications = rows(models.Verification)

    # --- Time and place

    def holds(self, row: dict, day: datetime.date) -> bool:
        """[valid_from, valid_to): the last day itself no longer counts; empty means without bound."""
        if row["valid_from"] is not None and day < row["valid_from"]:
            return False
        return row["valid_to"] is None or day < row["valid_to"]

    def life(self, code: str, day: datetime.date) -> dict | None:
        for row in self.regions.values():
            if row["code"] == code and self.holds(row, day):
                return row
        return None

    def inside(self, row: dict, other: dict) -> bool:
        """Whether a region is another one or lies in it: the codes from the country down say so."""
        codes, wider = row["path"].split("/")[:-1], other["path"].split("/")[:-1]
        return codes[: len(wider)] == wider

    def territory(self, row: dict, day: datetime.date) -> list[dict]:
        """What a region is on a day: itself, or what it became, or what it came from."""
        if self.holds(row, day):
            return [row]
        ended = row["valid_to"] is not None and row["valid_to"] <= day
        found, seen, waiting = [], {row["id"]}, [row]
        while waiting:
            here = waiting.pop()
            for step in self.successions:
                if ended and step["old_id"] == here["id"] and step["date"] <= day:
                    other = self.regions[step["new_id"]]
                elif not ended and step["new_id"] == here["id"]:
                    other = self.regions[step["old_id"]]
                else:
                    continue
                if other["id"] in seen:
                    continue
                seen.add(other["id"])
                if self.holds(other, day):
                    found.append(other)
                else:
                    waiting.append(other)
        return found or [row]

    # --- Coverage

    def state(self, service: int, region: dict, day: datetime.date) -> str:
        """Validity first; then the nearest rule decides for each of the smallest divisions; the state follows them."""
        if not any(rule["service_id"] == service and self.holds(rule, day) for rule in self.rules):
            return "unknown"
        share = self.share(service, region, day)
        if share != "not_covered":
            return share
        return "excluded" if self.nearest(service, region, day) else "not_covered"

    def nearest(self, service: int, region: dict, day: datetime.date) -> str:
        """The kind of the rule on a region or the closest one above it; empty where there is none."""
        length, kind = 0, ""
        for rule in self.rules:
            place = self.regions[rule["region_id"]]
            if rule["service_id"] != service or not self.holds(rule, day) or not self.holds(place, day):
                continue
            if self.inside(region, place) and len(place["path"]) > length:
                length, kind = len(place["path"]), rule["kind"]
        return kind

    def living_below(self, region: dict, day: datetime.date) -> list[dict]:
        return [
            row
            for row in self.regions.values()
            if row["path"] != region["path"] and self.inside(row, region) and self.holds(row, day)
        ]

    def share(self, service: int, region: dict, day: datetime.date) -> str:
        """How much of a region a service covers, by the smallest divisions on file: those without any below."""
        below = self.living_below(region, day)
        leaves = [row for row in below if not self.living_below(row, day)] or [region]
        said = {self.nearest(service, leaf, day) == "include" for leaf in leaves}
        return "partly_covered" if len(said) == 2 else "covered" if True in said else "not_covered"

    def units(self, region: dict, day: datetime.date) -> tuple[str, list[dict]]:
        """What is counted below: counties and cities without counties; below these, and where there are none, townships."""
        below = self.living_below(region, day)
        if region["level"] < 3:
            counties = [row for row in below if row["level"] == 3]
            found = counties + [
                row
                for row in below
                if row["level"] == 2 and not any(self.inside(county, row) for county in counties)
            ]
            if found:
                return "county", found
        return "township", [row for row in below if row["level"] == 4]

    def counted(self, service: int, region: dict, day: datetime.date) -> dict:
        level, units = self.units(region, day)
        said = [self.share(service, unit, day) for unit in units]
        return {
            "level": level,
            "covered": said.count("covered"),
            "partly_covered": said.count("partly_covered"),
            "total": len(units),
        }

    # --- Hotlines

    def standing(self, day: datetime.date) -> list[dict]:
        return [row for row in self.hotlines if self.holds(row, day)]

    def is_for(self, hotline: dict, region: dict, day: datetime.date) -> bool:
        """A limited hotline is for its region; a wider or overlapping question is told of it, another is not."""
        if hotline["region_id"] is None:
            return True
        limit = self.regions[hotline["region_id"]]
        return any(
            self.inside(region, part) or self.inside(part, region) for part in self.territory(limit, day)
        )

    def answered(self, service: int, region: dict, day: datetime.date) -> list[dict]:
        return [
            row
            for row in self.standing(day)
            if row["service_id"] == service and self.is_for(row, region, day)
        ]

    def status(self, hotline: dict, day: datetime.date) -> str:
        """Without reports: the latest conclusive check up to the day, else who says so."""
        if hotline["valid_from"] is not None and hotline["valid_from"] > day:
            return "upcoming"
        if hotline["valid_to"] is not None and hotline["valid_to"] <= day:
            return "ended"
        latest = None
        for check in self.verifications:
            if check["hotline_id"] != hotline["id"] or check["result"] == "inconclusive":
                continue
            if check["checked_on"] > day:
                continue
            if latest is None or (check["checked_on"], check["id"]) > (latest["checked_on"], latest["id"]):
                latest = check
        if latest and latest["result"] == "refuted":
            return "refuted"
        if latest and (latest["expires_on"] is None or latest["expires_on"] > day):
            return "verified"
        if latest:
            return "expired"
        source = self.sources.get(hotline["source_id"])
        return "attested" if source and source["kind"] in ("official_site", "authority") else "unverified"

    # --- Outlets

    def serving(self, service: int, region: dict, day: datetime.date) -> list[tuple[str, str]]:
        """The outlets that serve a place with a service, and why: own rules that include it, then a part of it, then those
        without rules of their own that lie in its county (a township's is the region above it)."""
        if self.share(service, region, day) == "not_covered":
            return []
        codes = region["path"].split("/")[:-1]
        county = codes[:-1] if region["level"] == 4 and len(codes) > 3 else codes
        found: dict[str, list[dict]] = {"own_rules": [], "own_rules_in_part": [], "located": []}
        for outlet in self.outlets:
            if not self.holds(outlet, day):
                continue
            if not any(
                row["outlet_id"] == outlet["id"] and row["service_id"] == service for row in self.at_outlets
            ):
                continue
            own = [
                row for row in self.outlet_rules if row["outlet_id"] == outlet["id"] and self.holds(row, day)
            ]
            if not own:
                lies = self.regions.get(outlet["region_id"])
                if lies and lies["path"].split("/")[: len(county)] == county:
                    found["located"].append(outlet)
                continue
            living = [(row, self.regions[row["region_id"]]) for row in own]
            living = [(row, place) for row, place in living if self.holds(place, day)]
            length, said = 0, ""
            for row, place in living:
                if self.inside(region, place) and len(place["path"]) > length:
                    length, said = len(place["path"]), row["kind"]
            if said == "include":
                found["own_rules"].append(outlet)
            elif any(
                row["kind"] == "include"
                and place["path"] != region["path"]
                and self.inside(place, region)
                and self.nearest(service, place, day) == "include"
                for row, place in living
            ):
                found["own_rules_in_part"].append(outlet)
        return [
            (outlet["slug"], why)
            for why, outlets in found.items()
            for outlet in sorted(outlets, key=lambda outlet: (outlet["name"], outlet["id"]))
        ]

    def claimed_at(self, outlet: dict, service: int | None = None) -> list[tuple[dict, dict | None]]:
        """What is at an outlet, each with the claim under which it is called there, or none."""
        claims = {row["id"]: row for row in self.hotlines}
        return [
            (row, claims.get(row["hotline_id"]))
            for row in self.at_outlets
            if row["outlet_id"] == outlet["id"] and service in (None, row["service_id"])
        ]

    def called(
        self, outlet: dict, service: int, day: datetime.date, region: dict | None = None
    ) -> list[dict]:
        """The claims under which a service is called at an outlet: those that stand on the day, and, for a place, are for it."""
        return [
            claim
            for _row, claim in self.claimed_at(outlet, service)
            if claim and self.holds(claim, day) and (region is None or self.is_for(claim, region, day))
        ]

    # --- How records are named

    def hotline_key(self, row: dict) -> str:
        extension = f"-{row['extension']}" if row["extension"] else ""
        service, number = self.services[row["service_id"]], self.numbers[row["number_id"]]
        return f"{service['slug']}:{number['canonical']}{extension}"

    def limit_code(self, row: dict) -> str | None:
        return self.regions[row["region_id"]]["code"] if row["region_id"] else None
