"""From the changes since a position to what they make stale."""

import logging
from dataclasses import dataclass, field
from enum import Enum, auto

from django.db.models import Q, QuerySet

from regions.choices import ChangeAction
from regions.models import Change, Service
from regions.models.change import BEGINNING
from regions.postings.touched import INDEX, LIST, RULE

from .changes import Position

logger = logging.getLogger(__name__)
# More changes than this are not worth following one by one.
MANY_CHANGES = 20_000
MANY_SERVICES = 2_000


class Effect(Enum):
    """What a change of a record makes stale."""

    NOTHING = auto()
    RULES = auto()  # of the service at the beginning of its key
    SERVICE = auto()  # the service at the beginning of its key
    RELATED = auto()  # the services that show it
    OUTLETS = auto()  # those that are named for a place, and the services that are there
    EVERYTHING = auto()


# Of every kind of change. One that is missing drops everything and is an error: in the log, and in a test.
EFFECTS: dict[str, Effect] = {
    RULE: Effect.RULES,
    LIST: Effect.RULES,
    INDEX: Effect.EVERYTHING,
    **dict.fromkeys(("service", "hotline", "verification"), Effect.SERVICE),
    **dict.fromkeys(("brand", "source", "number"), Effect.RELATED),
    **dict.fromkeys(("outlet", "outletrule", "outletservice"), Effect.OUTLETS),
    **dict.fromkeys(("category", "region", "regionname", "release", "succession"), Effect.EVERYTHING),
    **dict.fromkeys(("posting", "postingindex"), Effect.EVERYTHING),
    **dict.fromkeys(
        (
            "change",
            "changeset",
            "dispute",
            "group",
            "import",
            "importline",
            "job",
            "key",
            "organization",
            "promise",
            "regionupdate",
            "user",
        ),
        Effect.NOTHING,
    ),
}
_NEEDS_A_RELATION = {
    "brand": "brand__slug__in",
    "source": "hotlines__source__slug__in",
    "number": "hotlines__number__canonical__in",
    "outlet": "outlets__slug__in",
}


@dataclass(slots=True)
class Followed:
    """What changed between two positions."""

    everything: bool = False
    rules: bool = False
    nothing_else: bool = True  # than rules
    of_services: set[int] | None = None  # whose rules those were; None: that cannot be said
    all_rules: bool = False  # what rules show of others has changed too
    services: list[int] = field(default_factory=list)
    outlets: bool = False


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
    for kind, action, key in changes.values_list("kind", "action", BEGINNING).distinct():
        effect = _effect(kind, action)
        found.nothing_else = found.nothing_else and effect is Effect.RULES
        if effect is Effect.EVERYTHING:
            found.everything = True
            return found
        if effect is Effect.RULES:
            of_rules.add(key)
        elif effect is Effect.SERVICE:
            slugs.add(key)
            updated = updated or (kind == "service" and action == ChangeAction.UPDATE)
        elif effect is Effect.OUTLETS:
            found.outlets = True
            related.setdefault("outlet", set()).add(key)
        elif effect is Effect.RELATED:
            related.setdefault(kind, set()).add(key)
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


def _effect(kind: str, action: str) -> Effect:
    effect = EFFECTS.get(kind)
    if effect is None:
        logger.error("a change of a kind that the memory does not know, %s: everything is dropped", kind)
        return Effect.EVERYTHING
    if kind == "service" and action == ChangeAction.DELETE:
        return Effect.EVERYTHING
    if effect is Effect.RELATED and action != ChangeAction.UPDATE:
        return Effect.NOTHING  # a new one has no services yet, a deleted one has none any more
    return effect


def _services_of(slugs: set[str]) -> set[int] | None:
    """The services of these slugs; None where they are many, or one of them has another slug by now."""
    if len(slugs) > MANY_SERVICES:
        return None
    found = set(Service.objects.filter(slug__in=slugs).order_by().values_list("pk", flat=True))
    return found if len(found) == len(slugs) else None


def _renamed(changes: QuerySet) -> bool:
    """True when a service got another slug: the keys of its rules begin with it."""
    return changes.filter(kind="service", action=ChangeAction.UPDATE, after__has_key="slug").exists()
