"""Facts in the shape the store takes."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from quietude.ingest.plan import Plan
from quietude.model.event import event_schema
from quietude.model.identity import SEPARATOR

GIVEN_BY_STORE = ("id", "version")


def filed_schema(levels: Sequence[str]) -> pa.Schema:
    """Return the columns of facts on their way to the store: all but those the store gives."""
    schema = event_schema(tuple(levels))
    return pa.schema([field for field in schema if field.name not in GIVEN_BY_STORE])


def to_table(facts: pl.DataFrame, plan: Plan) -> pa.Table:
    """Return the facts as the store takes them; the manifest states law and sensitivity."""
    manifest = plan.manifest
    schema = filed_schema(plan.territory.level_names)
    constant = {"source": manifest.name, "regime": manifest.regime.value, "sensitivity": manifest.sensitivity.value}
    facts = facts.with_columns(
        **{name: pl.lit(value) for name, value in constant.items()},
        received_at=pl.lit(plan.now).dt.convert_time_zone("UTC"),
    )
    missing = [name for name in schema.names if name not in facts.columns]
    facts = facts.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)
    return facts.select(schema.names).to_arrow().cast(schema)


def attributes_json(frame: pl.DataFrame) -> pl.Series:
    """Return the columns of each record as JSON text, as the source has them."""
    return frame.select(pl.struct(pl.all()).struct.json_encode().alias("attributes"))["attributes"]


def flag_lists(frame: pl.DataFrame, flags: dict[str, pl.Series], *, lists: pl.Series) -> pl.Series:
    """Return for each record the codes of `lists`, then those of the flags that hold.

    Records have few different sets of flags: each set is written once, then handed to its records.
    """
    raised = {code: holds for code, holds in flags.items() if holds.any()}
    sets = pl.Series("set", [0], dtype=pl.UInt32).new_from_index(0, frame.height)
    for number, holds in enumerate(raised.values()):
        sets = sets + holds.cast(pl.UInt32) * (1 << number)
    marked = pl.DataFrame({"set": sets, "others": lists.list.join(SEPARATOR)})
    different = marked.unique()
    codes = [
        [
            *(others.split(SEPARATOR) if others else ()),
            *(code for number, code in enumerate(raised) if number_of >> number & 1),
        ]
        for number_of, others in different.iter_rows()
    ]
    written = different.with_columns(pl.Series("flags", codes, dtype=pl.List(pl.String)))
    return marked.join(written, on=["set", "others"], how="left", nulls_equal=True, maintain_order="left")["flags"]
