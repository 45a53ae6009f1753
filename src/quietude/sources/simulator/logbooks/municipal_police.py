"""The municipal police's logbook: capitals without accents, codes, two ways to write an hour."""

from __future__ import annotations

import polars as pl

from quietude.sources.simulator.logbooks.entries import Entries
from quietude.sources.simulator.places import postal, without_accents

WRONG_YEAR = 0.0006  # share of entries whose year has two digits swapped
CREWS = ("BAP", "VTT", "UMS", "BEM", "CYNO", "ILOT", "NUIT")


def write(entries: Entries) -> pl.DataFrame:
    """Return the logbook's rows, all texts."""
    crew = entries.one_of("crew", CREWS) + " " + entries.whole("crew/number", 1, 24, 2)
    day = entries.at("%d/%m/%Y")
    wrong_day = day.str.slice(0, 8) + day.str.slice(9, 1) + day.str.slice(8, 1)
    patrol = entries.sightings.is_patrol
    called = entries.one_of("called", ("REQ", "CSU", "17", "STATION", "MAIRIE"), (6, 2, 2, 1, 1))
    closed = entries.one_of(
        "outcome",
        ("SANS SUITE", "PVE", "REMIS PN", "RAPPEL A LA REGLE", "FOURRIERE", "RAS", "VERBALISATION"),
        (4, 3, 1, 4, 1, 3, 1),
    )
    state = entries.choose("open", 0.06, entries.repeated("EN COURS"), entries.repeated("CLOS"))
    return pl.DataFrame(
        {
            "N_MC": "PM" + entries.fact_day.dt.strftime("%y%m%d") + "-" + entries.serial(4),
            "DATE_MC": entries.choose("wrong year", WRONG_YEAR, wrong_day, day),
            "HEURE": entries.choose("hour form", 0.2, entries.at("%Hh%M"), entries.at("%H:%M")),
            "CODE_NAT": entries.category_codes(),
            "NATURE": entries.category_labels(),
            "ADRESSE": postal(entries.places.bare),
            "SECTEUR": without_accents(entries.places.sector).str.to_uppercase(),
            "EQUIPAGE": crew,
            "ORIGINE": entries.decided(patrol, entries.repeated("PAT"), called),
            "GRAVITE": entries.left_out("no severity", entries.severities(("1", "2", "3", "4", "4")), 0.06),
            "SUITE": entries.left_out("no outcome", closed, 0.1),
            "ETAT": entries.decided(entries.is_amended, entries.repeated("CLOS"), state),
            "COMPTE_RENDU": entries.narrative(patrouille=crew),
            "MATRICULE": "A" + entries.whole("badge", 100, 699),
            "SAISI_LE": entries.entered("%d/%m/%Y %H:%M:%S"),
        }
    )
