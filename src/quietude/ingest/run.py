"""One import from beginning to end, and the retry of what was set aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from quietude.ingest.ledger import Ledger
from quietude.ingest.report import ImportReport, Progress
from quietude.model.vocabulary import Vocabulary
from quietude.sources.api import Town

if TYPE_CHECKING:
    from quietude.store.api import Store


class SourceBusyError(RuntimeError):
    """Another import of the same source runs, and was not waited for."""


def run_import(
    town: Town,
    source: str,
    store: Store,
    ledger: Ledger,
    *,
    vocabulary: Vocabulary,
    now: datetime,
    progress: Callable[[Progress], None] | None = None,
    dry_run: bool = False,
    limit: int | None = None,
    wait_s: float | None = None,
) -> ImportReport:
    """Import one source and return the account, which the ledger keeps (but of dry runs).

    `now` (aware) decides retention and what lies in the future. `limit` takes the first records only. Another import
    of the same source is waited for `wait_s` seconds, without end when None. Errors of the data end in the report
    (`outcome`, `error`), not in an exception; an interrupt is reported, then raised again.

    Raises:
        SourceBusyError: another import of the source still runs after `wait_s` seconds.
        KeyError: the town has no such source.
    """
    raise NotImplementedError


def retry_quarantine(
    town: Town,
    source: str,
    store: Store,
    ledger: Ledger,
    *,
    vocabulary: Vocabulary,
    now: datetime,
    ids: Sequence[str] | None = None,
) -> ImportReport:
    """Map the source's quarantined records again (those of `ids`, or all that are open) and file those that can be now."""
    raise NotImplementedError
