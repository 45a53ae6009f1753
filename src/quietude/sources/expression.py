"""How a value is made from a record's columns, said in YAML: the language of `map` in manifests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

FILE_COLUMNS = ("_file", "_line")
"""Pseudo-columns every record has: the name of its file and the number of its line (or row) there."""


class Part(BaseModel):
    """A closed piece of a manifest: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _words(value: Any) -> Any:
    """Take YAML numbers and truth values for the text they were written as, and one thing for a list of one."""
    if isinstance(value, str | int | float):
        value = [value]
    return tuple(_word(item) for item in value) if isinstance(value, list | tuple) else value


def _word(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _table(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {_word(key): _word(entry) for key, entry in value.items()}


def _column_or_mapping(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


def _constant_or_mapping(value: Any) -> Any:
    return {"constant": _word(value)} if isinstance(value, str | int | float) else value


Word = Annotated[str, BeforeValidator(_word)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Table = Annotated[dict[str, str], BeforeValidator(_table)]


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return text


Pattern = Annotated[str, BeforeValidator(lambda value: _pattern(value) if isinstance(value, str) else value)]


class Condition(Part):
    """What a value must be for a case or a record to hold; all that is stated holds together."""

    column: str = Field(description="Column that is looked at.")
    equals: Words = Field(default=(), description="One of these values, exactly.")
    matches: Pattern | None = Field(default=None, description="Regular expression found in the value.")
    empty: bool | None = Field(default=None, description="Whether the value is empty.")
    negate: bool = Field(default=False, description="Hold where the rest does not.")

    @model_validator(mode="after")
    def _asks_something(self) -> Condition:
        if not self.equals and self.matches is None and self.empty is None:
            raise ValueError("a condition needs one of: equals, matches, empty")
        return self


class Case(Condition):
    """A condition and the value that holds under it."""

    then: Annotated[Expression, BeforeValidator(_constant_or_mapping)] = Field(
        description="Value when the condition holds: a constant, or an expression."
    )


class Expression(Part):
    """One value per record. A bare text means a column. Steps are applied in the order of the keys below.

    Every value is text, trimmed; an empty one is absent, and absent stays absent until `default`.
    """

    column: str | None = Field(default=None, description="Column to take; `_file` and `_line` exist for every record.")
    columns: tuple[str, ...] = Field(
        default=(), description="Columns to take, joined by `join`; empty ones are left out."
    )
    join: str = Field(default=" ", description="What stands between joined columns.")
    constant: Word | None = Field(default=None, description="The same value for every record.")
    first: tuple[Annotated[Expression, BeforeValidator(_column_or_mapping)], ...] = Field(
        default=(), description="Expressions, the first that has a value counts."
    )
    when: tuple[Case, ...] = Field(default=(), description="Cases, the first whose condition holds counts.")
    otherwise: Annotated[Expression | None, BeforeValidator(_constant_or_mapping)] = Field(
        default=None, description="Value when no case of `when` holds: a constant, or an expression."
    )
    digest: tuple[Annotated[Expression, BeforeValidator(_column_or_mapping)], ...] = Field(
        default=(),
        description="Expressions whose values together identify the record: a fingerprint of 32 hexadecimal digits.",
    )
    ordinal: bool = Field(
        default=False,
        description="With `digest`: records alike in every value are numbered, so that each keeps its own key.",
    )
    replace: Table = Field(default_factory=dict, description="Regular expression to what takes its place, in order.")
    extract: Pattern | None = Field(
        default=None,
        description="Regular expression to find; its first group (or the whole), or `format`, is the value.",
    )
    format: str | None = Field(
        default=None, description="With `extract`: groups put together, as in `{day}/{month}` or `{1}-{2}`."
    )
    case: Literal["lower", "upper", "title"] | None = Field(default=None, description="Letter case to give.")
    translate: Table = Field(default_factory=dict, description="Value to what it becomes.")
    unmatched: Literal["keep", "empty"] = Field(
        default="empty", description="With `translate`: what a value that is not in the table becomes."
    )
    default: Word | None = Field(default=None, description="Value where there is none.")
    parse: Words = Field(
        default=(),
        description=(
            "How to read a time: `iso`, `french`, `ymd_clock`, `spreadsheet` (cells of workbooks, days counted from "
            "1900 among them), or strptime formats such as `%d/%m/%Y %H:%M`; several are tried in order."
        ),
    )
    timezone: str | None = Field(
        default=None, description="Time zone the times are written in; the source's when absent."
    )
    precision: Literal["minute", "hour", "day", "month", "year"] | None = Field(
        default=None, description="How finely the time is known, where the format says otherwise."
    )

    @model_validator(mode="after")
    def _has_one_beginning(self) -> Expression:
        given = [
            name
            for name in ("column", "columns", "constant", "first", "when", "digest")
            if getattr(self, name) not in (None, ())
        ]
        if len(given) != 1:
            raise ValueError(
                "an expression begins with exactly one of: column, columns, constant, first, when, digest; "
                f"here: {given}"
            )
        if self.format is not None and self.extract is None:
            raise ValueError("format needs extract")
        if self.ordinal and not self.digest:
            raise ValueError("ordinal needs digest")
        if self.otherwise is not None and not self.when:
            raise ValueError("otherwise needs when")
        return self

    @field_validator("extract")
    @classmethod
    def _no_lookaround(cls, pattern: str | None) -> str | None:
        if pattern is not None and re.search(r"\(\?(?:<?[=!])|\\[1-9]", pattern):
            raise ValueError("look-around and back-references are not available (they cannot run in linear time)")
        return pattern

    def parts(self) -> Iterator[Expression]:
        """Yield this expression and all inside it."""
        yield self
        inner = [*self.first, *self.digest, *(case.then for case in self.when)]
        if self.otherwise is not None:
            inner.append(self.otherwise)
        for expression in inner:
            yield from expression.parts()

    def reads(self) -> Iterator[str]:
        """Yield the columns this expression reads, in the order of the text."""
        for expression in self.parts():
            if expression.column is not None:
                yield expression.column
            yield from expression.columns
            for case in expression.when:
                yield case.column


Value = Annotated[Expression, BeforeValidator(_column_or_mapping)]
"""An expression, or the name of a column."""

Case.model_rebuild()
Expression.model_rebuild()
