"""A standing question finds what the same question finds when Django puts it together anew, whatever it is asked with."""

import datetime
import importlib
import inspect
import pkgutil
import random
import threading
from collections.abc import Collection, Sequence
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from django.db import connection, models
from django.db.models import Value

import regions
from regions.models import Brand, Hotline, PhoneNumber, Region, Service
from regions.models.region import Subtree
from regions.services.disputes import open_dispute
from regions.services.verifications import record_verification
from regions.standing import standing
from regions.tests import factories

CODES = ["100000", "510000", "510300", "510322", "510322102", "510322104", "510321", "510104", "330104"]
DAYS = [datetime.date(2020, 6, 1), *(datetime.date(2026, 11, day) for day in (20, 21, 22))]
ASKED = standing(Brand.objects.all).__code__


def questions() -> dict[str, Any]:
    """Every standing question of the directory, by name."""
    found = {}
    for module in pkgutil.walk_packages(regions.__path__, "regions."):
        if not module.name.startswith(("regions.tests", "regions.migrations")):
            for name, value in vars(importlib.import_module(module.name)).items():
                if getattr(value, "__code__", None) is ASKED:
                    found[f"{module.name.removeprefix('regions.')}.{name}"] = value
    return found


@pytest.fixture
def directory(db):
    """Services with lists, claims, checks, reports and outlets, of each several whose keys are alike."""
    places = factories.load_regions(*CODES)
    for at, slug in enumerate(("one", "two", "three")):
        begins, source = DAYS[1 + at], factories.make_source(slug)
        service = factories.make_service(slug, brand=f"brand-{slug}")
        lines = factories.make_rules(
            service, [places["510000"], places["510322102"]], source=source, note="说明"
        )
        factories.make_rules(service, [], [places["510322"]], valid_from=begins)
        factories.make_rules(service, [places["510321"]], valid_to=DAYS[3])
        for number in ("4001865909", f"400186591{at}"):
            hotline = factories.make_hotline(service, number, source=source)
        check = {"method": "call", "result": "confirmed", "note": "接电话的是品牌售后"}
        record_verification(hotline=hotline, checked_on=DAYS[0], expires_on=DAYS[2], **check)
        open_dispute(hotline=hotline, reason="wrong_number", statement="打过去是别家的维修店")
        open_dispute(rule=lines[0], reason="not_covered")
        lies = {"region": places["510322"], "valid_from": begins}
        factories.make_outlet(service, f"with-rules-{at}", hotline, [places["510322104"]], **lies)
        factories.make_outlet(service, f"without-{at}", **lies)


