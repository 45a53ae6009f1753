"""What the first records of a source would become, without anything being filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
import pyarrow as pa

from quietude.ingest.intake import Intake
from quietude.ingest.keys import Ordinals, Seen
from quietude.ingest.ledger import Quarantined
from quietude.ingest.mapping import Mapper, mapped_columns
from quietude.ingest.plan import Locator
from quietude.ingest.report import ImportReport
from quietude.ingest.run import make_plan
from quietude.ingest.tally import Tally
from quietude.model.vocabulary import Vocabulary
from quietude.sources.api import LINE, Manifest, ReadSpec, Town, read_batches, read_file

ROWS = 2_000  # records that are tried: a second's work, and enough for each kind of fault to show


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The first records tried."""

    facts: pa.Table
    """As they would be filed: `event_schema` less id and version."""
    lines: tuple[int, ...]
    """Line (or row) of each fact in the file; 0 where it is not known."""
    aside: tuple[Quarantined, ...]
    report: ImportReport


def preview(
    town: Town,
    manifest: Manifest,
    vocabulary: Vocabulary,
    *,
    now: datetime,
    cache_dir: Path | None = None,
    locator: Locator | None = None,
    rows: int = ROWS,
) -> Preview:
    """Return what the first `rows` records of a source would become at `now` (aware).

    Raises:
        ManifestError: the manifest names a column that the file has not.
        CrosswalkError: the crosswalk cannot be used.
        SourceError: the file cannot be read as declared.
    """
    report = ImportReport(source=manifest.name, town=town.name, started_at=now, is_limited=True)
    plan = make_plan(town, manifest, vocabulary=vocabulary, now=now, locator=locator, cache_dir=cache_dir)
    batch = next(read_batches(manifest, town.data_dir, town=town, batch_rows=rows, now=now))
    mapper = Mapper(manifest, batch.columns)
    mapper.check(batch.file)
    report.columns_unread = mapper.unread()
    tally = Tally(report)
    intake = Intake(plan, tally, Seen(manifest.duplicates))
    prepared = intake.take(batch, mapper)
    tally.conclude(plan)
    report.filed = prepared.table.num_rows
    records = mapper.complete(batch.frame, batch.file)
    scope = mapper.in_scope()
    records = records if scope is None else records.filter(scope)
    keys = Ordinals().settle(records.select(key=mapper.key())["key"])
    line_of = dict(zip(keys.to_list(), records[LINE].cast(pl.Int64).to_list(), strict=True))
    lines = tuple(int(line_of.get(key) or 0) for key in prepared.table["source_key"].to_pylist())
    return Preview(facts=prepared.table, lines=lines, aside=tuple(prepared.quarantined), report=report)


def misfit(manifest: Manifest, path: Path) -> list[str]:
    """Return the columns that a manifest reads and a new file has not; none when it is of the same shape.

    Raises:
        SourceError: the file cannot be read as declared.
    """
    (read,) = manifest.read
    if not isinstance(read, ReadSpec):
        raise TypeError(f"{manifest.name} is simulated: it has no files")
    batch = next(read_file(path, read))
    kept = [name for name in manifest.map.attributes if name != "*"]
    wanted = dict.fromkeys([*mapped_columns(manifest), *kept, *manifest.map.drop])
    return [name for name in wanted if name not in batch.columns and name not in manifest.optional]
