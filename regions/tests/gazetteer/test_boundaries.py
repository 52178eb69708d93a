"""Questions at and around the days on which divisions changed, through the API, on the whole of the region data."""

import csv
from pathlib import Path

import pytest
from django.core.management import call_command

TABLE = Path(__file__).with_name("boundaries.tsv")


def questions() -> list[dict[str, str]]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


@pytest.mark.slow
@pytest.mark.django_db
def test_what_was_where_on_a_day(api):
    call_command("load_regions", commit=True, verbosity=0)
    asked = questions()
    assert len(asked) >= 40
    wrong = []
    for row in asked:
        name = "region" if row["question"].isdigit() else "q"
        answer = api.get("/api/v1/coverage/", {name: row["question"], "on": row["day"]}).json()
        regions = [one["region"] for one in answer["answers"]]
        codes = [region["code"] + ("@" if region["valid_to"] else "") for region in regions]
        if (answer["state"], sorted(codes)) != (row["state"], sorted((row["codes"] or "").split())):
            wrong.append((*row.values(), "but", answer["state"], codes))
        if row["state"] == "undated":
            assert f"in the course of {row['day'][:4]}" in answer["detail"]
    assert not wrong, "\n".join(map(str, wrong))
