"""Coverage rules that stand on abolished regions, and how they are carried over to the successors.

When an edition of the region data closes a region, its rules are left as they are: they are what somebody said.
They no longer answer for any current place, so they are listed here with a proposal each. A region that went whole
into one successor (renamed, recoded, upgraded, merged) can be carried over in one go; a split, or a successor that
already has another rule in those days, never without a person.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from regions.choices import Share
from regions.lookup.places import Successor, successors_of_each
from regions.models import CoverageRule, Region
from regions.models.base import today

from .changes import change_set, fields_of
from .records import hold_lists

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


def stranded(rules: QuerySet[CoverageRule] | None = None) -> QuerySet[CoverageRule]:
    """Rules that have not ended, on regions that have: of all rules, or of the given ones."""
    day = today()
    rules = CoverageRule.objects.all() if rules is None else rules
    return (
        rules.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), region__valid_to__lte=day)
        .select_related("region", "service", "source", "import_line")
        .order_by("region__code", "region_id", "service_id", "id")
    )


def proposals(rules: QuerySet[CoverageRule] | None = None) -> list[Proposal]:
    """What to do with the rules on abolished regions: with all of them, or with the given ones."""
    return propose(stranded(rules))


def propose(rules: Iterable[CoverageRule]) -> list[Proposal]:
    """What to do with some stranded rules. A few queries for each 500 of them."""
    rules = list(rules)
    found = []
    for start in range(0, len(rules), _CHUNK):
        chunk = rules[start : start + _CHUNK]
        successors = successors_of_each(rule.region for rule in chunk)
        standing = _standing(
            {rule.service_id for rule in chunk},
            {one.region.pk for rule in chunk for one in successors[rule.region_id]},
        )
        found += [_proposal(rule, successors[rule.region_id], standing) for rule in chunk]
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


def _proposal(rule: CoverageRule, successors: list[Successor], standing: _Standing) -> Proposal:
    if not successors:
        return Proposal(rule, successors, _("no successor is on file"))
    if len(successors) > 1 or successors[0].share != Share.WHOLE:
        return Proposal(rule, successors, _("it went to more than one region"))
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
    begin = max(today(), rule.valid_from)
    return (rule.valid_to is None or other.valid_from < rule.valid_to) and (
        other.valid_to is None or other.valid_to > begin
    )


def _says_the_same(other: CoverageRule, rule: CoverageRule) -> bool:
    """True when `other` is of the same kind and holds as long as the like of `rule` would."""
    return (
        other.kind == rule.kind
        and other.valid_from <= max(today(), rule.valid_from)
        and (other.valid_to is None or (rule.valid_to is not None and other.valid_to >= rule.valid_to))
    )


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
        actor=actor, reason=reason or _("carried over from %(region)s") % {"region": rule.region}
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
        valid_to=rule.valid_to,
        response_hours=rule.response_hours,
        note=rule.note,
        source=rule.source,
        import_line=rule.import_line,
    )
    new.full_clean(validate_unique=False, validate_constraints=False)
    try:
        new.refuse_overlap()
    except ValidationError as error:
        raise ValidationError(f"{region}: {' '.join(error.messages)}") from None
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


def carry_over_all(
    *, rules: QuerySet[CoverageRule] | None = None, actor=None, at_most: int | None = None
) -> tuple[int, list[Proposal]]:
    """Carry over everything that needs no person; returns how many rules went, and the proposals left.

    `rules`: only of these; `at_most`: stop after so many, the others are among those left.
    """
    done, left = 0, []
    with change_set(actor=actor):
        hold_lists(stranded(rules).order_by().values_list("service_id", flat=True).distinct())
        for proposal in proposals(rules):
            if proposal.automatic and done != at_most:
                # Two abolished regions may go into one: the first decides, so look again at the one at hand.
                to = proposal.successors[0].region
                again = _standing([proposal.rule.service_id], [to.pk])
                proposal = _proposal(proposal.rule, proposal.successors, again)
            if not proposal.automatic or done == at_most:
                left.append(proposal)
                continue
            carry_over(rule=proposal.rule, to=[to], actor=actor)
            done += 1
    return done, left
