"""Reads ahead: the tiles of a selection while its list is still being counted, since the map asks for them next."""

from __future__ import annotations

import re
import threading

from quietude.portal.explore.answers import Reader
from quietude.portal.explore.reading import sees_places
from quietude.portal.explore.selection import Colour, Mode, Selection
from quietude.store.api import StoreError

TILE = re.compile(r"(\d{1,2})/(\d{1,7})/(\d{1,7})")
DRAWN = frozenset({Mode.POINTS, Mode.HEAT})


def read_ahead(reader: Reader, selection: Selection, around: str) -> threading.Thread | None:
    """Begin to read the tile `around` ("z/x/y", the middle of the map) and its neighbours, as the reader may see them.

    The store keeps what was read, and whoever asks meanwhile waits for it instead of reading again. A tile that
    cannot be read is left to the map's own request, which says why.
    """
    found = TILE.fullmatch(around)
    if found is None or selection.display.mode not in DRAWN or not sees_places(reader):
        return None
    z, x, y = (int(part) for part in found.groups())
    has_families = selection.display.colour is Colour.FAMILY

    def read() -> None:
        try:
            reader.store.tile(reader.viewer, selection.question, z, x, y, has_families=has_families)
        except (StoreError, ValueError):
            return

    thread = threading.Thread(target=read, name="read-ahead", daemon=True)
    thread.start()
    return thread
