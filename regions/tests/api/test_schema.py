"""The OpenAPI document says everything, and nothing but the truth."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
import schemathesis
import yaml
from django.conf import settings as django_settings
from django.core.management import call_command
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from regions.api.schema_views import document
from regions.services import intake

CHECKED_IN = Path(django_settings.BASE_DIR) / "docs" / "openapi.yaml"
KEYS = {
    "name": "hotlines",
    "form": "ndjson",
    "line": "1",
    "position": "1",
    "slug": "cabinet-repair",
    "code": "510322",
    "canonical": "4001865909",
    "edition": "test",
    "hotlines": "cabinet-repair:4001865909",
    "coverage-rules": "cabinet-repair:510300:2000-01-01",
    "brands": "brand",
    "categories": "cabinets",
}


def operations() -> list[tuple[str, str, dict]]:
    paths = document("en")["paths"]
    return [(path, method, operation) for path, item in paths.items() for method, operation in item.items()]


@pytest.mark.slow
def test_the_checked_in_document_is_the_one_that_is_served(tmp_path):
    """When this fails: python manage.py spectacular --lang en --file docs/openapi.yaml, and look at the difference."""
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), lang="en", validate=True, fail_on_warn=True)
    assert made.read_text(encoding="utf-8") == CHECKED_IN.read_text(encoding="utf-8")


@pytest.mark.slow
def test_it_is_served_as_yaml_and_as_json(api, db):
    as_yaml = api.get("/api/v1/schema/")
    assert as_yaml["Content-Type"].startswith("application/vnd.oai.openapi")
    as_json = api.get("/api/v1/schema/", HTTP_ACCEPT="application/json")
    assert as_json.json()["paths"].keys() == yaml.safe_load(as_yaml.content)["paths"].keys()
    chinese = api.get("/api/v1/schema/", HTTP_ACCEPT="application/json", HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert chinese["Content-Language"] == "zh-hans"


def _ids(found) -> str:
    return found if isinstance(found, str) else ""


@pytest.mark.parametrize(("path", "method", "operation"), operations(), ids=_ids)
def test_every_operation_is_described(path, method, operation):
    assert operation.get("description") or operation.get("summary")
    assert {"400", "429", "503"} <= operation["responses"].keys()
    for parameter in operation.get("parameters", ()):
        assert parameter["in"] == "path" or parameter.get("description"), parameter["name"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "operation"),
    [(path, operation) for path, method, operation in operations() if method == "get"],
    ids=_ids,
)
def test_every_parameter_is_documented_and_no_other_taken(api, directory, draft, superkey, path, operation):
    """An unknown parameter is refused with the list of those there are: it is the documented one."""
    url = path.replace("{id}", str(draft.pk))
    url = re.sub(r"{(\w+)}", lambda match: KEYS.get(path.split("/")[3], KEYS.get(match[1], "x")), url)
    response = api.get(url, {"no_such_parameter": "1"}, HTTP_X_API_KEY=superkey)
    assert response.status_code == 400
    documented = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}
    assert set(response.json()["allowed"]) == documented


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (path, {parameter["name"]: example["value"]})
        for path, method, operation in operations()
        if method == "get" and "{" not in path
        for parameter in operation["parameters"]
        for example in parameter.get("examples", {}).values()
        if not (path.endswith("/coverage/") and parameter["name"] in ("on", "open_at"))  # with a place
        and not (path.endswith(("/listed/", "/overlaps/")) and parameter["name"] == "on")  # with a service
    ],
)
def test_the_examples_are_true(api, directory, path, query):
    assert api.get(f"{path}?{urlencode(query)}").status_code == 200


@pytest.mark.slow
def test_the_example_of_a_batch_is_true(api, directory):
    body = document("en")["paths"]["/api/v1/coverage/"]["post"]["requestBody"]
    (example,) = body["content"]["application/json"]["examples"].values()
    verdicts = api.post("/api/v1/coverage/", example["value"], format="json").json()["verdicts"]
    assert [verdict["status"] for verdict in verdicts] == [200] * len(example["value"]["questions"])


@pytest.fixture
def draft(directory):
    return intake.draft(service=directory, text="自贡市富顺县、杭州市上城区、月亮")


@pytest.fixture
def superkey(make_key, admin_user) -> str:
    _record, headers = make_key(owner=admin_user, role="write")
    return headers["HTTP_AUTHORIZATION"].split()[1]


@pytest.fixture
def api_schema(draft, settings, wsgi):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
        | {"anonymous": "999999/min", "key": "999999/min", "dispute": "999999/min", "export": "999999/min"}
    }
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", wsgi)


schema = schemathesis.pytest.from_fixture("api_schema")


@pytest.mark.one_database
@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
        HealthCheck.too_slow,
    ],
)
def test_no_crash_and_no_undocumented_answer(case, superkey):
    """Schemathesis asks everything, well and badly formed. A well-formed question may still name nothing (404)."""
    excluded = [positive_data_acceptance]
    if case.method == "POST" and case.path in ("/api/v1/coverage/", "/api/v1/resolve/"):
        excluded.append(negative_data_rejection)  # a bad question gets its own verdict and spoils no other
    case.call_and_validate(headers={"X-API-Key": superkey}, excluded_checks=excluded)
