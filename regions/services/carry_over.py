"""Coverage rules that stand on abolished regions, and how they are carried over to the successors.

When an edition of the region data closes a region, its rules are left as they are: they are what somebody said.
They no longer answer for any current place, so they are listed here with a proposal each. A region that lives on in one
successor with the same territory (renamed, recoded, raised) can be carried over in one go; a merger, a split, a carve-out,
or a successor that already has another rule in those days, never without a person.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from regions.choices import Door, Share
from regions.lookup.carve_outs import all_doubts
from regions.lookup.places import Successor, successors_of_each
from regions.lookup.territory import heirs
from regions.models import CoverageRule, Region
from regions.models.base import today
from regions.models.coverage import CoverageRuleQuerySet
from regions.periods import Period

from .changes import change_set
from .rules import begin, end, hold_and_compare, hold_lists, like

# Rules whose successors are read at once.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule on an abolished region, where it could go, and why it needs a person (empty when it does not).

    `in_the_way` is the rule that the only successor has already, where that is what needs a person.
    """

    rule: CoverageRule
    successors: list[Successor]
    needs_person: str
    in_the_way: CoverageRule | None = None

    @property
    def automatic(self) -> bool:
        return not self.needs_person

    @property
    def same_territory(self) -> bool:
        """True where at most another rule stands in the way: the one successor is what the abolished region was."""
        return self.automatic or self.in_the_way is not None


def stranded(rules: CoverageRuleQuerySet | None = None) -> CoverageRuleQuerySet:
    """Rules that have not ended, on regions that have: of all rules, or of the given ones."""
    day = today()
    rules = CoverageRule.objects.all() if rules is None else rules
    return (
        rules.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), region__valid_to__lte=day)
        .select_related("region", "service", "source", "import_line")
        .order_by("region__code", "region_id", "service_id", "id")
    )


def proposals(rules: CoverageRuleQuerySet | None = None) -> list[Proposal]:
    """What to do with the rules on abolished regions: with all of them, or with the given ones."""
    return propose(stranded(rules))


def propose(rules: Iterable[CoverageRule]) -> list[Proposal]:
    """What to do with some stranded rules. A few queries for each 500 of them."""
    rules = list(rules)
    found = []
    for start in range(0, len(rules), _CHUNK):
        chunk = rules[start : start + _CHUNK]
        successors = successors_of_each(rule.region for rule in chunk)
        same = heirs(rule.region for rule in chunk)
        standing = _standing(
            {rule.service_id for rule in chunk},
            {one.region.pk for rule in chunk for one in successors[rule.region_id]},
        )
        found += [
            _proposal(rule, successors[rule.region_id], rule.region_id in same, standing) for rule in chunk
        ]
    return found


_Standing = dict[tuple[int, int], list[CoverageRule]]


def _standing(service_ids: Iterable[int], region_ids: Iterable[int]) -> _Standing:
    """The rules that have not ended, by service and region."""
    rules = CoverageRule.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=today()),
        service_id__in=service_ids,
        region_id__in=region_ids,
    )
    found = defaultdict(list)
    for rule in rules.order_by("valid_from"):
        found[rule.service_id, rule.region_id].append(rule)
    return found


def _proposal(
    rule: CoverageRule, successors: list[Successor], same_territory: bool, standing: _Standing
) -> Proposal:
    if not successors:
        return Proposal(rule, successors, _("no successor is on file"))
    if len(successors) > 1 or successors[0].share != Share.WHOLE:
        return Proposal(rule, successors, _("it went to more than one region"))
    if not same_territory:
        return Proposal(rule, successors, _("the successor is larger: it was merged"))
    for other in standing.get((rule.service_id, successors[0].region.pk), ()):
        if _meet(rule, other) and not _says_the_same(other, rule):
            why = (
                _("the successor has a contrary rule")
                if other.kind != rule.kind
                else _("the successor has a rule for a part of that time")
            )
            return Proposal(rule, successors, why, other)
    return Proposal(rule, successors, "")


def _meet(rule: CoverageRule, other: CoverageRule) -> bool:
    """True when `other` holds on a day on which the like of `rule` would."""
    return Period.of(other).meets(Period.of(rule).since(today()))


