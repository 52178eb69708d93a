"""What an edition would do to what people stated: rules that end or need somebody, and counties that answer otherwise.

Reads only, and works out both sides in memory: nothing is tried in the database, so no lock is held. An answer of a
county follows its townships: that of the nearest rule, from each of them upwards. A
county that ends is compared with what it goes to, a new one with what it comes from.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from regions.choices import Level, RuleKind, Share
from regions.lookup.territory import KEEPS
from regions.models import CoverageRule, Service

from .edition import Key, Life
from .plan import CARVED, Plan

#: services, counties and rules listed; the others are counted
LISTED = 200
#: services and answers that a command names
SHOWN = 20
NOWHERE = "no region"
#: a region before (its database key) or after (the key too, or code and first day of one that is new)
Place = int | Key
Rules = dict[Place, dict[int, str]]


class Consequences:
    """Both sides of a plan: the tree and the rules before, the tree and the rules after."""

    def __init__(self, plan: Plan, day: datetime.date, move_rules: bool) -> None:
        self.plan, self.lives = plan, {life.key: life for life in plan.edition.lives}
        self.current = {life.code: life for life in plan.edition.lives if life.valid_to is None}
        self.ending = set(plan.ending)
        self.fates: dict[int, list] = defaultdict(list)
        self.joined: Counter[Key] = Counter()
        self.from_: dict[Key, list[int]] = defaultdict(list)
        for edge in plan.edition.edges:
            old = plan.ids.get(edge.old)
            if edge.kind == CARVED:
                if old is not None and edge.new not in plan.ids:
                    self.from_[edge.new].append(old)
            elif old is not None and old in self.ending:
                self.fates[old].append(edge)
                self.joined[edge.new] += 1
        self.heirs = {
            old: self._place(edges[0].new) for old, edges in self.fates.items() if self._keeps(edges)
        }
        self.pairs = list(self._pairs())
        self.before = self._rules(day)
        self.after = self._moved() if move_rules else self.before

    def _place(self, key: Key) -> Place:
        return self.plan.ids.get(key, key)

    def _keeps(self, edges: list) -> bool:
        """True when a region lives on in one with the same territory; `lookup.territory` says so afterwards."""
        (edge, *others) = edges
        new = self.lives[edge.new]
        known = self.plan.ids.get(edge.new)
        return (
            not others
            and edge.kind in KEEPS
            and edge.share == Share.WHOLE
            and new.valid_to is None
            and self.joined[edge.new] == 1
            and (known is None or self.plan.stored[known]["valid_to"] is not None)
        )

    # --- places

    def _chain_before(self, pk: int) -> tuple[Place, ...]:
        chain: list[Place] = []
        at: int | None = pk
        while at is not None:
            chain.append(at)
            at = self.plan.stored[at]["parent_id"]
        return tuple(chain)

    def _chain_after(self, life: Life) -> tuple[Place, ...]:
        chain: list[Place] = []
        at: Life | None = life
        while at is not None:
            chain.append(self._place(at.key))
            at = self.lives[at.parent] if at.parent else None
        return tuple(chain)

    def _pairs(self) -> Iterator[tuple[str, tuple[Place, ...], tuple[Place, ...]]]:
        """(name, chain before, chain after) of every county whose answer may change; an empty chain is no region."""
        towns = set(self._with_other_towns())
        for life in self.current.values():
            if life.level != Level.COUNTY:
                continue
            after, pk = self._chain_after(life), self.plan.ids.get(life.key)
            name = f"{life.code} {life.name}"
            row = self.plan.stored.get(pk) if pk is not None else None
            if pk is not None and row is not None and row["valid_to"] is None:
                if self._chain_before(pk) != after:
                    yield name, self._chain_before(pk), after
                elif pk in towns:
                    yield name, after, after
            elif olds := self.from_.get(life.key):
                for old in olds:
                    yield f"{name} ← {self._called(old)}", self._chain_before(old), after
            elif self.joined[life.key] == 0:
                yield name, (), after
        for pk in self.ending:
            if self.plan.stored[pk]["level"] != Level.COUNTY:
                continue
            if not self.fates[pk]:
                yield self._called(pk), self._chain_before(pk), ()
            for edge in self.fates[pk]:
                new = self.lives[edge.new]
                name = f"{self._called(pk)} → {new.code} {new.name}"
                yield name, self._chain_before(pk), self._chain_after(new) if new.valid_to is None else ()

    def _with_other_towns(self) -> Iterator[Place]:
        """What loses or gets a township."""
        for pk in self.ending:
            if self.plan.stored[pk]["level"] == Level.TOWNSHIP:
                yield self.plan.stored[pk]["parent_id"]
        for life in self.plan.create:
            if life.level == Level.TOWNSHIP and life.parent and life.valid_to is None:
                yield self._place(life.parent)
        yield from self.plan.moved_towns
        for pk, life in self.plan.change.items():
            if (
                life.level == Level.TOWNSHIP
                and life.parent
                and self._place(life.parent) != self.plan.stored[pk]["parent_id"]
            ):
                yield self._place(life.parent)

    def _called(self, pk: int) -> str:
        row = self.plan.stored[pk]
        return f"{row['code']} {row['name']}"

    # --- rules

    def _rules(self, day: datetime.date) -> Rules:
        """The rules in force on the places of the pairs, on what ends, and on the townships below."""
        places = {
            place for _n, before, after in self.pairs for place in (*before, *after) if isinstance(place, int)
        }
        counties = {chain[0] for _n, *chains in self.pairs for chain in chains if chain}
        towns = {
            pk
            for pk, row in self.plan.stored.items()
            if row["level"] == Level.TOWNSHIP and row["parent_id"] in counties and not row["valid_to"]
        }
        self.below_before: dict[Place, set[Place]] = defaultdict(set)
        self.below_after: dict[Place, set[Place]] = defaultdict(set)
        for pk in towns:
            self.below_before[self.plan.stored[pk]["parent_id"]].add(pk)
        for life in self.current.values():
            if (
                life.level == Level.TOWNSHIP
                and life.parent
                and (parent := self._place(life.parent)) in counties
            ):
                town = self._place(life.key)
                self.below_after[parent].add(town)
                if isinstance(town, int):
                    towns.add(town)
        found: Rules = defaultdict(dict)
        wanted = [*(places | towns | self.ending)]
        for start in range(0, len(wanted), 5_000):
            rows = CoverageRule.objects.current(day).filter(region_id__in=wanted[start : start + 5_000])
            for region, service, kind in rows.values_list("region_id", "service_id", "kind"):
                found[region][service] = kind
        return found

    def _moved(self) -> Rules:
        """The rules after those of whole territories went along; a rule that is there already stays."""
        found = {place: dict(rules) for place, rules in self.before.items()}
        for old, heir in self.heirs.items():
            for service, kind in self.before.get(old, {}).items():
                found.setdefault(heir, {}).setdefault(service, kind)
        return found

    def _answer(
        self, service: int, chain: tuple[Place, ...], rules: Rules, below: dict[Place, set[Place]]
    ) -> str:
        if not chain:
            return NOWHERE
        kind = next((rules[place][service] for place in chain if service in rules.get(place, ())), "")
        towns = {rules.get(town, {}).get(service, kind) for town in below.get(chain[0], ())} or {kind}
        if RuleKind.INCLUDE not in towns:
            return "excluded" if kind else "not_covered"
        return "covered" if towns == {RuleKind.INCLUDE} else "partly_covered"

    def changed(self) -> Iterator[tuple[str, int, str, str]]:
        """(county, service, answer before, answer after) where they differ."""
        for name, before, after in self.pairs:
            places = {
                *before,
                *after,
                *(town for county in before[:1] for town in self.below_before.get(county, ())),
                *(town for county in after[:1] for town in self.below_after.get(county, ())),
            }
            services = {
                service
                for place in places
                for rules in (self.before, self.after)
                for service in rules.get(place, ())
            }
            for service in sorted(services):
                was = self._answer(service, before, self.before, self.below_before)
                becomes = self._answer(service, after, self.after, self.below_after)
                if was != becomes and {was, becomes} != {NOWHERE, "not_covered"}:
                    yield name, service, was, becomes


def consequences(plan: Plan, day: datetime.date, move_rules: bool = False) -> dict:
    """Figures and lists for people: `ending`, `giving`, `asks`, `answers`. Empty for a first load."""
    if plan.first:
        return {}
    both = Consequences(plan, day, move_rules)
    changed = list(both.changed())
    services = dict(Service.objects.filter(pk__in={row[1] for row in changed}).values_list("pk", "slug"))
    rows = [[name, services[service], was, becomes] for name, service, was, becomes in changed]
    on_ending = [(pk, service) for pk in plan.ending for service in both.before.get(pk, ())]
    return {
        "ending": _by_service(plan, on_ending),
        "giving": _by_service(plan, _rules_on(plan.giving, day)),
        "by_itself": sum(pk in both.heirs for pk, _service in on_ending),
        "asks": sum(pk not in both.heirs for pk, _service in on_ending),
        "answers": {
            "services": len({row[1] for row in rows}),
            "counties": len({row[0] for row in rows}),
            "rows": sorted(rows)[:LISTED],
            "all": len(rows),
        },
    }


def _rules_on(regions: Iterable[int], day: datetime.date) -> list[tuple[int, int]]:
    return list(
        CoverageRule.objects.current(day)
        .filter(region_id__in=list(regions))
        .values_list("region_id", "service_id")
    )


def _by_service(plan: Plan, rules: list[tuple[int, int]]) -> dict:
    """How many rules of how many services, and which: [service, places] of the first."""
    slugs = dict(
        Service.objects.filter(pk__in={service for _region, service in rules}).values_list("pk", "slug")
    )
    found: dict[str, list[str]] = defaultdict(list)
    for region, service in rules:
        row = plan.stored[region]
        found[slugs[service]].append(f"{row['code']} {row['name']}")
    listed = [[slug, sorted(set(places))[:LISTED]] for slug, places in sorted(found.items())[:LISTED]]
    return {"rules": len(rules), "services": len(found), "listed": listed}


def lines(report: dict) -> list[str]:
    """What a command says of it; nothing for a first load or where nothing is touched."""
    if not report:
        return []
    titles = {
        "ending": "rules in force on regions that end",
        "giving": "rules in force on regions that lose a part",
    }
    told = [f"{title}: {_listed(report[word])}" for word, title in titles.items() if report[word]["rules"]]
    answers = report["answers"]
    if answers["all"]:
        told.append(
            f"answers that change: {answers['all']}, of {answers['services']} services in {answers['counties']} counties"
        )
        told += [
            f"  {service}: {county}: {was} -> {becomes}"
            for county, service, was, becomes in answers["rows"][:SHOWN]
        ]
        if answers["all"] > SHOWN:
            told.append(f"  … and {answers['all'] - SHOWN} more")
    return told


def _listed(found: dict) -> str:
    services = "; ".join(f"{slug} ({', '.join(places)})" for slug, places in found["listed"][:SHOWN])
    more = f" … and {found['services'] - SHOWN} more" if found["services"] > SHOWN else ""
    return f"{found['rules']} of {found['services']} services: {services}{more}"