class Draw:
    """Values for a parameter of a type: of those that are on file, and others."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)
        self.keys = [
            pk
            for model in (Region, Service, PhoneNumber)
            for pk in model.objects.values_list("pk", flat=True)
        ]
        self.paths = list(Region.objects.values_list("path", flat=True))

    def __call__(self, kind: Any) -> Any:
        if get_origin(kind) is UnionType:
            return self(get_args(kind)[0])
        if get_origin(kind) in (Collection, Sequence, list):
            return [self(get_args(kind)[0]) for _each in range(self.chance.choice((0, 1, 2, 8, 20)))]
        drawn = {
            bool: (True, False),
            int: (0, *self.keys),
            str: CODES,
            datetime.date: DAYS,
            Subtree: [Subtree.of(path) for path in self.paths],
        }
        return self.chance.choice(drawn[kind])


def told(row: models.Model, known: tuple = ()) -> dict:
    """All that a row has, and the records beside it."""
    said = {name: value for name, value in vars(row).items() if not name.startswith("_")}
    for name, value in said.items():
        if isinstance(value, list):  # listed in no order
            said[name] = sorted(map(str, value))
    beside = row._state.fields_cache.items() if row not in known else ()
    return said | {f"({name})": told(other, (*known, row)) for name, other in beside if other}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(questions()))
def test_it_finds_what_is_found_without_it(directory, name):
    ask, draw, found = questions()[name], Draw(name), 0
    build = ask.__wrapped__
    kinds = get_type_hints(build)
    for _turn in range(15):
        values = [draw(kinds[each]) for each in inspect.signature(build).parameters]
        rows = [told(row) for row in ask(*values)]
        assert sorted(rows, key=str) == sorted(map(told, build(*values)), key=str)
        found += len(rows)
    assert found, "nothing was compared"


@standing
def _brands(slug: str, name: str, among: Collection[int], other: int, named: bool) -> models.QuerySet[Brand]:
    found = Brand.objects.filter(slug=slug, name=name, pk__in=among).exclude(pk=other)
    return found.annotate(told=Value(name)).order_by("pk") if named else found.order_by("pk")


@pytest.fixture
def brands(db):
    return [Brand.objects.create(slug=slug, name=slug if slug != "c" else "d") for slug in "abc"]


def test_each_value_has_its_place(brands):
    a, b, c = brands
    every = [brand.pk for brand in brands]
    assert _brands("a", "a", every, b.pk, False) == [a]
    assert _brands("b", "b", every, b.pk, False) == []
    assert _brands("b", "b", every, a.pk, True)[0].told == "b"
    assert _brands("c", "c", every, a.pk, True) == []
    assert _brands("c", "d", every, a.pk, True)[0].told == "d"
    assert _brands("a", "a", [b.pk, c.pk], 0, False) == []
    assert _brands("a", "a", [], 0, False) == []
    assert _brands("a", "a", [*every] * 20, other=0, named=False) == [a]
    assert _brands("a", "a", [*every] * 400, other=0, named=False) == [a]


def test_it_is_put_together_once(brands, django_assert_num_queries):
    built = []

    @standing
    def named(names: Collection[str]) -> models.QuerySet[Brand]:
        built.append(names)
        return Brand.objects.filter(name__in=names).order_by("pk")

    with django_assert_num_queries(4):
        found = [[brand.name for brand in named(names)] for names in (["a"], ["b", "d"], {"a", "b"}, ["x"])]
    assert found == [["a"], ["b", "d"], ["a", "b"], []]
    assert len(built) == 2, "with two sets of blanks, for that is how the places of the values are found"


def test_what_stands_beside_is_read_too(brands, django_assert_num_queries):
    for brand in brands:
        factories.make_hotline(factories.make_service(brand=brand.slug))

    @standing
    def claims(brand: str) -> models.QuerySet[Hotline]:
        theirs = Hotline.objects.filter(service__brand__slug=brand)
        return theirs.select_related("number").prefetch_related("service__brand")

    for brand in brands:
        with django_assert_num_queries(3):
            (claim,) = claims(brand.slug)
            assert (claim.service.brand, bool(claim.number.canonical)) == (brand, True)


@pytest.mark.parametrize(
    ("build", "value"),
    [
        (lambda text: Region.objects.filter(path__startswith=text), "510000"),
        (lambda text: Region.objects.filter(path__lt=text[:-1]), "510000"),
        (lambda number: Region.objects.filter(level=number + 1), 3),
        (lambda number: Region.objects.all()[:number], 3),
        (lambda day: Region.objects.filter(valid_from=day + datetime.timedelta(1)), DAYS[0]),
        (lambda moment: Region.objects.filter(valid_from__lt=moment), datetime.datetime(2026, 11, 21)),
        (lambda some: Region.objects.filter(code__in=some), ["510000", 3]),
        (lambda some: Region.objects.filter(code__in=some), ["510000", None]),
    ],
)
def test_what_cannot_be_asked_so_is_refused(db, build, value):
    with pytest.raises(TypeError):
        standing(build)(value)


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_by_its_own_connection(transactional_db):
    Brand.objects.create(slug="a", name="a")
    Brand.objects.create(slug="b", name="b")
    found: dict[str, list[str]] = {}

    def ask(slug: str) -> None:
        try:
            found[slug] = [
                row.slug for _turn in range(50) for row in _brands(slug, slug, [1, 2, *keys], 0, False)
            ]
        finally:
            connection.close()

    keys = list(Brand.objects.values_list("pk", flat=True))
    threads = [threading.Thread(target=ask, args=(slug,)) for slug in ("a", "b", "a-none")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {"a": ["a"] * 50, "b": ["b"] * 50, "a-none": []}
