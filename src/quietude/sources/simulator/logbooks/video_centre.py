"""The video-supervision centre's logbook: radio style, one row an event, coordinates of the camera."""

from __future__ import annotations

import numpy as np
import polars as pl

from quietude.sources.simulator.draws import mix
from quietude.sources.simulator.logbooks.entries import Entries

NO_POSITION = 0.02  # share of entries whose camera has no position in the system, written 0
LEVELS = ("vert", "vert", "orange", "rouge", "rouge")


def write(entries: Entries) -> pl.DataFrame:
    """Return the logbook's rows, all texts."""
    post = mix(entries.sightings.place.astype(np.uint64))
    camera = "C" + pl.Series((post % np.uint64(9_000)) + np.uint64(1_000)).cast(pl.String)
    lon, lat = (
        pl.Series(np.round(values, 6)).cast(pl.String).str.replace(".", ",", literal=True)
        for values in entries.degrees()
    )
    zero = entries.repeated("0")
    outcome = entries.one_of(
        "outcome",
        ("PM engagée", "PN avisée", "BMP avisés", "Surveillance", "Levée de doute", "Sans suite"),
        (5, 2, 1, 3, 2, 2),
    )
    return pl.DataFrame(
        {
            "evt_id": "EV" + entries.fact_day.dt.strftime("%Y%j") + entries.serial(5),
            "horodatage": entries.at("%Y-%m-%dT%H:%M:%S"),
            "fin": entries.left_out("no end", entries.later("end", 3, 75, "%Y-%m-%dT%H:%M:%S"), 0.25),
            "camera": camera,
            "lib_evt": entries.category_labels(),
            "niveau": entries.left_out("no level", entries.severities(LEVELS), 0.03),
            "site": entries.places.bare,
            "lon": entries.choose("no position", NO_POSITION, zero, lon),
            "lat": entries.choose("no position", NO_POSITION, zero, lat),
            "message": entries.narrative(camera=camera),
            "operateur": "OP" + entries.whole("operator", 1, 48, 2),
            "suite_donnee": outcome,
            "relecture": entries.one_of("replay", ("N", "O"), (9, 1)),
            "saisie": entries.entered("%Y-%m-%dT%H:%M:%S"),
        }
    )
