"""A town of one source, made anew for each test: what goes in is written here, what comes out is read."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from quietude.ingest.api import ImportReport, Ledger, retry_quarantine, run_import
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import Town, load_town
from quietude.store.api import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
READER = Viewer.system("test")

TOWN = """
title: {fr: "Petiteville", en: "Littletown"}
country: FR
timezone: Europe/Paris
crs: EPSG:2154
territory:
  levels:
    - name: quarter
      labels: {fr: Quartier, en: Quarter}
      zones:
        - {code: west, name: Ouest, boxes: [[5.30, 43.20, 5.35, 43.30]]}
        - {code: east, name: Est, boxes: [[5.35, 43.20, 5.40, 43.30]]}
"""

CROSSWALK = """# version: 1
source_category,code,relation,note
bruit,noise,broad,
dépôt,cleanliness,broad,
rien,,none,
"""

MANIFEST: dict[str, Any] = {
    "title": {"fr": "Main courante", "en": "Logbook"},
    "owner": "Police municipale",
    "kind": "incidents",
    "legal_basis": "mission d'intérêt public",
    "retention": "P3Y",
    "read": {"format": "csv", "path": "logbook.csv"},
    "map": {
        "source_key": "id",
        "occurred_from": {"column": "date", "parse": ["%d/%m/%Y %H:%M", "%d/%m/%Y"]},
        "category": {"column": "type", "crosswalk": "crosswalks/logbook.csv"},
        "text": "texte",
        "place": {"lon": "lon", "lat": "lat"},
    },
}

HEADER = "id,date,type,texte,lon,lat\n"


def row(
    key: str, date: str = "02/02/2026 21:30", *, kind: str = "bruit", text: str = "musique", at: str = "5.32,43.25"
) -> str:
    """Return one line of the logbook."""
    return f"{key},{date},{kind},{text},{at}\n"


@dataclass
class LittleTown:
    """Files of a town in one folder; `run` imports its source into a real store."""

    folder: Path
    manifest: dict[str, Any] = field(default_factory=lambda: deepcopy(MANIFEST))

    def __post_init__(self) -> None:
        (self.folder / "town" / "sources").mkdir(parents=True)
        (self.folder / "town" / "crosswalks").mkdir()
        (self.folder / "data").mkdir()
        (self.folder / "town" / "town.yml").write_text(TOWN, encoding="utf-8")
        (self.folder / "town" / "crosswalks" / "logbook.csv").write_text(CROSSWALK, encoding="utf-8")
        self.ledger = Ledger(self.folder / "var" / "ledger.sqlite3")

    @property
    def store(self) -> Store:
        """Return the town's store."""
        return Store.open(self.folder / "var" / "facts", levels=("quarter",), timezone="Europe/Paris")

    def write(self, text: str | bytes, name: str = "logbook.csv") -> Path:
        """Write a data file."""
        path = self.folder / "data" / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def change(self, **values: object) -> None:
        """Change keys of the manifest; `map` is merged."""
        mapping = values.pop("map", None)
        self.manifest.update(values)
        if isinstance(mapping, Mapping):
            self.manifest["map"].update(mapping)

    def town(self) -> Town:
        """Return the town, its manifest written and read."""
        text = StringIO()
        YAML().dump(self.manifest, text)
        (self.folder / "town" / "sources" / "logbook.yml").write_text(text.getvalue(), encoding="utf-8")
        return load_town(self.folder / "town", self.folder / "data")

    def run(self, store: Any = None, town: Town | None = None, **options: Any) -> ImportReport:
        """Import the source; `store` may stand in for the real one."""
        given = {"vocabulary": load_vocabulary(), "now": NOW, "wait_s": 0.0, **options}
        return run_import(town or self.town(), "logbook", store or self.store, self.ledger, **given)

    def retry(self) -> ImportReport:
        """Try the quarantined records again."""
        return retry_quarantine(self.town(), "logbook", self.store, self.ledger, vocabulary=load_vocabulary(), now=NOW)

    def facts(self) -> list[dict[str, Any]]:
        """Return the facts in the store, by source key."""
        table = self.store.query(READER, Filter())
        found: list[dict[str, Any]] = table.to_pylist()
        return sorted(found, key=lambda fact: str(fact["source_key"]))
