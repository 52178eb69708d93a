"""A cache with a limit in bytes; what was not used for longest goes first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any


class Bounded:
    """Values with their sizes in bytes. Not locked: its owner is."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._items: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: Hashable) -> Any | None:
        found = self._items.get(key)
        if found is None:
            return None
        self._items.move_to_end(key)
        return found[0]

    def items(self) -> list[tuple[Hashable, Any]]:
        return [(key, value) for key, (value, _size) in self._items.items()]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        self.pop(key)
        self._items[key] = (value, size)
        self.size += size
        self._shrink()

    def grow(self, key: Hashable, by: int) -> None:
        """Note that a value got larger; what is larger than the limit alone is dropped too."""
        if key not in self._items:  # dropped already
            return
        value, size = self._items[key]
        self._items[key] = (value, size + by)
        self.size += by
        self._shrink()

    def _shrink(self) -> None:
        while self.size > self.limit:
            _key, (_value, dropped) = self._items.popitem(last=False)
            self.size -= dropped

    def pop(self, key: Hashable) -> None:
        found = self._items.pop(key, None)
        if found is not None:
            self.size -= found[1]

    def clear(self) -> None:
        self._items.clear()
        self.size = 0
