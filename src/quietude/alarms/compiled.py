"""Rules made ready for a town: their scopes read as questions, their groups as columns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import polars as pl

from quietude.alarms.conditions import departure_in, is_of_silence, leaves, reach, scopes
from quietude.alarms.departure import Clock, Departure, Normal, Season
from quietude.alarms.placed import NAME_MOST, Area, Points
from quietude.alarms.rule import FINEST_H3, Rule
from quietude.alarms.spans import EVER
from quietude.alarms.window import micros, micros_at
from quietude.model.event import TimePrecision, zone_column
from quietude.model.filter.expression import to_polars
from quietude.model.filter.question import Filter
from quietude.model.filter.text import FilterError, parse
from quietude.model.territory import Territory
from quietude.model.vocabulary import Vocabulary
from quietude.sources.api import Town, read_places

TIMED = (TimePrecision.MINUTE.value, TimePrecision.HOUR.value)
"""Facts that say no hour ring nothing: they would all have happened at midnight."""
OBJECT_OF_KEY = r"^(.+):[^:]*$"  # what comes before the last colon of a source's key


@dataclass(frozen=True, slots=True)
class Ground:
    """What of a town rules are read with."""

    territory: Territory
    vocabulary: Vocabulary
    timezone: str
    sources: Sequence[str] = ()
    places: Mapping[str, Points] = field(default_factory=dict)
    """Lists of places by name: schools."""
    country: str = ""
    """ISO 3166 code, for public holidays; with `subdivision` those of a part of it."""
    subdivision: str | None = None

    @classmethod
    def of(cls, town: Town, vocabulary: Vocabulary) -> Ground:
        """Return the ground of a town.

        Raises:
            GazetteerError: a list of places cannot be read.
        """
        places = {
            name: Points(tuple(str(each)[:NAME_MOST] for each in table["name"]), table.select("lon", "lat").to_numpy())
            for name, table in read_places(town).items()
        }
        return cls(
            town.territory, vocabulary, town.timezone, tuple(town.sources), places, town.country, town.subdivision
        )

    @property
    def clock(self) -> Clock:
        """Return how the town counts hours."""
        return Clock(self.timezone, self.country, self.subdivision)


class ScopeError(ValueError):
    """A scope of a rule cannot be read, or names what the town has not."""

    def __init__(self, rule: Rule, scope: str, said: str) -> None:
        self.scope = scope
        super().__init__(f"{scope!r}: {said}")
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule with its questions."""

    rule: Rule
    whole: Filter
    leaves: tuple[Filter, ...]
    """By scope of the condition; each on top of `whole`."""
    clock: Clock
    area: Area | None = None
    """Where its facts must be."""
    normals: tuple[Normal, ...] = ()
    """What is normal for its groups, by edition: see `with_normals`."""
    played_until: int = EVER
    """When what is played ends, in microseconds since 1970 UTC: see `conditions.silent`."""
    reach_us: int = field(init=False, compare=False)
    lateness_us: int = field(init=False, compare=False)
    facts_before: int = field(init=False, compare=False)
    """How many facts older than its reach it needs: silence is counted from the last one, however old."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reach_us", reach(self.rule.when))
        object.__setattr__(self, "lateness_us", micros(self.rule.lateness))
        object.__setattr__(self, "facts_before", 1 if is_of_silence(self.rule.when) else 0)

    @classmethod
    def of(cls, rule: Rule, ground: Ground, today: date) -> Compiled:
        """Return a rule made ready.

        Raises:
            ScopeError: a scope cannot be read, its period would pass, or it names a level or place that is not the
                town's.
        """
        level = rule.by.partition(":")[2] if rule.by.startswith("zone:") else None
        if level is not None and level not in ground.territory.level_names:
            known = ", ".join(ground.territory.level_names)
            raise ScopeError(rule, rule.by, f"the town has no level {level!r}; it has {known}")
        for step in rule.severity_steps:
            if step.within is not None and micros(step.within) > reach(rule.when):
                raise ScopeError(rule, step.within, "longer than the condition's windows: its facts are forgotten")
        return cls(
            rule,
            _read(rule, rule.scope, ground, today),
            tuple(_read(rule, scope, ground, today) for scope in scopes(rule.when)),
            ground.clock,
            _area(rule, ground),
        )

    def with_normals(self, normals: Sequence[Normal]) -> Compiled:
        """Return it with the editions of what is normal for its groups."""
        return replace(self, normals=tuple(sorted(normals, key=lambda normal: normal.since)))

    def playing(self, until: datetime) -> Compiled:
        """Return it for facts that are played until a moment."""
        return replace(self, played_until=micros_at(until))

    def season(self, group: str) -> Season:
        """Return what is normal for one group."""
        return Season(self.normals, group, self.clock)

    def masks(self, columns: Sequence[str]) -> list[pl.Expr]:
        """Return for each scope which rows of a frame with these columns of facts it holds."""
        whole = to_polars(self.whole, columns)
        asked = [whole & to_polars(leaf, columns) if leaf != Filter() else whole for leaf in self.leaves]
        if self.area is None:
            return asked
        is_inside, is_somewhere = pl.col(self.place_column).is_not_null(), pl.col("lon_deg").is_not_null()
        return [
            mask & (~is_inside & is_somewhere if leaf.is_outside else is_inside)
            for mask, leaf in zip(asked, leaves(self.rule.when), strict=True)
        ]

    def takes(self, leaf: int, row: Mapping[str, Any]) -> bool:
        """Tell whether a fact is where a scope looks; `row` has the columns of `with_groups`."""
        if self.area is None:
            return True
        is_inside = row[self.place_column] is not None
        is_outside = leaves(self.rule.when)[leaf].is_outside
        return not is_inside and row["lon_deg"] is not None if is_outside else is_inside

    @property
    def place_column(self) -> str:
        """Return the column that names the place of the rule that each fact is in."""
        told = self.rule.inside.model_dump_json() if self.rule.inside is not None else ""
        return f"place_{hashlib.sha256(told.encode()).hexdigest()[:12]}"

    @property
    def group_expression(self) -> pl.Expr:
        """Return the name of each fact's group, null where it belongs to none; on the columns of `with_groups`."""
        kind, _, which = self.rule.by.partition(":")
        if kind == "object":
            key = pl.col("source_key").str.extract(OBJECT_OF_KEY) if which == "source_key" else None
            found = key if key is not None else pl.col("attributes").str.json_path_match(f"$.{which}")
            return found.str.slice(0, NAME_MOST)
        if kind == "radius":
            return pl.when(pl.col("lon_deg").is_not_null() & pl.col("lat_deg").is_not_null()).then(pl.lit(""))
        column = {"zone": zone_column(which), "source": "source", "place": self.place_column}.get(kind)
        if kind == "h3":
            column = cell_column(int(which))
        return pl.lit("") if column is None else pl.col(column)


