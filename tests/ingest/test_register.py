from __future__ import annotations

from tests.ingest.little_town import LittleTown


def places(little: LittleTown) -> LittleTown:
    """Give the town a source of places."""
    little.manifest = {
        **{key: value for key, value in little.manifest.items() if key != "map"},
        "kind": "places",
        "map": {"name": "nom", "place": {"lon": "lon", "lat": "lat", "address": "adresse"}, "attributes": ["*"]},
    }
    return little


def test_places_are_registered_with_what_the_source_says(little: LittleTown) -> None:
    places(little).write(
        "nom,adresse,lon,lat,tel\nÉcole Lodi,127 rue de Lodi,5.31,43.21,04 65 71 00 12\n,rue X,5.3,43.2,\n"
    )
    report = little.run()
    assert (report.read, report.filed, report.quarantined_by_reason) == (2, 1, {"name_missing": 1})
    place = little.ledger.places()[0]
    assert (place.name, place.address, place.lon_deg, place.lat_deg) == ("École Lodi", "127 rue de Lodi", 5.31, 43.21)
    assert place.attributes == {"tel": "[téléphone]"}


def test_places_read_again_are_unchanged_and_gone_ones_leave(little: LittleTown) -> None:
    places(little).write("nom,adresse,lon,lat\nA,1 rue A,5.31,43.21\nB,2 rue B,5.32,43.22\n")
    little.run()
    assert little.run().unchanged == 2
    little.write("nom,adresse,lon,lat\nA,1 rue A,5.31,43.21\n")
    little.run()
    assert [place.name for place in little.ledger.places()] == ["A"]
