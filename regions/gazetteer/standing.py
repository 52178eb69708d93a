"""The region data in force as an edition in memory: what an announced change is put on top of."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from regions.choices import ReleaseState
from regions.models import Region, RegionName, Release, Succession

from .edition import Edge, Edition, EditionError, Life, Name
from .plan import COLUMNS, EDGE_COLUMNS


def standing() -> Edition:
    """Everything on file. Raises EditionError before the first edition is loaded."""
    release = Release.objects.filter(state=ReleaseState.ACTIVE).first()
    if release is None:
        raise EditionError([_("No edition is active yet: load one first (manage.py load_regions --commit).")])
    rows = {
        row["id"]: row for row in Region.objects.order_by("level", "code").values("id", "parent_id", *COLUMNS)
    }
    keys = {pk: (row["code"], row["valid_from"]) for pk, row in rows.items()}
    lives = [
        Life(parent=keys.get(row["parent_id"]), **{column: row[column] for column in COLUMNS})
        for row in rows.values()
    ]
    names = [
        Name(keys[region], name, kind, source)
        for region, name, kind, source in RegionName.objects.values_list(
            "region_id", "name", "kind", "source"
        )
    ]
    edges = [
        Edge(keys[row["old_id"]], keys[row["new_id"]], **{column: row[column] for column in EDGE_COLUMNS})
        for row in Succession.objects.values("old_id", "new_id", *EDGE_COLUMNS)
    ]
    base = release.edition.partition("+")[0]
    cut_off: datetime.date = release.cut_off
    return Edition(base, release.publisher, cut_off, release.licence, release.checksum, lives, names, edges)
