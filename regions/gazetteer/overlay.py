"""Puts announced changes on top of an edition, and says when an edition knows one already.

An edition in memory goes in, another comes out; nothing is read from the database. What is not told stays: townships
keep their codes and hang below the division that took theirs over, until an edition gives them new ones.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from dataclasses import replace
from functools import lru_cache

from django.utils.translation import gettext as _

from regions.choices import Level, Precision, Share, SuccessionKind

from .announced import CARVE_OUT, ENDING, TOWN, Announcement, AnnouncementError, Target
from .edition import Edge, Edition, Key, Life, Name
from .naming import short_name, typed_names
from .read import LONGEST_FULL_NAME

SOURCE = "gazetteer"


class Overlay:
    """An edition that changes are applied to, one after the other; `edition(…)` is what came of it."""

    def __init__(self, base: Edition) -> None:
        self.base = base
        self.lives = {life.key: life for life in base.lives}
        self.current = {life.code: life.key for life in base.lives if life.valid_to is None}
        self.below: dict[Key, set[Key]] = defaultdict(set)
        for life in base.lives:
            if life.parent and life.valid_to is None:
                self.below[life.parent].add(life.key)
        self.names, self.edges = list(base.names), {(edge.old, edge.new): edge for edge in base.edges}
        self.cut_off = base.cut_off

    # --- one change

    def apply(self, change: Announcement) -> None:
        """Apply one change. Raises AnnouncementError where it does not fit."""
        self.cut_off = max(self.cut_off, change.day)
        if change.action == TOWN:
            self._town(change)
        elif change.action == CARVE_OUT:
            (giver,) = self._olds(change)
            for target in change.targets:
                new = self._target(target, change, giver)
                self._edge(giver, new, SuccessionKind.TRANSFER, target.share, change)
        else:
            self._ending(change)

    def _ending(self, change: Announcement) -> None:
        olds = self._olds(change)
        if change.action == "merge" and any(target.code in change.codes for target in change.targets):
            raise AnnouncementError(
                _("%(code)s goes on: name as merged only what ends.") % {"code": change.targets[0].code}
            )
        kept = {key: self.below[key].copy() for key in olds}
        if change.action in ("recode", "upgrade") and change.targets[0].code in self.current.keys() - set(
            change.codes
        ):
            raise AnnouncementError(
                _("%(code)s is a current division: this is a merger.") % {"code": change.targets[0].code}
            )
        for key in olds:
            self._end(key, change.day)
        news = [self._target(target, change, olds[0]) for target in change.targets]
        kind = SuccessionKind(change.action)
        for key in olds:
            for target, new in zip(change.targets, news, strict=True):
                self._edge(key, new, kind, target.share, change)
            for child in kept[key]:
                self._move(child, self._heir(change, news, key))

    def _heir(self, change: Announcement, news: list[Key], old: Key) -> Key:
        """What the townships of an old division follow, where no row says otherwise."""
        if len(news) == 1:
            return news[0]
        most = [new for target, new in zip(change.targets, news, strict=True) if target.share == Share.MOST]
        if len(most) == 1:
            return most[0]
        raise AnnouncementError(
            _(
                "%(code)s has divisions below it: give one successor the share “most”; rows “town” say which go elsewhere."
            )
            % {"code": old[0]}
        )

    def _town(self, change: Announcement) -> None:
        (town,) = self._olds(change)
        life = self.lives[town]
        parent = self._known(change.parent) if change.parent else life.parent
        if not change.targets or (change.targets[0].code, change.targets[0].name or life.name) == (
            life.code,
            life.name,
        ):
            self._move(town, parent)
            return
        (target,) = change.targets
        self._end(town, change.day)
        merged = target.code in self.current
        new = self._target(target, replace(change, parent=parent[0] if parent else ""), town)
        same = self.lives[new].name == life.name
        kind = SuccessionKind.MERGE if merged else SuccessionKind.RECODE if same else SuccessionKind.UPGRADE
        self._edge(town, new, kind, target.share, change)

    # --- its parts

    def _olds(self, change: Announcement) -> list[Key]:
        olds = [self._known(code) for code in change.codes]
        for key, name in zip(olds, change.names, strict=False):
            if name and self.lives[key].name != name:
                raise AnnouncementError(
                    _("%(code)s is %(now)s, not %(name)s.")
                    % {"code": key[0], "now": self.lives[key].name, "name": name}
                )
        return olds

    def _known(self, code: str) -> Key:
        if code not in self.current:
            raise AnnouncementError(_("%(code)s is not a current division.") % {"code": code})
        return self.current[code]

    def _end(self, key: Key, day: datetime.date) -> None:
        life = self.lives[key]
        if life.valid_from and life.valid_from >= day:
            raise AnnouncementError(
                _("%(code)s began on %(day)s: it cannot end before.")
                % {"code": life.code, "day": life.valid_from}
            )
        self.lives[key] = life._replace(valid_to=day, to_precision=Precision.DAY)
        del self.current[life.code]
        if life.parent:
            self.below[life.parent].discard(key)

    def _target(self, target: Target, change: Announcement, old: Key) -> Key:
        """The life a target names: a current one, or a new one that begins on the day."""
        if target.code in self.current:
            key = self.current[target.code]
            if target.name and target.name != self.lives[key].name:
                raise AnnouncementError(
                    _("%(code)s is %(name)s already; leave the name out, or take another code.")
                    % {"code": target.code, "name": self.lives[key].name}
                )
            return key
        was = self.lives[old]
        name = target.name or (was.name if change.action in ("recode", TOWN) else "")
        if not name:
            raise AnnouncementError(_("%(code)s is not on file: give its name.") % {"code": target.code})
        level = was.level if change.level is None else change.level
        if (level == Level.TOWNSHIP) != (len(target.code) == 9):
            raise AnnouncementError(
                _("%(code)s: nine digits are a township, six all else.") % {"code": target.code}
            )
        parent = self._known(change.parent) if change.parent else was.parent
        if parent is None or self.lives[parent].level >= level:
            raise AnnouncementError(
                _("The division above %(code)s must be of a higher level.") % {"code": target.code}
            )
        return self._begin(target, name, level, parent, change.day, was)

    def _begin(
        self, target: Target, name: str, level: int, parent: Key, day: datetime.date, was: Life
    ) -> Key:
        word = Level(level).word
        short = short_name(name, word)
        life = Life(
            target.code, level, parent, name, short, target.pinyin or reading(name, was), day, Precision.DAY, None,
            Precision.DAY,
        )  # fmt: skip
        if life.key in self.lives:
            raise AnnouncementError(_("%(code)s has a life that begins on that day.") % {"code": target.code})
        self.lives[life.key] = life
        self.current[life.code] = life.key
        self.below[parent].add(life.key)
        spellings = [(short, "short")] if short != name and level != Level.TOWNSHIP else []
        spellings += [(typed, "typed") for typed in typed_names(name, word)]
        self.names += [Name(life.key, text, kind, SOURCE) for text, kind in spellings]
        return life.key

    def _move(self, child: Key, parent: Key | None) -> None:
        life = self.lives[child]
        if life.parent:
            self.below[life.parent].discard(child)
        self.lives[child] = life._replace(parent=parent)
        if parent:
            self.below[parent].add(child)

    def _edge(self, old: Key, new: Key, kind: str, share: str, change: Announcement) -> None:
        if old == new:
            raise AnnouncementError(_("%(code)s cannot become itself.") % {"code": old[0]})
        self.edges[old, new] = Edge(
            old, new, kind, change.day, Precision.DAY, share, change.document, change.source
        )

    # --- the result

    def edition(self, mark: str, said: str) -> Edition:
        """The edition with the changes on top; `mark` goes into its name, `said` into its checksum."""
        base = self.base
        checksum = hashlib.sha256(f"{base.checksum}\n{said}".encode()).hexdigest()
        return Edition(
            f"{base.edition}+{mark}", base.publisher, self.cut_off, base.licence, checksum, self._planted(),
            self.names, list(self.edges.values()),
        )  # fmt: skip

    def _planted(self) -> list[Life]:
        """Every life with its path and full name; those that ended keep theirs."""
        for life in sorted(self.lives.values(), key=lambda life: life.level):
            if life.valid_to is not None or life.parent is None:
                continue
            above = self.lives[life.parent]
            full = life.name if above.level == Level.COUNTRY else f"{above.full_name}/{life.name}"
            if len(full) > LONGEST_FULL_NAME:
                raise AnnouncementError(_("The full name of %(code)s is too long.") % {"code": life.code})
            self.lives[life.key] = life._replace(path=f"{above.path}{life.code}/", full_name=full)
        return sorted(self.lives.values(), key=lambda life: (life.level, life.code))


def knows(edition: Overlay, change: Announcement) -> bool:
    """True when an edition shows what was announced: nothing is left to do."""
    there = [edition.lives[edition.current[t.code]] for t in change.targets if t.code in edition.current]
    if len(there) != len(change.targets):
        return False
    if any(t.name and t.name != life.name for t, life in zip(change.targets, there, strict=True)):
        return False
    if change.action in ENDING:
        return all(
            code not in edition.current or code in {t.code for t in change.targets} for code in change.codes
        )
    if change.action == CARVE_OUT:
        giver = edition.current.get(change.codes[0])
        return (
            giver is None
            or all((giver, life.key) in edition.edges for life in there)
            or all(
                bool(t.name) and life.valid_from and life.valid_from.year == change.day.year
                for t, life in zip(change.targets, there, strict=True)
            )
        )
    town = edition.current.get(change.codes[0])
    if change.targets and change.targets[0].code != change.codes[0]:
        return town is None
    parent = edition.lives[town].parent if town else None
    return not change.parent or (parent is not None and parent[0] == change.parent)


def reading(name: str, was: Life) -> str:
    """The pinyin of a new name: that of the old one as far as they agree, else the most usual readings."""
    if name == was.name:
        return was.pinyin
    short = was.short_name
    tail = "".join(_syllables().get(character, "") for character in was.name.removeprefix(short))
    known = (
        was.pinyin.removesuffix(tail)
        if short and was.name.startswith(short) and was.pinyin.endswith(tail)
        else ""
    )
    if known and name.startswith(short):
        return known + "".join(_syllables().get(character, "") for character in name.removeprefix(short))
    return "".join(_syllables().get(character, "") for character in name)


@lru_cache(maxsize=1)
def _syllables() -> dict[str, str]:
    from regions.resolver.fuzzy import usual_sounds

    return usual_sounds()
