"""What a fact's content is, and the digest that tells whether it changed."""

from __future__ import annotations

import re

import duckdb
import pyarrow as pa

from quietude.model.event import event_schema
from quietude.store.layout import KEY_HEX_DIGITS

_ASIDE = frozenset(
    {
        "id",
        "version",
        "received_at",  # when we got it, not what it says
        "category_by",
        "category_confidence",  # who chose the category: with the same category, nothing changed
        "located_score",
        "day",
        "hour_of_week",  # follow from `occurred_from`
        "h3",  # follows from the position
    }
)
_UNIT_SEPARATOR, _NOTHING, _ITEM_SEPARATOR = "chr(31)", "chr(30)", "chr(29)"
_DEGREE_STEPS = 10_000_000  # 1e-7 degree is a centimetre: below that, a position has not changed
_METRE_STEPS = 10


def key_sql(uid: str = "uid") -> str:
    """Return SQL for the internal key of a uid."""
    return f"CAST('0x' || left({uid}, {KEY_HEX_DIGITS}) AS BIGINT)"


def key_of(uid: str) -> int:
    """Return the internal key of a uid."""
    return int(uid[:KEY_HEX_DIGITS], 16)


def digest_sql(levels: tuple[str, ...]) -> str:
    """Return SQL for the digest of a fact's content: 63 bits of MD5 over a text of the columns in a fixed form.

    The form states every number as an integer and every instant as microseconds, so that the digest is the same
    with any version of the libraries. A uid is part of it.
    """
    texts = (_text(field) for field in event_schema(levels) if field.name not in _ASIDE)
    parts = ", ".join(f"coalesce({text}, {_NOTHING})" for text in texts)
    return f"CAST(md5_number_lower(concat_ws({_UNIT_SEPARATOR}, {parts})) >> 1 AS BIGINT)"


def _text(field: pa.Field) -> str:
    name, kind = field.name, field.type
    if pa.types.is_timestamp(kind):
        return f"CAST(epoch_us({name}) AS VARCHAR)"
    if pa.types.is_list(kind):
        return f"array_to_string({name}, {_ITEM_SEPARATOR})"
    if pa.types.is_floating(kind):
        steps = _DEGREE_STEPS if name.endswith("_deg") else _METRE_STEPS
        return f"CAST(TRY_CAST(round({name}::DOUBLE * {steps}) AS BIGINT) AS VARCHAR)"
    return name if pa.types.is_string(kind) else f"CAST({name} AS VARCHAR)"


def prepare(
    cursor: duckdb.DuckDBPyConnection, events: pa.Table, levels: tuple[str, ...], *, kept: tuple[str, ...] = ()
) -> pa.Table:
    """Return the facts with exactly the model's columns less id and version, then key, digest and month.

    Args:
        cursor: where to compute.
        events: the facts to file; `id` and `version` are left aside unless they are in `kept`.
        levels: the territory's levels.
        kept: columns among id and version to keep.

    Raises:
        ValueError: a column is missing or has no value where one is needed, or a uid is not 32 hexadecimal digits.
    """
    fields = [field for field in event_schema(levels) if field.name not in {"id", "version"} - set(kept)]
    missing = [field.name for field in fields if field.name not in events.schema.names]
    if missing:
        raise ValueError(f"facts without column {missing}; columns are {events.schema.names}")
    schema = pa.schema([pa.field(field.name, field.type) for field in fields])
    table = events.select(schema.names).cast(schema)
    for field in fields:
        if not field.nullable and table[field.name].null_count:
            raise ValueError(
                f"column {field.name!r} has no value in {table[field.name].null_count} of {len(table)} rows"
            )
    sql = f"SELECT {key_sql()} AS key, {digest_sql(levels)} AS digest, strftime(day, '%Y-%m') AS month FROM facts"
    try:
        made = cursor.from_arrow(table).query("facts", sql).to_arrow_table()  # in the order of the rows
    except duckdb.ConversionException as error:
        raise ValueError(f"a uid is not 32 hexadecimal digits: {_quoted(str(error))}") from error
    made = made.cast(pa.schema([("key", pa.int64()), ("digest", pa.int64()), ("month", pa.string())]))
    for name in made.schema.names:
        table = table.append_column(name, made[name])
    return table


def _quoted(message: str) -> str:
    found = re.search(r"'[^']*'", message)
    return found[0] if found else "see the column uid"
