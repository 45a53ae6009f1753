"""How long facts of each source are kept, and how they leave: what the manifests say, as dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import polars as pl

from quietude.sources.api import Duration, Manifest, parse_duration

GONE_SOURCE = parse_duration("P3Y")
"""What a source that is no longer configured is kept for: as long as a logbook may be (CNIL, main courante)."""


class Fate(StrEnum):
    """How facts leave at the end of their duration."""

    ELIMINATE = "eliminate"
    TRANSFER = "transfer"
    """To the archives first; then they are eliminated here."""
    GENERALISE = "generalise"
    """Kept for statistics, without text, source key or exact place."""


@dataclass(frozen=True, slots=True)
class Term:
    """The end of a source's facts."""

    length: Duration | None
    """None: kept as published, without end."""
    fate: Fate

    def oldest(self, as_of: date) -> date | None:
        """Return the first day whose facts may still be kept, None where all may."""
        return self.length.before(as_of) if self.length is not None else None

    def is_due(self, as_of: date) -> pl.Expr:
        """Return the condition, on `day` and `retain_until`, that a fact has to leave.

        The manifest of today counts as well as the date noted at filing: a duration made shorter takes hold at once.
        """
        oldest = self.oldest(as_of)
        if oldest is None:
            return pl.lit(value=False)
        return (pl.col("retain_until") < as_of).fill_null(value=False) | (pl.col("day") < oldest)


def midnight(day: date, timezone: str) -> datetime:
    """Return the moment at which a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone))


def terms_of(sources: Mapping[str, Manifest]) -> Mapping[str, Term]:
    """Return the term of each configured source."""
    return {name: _term(manifest) for name, manifest in sources.items()}


def term_of(source: str, terms: Mapping[str, Term]) -> Term:
    """Return the term of a source, configured or not."""
    return terms.get(source, Term(GONE_SOURCE, Fate.ELIMINATE))


def _term(manifest: Manifest) -> Term:
    if manifest.history == "open":
        return Term(None, Fate(manifest.disposal))
    fate = Fate.GENERALISE if manifest.history == "statistics" else Fate(manifest.disposal)
    return Term(parse_duration(manifest.retention), fate)
