"""Writing down what changed, in the transaction that changed it.

Every write to a public record goes through a change set:

    with change_set(actor=user, reason="list of 2026-11") as changes:
        rule.save()
        changes.created(rule)

The rows are written when the outermost change set ends, under a lock that is held until the commit. So the
sequence numbers of two transactions never interleave, and the order of numbers is the order of commits: a reader
that has seen N will never meet a smaller number later. On SQLite a write transaction is alone anyway.

The postings (`regions.postings`) follow in the same place: whatever a change set says about coverage rules is in the
index when it commits.
"""

import datetime
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regions import bulk
from regions.choices import ChangeAction, Door
from regions.lookup.changes import current_position
from regions.models import Change, CoverageRule
from regions.models import ChangeSet as Written
from regions.origin import door as door_of_request
from regions.origin import request_id, who, why
from regions.postings import writing
from regions.postings.rules import INDEX, index_of, read_index
from regions.postings.touched import RULE, Pair, Touched
from regions.postings.write import follow
from regions.round_trip import Statement, ask

from .past import moved_parts, moves, stood

# Any fixed number will do; it names the lock "change sequence" among PostgreSQL's advisory locks.
SEQUENCE_LOCK = 7_340_251
# Up to so many rows go to the database on one way with the lock; more are copied in.
_FEW = 100
COLUMNS = (
    "kind",
    "key",
    "action",
    "before",
    "after",
    "correction",
    "reason",
    "actor_id",
    "changeset",
    "request_id",
    "at",
)
OF_THE_SET = ("uuid", "door", "reason", "actor_id", "request_id", "at", "counts", "undoes_id")
_current: ContextVar["ChangeSet | None"] = ContextVar("change_set", default=None)
_encoder = DjangoJSONEncoder()

# Never part of a change: bulky, private or derived.
UNRECORDED_FIELDS = {
    "text",
    "reading",
    "fingerprint",
    "path",
    "comparison",
    "password",
    "last_login",
    "hashed_key",
}


def kind_of(model: type[models.Model] | models.Model) -> str:
    """The word for a record in changes and URLs, for example "coverage rule"."""
    name = model._meta.model_name or ""
    return _KINDS.get(name, name)


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


def key_of(record: models.Model) -> str:
    """How changes call a record: every public model says so itself; people and groups have none but the database's."""
    return cast(_Keyed, record).key if hasattr(record, "key") else str(record.pk)


_KINDS = {"apikey": "key", "coveragerule": RULE, "coverageimport": "import", "phonenumber": "number"}


def fields_of(obj: models.Model) -> dict[str, Any]:
    """The record's own columns as JSON values, foreign keys as database keys."""
    values = {
        field.attname: field.value_from_object(obj)
        for field in obj._meta.concrete_fields
        if field.name not in UNRECORDED_FIELDS
    }
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    if isinstance(value, datetime.datetime):  # a form gives the moment in its own time zone
        value = value.astimezone(datetime.UTC)
    return _encoder.default(value)


