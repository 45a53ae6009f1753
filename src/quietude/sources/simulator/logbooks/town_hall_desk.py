"""The town-hall desk's requests: residents' own words, two levels of subjects, names and numbers of those who ask."""

from __future__ import annotations

import numpy as np
import polars as pl

from quietude.sources.simulator.logbooks.entries import Entries
from quietude.sources.simulator.persons import mail_addresses, telephones

NO_POSITION = 0.4  # share of requests made by telephone or at the counter, without a point on a map
OPENS, CLOSES = 8, 19  # hours of the telephone and the counter


def write(entries: Entries) -> pl.DataFrame:
    """Return the requests' rows, all texts."""
    at_any_hour = entries.one_of("channel/always", ("Application", "Site internet", "Courriel"), (6, 3, 1))
    in_hours = entries.one_of(
        "channel", ("Téléphone", "Application", "Site internet", "Guichet", "Courriel"), (6, 4, 2, 1, 1)
    )
    is_open = pl.Series(entries.sightings.entered).dt.hour().is_between(OPENS, CLOSES - 1).to_numpy()
    channel = entries.decided(is_open, in_hours, at_any_hour)
    by_hand = (channel != "Application").to_numpy() & entries.draws.chance(
        entries.keys, "no position", NO_POSITION / 0.66
    )
    lon, lat = (pl.Series(np.round(values, 5)).cast(pl.String) for values in entries.degrees())
    none = entries.none
    seen = entries.choose("hour seen", 0.4, entries.at("%d/%m/%Y %H:%M"), entries.at("%d/%m/%Y"))
    state = entries.one_of("state", ("Clôturée", "En cours", "Transmise", "Nouvelle"), (7, 2, 1, 1))
    state = entries.decided(entries.is_amended, entries.repeated("Clôturée"), state)
    closed = entries.later("closed", 300, 20_000, "%d/%m/%Y")
    given, family = (entries.one_of(f"asks/{part}", words) for part, words in (("given", GIVEN), ("family", FAMILY)))
    anonymous = entries.draws.chance(entries.keys, "anonymous", 0.3)
    return pl.DataFrame(
        {
            "reference": "DEM-" + entries.fact_day.dt.strftime("%Y-%j") + "-" + entries.serial(4),
            "date_demande": entries.entered("%d/%m/%Y %H:%M:%S"),
            "date_constat": entries.left_out("no day", seen, 0.3),
            "canal": channel,
            "thematique": entries.category_codes(),
            "sous_thematique": entries.category_labels(),
            "adresse_intervention": entries.places.bare,
            "quartier": entries.left_out("no quarter", entries.places.zone, 0.15),
            "longitude": entries.decided(by_hand, none, lon),
            "latitude": entries.decided(by_hand, none, lat),
            "commentaire": entries.narrative(),
            "etat": state,
            "date_cloture": entries.decided((state == "Clôturée").to_numpy(), closed, none),
            "nom_demandeur": entries.decided(anonymous, none, given + " " + family),
            "telephone": entries.decided(anonymous, none, telephones(entries.keys, entries.draws)),
            "courriel": entries.decided(
                anonymous, none, mail_addresses(given, family, entries.repeated("example.org"))
            ),
        }
    )


GIVEN = (
    "Amélie",
    "Bastien",
    "Chloé",
    "Driss",
    "Farid",
    "Gaëlle",
    "Inès",
    "Karima",
    "Marius",
    "Pauline",
    "Thierry",
    "Yasmina",
)
FAMILY = (
    "Brunessac",
    "Castelvinet",
    "Rouvelac",
    "Toursainte",
    "Mirandoux",
    "Vallombrin",
    "Pérignasse",
    "Coustalène",
    "Garrigolle",
)
"""Invented, as those of the lexicon."""
