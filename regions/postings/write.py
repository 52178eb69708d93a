"""Keeps the postings in step with the rules, in the transaction that changes the rules.

`ChangeSet.write()` calls `follow` while it holds the lock of the change sequence, so two writers never work on one
bitmap at the same time.
"""

import uuid
from collections.abc import Iterable

from django.db import connection
from pyroaring import BitMap

from regions import bulk
from regions.models import Posting, PostingIndex
from regions.models.base import today

from .rules import SETS, Sets, everything, next_boundary, read_sets
from .sync import Bits, chunks, grouped, pairs_between, regions_changed_between
from .touched import Touched

# A change set that touches more pairs than this is followed by a rebuild: that is faster, and bounded.
MANY_PAIRS = 200_000
_UPSERT = (
    "INSERT INTO regions_posting (region_id, include, exclude, include_below, exclude_below, sequence) VALUES {rows} "
    "ON CONFLICT (region_id) DO UPDATE SET include = EXCLUDED.include, "
    "exclude = EXCLUDED.exclude, include_below = EXCLUDED.include_below, "
    "exclude_below = EXCLUDED.exclude_below, sequence = EXCLUDED.sequence"
)


def follow(touched: Touched, sequence: int, index: PostingIndex | None) -> None:
    """Bring the postings to what a change set left. There is an index from the first release on.

    `sequence` is the number of the set's last change, `index` was read while the lock was held. A day that has come
    since the last write is caught up on.
    """
    if touched.all:
        rebuild(sequence)
        return
    if index is None or not touched:
        return
    pairs = touched.resolve()
    on = max(today(), index.day)  # a clock set back does not turn the index back
    moved = index.until is not None and on >= index.until
    if moved:
        pairs = {**pairs, **dict.fromkeys(pairs_between(index.day, on))}
    if len(pairs) > MANY_PAIRS or (moved and regions_changed_between(index.day, on)):
        rebuild(sequence)
        return
    if moved:
        index.until, index.generation = next_boundary(on), uuid.uuid4()
    bits = Bits(index, on)
    bits.work_out(pairs)
    _write_bits(bits, {region_id for _service, region_id in pairs}, sequence)
    listed = bits.listed.serialize()
    if moved or (on, bits.until, listed) != (index.day, index.until, bytes(index.listed)):
        index.day, index.until, index.listed = on, bits.until, listed
        index.save()


def _write_bits(bits: Bits, direct: set[int], sequence: int) -> None:
    """Write the regions whose sets changed, and those whose rules changed though the sets did not."""
    for chunk in chunks(list(bits.changes)):
        known = {region_id: Sets.load(blobs) for region_id, blobs in read_sets(chunk).items()}
        changed = []
        for region_id in chunk:
            sets = known.get(region_id) or Sets()
            if bits.apply(region_id, sets) or (region_id in direct and region_id in known):
                changed.append((region_id, sets))
        _write(changed, sequence)


def rebuild(sequence: int) -> None:
    """Write all postings anew as of today. Needs a transaction that holds the lock of the change sequence."""
    on = today()
    made = everything(on)
    Posting.objects.all().delete()
    rows = ((region_id, *sets.dump(), sequence) for region_id, sets in made.sets.items())
    bulk.insert(Posting, ("region_id", *SETS, "sequence"), rows)
    values = {
        "generation": uuid.uuid4(),
        "day": on,
        "until": made.until,
        "listed": made.listed.serialize(),
    }
    PostingIndex.objects.update_or_create(pk=1, defaults=values)


def _write(rows: Iterable[tuple[int, Sets]], sequence: int) -> None:
    with connection.cursor() as cursor:
        for group in grouped((region_id, *sets.dump(), sequence) for region_id, sets in rows):
            marks = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(group))
            cursor.execute(_UPSERT.format(rows=marks), [value for row in group for value in row])


def differences(index: PostingIndex) -> list[str]:
    """Where the postings and SQL disagree, one line each; empty when they agree."""
    made = everything(index.day)
    found = []
    stored = Posting.objects.order_by().values_list("region_id", *SETS)
    for region_id, *blobs in stored.iterator(chunk_size=200):
        found += _compare(region_id, Sets.load(blobs), made.sets.pop(region_id, Sets()))
    for region_id, sets in made.sets.items():
        found += _compare(region_id, Sets(), sets)
    if wrong := BitMap.deserialize(bytes(index.listed)) ^ made.listed:
        found.append(f"listed: {len(wrong)} services differ")
    if made.until and (index.until is None or index.until > made.until):
        found.append(f"until is {index.until}, but a rule or a region begins or ends on {made.until}")
    return found


def _compare(region_id: int, ours: Sets, theirs: Sets) -> list[str]:
    wrong = {name: getattr(ours, name) ^ getattr(theirs, name) for name in SETS}
    return [
        f"region {region_id}: {name}: {len(bits)} services differ" for name, bits in wrong.items() if bits
    ]
