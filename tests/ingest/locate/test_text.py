"""Names are brought to bare words, whatever conversion, accent or abbreviation they went through."""

from __future__ import annotations

import polars as pl
import pytest

from quietude.ingest.locate.text import clean, street_keys
from quietude.ingest.locate.words import load_words

FRENCH = load_words("fr")


def cleaned(text: str) -> str:
    return str(pl.DataFrame({"t": [text]}).select(clean(pl.col("t"))).item())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("Rue de l’Évêché", "RUE DE L'EVECHE", id="accents-and-apostrophe"),
        pytest.param("L\x90ON GOZLAN (RUE)", "LEON GOZLAN (RUE)", id="code-page-850-read-as-latin-1"),
        pytest.param("Tunnel Prado CarÃ©nage", "TUNNEL PRADO CARENAGE", id="utf-8-read-as-latin-1"),
        pytest.param("2, Lï¿½ON BANCAL", "2, LON BANCAL", id="letter-lost-for-good"),
        pytest.param("  A7-Sens*Lyon  ", "A7-SENS LYON", id="stars-and-spaces"),
        pytest.param("12 N° 4", "12 NO 4", id="number-sign"),
    ],
)
def test_broken_text_is_mended(written: str, expected: str) -> None:
    assert cleaned(written) == expected


@pytest.mark.parametrize(
    ("name", "kind", "core"),
    [
        ("Bd. Michelet", "BOULEVARD", "MICHELET"),
        ("AVE DU GAL LECLERC", "AVENUE", "GENERAL LECLERC"),
        ("RPT PRADO", "ROND-POINT", "PRADO"),
        ("Rond-Point du Prado", "ROND-POINT", "PRADO"),
        ("MORGIOU CHE", "CHEMIN", "MORGIOU"),
        ("POUNCHE CHEMIN DE LA", "CHEMIN", "POUNCHE"),
        ("Rue du 141e RIA", "RUE", "141 RIA"),
        ("PL ST-PIERRE", "PLACE", "SAINT PIERRE"),
        ("La Canebière", None, "CANEBIERE"),
        ("RUE", None, "RUE"),
        ("Rue de la", "RUE", "DE LA"),
    ],
)
def test_kind_and_telling_words_are_told_apart(name: str, kind: str | None, core: str) -> None:
    keys = street_keys(pl.Series([cleaned(name)]), FRENCH)
    assert keys.select("kind", "core").row(0) == (kind, core)


def test_keys_of_one_name_agree_whatever_the_order_and_the_spaces() -> None:
    keys = street_keys(pl.Series(["RUE JEAN FIOLLE", "RUE FIOLLE JEAN", "RUE JEANFIOLLE"]), FRENCH)
    assert keys["sorted"].to_list()[:2] == ["FIOLLE JEAN"] * 2
    assert keys["compact"].to_list()[::2] == ["JEANFIOLLE"] * 2


def test_american_kinds_come_last() -> None:
    keys = street_keys(pl.Series(["N RICHARDS ST", "MAIN STREET"]), load_words("us"))
    assert keys.select("kind", "core").rows() == [("STREET", "NORTH RICHARDS"), ("STREET", "MAIN")]
