"""Which column becomes what: the `map` part of a manifest."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from quietude.sources.duration import parse_duration
from quietude.sources.expression import Condition, Expression, Part, Value, Words
from quietude.sources.read_spec import PlaceSpec

REST = "*"


def _category(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class CategorySpec(Part):
    """What kind of fact: the source's own words, and how they are brought to the vocabulary."""

    column: str | None = Field(default=None, description="Column that holds the source's category.")
    columns: tuple[str, ...] = Field(
        default=(), description="Columns that hold it from coarse to fine, joined by ` > `."
    )
    value: Value | None = Field(default=None, description="Expression for it, where a column is not enough.")
    crosswalk: str | None = Field(
        default=None, description="CSV of the town's folder: the source's category to a code of the vocabulary."
    )
    code: str | None = Field(
        default=None, description="One code of the vocabulary for every record, instead of a crosswalk."
    )

    @model_validator(mode="after")
    def _is_complete(self) -> CategorySpec:
        said = [name for name in ("column", "columns", "value") if getattr(self, name) not in (None, ())]
        if len(said) > 1 or (self.crosswalk is not None and not said):
            raise ValueError("a crosswalk needs exactly one of: column, columns, value")
        if (self.crosswalk is None) == (self.code is None):
            raise ValueError("a category needs either a crosswalk or a code")
        return self

    @property
    def expression(self) -> Expression | None:
        """Return the expression of the source's own words; its joined parts are separated by " > "."""
        if self.value is not None:
            return self.value
        columns = (self.column,) if self.column is not None else self.columns
        return Expression(columns=columns, join=" > ") if columns else None


def _length(text: str) -> str:
    length = parse_duration(text)
    if length.months or not timedelta(seconds=1) <= length.exact <= timedelta(days=31):
        raise ValueError(f"{text!r}: expected a length from PT1S to P31D")
    return text


def _conditions(value: Any) -> Any:
    return (value,) if isinstance(value, dict) else value


Length = Annotated[str, AfterValidator(_length)]


class SeriesSpec(Part):
    """One quantity of an observation, or several columns of one quantity (wide files become long)."""

    columns: Words = Field(
        description="Column or columns that hold values; wildcards are allowed, `*` is every column not otherwise read."
    )
    quantity: str = Field(description="What is measured, short and ASCII; `{column}` stands for the column's name.")
    unit: str = Field(description="Unit symbol: `dB`, `Cel`, `1/h`.")
    sensor: str | None = Field(default=None, description="Sensor, where each column is one: `{column}`.")
    extract: str | None = Field(
        default=None, description="Regular expression whose first group replaces the column's name in `{column}`."
    )
    low: float | None = Field(default=None, description="Values below are marked as suspect.")
    high: float | None = Field(default=None, description="Values above are marked as suspect.")
    only: Annotated[tuple[Condition, ...], BeforeValidator(_conditions)] = Field(
        default=(), description="Conditions that a record must meet to hold this quantity, where a column names it."
    )
    unit_from: str | None = Field(
        default=None,
        description=(
            "Column in which a record states its unit (symbol or UN/CEFACT code), converted to `unit`; `{column}` "
            "stands for the column's name."
        ),
    )
    stuck_after: Length | None = Field(
        default=None, description="How long the same value may come before it is marked as stuck (ISO 8601)."
    )
    gap_after: Length | None = Field(
        default=None, description="How long nothing may come before the next value is marked as after a gap."
    )
    jump: float | None = Field(default=None, gt=0, description="Values further from the last one are marked as a jump.")
    jump_within: Length = Field(default="PT1H", description="How old the last value may be that a jump is told from.")
    mean: Literal["arithmetic", "energetic"] | None = Field(
        default=None,
        description="How values are averaged; energetic (Leq) by default for `leq`, `laeq`… in dB, else arithmetic.",
    )

    def named(self, template: str, column: str) -> str:
        """Return a template (`quantity`, `sensor`, `unit_from`) with the name of a column in it."""
        name = column
        if self.extract is not None:
            found = re.search(self.extract, column)
            name = (found[1] if found.re.groups else found[0]) if found is not None else column
        return template.replace("{column}", name)


class VideoSpec(Part):
    """Says that the records are alerts of an algorithm that looks at images: filed within an authorisation only."""

    camera: Value = Field(description="Which camera, as authorisations name it.")
    event: Value = Field(description="What it saw: one of the events that the law admits, by its code.")


class MapSpec(Part):
    """Which column becomes what. Every column is mapped, kept in `attributes`, or dropped with a reason."""

    source_key: Value | None = Field(
        default=None, description="What identifies a record in its source, the same at every import."
    )
    occurred_from: Value | None = Field(default=None, description="When it happened or began.")
    occurred_to: Value | None = Field(default=None, description="When it ended.")
    reported_at: Value | None = Field(default=None, description="When the source was told.")
    category: Annotated[CategorySpec | None, BeforeValidator(_category)] = Field(
        default=None, description="What kind of fact it is."
    )
    severity: Value | None = Field(default=None, description="Gravity 1 to 5; the vocabulary's when absent.")
    status: Value | None = Field(default=None, description="open, under_way, closed or unknown.")
    origin: Value | None = Field(
        default=None, description="reported, sensor, patrol or administrative; the vocabulary's hint when absent."
    )
    reality: Value | None = Field(default=None, description="real, fictional or exercise.")
    title: Value | None = Field(default=None, description="One line that says it.")
    text: Value | None = Field(default=None, description="Narrative; personal data in it are masked.")
    place: PlaceSpec | None = Field(default=None, description="Where it happened.")
    at: Value | None = Field(default=None, description="Observations: when the value was measured.")
    sensor: Value | None = Field(default=None, description="Observations: which sensor measured.")
    series: tuple[SeriesSpec, ...] = Field(default=(), description="Observations: the columns that hold values.")
    name: Value | None = Field(default=None, description="Places: name.")
    video: VideoSpec | None = Field(
        default=None, description="The records are alerts of algorithmic video; refused outside an authorisation."
    )
    attributes: Words = Field(
        default=(),
        description="Columns kept as the source has them; `*` is every column neither otherwise read nor dropped.",
    )
    drop: dict[str, str] = Field(
        default_factory=dict,
        description="Columns that are not kept, each with the reason; a mapping may still read them.",
    )

    def expressions(self) -> dict[str, Expression]:
        """Return the expressions over the record by what they make; the parts of a place as `place.<part>`."""
        names = (
            "source_key", "occurred_from", "occurred_to", "reported_at", "severity", "status", "origin", "reality",
            "title", "text", "at", "sensor", "name",
        )  # fmt: skip
        found: dict[str, Expression] = {name: part for name in names if (part := getattr(self, name)) is not None}
        if self.category is not None and self.category.expression is not None:
            found["category"] = self.category.expression
        if self.place is not None:
            found.update({f"place.{name}": part for name, part in self.place.expressions().items()})
        if self.video is not None:
            found |= {"video.camera": self.video.camera, "video.event": self.video.event}
        return found
