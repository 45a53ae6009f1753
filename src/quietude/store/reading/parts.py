"""The facts file by file, by the system's own right: for an index that follows the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from quietude.store.folder import Folder


class Parted:
    """What gives the files' facts. Files are never changed: a name stands for the same facts as long as it is there."""

    _folder: Folder

    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """Return the names of the files that hold the current facts, by local year ("2024")."""
        by_year: dict[str, list[str]] = {}
        for month, files in self._folder.events.snapshot().by_month.items():
            by_year.setdefault(month[:4], []).extend(file.path for file in files)
        return {year: tuple(names) for year, names in by_year.items()}

    def holds_part(self, name: str) -> bool:
        """Tell whether a file is on the disk: replaced ones stay for some days, those of erased facts go at once."""
        return (self._folder.events.root / name).exists()

    def part(self, name: str, columns: Sequence[str], batch_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the facts of one file, in batches.

        Raises:
            FileNotFoundError: the file went meanwhile: ask `parts` again.
        """
        with pq.ParquetFile(self._folder.events.root / name) as file:
            yield from file.iter_batches(batch_size=batch_rows, columns=list(columns))
