"""Coverage rules that stand on abolished regions, and how they are carried over to the successors.

When an edition of the region data closes a region, its open rules are left as they are: they are what somebody
said. They no longer answer for any current place, so they are listed here with a proposal each. A region that
went whole into one successor (renamed, recoded, upgraded, merged) can be carried over in one go; a split, or
a successor that already has a contrary rule, never without a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regions.choices import Share
from regions.lookup.places import Successor, successors_of
from regions.models import CoverageRule, Region
from regions.models.base import today

from .changes import change_set, fields_of
from .records import hold_lists


@dataclass(frozen=True, slots=True)
class Proposal:
    """An open rule on an abolished region, where it could go, and why it needs a person (empty when it does not)."""

    rule: CoverageRule
    successors: list[Successor]
    needs_person: str

    @property
    def automatic(self) -> bool:
        return not self.needs_person


def proposals(rules: Iterable[CoverageRule] | None = None) -> list[Proposal]:
    """What to do with the open rules on abolished regions: all of them, or the given ones."""
    queryset = CoverageRule.objects.all() if rules is None else rules
    stranded = (
        queryset.filter(valid_to__isnull=True, region__valid_to__lte=today())
        .select_related("region", "service", "source", "import_line")
        .order_by("region__code", "service_id", "id")
    )
    found, successors = [], {}
    for rule in stranded:
        if rule.region_id not in successors:
            successors[rule.region_id] = successors_of(rule.region)
        found.append(Proposal(rule, successors[rule.region_id], _obstacle(rule, successors[rule.region_id])))
    return found


def _obstacle(rule: CoverageRule, successors: list[Successor]) -> str:
    if not successors:
        return _("no successor is on file")
    if len(successors) > 1 or successors[0].share != Share.WHOLE:
        return _("it went to more than one region")
    standing = CoverageRule.objects.open().filter(service=rule.service, region=successors[0].region).first()
    if standing is not None and standing.kind != rule.kind:
        return _("the successor has a contrary rule")
    return ""


def carry_over(
    *, rule: CoverageRule, to: Iterable[Region], actor=None, reason: str = ""
) -> list[CoverageRule]:
    """End a rule on an abolished region and open its like on the given regions.

    A region that has an open rule of the same kind already keeps that one. Raises ValidationError when one has
    a contrary rule, or is itself abolished, or when the rule has ended already (somebody else carried it over).
    """
    regions = list(to)
    day = today()
    with change_set(
        actor=actor, reason=reason or _("carried over from %(region)s") % {"region": rule.region}
    ) as changes:
        hold_lists([rule.service_id])
        rule = (
            CoverageRule.objects.select_for_update(of=("self",), no_key=True)
            .select_related("region", "service")
            .get(pk=rule.pk)
        )
        if rule.valid_to is not None:
            raise ValidationError(_("%(rule)s has ended already.") % {"rule": rule})
        if not regions:
            raise ValidationError(_("Choose at least one region to carry the rule over to."))
        opened = []
        for region in regions:
            if not region.is_open:
                raise ValidationError(
                    _("%(region)s is abolished too; choose a current region.") % {"region": region}
                )
            standing = CoverageRule.objects.open().filter(service=rule.service, region=region).first()
            if standing is not None and standing.kind != rule.kind:
                raise ValidationError(
                    _("%(region)s has a contrary rule for this service; close that one first.")
                    % {"region": region}
                )
            if standing is None:
                opened.append(_like(rule, region))
        _end(rule, day, changes)
        for new in opened:
            new.save()
        changes.created(*opened)
    return opened


def _like(rule: CoverageRule, region: Region) -> CoverageRule:
    new = CoverageRule(
        service=rule.service,
        region=region,
        kind=rule.kind,
        valid_from=max(today(), rule.valid_from),
        response_hours=rule.response_hours,
        note=rule.note,
        source=rule.source,
        import_line=rule.import_line,
    )
    new.full_clean(validate_unique=False, validate_constraints=False)
    new.refuse_overlap()
    return new


def _end(rule: CoverageRule, day, changes) -> None:
    """Close a rule from a day on; one that begins then or later never held and is removed."""
    if rule.valid_from >= day:
        changes.deleted(rule)
        rule.delete()
        return
    before = fields_of(rule)
    rule.valid_to = day
    rule.save(update_fields=["valid_to"])
    changes.updated(rule, before)


def carry_over_all(*, actor=None) -> tuple[int, list[Proposal]]:
    """Carry over everything that needs no person; returns how many rules went, and the proposals left."""
    done, left = 0, []
    with change_set(actor=actor):
        found = proposals()
        hold_lists(proposal.rule.service_id for proposal in found)
        for proposal in found:
            # Two abolished regions may go into one: the first decides, so look again at the one at hand.
            obstacle = proposal.needs_person or _obstacle(proposal.rule, proposal.successors)
            if obstacle:
                left.append(Proposal(proposal.rule, proposal.successors, obstacle))
                continue
            carry_over(rule=proposal.rule, to=[proposal.successors[0].region], actor=actor)
            done += 1
    return done, left
