"""Random small directories in a real piece of the country, with the edges that matter: days, limits, closed regions."""

import datetime
import random

from regions.models import Hotline, Outlet, OutletRule, OutletService, Verification
from regions.tests import factories

# A province with two prefectures, counties and townships; another province with a district that was abolished in
# 2021 and went to two others; the country.
CODES = (
    "100000", "510000", "510300", "510322", "510322102", "510321", "510100", "510104",
    "330000", "330100", "330104", "330102", "330114", "440000", "442000", "442000001", "442000100",
    "510322104", "510321101", "620200100",
)  # fmt: skip
NOTES = ("", "", "仅限城区", "工作日")


def days(today: datetime.date) -> list[datetime.date]:
    """Days to ask about: today, its neighbours, and before and after the district was abolished."""
    return [today, today + datetime.timedelta(1), datetime.date(2020, 6, 1)]


def make(seed: int, today: datetime.date) -> None:
    """Services with rules and hotlines whose periods begin and end on the days that are asked about, or beside them."""
    chance = random.Random(seed)
    regions = list(factories.load_regions(*CODES).values())
    edges = sorted({day + datetime.timedelta(step) for day in days(today) for step in (-1, 0, 1)})

    def period(always: float) -> dict:
        if chance.random() < always:
            return {}
        first, end = sorted(chance.sample(edges, 2))
        return {
            "valid_from": chance.choice([None, first]),
            "valid_to": chance.choice([None, end]),
        }

    sources = [factories.make_source(kind=kind) for kind in ("web_page", "official_site")]
    for _service in range(chance.randint(2, 5)):
        service = factories.make_service(
            brand=chance.choice(["one", "two"]), category=chance.choice(["cabinets", "stoves"])
        )
        taken = {
            region: chance.choice(["include", "include", "exclude"])
            for region in chance.sample(regions, chance.randint(0, 4))
        }
        if chance.random() < 0.6:  # everything below a region, one by one
            above, kind = chance.choice(regions), chance.choice(["include", "exclude"])
            taken |= {region: kind for region in regions if region.parent_id == above.pk}
        if chance.random() < 0.4:
            taken[regions[0]] = "include"
        for region, kind in taken.items():
            dates = {key: day for key, day in period(0.8).items() if day is not None}
            factories.make_rules(
                service,
                **{kind: [region]},
                note=chance.choice(NOTES),
                response_hours=chance.choice([None, 2]),
                source=chance.choice([None, *sources]),
                **dates,
            )
        claims = []
        for _hotline in range(chance.randint(0, 4)):
            hotline = factories.make_hotline(
                service,
                extension=chance.choice(["", "", "1"]),
                channel=chance.choice(["phone", "phone", "sms"]),
                region=chance.choice([None, *regions]) if chance.random() < 0.7 else None,
                source=chance.choice([None, *sources]),
                **period(0.4),
            )
            claims.append(hotline)
            for _check in range(chance.randint(0, 2)):
                _record(hotline, chance, edges)

        for outlet in Outlet.objects.filter(brand=service.brand).order_by(
            "pk"
        ):  # of the brand's other services
            if chance.random() < 0.3:
                hotline = chance.choice([None, *claims])
                OutletService.objects.create(outlet=outlet, service=service, hotline=hotline)
        for _outlet in range(chance.choice([0, 2, 4])):
            called = chance.sample(claims, min(len(claims), chance.choice([0, 1, 2, 2])))
            outlet = factories.make_outlet(
                service,
                hotline=called[0] if called else None,
                region=chance.choice([None, *regions]),
                **period(0.8),
            )
            for hotline in called[1:]:
                OutletService.objects.create(outlet=outlet, service=service, hotline=hotline)
            if (
                chance.random() < 0.5
            ):  # for a wide area, so that its numbers are asked for where they are not for the place
                wide = chance.choice([region for region in regions if region.level < 2])
                OutletRule.objects.create(outlet=outlet, region=wide, kind="include", **period(0.4))
                continue
            for region in chance.sample(regions, chance.choice([0, 0, 1, 2, 3])):
                kind = chance.choice(["include", "include", "exclude"])
                OutletRule.objects.create(outlet=outlet, region=region, kind=kind, **period(0.6))


def _record(hotline: Hotline, chance: random.Random, edges: list[datetime.date]) -> None:
    checked, expires = sorted(chance.sample(edges, 2))
    Verification.objects.create(
        hotline=hotline,
        method="call",
        result=chance.choice(["confirmed", "confirmed", "refuted", "inconclusive"]),
        checked_on=checked,
        expires_on=chance.choice([None, expires]),
        note="checked",
    )
