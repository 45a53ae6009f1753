"""Places whose zones, hexagon and score an import has worked out already: sources come back to the same corners."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

MOST = 1_000_000  # places remembered, some 100 bytes each; beyond, the memory begins anew
PLACE = ("lon_deg", "lat_deg")


class PlacesMet:
    """Remembers what was found of places. Thread-safe: what is remembered is replaced whole."""

    def __init__(self) -> None:
        self._by_accuracy: dict[float, pl.DataFrame] = {}

    def of(self, places: pl.DataFrame, accuracy_m: float, find: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
        """Return distinct places (`lon_deg`, `lat_deg`, none missing) with what `find` says of each, row for row.

        Args:
            places: the places.
            accuracy_m: the accuracy they are stated with, on which what is found depends too.
            find: adds columns to places that were not met before, in the same order.
        """
        met = self._by_accuracy.get(accuracy_m)
        if met is None:
            found = find(places)
            self._remember(accuracy_m, found)
            return found
        strange = places.join(met, on=PLACE, how="anti", maintain_order="left")
        if strange.height:
            known = pl.concat([met, find(strange)])
            self._remember(accuracy_m, known)
        else:
            known = met
        return places.join(known, on=PLACE, how="left", maintain_order="left")

    def _remember(self, accuracy_m: float, known: pl.DataFrame) -> None:
        if known.height <= MOST:
            self._by_accuracy[accuracy_m] = known
        else:
            self._by_accuracy.pop(accuracy_m, None)
