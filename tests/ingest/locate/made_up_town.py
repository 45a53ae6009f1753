"""A town's folder on disk, with streets, a source of located records and its manifest, all made up."""

from __future__ import annotations

import json
from pathlib import Path

TOWN = """
title: {fr: "Ville d'essai", en: "Trial town"}
country: FR
timezone: Europe/Paris
crs: EPSG:2154
territory:
  levels:
    - name: quartier
      labels: {fr: "Quartier", en: "Quarter"}
      zones:
        - {code: west, name: "Ouest", boxes: [[5.30, 43.20, 5.32, 43.24]]}
        - {code: east, name: "Est", boxes: [[5.32, 43.20, 5.34, 43.24]]}
gazetteer:
  files: [{path: streets.json, format: json, point: centroid}]
  learn_from: [reports]
"""

MANIFEST = """
title: {fr: "Signalements", en: "Reports"}
owner: "Test"
kind: incidents
legal_basis: "test"
regime: RGPD
sensitivity: internal
retention: P3Y
history: open
licence: "Licence Ouverte 2.0"
read: {format: csv, path: "reports.csv"}
only: [{column: scope, equals: ["yes"]}]
expect: {rows: [1, 10000]}
map:
  source_key: id
  occurred_from: {column: day, parse: iso}
  category: {code: traffic.accident}
  place: {address: where, lon: lon, lat: lat, zone_hint: zone, scale: 1.0e-5}
  attributes: ["*"]
"""

STREETS = {f"Rue Numéro {word}": 5.301 + 0.002 * at for at, word in enumerate(
    ("Abricot", "Banane", "Cerise", "Datte", "Églantier", "Figue", "Groseille", "Houx", "Iris", "Jasmin",
     "Kaki", "Lilas", "Mimosa", "Noisette", "Olive", "Prune", "Quetsche", "Rose", "Sauge")
)}  # fmt: skip


MISPLACED_EACH = 8  # of a street's records, one in so many has the coordinates of the other side of the town


def write_town(folder: Path, *, records_per_street: int = 16) -> Path:
    """Write the town below `folder` and return its folder; the data lie beside the configuration."""
    town = folder / "trial"
    (town / "sources").mkdir(parents=True)
    (town / "town.yml").write_text(TOWN, encoding="utf-8")
    (town / "sources" / "reports.yml").write_text(MANIFEST, encoding="utf-8")
    streets = [{"name": name, "centroid": [lon, 43.215]} for name, lon in STREETS.items()]
    (town / "streets.json").write_text(json.dumps(streets), encoding="utf-8")
    lines = ["id,scope,day,where,lon,lat,zone"]
    for name, lon in STREETS.items():
        for number in range(1, records_per_street + 1):
            lat = 43.205 + 0.002 * number
            zone = "west" if lon < 5.32 else "east"
            at = 10.64 - lon if number % MISPLACED_EACH == 0 else lon
            lines.append(f'{name}-{number},yes,2024-01-01,"{number}, {name}",{at * 1e5:.0f},{lat * 1e5:.0f},{zone}')
    lines += [
        "out,no,2024-01-01,1 rue Hors,538000,4329000,west",
        "none,yes,2024-01-01,,531000,4321000,west",
        "far,yes,2024-01-01,1 rue Loin,0,0,west",
    ]
    (town / "reports.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return town
