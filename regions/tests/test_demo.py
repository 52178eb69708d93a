"""`manage.py demo`, and what the README promises after it."""

import io
import json
import re

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from regions.models import Change, CoverageRule, Hotline, ImportLine, Region, Service


def run() -> str:
    out = io.StringIO()
    call_command("demo", password="for-tests", stdout=out)
    return out.getvalue()


def is_part(excerpt, whole) -> bool:
    """True when everything in the excerpt stands in the whole, lists item by item."""
    if isinstance(excerpt, dict):
        return all(key in whole and is_part(value, whole[key]) for key, value in excerpt.items())
    if isinstance(excerpt, list):
        return len(excerpt) <= len(whole) and all(map(is_part, excerpt, whole))
    return excerpt == whole


@pytest.mark.slow
def test_the_demo_directory(db, api):
    """One long test: loading all regions takes seconds."""
    assert re.search(r"created [1-9]\d*, changed 0, unchanged 1, closed 0, errors 0", run())
    changes, rules = Change.objects.count(), CoverageRule.objects.count()
    assert re.search(r"created 0, changed 0, unchanged \d+, closed 0, errors 0", run())
    assert (Change.objects.count(), CoverageRule.objects.count()) == (changes, rules)

    levels = [Region.objects.open().filter(level=level).count() for level in (1, 2, 3, 4)]
    edition = json.loads((settings.REGIONS_DIR / "edition.json").read_text(encoding="utf-8"))
    assert levels == list(edition["facts"]["current"].values())

    service = Service.objects.get(slug="alahaotaitai-repair")
    (draft,) = service.imports.all()
    assert draft.counts["tokens"] == draft.lines.count() == 396
    # 368 different places, one of them abolished and standing for two.
    assert service.rules.count() == 369
    reviewed = ImportLine.objects.get(coverage_import=draft, verdict="historical")
    assert (reviewed.token, sorted(reviewed.include)) == ("杭州市江干区", ["330102", "330114"])
    (hotline,) = Hotline.objects.filter(service=service).with_status()
    assert (hotline.number.canonical, hotline.status, len(hotline.labels), hotline.mentions) == (
        "4001865909",
        "unverified",
        14,
        10,
    )

    old = api.get("/api/v1/numbers/4002000009/").json()
    (claim,) = old["claims"]
    assert (claim["replaced_by"]["number"], claim["replaced_source"]["slug"]) == ("95500002", "example-site")
    assert [signal["code"] for signal in old["signals"]] == ["ended_still_printed"]
    shops = {each["kind"] for each in api.get("/api/v1/outlets/?on=2024-04-01").json()["results"]}
    assert shops == {"own", "contracted", "claimed"}

    readme = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
    url = re.search(r"curl -H 'Accept-Language: en' 'http://127.0.0.1:8000(\S+)'", readme)[1]
    excerpt = json.loads(re.search(r"```json\n(.*?)```", readme, re.DOTALL)[1])
    assert is_part(excerpt, api.get(url).json())
    for path in re.findall(r"curl '127\.0\.0\.1:8000(/[^']*)'", readme):
        assert api.get(path).status_code == 200, path

    seen = {}
    for code in ("510322", "445122", "540102", "540103", "441900", "100000"):
        query = "&".join(f"state={state}" for state in ("covered", "partly_covered", "excluded", "unknown"))
        (answer,) = api.get(f"/api/v1/coverage/?region={code}&{query}").json()["answers"]
        seen[code] = {hit["service"]["slug"].split("-")[1]: hit["state"] for hit in answer["results"]}
    assert seen["510322"] == {"jia": "covered", "repair": "covered", "ding": "unknown"}
    assert seen["445122"] == {"jia": "covered", "yi": "excluded", "ding": "unknown"}
    assert seen["540102"] == {"jia": "covered", "ding": "unknown"}
    assert seen["540103"] == {"jia": "excluded", "ding": "unknown"}
    assert seen["441900"] == {
        "jia": "covered",
        "yi": "covered",
        "repair": "partly_covered",
        "bing": "partly_covered",
        "ding": "unknown",
    }
    assert seen["100000"]["jia"] == "partly_covered"

    body = api.get("/api/v1/coverage/?region=330104").json()
    assert body["state"] == "historical" and "2021" in body["detail"]
    assert [answer["region"]["code"] for answer in body["answers"]] == ["330102", "330114"]
    assert all("alahaotaitai-repair" in str(answer["results"]) for answer in body["answers"])


def test_without_debug_the_administrator_needs_a_password(db):
    with pytest.raises(CommandError, match="--password"):
        call_command("demo")
