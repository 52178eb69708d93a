"""Saving and deleting single records, the same way from admin, API and commands."""

from collections.abc import Iterable
from typing import Any, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from regions.choices import ChangeAction, ImportState
from regions.models import CoverageImport, CoverageRule, Hotline, Service
from regions.models.base import SluggedModel
from regions.models.replaced import Replaced

from . import lives, rekeying, verifications
from .changes import change_set, fields_of, key_of, kind_of
from .joined import joined_of, put_joined
from .rules import hold_and_compare, hold_lists

# Rows that are part of another record: their change is noted on that one.
PART_OF = {"promise": "service", "regionname": "region", "outletservice": "outlet", "outletrule": "outlet"}
PARTS = {
    "service": ("promises",),
    "region": ("names",),
    "outlet": ("served", "rules"),
    "coverageimport": ("lines",),
}
# Drafts with more lines than this do not go with their service: what is kept of them would be too large.
LINES_KEPT = 5_000
# So many of each kind are named where a deletion is refused.
NAMED = 3

_Record = TypeVar("_Record", bound=models.Model)


class StillInUse(ValidationError):
    """Refused: other records point at this one. The message names them and the cure."""


class DeletedMeanwhile(ValidationError):
    """Refused: the record is gone since it was read."""


def save(obj: _Record, *, actor=None, reason: str = "", correct: bool = False) -> _Record:
    """Validate and save a record and write its change. Raises ValidationError.

    A dated record that says something else than before ends today, and `obj` becomes a new one that begins today;
    `correct` changes it in place instead: it was always wrong (`services.lives`).
    """
    with change_set(actor=actor, reason=reason) as changes:
        stored = held(obj) if obj.pk else None
        changed, correction = lives.put(stored, obj, changes, correct=correct)
        before = fields_of(changed) if changed else None
        called = rekeying.named_before(changed, obj) if changed else []
        if called and isinstance(obj, SluggedModel):
            obj.refuse_anothers_slug()
        verifications.refuse_own_proof(obj, stored)
        _validate_and_save(obj)
        if whole := _whole(obj):
            changes.touched(whole)
        elif before is not None and not rekeying.tell(called, changes, correction):
            changes.updated(obj, before, correction)
        elif before is None:
            changes.created(obj)
            if isinstance(obj, Hotline) and obj.follows_id:
                lives.tell_outlets(obj, changes)
                lives.hand_reports_over(obj.follows_id, obj.pk, changes)
                if isinstance(stored, Hotline):
                    lives.take_over(stored, obj, changes)
        _touch_replacements(obj, stored, changes)
    return obj


def _touch_replacements(obj: models.Model, stored: models.Model | None, changes) -> None:
    """What took the place of a record says so too: it changed with it."""
    if not isinstance(obj, Replaced):
        return
    before = stored.replaced_by if isinstance(stored, Replaced) else None
    about = [
        (each.replaced_by_id, each.replaced_since) for each in (stored, obj) if isinstance(each, Replaced)
    ]
    if about[0] != about[-1] or (stored is None and obj.replaced_by_id):
        for other in {before, obj.replaced_by} - {None}:
            changes.touched(other)


def held(obj: models.Model) -> models.Model | None:
    """A record as it stands now, held until the commit; None for one that is new under its key. Raises DeletedMeanwhile."""
    if isinstance(obj, CoverageRule):
        hold_lists([obj.service_id])
    stored = _stored(obj)
    if stored is None and not obj._state.adding:
        raise DeletedMeanwhile(_("%s was deleted meanwhile; nothing was saved.") % obj)
    return stored


def _stored(obj: models.Model) -> models.Model | None:
    """The record as it stands, held until the commit. Without an order, which would hold rows of other tables too."""
    rows = type(obj)._default_manager.select_for_update(no_key=True)
    return rows.order_by().filter(pk=obj.pk).first()


def _validate_and_save(obj: models.Model) -> None:
    """`full_clean` and `save`, but what the database checks itself is asked only where it refuses.

    Every unique and check constraint of a model stands in the database too; asking beforehand, one query each,
    would cost more than the write. When it refuses, the model says why in words. That two coverage rules hold on one
    day is what the database does not check; for them all is asked before, while the list is held.
    """
    obj.clean_fields(exclude=_at_hand(obj))
    obj.clean()
    if isinstance(obj, CoverageRule):
        hold_and_compare(obj)  # which is more than its unique constraints say
        if obj.valid_to:
            obj.validate_constraints()
        obj.save()
        return
    try:
        with transaction.atomic():
            obj.save()
    except IntegrityError:
        obj.validate_unique()
        obj.validate_constraints()
        raise


def _at_hand(obj: models.Model) -> set[str]:
    """Foreign keys whose record was read already: that it exists need not be asked; the database holds to it."""
    return {
        field.name
        for field in obj._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.is_cached(obj)
        and (other := getattr(obj, field.name))
        and other.pk
    }


