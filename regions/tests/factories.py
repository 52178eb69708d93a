"""Short ways to make records for tests. Regions are real ones, out of fixtures/regions."""

import csv
import datetime
import itertools
from collections import defaultdict
from functools import cache

from django.conf import settings
from django.contrib.auth.models import Permission, User

from regions.choices import Level, PhoneKind, SourceKind
from regions.gazetteer.files import checksum
from regions.models import (
    Brand,
    Category,
    CoverageRule,
    Dispute,
    Hotline,
    Outlet,
    OutletRule,
    OutletService,
    PhoneNumber,
    Region,
    Release,
    Service,
    Source,
    Succession,
)
from regions.services.disputes import accept_dispute, open_dispute

_numbers = itertools.count(1)


@cache
def bundled() -> str:
    """The checksum of the region files: texts are read by them, however few regions a test loads."""
    return checksum(settings.REGIONS_DIR)


OF_AN_EDGE = ("kind", "date", "precision", "share", "document")


@cache
def gazetteer() -> tuple[dict[str, list[dict]], dict[str, list[str]], dict[tuple, list[dict]]]:
    """(lives by code, codes of current children by parent, successions by old life)."""
    lives: dict[str, list[dict]] = defaultdict(list)
    children: dict[str, list[str]] = defaultdict(list)
    for name in ("regions.csv", "townships.csv"):
        for row in _rows(name):
            row.setdefault("level", "township")
            lives[row["code"]].append(row)
            if not row["valid_to"]:
                children[row["parent"]].append(row["code"])
    edges: dict[tuple, list[dict]] = defaultdict(list)
    for row in _rows("successions.csv"):
        edges[row["old_code"], row["old_valid_from"]].append(row)
    return lives, children, edges


