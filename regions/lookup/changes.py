"""What happened since a position of the change sequence (`regions.position`)."""

from collections.abc import Iterable

from django.db import DEFAULT_DB_ALIAS, router
from django.db.models import Case, F, JSONField, Q, When

from regions.keys import SEP
from regions.models import Change
from regions.position import Position, current_position, latest

__all__ = ["LostPosition", "Position", "changes_after", "current_position", "latest", "told_outside"]


# Columns of public records that are nobody's business outside: who looks after a brand.
PRIVATE = {"brand": frozenset({"maintainers"})}
# Which columns a change of such a record names, to be read along with it; of others, which may be long, nothing.
SAID = {"said": Case(When(kind__in=list(PRIVATE), then=F("after")), default=None, output_field=JSONField())}


class LostPosition(LookupError):
    """The position is not part of this database's history: start again from an export."""


def changes_after(position: Position, *, limit: int) -> tuple[list[Change], Position]:
    """At most `limit` changes of every kind after a position, in commit order, and where they end.

    Raises LostPosition when the position lies ahead of the sequence or in another history. A replica that has not
    caught up with the position yet is no reason: the primary is asked then.
    """
    alias = router.db_for_read(Change)
    try:
        return _changes_in(alias, position, limit)
    except LostPosition:
        if alias == DEFAULT_DB_ALIAS:
            raise
        return _changes_in(DEFAULT_DB_ALIAS, position, limit)


def changed_since(position: Position, about: Q) -> bool:
    """Whether anything of these changes came after a position; so it is, too, where the position is of no history here."""
    changes = Change.objects.using(DEFAULT_DB_ALIAS)
    own = changes.filter(pk__lte=position.sequence).order_by("-pk").values_list("pk", "changeset").first()
    known = Position.of(own)
    if known.sequence != position.sequence or (position.mark and known != position):
        return True
    return changes.filter(about, pk__gt=position.sequence).exists()


def told_outside(changes: Iterable[Change]) -> list[Change]:
    """Without those that changed nothing but what is private; of changes that were read with `SAID`."""
    return [each for each in changes if not _is_private(each.kind, vars(each)["said"])]


def _is_private(kind: str, said: dict | None) -> bool:
    return bool(said and kind in PRIVATE and said.keys() <= PRIVATE[kind])


def list_of(slugs: Iterable[str]) -> Q:
    """The changes of the coverage lists of some services."""
    about = Q(pk__in=[])
    for slug in slugs:
        about |= Q(kind="coverage-rule", key__startswith=f"{slug}{SEP}") | Q(kind="coverage-list", key=slug)
    return about


def _changes_in(alias: str, position: Position, limit: int) -> tuple[list[Change], Position]:
    changes = Change.objects.using(alias)
    found = list(
        changes.filter(pk__gt=position.sequence)
        .annotate(**SAID)
        .order_by("pk")
        .only("pk", "kind", "key", "action", "at", "correction", "changeset")[:limit]
    )
    if position.sequence:
        own = changes.filter(pk__lte=position.sequence).order_by("-pk").values_list("pk", "changeset").first()
        known = Position.of(own)
        if position.mark and position != known:
            raise LostPosition(str(position))
        if not found and known.sequence != position.sequence:
            raise LostPosition(str(position))
    if not found:
        return [], position
    return found, Position.of((found[-1].pk, found[-1].changeset))
