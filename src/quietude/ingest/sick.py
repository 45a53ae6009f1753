"""Records set aside: the reason, the culprit, and the record itself freed of personal data."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import polars as pl

from quietude.ingest.evaluate import evaluate
from quietude.ingest.hashing import fingerprints
from quietude.ingest.ledger import Quarantined
from quietude.ingest.mapping import KEPT, Mapper, mapped_columns
from quietude.ingest.masks import mask
from quietude.ingest.plan import Plan
from quietude.ingest.protect import masked_columns
from quietude.model.identity import SEPARATOR
from quietude.sources.api import FILE, LINE, Expression, Problem

RAW = "_raw"
"""Name under which a stretch that is no record is kept."""
SHOWN = 200  # characters of a value that a reason shows
EXEMPT = ("source_key", "occurred_from", "occurred_to", "reported_at", "at", "place.lon", "place.lat")
"""Values that masking could spoil and that hold no free text."""


def set_aside(
    records: pl.DataFrame, sick: pl.DataFrame, mapper: Mapper, plan: Plan, import_id: int
) -> list[Quarantined]:
    """Return the records as the ledger keeps them; `records` are raw columns, `sick` their `reason` and `key`."""
    reasons, keys = sick["reason"], sick["key"]
    if records.is_empty():
        return []
    expressions = mapper.manifest.map.expressions()
    kept_names = [name for name in records.columns if name not in {FILE, LINE, *mapper.manifest.map.drop}]
    if mapper.manifest.map.video is not None:  # what an algorithm says besides is kept nowhere, refused or not
        kept_names = [name for name in kept_names if name in mapped_columns(mapper.manifest)]
    exempt = {column for name in EXEMPT if name in expressions for column in expressions[name].reads()}
    texts = [name for name in kept_names if name not in exempt and records.schema[name] == pl.String]
    clean, _, _ = masked_columns(records.select(kept_names), texts, plan.country)
    derived = {
        KEPT + name: expression
        for name, expression in mapper.unrecoverable().items()
        if KEPT + name not in records.columns
    }
    clean = clean.hstack(records.select(value.alias(name) for name, value in derived.items())) if derived else clean
    if mapper.key_is_given():
        clean = clean.with_columns(keys.alias(KEPT + "source_key"))
    values = _values(records, reasons, keys, expressions)
    raws = [{name: value for name, value in row.items() if value is not None} for row in clean.iter_rows(named=True)]
    marks = [
        SEPARATOR.join((plan.manifest.name, file, str(line), reason, _dump(raw)))
        for file, line, reason, raw in zip(records[FILE], records[LINE], reasons, raws, strict=True)
    ]
    ids = fingerprints(pl.Series("id", marks, dtype=pl.String))
    return [
        Quarantined(
            id=identity,
            source=plan.manifest.name,
            import_id=import_id,
            file=file,
            line=line,
            reason=reason.partition(":")[0],
            column=_column(reason, expressions),
            value=mask(value[:SHOWN], plan.country)[0] if value is not None else None,
            detail={},
            raw=raw,
            status="open",
            noted_at=plan.now,
        )
        for identity, file, line, reason, value, raw in zip(
            ids, records[FILE], records[LINE], reasons, values, raws, strict=True
        )
    ]


def problems_aside(problems: Sequence[Problem], file: str, plan: Plan, import_id: int) -> list[Quarantined]:
    """Return what could not be read as records, as the ledger keeps it."""
    raws = [mask(problem.raw, plan.country)[0] for problem in problems]
    marks = [
        SEPARATOR.join((plan.manifest.name, file, str(problem.line), problem.reason, raw))
        for problem, raw in zip(problems, raws, strict=True)
    ]
    ids = fingerprints(pl.Series("id", marks, dtype=pl.String))
    return [
        Quarantined(
            id=identity,
            source=plan.manifest.name,
            import_id=import_id,
            file=file,
            line=problem.line,
            reason=problem.reason,
            column=None,
            value=None,
            detail=dict(problem.detail),
            raw={RAW: raw},
            status="open",
            noted_at=plan.now,
        )
        for identity, problem, raw in zip(ids, problems, raws, strict=True)
    ]


def _dump(raw: dict[str, str]) -> str:
    return orjson.dumps(raw, option=orjson.OPT_SORT_KEYS).decode()


BY_COLUMN = ("value_unreadable:", "value_not_finite:", "unit_unconvertible:", "quantity_unknown:")
"""Reasons that name their column."""


def _culprit(reason: str) -> str:
    """Return the name of the value that a reason is about."""
    if reason.startswith("word_unknown:"):
        return reason.partition(":")[2]
    if reason.startswith("time_"):
        return "occurred_from"
    return {
        "key_missing": "source_key",
        "duplicate_key": "source_key",
        "name_missing": "name",
        "outside_town": "place.lon",
        "video_no_authorisation": "video.camera",
        "video_withdrawn": "video.camera",
        "video_wrong_event": "video.event",
        "video_wrong_camera": "video.camera",
        "video_wrong_time": "occurred_from",
        "video_wrong_place": "place.lon",
    }.get(reason, "")


def _column(reason: str, expressions: dict[str, Expression]) -> str | None:
    if reason.startswith(BY_COLUMN):
        return reason.partition(":")[2]
    culprit = _culprit(reason)
    expression = expressions.get(culprit) or expressions.get("at" if culprit == "occurred_from" else "")
    return ", ".join(dict.fromkeys(expression.reads())) or None if expression is not None else None


def _values(
    records: pl.DataFrame, reasons: pl.Series, keys: pl.Series, expressions: dict[str, Expression]
) -> list[str | None]:
    """Return for each record the text that could not be used."""
    found = pl.Series("value", [None], dtype=pl.String).new_from_index(0, records.height)
    for reason in reasons.unique().to_list():
        culprit = _culprit(reason)
        expression = expressions.get(culprit) or expressions.get("at" if culprit == "occurred_from" else "")
        if culprit == "source_key":
            text = keys
        elif reason.startswith(BY_COLUMN):
            text = records[reason.partition(":")[2]]
        elif KEPT + culprit in records.columns:
            text = records[KEPT + culprit]
        elif expression is not None:
            text = records.select(evaluate(expression).alias("value"))["value"]
        else:
            continue
        found = records.select(value=pl.when(pl.lit(reasons == reason)).then(pl.lit(text)).otherwise(pl.lit(found)))[
            "value"
        ]
    return found.to_list()
