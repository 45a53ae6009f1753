"""What facts are grouped by: cells, places and what moves, as columns of their own."""

from __future__ import annotations

from collections.abc import Sequence

import h3
import numpy as np
import polars as pl

from quietude.alarms.compiled import Compiled, cell_column
from quietude.alarms.rule import FINEST_H3


def with_groups(facts: pl.DataFrame, rules: Sequence[Compiled]) -> pl.DataFrame:
    """Return facts with the columns that rules group or choose them by and the store has not."""
    return _with_places(_with_cells(facts, rules), rules)


def _with_cells(facts: pl.DataFrame, rules: Sequence[Compiled]) -> pl.DataFrame:
    asked = {int(each.rule.by[3:]) for each in rules if each.rule.by.startswith("h3:")} - {FINEST_H3}
    if not asked:
        return facts
    cells = facts["h3"].drop_nulls().unique().to_list()
    parents = {
        cell_column(resolution): pl.col("h3").replace_strict(
            cells, [h3.cell_to_parent(cell, resolution) for cell in cells], default=None, return_dtype=pl.String
        )
        for resolution in sorted(asked)
    }
    return facts.with_columns(**parents)


def _with_places(facts: pl.DataFrame, rules: Sequence[Compiled]) -> pl.DataFrame:
    asked = {each.place_column: each.area for each in rules if each.area is not None}
    if not asked:
        return facts
    points = facts.select("lon_deg", "lat_deg").fill_null(np.nan).to_numpy()
    columns = [pl.Series(name, area.holding(points), dtype=pl.String) for name, area in asked.items()]
    return facts.with_columns(columns)
