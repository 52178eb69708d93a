"""The answers shown in the OpenAPI document are answers this program gives."""

import json
import os
from pathlib import Path

import pytest

from regions.api import schema
from regions.api.schema_views import document

HOST = "directory.example.org"
# operationId -> what is asked. The directory is the small one of conftest.py.
ASKED = {
    "coverage_ask": "coverage/?region=510302",
    "coverage_ask_many": "coverage/",
    "numbers_ask": "numbers/?number=400-186-5909",
    "regions_retrieve": "regions/510302/",
    "brands_retrieve": "brands/brand/",
    "categories_retrieve": "categories/cabinets/",
    "services_retrieve": "services/cabinet-repair/",
    "hotlines_retrieve": "hotlines/cabinet-repair:4001865909/",
    "coverage_rules_retrieve": "coverage-rules/cabinet-repair:510300:2000-01-01/",
    "export_list": "export/",
}
BATCH = {"questions": [{"region": "510322"}, {"region": "51"}]}


@pytest.fixture
def answers(api, directory, time_machine) -> dict:
    time_machine.move_to("2026-11-21T04:00:00Z", tick=False)
    found = {}
    for name, path in ASKED.items():
        ask = api.post if name == "coverage_ask_many" else api.get
        more = (BATCH,) if name == "coverage_ask_many" else ()
        found[name] = json.loads(ask(f"/api/v1/{path}", *more, format="json", HTTP_HOST=HOST).content)
    return found


@pytest.mark.slow
def test_the_examples_are_what_is_answered(answers):
    """After an intended change: UPDATE_EXAMPLES=1 pytest …/test_examples.py, and look at the difference."""
    if os.environ.get("UPDATE_EXAMPLES"):
        text = json.dumps(answers, ensure_ascii=False, indent=1) + "\n"
        Path(schema.EXAMPLES).write_text(text, encoding="utf-8")
    assert json.loads(Path(schema.EXAMPLES).read_text(encoding="utf-8")) == answers


def test_each_of_them_stands_in_the_document():
    shown = {
        operation["operationId"]: operation["responses"]["200"]["content"]["application/json"]["examples"]
        for item in document("en")["paths"].values()
        for operation in item.values()
        if operation["operationId"] in ASKED
    }
    assert shown.keys() == ASKED.keys()
    assert all(len(examples) == 1 for examples in shown.values())
