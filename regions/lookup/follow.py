"""From the changes since a position to what they make stale."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat, StrIndex, Substr

from regions.choices import ChangeAction
from regions.models import Change, Service
from regions.postings.touched import LIST, RULE

from .changes import Position

# More changes than this are not worth following one by one.
MANY_CHANGES = 20_000
MANY_SERVICES = 2_000

# A key up to its first colon: three thousand rules of one service are one row.
_BEGINNING = Substr("key", 1, StrIndex(Concat("key", Value(":")), Value(":")) - 1)
_OF_A_SERVICE = {"hotline", "hotlinehours", "verification"}  # their keys begin with the service's slug
_WITHOUT_EFFECT = {"dispute", "import", "key", "organization", "promise", "user"}
_NEEDS_A_RELATION = {
    "brand": "brand__slug__in",
    "source": "hotlines__source__slug__in",
    "number": "hotlines__number__canonical__in",
}


@dataclass(slots=True)
class Followed:
    """What changed between two positions."""

    everything: bool = False
    rules: bool = False
    of_services: set[int] | None = None  # whose rules those were; None: that cannot be said
    all_rules: bool = False  # what rules show of others has changed too
    services: list[int] = field(default_factory=list)


def read_changes(since: Position, to: Position) -> Followed | None:
    """What happened after `since` up to `to`; None when `since` is not part of this history or too long ago."""
    known = Change.objects.filter(pk=since.sequence).values_list("pk", "changeset").first()
    if Position.of(known) != since or to.sequence - since.sequence > MANY_CHANGES:
        return None
    changes = Change.objects.filter(pk__gt=since.sequence, pk__lte=to.sequence).order_by()
    found = Followed()
    slugs: set[str] = set()
    of_rules: set[str] = set()
    updated = False
    related: dict[str, set[str]] = {}
    for kind, action, key in changes.values_list("kind", "action", _BEGINNING).distinct():
        if kind in (RULE, LIST):
            of_rules.add(key)
        elif kind in _OF_A_SERVICE:
            slugs.add(key)
        elif kind == "service" and action != ChangeAction.DELETE:
            slugs.add(key)
            updated = updated or action == ChangeAction.UPDATE
        elif kind in _NEEDS_A_RELATION:
            # A new one has no services yet, a deleted one has none any more.
            if action == ChangeAction.UPDATE:
                related.setdefault(kind, set()).add(key)
        elif kind not in _WITHOUT_EFFECT:
            found.everything = True
            return found
    found.rules = bool(of_rules)
    found.of_services = _services_of(of_rules)
    found.all_rules = "source" in related or (updated and _renamed(changes))
    condition = Q(slug__in=slugs)
    for kind, keys in related.items():
        condition |= Q(**{_NEEDS_A_RELATION[kind]: keys})
    if slugs or related:
        services = Service.objects.filter(condition).order_by().values_list("pk", flat=True)
        found.services = list(services.distinct()[: MANY_SERVICES + 1])
        found.everything = len(found.services) > MANY_SERVICES
    return found


def _services_of(slugs: set[str]) -> set[int] | None:
    """The services of these slugs; None where they are many, or one of them has another slug by now."""
    if len(slugs) > MANY_SERVICES:
        return None
    found = set(Service.objects.filter(slug__in=slugs).order_by().values_list("pk", flat=True))
    return found if len(found) == len(slugs) else None


def _renamed(changes: QuerySet) -> bool:
    """True when a service got another slug: the keys of its rules begin with it."""
    return changes.filter(kind="service", action=ChangeAction.UPDATE, after__has_key="slug").exists()
