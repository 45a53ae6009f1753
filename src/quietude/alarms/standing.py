"""Where an alarm stands, as ISA-18.2 says it: active or cleared, acknowledged or not, and set aside for a while or not.

Source: ANSI/ISA-18.2-2016, clause 5.2.4, the alarm state transition diagram; the letters are those of its states.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_SHELF = timedelta(hours=24)  # what is set aside for longer is a change of the rule, by whoever keeps it


class State(StrEnum):
    """The states of the diagram."""

    NORMAL = "normal"
    """A: over and known, or never there."""
    UNACKNOWLEDGED = "unacknowledged"
    """B: active, nobody has taken it."""
    ACKNOWLEDGED = "acknowledged"
    """C: active, somebody has."""
    RETURNED = "returned"
    """D: over before anybody took it."""
    LATCHED = "latched"
    """E and F: over, and stays until somebody resets it."""
    SHELVED = "shelved"
    """G: set aside by an operator, until a moment."""
    SUPPRESSED = "suppressed"
    """H: set aside by design, for a planned event or works."""
    OUT_OF_SERVICE = "out_of_service"
    """I: set aside with its rule, by whoever keeps it."""


class ActError(ValueError):
    """An act that the state of an alarm does not allow; says which state it is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one alarm stands. Whether its condition holds goes on below whatever sets it aside."""

    is_active: bool
    is_acknowledged: bool = False
    latches: bool = False
    """Whether it stays, once over, until somebody resets it."""
    is_reset: bool = False
    shelved_until: datetime | None = None
    suppressed_by: str | None = None
    """The planned event or works that set it aside."""
    is_in_service: bool = True

    def state(self, now: datetime) -> State:
        """Return the state at a moment: what sets aside comes first, the strongest of them."""
        if not self.is_in_service:
            return State.OUT_OF_SERVICE
        if self.suppressed_by is not None:
            return State.SUPPRESSED
        if self.shelved_until is not None and now < self.shelved_until:
            return State.SHELVED
        if self.is_active:
            return State.ACKNOWLEDGED if self.is_acknowledged else State.UNACKNOWLEDGED
        if self.latches and not self.is_reset:
            return State.LATCHED
        return State.NORMAL if self.is_acknowledged else State.RETURNED

    def rings(self, now: datetime) -> bool:
        """Tell whether it calls for somebody now."""
        return self.state(now) in {State.UNACKNOWLEDGED, State.RETURNED} or (
            self.state(now) is State.LATCHED and not self.is_acknowledged
        )

    def raised(self) -> Standing:
        """Return it as its condition begins to hold, or holds again: it has to be taken anew."""
        return replace(self, is_active=True, is_acknowledged=False, is_reset=False)

    def risen(self) -> Standing:
        """Return it as it has become graver: whoever took it took less."""
        return replace(self, is_acknowledged=False)

    def cleared(self) -> Standing:
        """Return it as its condition ceases to hold."""
        return replace(self, is_active=False)

    def acknowledge(self, now: datetime) -> Standing:
        """Return it taken by somebody.

        Raises:
            ActError: it was taken already, or is set aside.
        """
        self._refuse_aside(now)
        if self.is_acknowledged:
            raise ActError(f"somebody has acknowledged it already; it is {self.state(now)}")
        return replace(self, is_acknowledged=True)

    def reset(self, now: datetime) -> Standing:
        """Return a latched alarm that is over as normal.

        Raises:
            ActError: it is not latched, goes on, or nobody has taken it.
        """
        if self.state(now) is not State.LATCHED:
            raise ActError(f"only what is latched and over is reset; it is {self.state(now)}")
        if not self.is_acknowledged:
            raise ActError("nobody has acknowledged it; acknowledge it first")
        return replace(self, is_reset=True)

    def shelve(self, until: datetime, now: datetime) -> Standing:
        """Return it set aside until a moment: `LONGEST_SHELF` from now at most.

        Raises:
            ActError: the moment is past or too far, or it is set aside already.
        """
        self._refuse_aside(now)
        if not now < until <= now + LONGEST_SHELF:
            raise ActError(
                f"shelved until {until:%Y-%m-%d %H:%M %Z}? expected a moment within {LONGEST_SHELF} from now"
            )
        return replace(self, shelved_until=until)

    def unshelve(self, now: datetime) -> Standing:
        """Return it from the shelf before its end.

        Raises:
            ActError: it is not shelved.
        """
        if self.state(now) is not State.SHELVED:
            raise ActError(f"it is not shelved; it is {self.state(now)}")
        return replace(self, shelved_until=None)

    def suppress(self, by: str) -> Standing:
        """Return it set aside by a planned event or works."""
        return replace(self, suppressed_by=by)

    def unsuppress(self) -> Standing:
        """Return it after the planned event."""
        return replace(self, suppressed_by=None)

    def serve(self, *, is_in_service: bool) -> Standing:
        """Return it with its rule in or out of service."""
        return replace(self, is_in_service=is_in_service)

    def _refuse_aside(self, now: datetime) -> None:
        state = self.state(now)
        if state in {State.SHELVED, State.SUPPRESSED, State.OUT_OF_SERVICE}:
            raise ActError(f"it is set aside ({state}); take it back first")
