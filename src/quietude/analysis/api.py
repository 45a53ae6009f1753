"""The door of `analysis`: which entries tell of the same fact. Other packages import from here only."""

from __future__ import annotations

from quietude.analysis.links.clusters import clusters
from quietude.analysis.links.levels import FEATURES
from quietude.analysis.links.model import LinkModel, informed, shipped_model
from quietude.analysis.links.records import ENTRY_COLUMNS

__all__ = ["ENTRY_COLUMNS", "FEATURES", "LinkModel", "clusters", "informed", "shipped_model"]
