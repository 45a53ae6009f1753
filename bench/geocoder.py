"""Addresses located per second on one core: real ones, as they come or distinct, against limit and plain search."""

from __future__ import annotations

import os

os.environ["POLARS_MAX_THREADS"] = "1"  # read when polars is first imported, below

import sys
import time
from pathlib import Path

import polars as pl
from rapidfuzz import process

from bench.figure import Figure
from quietude.ingest.api import Geocoder, open_geocoder
from quietude.sources.api import load_town

LIMIT_PER_SECOND = 5_000  # issue 2, section 6
ROUNDS = 3
PEER_SAMPLE = 200  # the plain search takes milliseconds each; 200 give its rate to a few percent
ROOT = Path(__file__).resolve().parent.parent
ACCIDENTS = "incidents/baac_france_2005_2020/baac_bouches_du_rhone_complet.csv.gz"
IN_TOWN = r"^(0?55|13055|(13)?2(0[1-9]|1[0-6]))(\.0)?$"


def best_seconds(geocoder: Geocoder, places: pl.DataFrame) -> float:
    """Return the quickest of some runs, in seconds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = geocoder.locate(places)
        taken.append(time.perf_counter() - began)
        assert found.height == places.height
    return min(taken)


def main() -> int:
    """Measure and print; return 1 where the data are not on this machine."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    data_dir = Path(os.environ.get("QUIETUDE_DATA_DIR", ROOT.parent / "shared" / "data"))
    if not (data_dir / ACCIDENTS).is_file():
        print(f"{data_dir / ACCIDENTS} is missing; set QUIETUDE_DATA_DIR")
        return 1
    town = load_town(ROOT / "towns" / "marseille", data_dir)
    began = time.perf_counter()
    geocoder = open_geocoder(town)
    print(f"names compiled and learned in {time.perf_counter() - began:.1f} s")
    records = pl.read_csv(data_dir / ACCIDENTS, columns=["adr", "com"], infer_schema=False)
    records = records.filter(pl.col("com").str.contains(IN_TOWN))
    all_places, distinct = records.select(address="adr"), records.select(address="adr").unique(maintain_order=True)
    geocoder.locate(distinct.head(100))
    as_they_come = all_places.height / best_seconds(geocoder, all_places)
    each_once = distinct.height / best_seconds(geocoder, distinct)
    names = geocoder.gazetteer.names["label"].to_list()
    sample = distinct["address"].drop_nulls().sample(PEER_SAMPLE, seed=1).to_list()
    began = time.perf_counter()
    for address in sample:
        process.extractOne(address, names)
    plain = PEER_SAMPLE / (time.perf_counter() - began)
    for name, rate in (
        (f"{all_places.height} real addresses as they come, one core", as_they_come),
        (f"{distinct.height} distinct real addresses, one core", each_once),
    ):
        Figure(name=name, value=rate, unit="1/s", limit=LIMIT_PER_SECOND, at_most=False).show()
    Figure(
        name="distinct real addresses, one core",
        value=each_once / plain,
        unit="×",
        limit=10,
        at_most=False,
        peer="rapidfuzz process.extractOne over all names",
        note=f"{plain:.0f} addresses per second; it finds names only, neither numbers nor crossings",
    ).show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
