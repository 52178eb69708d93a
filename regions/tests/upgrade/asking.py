"""Brings the database in DATABASE_URL to today's tables and prints what the directory then answers, as JSON.

Run as a program, so that settings and memory begin anew:  python -m regions.tests.upgrade.asking
It asks over HTTP only and keeps of each answer what no release may change: so the same program, run with the code of a
release, writes down what that release answered.
"""

import datetime
import io
import json
import os
from urllib.parse import urlencode

import django
import time_machine

# The day after the last thing that happened in the databases that are kept.
NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))

CODES = [
    "100000",
    "510000",
    "510300",
    "510302",
    "510322",
    "510322003",
    "330100",
    "330102",
    "330104",
    "330110",
]
CODES += ["440000", "440500", "442000", "441900113", "820000", "110105", "371200", "659001", "220500"]
DAYS = [None, "2018-05-05", "2021-06-01", "2024-01-20", "2025-03-01", "2031-01-01"]
NUMBERS = [
    "4001234567",
    "95999",
    "96123",
    "08138765432",
    "8001112222",
    "10105555",
    "13800000000",
    "4009999999",
]
LISTS = ["regions", "categories", "brands", "services", "hotlines", "coverage-rules", "releases"]
# What a record is known by and says, whatever else answers come to say about it.
HOTLINE = [
    "key",
    "number",
    "kind",
    "extension",
    "labels",
    "contact_type",
    "channel",
    "always_open",
    "mentions",
]
HOTLINE += ["valid_from", "valid_to"]
RULE = ["key", "kind", "valid_from", "valid_to", "response_hours", "note"]
REGION = ["code", "level", "name", "full_name", "parent", "valid_from", "valid_to"]
KEPT = {"hotlines": HOTLINE, "coverage-rules": RULE, "regions": REGION}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicenet.settings")
    with time_machine.travel(NOW):
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        checked = io.StringIO()
        call_command("check", stdout=checked)
        call_command("rebuild_postings", "--check", stdout=checked)
        print(json.dumps({"checks": checked.getvalue().strip(), **answers()}, ensure_ascii=False, indent=0))


def answers() -> dict[str, object]:
    """Question → what was answered."""
    return {
        **{f"coverage {code} {day or 'today'}": coverage(code, day) for code in CODES for day in DAYS},
        **{f"number {number}": claims(number) for number in NUMBERS},
        **{f"list of {name}": records(name) for name in LISTS},
        "changes": changes(),
        "pages": {
            path: request(path).status_code for path in ("/", "/coverage/?q=富顺县", "/numbers/?number=95999")
        },
    }


def request(path: str):
    from django.test import Client

    return Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="en").get(path, secure=True)


def get(path: str, **params) -> dict:
    answer = request(f"{path}?{urlencode(params, doseq=True)}")
    assert answer.status_code == 200, (path, params, answer.status_code, answer.content[:300])
    return json.loads(answer.content)


def coverage(code: str, day: str | None):
    states = ["covered", "partly_covered", "excluded", "not_covered", "unknown"]
    body = get("/api/v1/coverage/", region=code, state=states, page_size=200, **({"on": day} if day else {}))
    return {
        "state": body["state"],
        "answers": {
            answer["region"]["code"]: {
                "counts": answer["counts"],
                "services": {hit["service"]["slug"]: [hit["state"], _rule(hit)] for hit in answer["results"]},
            }
            for answer in body["answers"]
        },
    }


def _rule(hit: dict):
    rule = hit.get("rule")
    return rule and [rule["key"], rule["kind"], rule["region"]["code"], rule["source_line"]]


def claims(number: str):
    body = get("/api/v1/numbers/", number=number)
    return [body["state"], body["kind"], sorted(claim["key"] for claim in body["claims"])]


def records(name: str) -> list:
    found, page = [], 1
    while True:
        body = get(f"/api/v1/{name}/", page=page, page_size=100)
        found += body["results"]
        if not body["next"]:
            break
        page += 1
    if members := KEPT.get(name):
        rows = [{member: row[member] for member in members} for row in found]
    else:
        rows = [
            {member: row[member] for member in ("slug", "edition", "name") if member in row} for row in found
        ]
    return sorted(rows, key=lambda row: json.dumps(row, ensure_ascii=False, sort_keys=True))


def changes() -> list:
    """What a client that polls from the beginning is told."""
    body = get("/api/v1/changes/", after=0, page_size=200)
    assert not body["more"]
    return [[row["sequence"], row["kind"], row["key"], row["action"]] for row in body["results"]]


if __name__ == "__main__":
    main()
