"""The town's zones are read from files, unions, boxes or records, and what is wrong is named."""

from __future__ import annotations

import csv
import json
from itertools import combinations
from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from quietude.sources.territory_files import TerritoryError, TerritorySpec, read_territory, slug

LABELS = {"fr": "Zone", "en": "Zone"}
QUARTERS = {
    "name": "quartier",
    "labels": LABELS,
    "path": "quarters.geojson",
    "code": "{city}-{name}",
    "title": "{name}",
    "parent": "{city}",
}


def square(west: float, south: float) -> dict[str, object]:
    corners = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
    return {"type": "Polygon", "coordinates": [corners]}


def write_quarters(folder: Path, *named: tuple[str, str, float]) -> None:
    features = [
        {"type": "Feature", "properties": {"city": city, "name": name}, "geometry": square(west, 0)}
        for city, name, west in named
    ]
    (folder / "quarters.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_quarters(tmp_path, ("A", "L'Évêché", 0.0), ("A", "Saint Just", 1.0), ("B", "Le Pharo", 2.0))
    return tmp_path


def spec(**level: object) -> TerritorySpec:
    return TerritorySpec.model_validate({"levels": [{**QUARTERS, **level}]})


def two_levels(**more: object) -> TerritorySpec:
    city = {"name": "city", "labels": LABELS, "union_of": "quartier"}
    return TerritorySpec.model_validate({"levels": [city, QUARTERS], **more})


def test_codes_are_made_of_properties_as_plain_words(folder: Path) -> None:
    zones = read_territory(spec(), folder, folder).levels[0].zones
    assert [(zone.code, zone.name, zone.parent) for zone in zones] == [
        ("a-l-eveche", "L'Évêché", "a"),
        ("a-saint-just", "Saint Just", "a"),
        ("b-le-pharo", "Le Pharo", "b"),
    ]


def test_a_coarser_level_is_the_union_of_its_children(folder: Path) -> None:
    territory = read_territory(two_levels(), folder, folder)
    coarse, fine = territory.levels
    assert [(zone.code, zone.geometry.area) for zone in coarse.zones] == [("a", 2.0), ("b", 1.0)]
    assert all(coarse.by_code[zone.parent or ""].geometry.covers(zone.geometry) for zone in fine.zones)


def test_names_come_from_the_towns_own_list(folder: Path) -> None:
    (folder / "names.csv").write_text("code,name\na-saint-just,Saint-Just\n", encoding="utf-8")
    names = {zone.code: zone.name for zone in read_territory(spec(names="names.csv"), folder, folder).levels[0].zones}
    assert (names["a-saint-just"], names["b-le-pharo"]) == ("Saint-Just", "Le Pharo")


def test_figures_are_joined_by_code_and_secrets_stay_empty(folder: Path) -> None:
    (folder / "income.csv").write_text("id;people;income\na-saint-just;1200;16530,5\nb-le-pharo;s;s\nother;1;1\n")
    figures = {
        "level": "quartier",
        "path": "income.csv",
        "key": "id",
        "columns": {"population": "people", "income_eur": "income"},
    }
    zones = read_territory(two_levels(figures=[figures]), folder, folder).levels[1].by_code
    assert (zones["a-saint-just"].population, zones["a-saint-just"].attributes) == (1200, {"income_eur": 16530.5})
    assert (zones["b-le-pharo"].population, zones["b-le-pharo"].attributes) == (None, {"income_eur": None})
    assert (zones["a-l-eveche"].population, dict(zones["a-l-eveche"].attributes)) == (None, {})


def test_figures_without_their_column_are_refused(folder: Path) -> None:
    (folder / "income.csv").write_text("id;people\na;1\n")
    figures = {"level": "city", "path": "income.csv", "key": "id", "columns": {"income_eur": "income"}}
    with pytest.raises(ValueError, match=r"income\.csv.*no column \['income'\]"):
        read_territory(two_levels(figures=[figures]), folder, folder)


def test_a_missing_file_is_named_with_the_remedy(folder: Path) -> None:
    with pytest.raises(TerritoryError, match=r"absent\.geojson is in neither .* QUIETUDE_DATA_DIR"):
        read_territory(spec(path="absent.geojson"), folder, folder)


def test_missing_outlines_are_replaced_by_what_is_declared_and_said(folder: Path) -> None:
    town = {"name": "town", "labels": LABELS, "zones": [{"code": "t", "name": "Town", "boxes": [[0, 0, 3, 1]]}]}
    said = TerritorySpec.model_validate(
        {
            "levels": [{**QUARTERS, "path": "absent.geojson"}],
            "otherwise": {"approximate": "no outline here", "levels": [town]},
        }
    )
    territory = read_territory(said, folder, folder)
    assert (territory.level_names, territory.approximate) == (("town",), "no outline here")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"code": "{nothing}"}, "no property 'nothing'", id="unknown-property"),
        pytest.param({"code": "same"}, "used twice: .*same", id="one-code-for-two-zones"),
    ],
)
def test_wrong_codes_are_named(folder: Path, change: dict[str, str], message: str) -> None:
    with pytest.raises(TerritoryError, match=message):
        read_territory(spec(**change), folder, folder)


