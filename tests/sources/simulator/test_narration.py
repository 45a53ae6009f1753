from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from quietude.sources.simulator.narration import Narrator
from quietude.sources.simulator.places import write_places
from quietude.sources.simulator.sightings import Observer, Sightings
from quietude.sources.simulator.spec import Service
from quietude.sources.simulator.world import FictionalTown


def told(town: FictionalTown, service: Service, sightings: Sightings) -> pl.Series:
    narrator = Narrator(Observer(town, service).voice, town.natures, town.draws)
    words = pl.Series(["BAP 12"] * sightings.size)
    return narrator.narrate(sightings, write_places(sightings, town.stage), {"patrouille": words})


@pytest.fixture(scope="module")
def sightings(town: FictionalTown) -> Sightings:
    months = town.months(date(2025, 1, 1), date(2025, 12, 31))
    every = [Observer(town, "municipal_police", 1.5).observe(town.facts(*month)) for month in months]
    return max(every, key=lambda part: int((part.series != None).sum()))  # noqa: E711 - an array compares element by element


def test_what_a_patrol_finds_is_told_otherwise_than_what_it_is_called_to(
    town: FictionalTown, sightings: Sightings
) -> None:
    texts = told(town, "municipal_police", sightings)
    called = texts.str.contains(
        r"(?i)^(\d\dh\d\d : )?(sur réquisition|sur appel|requis|avisés|sollicités|sur demande|à la demande|appel)"
    )
    patrol = pl.Series(sightings.is_patrol)
    assert called.filter(patrol).sum() < 0.05 * sightings.is_patrol.sum()
    assert called.filter(~patrol).sum() > 0.3 * (~sightings.is_patrol).sum()


def test_a_series_shows_its_way_of_doing(town: FictionalTown, sightings: Sightings) -> None:
    texts = told(town, "municipal_police", sightings).str.to_lowercase()
    for name, marks in {"torn_chains": "scooter", "broken_windows": "bougie|céramique", "false_agents": "eaux"}.items():
        of_series = texts.filter(pl.Series(sightings.series == name))
        assert of_series.str.contains(marks).sum() >= 0.8 * len(of_series)


def test_a_text_depends_on_its_entry_alone(town: FictionalTown, sightings: Sightings) -> None:
    texts = told(town, "municipal_police", sightings)
    some = sightings.where(pl.Series(range(3, 40)).to_numpy())
    assert told(town, "municipal_police", some).to_list() == texts[3:40].to_list()


def test_texts_begin_with_a_capital_or_a_figure(town: FictionalTown, sightings: Sightings) -> None:
    begins = told(town, "municipal_police", sightings).str.slice(0, 1)
    assert (begins == begins.str.to_uppercase()).sum() > 0.99 * len(begins)  # a slip may have struck the first letter
