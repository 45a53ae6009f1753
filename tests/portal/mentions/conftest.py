"""Orders made on the spot, looked through by a town that knows one street."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import polars as pl
import pytest
from tests.portal.documents.conftest import Add, add, author, folder, service

from quietude.ingest.api import Suggestion
from quietude.portal.documents.models import Document
from quietude.portal.mentions import deciding, looking

__all__ = ["add", "author", "folder", "service"]
ORDER = (
    "ARRÊTÉ N° 2026-017 Interdiction du stationnement rue des Lilas LE MAIRE, vu le code de la route, art. R. 417-10, "
    "sur la demande de Monsieur Jean Dupont, rue des Lilas, arrête : du 15 juin 2026 au 20 juin 2026, le stationnement "
    "des véhicules sera interdit."
)
LILAS = (5.40, 43.30)
AddOrder = Callable[..., Document]


def _locate(named: pl.DataFrame) -> pl.DataFrame:
    is_known = named["address"].str.to_lowercase() == "rue des lilas"
    values = {"lon_deg": LILAS[0], "lat_deg": LILAS[1], "accuracy_m": 50.0, "located_score": 0.9}
    return pl.DataFrame(
        {name: [value if known else None for known in is_known] for name, value in values.items()},
        schema=dict.fromkeys(values, pl.Float64),
    )


def _suggestions(text: str, *, limit: int = 6) -> list[Suggestion]:
    found = Suggestion(
        label=text, zones={}, lon_deg=LILAS[0], lat_deg=LILAS[1], accuracy_m=50.0, located_by="street", score=0.9
    )
    return [found][:limit] if text.lower() == "rue des lilas" else []


@pytest.fixture(autouse=True)
def town_of_one_street(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the town know the rue des Lilas."""
    names = pl.DataFrame({"label": ["rue des Lilas"], "class": ["street"]})
    geocoder = SimpleNamespace(locate=_locate, gazetteer=SimpleNamespace(names=names))
    monkeypatch.setattr(looking, "current_geocoder", lambda: geocoder)
    monkeypatch.setattr(deciding, "suggestions", _suggestions)


@pytest.fixture
def add_order(add: Add) -> AddOrder:
    """Return what adds an order, reads it and looks it through: add_order(sensitivity="internal")."""

    def make(text: str = ORDER, **said: object) -> Document:
        document = add(text, **({"kind": "municipal_order", "title": "scan"} | said))
        assert looking.once()
        return document

    return make
