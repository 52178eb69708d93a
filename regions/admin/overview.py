"""The index page: what is on file, and what waits for a person. A fixed number of counting queries."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from regions import access
from regions.choices import DisputeState, HotlineStatus, ImportState, ReleaseState, UpdateState
from regions.models import (
    Brand,
    ChangeSet,
    CoverageImport,
    CoverageRule,
    Dispute,
    Hotline,
    PhoneNumber,
    Region,
    RegionUpdate,
    Release,
    Service,
    Source,
)
from regions.models.base import today
from regions.services.carry_over import stranded

from .filters import has_list
from .pretty import counted
from .undone import tell_undone

LATEST = 8
# A check that ends within so many days is due.
DUE_DAYS = 14


class Entry(NamedTuple):
    """A number with its name and the list behind it."""

    name: str
    count: int  # type: ignore[assignment]  # the word of the page
    address: str


def overview(request) -> dict:
    """`tiles` and `tasks` (entries), `release` (the active one or None), `sets` (with their records counted)."""
    user = request.user
    sets = access.limit(ChangeSet.objects.select_related("actor").order_by("-id"), user)
    latest = list(sets[:LATEST]) if user.has_perm("regions.view_changeset") else []
    what = counted(latest, user)
    tell_undone(latest, user)
    return {
        "tiles": _tiles(user),
        "tasks": [task for task in _tasks(user) if task.count and task.address],
        "release": Release.objects.filter(state=ReleaseState.ACTIVE).first(),
        "sets": [(each, what[each.uuid][0]) for each in latest],
    }


def _tiles(user) -> list[Entry]:
    lists = [
        (_("brands"), Brand.objects.all(), ""),
        (_("services"), Service.objects.all(), ""),
        (_("hotlines"), Hotline.objects.all(), ""),
        (_("open rules"), CoverageRule.objects.open(), "state=open"),
        (_("current regions"), Region.objects.open(), "state=open"),
    ]
    return [
        Entry(name, access.limit(rows, user).count(), _address(rows.model, query))
        for name, rows, query in lists
        if user.has_perm(f"regions.view_{rows.model._meta.model_name}")
    ]


def _tasks(user) -> list[Entry]:
    hotlines = access.limit(Hotline.objects.all(), user)
    states = hotlines.with_status().aggregate(
        due=Count(
            "pk", filter=Q(status=HotlineStatus.VERIFIED, expires_on__lte=today() + timedelta(DUE_DAYS))
        ),
        expired=Count("pk", filter=Q(status=HotlineStatus.EXPIRED)),
        unverified=Count("pk", filter=Q(status=HotlineStatus.UNVERIFIED)),
    )
    services = access.limit(Service.objects.all(), user)
    claimed = PhoneNumber.objects.annotate(brands=Count("hotlines__service__brand", distinct=True))
    drafts = access.limit(CoverageImport.objects.filter(state=ImportState.DRAFT), user)
    tasks = [
        Entry(_("open disputes"), _disputes(user), _address(Dispute, "state__exact=open")),
        Entry(_("drafts of imports"), drafts.count(), _address(CoverageImport, "state__exact=draft")),
        Entry(
            _("services without a list"),
            services.filter(~has_list()).count(),
            _address(Service, "list=no"),
        ),
        Entry(
            _("rules on abolished regions"),
            stranded(access.limit(CoverageRule.objects.all(), user)).count(),
            _carry_over(user),
        ),
        Entry(_("checks that end within two weeks"), states["due"], _address(Hotline, "status=verified")),
        Entry(_("checks that have expired"), states["expired"], _address(Hotline, "status=expired")),
        Entry(_("unverified hotlines"), states["unverified"], _address(Hotline, "status=unverified")),
    ]
    if access.edits_all_brands(user):
        if user.has_perm("regions.view_regionupdate"):
            tasks += _updates()
        tasks += [
            Entry(
                _("numbers with claims of several brands"),
                claimed.filter(brands__gt=1).count(),
                _address(PhoneNumber, "claims=several"),
            ),
            Entry(
                _("sources whose content has changed"),
                Source.objects.filter(changed_at__isnull=False).count(),
                _address(Source, "content=changed"),
            ),
        ]
    return tasks


def _updates() -> list[Entry]:
    """Region data that wait for a person, and those that wait for their day."""
    states = RegionUpdate.objects.aggregate(
        draft=Count("pk", filter=Q(state=UpdateState.DRAFT)),
        waiting=Count("pk", filter=Q(state=UpdateState.WAITING)),
    )
    return [
        Entry(
            _("region data to be decided on"), states["draft"], _address(RegionUpdate, "state__exact=draft")
        ),
        Entry(
            _("region data that wait for their day"),
            states["waiting"],
            _address(RegionUpdate, "state__exact=waiting"),
        ),
    ]


def _disputes(user) -> int:
    return access.limit(Dispute.objects.filter(state=DisputeState.OPEN), user).count()


def _carry_over(user) -> str:
    """The page on which they are carried over; empty for somebody who may not see rules."""
    return (
        reverse("admin:regions_coveragerule_carry_over") if user.has_perm("regions.view_coveragerule") else ""
    )


def _address(model, query: str = "") -> str:
    """The admin list of a model; empty where it has none."""
    try:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    except NoReverseMatch:
        return ""
    return f"{address}?{query}" if query else address