def departure_leaf(each: Compiled) -> tuple[int, Departure]:
    """Return the question of a rule's departure, and the departure.

    Raises:
        ValueError: the rule has none.
    """
    found = departure_in(each.rule.when)
    if found is None:
        raise ValueError(f"{each.rule.name} has no departure")
    return next(n for n, leaf in enumerate(leaves(each.rule.when)) if leaf.is_departure), found


def cell_column(resolution: int) -> str:
    """Return the column of facts' cells at a resolution."""
    return "h3" if resolution == FINEST_H3 else f"h3_{resolution}"


def _read(rule: Rule, scope: str, ground: Ground, today: date) -> Filter:
    try:
        question = parse(
            scope,
            territory=ground.territory,
            vocabulary=ground.vocabulary,
            today=today,
            timezone=ground.timezone,
            sources=ground.sources,
        )
    except FilterError as error:
        raise ScopeError(rule, scope, str(error)) from error
    if question.since is not None or question.until is not None or question.ids:
        raise ScopeError(rule, scope, "a rule looks at facts as they come: drop the period and the numbers of facts")
    return question


def _area(rule: Rule, ground: Ground) -> Area | None:
    if rule.inside is None:
        return None
    try:
        return Area.of(rule.inside, ground.territory, ground.places)
    except ValueError as error:
        raise ScopeError(rule, rule.inside.places or rule.inside.zone or "polygon", str(error)) from error
