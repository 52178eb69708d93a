"""What a person decided about the words of a list, said for all brands: an alias of each region, with its source.

An alias of the kind `decided` is only offered, in every list and by every door that reads texts; it never makes a
reading certain. It names the decision it comes from, and goes when that decision is taken back or made anew.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from regions.choices import NameKind
from regions.models import ImportLine, Region, RegionName
from regions.services.changes import change_set
from regions.services.records import delete, save

_LONGEST = RegionName._meta.get_field("name").max_length or 0
_MOST = 8  # what stands for more regions is a list, not a name


def _decision(line: ImportLine) -> str:
    return f"import {line.coverage_import_id}, line {line.line_no}.{line.position}"


def source_of(line: ImportLine) -> str:
    """How an alias names the decision it comes from: import 12, line 3.1 (and where that list came from)."""
    source = line.coverage_import.source
    return f"{_decision(line)}: {source.title}"[:200] if source else _decision(line)


def keep(line: ImportLine, *, actor=None) -> list[RegionName]:
    """Make the line's words an alias of the regions that were decided; those that bear it already keep theirs."""
    name = " ".join(line.token.split())
    codes = [*line.include, *line.exclude]
    if not 1 < len(name) <= _LONGEST or len(codes) > _MOST:
        return []  # offered from the line alone
    regions = list(Region.objects.open().filter(code__in=codes))
    held = RegionName.objects.filter(region__in=regions, name=name, kind=NameKind.DECIDED)
    known = set(held.values_list("region_id", flat=True))
    made = [
        RegionName(region=region, name=name, kind=NameKind.DECIDED, source=source_of(line))
        for region in regions
        if region.pk not in known
    ]
    with change_set(actor=actor, reason=_("decided for all brands: %s") % name):
        for alias in made:
            save(alias, actor=actor)
    return made


def drop(lines: Iterable[ImportLine], *, actor=None) -> None:
    """Take back the aliases that came of these lines as they were decided before."""
    for line in lines:
        own = RegionName.objects.filter(kind=NameKind.DECIDED, source__startswith=_decision(line))
        aliases = [alias for alias in own if alias.source.split(":")[0] == _decision(line)]
        if aliases:
            with change_set(actor=actor, reason=_("decision taken back: %s") % line.token[:100]):
                for alias in aliases:
                    delete(alias, actor=actor)
