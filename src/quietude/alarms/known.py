"""Which facts the engine has seen, in which version and where it put them: as long as they may still be corrected."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush

Key = tuple[str, str]
"""Rule, group."""


@dataclass
class Known:
    """Versions and places of facts by uid; what is too old to be judged again is forgotten."""

    versions: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Version and latest moment, of facts that were corrected."""
    places: dict[str, set[Key]] = field(default_factory=dict)
    latest: dict[str, int] = field(default_factory=dict)
    """The latest moment that any version of a fact had, in microseconds."""
    _by_age: list[tuple[int, str]] = field(default_factory=list)

    def is_outdated(self, uid: str, version: int) -> bool:
        """Tell whether a later version of a fact has come already."""
        return version < self.versions.get(uid, (1, 0))[0]

    def correct(self, uid: str, version: int, at: int) -> set[Key]:
        """Note a later version of a fact; return where earlier ones were put."""
        self.versions[uid] = (version, at)
        self._age(uid, at)
        return self.places.pop(uid, set())

    def put(self, uid: str, key: Key, at: int) -> None:
        """Note where a fact is put."""
        self.places.setdefault(uid, set()).add(key)
        self._age(uid, at)

    def forget(self, before: int) -> None:
        """Forget facts whose every version lies before a moment."""
        while self._by_age and self._by_age[0][0] < before:
            at, uid = heappop(self._by_age)
            if self.latest.get(uid) == at:
                del self.latest[uid]
                self.places.pop(uid, None)
                self.versions.pop(uid, None)

    def _age(self, uid: str, at: int) -> None:
        if at > self.latest.get(uid, at - 1):
            self.latest[uid] = at
            heappush(self._by_age, (at, uid))
