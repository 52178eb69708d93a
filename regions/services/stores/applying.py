"""Bringing a store table in: outlets, and the hotlines that their rows name, in one change set."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regions.choices import ChangeAction
from regions.keys import hotline_key
from regions.lookup.serving import county_of
from regions.models import Change, Hotline, Outlet, OutletService, PhoneNumber
from regions.models.base import today
from regions.models.change import BEGINNING
from regions.services import outlets, records, slugs
from regions.services.changes import ChangeSet, change_set

from .reading import CHUNK, Draft, Number, Progress, Row

LABEL = "网点电话"


def apply(
    made: Draft,
    *,
    end_gone: datetime.date | None = None,
    actor: Any = None,
    reason: str = "",
    progress: Progress = iter,
) -> int:
    """Write what a draft says, but for its open rows, in one change set; undone as one. Raises ValidationError.

    `end_gone`: the day on which the outlets end that the table does not name; None leaves them as they are.
    """
    written = made.of("new", "changed")
    ended = made.gone if end_gone else []
    if not written and not ended:
        return 0
    taken = slugs.all_taken(Outlet)
    with change_set(actor=actor, reason=reason) as changes:
        claims = _claims(made, written, changes, actor)
        new = []
        for row in progress(written):
            if row.outlet is None:
                new.append((_outlet(made, row, _slug(row.name, taken)), _served(made, row, claims)))
            else:
                _change(made, row, row.outlet, claims, actor)
        outlets.create_many(new, changes)
        for outlet in ended:
            outlet.valid_to = end_gone
            records.save(outlet, actor=actor, correct=end_gone is not None and end_gone < today())
    return len(written)


def _outlet(made: Draft, row: Row, slug: str) -> Outlet:
    outlet = Outlet(
        name=row.name, address=row.address, brand=made.service.brand, slug=slug, source=made.source, source_line=row.line,
        region=row.region, opening_hours=row.hours,
    )  # fmt: skip
    try:
        outlets.put_in_place(outlet, row.placed)
    except ValidationError as error:
        words = [_("Line %(line)d: %(text)s") % {"line": row.line, "text": text} for text in error.messages]
        raise ValidationError(words) from error
    return outlet


def _served(made: Draft, row: Row, claims: dict[Number, Hotline]) -> list[OutletService]:
    hotlines: list[Hotline | None] = [claims[number] for number in row.numbers]
    return [OutletService(service=made.service, hotline=hotline) for hotline in hotlines or [None]]


def _change(made: Draft, row: Row, outlet: Outlet, claims: dict[Number, Hotline], actor: Any) -> None:
    outlet.region = row.region
    if "hours" in made.columns:
        outlet.opening_hours = row.hours
    served = None
    if "telephone" in made.columns:
        others = [each for each in made.served[outlet.pk] if each.service_id != made.service.pk]
        served = others + _served(made, row, claims)
    elif all(each.service_id != made.service.pk for each in made.served[outlet.pk]):
        served = [*made.served[outlet.pk], *_served(made, row, claims)]
    outlets.save(outlet, served, actor=actor)


def _slug(name: str, taken: set[str]) -> str:
    wanted = slugs.from_name(name) or "outlet"
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    taken.add(slug)
    return slug


def _claims(made: Draft, rows: list[Row], changes: ChangeSet, actor: Any) -> dict[Number, Hotline]:
    """The hotline of each number: that of the service, or a new one, limited to the county of the only rows that print it."""
    places: dict[Number, set[str]] = defaultdict(set)
    for row in rows:
        for number in row.numbers:
            places[number].add(county_of(row.region) if row.region else "")
    numbers = _numbers(places, changes)
    lives = defaultdict(list)
    for each in Hotline.objects.filter(service=made.service):
        lives[each.number_id, each.extension].append(each)
    codes = {path.rstrip("/").rpartition("/")[2] for each in places.values() for path in each} - {""}
    counties = {region.path: region for region in outlets.named_regions(codes).values()}
    gone = _deleted(made, places)
    found: dict[Number, Hotline] = {}
    new: list[Hotline] = []
    for number, where in places.items():
        phone = numbers[number.canonical]
        stood = lives[phone.pk, number.extension]
        hotline = next((each for each in stood if each.valid_to is None), None)
        if hotline is None:
            limit = counties.get(next(iter(where))) if len(where) == 1 else None
            hotline = Hotline(
                service=made.service, number=phone, extension=number.extension, labels=[LABEL], source=made.source,
                region=limit,
            )  # fmt: skip
            if stood or number in gone:  # it follows a claim that has ended, or was deleted
                records.save(hotline, actor=actor)
            else:
                new.append(hotline)
        found[number] = hotline
    Hotline.objects.bulk_create(new, batch_size=CHUNK)
    changes.created(*new)
    return found


def _deleted(made: Draft, numbers: Iterable[Number]) -> set[Number]:
    """The numbers of which the service had a claim that was deleted."""
    changes = Change.objects.alias(slug=BEGINNING).filter(slug=made.service.slug)
    gone = set(changes.filter(kind="hotline", action=ChangeAction.DELETE).values_list("key", flat=True))
    slug = made.service.slug
    return {each for each in numbers if hotline_key(slug, each.canonical, each.extension) in gone}


def _numbers(wanted: dict[Number, set[str]], changes: ChangeSet) -> dict[str, PhoneNumber]:
    kinds = {number.canonical: number.kind for number in wanted}
    canonicals, numbers = sorted(kinds), {}
    for start in range(0, len(canonicals), CHUNK):
        for number in PhoneNumber.objects.filter(canonical__in=canonicals[start : start + CHUNK]):
            numbers[number.canonical] = number
    new = [
        PhoneNumber(canonical=canonical, kind=kind)
        for canonical, kind in kinds.items()
        if canonical not in numbers
    ]
    for number in new:
        number.clean_fields()
    PhoneNumber.objects.bulk_create(new, batch_size=CHUNK)
    changes.created(*new)
    return numbers | {number.canonical: number for number in new}
