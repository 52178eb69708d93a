"""The overview against plain loops over the rows, on random directories, days and filters, through HTTP."""

import csv
import io
import itertools

import pytest
from django.core.management import call_command

from regions.models.base import today
from regions.services.changes import change_set

from . import world
from .naive import Rows
from .test_doors import SEEDS

PLACES = ("100000", "510000", "510300", "510322", "330000", "442000")


@pytest.fixture(params=SEEDS)
def rows(request, db, monkeypatch) -> Rows:
    monkeypatch.setattr("regions.lookup.day._FEW", 100 * (SEEDS.index(request.param) % 2))
    world.make(request.param, today())
    with change_set() as changes:
        changes.add("release", "test", "create", None, {})
    call_command("rebuild_postings", verbosity=0)
    return Rows()


def ask(api, name: str, query: str) -> dict:
    response = api.get(f"/api/v1/overview/{name}/?{query}&page_size=200")
    assert response.status_code == 200, response.content
    answer = response.json()
    file = api.get(f"/api/v1/overview/{name}/?{query}&format=csv").content.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(file)))
    assert [as_cells(row) for row in answer["results"]] == table
    assert answer["count"] == len(table)
    return answer


def as_cells(row: dict) -> dict:
    """A row as its file says it."""
    words = {True: "true", False: "false"}
    return {
        name: " ".join(map(str, value)) if isinstance(value, list) else words[value] if isinstance(value, bool) else str(value)
        for name, value in row.items()
    }  # fmt: skip


def has_verified(rows: Rows, pk: int, region: dict, day) -> bool:
    return any(rows.status(row, day) == "verified" for row in rows.answered(pk, region, day))


def covering(rows: Rows, region: dict, day, services) -> tuple[set, set, set]:
    """Services that cover a region wholly, in part, wholly with a verified number."""
    states = {pk: rows.state(pk, region, day) for pk in services}
    whole = {pk for pk, state in states.items() if state == "covered"}
    partly = {pk for pk, state in states.items() if state == "partly_covered"}
    return whole, partly, {pk for pk in whole if has_verified(rows, pk, region, day)}


def class_of(count: int) -> str:
    return "3+" if count >= 3 else str(count)


def check(rows: Rows, row: dict, region: dict, day, services) -> None:
    """A row with counts against the loops."""
    whole, partly, verified = covering(rows, region, day, services)
    assert (row["services"], row["partly"], row["verified"]) == (len(whole), len(partly), len(verified))
    if "who" in row:
        slugs = {rows.services[pk]["slug"] for pk in whole}
        assert set(row["who"]) <= slugs and len(row["who"]) == min(5, len(slugs))
        first = {rows.services[pk]["slug"] for pk in verified}
        assert first <= set(row["who"]) or set(row["who"]) <= first
    if "class" in row:
        assert (row["class"], row["verified_class"]) == (class_of(len(whole)), class_of(len(verified)))


def check_units(rows: Rows, row: dict, units: list[dict], day, services) -> None:
    counts = [covering(rows, unit, day, services) for unit in units]
    assert row["units"] == len(units)
    for word, end in (("0", "0"), ("1", "1"), ("2", "2"), ("3+", "3_or_more")):
        assert row[f"units_{end}"] == sum(class_of(len(whole)) == word for whole, _some, _checked in counts)
        assert row[f"units_verified_{end}"] == sum(
            class_of(len(checked)) == word for _whole, _some, checked in counts
        )


@pytest.mark.slow
def test_places_and_gaps(rows, api):
    for code, day in itertools.product(PLACES, world.days(today())):
        region = rows.life(code, day)
        for query, services in choices(rows):
            query = f"region={code}&on={day}{query}"
            answer = ask(api, "coverage", query)
            below = [
                row
                for row in rows.living_below(region, day)
                if row["path"].count("/") == region["path"].count("/") + 1
            ]
            level, all_units = rows.units(region, day)
            assert {row["region"] for row in answer["results"]} == {row["code"] for row in below}
            check(rows, answer["total"], region, day, services)
            check_units(rows, answer["total"], all_units, day, services)
            for row in answer["results"]:
                child = rows.life(row["region"], day)
                check(rows, row, child, day, services)
                units = [unit for unit in all_units if rows.inside(unit, child)]
                check_units(rows, row, units, day, services)
            found = ask(api, "units", query)
            assert (found["unit_level"], found["count"]) == (level, len(all_units))
            for row in found["results"]:
                check(rows, row, rows.life(row["region"], day), day, services)
            gaps = ask(api, "units", f"{query}&services=0")["results"]
            assert gaps == [row for row in found["results"] if row["services"] == 0]
            few = ask(api, "units", f"{query}&verified=1&verified=2")["results"]
            assert few == [row for row in found["results"] if row["verified"] in (1, 2)]


