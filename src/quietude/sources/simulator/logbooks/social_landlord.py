"""The social landlord's record: caretakers' notes with a day, seldom an hour, a residence and a building."""

from __future__ import annotations

import polars as pl

from quietude.sources.simulator.logbooks.entries import Entries
from quietude.sources.simulator.places import without_accents

KIND_OF_STREET = (
    r"^(?i)(rue|avenue|boulevard|place|chemin|traverse|impasse|all[ée]e|square|mont[ée]e|rond-point|cours|quai) "
    r"(de la |de l'|des |du |de |d')?"
)


def write(entries: Entries) -> pl.DataFrame:
    """Return the record's rows, all texts."""
    name = pl.Series(entries.stage.name[entries.sightings.place].tolist(), dtype=pl.String)
    residence = "RESIDENCE " + without_accents(name.str.replace(KIND_OF_STREET, "")).str.to_uppercase()
    building = entries.left_out("no building", "Bât. " + entries.one_of("building", tuple("ABCDEFGH")), 0.2)
    hour = entries.decided(entries.sightings.hour_known, entries.at("%HH%M"), entries.none)
    followed = entries.one_of(
        "followed",
        ("Courrier locataire", "Signalement PN", "Signalement PM", "Entreprise mandatée", "Médiation", "Sans suite"),
        (2, 1, 2, 3, 2, 3),
    )
    return pl.DataFrame(
        {
            "ID": entries.fact_day.dt.strftime("%Y%m%d") + entries.serial(3),
            "DATE_FAITS": entries.at("%d/%m/%y"),
            "HEURE_FAITS": hour,
            "RESIDENCE": residence,
            "ADRESSE": entries.places.bare.str.to_uppercase(),
            "BATIMENT": building,
            "MOTIF": entries.category_labels(),
            "NIVEAU": entries.left_out(
                "no level", entries.severities(("FAIBLE", "FAIBLE", "MOYEN", "FORT", "FORT")), 0.12
            ),
            "OBSERVATIONS": entries.narrative(
                residence=residence.str.to_titlecase(), batiment=building.fill_null("bât. non précisé")
            ),
            "SIGNALE_PAR": entries.one_of("teller", ("GARDIEN", "LOCATAIRE", "PRESTATAIRE"), (6, 4, 1)),
            "PLAINTE": entries.one_of("complaint", ("N", "O"), (8, 2)),
            "SUITES": entries.left_out("no follow-up", followed, 0.25),
            "GARDIEN": entries.one_of(
                "caretaker", ("M. Vallombrin", "Mme Rouvelac", "M. Garrigolle", "Mme Toursainte", "M. Zaghdounel")
            ),
            "DATE_SAISIE": entries.entered("%d/%m/%y %HH%M"),
        }
    )
