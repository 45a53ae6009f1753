"""Which facts of a source are there, with which content: read once, then kept up file by file."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

import polars as pl

from quietude.store.engines.duck import DuckEngine
from quietude.store.files import DataFile
from quietude.store.table import Snapshot, Table

_SOURCES = 8  # kept at a time: 20 bytes a fact, so that some millions of facts of each fit
_SCHEMA = {"key": pl.Int64, "digest": pl.Int64, "version": pl.Int32, "path": pl.Categorical}


class Keys:
    """The keys of some sources. Files never change, so what was read of one is good as long as it is there."""

    def __init__(self, engine: DuckEngine, table: Table) -> None:
        self._engine = engine
        self._table = table
        self._by_source: OrderedDict[str, dict[str, pl.DataFrame]] = OrderedDict()

    def of(self, sources: Iterable[str], snapshot: Snapshot) -> pl.DataFrame:
        """Return key, digest, version and path (of the file) of all facts of some sources."""
        frames = [frame for source in sorted(set(sources)) for frame in self._of_one(source, snapshot)]
        return pl.concat(frames) if frames else pl.DataFrame(schema=_SCHEMA)

    def _of_one(self, source: str, snapshot: Snapshot) -> list[pl.DataFrame]:
        known = self._by_source.pop(source, {})
        files = [file for file in snapshot.files if holds_source(file, source)]
        read = self._read(source, [file for file in files if file.path not in known])
        current = {file.path: known[file.path] if file.path in known else read[file.path] for file in files}
        self._by_source[source] = current
        while len(self._by_source) > _SOURCES:
            self._by_source.popitem(last=False)
        return list(current.values())

    def _read(self, source: str, files: Sequence[DataFile]) -> dict[str, pl.DataFrame]:
        if not files:
            return {}
        root = f"{self._table.root}/"
        sql = "SELECT key, digest, version, filename FROM read_parquet($files, filename = true) WHERE source = $source"
        paths = [root + file.path for file in files]
        values = {"files": paths, "source": source}
        self._engine.meet(paths)
        found = pl.DataFrame(self._engine.cursor().execute(sql, values).to_arrow_table()).select(
            "key", "digest", "version", pl.col("filename").str.strip_prefix(root).cast(pl.Categorical).alias("path")
        )
        parts = {str(name): frame for (name,), frame in found.partition_by("path", as_dict=True).items()}
        empty = pl.DataFrame(schema=_SCHEMA)
        return {file.path: parts.get(file.path, empty) for file in files}


def holds_source(file: DataFile, source: str) -> bool:
    """Tell whether a file may hold facts of a source."""
    return any(name == "source" and low <= source <= high for name, low, high in file.bounds)