def delete(obj: models.Model, *, actor=None, reason: str = "", correct: bool = False) -> None:
    """Delete a record nobody points at and write its change. Raises StillInUse, DeletedMeanwhile, PastDays.

    A dated record that stood before today goes only where it was always wrong (`correct`): that is a correction.
    """
    with change_set(actor=actor, reason=reason) as changes:
        whole = _whole(obj)
        before = _stored(obj)
        if before is None:
            raise DeletedMeanwhile(_("%s was deleted meanwhile.") % obj)
        lives.refuse_unsaid(before, correct=correct)
        key, parts = (None, {}) if whole else (key_of(before), parts_of(before))
        for draft in never_applied(before):
            delete_draft(draft, changes)
        try:
            obj.delete()
        except models.ProtectedError as error:
            raise StillInUse(describe_protection(obj, error.protected_objects)) from error
        if whole:
            changes.touched(whole)
        else:
            changes.deleted(before, key, parts)
            if isinstance(before, Hotline) and before.follows_id:
                lives.tell_outlets(before, changes)


def never_applied(obj: models.Model) -> list[CoverageImport]:
    """The drafts, open and discarded, that go with a service: no rule ever came of them."""
    if not isinstance(obj, Service):
        return []
    states = (ImportState.DRAFT, ImportState.DISCARDED)
    drafts = obj.imports.filter(changeset=None, state__in=states).annotate(size=models.Count("lines"))
    return list(drafts.filter(size__lte=LINES_KEPT).order_by("pk"))


def delete_draft(draft: CoverageImport, changes) -> None:
    """Delete a draft, its text, lines and decisions kept among the changes: undoing brings all of it back."""
    key, parts = draft.key, parts_of(draft)
    gone = fields_of(draft)
    draft.delete()
    changes.add(kind_of(draft), key, ChangeAction.DELETE, gone | parts, None)


def parts_of(obj: models.Model) -> dict[str, Any]:
    """The rows that are part of a record, as JSON values without their keys: {"promises": [{"kind": "warranty", …}]}.

    What is joined to it comes along: {"maintainers": [3]}. Of an import its text and reading too, which its changes do not repeat.
    """
    parts: dict[str, Any] = {name: rows_of(obj, name) for name in PARTS.get(obj._meta.model_name or "", ())}
    parts |= joined_of(obj)
    return parts | {"text": obj.text, "reading": obj.reading} if isinstance(obj, CoverageImport) else parts


def rows_of(obj: models.Model, name: str) -> list[dict[str, Any]]:
    """The rows behind a relation of a record, as JSON values without the keys of either."""
    return as_rows(getattr(obj, name).order_by("pk"), _part(obj, name)[1].name)


def as_rows(parts: Iterable[models.Model], whole: str) -> list[dict[str, Any]]:
    """Rows that are part of a record, which they name as `whole`, as JSON values."""
    return [
        {
            field.attname: _plain(field.value_from_object(row))
            for field in row._meta.concrete_fields
            if field.name != whole and not field.primary_key
        }
        for row in parts
    ]


def put_parts(obj: models.Model, columns: dict[str, Any]) -> None:
    """Give a record the rows that `columns` say (`parts_of`), in place of those it has; what they do not name stays."""
    put_joined(obj, columns)
    for name in PARTS.get(obj._meta.model_name or "", ()):
        if name not in columns or rows_of(obj, name) == columns[name]:
            continue
        getattr(obj, name).all().delete()
        model, own = _part(obj, name)
        rows = [model(**{own.name: obj}, **values) for values in columns[name]]
        model._default_manager.bulk_create(rows, batch_size=500)


def _part(obj: models.Model, name: str) -> tuple[type[models.Model], models.Field]:
    """The model of the rows behind a relation of a record, and their field that names it."""
    relation = cast(models.ManyToOneRel, obj._meta.get_field(name))
    return relation.related_model, relation.field


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)


def _whole(obj: models.Model) -> models.Model | None:
    """The record that `obj` is a part of; None for a record of its own."""
    name = PART_OF.get(obj._meta.model_name or "")
    return getattr(obj, name) if name else None


def describe_protection(obj: models.Model, protected) -> str:
    """A sentence that counts and names what points at a record: "services (2: 甲 修, 乙 修), hotlines (1: …) point at it"."""
    found: dict[str, list[models.Model]] = {}
    for other in protected:
        name = str(other._meta.verbose_name_plural if len(protected) > 1 else other._meta.verbose_name)
        found.setdefault(name, []).append(other)
    listed = "、".join(f"{name} ({len(others)}: {_first(others)})" for name, others in found.items())
    return _("%(record)s cannot be deleted: %(others)s point at it. Delete or close those first.") % {
        "record": str(obj),
        "others": listed,
    }


def _first(others: list[models.Model]) -> str:
    """The first few by name, read whole: what hinders a deletion comes with its keys only."""
    keys = [other.pk for other in others[:NAMED]]
    found = named(type(others[0])).filter(pk__in=keys)
    return ", ".join(map(str, found)) + (" …" if len(others) > NAMED else "")


def named(model: type[models.Model]) -> models.QuerySet:
    """Records with what they are called after: a rule with its region and its service."""
    names = [field.name for field in model._meta.fields if field.is_relation and field.many_to_one]
    return model._base_manager.order_by("pk").select_related(*names)
