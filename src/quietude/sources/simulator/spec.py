"""What a manifest states of a made-up logbook: which service writes it, from which seed, over which days."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from quietude.sources.duration import parse_duration

Service = Literal["municipal_police", "video_centre", "town_hall_desk", "social_landlord", "transport"]
SERVICES: tuple[Service, ...] = ("municipal_police", "video_centre", "town_hall_desk", "social_landlord", "transport")

TODAY = "today"


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


DayText = Annotated[str, BeforeValidator(_text)]


class SimulatorSpec(BaseModel):
    """The `read` part of a manifest whose records are made up.

    Logbooks with one `seed` and one `facts_per_day` tell of the same fictional days, each as its service saw them;
    what a day holds never depends on `from` and `to`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    format: Literal["simulator"] = Field(
        description="`simulator`: the records are made up, and labelled as fictional everywhere."
    )
    service: Service = Field(
        description="Who writes it: municipal_police, video_centre, town_hall_desk, social_landlord or transport."
    )
    seed: int = Field(
        ge=0, lt=2**63, description="Number everything is drawn from; logbooks of one seed share one world."
    )
    since: DayText = Field(
        alias="from", description="First day (YYYY-MM-DD), or a length of time before `to` (P2Y, P90D)."
    )
    until: DayText = Field(
        default=TODAY, alias="to", description="Last day (YYYY-MM-DD), or `today`: up to the minute of the import."
    )
    facts_per_day: float = Field(
        default=130.0,
        gt=0,
        le=20_000,
        description="Facts the fictional town lives through on an average day, noticed by a service or not.",
    )
    rate: float = Field(
        default=1.0, gt=0, le=3, description="How readily the service records what it notices; 1 is usual."
    )

    @field_validator("since")
    @classmethod
    def _is_day_or_length(cls, text: str) -> str:
        if text.startswith("P"):
            parse_duration(text)
        else:
            date.fromisoformat(text)
        return text

    @field_validator("until")
    @classmethod
    def _is_day_or_today(cls, text: str) -> str:
        if text != TODAY:
            date.fromisoformat(text)
        return text

    def days(self, today: date) -> tuple[date, date]:
        """Return the first and the last day to make up, both included, when it is `today` in the town."""
        last = today if self.until == TODAY else min(today, date.fromisoformat(self.until))
        first = (
            parse_duration(self.since).before(last) if self.since.startswith("P") else date.fromisoformat(self.since)
        )
        return first, last
