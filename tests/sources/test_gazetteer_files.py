"""Names of places are read from any of the forms towns publish them in."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from quietude.sources.gazetteer_files import (
    GAZETTEER_SCHEMA,
    GazetteerError,
    GazetteerFile,
    GazetteerSpec,
    gazetteer_paths,
    read_gazetteer,
)

BAN = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;"
    "x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;"
    "certification_commune;cad_parcelles\n"
    "13201_7985_00012;13201_7985;12;;Rue de Rome;13001;13201;Marseille;;;893000.1;6246000.2;5.3799;43.2930;entrée;;;"
    "MARSEILLE;RUE DE ROME;commune;commune;1;\n"
    "13201_7985_00014_bis;13201_7985;14;bis;Rue de Rome;13001;13201;Marseille;;;893010.1;6246000.2;5.3800;43.2929;"
    "entrée;;;MARSEILLE;RUE DE ROME;commune;commune;1;\n"
    "13005_0001_00001;13005_0001;1;;Rue de Rome;13400;13005;Aubagne;;;;;5.57;43.29;entrée;;;"
    "AUBAGNE;RUE DE ROME;commune;commune;1;\n"
    "13201_0000_00001;;1;;Sans Lieu;13001;13201;Marseille;;;;;;;entrée;;;MARSEILLE;SANS LIEU;commune;commune;0;\n"
)


def rows(folder: Path, **file: object) -> list[tuple[object, ...]]:
    spec = GazetteerSpec(files=(GazetteerFile.model_validate(file),))
    table = read_gazetteer(spec, folder, folder / "elsewhere")
    assert dict(table.schema) == dict(GAZETTEER_SCHEMA.items())
    return table.select("kind", "name", "number", "area", "lon", "lat").rows()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_places_of_any_separator_bring_their_name_and_their_address(tmp_path: Path, separator: str) -> None:
    lines = [
        ["Nom", "Ad", "Lon", "Lat"],
        ["École Lodi", "127 rue de Lodi", "5,39" if separator != "," else "5.39", "43.28"],
    ]
    (tmp_path / "p.csv").write_text("\n".join(separator.join(line) for line in lines), encoding="utf-8")
    found = rows(
        tmp_path, path="p.csv", separator=separator, kind="place", name="Nom", address="Ad", lon="Lon", lat="Lat"
    )
    assert found == [
        ("place", "École Lodi", None, None, 5.39, 43.28),
        ("number", "127 rue de Lodi", None, None, 5.39, 43.28),
    ]


def test_a_prefix_goes_before_each_name_and_rows_without_a_place_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("name,lon,lat\nMISSION,5.38,43.29\nVIDE,,\nFAUX,x,43\n,5.3,43.2\n")
    assert rows(tmp_path, path="p.csv", kind="place", prefix="Crèche") == [
        ("place", "Crèche MISSION", None, None, 5.38, 43.29)
    ]


def test_json_lists_with_a_pair_are_read(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(json.dumps([{"name": "Cours Julien", "quartier": "X", "centroid": [5.38, 43.29]}]))
    assert rows(tmp_path, path="s.json", format="json", point="centroid") == [
        ("street", "Cours Julien", None, None, 5.38, 43.29)
    ]


def test_geojson_of_any_shape_gives_a_point_on_it(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[5.0, 43.0], [5.2, 43.0], [5.4, 43.0]]}
    features = [{"type": "Feature", "properties": {"name": "Longue Rue"}, "geometry": line}]
    (tmp_path / "s.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert rows(tmp_path, path="s.geojson", format="geojson") == [("street", "Longue Rue", None, None, 5.2, 43.0)]


def test_the_national_address_base_is_read_as_published(tmp_path: Path) -> None:
    (tmp_path / "adresses-13.csv.gz").write_bytes(gzip.compress(BAN.encode()))
    assert rows(tmp_path, path="adresses-13.csv.gz", format="ban", areas=["13201"]) == [
        ("street", "Rue de Rome", 12, "13201", 5.3799, 43.2930),
        ("street", "Rue de Rome", 14, "13201", 5.3800, 43.2929),
    ]


def test_homonyms_of_two_communes_stay_apart(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(BAN, encoding="utf-8")
    assert [row[3] for row in rows(tmp_path, path="a.csv", format="ban")] == ["13201", "13201", "13005"]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        pytest.param({"path": "p.csv", "name": "Nom"}, r"p\.csv: no column \['Nom'\]", id="unknown-column"),
        pytest.param({"path": "p.csv", "format": "ban"}, "national address base", id="not-the-address-base"),
        pytest.param({"path": "p.csv", "format": "json"}, "cannot be read as json", id="not-json"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, file: dict[str, str], message: str) -> None:
    (tmp_path / "p.csv").write_text("name,lon,lat\nA,1,2\n")
    with pytest.raises(GazetteerError, match=message):
        rows(tmp_path, **file)


def test_missing_files_are_left_out(tmp_path: Path) -> None:
    spec = GazetteerSpec(files=(GazetteerFile(path="absent.csv"),))
    assert read_gazetteer(spec, tmp_path, tmp_path).is_empty()
    assert gazetteer_paths(spec, tmp_path, tmp_path) == ()


@pytest.mark.data
def test_marseille_has_its_streets_and_places(repository: Path, data_dir: Path) -> None:
    folder = repository / "towns" / "marseille"
    spec = GazetteerSpec.model_validate(YAML(typ="safe").load(folder / "town.yml")["gazetteer"])
    found = dict(read_gazetteer(spec, folder, data_dir)["kind"].value_counts().iter_rows())
    assert found["street"] == 5_190
    assert 1_300 < found["place"] < 1_500
    assert len(gazetteer_paths(spec, folder, data_dir)) == len(spec.files)
