"""A proxy of the store for every test of the portal: reads of nominative columns against lines asked of the journal."""

from __future__ import annotations

from typing import Any

import pytest

from quietude.model.viewer import Viewer
from quietude.portal.journal import recording, watching
from quietude.portal.journal.recording import Act
from quietude.store.api import Store

NOMINATIVE = {"title", "text", "attributes", "source_key"}
"""Stated here again: were the portal's own list cut short, this would still find the reads."""


class Reads:
    """What was read by someone, less what was noted; nothing may be left when a test ends."""

    def __init__(self) -> None:
        self.unnoted: list[str] = []

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand between the portal and the store, and between the watch and the journal."""
        plain_query, plain_event, plain_note = Store.query, Store.event, recording.note

        def query(store: Store, viewer: Viewer, *args: Any, **said: Any) -> Any:
            rows = plain_query(store, viewer, *args, **said)
            if rows.num_rows and self._is_nominative(viewer, said.get("columns")):
                self.unnoted.append(f"query by {viewer.who}: {said.get('columns')}")
            return rows

        def event(store: Store, viewer: Viewer, name: str) -> Any:
            versions = plain_event(store, viewer, name)
            if versions and self._is_nominative(viewer, None):
                self.unnoted.append(f"event by {viewer.who}: {name}")
            return versions

        def noted(*acts: Act) -> None:
            for _ in acts:  # each read asks for its line right after it, before its rows are handed over
                if self.unnoted:
                    self.unnoted.pop()
            plain_note(*acts)

        monkeypatch.setattr(Store, "query", query)
        monkeypatch.setattr(Store, "event", event)
        monkeypatch.setattr(watching, "note", noted)

    @staticmethod
    def _is_nominative(viewer: Viewer, columns: Any) -> bool:
        asked = NOMINATIVE if columns is None else NOMINATIVE & set(columns)
        is_read = any(name not in grant.masked for name in asked for grant in viewer.grants)
        return is_read and not viewer.who.startswith("system:")
