"""Which rules a change set touched, found out from its changes, so that no writer can forget to say so."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from regions.choices import ChangeAction
from regions.keys import read_rule_key
from regions.models import Region, Service

RULE = "coverage-rule"
# Many rules of one service at once; the key is the service's. It does not name what the index has to follow.
LIST = "coverage-list"
# The kind of the change that has the index rebuilt, and tells every process to drop what it keeps.
INDEX = "posting-index"

Pair = tuple[int, int]  # (service key, region key)


@dataclass(slots=True)
class Touched:
    """The (service, region) pairs whose rules changed.

    `pairs` maps a pair to the columns of its rule when nothing but the rule's creation happened to it (then sets
    only grow), to None otherwise. `keys` are changes that named a rule by its key only. `all` asks for a rebuild.
    """

    pairs: dict[Pair, dict | None] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    all: bool = False

    def __bool__(self) -> bool:
        return bool(self.all or self.pairs or self.keys)

    def note(self, kind: str, key: str, action: str, before: dict | None, after: dict | None) -> None:
        """Take notice of one change. A rule is recognised by its columns, or else by its key."""
        if kind in ("region", "release", INDEX):
            self.all = True
        if kind != RULE or not (before or after):  # without columns: only its evidence changed
            return
        created = after if action == ChangeAction.CREATE else None
        named = [row for row in (before, after) if row and {"service_id", "region_id"} <= row.keys()]
        for row in named:
            self.add((row["service_id"], row["region_id"]), created)
        if not named:
            self.keys.add(key)

    def add(self, pair: Pair, created: dict | None = None) -> None:
        self.pairs[pair] = None if pair in self.pairs else created

    def update(self, pairs: Iterable[Pair]) -> None:
        for pair in pairs:
            self.add(pair)

    def resolve(self) -> dict[Pair, dict | None]:
        """All pairs. A key (service:region:day) stands for every life of the region's code."""
        parts = [read_rule_key(key) for key in self.keys]
        self.keys.clear()
        if parts:
            slugs, codes = {key.service for key in parts}, {key.region for key in parts}
            services = dict(Service.objects.filter(slug__in=slugs).values_list("slug", "pk"))
            lives: dict[str, list[int]] = {}
            for code, pk in Region.objects.filter(code__in=codes).order_by().values_list("code", "pk"):
                lives.setdefault(code, []).append(pk)
            for slug, code, _day in parts:
                if slug in services:
                    self.update((services[slug], region_id) for region_id in lives.get(code, ()))
        return self.pairs
