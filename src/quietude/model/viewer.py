"""The reader: no function reads facts without one, and what they may read is part of the question."""

from __future__ import annotations

from dataclasses import dataclass

from quietude.model.disclosure import LEAST
from quietude.model.event import SENSITIVITY_ORDER, Regime, Sensitivity
from quietude.model.filter.question import Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A filter of rows with a mask of columns, held for a purpose."""

    purpose: str
    rows: Filter
    """Facts outside this filter do not exist for the holder."""
    ceiling: Sensitivity = Sensitivity.INTERNAL
    regimes: frozenset[Regime] = frozenset({Regime.RGPD})
    masked: frozenset[str] = frozenset()
    """Columns that read as null for the holder."""

    @property
    def sensitivities(self) -> tuple[Sensitivity, ...]:
        """Return the sensitivities at or below the ceiling, from open to closed."""
        return SENSITIVITY_ORDER[: SENSITIVITY_ORDER.index(self.ceiling) + 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who reads, under which purpose and motive, with which grants. No grant: nothing can be read."""

    who: str
    """Account identifier, or "system:<task>" for an unattended task."""
    grants: tuple[Grant, ...] = ()
    """A fact is visible when one grant admits it; a column is readable when one of those grants does not mask it."""
    purpose: str | None = None
    motive: str | None = None
    counted: tuple[Grant, ...] = ()
    """What may be counted too, but not listed: no read but `tally` looks at these, and it tells no small count."""
    least: int = LEAST
    """Counts of fewer facts than this, among those that may not be listed, are not told."""

    @classmethod
    def system(cls, task: str) -> Viewer:
        """Return the reader that an unattended task of the software reads as: everything, for that task alone."""
        everything = Grant(purpose=task, rows=Filter(), ceiling=Sensitivity.CONFIDENTIAL, regimes=frozenset(Regime))
        return cls(who=f"system:{task}", grants=(everything,), purpose=task)

    @classmethod
    def nobody(cls) -> Viewer:
        """Return the reader who may read nothing."""
        return cls(who="nobody")
