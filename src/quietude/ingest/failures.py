"""Errors that end an import, in words: what went wrong, what is safe, what to do."""

from __future__ import annotations

import errno
import sqlite3

import polars as pl

from quietude.ingest.report import ImportReport
from quietude.sources.api import CrosswalkError, ManifestError, SourceError
from quietude.store.api import DiskFullError, StoreError


class TooFewError(ValueError):
    """A source holds fewer records than its manifest expects."""


EXPECTED = (
    SourceError,
    ManifestError,
    CrosswalkError,
    StoreError,
    TooFewError,
    OSError,
    sqlite3.Error,
    pl.exceptions.PolarsError,
)
"""Errors of the data, the configuration or the machine: reported; any other is a fault of ours, and raised."""


def explain(error: BaseException, report: ImportReport) -> tuple[str, str]:
    """Return (code, sentences) for an error that ends an import."""
    safe = (
        f"{report.stored} records of this import are filed and safe"
        if report.stored
        else "nothing of this import was filed"
    )
    if is_disk_full(error):
        return (
            "disk_full",
            f"the disk is full; {safe}. Free some space "
            "(`quietude store maintain` deletes what no kept version needs), then import again.",
        )
    if isinstance(error, SourceError):
        return error.code, f"{error}; {safe}."
    if isinstance(error, ManifestError):
        return "manifest", f"{error}\n{safe}."
    if isinstance(error, TooFewError):
        return "expect_rows", f"{error}; {safe}."
    return "store" if isinstance(
        error, StoreError
    ) else "system", f"{error}; {safe}. Importing again files what is missing, once."


def is_disk_full(error: BaseException | None) -> bool:
    """Tell whether an error, or what caused it, says that no space is left."""
    while error is not None:
        if isinstance(error, DiskFullError) or (
            isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
        ):
            return True
        if any(
            sign in str(error).lower()
            for sign in ("no space left on device", "database or disk is full", "disk quota exceeded")
        ):
            return True
        error = error.__cause__ or error.__context__
    return False
