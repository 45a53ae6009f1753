"""Neighbouring tiles are asked for together: one reading of the facts serves them all."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

import pyarrow as pa

_KEPT = 32  # blocks of tiles: what some ten people look at; a block is at most some hundred kilobytes


class Blocks:
    """The points of the blocks asked for last, each read once however many ask at the same time. Thread-safe."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, pa.Table] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._mutex = threading.Lock()

    def points(self, key: Hashable, version: int, make: Callable[[], pa.Table]) -> pa.Table:
        """Return the points of a block at a version of the facts, making them where they are not known.

        Points of other versions are forgotten: what was erased does not stay in memory.
        """
        name = (version, key)
        with self._mutex:
            turn = self._making.setdefault(name, threading.Lock())
        with turn:
            with self._mutex:
                if name in self._kept:
                    self._kept.move_to_end(name)
                    return self._kept[name]
            try:
                made = make()
                with self._mutex:
                    self._keep(name, version, made)
                return made
            finally:
                with self._mutex:
                    self._making.pop(name, None)

    def _keep(self, name: Hashable, version: int, made: pa.Table) -> None:
        for known in [known for known in self._kept if isinstance(known, tuple) and known[0] != version]:
            del self._kept[known]
        self._kept[name] = made
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
