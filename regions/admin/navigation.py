"""The sidebar: every page under the word for what it is about."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# Group, then pages as (app, model, icon of Material Symbols).
GROUPS = [
    (
        _("Directory"),
        [
            ("regions", "brand", "storefront"),
            ("regions", "service", "home_repair_service"),
            ("regions", "hotline", "support_agent"),
            ("regions", "phonenumber", "dialpad"),
            ("regions", "outlet", "store"),
            ("regions", "coveragerule", "map"),
            ("regions", "coverageimport", "content_paste"),
            ("regions", "category", "category"),
            ("regions", "organization", "domain"),
        ],
    ),
    (
        _("Regions"),
        [
            ("regions", "region", "location_on"),
            ("regions", "succession", "alt_route"),
            ("regions", "regionupdate", "upload_file"),
            ("regions", "release", "deployed_code"),
        ],
    ),
    (
        _("Evidence"),
        [
            ("regions", "source", "description"),
            ("regions", "verification", "verified"),
            ("regions", "dispute", "gavel"),
        ],
    ),
    (
        _("System"),
        [
            ("regions", "changeset", "history"),
            ("regions", "job", "hourglass_top"),
            ("regions", "change", "list_alt"),
            ("auth", "user", "person"),
            ("auth", "group", "group"),
            ("regions", "apikey", "key"),
        ],
    ),
]


def sidebar(request) -> list[dict]:
    """Groups with the pages this user may see; for the theme's `SIDEBAR` setting."""
    pages = {
        (model._meta.app_label, model._meta.model_name): page for model, page in admin.site._registry.items()
    }
    home = {"title": _("Overview"), "icon": "dashboard", "link": reverse("admin:index")}
    first = [home]
    if request.user.has_perm("regions.view_service"):
        whole = reverse("admin:regions_service_overview", args=["coverage"])
        first.append(
            {
                "title": _("The whole at a glance"),
                "icon": "grid_view",
                "link": whole,
                "below": whole.removesuffix("coverage/"),
            }
        )
    if request.user.has_perm("regions.view_verification"):
        queue = reverse("admin:regions_verification_queue")
        first.append({"title": _("What is to be checked"), "icon": "fact_check", "link": queue})
    groups: list[dict[str, Any]] = [{"title": None, "separator": False, "items": first}]
    for title, entries in GROUPS:
        items = [
            {
                "title": pages[app, name].opts.verbose_name_plural,
                "icon": icon,
                "link": reverse(f"admin:{app}_{name}_changelist"),
            }
            for app, name, icon in entries
            if (app, name) in pages and pages[app, name].has_view_permission(request)
        ]
        if items:
            groups.append({"title": title, "separator": True, "collapsible": False, "items": items})
    _mark([item for group in groups for item in group["items"]], request.path)
    return groups


def _mark(items: list[dict[str, Any]], path: str) -> None:
    """Mark the one entry that a page lies below: of several the nearest. Home is only itself."""
    home, *others = items

    def way(item: dict[str, Any]) -> str:
        return str(item.get("below", item["link"]))

    above = [item for item in others if path.startswith(way(item))]
    here = home if path == home["link"] else max(above, key=lambda item: len(way(item)), default=None)
    for item in items:
        item["active"] = item is here