def _says_the_same(other: CoverageRule, rule: CoverageRule) -> bool:
    """True when `other` is of the same kind and holds as long as the like of `rule` would."""
    return other.kind == rule.kind and Period.of(other).covers(Period.of(rule).since(today()))


def carry_over(
    *, rule: CoverageRule, to: Iterable[Region], actor=None, reason: str = ""
) -> list[CoverageRule]:
    """End a rule on an abolished region and open its like on the given regions.

    A region that has a rule of the same kind for all that time keeps that one. Raises ValidationError when one has
    another rule in those days, or is itself abolished, or when the rule has ended already (somebody else carried it
    over).
    """
    regions = list(dict.fromkeys(to))
    day = today()
    with change_set(
        actor=actor,
        reason=reason or _("carried over from %(region)s") % {"region": rule.region},
        door=Door.CARRY_OVER,
    ) as changes:
        hold_lists([rule.service_id])
        now = (
            CoverageRule.objects.select_for_update(of=("self",), no_key=True)
            .select_related("region", "service")
            .filter(pk=rule.pk)
            .first()
        )
        if now is None or (now.valid_to is not None and now.valid_to <= day):
            raise ValidationError(_("%(rule)s has ended already.") % {"rule": rule})
        rule = now
        if not regions:
            raise ValidationError(_("Choose at least one region to carry the rule over to."))
        standing = _standing([rule.service_id], [region.pk for region in regions])
        opened = []
        for region in regions:
            if not region.is_open:
                raise ValidationError(
                    _("%(region)s is abolished too; choose a current region.") % {"region": region}
                )
            near = [other for other in standing[rule.service_id, region.pk] if _meet(rule, other)]
            if any(other.kind != rule.kind for other in near):
                raise ValidationError(
                    _("%(region)s has a contrary rule for this service; close that one first.")
                    % {"region": region}
                )
            if not any(_says_the_same(other, rule) for other in near):
                opened.append(_like(rule, region))
        end(rule.service, [rule], changes, day)
        begin(opened, changes)
    return opened


def settle(*, rule: CoverageRule, region: Region, kind: str, actor=None, reason: str = "") -> CoverageRule:
    """Say what a list older than a carve-out means for the part that left: a rule on that part, either way.

    It has the source and the line of the list. Raises ValidationError when somebody has settled it already, or a rule
    on the part is in the way.
    """
    with change_set(
        actor=actor,
        reason=reason or _("a part of %(region)s") % {"region": rule.region},
        door=Door.CARRY_OVER,
    ) as changes:
        hold_lists([rule.service_id])
        doubts = all_doubts(CoverageRule.objects.filter(pk=rule.pk))
        if not any(doubt.region.pk == region.pk for doubt in doubts):
            raise ValidationError(
                _("%(rule)s leaves no doubt about %(region)s any more; look at the page again.")
                % {"rule": rule, "region": region}
            )
        new = _like(rule, region, kind=kind)
        begin([new], changes)
    return new


def _like(rule: CoverageRule, region: Region, **differences) -> CoverageRule:
    new = like(rule, region_id=region.pk, **differences)
    new.service, new.region = rule.service, region
    new.full_clean(validate_unique=False, validate_constraints=False)
    try:
        hold_and_compare(new)
    except ValidationError as error:
        raise ValidationError(f"{region}: {' '.join(error.messages)}") from None
    return new


def carry_over_all(
    *, rules: CoverageRuleQuerySet | None = None, actor=None, at_most: int | None = None
) -> tuple[int, list[Proposal]]:
    """Carry over everything that needs no person; returns how many rules went, and the proposals left.

    `rules`: only of these; `at_most`: stop after so many, the others are among those left.
    """
    done, left = 0, []
    with change_set(actor=actor, reason=_("carried over to the regions that followed"), door=Door.CARRY_OVER):
        hold_lists(stranded(rules).order_by().values_list("service_id", flat=True).distinct())
        for proposal in proposals(rules):
            if proposal.automatic and done != at_most:
                # Two abolished regions may go into one: the first decides, so look again at the one at hand.
                to = proposal.successors[0].region
                again = _standing([proposal.rule.service_id], [to.pk])
                proposal = _proposal(proposal.rule, proposal.successors, True, again)
            if not proposal.automatic or done == at_most:
                left.append(proposal)
                continue
            carry_over(rule=proposal.rule, to=[to], actor=actor)
            done += 1
    return done, left