def _rows(name: str) -> list[dict]:
    with open(settings.REGIONS_DIR / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_regions(*codes: str, below: tuple[str, ...] | list[str] = ()) -> dict[str, Region]:
    """Rows for these codes, for what lies below `below`, for all ancestors and all successors."""
    lives, children, edges = gazetteer()
    wanted: set[str] = set()
    queue = [*codes, *below, *itertools.chain.from_iterable(_descend(code, children) for code in below)]
    while queue:
        code = queue.pop()
        if code in wanted or not code:
            continue
        wanted.add(code)
        for row in lives[code]:
            queue.append(row["parent"])
            queue += [edge["new_code"] for edge in edges[code, row["valid_from"]]]
    known = {(region.code, region.valid_from): region for region in Region.objects.all()}
    rows = [row for code in sorted(wanted) for row in lives[code] if _life(row) not in known]
    for _, peers in itertools.groupby(sorted(rows, key=_level), key=_level):
        made = Region.objects.bulk_create(_region(row, known) for row in peers)
        known |= {(region.code, region.valid_from): region for region in made}
    told = set(Succession.objects.values_list("old", "new"))
    edges_told = [
        (known[_life(row)], known[edge["new_code"], _day(edge["new_valid_from"])], edge)
        for code in sorted(wanted)
        for row in lives[code]
        for edge in edges[code, row["valid_from"]]
    ]
    Succession.objects.bulk_create(
        Succession(old=old, new=new, **{name: edge[name] for name in OF_AN_EDGE})
        for old, new, edge in edges_told
        if (old.pk, new.pk) not in told
    )
    Release.objects.get_or_create(
        edition="test",
        defaults={
            "publisher": "test",
            "cut_off": "2026-09-11",
            "licence": "CC BY 4.0",
            "checksum": bundled(),
        },
    )
    found = {}
    for (code, _from), region in sorted(known.items(), key=lambda item: (item[0][0], str(item[0][1]))):
        found[code if region.is_open else f"{code}@"] = region
    return found


def _descend(code: str, children: dict[str, list[str]]):
    for child in children[code]:
        yield child
        yield from _descend(child, children)


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _life(row: dict) -> tuple:
    return row["code"], _day(row["valid_from"])


def _level(row: dict) -> int:
    return Level.from_word(row["level"])


def _region(row: dict, known: dict) -> Region:
    parents = [region for (code, _from), region in known.items() if code == row["parent"]]
    parent = (
        max(parents, key=lambda region: (region.is_open, region.valid_from or datetime.date.min))
        if parents
        else None
    )
    above = "" if parent is None or parent.level == Level.COUNTRY else parent.full_name + "/"
    return Region(
        code=row["code"],
        level=_level(row),
        parent=parent,
        path=f"{parent.path if parent else ''}{row['code']}/",
        name=row["name"],
        short_name=row["short_name"],
        full_name=above + row["name"],
        pinyin=row["pinyin"],
        valid_from=_day(row["valid_from"]),
        from_precision=row["from_precision"] or "day",
        valid_to=_day(row["valid_to"]),
        to_precision=row["to_precision"] or "day",
    )


def make_service(slug: str = "", *, brand: str = "", category: str = "cabinets", **fields) -> Service:
    """A service with its brand and category; a new slug unless given."""
    slug = slug or f"service-{next(_numbers)}"
    brand_row, _new = Brand.objects.get_or_create(
        slug=brand or f"brand-{slug}", defaults={"name": f"示例 {brand or slug}"}
    )
    category_row, _new = Category.objects.get_or_create(slug=category, defaults={"name": f"品类 {category}"})
    return Service.objects.create(
        slug=slug, name=f"服务 {slug}", brand=brand_row, category=category_row, **fields
    )


def make_rules(service: Service, include=(), exclude=(), **fields) -> list[CoverageRule]:
    """Rules on regions, valid since 2000 unless said otherwise."""
    fields.setdefault("valid_from", datetime.date(2000, 1, 1))
    return [
        CoverageRule.objects.create(service=service, region=region, kind=kind, **fields)
        for kind, regions in (("include", include), ("exclude", exclude))
        for region in regions
    ]


def make_hotline(service: Service, number: str = "", **fields) -> Hotline:
    """An unverified claim; a number from no one unless given."""
    canonical = number or f"4007{next(_numbers):06d}"
    row, _new = PhoneNumber.objects.get_or_create(
        canonical=canonical, defaults={"kind": PhoneKind.TOLL_FREE_400}
    )
    fields.setdefault("labels", ["售后服务热线"])
    return Hotline.objects.create(service=service, number=row, **fields)


def make_outlet(
    service: Service, slug: str = "", hotline: Hotline | None = None, include=(), exclude=(), **fields
) -> Outlet:
    """An outlet at which a service is, under a number of its where one is given, with rules of its own where some are."""
    slug = slug or f"outlet-{next(_numbers)}"
    made = {"name": f"网点 {slug}", "address": f"{slug}路1号", "brand": service.brand} | fields
    outlet = Outlet.objects.create(slug=slug, **made)
    OutletService.objects.create(outlet=outlet, service=service, hotline=hotline)
    for kind, regions in (("include", include), ("exclude", exclude)):
        OutletRule.objects.bulk_create(OutletRule(outlet=outlet, region=each, kind=kind) for each in regions)
    return outlet


def make_disputed(hotline: Hotline) -> Dispute:
    """An open report about a hotline that a person found worth looking at."""
    dispute = open_dispute(hotline=hotline, reason="other", statement="打过去是别家的维修店").dispute
    return accept_dispute(dispute=dispute, reason="值得一查", actor=None)


def make_keeper(name: str, brand: Brand) -> User:
    """A member of the staff with every permission on records, and one brand only."""
    user = User.objects.create_user(name, password="secret", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="regions").exclude(codename="edit_all_brands")
    )
    brand.maintainers.add(user)
    return user


def make_source(slug: str = "", **fields) -> Source:
    fields.setdefault("kind", SourceKind.WEB_PAGE)
    slug = slug or f"source-{next(_numbers)}"
    return Source.objects.create(slug=slug, title=f"来源 {slug}", **fields)
