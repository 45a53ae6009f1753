"""Proxies of the store and of the portal's database for every test: reads against lines asked of the journal."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.handlers.base import BaseHandler
from django.db import models

from quietude.journal.api import Tables
from quietude.keeping.api import load_census
from quietude.model.viewer import Viewer
from quietude.portal.journal import recording, watching
from quietude.portal.journal.recording import Act
from quietude.store.api import Store

NOMINATIVE = {"title", "text", "attributes", "source_key"}
"""Stated here again: were the portal's own list cut short, this would still find the reads."""
SILENT = {
    "hidden": "a number rounded to tens",
    "matrix": "counts by hour and weekday",
    "h3_bins": "counts by cell",
    "tile": "points, families, severities and ids",
    "observations": "numbers of sensors",
    "downsampled": "numbers of sensors, gathered",
    "series": "names of sensors",
    "latest": "asks `query`",
    "listable": "names that its caller has already",
    "tally": "counts by dimensions that name nobody",
    "uncounted": "says why such a count is not told",
}
"""Reads of the store that show no nominative column, and why."""
WATCHED = {"query", "event", "stream", "past", "count"}
WORDED = {"words", "identity", "contact", "record"}
"""Kinds of personal data by which a person is named, as the census says them."""


def third_parties() -> list[type[models.Model]]:
    """Return the models of the portal's database whose words name persons that have no account."""
    census = load_census().tables
    return [
        model
        for model in apps.get_models()
        if (entry := census.get(model._meta.label)) is not None
        and entry.activity == "protection"
        and WORDED & set(entry.personal.values())
    ]


class Reads:
    """What was read by someone, less what was noted; nothing may be left when a test ends."""

    def __init__(self) -> None:
        self.unnoted: list[str] = []
        self._ahead = 0
        self._rows: set[str] = set()
        self._lines = 0

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand between the portal and the store, and between the watch and the journal."""
        self._watch_store(monkeypatch)
        self._watch_database(monkeypatch)
        plain_note = recording.note

        def noted(*acts: Act) -> None:
            for _ in acts:  # asked for right after the read, before its rows are handed over; by a stream, before it
                if self.unnoted:
                    self.unnoted.pop()
                else:
                    self._ahead += 1
            plain_note(*acts)

        monkeypatch.setattr(watching, "note", noted)

    def _watch_store(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plain = {name: getattr(Store, name) for name in WATCHED}

        def query(store: Store, viewer: Viewer, *args: Any, **said: Any) -> Any:
            rows = plain["query"](store, viewer, *args, **said)
            if rows.num_rows and self._is_nominative(viewer, said.get("columns")):
                self.unnoted.append(f"query by {viewer.who}: {said.get('columns')}")
            return rows

        def event(store: Store, viewer: Viewer, name: str) -> Any:
            versions = plain["event"](store, viewer, name)
            if versions and self._is_nominative(viewer, None):
                self.unnoted.append(f"event by {viewer.who}: {name}")
            return versions

        def count(store: Store, viewer: Viewer, question: Any, by: Any = ()) -> Any:
            counts = plain["count"](store, viewer, question, by)
            if counts.num_rows and self._is_nominative(viewer, by):
                self.unnoted.append(f"count by {viewer.who}: {by}")
            return counts

        def stream(store: Store, viewer: Viewer, *args: Any, **said: Any) -> Any:
            if not viewer.who.startswith("system:"):  # whatever it holds, it leaves the portal
                self._begun(f"stream by {viewer.who}: {said.get('columns')}")
            return plain["stream"](store, viewer, *args, **said)

        def past(store: Store, viewer: Viewer, question: Any, *, columns: Any) -> Any:
            if NOMINATIVE & set(columns) and not viewer.who.startswith("system:"):
                self._begun(f"past by {viewer.who}: {columns}")
            return plain["past"](store, viewer, question, columns=columns)

        for read in (query, event, count, stream, past):
            monkeypatch.setattr(Store, read.__name__, read)

    def _watch_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Hold that a page which read rows that name third parties wrote a line while it was made."""
        plain_answer, plain_append = BaseHandler.get_response, Tables.append

        def answer(handler: BaseHandler, request: Any) -> Any:
            self._rows, self._lines = set(), 0
            response = plain_answer(handler, request)
            if self._rows and not self._lines and response.status_code == 200:
                self.unnoted.append(f"{request.method} {request.path}: {', '.join(sorted(self._rows))}")
            return response

        def append(tables: Tables, cursor: Any, entries: Any, *args: Any, **said: Any) -> Any:
            self._lines += sum(entry.purpose == "protection" for entry in entries)
            return plain_append(tables, cursor, entries, *args, **said)

        def reading(model: type[models.Model]) -> Any:
            plain = model.from_db.__func__  # type: ignore[attr-defined]  # a class method's own function

            def from_db(cls: type[models.Model], *args: Any, **said: Any) -> Any:
                self._rows.add(model._meta.label)
                return plain(cls, *args, **said)

            return classmethod(from_db)

        monkeypatch.setattr(BaseHandler, "get_response", answer)
        monkeypatch.setattr(Tables, "append", append)
        for model in third_parties():
            monkeypatch.setattr(model, "from_db", reading(model))

    def _begun(self, read: str) -> None:
        if self._ahead:
            self._ahead -= 1
        else:
            self.unnoted.append(read)

    @staticmethod
    def _is_nominative(viewer: Viewer, columns: Any) -> bool:
        asked = NOMINATIVE if columns is None else NOMINATIVE & set(columns)
        is_read = any(name not in grant.masked for name in asked for grant in viewer.grants)
        return is_read and not viewer.who.startswith("system:")
