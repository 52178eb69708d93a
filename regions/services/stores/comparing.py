"""A store table held against the outlets on file: which row is which outlet, what is new, and what needs a person."""

from collections import defaultdict

from django.utils.translation import gettext as _

from regions.choices import RuleKind
from regions.codes import BadCode, read_code
from regions.lookup.serving import county_of
from regions.models import CoverageRule, Hotline, Outlet, OutletService
from regions.services import outlets

from .reading import CHUNK, Draft, Progress, Row


def place(made: Draft, progress: Progress = iter) -> None:
    """What the address of each row says."""
    read = outlets.read_addresses({row.address for row in made.rows}, progress)
    for row in made.rows:
        row.placed = read[row.address]


def compare(made: Draft, accept_claimed: bool = False) -> None:
    """Hold the rows against what is on file, read anew. `accept_claimed`: numbers that another brand claims are accepted."""
    _meet(made)
    _settle(made)
    if not accept_claimed:
        _see_other_brands(made)
    _see_states(made)
    _see_gone(made)
    _propose(made)


def _meet(made: Draft) -> None:
    on_file = Outlet.objects.open().filter(brand=made.service.brand_id).select_related("region")
    known = {(outlet.name, outlet.address): outlet for outlet in on_file}
    served = OutletService.objects.filter(outlet__brand=made.service.brand_id, outlet__valid_to=None)
    for each in served.select_related("hotline__number").order_by("pk"):
        made.served[each.outlet_id].append(each)
    for row in made.rows:
        row.outlet = known.get((row.name, row.address))


def check_codes(made: Draft) -> None:
    """Say of each row whose column names a region that is not."""
    known = outlets.named_regions({_code(row.code) for row in made.rows if row.code})
    for row in made.rows:
        if row.code and _code(row.code) not in known:
            made.errors.append((row.line, _("There is no region with the code %s.") % row.code))
    made.errors.sort()


def _settle(made: Draft) -> None:
    """The division of each row: what a person chose, that of its column, of the outlet on file, or of its address."""
    named = outlets.named_regions({_code(row.code) for row in made.rows if row.code})
    for row in made.rows:
        if row.decided or row.state == "skipped":
            continue
        placed = row.placed
        if row.code:
            row.region = named.get(_code(row.code))
            if row.region is None:
                row.state, row.unplaced, row.choices = "open", True, placed.candidates
                row.why = _("There is no region with the code %s.") % row.code
            elif placed.region and not outlets.related(row.region, placed.region):
                row.state, row.unplaced, row.choices = "open", True, [placed.region, row.region]
                row.why = _("The address names %(read)s, the column %(chosen)s.") % {
                    "read": placed.region.full_name,
                    "chosen": row.region.full_name,
                }
        elif row.outlet is not None and row.outlet.region is not None:
            row.region = row.outlet.region
        elif placed.candidates:
            row.state, row.unplaced, row.why, row.choices = "open", True, placed.why, placed.candidates
        else:
            row.region = placed.region


def _code(text: str) -> str:
    try:
        return read_code(text)
    except BadCode:
        return ""


def _see_states(made: Draft) -> None:
    for row in made.rows:
        if row.outlet is not None and row.state == "new":
            same = (
                ("hours" not in made.columns or row.outlet.opening_hours == row.hours)
                and ("telephone" not in made.columns or _numbers_at(made, row.outlet) == _said(row))
                and any(each.service_id == made.service.pk for each in made.served[row.outlet.pk])
                and row.outlet.region == row.region
            )
            row.state = "unchanged" if same else "changed"
        if row.claimed and not row.decided and row.state in ("new", "changed"):
            row.state, row.choices = "open", [row.region] if row.region else []


def _see_gone(made: Draft) -> None:
    if made.source is not None:
        named = {row.outlet.pk for row in made.rows if row.outlet}
        theirs = Outlet.objects.open().filter(served__service=made.service, source=made.source)
        on_file = theirs.distinct().order_by("name", "id")
        made.gone = [outlet for outlet in on_file if outlet.pk not in named]


def _said(row: Row) -> set[tuple[str, str]]:
    return {(number.canonical, number.extension) for number in row.numbers}


def _numbers_at(made: Draft, outlet: Outlet) -> set[tuple[str, str]]:
    served = made.served[outlet.pk]
    rows = [row.hotline for row in served if row.service_id == made.service.pk and row.hotline]
    return {(hotline.number.canonical, hotline.extension) for hotline in rows}


def _see_other_brands(made: Draft) -> None:
    """A number that another brand claims today needs a person."""
    numbers = sorted({number.canonical for row in made.rows for number in row.numbers})
    brands: dict[str, set[str]] = defaultdict(set)
    for start in range(0, len(numbers), CHUNK):
        claims = Hotline.objects.current().filter(number__canonical__in=numbers[start : start + CHUNK])
        theirs = claims.exclude(service__brand=made.service.brand_id).order_by("service__brand__name")
        for canonical, brand in theirs.values_list("number__canonical", "service__brand__name"):
            brands[canonical].add(brand)
    for row in made.rows:
        others = [
            (each.canonical, brands[each.canonical]) for each in row.numbers if each.canonical in brands
        ]
        if others:
            said = "; ".join(f"{canonical}: {'、'.join(sorted(names))}" for canonical, names in others)
            row.claimed = True
            row.why = " ".join(filter(None, [row.why, _("Claimed by another brand already: %s") % said]))


def _propose(made: Draft) -> None:
    """The counties of the addresses that the service does not cover by its nearest rule; never applied here."""
    rules = CoverageRule.objects.current().filter(service=made.service).order_by("-kind")
    kinds = dict(rules.values_list("region__path", "kind"))
    counts: dict[str, int] = defaultdict(int)
    for row in made.rows:
        if row.region is not None:
            counts[county_of(row.region)] += 1
    lacking = {path for path in counts if _nearest(path, kinds) != RuleKind.INCLUDE}
    regions = outlets.named_regions({path.rstrip("/").rpartition("/")[2] for path in lacking})
    found = [region for _code, region in sorted(regions.items()) if region.path in lacking]
    made.proposed = [(region, counts[region.path]) for region in found]


def _nearest(path: str, kinds: dict[str, str]) -> str:
    while path:
        if path in kinds:
            return kinds[path]
        path = path[: path.rstrip("/").rfind("/") + 1]
    return ""
