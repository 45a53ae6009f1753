"""The transport operator's record: lines, stops, codes, times in one number, coordinates without a point."""

from __future__ import annotations

import numpy as np
import polars as pl

from quietude.sources.simulator.logbooks.entries import Entries

SWAPPED = 0.004  # share of entries with longitude and latitude exchanged
LINES = (
    "M1",
    "M2",
    "T1",
    "T2",
    "T3",
    "19",
    "21",
    "32",
    "35",
    "49",
    "50",
    "53",
    "70",
    "81",
    "82",
    "83",
    "89",
    "97",
    "B1",
    "B2",
    "B3",
)
MODES = {"M": "METRO", "T": "TRAM"}


def write(entries: Entries) -> pl.DataFrame:
    """Return the record's rows, all texts."""
    place = entries.sightings.place
    stop = pl.Series(entries.stage.name[place].tolist(), dtype=pl.String)
    at_stop = entries.draws.whole(place.astype(np.uint64), "line", 0, len(LINES) - 1)
    also = entries.draws.whole(entries.keys, "other line", 0, len(LINES) - 1)
    line = pl.Series(LINES).gather(
        pl.Series(np.where(entries.draws.chance(entries.keys, "which line", 0.75), at_stop, also))
    )
    mode = line.str.slice(0, 1).replace_strict(MODES, default="BUS", return_dtype=pl.String)
    lon, lat = (pl.Series(np.rint(values * 1e5)).cast(pl.Int64).cast(pl.String) for values in entries.degrees())
    swapped = entries.draws.chance(entries.keys, "swapped", SWAPPED)
    return pl.DataFrame(
        {
            "NUM_INC": entries.fact_day.dt.strftime("%Y%m%d") + "/" + entries.serial(4),
            "DEBUT": entries.at("%Y%m%d%H%M"),
            "FIN": entries.left_out("no end", entries.later("end", 4, 120, "%Y%m%d%H%M"), 0.3),
            "MODE": mode,
            "LIGNE": line,
            "ARRET": entries.left_out("no stop", stop.str.to_uppercase(), 0.03),
            "CODE": entries.category_codes(),
            "LIBELLE": entries.category_labels(),
            "NIVEAU": entries.severities(("N1", "N1", "N2", "N3", "N4")),
            "DESCRIPTION": entries.narrative(ligne=mode.str.to_lowercase() + " " + line, arret=stop),
            "X": entries.decided(swapped, lat, lon),
            "Y": entries.decided(swapped, lon, lat),
            "RETARD_MIN": entries.left_out("no delay", entries.whole("delay", 0, 45), 0.5),
            "SAISIE": entries.entered("%Y%m%d%H%M%S"),
        }
    )
