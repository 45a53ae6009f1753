"""The counts that a store is asked for: by dimensions, by the clock, by cells, and of what may only be counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quietude.model.filter.question import Box, Filter
from quietude.model.viewer import Viewer
from quietude.store.reading.cells import h3_bins
from quietude.store.reading.counts import count_by, hidden, matrix
from quietude.store.reading.cubes import Cubes
from quietude.store.reading.reader import Reader
from quietude.store.reading.tally import Tally, refusal, tally


class Counting:
    """What counts; every answer is to a viewer."""

    _reader: Reader
    _cubes: Cubes

    def count(self, viewer: Viewer, question: Filter, by: Sequence[str] = ()) -> pa.Table:
        """Return the number of facts by each combination of dimensions: the dimensions' columns, then `count` (int64).

        Dimensions: any column of a fact, and "family", "nature" (category's first one and two levels), "month"
        ("YYYY-MM"), "year", "week" (date of its Monday), "hour" (0..23), "weekday" (0 is Monday), "located" (bool).
        Ordered by the dimensions; only combinations that occur; one row when `by` is empty.
        """
        return count_by(self._reader, self._cubes, viewer, question, by)

    def hidden(self, viewer: Viewer, question: Filter, *, shown: int | None = None) -> int | None:
        """Return how many facts match but are not the viewer's, coarsely, or None where telling would reveal a fact.

        Told only for questions of period, zones, categories, sources, severity, origin and reality; rounded down to
        tens, so that fewer than ten read as 0. `shown` is the count of what the viewer sees, where it is known already.
        """
        return hidden(self._reader, self._cubes, viewer, question, shown)

    def matrix(self, viewer: Viewer, question: Filter) -> npt.NDArray[np.int64]:
        """Return the counts by local weekday (rows, 0 is Monday) and hour, shape (7, 24), where the hour is known."""
        return matrix(self._reader, self._cubes, viewer, question)

    def h3_bins(self, viewer: Viewer, question: Filter, *, resolution: int, box: Box | None = None) -> pa.Table:
        """Return the located facts by H3 cell: columns h3, count; by count descending. `resolution` is 0..10.

        `box` keeps the facts inside it, as `question.box` does; both may be given.
        """
        return h3_bins(self._reader, self._cubes, viewer, question, resolution=resolution, box=box)

    def tally(self, viewer: Viewer, question: Filter, by: Sequence[str] = ()) -> Tally:
        """Return counts of what the viewer may list and, apart, of what they may only count.

        The first are exact. Of the second fewer than `viewer.least` are not told, others are rounded down to multiples
        of it, and a cell is withheld too where the other cells and the total would give a small one away. At most
        two dimensions, of `tally.DIMENSIONS` and the zones.

        Raises:
            NotCountedError: what may only be counted is not counted so (see `uncounted`).
        """
        return tally(self._reader, self._cubes, viewer, question, by)

    def uncounted(self, viewer: Viewer, question: Filter, by: Sequence[str] = ()) -> str | None:
        """Return why `tally` refuses a question or dimensions, None where it does not."""
        return refusal(viewer, question, by, self._reader.levels)
