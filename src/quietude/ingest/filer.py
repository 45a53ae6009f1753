"""Batches filed one after the other in a thread of their own, while the next one is prepared."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self

import pyarrow as pa

from quietude.ingest.report import ImportReport
from quietude.store.api import Filed, Store


class Filer:
    """Hands batches to the store, one at a time, and counts what became of each once it is durable.

    Errors of the store come out at the next call; leaving the context waits for the batch under way.
    """

    def __init__(self, store: Store, report: ImportReport, *, is_dry: bool) -> None:
        self._store = store
        self._report = report
        self._is_dry = is_dry
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="file")
        self._under_way: Future[Filed] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.settle()
            else:
                with suppress(Exception):  # the first error is the one to tell
                    self.settle()
        finally:
            self._executor.shutdown()

    def file(self, table: pa.Table) -> None:
        """File one batch, once the one before is filed."""
        self.settle()
        if self._is_dry:
            self._report.filed += table.num_rows
        elif table.num_rows:
            self._under_way = self._executor.submit(self._store.upsert, table)

    def settle(self) -> None:
        """Wait until every batch is filed, and count it."""
        if self._under_way is None:
            return
        future, self._under_way = self._under_way, None
        filed = future.result()
        self._report.filed += filed.filed
        self._report.updated += filed.updated
        self._report.unchanged += filed.unchanged
        self._report.duplicates += filed.repeated
        self._report.refused_erased += filed.refused