def choices(rows: Rows):
    """Filters with the services that pass them."""
    brands = {row["id"]: row["slug"] for row in rows.brands}
    kept = rows.services.items()
    yield "", set(rows.services)
    if "one" in brands.values():
        yield "&brand=one", {pk for pk, row in kept if brands[row["brand_id"]] == "one"}


def test_each_category(rows, api):
    day = today()
    categories = {row["slug"]: row["id"] for row in rows.categories}
    answer = ask(api, "categories", "region=510000")
    places = {row["region"] for row in answer["results"]}
    assert "510000" in places and "510300" in places
    assert len(answer["results"]) == len(places) * len(categories)
    for row in answer["results"]:
        services = {
            pk for pk, each in rows.services.items() if each["category_id"] == categories[row["category"]]
        }
        region = rows.life(row["region"], day)
        check(rows, row, region, day, services)
        all_units = rows.units(rows.life("510000", day), day)[1]
        check_units(rows, row, [unit for unit in all_units if rows.inside(unit, region)], day, services)


def listed_units(rows: Rows, pk: int, day) -> set[str]:
    units = rows.units(rows.life("100000", day), day)[1]
    return {unit["code"] for unit in units if rows.share(pk, unit, day) == "covered"}


@pytest.mark.slow
def test_overlaps_of_services_and_of_sources(rows, api):
    day = today()
    slugs = {row["slug"]: pk for pk, row in rows.services.items()}
    answer = ask(api, "overlaps", "&".join(f"service={slug}" for slug in slugs))
    found = {frozenset((row["one"], row["other"])): row for row in answer["results"]}
    for one, other in itertools.combinations(slugs, 2):
        both = listed_units(rows, slugs[one], day) & listed_units(rows, slugs[other], day)
        row = found.pop(frozenset((one, other)), None)
        assert (row is not None) == bool(both)
        if row:
            assert set(row["regions"]) == both and row["both"] == len(both)
            assert row["one_units"] == len(listed_units(rows, slugs[row["one"]], day))
            pair = [rows.services[slugs[each]] for each in (one, other)]
            assert row["alike"] == (pair[0]["category_id"] == pair[1]["category_id"])
    assert not found
    everything = rows.rules
    for slug, pk in slugs.items():
        answer = ask(api, "overlaps", f"service={slug}")
        by_source: dict[str, set[str]] = {}
        for source in {rule["source_id"] for rule in everything if rule["service_id"] == pk}:
            rows.rules = [
                rule for rule in everything if (rule["service_id"], rule["source_id"]) == (pk, source)
            ]
            by_source[rows.sources[source]["slug"] if source else ""] = listed_units(rows, pk, day)
        rows.rules = everything
        expected = {
            frozenset((one, other)): by_source[one] & by_source[other]
            for one, other in itertools.combinations(by_source, 2)
            if by_source[one] & by_source[other]
        }
        said = {frozenset((row["one"], row["other"])): set(row["regions"]) for row in answer["results"]}
        assert said == expected


def test_claimed_and_listed(rows, api):
    day = today()
    brands = {row["slug"]: row["id"] for row in rows.brands}
    of_brands = {
        f"brand={slug}": {pk for pk, row in rows.services.items() if row["brand_id"] == brand}
        for slug, brand in brands.items()
    }
    for query, services in (
        of_brands | {f"service={row['slug']}": {pk} for pk, row in rows.services.items()}
    ).items():
        answer = ask(api, "listed", query)
        units = rows.units(rows.life("100000", day), day)[1]
        shares = {unit["code"]: {rows.share(pk, unit, day) for pk in services} for unit in units}
        missing = {code for code, said in shares.items() if not said & {"covered", "partly_covered"}}
        assert {code for row in answer["results"] for code in row["missing_regions"]} == missing
        covered = sum("covered" in said for said in shares.values())
        partly = len(units) - covered - len(missing)
        assert (answer["covered"], answer["partly"], answer["units"]) == (covered, partly, len(units))
        assert answer["share"] == round((covered + partly) / len(units), 4)
        for row in answer["results"]:
            inside = [unit for unit in units if row["region"] in unit["path"].split("/")]
            assert row["units"] == len(inside) == row["covered"] + row["partly"] + row["missing"]
        without = {
            rows.services[pk]["slug"]
            for pk in services
            if not any(rule["service_id"] == pk and rows.holds(rule, day) for rule in rows.rules)
        }
        assert set(answer["without_list"]) == without
