"""Which facts the engine has seen, in which version and where it put them: as long as they may still be corrected."""

from __future__ import annotations

from dataclasses import dataclass, field

Key = tuple[str, str]
"""Rule, group."""
Place = tuple[int, tuple[Key, ...]]
"""The latest minute that any version of a fact had, and where the last one was put."""
MINUTE = 60_000_000
SHARED_MOST = 200_000


@dataclass
class Known:
    """Versions and places of facts by uid; what is too old to be judged again is forgotten, to the minute.

    Facts of one minute that were put in the same groups share what is known of them: a fact is a name and a reference.
    """

    versions: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Version and moment in microseconds, of facts that were corrected."""
    _places: dict[str, Place] = field(default_factory=dict)
    _of_minute: dict[int, list[str]] = field(default_factory=dict)
    _shared: dict[Place, Place] = field(default_factory=dict)

    def is_outdated(self, uid: str, version: int) -> bool:
        """Tell whether a later version of a fact has come already."""
        return version < self.versions.get(uid, (1, 0))[0]

    def correct(self, uid: str, version: int, at: int) -> tuple[Key, ...]:
        """Note a later version of a fact; return where earlier ones were put."""
        self.versions[uid] = (version, at)
        former = self._places.get(uid)
        self._note(uid, former, at, ())
        return former[1] if former is not None else ()

    def put(self, uid: str, key: Key, at: int) -> None:
        """Note where a fact is put."""
        former = self._places.get(uid)
        keys = former[1] if former is not None else ()
        self._note(uid, former, at, keys if key in keys else (*keys, key))

    def forget(self, before: int) -> None:
        """Forget facts whose every version lies before the minute of a moment."""
        last = before // MINUTE
        for minute in [each for each in self._of_minute if each < last]:
            for uid in self._of_minute.pop(minute):
                place = self._places.get(uid)
                if place is not None and place[0] == minute:
                    del self._places[uid]
                    self.versions.pop(uid, None)
            self._shared = {}

    def _note(self, uid: str, former: Place | None, at: int, keys: tuple[Key, ...]) -> None:
        minute = at // MINUTE
        if former is None or former[0] < minute:
            self._of_minute.setdefault(minute, []).append(uid)
        else:
            minute = former[0]
        if len(self._shared) > SHARED_MOST:
            self._shared = {}
        place = (minute, keys)
        self._places[uid] = self._shared.setdefault(place, place)