def test_a_file_that_is_no_geojson_is_named(folder: Path) -> None:
    (folder / "quarters.geojson").write_text("{")
    with pytest.raises(TerritoryError, match=r"quarters\.geojson: not a GeoJSON"):
        read_territory(spec(), folder, folder)


def test_a_list_of_names_without_its_columns_is_named(folder: Path) -> None:
    (folder / "names.csv").write_text("id,label\n1,x\n")
    with pytest.raises(TerritoryError, match=r"names\.csv:1: expected the columns 'code' and 'name'"):
        read_territory(spec(names="names.csv"), folder, folder)


def test_a_parent_that_does_not_exist_is_named(folder: Path) -> None:
    cities = {"name": "city", "labels": LABELS, "zones": [{"code": "a", "name": "A", "boxes": [[0, 0, 2, 1]]}]}
    with pytest.raises(TerritoryError, match=r"without their 'city'.*b-le-pharo"):
        read_territory(TerritorySpec.model_validate({"levels": [cities, QUARTERS]}), folder, folder)


@pytest.mark.parametrize(
    "change", [{"path": None}, {"union_of": "x"}, {"code": None}, {"name": "Upper Case"}, {"unknown": 1}]
)
def test_a_level_has_one_source_and_known_keys(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        spec(**change)


def test_slugs_are_plain() -> None:
    assert [slug(text) for text in ("13202-HOTEL DE VILLE", "L'Estaque", "Éoures", "13201")] == [
        "13202-hotel-de-ville",
        "l-estaque",
        "eoures",
        "13201",
    ]


def spec_of(repository: Path, town: str) -> TerritorySpec:
    document = YAML(typ="safe").load(repository / "towns" / town / "town.yml")
    return TerritorySpec.model_validate(document["territory"])


@pytest.mark.data
def test_marseille_has_its_districts_and_quarters(repository: Path, data_dir: Path) -> None:
    territory = read_territory(spec_of(repository, "marseille"), repository / "towns" / "marseille", data_dir)
    district, quarter = territory.levels
    assert (len(district.zones), len(quarter.zones), territory.approximate) == (16, 111, None)
    assert sum(zone.population or 0 for zone in district.zones) == 886_040
    names = {zone.code: zone.name for zone in quarter.zones}
    assert names["13202-hotel-de-ville"] == "Hôtel de Ville"
    with (repository / "towns" / "marseille" / "territory" / "quartiers.csv").open(encoding="utf-8") as file:
        assert {row["code"] for row in csv.DictReader(file)} == set(names)


@pytest.mark.data
def test_marseille_without_outlines_is_drawn_from_the_accidents_themselves(repository: Path, data_dir: Path) -> None:
    said = spec_of(repository, "marseille")
    assert said.otherwise is not None
    folder = repository / "towns" / "marseille"
    rough, official = (read_territory(each, folder, data_dir).levels[0] for each in (said.otherwise, said))
    assert set(rough.by_code) == set(official.by_code)
    shared = [
        zone.geometry.intersection(rough.by_code[zone.code].geometry).area / zone.geometry.area
        for zone in official.zones
    ]
    assert sum(shared) / len(shared) > 0.6


@pytest.mark.data
def test_paris_is_drawn_from_its_reports_and_says_so(repository: Path, data_dir: Path) -> None:
    territory = read_territory(spec_of(repository, "paris"), repository / "towns" / "paris", data_dir)
    assert len(territory.levels[0].zones) == 20
    assert territory.approximate


def test_the_zones_of_the_bench_do_not_overlap(repository: Path, tmp_path: Path) -> None:
    zones = read_territory(spec_of(repository, "bench"), repository / "towns" / "bench", tmp_path).levels[0].zones
    overlapping = [(a.code, b.code) for a, b in combinations(zones, 2) if a.geometry.intersection(b.geometry).area > 0]
    assert not overlapping
    assert all(zone.geometry.is_valid for zone in zones)
