"""The store as the portal reads it: whatever shows a person's words or record leaves a line before it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import urlencode

import pyarrow as pa

from quietude.journal.api import Kind
from quietude.model.event import Event, event_schema
from quietude.model.filter.question import Filter
from quietude.model.filter.url import to_query
from quietude.model.viewer import Viewer
from quietude.portal.journal.recording import Act, note
from quietude.store.api import Store

NOMINATIVE = frozenset({"title", "text", "attributes", "source_key"})
"""Columns in which a person may be named or found again: read by someone, they leave a line in the journal."""
SYSTEM = "system:"


class WatchedStore(Store):
    """A store whose reads of nominative columns are noted: who, when, purpose, motive, which facts or which filter.

    The line is durable before the rows are handed over; where it cannot be written nothing is. Counts, tiles and cells
    hold no such column; a count grouped by one is noted like a list. What the software reads for its own tasks
    (`Viewer.system`) shows nobody anything and is not noted.
    """

    @classmethod
    def over(cls, store: Store) -> WatchedStore:
        """Return the same store, watched."""
        watched = cls.__new__(cls)
        watched.__dict__.update(store.__dict__)
        return watched

    def query(
        self,
        viewer: Viewer,
        question: Filter,
        *,
        columns: Sequence[str] | None = None,
        order_by: Sequence[str] = ("-occurred_from",),
        limit: int | None = None,
        offset: int = 0,
    ) -> pa.Table:
        """Return facts as rows, as `Store.query`; noted as consulted where any is nominative."""
        rows = super().query(viewer, question, columns=columns, order_by=order_by, limit=limit, offset=offset)
        shown = _shown(viewer, self.levels, columns)
        if rows.num_rows and shown:
            ids = rows["id"].to_pylist() if "id" in rows.schema.names else ()
            note(_consulted(viewer, question, shown, ids, rows.num_rows))
        return rows

    def stream(
        self, viewer: Viewer, question: Filter, *, columns: Sequence[str] | None = None, batch_rows: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        """Yield facts in batches, as `Store.stream`; noted as communicated, whatever it holds, before the first."""
        shown = _shown(viewer, self.levels, columns)
        if not viewer.who.startswith(SYSTEM):
            note(
                Act(
                    kind=Kind.COMMUNICATE,
                    who=viewer.who,
                    purpose=viewer.purpose or "",
                    motive=viewer.motive or "",
                    filter_text=said(question),
                    to_whom=viewer.who,
                    detail={"form": "export", "columns": ",".join(sorted(shown))},
                )
            )
        return super().stream(viewer, question, columns=columns, batch_rows=batch_rows)

    def past(self, viewer: Viewer, question: Filter, *, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield superseded versions, as `Store.past`; noted as consulted before the first."""
        shown = NOMINATIVE & frozenset(columns) if not viewer.who.startswith(SYSTEM) else frozenset[str]()
        if shown:
            note(_consulted(viewer, question, shown, (), 0))
        return super().past(viewer, question, columns=columns)

    def count(self, viewer: Viewer, question: Filter, by: Sequence[str] = ()) -> pa.Table:
        """Return counts, as `Store.count`; noted where they are grouped by a nominative column."""
        counts = super().count(viewer, question, by)
        shown = _shown(viewer, self.levels, by)
        if counts.num_rows and shown:
            note(_consulted(viewer, question, shown, (), counts.num_rows))
        return counts

    def at(self, *, version: int | None = None, when: datetime | None = None) -> Store:
        """Return a view of the past, as `Store.at`: watched too."""
        return WatchedStore.over(super().at(version=version, when=when))

    def event(self, viewer: Viewer, event_id: str) -> tuple[Event, ...]:
        """Return one fact's versions, as `Store.event`; noted."""
        versions = super().event(viewer, event_id)
        shown = _shown(viewer, self.levels, None)
        if versions and shown:
            note(_consulted(viewer, Filter(ids=(versions[0].id,)), shown, (versions[0].id,), len(versions)))
        return versions


def said(question: Filter) -> str:
    """Return a filter as the journal keeps it: its URL form, the same in every language."""
    return urlencode(to_query(question), doseq=True, safe=",:.;")


def _shown(viewer: Viewer, levels: tuple[str, ...], columns: Sequence[str] | None) -> frozenset[str]:
    """Return the nominative columns that an answer shows the viewer."""
    if viewer.who.startswith(SYSTEM):
        return frozenset()
    asked = NOMINATIVE & frozenset(columns if columns is not None else event_schema(levels).names)
    return frozenset(name for name in asked if any(name not in grant.masked for grant in viewer.grants))


def _consulted(viewer: Viewer, question: Filter, shown: frozenset[str], ids: Sequence[str], rows: int) -> Act:
    return Act(
        kind=Kind.CONSULT,
        who=viewer.who,
        purpose=viewer.purpose or "",
        motive=viewer.motive or "",
        ids=ids,
        filter_text=said(question),
        detail={"columns": ",".join(sorted(shown)), "rows": str(rows)},
    )
