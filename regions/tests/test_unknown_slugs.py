"""What names a record that nobody has is an error that names near ones: in lists, files, answers, batches, bodies and on pages."""

import pytest
from django.core.management import call_command

from regions.api.export import BY_SERVICE
from regions.api.schema_views import document
from regions.models import Organization
from regions.services.changes import change_set

from .factories import make_hotline, make_outlet, make_rules, make_service, make_source

# What a parameter of that name takes, as something there is.
NEAR = {
    "brand": "brand-one",
    "service": "cabinet-repair",
    "category": "cabinets",
    "source": "a-page-of-theirs",
    "organization": "their-company",
    "outlet": "their-outlet",
    "region": "510322",
    "ancestor": "510322",
    "near": "510322",
}
PARENT = {"categories": "cabinets"}  # everywhere else a division
# Parameters that name no record, and what an unknown value of them is.
FREE = {
    "after": "a position; a lost one is a 410",
    "fields omit": "members of the answer",
    "number": "digits that nobody claims are an answer of their own: nobody claims them",
    "q text": "what is looked for, not a name on file",
    "open": "now or any",
    "on open_at page page_size limit": "a day, a minute or a count",
    "point": "where somebody stands",
    "units verified brief nationwide_claimed": "true or false",
}
# What must be given beside.
BESIDE = {"/api/v1/coverage/": {"region": "510322"}, "/api/v1/numbers/": {"number": "4001865909"}}
TO_ITSELF = {"point_system": {"point": "104.97,29.18"}, "region": {}}
# An answer of its own: the question stands, and its state is that there is no such region.
ANSWERED = {("/api/v1/coverage/", "region")}


def asked():
    """Every query parameter of every reading operation of the document: address, name, and whether its values are listed."""
    for path, item in document("en")["paths"].items():
        for parameter in item.get("get", {}).get("parameters", ()):
            if parameter["in"] != "query" or parameter["name"] == "format":
                continue
            schema = parameter["schema"]
            files = BY_SERVICE if "{form}" in path else ("",)
            for name in files:
                for form in ("ndjson", "csv") if name else ("",):
                    yield (
                        path.format_map(Filled(name=name, form=form)),
                        parameter["name"],
                        bool(schema.get("enum") or schema.get("items", {}).get("enum")),
                    )


class Filled(dict):
    """Whatever else an address has in it is the region asked about."""

    def __missing__(self, name: str) -> str:
        return "510322"


def near_of(path: str, name: str) -> str | None:
    word = name.removesuffix("__n")
    if word == "parent":
        return PARENT.get(path.split("/")[3], "510322")
    return NEAR.get(word)


PARAMETERS = list(asked())
NAMING = [(path, name) for path, name, listed in PARAMETERS if not listed and near_of(path, name)]
LISTED = [(path, name) for path, name, listed in PARAMETERS if listed and "510322" not in path]
NAMED = ("category", "category__n", "brand", "brand__n")
BODIES = {
    "imports/": (
        {"service": "cabinet-repair", "source": "a-page-of-theirs", "text": "富顺县"},
        ("service", "source"),
    ),
    "imports/table/": (
        {"service": "cabinet-repair", "source": "a-page-of-theirs", "table": "code,kind\n510322,include\n"},
        ("service", "source"),
    ),
}


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


def test_every_parameter_names_a_record_or_is_said_not_to():
    free = set(" ".join(FREE).split())
    unsaid = {(p, n) for p, n, listed in PARAMETERS if not listed and n not in free and not near_of(p, n)}
    assert not unsaid
    assert len(NAMING) > 40


@pytest.mark.slow
def test_in_every_list_file_and_answer(api, admin_user, directory):
    """A misspelt one is told the near one, one like nothing is refused, and one beside one that there is too."""
    api.force_login(admin_user)
    faults = []
    for path, name in NAMING:
        near = near_of(path, name)
        digits = near.isdigit()
        beside = TO_ITSELF.get(name, BESIDE.get(path, {}))
        misspelt, nobody = near[:-1] + ("9" if digits else "x"), "999999" if digits else "qqqq"
        for value in (misspelt, nobody):
            problem = api.get(path, beside | {name: value}).json()
            if (path, name) in ANSWERED:
                refused = problem["state"] == "unknown_region"
            else:
                refused = problem["status"] == 400 and problem["parameter"] == name
                refused &= problem.get("near", [])[:1] == ([near] if value == misspelt else [])
                refused &= value == nobody or near in problem["detail"]
            if not refused or value not in problem["detail"]:
                faults.append((path, name, value, problem))
        if api.get(path, beside | {name: [near, nobody]}).status_code != 400:
            faults.append((path, name, "beside another"))
        if (found := api.get(path, beside | {name: near})).status_code != 200:
            faults.append((path, name, near, found.content))
        found.getvalue()
    assert not faults


@pytest.mark.slow
def test_a_word_that_is_none_of_a_list_is_told_the_list(api, admin_user, directory):
    api.force_login(admin_user)
    told = {
        (path, name): api.get(path, TO_ITSELF.get(name, BESIDE.get(path, {})) | {name: "no-such-word"}).json()
        for path, name in LISTED
    }
    assert {
        asked for asked, told in told.items() if told["parameter"] != asked[1] or not told["allowed"]
    } == set()
    assert not [told for told in told.values() if "errors" in told]


@pytest.mark.parametrize(
    ("path", "name"), [(path, name) for path, (_body, names) in BODIES.items() for name in names]
)
def test_in_every_body(api, admin_user, directory, path, name):
    api.force_login(admin_user)
    body, _names = BODIES[path]
    near = body[name]
    problem = api.post(f"/api/v1/{path}", body | {name: near[:-1] + "x"}, format="json").json()
    assert problem["status"] == 400
    (said,) = problem["errors"][name]
    assert near[:-1] + "x" in said and near in said


@pytest.mark.slow
def test_digits_that_are_no_division_are_told_why(api, directory):
    """A village code, a code that nobody had, and one too short; an area code and a word are left alone."""
    texts = ["510322102001", "999999", "51", "0813", "月亮"]
    verdicts = [api.get("/api/v1/resolve/", {"text": text}).json() for text in texts]
    assert verdicts == api.post("/api/v1/resolve/", {"texts": texts}, format="json").json()["verdicts"]
    village, nobody, short, area, word = (verdict.get("detail", "") for verdict in verdicts)
    assert "ask for 510322102" in village
    assert "No division has or had the code 999999" in nobody
    assert "6, 9 or 12 digits" in short
    assert not area and not word
    asked = api.get("/api/v1/regions/", {"q": texts[0]})
    assert asked.status_code == 400 and "ask for 510322102" in asked.json()["detail"]
    assert api.get("/api/v1/regions/", {"q": "510322000000"}).json()["count"] == 1


@pytest.mark.slow
def test_a_filter_of_claims_is_counted(api, directory):
    whole = api.get("/api/v1/numbers/", {"number": directory.hotlines.get().number.canonical}).json()
    assert (whole["count"], whole["left_out"], len(whole["claims"])) == (1, 0, 1)
    number = whole["number"]
    for verified, count in (("true", 0), ("false", 1)):
        found = api.get("/api/v1/numbers/", {"number": number, "verified": verified}).json()
        assert (found["count"], found["left_out"], len(found["claims"])) == (count, 1 - count, count)
        assert found["state"] == "claimed"


@pytest.mark.parametrize("way", ["sql", "memory"])
@pytest.mark.parametrize("name", NAMED)
@pytest.mark.slow
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
