"""Outlets: the division that an address lies in, and the services that are there under which numbers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regions import keys
from regions.choices import RuleKind, Verdict
from regions.codes import BadCode, read_code
from regions.models import Hotline, Outlet, OutletRule, OutletService, Region, Service
from regions.periods import Period
from regions.sheets import read_day
from regions.wording import in_words

from . import records
from .changes import ChangeSet, change_set

_SHOWN = 20
_BATCH = 500


@dataclass(slots=True)
class Placed:
    """What an address says: one division and the rest of it, or the divisions it may mean. `why` is empty for one division."""

    region: Region | None = None
    rest: str = ""
    candidates: list[Region] = field(default_factory=list)
    why: str = ""
    verdict: str = Verdict.UNKNOWN


def read_address(text: str) -> Placed:
    """The division of today that an address lies in. Never a guess: two readings are two candidates, nearest first."""
    return read_addresses([text])[text]


def read_addresses(
    texts: Iterable[str], progress: Callable[[Iterable], Iterable] = iter
) -> dict[str, Placed]:
    """The same of many addresses. A query for every 500 divisions, however many addresses."""
    from regions.gazetteer.active import resolver

    resolve = resolver().resolve
    found = {text: resolve(text) for text in progress(texts)}
    named = {
        text: [read.code]
        if read.status == Verdict.RESOLVED and read.code
        else list(
            dict.fromkeys((*read.candidates, *read.successors, *read.include, *filter(None, [read.parent])))
        )
        for text, read in found.items()
    }
    rows = named_regions({code for each in named.values() for code in each})
    placed = {}
    for text, read in found.items():
        candidates = [rows[code] for code in named[text] if code in rows]
        if not candidates:
            placed[text] = Placed(rest=text, why=_("No division was recognised in this address."))
        elif read.status == Verdict.RESOLVED and read.code:
            placed[text] = Placed(candidates[0], read.rest.strip(), verdict=Verdict.RESOLVED)
        else:
            placed[text] = Placed(
                rest=read.rest.strip(),
                candidates=candidates,
                why=why_open(read.status, candidates),
                verdict=read.status,
            )
    return placed


def named_regions(codes: Iterable[str]) -> dict[str, Region]:
    """The regions of today with these codes, by code."""
    wanted = sorted(codes)
    found: dict[str, Region] = {}
    for start in range(0, len(wanted), _BATCH):
        chunk = Region.objects.open().filter(code__in=wanted[start : start + _BATCH])
        found |= {region.code: region for region in chunk}
    return found


def why_open(status: str, candidates: list[Region]) -> str:
    said = {
        Verdict.HISTORICAL: _("The address names a division that no longer exists; it became:"),
        Verdict.CONFLICT: _("The names in this address do not belong together; it may mean:"),
    }.get(Verdict(status), _("This address may lie in several divisions:"))
    named = "、".join(map(_named, candidates[:_SHOWN]))
    return _("%(said)s %(candidates)s. Choose the region.") % {"said": said, "candidates": named}


def _named(region: Region) -> str:
    return f"{region.full_name.replace('/', '')} ({region.code})"


def related(one: Region, other: Region) -> bool:
    """True when one lies in the other, or they are the same."""
    return one.path.startswith(other.path) or other.path.startswith(one.path)


def place(outlet: Outlet) -> None:
    """Give an outlet the region of its address where it has none, and the rest of the address.

    A region that a person chose stays. Raises ValidationError, with the candidates, where the address may mean several.
    """
    put_in_place(outlet, read_address(outlet.address))


def put_in_place(outlet: Outlet, read: Placed) -> None:
    """The same by what was read in its address."""
    if outlet.region is None:
        if read.candidates:
            raise ValidationError({"region": read.why})
        outlet.region = read.region
    elif read.region is not None and outlet.region.is_open and not related(outlet.region, read.region):
        raise ValidationError(
            {
                "region": _(
                    "The address names %(read)s, the region is %(chosen)s: correct one of them, or leave the region empty."
                )
                % {"read": _named(read.region), "chosen": _named(outlet.region)}
            }
        )
    same = outlet.region is not None and outlet.region in (read.region, *read.candidates)
    outlet.rest = read.rest if same else outlet.address


def read_served(named: Iterable[str], services: Any, hotlines: Any) -> list[OutletService]:
    """The rows that keys mean (`Outlet.served_as_keys`), out of the services and hotlines that may be named. Raises ValidationError."""
    found = []
    for key in dict.fromkeys(named):
        if keys.SEP in key:
            try:
                hotline: Hotline | None = hotlines.first_of(key).select_related("service").first()
            except keys.BadKey as error:
                raise ValidationError(in_words(error)) from None
            if hotline is None:
                raise ValidationError(_("There is no hotline %s, or it is not one of yours.") % key)
            found.append(OutletService(service=hotline.service, hotline=hotline))
            continue
        service: Service | None = services.filter(slug=key).first()
        if service is None:
            raise ValidationError(
                _("There is no %(kind)s “%(slug)s”, or it is not one of yours.")
                % {"kind": Service._meta.verbose_name, "slug": key}
            )
        found.append(OutletService(service=service))
    if not found:
        raise ValidationError(_("Name at least one service of the outlet."))
    return found


def read_rules(lines: Iterable[str]) -> list[OutletRule]:
    """The own rules of an outlet that lines say (`OutletRule.as_line`). Raises ValidationError."""
    found = []
    for line in lines:
        kind, _space, rest = line.partition(" ")
        code, *days = rest.split()
        if kind not in RuleKind.values or len(days) > 2:
            raise ValidationError(
                _("“%s” is no rule; write it like include 510322, or include 510322 2026-01-01 2026-12-31.")
                % line
            )
        region = _region_of(code)
        try:
            first, last = (None if day == "-" else read_day(day) for day in (*days, *"--"[len(days) :]))
        except ValueError as error:
            raise ValidationError(in_words(error)) from None
        found.append(OutletRule(region=region, kind=kind, valid_from=first, valid_to=last))
    refuse_overlaps(found)
    return found


def _region_of(text: str) -> Region:
    try:
        key = keys.read_region_key(text)
        lives = Region.objects.filter(code=read_code(key.code))
    except (keys.BadKey, BadCode) as error:
        raise ValidationError(in_words(error)) from None
    region = (lives.filter(valid_from=key.first_day or None) if key.ended else lives.open()).first()
    if region is None:
        raise ValidationError(_("There is no region with the code %s.") % text)
    return region


def refuse_overlaps(rules: Iterable[OutletRule]) -> None:
    """Two rules of an outlet on one region cannot hold on one day. Raises ValidationError."""
    of_region: dict[int, list[OutletRule]] = {}
    for rule in rules:
        rule.clean_fields(exclude={"outlet"})
        rule.validate_constraints(exclude={"outlet"})
        for other in of_region.setdefault(rule.region_id, []):
            if Period.of(rule).meets(Period.of(other)):
                raise ValidationError(
                    _("Two rules of an outlet on %s cannot hold on one day: end one before the other begins.")
                    % rule.region.name
                )
        of_region[rule.region_id].append(rule)


def save(
    outlet: Outlet,
    served: list[OutletService] | None = None,
    rules: list[OutletRule] | None = None,
    *,
    actor: Any = None,
    reason: str = "",
    correct: bool = False,
) -> None:
    """Validate and save an outlet, placed by its address, what is there and its own rules (None: as they are).

    `correct`: days that lie before today were always wrong. Raises ValidationError.
    """
    place(outlet)
    with change_set(actor=actor, reason=reason) as changes:
        if served is not None and outlet.pk:  # so that its brand may change with them
            stood = {"served": records.rows_of(outlet, "served")}
            if outlet.served.exclude(service__brand=outlet.brand_id).exists():
                outlet.served.all().delete()
        else:
            stood = {"served": []}
        records.save(outlet, actor=actor, correct=correct)
        parts = {}
        if served is not None:
            for row in served:
                row.outlet = outlet
                row.clean()
            served = list({(row.service_id, row.hotline_id): row for row in served}.values())
            parts["served"] = records.as_rows(served, "outlet")
        if rules is not None:
            stood |= {"rules": records.rows_of(outlet, "rules")}
            parts["rules"] = records.as_rows(rules, "outlet")
        records.put_parts(outlet, parts)
        if told := {name: rows for name, rows in parts.items() if stood[name] != rows}:
            changes.parts_changed(outlet, {name: stood[name] for name in told}, told)


def create_many(new: list[tuple[Outlet, list[OutletService]]], changes: ChangeSet) -> None:
    """Write new outlets that are placed already, and what is there. Raises ValidationError."""
    for outlet, served in new:  # of a table, which names each number of an outlet once
        outlet.clean_fields(exclude={"brand", "region", "source"})
        for row in served:
            row.outlet = outlet
            row.clean()
    Outlet.objects.bulk_create([outlet for outlet, _served in new], batch_size=_BATCH)
    for outlet, served in new:
        changes.created(outlet)
        for row in served:
            row.outlet_id = outlet.pk
        rows = records.as_rows(served, "outlet")
        changes.parts_changed(outlet, {"served": []}, {"served": rows})
    OutletService.objects.bulk_create([row for _outlet, served in new for row in served], batch_size=_BATCH)