class ChangeSet:
    """Changes that belong together; collected, then written at once."""

    def __init__(self, *, actor=None, reason: str = "", door: str = "", undoes: int | None = None) -> None:
        self.id = uuid.uuid4()
        self.door, self.undoes = door, undoes
        actor = actor or who.get()
        self.actor = actor if getattr(actor, "pk", None) else None
        self.reason = (why.get() or reason).strip()[:200]
        self.request_id = request_id.get()
        self.rows: list[tuple[str, str, str, dict | None, dict | None, bool]] = []  # the first of COLUMNS
        self.new: set[tuple[str, str]] = set()  # the kind and key of what is created here
        self.touched_rules = Touched()
        self.written: Counter[str] = Counter()  # records by kind, of changes written beside `rows`

    def add(
        self,
        kind: str,
        key: str,
        action: str,
        before: dict | None = None,
        after: dict | None = None,
        correction: bool = False,
    ) -> None:
        """Note one change; for bulk writes that know their values without loading objects.

        A change of a coverage rule names `service_id` and `region_id` among its values where it can: else the
        rule is looked up by its key.
        """
        self.touched_rules.note(kind, key, action, before, after)
        self.rows.append((kind, key, action, before, after, correction))
        if action == ChangeAction.CREATE:
            self.new.add((kind, key))

    def rules_changed(self, pairs: Iterable[Pair]) -> None:
        """Say that rules of these (service key, region key) pairs changed, when no change says so."""
        self.touched_rules.update(pairs)

    def created(self, *objs: models.Model) -> None:
        """Note that records are there, also deleted ones that are there again; a correction where they stand on past days."""
        for obj in objs:
            self.add(kind_of(obj), key_of(obj), ChangeAction.CREATE, None, fields_of(obj), stood(obj))

    def updated(self, obj: models.Model, before: dict[str, Any], correction: bool = False) -> None:
        """Note a change of columns; nothing is noted when nothing differs. A correction says that it was always so."""
        after = fields_of(obj)
        changed = [name for name in after if before.get(name) != after[name]]
        if changed:
            kind = kind_of(obj)
            if isinstance(obj, CoverageRule):
                self.rules_changed(
                    {(obj.service_id, obj.region_id), (before["service_id"], before["region_id"])}
                )
            else:
                self.touched_rules.note(kind, key_of(obj), ChangeAction.UPDATE, {}, {})
            old, new = ({name: row.get(name) for name in changed} for row in (before, after))
            self.differs(obj, old, new, correction)

    def differs(self, obj: models.Model, old: dict[str, Any], new: dict[str, Any], correction: bool) -> None:
        """Note other values of columns. Those that move past days are a correction of their own (`past.PLACES`)."""
        moving = set() if correction else moves(obj, old, new)
        for names, corrects in ((old.keys() - moving, correction), (moving, True)):
            if names:
                was, is_now = ({name: row[name] for name in row if name in names} for row in (old, new))
                self.rows.append((kind_of(obj), key_of(obj), ChangeAction.UPDATE, was, is_now, corrects))

    def parts_changed(self, whole: models.Model, before: dict[str, list], after: dict[str, list]) -> None:
        """Note other rows of a record that are part of it; of one that is new they correct nothing."""
        kind, key = kind_of(whole), key_of(whole)
        corrects = (kind, key) not in self.new and moved_parts(whole, before, after)
        self.add(kind, key, ChangeAction.UPDATE, before, after, corrects)

    def touched(self, obj: models.Model, correction: bool = False) -> None:
        """Note that a record's answer changed although its own columns did not (a hotline was verified)."""
        if isinstance(
            obj, CoverageRule
        ):  # readers drop what they keep of a rule when its region's posting is written
            self.rules_changed({(obj.service_id, obj.region_id)})
        self.add(kind_of(obj), key_of(obj), ChangeAction.UPDATE, {}, {}, correction)

    def deleted(self, obj: models.Model, key: str | None = None, parts: dict[str, Any] | None = None) -> None:
        """Note that a record is gone, with the rows that were part of it; a correction where it stood on past days."""
        before = fields_of(obj) | (parts or {})
        self.add(kind_of(obj), key or key_of(obj), ChangeAction.DELETE, before, None, stood(obj))

    def past(self) -> int:
        """How many records are corrected: answers about past days change too."""
        return len({row[:2] for row in self.rows if row[5]})

    def write(self) -> None:
        if not self.rows and not self.written:
            return
        actor, reason, now = (
            self.actor.pk if self.actor else None,
            self.reason or _("no reason given"),
            timezone.now(),
        )
        rows = [(*row, reason, actor, self.id, self.request_id, now) for row in self.rows]
        came_by = door_of_request.get()
        door = came_by if came_by == Door.API else self.door or came_by
        own = (self.id, door, reason, actor, self.request_id, now, self._counts(), self.undoes)
        the_set = bulk.statement(Written, OF_THE_SET, [own])
        if not rows:
            ask(the_set)
        elif len(rows) <= _FEW:
            *_locked, _set, keys, index = ask(*_lock(), the_set, bulk.statement(Change, COLUMNS, rows), INDEX)
            follow(self.touched_rules, max(keys)[0], index_of(index))
        else:
            hold_sequence()
            ask(the_set)
            bulk.insert(Change, COLUMNS, rows)
            follow(self.touched_rules, current_sequence(), read_index())

    def _counts(self) -> dict[str, int]:
        """Records by kind; those whose answer alone changed count where there is nothing else."""
        changed = {row[:2] for row in self.rows if row[3] or row[4]} or {row[:2] for row in self.rows}
        return dict(Counter(kind for kind, _key in changed) + self.written)


def hold_sequence() -> None:
    """Keep other writers from finishing before this transaction has; on SQLite a writer is alone anyway.

    Taken at a transaction's end by every change set. A writer whose plan must still be true when it writes
    (an edition of the regions, a bulk import) takes it at the beginning.
    """
    ask(*_lock())


def _lock() -> list[Statement]:
    if connection.vendor != "postgresql":
        return []
    return [("SELECT pg_advisory_xact_lock(%s)", [SEQUENCE_LOCK])]


@contextmanager
def change_set(
    *, actor=None, reason: str = "", door: str = "", undoes: int | None = None
) -> Iterator[ChangeSet]:
    """One transaction and the changes made in it, by whom, why and by which door; the request's id comes along by itself.

    Inside another change set it joins that one, and says why and by which door if the other does not. Without a
    word of `choices.Door` it is what the request came by; what came by the API always says so. What the request says
    why (`origin.why`) goes before `reason`.
    """
    outer = _current.get()
    if outer is not None:
        outer.reason, outer.door = outer.reason or reason[:200], outer.door or door
        yield outer
        return
    with transaction.atomic():
        changes = ChangeSet(actor=actor, reason=reason, door=door, undoes=undoes)
        token, writes = _current.set(changes), writing.set(True)
        try:
            yield changes
        finally:
            _current.reset(token)
            writing.reset(writes)
        changes.write()


def current_sequence() -> int:
    """The number of the latest committed change; 0 when there is none. One index look-up."""
    return current_position(DEFAULT_DB_ALIAS).sequence


def snapshot(objs: Iterable[models.Model]) -> dict[int, dict[str, Any]]:
    """The columns of records before a change, by database key."""
    return {obj.pk: fields_of(obj) for obj in objs}
