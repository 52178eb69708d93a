"""Where each public record is told, and why a column of it is not told somewhere. `test_told_once.py` asks the doors."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import models as db
from django.utils import timezone

from regions import models
from regions.services import intake
from regions.services.changes import change_set
from regions.services.disputes import open_dispute
from regions.tests import factories

# list, record: under /api/v1/; answer, batch: of the main question; file, table: NDJSON and CSV of /export/.
# own-list: of a service, as a file that imports again to no change.
DOORS = (
    "list", "record", "answer", "batch", "numbers", "changes", "file", "table", "hsds", "schema.org", "page", "sheet",
    "own-list",
)  # fmt: skip

GRAPH = "a reader goes by its name and address; the JSON-LD in the page says it to programs"
SHORT = "an answer names the record; its own address says it"
WITHIN = "the vocabulary has no word for it"
CLAIM = "a claim that never becomes coverage, which programs would take for one"
TYPED = "typed in the admin's forms, not in sheets"
STAFF = "who works here is not public"
HOUSE = "how the house works, not what is known"
WORDS = "other people's words are kept, not handed on"
KIND = "the digits say it"
CHECK = "the status says its result and its day; the rest stands at the hotline's address"
ELSEWHERE = "is told with the records that name it"
OF_A_REPORT = (
    *("state", "reference", "reason", "weighed_on", "opened_at", "accepted_at", "answer", "answered_at"),
    *("decided_at", "decision"),
)
POINT = ("longitude", "latitude", "coordinates")
# Doors that a record does not have, unless it says otherwise.
NO_DOOR = {
    "own-list": "a list is of rules, and imports again to no change: of other records it says nothing",
    "changes": "says which record changed and where to read it, not what it says",
    "sheet": TYPED,
    "answer": "told at its own address",
    "batch": "told at its own address",
    "numbers": "told at its own address",
    "hsds": WITHIN,
    "schema.org": WITHIN,
    "list": ELSEWHERE,
    "record": ELSEWHERE,
    "page": "a page shows what a caller needs; this stands behind the answers",
    "file": HOUSE,
    "table": HOUSE,
}


@dataclass
class Telling:
    """The doors of a record with what is asked there ({0} is the record), and what is left out for what reason."""

    doors: dict[str, list[str]]
    absent: dict[str, str] = field(init=False)
    silent: dict[str, str] = field(default_factory=dict)  # nowhere, or not by itself
    silent_at: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.absent = {door: why for door, why in NO_DOOR.items() if door not in self.doors}


def at(doors: str, why: str, *columns: str) -> dict[tuple[str, str], str]:
    return {(door, column): why for door in doors.split() for column in columns}


# Of a rule, whose page and line it is.
WHERE_FROM = (
    at("hsds schema.org", WITHIN, "source", "import_line")
    | at("own-list", "the file source-lines says it", "import_line")
    | at("file table", "the file source-lines says it", "import_line")
    | at("sheet", TYPED, "import_line")
)


def listed(name: str, key: str = "slug", file: str = "") -> dict[str, list[str]]:
    """The doors that all records have."""
    found = {"list": [f"{name}/?page_size=200"], "record": [f"{name}/{{0.{key}}}/"]}
    return found | files(file or name)


def files(name: str) -> dict[str, list[str]]:
    return {"file": [f"export/{name}.ndjson"], "table": [f"export/{name}.csv"]}


TOLD: dict[type[db.Model], Telling] = {
    models.Region: Telling(
        listed("regions", "code")
        | {"answer": ["coverage/?region=510303"], "batch": ["510303"], "page": ["/en/regions/{0.code}/"]}
        | {"hsds": ["services/repair/hsds/"], "schema.org": ["services/repair/schema-org/"]},
        {"path": "`parent` and `full_name` say it", "to_precision": "null where there is no end"},
        at("hsds schema.org", "`full_name` ends with it", "name")
        | at("answer batch", SHORT, "short_name", "pinyin", "parent")
        | at(
            "hsds schema.org",
            SHORT,
            "level",
            "short_name",
            "pinyin",
            "parent",
            "valid_from",
            "from_precision",
            "valid_to",
            "to_precision",
        )
        | at("page", SHORT, "short_name", "valid_from", "from_precision", "parent", "to_precision"),
    ),
    models.Category: Telling(
        listed("categories")
        | {"answer": ["coverage/?region=510303"], "batch": ["510303"], "numbers": ["numbers/4001865909/"]}
        | {"schema.org": ["services/repair/schema-org/"], "page": ["/en/services/repair/"], "sheet": []},
        {},
        at("answer batch numbers schema.org", SHORT, "name_en")
        | at("answer batch numbers schema.org page", SHORT, "parent")
        | at("schema.org", SHORT, "slug"),
    ),
    models.Organization: Telling(
        listed("organizations")
        | {"numbers": ["numbers/4001865909/"]}
        | {"hsds": ["services/repair/hsds/"], "schema.org": ["services/repair/schema-org/"]}
        | {"page": ["/en/services/repair/", "/en/brands/brand/"]},
        {},
        at("numbers", SHORT, "identifier", "url")
        | at("page", GRAPH, "slug", "identifier", "url")
        | at("hsds", "the owner of the brand stands there", "slug", "name", "identifier", "url"),
    ),
    models.Brand: Telling(
        listed("brands")
        | {"answer": ["coverage/?region=510303"], "batch": ["510303"], "numbers": ["numbers/4001865909/"]}
        | {"hsds": ["services/repair/hsds/"], "schema.org": ["brands/{0.slug}/schema-org/"]}
        | {"page": ["/en/brands/{0.slug}/"], "sheet": []},
        {},
        at("answer batch numbers", SHORT, "name_en", "owner", "website", "is_example")
        | at("schema.org", WITHIN, "owner", "is_example")
        | at("hsds", WITHIN, "is_example"),
    ),
    models.Service: Telling(
        listed("services")
        | {"answer": ["coverage/?region=510303"], "batch": ["510303"], "numbers": ["numbers/4001865909/"]}
        | {"hsds": ["services/{0.slug}/hsds/"], "schema.org": ["services/{0.slug}/schema-org/"]}
        | {"page": ["/en/services/{0.slug}/"], "sheet": []},
        {},
        at("answer batch", SHORT, "operator", "description", "steps", "source")
        | at("numbers", SHORT, "kind", "description", "steps", "source")
        | at("hsds", WITHIN, "category", "kind", "operator", "source")
        | at("schema.org", WITHIN, "steps", "source")
        | at("hsds schema.org", CLAIM, "nationwide_claimed"),
    ),
    models.Promise: Telling(
        files("promises")
        | {"record": ["services/{0.service.slug}/"], "page": ["/en/services/{0.service.slug}/"]},
        {},
    ),
    models.PhoneNumber: Telling(
        files("numbers")
        | {"list": ["hotlines/?page_size=200"], "record": ["numbers/{0.canonical}/"]}
        | {
            "answer": ["coverage/?region=510303"],
            "batch": ["510303"],
            "numbers": ["numbers/?number={0.canonical}"],
        }
        | {"hsds": ["services/repair/hsds/"], "schema.org": ["services/repair/schema-org/"]}
        | {"page": ["/en/numbers/{0.canonical}/"]},
        {"note": "for those who work here"},
        at("list answer batch", SHORT, "region")
        | at("hsds schema.org", WITHIN, "region")
        | at("hsds schema.org", KIND, "kind"),
    ),
    models.Hotline: Telling(
        listed("hotlines", "key")
        | {"answer": ["coverage/?region=510303"], "batch": ["510303"]}
        | {"numbers": ["numbers/{0.number.canonical}/"]}
        | {
            "hsds": ["services/{0.service.slug}/hsds/"],
            "schema.org": ["services/{0.service.slug}/schema-org/"],
        }
        | {
            "page": [
                "/en/numbers/{0.number.canonical}/",
                "/en/services/{0.service.slug}/",
                "/en/brands/{0.service.brand.slug}/",
            ],
            "sheet": [],
        },
        {},
        at(
            "list record answer batch file table hsds schema.org page sheet",
            "evidence of how a page prints it: told in `/numbers/`",
            "spellings",
        )
        | at("hsds schema.org page", "how often a source prints it weighs nothing", "mentions")
        | at("hsds schema.org", WITHIN, "source")
        | at("schema.org", "the first day in words says it", "follows")
        | at("sheet", "written by the verbs of a claim's life, never typed", "follows", "dated_key")
        | at("schema.org", "a part of the key, which it does not show", "dated_key"),
    ),
    models.Outlet: Telling(
        listed("outlets")
        | {
            "hsds": ["services/repair/hsds/"],
            "schema.org": ["services/repair/schema-org/"],
            "page": ["/en/services/repair/", "/en/regions/510303/"],
            "sheet": [],
        },
        {},
        at("hsds schema.org", "an outlet has the services of its brand, which stands there", "brand")
        | at("page", "the services that are there say it", "brand")
        | at("hsds schema.org", WITHIN, "source", "source_line")
        | at("page", GRAPH, *POINT)
        | at("schema.org page", "`address` says it", "rest"),
    ),
    models.OutletRule: Telling(
        {
            "list": ["outlets/"],
            "record": ["outlets/{0.outlet.slug}/"],
            "file": ["export/outlets.ndjson"],
            "table": ["export/outlets.csv"],
            "hsds": ["services/repair/hsds/"],
            "schema.org": ["services/repair/schema-org/"],
            "page": ["/en/services/repair/", "/en/regions/510303/"],
        },
        {},
        {},
    ),
    models.OutletService: Telling(
        {
            "list": ["outlets/"],
            "record": ["outlets/{0.outlet.slug}/"],
            "file": ["export/outlets.ndjson"],
            "table": ["export/outlets.csv"],
            "hsds": ["services/repair/hsds/"],
            "schema.org": ["services/repair/schema-org/"],
            "page": ["/en/services/repair/", "/en/regions/510303/"],
        },
        {},
        at("file table", "the key of the hotline begins with it", "service"),
    ),
    models.CoverageRule: Telling(
        listed("coverage-rules", "key")
        | {"own-list": ["services/{0.service.slug}/coverage/?format=csv"]}
        | {"answer": ["coverage/?region=510303"], "batch": ["510303"]}
        | {
            "hsds": ["services/{0.service.slug}/hsds/"],
            "schema.org": ["services/{0.service.slug}/schema-org/"],
        }
        | {
            "page": [
                "/en/services/{0.service.slug}/",
                "/en/services/{0.service.slug}/regions/{0.region.code}/",
                "/en/coverage/?q={0.region.code}",
            ],
            "sheet": [],
        },
        {},
        WHERE_FROM,
    ),
    models.Source: Telling(
        listed("sources")
        | {"answer": ["coverage/?region=510303"], "batch": ["510303"], "numbers": ["numbers/4001865909/"]}
        | {"page": ["/en/sources/{0.slug}/"]},
        {"excerpt": WORDS, "machine_checkable": HOUSE, "content_sha256": HOUSE},
    ),
    models.Verification: Telling(
        files("verifications")
        | {"record": ["hotlines/{0.hotline.key}/"], "list": ["hotlines/?page_size=200"]}
        | {"answer": ["coverage/?region=510303"], "batch": ["510303"], "numbers": ["numbers/4001865909/"]}
        | {"hsds": ["services/repair/hsds/"], "schema.org": ["services/repair/schema-org/"]}
        | {"page": ["/en/numbers/4001865909/"]},
        {"note": WORDS, "checked_by": STAFF},
        at("list answer batch numbers hsds schema.org", CHECK, "method")
        | at("list answer batch numbers hsds schema.org page", CHECK, "source", "recorded_at")
        | at("hsds schema.org page", CHECK, "expires_on"),
    ),
    models.Dispute: Telling(
        files("disputes")
        | {"record": ["disputes/{0.reference}/"], "list": ["hotlines/?page_size=200"]}
        | {"answer": ["coverage/?region=510303"], "batch": ["510303"], "numbers": ["numbers/4001865909/"]}
        | {"hsds": ["services/repair/hsds/"], "schema.org": ["services/repair/schema-org/"]}
        | {"page": ["/en/numbers/4001865909/", "/en/reports/{0.reference}/"]},
        {
            "rule": "`coverage_rule`, where a rule is disputed and no hotline",
            "statement": WORDS,
            "evidence_url": WORDS,
            "further": WORDS,
            "fingerprint": "tells reporters apart, says nothing",
            "witnesses": "tells reporters apart, says nothing",
            "reporter": "tells reporters apart, says nothing",
            "reports": "`open_reports` count what weighs",
            "weight": "as many as `weighed_on` has days, from which doors count it",
            "accepted_by": STAFF,
            "decided_by": STAFF,
        },
        at(
            "list answer batch numbers hsds schema.org file table",
            "told to whoever has the reference",
            "answer",
        )
        | at("list answer batch numbers hsds schema.org", "told to whoever has the reference", "answered_at")
        | at(
            "list answer batch numbers hsds schema.org file table",
            "whoever reported has it",
            "reference",
        )
        | at("list answer batch hsds schema.org", "`open_reports` say how many stand", "reason")
        | at("record file table", "`open_reports` of the hotline say it", "weighed_on")
        | at(
            "list answer batch numbers hsds schema.org file table",
            "once it is decided, the record itself says what came of it",
            "decided_at",
            "decision",
        ),
    ),
    models.RegionName: Telling(
        files("region-names")
        | {"record": ["regions/{0.region.code}/"], "page": ["/en/regions/{0.region.code}/"]},
        {},
        at("page", SHORT, "source"),
    ),
    models.Succession: Telling(
        files("successions")
        | {"record": ["regions/330104/"], "answer": ["coverage/?region=330104"], "batch": ["330104"]}
        | {"page": ["/en/regions/330104/"]},
        {},
        at("answer batch page", SHORT, "source"),
    ),
    models.Release: Telling(
        listed("releases", "edition"),
        {},
    ),
    models.Change: Telling(
        {"changes": ["changes/"]},
        {
            "before": "the record says it; what it said before is not public",
            "after": "the record says it",
            "reason": STAFF,
            "actor": STAFF,
            "request_id": HOUSE,
        },
    ),
}


# What is told otherwise than the record of its model in TOLD, because of what it is: model, and its doors.
VARIANTS: dict[str, tuple[type[db.Model], Telling]] = {
    "exclusion": (
        models.CoverageRule,
        Telling(
            listed("coverage-rules", "key")
            | {"answer": ["coverage/?region=510304&state=excluded"]}
            | {"hsds": ["services/repair/hsds/"], "schema.org": ["services/repair/schema-org/"]}
            | {
                "page": [
                    "/en/services/repair/",
                    "/en/services/repair/regions/510304/",
                    "/en/coverage/?q=510304&state=excluded",
                ],
                "sheet": [],
            },
            {},
            WHERE_FROM,
        ),
    ),
    "report on a rule": (
        models.Dispute,
        Telling(
            files("disputes")
            | {"record": ["disputes/{0.reference}/"], "list": ["coverage-rules/?page_size=200"]}
            | {"answer": ["coverage/?region=510300"], "batch": ["510300"]}
            | {"hsds": ["services/repair/hsds/"], "schema.org": ["services/repair/schema-org/"]}
            | {"page": ["/en/services/repair/regions/510300/", "/en/reports/{0.reference}/"]}
            | {"own-list": ["services/repair/coverage/?format=csv"]},
            TOLD[models.Dispute].silent | {"hotline": "it is about a rule"},
            TOLD[models.Dispute].silent_at
            | at("own-list", "what is reported is no part of what imports again", *OF_A_REPORT)
            | at(
                "list answer batch hsds schema.org",
                "`disputed` says that one stands",
                *("accepted_at", "opened_at", "weighed_on"),
            )
            | at("page", "`disputed` says that one stands", "weighed_on"),
        ),
    ),
    "report on a line of a list in sentences": (
        models.Dispute,
        Telling(
            {"page": ["/en/services/repair/list/"]},
            TOLD[models.Dispute].silent | {"hotline": "it is about a rule"},
            at(
                "page",
                "`disputed` says that one stands; the rest is at the address of the report",
                *OF_A_REPORT[1:],
            ),
        ),
    ),
    "what an outlet does not serve": (models.OutletRule, TOLD[models.OutletRule]),
}


TELLINGS: dict[str, tuple[type[db.Model] | str, Telling]] = {
    **{model.__name__: (model, telling) for model, telling in TOLD.items()},
    **{name: (name, telling) for name, (_model, telling) in VARIANTS.items()},
}

# Hours that differ in one thing: each door that says hours in members of its own tells it there, the text left out.
HOURS = {
    "what is told beside": "周一至周五 8:30-17:30，节假日照常",
    "other days": "周一至周六 8:30-17:30，节假日照常",
    "other times": "周一至周五 8:30-18:00，节假日照常",
    "around the clock": "24小时，节假日照常",
    "closed on holidays": "周一至周五 8:30-17:30，节假日休息",
    "hours of holidays": "周一至周五 8:30-17:30，节假日 9:00-16:00",
    "by appointment": "周一至周五 8:30-17:30，节假日照常，需预约",
}


# Another value here is another record, or one that the database does not take: no door can be heard alone.
NOT_ALONE = {(models.Region, "path"), (models.Dispute, "rule"), (models.Dispute, "hotline")}


def reload(model: type[db.Model], pk: int) -> db.Model:
    return model._default_manager.get(pk=pk)


def not_for(record: db.Model, column: db.Field) -> list[int]:
    """Records that the column of a record must not point at."""
    if isinstance(record, models.Hotline | models.Category | models.Outlet) and column.related_model is type(
        record
    ):
        return [record.pk]
    if column.related_model is models.Region:
        keep = {"510321", "510300", "110000"} if not isinstance(record, models.CoverageRule) else {"510321"}
        return list(models.Region.objects.exclude(code__in=keep, valid_to=None).values_list("pk", flat=True))
    return []


def make(regions: dict[str, models.Region]) -> dict[type[db.Model] | str, db.Model]:
    """A small directory with a record of each kind and variant in which no column is empty, and a second one to point at."""
    day = datetime.date
    user, _other = (User.objects.create_user(name, is_staff=True) for name in ("lin", "wang"))
    source, second = (
        factories.make_source(
            slug, url=f"https://www.example.com/{slug}", publisher="某站", fetched_at=timezone.now()
        )
        for slug in ("page", "other-page")
    )
    organizations = [
        models.Organization.objects.create(
            slug=slug,
            name=f"公司 {slug}",
            identifier=f"91310000MA1FL0000{n}",
            url="https://company.example.com/",
        )
        for n, slug in enumerate(("company", "other-company"))
    ]
    service = factories.make_service(
        "repair",
        brand="brand",
        description="上门维修",
        steps=["预约"],
        source=source,
        operator=organizations[0],
    )
    other = factories.make_service("installation", brand="other-brand", category="stoves", source=second)
    brand = service.brand
    brand.owner, brand.name_en, brand.website = organizations[1], "Brand", "https://brand.example.com/"
    brand.save()
    category = service.category
    category.parent, category.name_en = (
        models.Category.objects.create(slug="kitchen", name="厨房电器"),
        "cabinets",
    )
    category.save()
    draft = intake.draft(service=service, text="自贡市贡井区\n自贡市大安区", actor=user)
    lines = list(draft.lines.order_by("pk"))
    (rule,) = factories.make_rules(
        service,
        include=[regions["510303"]],
        source=source,
        note="仅限城区",
        response_hours=2,
        import_line=lines[0],
    )
    factories.make_rules(other, include=[regions["510300"]])
    hotline = factories.make_hotline(
        service,
        "4001865909",
        extension="1",
        source=source,
        region=regions["510303"],
        contact_type="sales",  # what is ordinary is said of none
        spellings=["400-186-5909"],
        valid_from=day(2020, 1, 1),
    )
    successor = factories.make_hotline(other, "4001865910", source=second)
    factories.make_hotline(other, "4001865911", source=second)
    models.Hotline.objects.filter(pk=hotline.pk).update(replaced_by=successor, replaced_on=day(2021, 5, 1))
    outlet, after, _third = (
        models.Outlet.objects.create(
            slug=slug,
            name=f"网点 {slug}",
            brand=brand,
            kind="own",
            operator=organizations[1],
            address=f"贡井区{slug}路1号",
            region=regions["510303"],
            rest=f"{slug}路1号",
            longitude=Decimal("104.71"),
            latitude=Decimal("29.34"),
            coordinates="wgs84",
            opening_hours="周一至周五 8:30-17:30",
            source=source,
            source_line=4,
            valid_from=day(2020, 1, 1),
        )
        for slug in ("outlet", "next", "third")
    )
    models.Outlet.objects.filter(pk=outlet.pk).update(replaced_by=after, replaced_on=day(2021, 5, 1))
    served = models.OutletService.objects.create(outlet=outlet, service=service, hotline=hotline)
    area = outlet.rules.create(
        region=regions["510303"], kind="include", valid_from=day(2020, 1, 1), valid_to=day(2099, 1, 1)
    )
    check = models.Verification.objects.create(
        hotline=hotline,
        method="call",
        result="confirmed",
        source=source,
        note="核实",
        checked_by=user,
        checked_on=day(2026, 1, 1),
        expires_on=day(2099, 1, 1),
    )
    dispute = open_dispute(hotline=hotline, reason="other", statement="打过去是别家").dispute
    models.Dispute.objects.update(decision="看过", answer="已经更正", answered_at=timezone.now())
    with change_set(actor=user, reason="因为") as changes:
        changes.touched(hotline)
    ended = regions["330104@"]
    wide, exclusion = factories.make_rules(
        service, include=[regions["510300"]], exclude=[regions["510304"]], source=source, note="仅限老城"
    )
    about_a_rule = open_dispute(rule=wide, reason="not_covered", statement="老城也去").dispute
    models.Dispute.objects.filter(pk=about_a_rule.pk).update(
        decision="看过", answer="已经更正", answered_at=timezone.now()
    )
    not_served = outlet.rules.create(
        region=regions["510304"], kind="exclude", valid_from=day(2020, 1, 1), valid_to=day(2099, 1, 1)
    )
    return {
        "exclusion": exclusion,
        "report on a rule": about_a_rule,
        "report on a line of a list in sentences": about_a_rule,
        "what an outlet does not serve": not_served,
        models.Region: regions["510303"],
        models.Category: category,
        models.Organization: organizations[0],
        models.Brand: brand,
        models.Service: service,
        models.Promise: service.promises.create(kind="other", text="可追溯", source=source, source_line=3),
        models.PhoneNumber: hotline.number,
        models.Hotline: hotline,
        models.Outlet: outlet,
        models.OutletRule: area,
        models.OutletService: served,
        models.CoverageRule: rule,
        models.Source: source,
        models.Verification: check,
        models.Dispute: dispute,
        models.RegionName: models.RegionName.objects.create(
            region=regions["510303"], name="贡井", kind="short", source="地名录"
        ),
        models.Succession: ended.successions.order_by("pk").first(),
        models.Release: models.Release.objects.get(),
        models.Change: models.Change.objects.latest("pk"),
    }
