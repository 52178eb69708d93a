"""Follows successions to the end: from a closed life to the lives of today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Set
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Chains(Generic[K]):
    """Successions as a graph. Keys are whatever identifies a life: a database key, or (code, first day)."""

    def __init__(self, current: Set[K], edges: Iterable[tuple[K, K]]) -> None:
        self.current = current
        self.following: dict[K, list[K]] = defaultdict(list)
        for old, new in edges:
            self.following[old].append(new)

    def successors(self, life: K) -> set[K]:
        """The current lives that `life` leads to. A current life leads to itself; a dead end to nothing."""
        found: set[K] = set()
        seen: set[K] = set()
        waiting = [life]
        while waiting:
            life = waiting.pop()
            if life in seen:
                continue
            seen.add(life)
            if life in self.current:
                found.add(life)
            else:
                waiting.extend(self.following.get(life, ()))
        return found

    def dead_ends(self, life: K) -> set[K]:
        """The closed lives without successors that `life` leads to, itself left out."""
        ends: set[K] = set()
        seen = {life}
        waiting = list(self.following.get(life, ()))
        while waiting:
            step = waiting.pop()
            if step in seen or step in self.current:
                continue
            seen.add(step)
            if step not in self.following:
                ends.add(step)
            waiting.extend(self.following.get(step, ()))
        return ends

    def cycles(self) -> list[K]:
        """Lives from which a chain of successions leads back to themselves."""
        state: dict[K, int] = {}
        found = []
        for start in list(self.following):
            if start in state:
                continue
            stack = [(start, iter(self.following[start]))]
            state[start] = 1
            while stack:
                node, rest = stack[-1]
                step = next(rest, None)
                if step is None:
                    state[node] = 2
                    stack.pop()
                elif state.get(step) == 1:
                    found.append(step)
                elif step not in state:
                    state[step] = 1
                    stack.append((step, iter(self.following.get(step, ()))))
        return found
