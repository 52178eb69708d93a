"""A copy that was read once and lets days pass says what the directory says on them: nothing is written, so nothing stands in `/changes/`.

The rules are those of docs/api-promises.md ("By the clock"), written here once more, over the rows of the files alone.
"""

import datetime
import json
import random

import pytest

from regions.choices import SourceKind, VerificationMethod, VerificationResult
from regions.models import Dispute, Verification
from regions.tests import factories

BASE = "/api/v1/"
START = datetime.date(2026, 11, 21)
LISTS = {"coverage-rule": "coverage-rules", "hotline": "hotlines", "outlet": "outlets"}


def on_day(days: int) -> datetime.date:
    return START + datetime.timedelta(days)


def some_day(chance: random.Random, first: int, last: int) -> datetime.date | None:
    return chance.choice((None, on_day(chance.randint(first, last))))


@pytest.fixture
def begun(time_machine):
    time_machine.move_to(f"{START}T04:00:00Z", tick=False)
    return time_machine


@pytest.fixture
def grown(begun, make_regions) -> None:
    """Claims, checks, reports, rules and outlets that begin, end and expire within 120 days, at random."""
    chance = random.Random(11)
    places = list(make_regions(below=["510300"]).values())
    sources = [factories.make_source(kind=kind) for kind in SourceKind.values]
    service = factories.make_service("repair")
    for each in chance.sample(places, 10):
        first, last = some_day(chance, -9, 50) or on_day(-9), some_day(chance, 51, 110)
        factories.make_rules(service, include=[each], valid_from=first, valid_to=last)
    for number in range(60):
        life = {"valid_from": some_day(chance, -9, 50), "valid_to": some_day(chance, 51, 110)}
        source = chance.choice([None, *sources])
        hotline = factories.make_hotline(service, f"40018{number:05d}", source=source, **life)
        factories.make_outlet(service, hotline=hotline, **life)
        for _check in range(chance.randint(0, 3)):
            Verification.objects.create(
                hotline=hotline,
                method=VerificationMethod.CALL,
                result=chance.choice(VerificationResult.values),
                source=None,
                checked_on=on_day(chance.randint(-9, 0)),
                expires_on=some_day(chance, 1, 110),
            )
        if chance.random() < 0.7:
            report = factories.make_disputed(hotline)
            weight = {"weighed_on": [str(START)] * chance.choice((0, 2, 3))}
            Dispute.objects.filter(pk=report.pk).update(
                **weight, **chance.choice(({}, {"accepted_at": None}, {"accepted_at": None}))
            )


def read(api) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for line in b"".join(api.get(f"{BASE}export/directory.ndjson").streaming_content).decode().splitlines():
        row = json.loads(line)
        found.setdefault(row.get("record", ""), []).append(row)
    return found


def holds(row: dict, day: str) -> bool:
    """The first day is in, the last is not; null is without end."""
    return (row["valid_from"] or "") <= day and (row["valid_to"] is None or day < row["valid_to"])


def status(copy: dict[str, list[dict]], row: dict, day: str) -> str:
    kinds = {source["slug"]: source["kind"] for source in copy["source"]}
    reports = row["open_reports"] or {"accepted": False, "weight": 0}
    checks = [
        (check["checked_on"], check["recorded_at"], place, check)
        for place, check in enumerate(copy.get("verification", ()))
        if check["hotline"] == row["key"] and check["result"] != "inconclusive" and check["checked_on"] <= day
    ]
    newest = max(checks)[-1] if checks else None
    confirmed = newest is not None and newest["result"] == "confirmed"
    for found, word in (
        (row["valid_from"] and row["valid_from"] > day, "upcoming"),
        (row["valid_to"] and row["valid_to"] <= day, "ended"),
        (reports["accepted"], "disputed"),
        (newest and newest["result"] == "refuted", "refuted"),
        (confirmed and (newest["expires_on"] is None or newest["expires_on"] > day), "verified"),
        (reports["weight"] >= 3, "disputed"),
        (confirmed, "expired"),
        (kinds.get(row["source"]) in ("official_site", "authority"), "attested"),
    ):
        if found:
            return word
    return "unverified"


def listed(api, path: str) -> set[str]:
    keys: set[str] = set()
    url: str | None = f"{BASE}{path}/?page_size=200"
    while url:
        page = api.get(url).json()
        keys |= {row.get("key") or row["slug"] for row in page["results"]}
        url = page["next"]
    return keys


@pytest.mark.slow
def test_a_copy_lets_days_pass(api, grown, begun):
    copy = read(api)
    position = api.get(f"{BASE}changes/").json()["position"]
    seen = set()
    for days in (0, 1, 30, 51, 80, 109, 120):
        day = on_day(days).isoformat()
        begun.move_to(f"{day}T04:00:00Z", tick=False)
        assert not api.get(f"{BASE}changes/?after={position}").json()["results"]
        now = {row["key"]: row["status"] for row in read(api)["hotline"]}
        computed = {row["key"]: status(copy, row, day) for row in copy["hotline"]}
        assert computed == now, day
        seen |= {*now.values()}
        for record, path in LISTS.items():
            held = {row.get("key") or row["slug"] for row in copy[record] if holds(row, day)}
            assert held == listed(api, path), f"{record} on {day}"
    assert seen == {
        "upcoming", "ended", "disputed", "refuted", "verified", "expired", "attested", "unverified"
    }  # fmt: skip
