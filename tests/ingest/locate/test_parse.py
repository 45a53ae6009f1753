"""Addresses are taken apart as people and police files write them."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from quietude.ingest.locate.parse import PARSED_COLUMNS, parse_addresses
from quietude.ingest.locate.words import load_words

FRENCH, AMERICAN = load_words("fr"), load_words("us")


def parsed(address: str | None) -> dict[str, Any]:
    return parse_addresses(
        pl.Series([address], dtype=pl.String),
        FRENCH,
        postcodes=("13001", "13008", "75003"),
        cities=("Marseille", "Paris"),
    ).row(0, named=True)


@pytest.mark.parametrize(
    ("address", "number", "kind", "core"),
    [
        ("12 rue du Temple, 75003 PARIS", 12, "RUE", "TEMPLE"),
        ("85-87, ENJOLRAS (AVENUE)", 85, "AVENUE", "ENJOLRAS"),
        ("38, MIREILLE LAUZE (BOUL", 38, "BOULEVARD", "MIREILLE LAUZE"),
        ("REPUBLIQUE (RUE DE LA)", None, "RUE", "REPUBLIQUE"),
        ("CAMOINS ((RUE LES)", None, "RUE", "CAMOINS"),
        ("69, MARÉCHAL DE LATTRE (", 69, None, "MARECHAL LATTRE"),
        ("00, RUE DE LYON", None, "RUE", "LYON"),
        ("155, VSN MORGIOU CHE", 155, "CHEMIN", "MORGIOU"),
        ("27, ICARD**BOULEVARD)", 27, "BOULEVARD", "ICARD"),
        ("143B BAILLE (BOULEVARD)", 143, "BOULEVARD", "BAILLE"),
        ("54 BIS BD BAILLE", 54, "BOULEVARD", "BAILLE"),
        ("54 OU 61, ROME (RUE DE)", 54, "RUE", "ROME"),
        ("8 à 12 rue de la Fare (commerces) et 13 rue de la Fare", 8, "RUE", "FARE"),
        ("9, 11, 13 et 15 rue de la Joliette", 9, "RUE", "JOLIETTE"),
        ("41/43 rue de la Palud - 13001", 41, "RUE", "PALUD"),
        ("20 rue Lafayette et 10 boulevard de la Liberté", 20, "RUE", "LAFAYETTE"),
        ("CANEBIERE     1 A 79", 40, None, "CANEBIERE"),
        ("25 CANEBIERE", 25, None, "CANEBIERE"),
        ("RUE PARADIS 114", 114, "RUE", "PARADIS"),
        ("rue Paradis, 114", 114, "RUE", "PARADIS"),
        ("face au 12 rue Paradis", 12, "RUE", "PARADIS"),
        ("ALLEE 13, RTE DE LA SABLIERE", 13, "ROUTE", "SABLIERE"),
        ("x, RUE NATIONALE", None, "RUE", "NATIONALE"),
        ("4 SEPTEMBRE (PLACE DU)", None, "PLACE", "4 SEPTEMBRE"),
        ("BD DU 8 MAI 1945", None, "BOULEVARD", "8 MAI 1945"),
        ("141 EME RIA (RUE DU)", None, "RUE", "141 RIA"),
        ("GARIBALDI (BOULEVARD) N°", None, "BOULEVARD", "GARIBALDI"),
        ("28 rue Melchion - Main-levée du 06/10/2020", 28, "RUE", "MELCHION"),
        ("Immeuble 174 La Canebière", 174, None, "CANEBIERE"),
    ],
)
def test_number_kind_and_name_are_found(address: str, number: int | None, kind: str | None, core: str) -> None:
    parts = parsed(address)
    assert (parts["number"], parts["kind_a"], parts["core_a"], parts["form"]) == (number, kind, core, "street")


@pytest.mark.parametrize(
    ("address", "first", "second"),
    [
        ("Rue Paradis / Rue Breteuil", "PARADIS", "BRETEUIL"),
        ("angle rue de Rome et cours Lieutaud", "ROME", "LIEUTAUD"),
        ("à l'angle de la rue Sénac et de la rue Curiol", "SENAC", "CURIOL"),
        ("rue de Rome angle bd Baille", "ROME", "BAILLE"),
        ("RUE DE ROME X BD BAILLE", "ROME", "BAILLE"),
        ("CROISEMENT REPUBLIQUE ET COLBERT", "REPUBLIQUE", "COLBERT"),
        ("Rue Saint-Denis, rue de Rivoli", "SAINT DENIS", "RIVOLI"),
        ("Place d’Anvers et Avenue Trudaine, à Paris 9e.", "ANVERS", "TRUDAINE"),
        ("VITALIS (RUE) - FERRARI (RUE)", "VITALIS", "FERRARI"),
        ("174 La Canebière / 2 rue Adolphe Thiers", "CANEBIERE", "ADOLPHE THIERS"),
    ],
)
def test_crossings_are_split(address: str, first: str, second: str) -> None:
    parts = parsed(address)
    assert (parts["form"], parts["core_a"], parts["core_b"]) == ("crossing", first, second)


@pytest.mark.parametrize(
    ("address", "road", "metres"),
    [
        ("A7-Sens Lyon vers Marsei", "A7", None),
        ("02, R.N 8", "N8", None),
        ("RN8", "N8", None),
        ("RD 559", "D559", None),
        ("Autoroute A 50", "A50", None),
        ("A50 PR 8+700", "A50", 8700),
        ("L2", "L2", None),
    ],
)
def test_numbered_roads_and_kilometre_points_are_read(address: str, road: str, metres: int | None) -> None:
    parts = parsed(address)
    assert (parts["form"], parts["road"], parts["core_a"], parts["metres"]) == ("road", road, road, metres)


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ("13008", "13008"),
        ("8e", "8"),
        ("8EME ARR", "8"),
        ("8ème arrondissement", "8"),
        ("12 rue du Temple, 75003 PARIS", "75003"),
        ("rue Drouot, à Paris 9e.", "9"),
        ("Marseille 8e", "8"),
        ("Rue Albert 1er", None),
        ("12 rue Paradis", None),
    ],
)
def test_postcode_and_district_are_taken_off(address: str, zone: str | None) -> None:
    assert parsed(address)["zone_text"] == zone


def test_the_street_of_a_sentence_is_found() -> None:
    title = "Arrêté n° 2026 T 12711 modifiant, à titre provisoire, les règles de stationnement rue de la Meurthe"
    parts = parsed(f"{title}, à Paris 19e.")
    assert (parts["kind_a"], parts["core_a"], parts["zone_text"]) == ("RUE", "MEURTHE", "19")


@pytest.mark.parametrize("address", [None, "", "   ", "0", "---", "()", "/", ", ,"])
def test_nothing_is_found_in_nothing(address: str | None) -> None:
    parts = parsed(address)
    assert (parts["core_a"], parts["core_b"], parts["number"], parts["road"]) == (None, None, None, None)


@pytest.mark.parametrize(
    ("address", "form", "number", "core"),
    [
        ("31500 blk BLUFF DR", "block", 31550, "BLUFF"),
        ("055XX N MILWAUKEE AVE", "block", 5550, "NORTH MILWAUKEE"),
        ("2800 N RICHARDS ST,MKE", "street", 2800, "NORTH RICHARDS"),
        ("A ST/B ST", "crossing", None, "A"),
        ("N 38TH ST / W WRIGHT ST,MKE", "crossing", None, "NORTH 38"),
    ],
)
def test_american_blocks_and_crossings_are_read(address: str, form: str, number: int | None, core: str) -> None:
    parts = parse_addresses(pl.Series([address]), AMERICAN, cities=("MKE",)).row(0, named=True)
    assert (parts["form"], parts["number"], parts["core_a"]) == (form, number, core)


def test_columns_are_as_declared_and_rows_in_order() -> None:
    parts = parse_addresses(pl.Series(["RUE A", "RUE B", None]), FRENCH)
    assert tuple(parts.columns) == PARSED_COLUMNS
    assert parts["text"].to_list() == ["RUE A", "RUE B", None]
