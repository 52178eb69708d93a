"""Which questions bring out each answer that the API document names, by operation: what `test_contract.py` walks.

Paths are filled from the records of `told_once.make`. A status that cannot be brought out stands in `NOT_PROVOKED`, with
the reason.
"""

from dataclasses import dataclass, field
from typing import Any

# Of these a client says which members it gets (`fields`, `omit`, `brief`); without that, all come.
SELECTABLE = [
    "Brand",
    "Category",
    "CoverageRule",
    "Hotline",
    "HotlineDetail",
    "Organization",
    "Outlet",
    "Region",
    "RegionDetail",
    "Release",
    "Service",
    "Source",
]
# What JavaScript, browsers, TypeScript, Java and others have of their own: generated code must not hide it.
OTHERS_OWN = (
    "AggregateError Array ArrayBuffer Atomics BigInt Blob Boolean DataView Date Document Element Error Event EventTarget "
    "File FileList FormData Function Generator Headers History Image Infinity Intl Iterator JSON Location Map Math NaN "
    "Navigator Node Notification Number Object Option Promise Proxy Range Reflect RegExp Request Response Screen "
    "Selection Set Storage String Symbol Text URL WeakMap WeakRef WeakSet WebSocket Window Worker Awaited Capitalize "
    "Exclude Extract InstanceType Lowercase NonNullable Omit Parameters Partial Pick Readonly Record Required ReturnType "
    "ThisType Uncapitalize Uppercase any never unknown void Byte Character Class Cloneable Comparable Double Enum "
    "Exception Float Integer Iterable Long Module Override Package Process Runnable Runtime Short System Thread "
    "Throwable Void List Dict Optional Any Union Type Task Vec Result Box"
)
WRITES = ("post", "put", "patch", "delete")


@dataclass(frozen=True)
class Ask:
    """A question and the status it must bring: address below /api/v1/, body, headers, and who asks."""

    path: str
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def listed(name: str, key: str, *more: str, unknown: str = "no-such") -> dict[str, list[Ask]]:
    """The list of a record and the record itself; with few and with all members, empty, and unknown."""
    return {
        f"{name.replace('-', '_')}_list": [
            Ask(f"{name}/"),
            Ask(f"{name}/?brief=true"),
            Ask(f"{name}/?page_size=1"),
            Ask(f"{name}/?page=9999", 404),
            *(Ask(f"{name}/?{query}") for query in more),
        ],
        f"{name.replace('-', '_')}_retrieve": [
            Ask(f"{name}/{key}/"),
            Ask(f"{name}/{key}/?brief=true"),
            Ask(f"{name}/{unknown}/", 404),
        ],
    }


BATCH = {
    "questions": [
        {"region": "510303"},
        {"region": "330104"},
        {"q": "大安区"},
        {"region": "51"},
        {"region": "999999"},
        {"region": "510300", "brief": True},
        {"region": "510300", "brand": ["nobody"]},
    ]
}
TEXTS = {
    "texts": [
        "自贡市富顺县",
        "四川省除甘孜、阿坝外",
        "江干区",
        "自贡市大安区部分",
        "华东",
        "月亮",
        7,
        "全国",
        "鼓楼区",
    ]
}
DRAFT = {"service": "repair", "text": "自贡市富顺县\n月亮\n自贡市大安区部分乡镇", "source": "page"}
DECIDE = {"include": ["510303"], "exclude": [], "note": "看过"}
REPORT = {"hotline": "repair:4001865909-1", "reason": "wrong_number", "statement": "打过去是别家的"}

