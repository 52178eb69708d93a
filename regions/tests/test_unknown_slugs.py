"""A filter that names a record nobody has is an error that names near ones: in lists, answers, batches and on pages."""

import pytest
from django.core.management import call_command

from regions.api.filters import Slugs
from regions.api.urls import router
from regions.models import Organization
from regions.services.changes import change_set

from .factories import make_hotline, make_outlet, make_rules, make_service, make_source

# Every filter of every list that names a record: a new one is asked too.
LISTS = [
    (prefix, name)
    for prefix, view, _ in router.registry
    if getattr(view, "filterset_class", None)
    for name, asked in view.filterset_class.base_filters.items()
    if isinstance(asked, Slugs)
]
NEAR = {
    "brand": "brand-one",
    "service": "cabinet-repair",
    "category": "cabinets",
    "parent": "cabinets",
    "source": "a-page-of-theirs",
    "organization": "their-company",
    "outlet": "their-outlet",
}
NAMED = ("category", "category__n", "brand", "brand__n")


@pytest.fixture
def directory(make_regions):
    regions = make_regions("510322")
    service = make_service("cabinet-repair", brand="brand-one", category="cabinets")
    make_rules(service, include=[regions["510322"]])
    make_hotline(service)
    make_outlet(service, "their-outlet")
    make_source("a-page-of-theirs")
    Organization.objects.create(slug="their-company", name="某某公司")
    return service


@pytest.mark.parametrize(("url", "name"), LISTS)
def test_in_every_list(api, directory, url, name):
    near = NEAR[name.removesuffix("__n")]
    misspelt = near[:-1] + "x"
    response = api.get(f"/api/v1/{url}/", {name: [near, misspelt]})
    assert response.status_code == 400
    problem = response.json()
    assert problem["parameter"] == name
    assert problem["near"] == [near]
    assert misspelt in problem["detail"] and near in problem["detail"]
    assert api.get(f"/api/v1/{url}/", {name: near}).status_code == 200


@pytest.mark.parametrize("way", ["sql", "memory"])
@pytest.mark.parametrize("name", NAMED)
def test_in_answers_and_batches(api, directory, name, way):
    if way == "memory":
        with change_set() as changes:
            changes.add("release", "test", "create", None, {})
        call_command("rebuild_postings", verbosity=0)
    near = "brand-one" if "brand" in name else "cabinets"
    for value, status in ((near, 200), ("no-such-thing", 400), (f"{near}x", 400)):
        question = {"region": "510322", name: value}
        response = api.get("/api/v1/coverage/", question)
        assert response.status_code == status
        (verdict,) = api.post("/api/v1/coverage/", {"questions": [question]}, format="json").json()[
            "verdicts"
        ]
        assert verdict["status"] == status
        if status == 400:
            assert response.json() == verdict["problem"]
            assert response.json().get("near", []) == ([near] if value.startswith(near) else [])


def test_a_name_leads_to_its_slug(api, directory):
    problem = api.get("/api/v1/coverage/", {"region": "510322", "brand": "示例"}).json()
    assert problem["near"] == ["brand-one"]


def test_on_pages_it_is_a_sentence(client, directory):
    response = client.get("/en/coverage/?q=510322&category=cabinetz")
    assert response.status_code == 400
    html = response.content.decode()
    assert "There is no category “cabinetz”; near are: cabinets" in html
