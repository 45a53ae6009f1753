"""The census of fields: for every column of database, store and ledger, whether it is personal data, and its law.

The census is data (`census/*.yml`), one file a subject; a test compares it with the columns that there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from ruamel.yaml import YAML

from quietude.sources.api import Label, parse_duration

OnErasure = Literal["delete", "blank", "ask"]


class CensusError(ValueError):
    """The census cannot be used; the message says which file, and what is wrong there."""


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Activity(_Closed):
    """One processing of the register: why, by which law, about whom, for whom, how long."""

    title: Label
    purpose: Label
    basis: Label
    regime: Label
    persons: Label
    recipients: Label
    duration: Label
    notice: Label | None = None
    """Where the persons are informed."""
    by_source: bool = False
    """Whether each source is a processing of its own: its manifest then says all the rest."""

    @model_validator(mode="after")
    def _informs(self) -> Activity:
        if self.notice is None and not self.by_source:
            raise ValueError("notice: say where the persons are informed; a processing without a notice is refused")
        return self


class Expiry(_Closed):
    """When a row has to go: so long after a moment that one of its columns states."""

    since: str = Field(alias="from")
    after: str

    @field_validator("after")
    @classmethod
    def _is_duration(cls, text: str) -> str:
        parse_duration(text)
        return text


class TableCensus(_Closed):
    """One table: the processing it belongs to, which columns are personal data, how its rows go."""

    activity: str
    personal: dict[str, str]
    """Column to the kind of personal data it holds."""
    other: tuple[str, ...]
    """Columns that hold none; `*` stands for the rest of a name."""
    expires: Expiry | None = None
    kept: Label | None = None
    """Why rows do not expire by themselves, or how else they go."""
    on_erasure: OnErasure = "delete"
    """What becomes of a row in whose words a person is found who has to be forgotten."""

    @model_validator(mode="after")
    def _holds_together(self) -> TableCensus:
        twice = sorted(set(self.personal) & set(self.other))
        if twice:
            raise ValueError(f"columns {twice} are said to be personal data and not to be")
        if self.personal and (self.expires is None) == (self.kept is None):
            raise ValueError("a table with personal data says exactly one of `expires` and `kept`")
        return self

    def covers(self, column: str) -> bool:
        """Tell whether the census knows a column."""
        return column in self.personal or any(fnmatchcase(column, pattern) for pattern in self.other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """All that is known of one column."""

    table: str
    column: str
    is_personal: bool
    category: str | None
    """Kind of personal data, None where there is none."""
    activity: str
    purpose: Label
    basis: Label
    regime: Label
    duration: Label
    recipients: Label


@dataclass(frozen=True, slots=True)
class Census:
    """The whole census, read and checked."""

    activities: Mapping[str, Activity]
    categories: Mapping[str, Label]
    tables: Mapping[str, TableCensus]

    def tags(self, found: Mapping[str, Iterable[str]]) -> tuple[Tag, ...]:
        """Return the tag of each of these columns (table to columns), in order; what the census lacks is left out."""
        return tuple(
            self._tag(table, column)
            for table, columns in sorted(found.items())
            for column in columns
            if table in self.tables and self.tables[table].covers(column)
        )

    def _tag(self, table: str, column: str) -> Tag:
        entry = self.tables[table]
        activity = self.activities[entry.activity]
        category = entry.personal.get(column)
        return Tag(
            table=table,
            column=column,
            is_personal=category is not None,
            category=category,
            activity=entry.activity,
            purpose=activity.purpose,
            basis=activity.basis,
            regime=activity.regime,
            duration=activity.duration,
            recipients=activity.recipients,
        )

    def faults(self, found: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
        """Return what is wrong between the census and the columns that there are: nothing may be."""
        wrong: list[str] = []
        for table, names in sorted(found.items()):
            columns = list(names)
            entry = self.tables.get(table)
            if entry is None:
                wrong.append(f"{table} is not in the census; add to a file of it:\n{skeleton(table, columns)}")
                continue
            untagged = [column for column in columns if not entry.covers(column)]
            wrong += [f"{table}.{column} is not tagged: put it under `personal` or `other`" for column in untagged]
            stated = [*entry.personal, *(name for name in entry.other if "*" not in name)]
            gone = [column for column in stated if column not in columns]
            wrong += [f"{table}.{column} is in the census but not in the table: take it out" for column in gone]
            if entry.expires is not None and entry.expires.since not in columns:
                wrong.append(f"{table}: `expires` counts from {entry.expires.since!r}, which is no column of it")
        wrong += [
            f"{table} is in the census but there is no such table" for table in sorted(set(self.tables) - set(found))
        ]
        return tuple(wrong)


def skeleton(table: str, columns: Iterable[str]) -> str:
    """Return the lines to add for a table, to be filled in."""
    names = ", ".join(columns)
    return (
        f"  {table}:\n    activity: …\n    expires: {{from: …, after: P1Y}}\n"
        f"    personal: {{…: words}}\n    other: [{names}]"
    )


@cache
def load_census() -> Census:
    """Return the census of this software.

    Raises:
        CensusError: a file of it cannot be used.
    """
    documents = {
        path.name: YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        for path in sorted(files("quietude.keeping").joinpath("census").iterdir(), key=lambda path: path.name)
        if path.name.endswith(".yml")
    }
    return census_from(documents)


def census_from(documents: Mapping[str, Mapping[str, Any]]) -> Census:
    """Return the census that some documents (by name of their file) make together.

    Raises:
        CensusError: something is said twice, refers to nothing, or lacks what it needs.
    """
    activities = _read(documents, "activities", Activity)
    categories = _read(documents, "categories", Label)
    tables = _read(documents, "tables", TableCensus)
    for table, entry in tables.items():
        if entry.activity not in activities:
            raise CensusError(f"{table}: no activity {entry.activity!r}; there are {sorted(activities)}")
        unknown = sorted(set(entry.personal.values()) - set(categories))
        if unknown:
            raise CensusError(f"{table}: no category {unknown}; there are {sorted(categories)}")
    return Census(activities, categories, tables)


Entry = TypeVar("Entry", bound=BaseModel)


def _read(documents: Mapping[str, Mapping[str, Any]], section: str, model: type[Entry]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for name, document in documents.items():
        for key, content in (document.get(section) or {}).items():
            if key in entries:
                raise CensusError(f"{name}: {section} {key!r} is said twice")
            try:
                entries[key] = model.model_validate(content)
            except ValidationError as error:
                raise CensusError(f"{name}: {section} {key!r}: {error.errors()[0]['msg']}") from error
    return entries