ASKED: dict[str, list[Ask]] = {
    "root": [Ask("")],
    **listed("brands", "brand", "q=brand", "q=nobody"),
    **listed("categories", "cabinets", "q=nothing"),
    **listed("coverage-rules", "{rule}", "region=510303", "service=repair", unknown="x:510303:2026-01-01"),
    **listed("hotlines", "{hotline}", "service=repair", "state=closed", "open=any", unknown="x:4001865909"),
    **listed("organizations", "company"),
    **listed("outlets", "outlet", "near=510303", "near=320106", "open=any", "state=closed"),
    **listed("regions", "510303", "parent=510300", "on=2000-01-01", "state=closed", unknown="999999"),
    **listed("releases", "{edition}"),
    **listed("services", "repair", "brand=brand"),
    **listed("sources", "page"),
    "brands_schema_org": [Ask("brands/brand/schema-org/"), Ask("brands/no-such/schema-org/", 404)],
    "services_schema_org": [
        Ask("services/repair/schema-org/"),
        Ask("services/installation/schema-org/"),
        Ask("services/no-such/schema-org/", 404),
    ],
    "services_hsds": [
        Ask("services/repair/hsds/"),
        Ask("services/installation/hsds/"),
        Ask("services/no-such/hsds/", 404),
    ],
    "services_coverage_retrieve": [
        *(Ask(f"services/repair/coverage/?format={form}") for form in ("text", "csv", "xlsx")),
        Ask("services/no-such/coverage/", 404),
    ],
    "changes_list": [Ask("changes/"), Ask("changes/?after=999999", 410), Ask("changes/?page_size=1")],
    "coverage_ask": [
        Ask("coverage/?region=510303"),
        Ask("coverage/?region=510300&state=partly_covered&units=true"),
        Ask("coverage/?region=510303&state=unknown&state=not_covered&state=covered&state=excluded"),
        Ask("coverage/?region=510303&page_size=1"),
        Ask("coverage/?region=510303&open=any"),
        Ask("coverage/?region=510303&brief=1"),
        Ask("coverage/?region=330104&brief=true"),
        Ask("coverage/?region=330104"),
        Ask("coverage/?region=330104&on=2000-01-01"),
        Ask("coverage/?region=999999"),
        Ask("coverage/?q=大安区"),
        Ask("coverage/?q=月亮"),
        Ask("coverage/?q=四川省除甘孜、阿坝外"),
        Ask("coverage/?region=510303&page=9999", 404),
        Ask("coverage/?region=51", 400),
        Ask("coverage/?point=104.97,29.18&point_system=wgs84", 400),
        Ask("coverage/?region=510303&brand=nobody", 400),
        Ask("coverage/?region=510303&brand=brnd", 400),
    ],
    "coverage_ask_many": [Ask("coverage/", body=BATCH), Ask("coverage/", 400, {"questions": []})],
    "disputes_form": [Ask("disputes/")],
    "disputes_create": [
        Ask("disputes/", 201, REPORT),
        Ask("disputes/", 200, REPORT),
        Ask("disputes/", 201, {"coverage_rule": "{rule}", "reason": "not_covered", "statement": "不上门"}),
        Ask("disputes/", 400, {"reason": "other"}),
    ],
    "disputes_retrieve": [Ask("disputes/{reference}/"), Ask("disputes/no-such/", 404)],
    "export_list": [Ask("export/")],
    "export_file": [
        Ask("export/directory.ndjson"),
        Ask("export/hotlines.csv"),
        Ask("export/nothing.csv", 404),
        Ask("export/hotlines.ndjson?service=nobody", 400),
    ],
    "export_hsds": [Ask("export/hsds.ndjson")],
    "imports_list": [Ask("imports/"), Ask("imports/?page_size=1"), Ask("imports/?page=99", 404)],
    "imports_create": [Ask("imports/", 201, DRAFT), Ask("imports/", 400, {"service": "nobody", "text": "x"})],
    "imports_table": [
        Ask("imports/table/", 200, {"table": "code\n510303\n", "service": "repair"}),
        Ask("imports/table/", 200, {"table": "code\n510303\n", "service": "repair", "commit": True}),
        Ask("imports/table/", 400, {"table": "code\n5103\n", "service": "repair"}),
        Ask("imports/table/", 400, {"service": "repair"}),
        Ask(
            "imports/table/",
            409,
            {"table": "code\n510322\n", "service": "repair", "mode": "replace", "commit": True},
        ),
    ],
    "imports_retrieve": [Ask("imports/{draft}/"), Ask("imports/999/", 404)],
    "imports_preview_retrieve": [
        Ask("imports/{draft}/preview/"),
        Ask("imports/{applied}/preview/"),
        Ask("imports/999/preview/", 404),
    ],
    "imports_lines_list": [
        Ask("imports/{draft}/lines/"),
        Ask("imports/{draft}/lines/?decision=skipped"),
        Ask("imports/999/lines/", 404),
    ],
    "imports_line": [Ask("imports/{draft}/lines/1.1/"), Ask("imports/{draft}/lines/99.1/", 404)],
    "imports_line_decide": [
        Ask("imports/{draft}/lines/3.1/", 200, DECIDE),
        Ask("imports/{draft}/lines/3.1/", 412, DECIDE, {"HTTP_IF_MATCH": '"old"'}),
        Ask("imports/{decided}/lines/2.1/", 428, DECIDE),
        Ask("imports/{draft}/lines/3.1/", 400, {"include": ["51"]}),
        Ask("imports/{applied}/lines/1.1/", 409, DECIDE),
        Ask("imports/{draft}/lines/99.1/", 404, DECIDE),
    ],
    "imports_decisions_create": [
        Ask(
            "imports/{draft}/decisions/",
            200,
            {"accept": "exact", "decisions": [{"line": 2, "position": 1, "skip": True}]},
        ),
        Ask("imports/{draft}/decisions/", 412, {"accept": "exact"}, {"HTTP_IF_MATCH": '"old"'}),
        Ask("imports/{decided}/decisions/", 428, {"decisions": [{"line": 2, "position": 1, "skip": True}]}),
        Ask("imports/{draft}/decisions/", 400, {"accept": "all"}),
        Ask("imports/{applied}/decisions/", 409, {"accept": "exact"}),
        Ask("imports/999/decisions/", 404, {"accept": "exact"}),
    ],
    "imports_apply_create": [
        Ask("imports/{draft}/apply/", 409, {}),
        Ask("imports/{draft}/apply/", 412, {}, {"HTTP_IF_MATCH": '"old"'}),
        Ask("imports/{draft}/apply/", 200, {"leave_open": True}),
        Ask("imports/{draft}/apply/", 400, {"leave": True}),
        Ask("imports/999/apply/", 404, {}),
    ],
    "imports_revert_create": [
        Ask("imports/{draft}/revert/", 409, {}),
        Ask("imports/{applied}/revert/", 412, {}, {"HTTP_IF_MATCH": '"old"'}),
        Ask("imports/{applied}/revert/", 200, {}),
        Ask("imports/{applied}/revert/", 400, {"now": True}),
        Ask("imports/999/revert/", 404, {}),
    ],
    "imports_discard_create": [
        Ask("imports/{applied}/discard/", 409, {}),
        Ask("imports/{draft}/discard/", 412, {}, {"HTTP_IF_MATCH": '"old"'}),
        Ask("imports/{draft}/discard/", 200, {}),
        Ask("imports/{draft}/discard/", 400, {"now": True}),
        Ask("imports/999/discard/", 404, {}),
    ],
    "imports_take_up_create": [
        Ask("imports/{draft}/take-up/", 409, {}),
        Ask("imports/{applied}/take-up/", 412, {}, {"HTTP_IF_MATCH": '"old"'}),
        Ask("imports/{discarded}/take-up/", 200, {}),
        Ask("imports/{draft}/take-up/", 400, {"now": True}),
        Ask("imports/999/take-up/", 404, {}),
    ],
    "numbers_ask": [
        Ask("numbers/?number=400-186-5909"),
        Ask("numbers/?number=021-63000000"),
        Ask("numbers/?number=95000"),
        Ask("numbers/?number=月亮"),
        Ask("numbers/", 400),
    ],
    "numbers_retrieve": [
        Ask("numbers/4001865909/"),
        Ask("numbers/4001865909/?verified=true"),
        Ask("numbers/40018/", 404),
    ],
    "overview_coverage": [
        Ask("overview/coverage/"),
        Ask("overview/coverage/?region=510300&category=cabinets&page_size=1"),
        Ask("overview/coverage/?page=9", 404),
        Ask("overview/coverage/?region=999999", 400),
        Ask("overview/coverage/?format=csv"),
    ],
    "overview_categories": [
        Ask("overview/categories/?region=510000"),
        Ask("overview/categories/?category=cabinets", 400),
        Ask("overview/categories/?page=99", 404),
        Ask("overview/categories/?format=csv"),
    ],
    "overview_units": [
        Ask("overview/units/?region=510000"),
        Ask("overview/units/?services=0&verified=0"),
        Ask("overview/units/?services=4", 400),
        Ask("overview/units/?page=99", 404),
        Ask("overview/units/?format=csv"),
    ],
    "overview_overlaps": [
        Ask("overview/overlaps/?brand=brand"),
        Ask("overview/overlaps/?service=repair"),
        Ask("overview/overlaps/", 400),
        Ask("overview/overlaps/?brand=brand&page=9", 404),
        Ask("overview/overlaps/?brand=brand&format=csv"),
    ],
    "overview_listed": [
        Ask("overview/listed/?brand=brand"),
        Ask("overview/listed/?service=repair&format=csv"),
        Ask("overview/listed/?service=nobody", 400),
        Ask("overview/listed/?service=repair&page=99", 404),
    ],
    "overview_changes": [
        Ask("overview/changes/"),
        Ask("overview/changes/?brand=nobody", 400),
        Ask("overview/changes/?page=9", 404),
        Ask("overview/changes/?brand=brand&format=csv"),
    ],
    "overview_signals": [
        Ask("overview/signals/?severity=check&severity=contradicts&severity=writing"),
        Ask("overview/signals/?severity=high", 400),
        Ask("overview/signals/?page=9", 404),
        Ask("overview/signals/?format=csv"),
    ],
    "overview_sources": [
        Ask("overview/sources/"),
        Ask("overview/sources/?age=1", 400),
        Ask("overview/sources/?page=9", 404),
        Ask("overview/sources/?age=never&format=csv"),
    ],
    "regions_children": [
        Ask("regions/510000/children/"),
        Ask("regions/330104/children/?on=2020-01-01"),
        Ask("regions/330104/children/", 404),
        Ask("regions/51/children/", 400),
    ],
    "regions_outline": [
        Ask("regions/510000/outline/"),
        Ask("regions/510303/outline/", 404),
        Ask("regions/51/outline/", 400),
    ],
    "regions_suggest": [
        Ask("regions/suggest/?q=z"),
        Ask("regions/suggest/?q=江干"),
        Ask("regions/suggest/", 400),
    ],
    "resolve_retrieve": [*(Ask(f"resolve/?text={text}") for text in TEXTS["texts"]), Ask("resolve/", 400)],
    "resolve_create": [Ask("resolve/", body=TEXTS), Ask("resolve/", 400, {"texts": "x"})],
    "schema": [Ask("schema/")],
}
