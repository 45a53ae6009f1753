"""Made-up facts by the million, month by month, and the same facts in PostgreSQL: what the store is measured on."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from datetime import date
from pathlib import Path

import duckdb
import h3
import numpy as np
import polars as pl
import pyarrow as pa
from deltalake import DeltaTable

from quietude.model.event import event_schema
from quietude.store.api import Store

LEVELS = ("arrondissement", "quartier")
TIMEZONE = "Europe/Paris"
MONTHS = 36
FIRST = date(2022, 1, 1)
QUARTIERS = 111
CATEGORIES = 120
PLACES = 40_000

_FACTS = """
    WITH drawn AS (
        SELECT i, $first::DATE + CAST(floor(r1 * days) AS INTEGER) AS day,
        CAST(floor(86400 * (0.35 * r2 + 0.65 * sqrt(r2))) AS INTEGER) AS second,
               CAST(floor(pow(r3, 2.5) * $categories) AS INTEGER) AS c, CAST(floor(pow(r4,
               1.6) * $places) AS INTEGER) AS p, r5
        FROM (SELECT i, random() r1, random() r2, random() r3, random() r4, random() r5,
                     date_diff('day', $first::DATE, ($first::DATE + INTERVAL 1 MONTH)::DATE) AS days
              FROM range($start, $start + $count) t(i))
    ), placed AS (
        SELECT d.*, k.* EXCLUDE (p),
        make_timestamptz(epoch_us((day + to_seconds(second))::TIMESTAMP AT TIME ZONE 'Europe/Paris')) AS occurred_from,
               CAST((c + 5 * CAST(r5 * 1.3 AS INTEGER)) % 5 AS INTEGER) AS s
        FROM drawn d JOIN places k USING (p)
    )
    SELECT md5(i::VARCHAR) AS uid, 'source_' || s AS source, i::VARCHAR AS source_key, occurred_from,
    NULL::TIMESTAMPTZ AS occurred_to,
           'minute' AS time_precision, NULL::TIMESTAMPTZ AS reported_at, occurred_from AS received_at,
           'family' || lpad((c % 20)::VARCHAR, 2, '0') || '.nature' || lpad(c::VARCHAR, 3, '0') AS category,
           'Type ' || c AS source_category, 'crosswalk:bench@1' AS category_by, NULL::FLOAT AS category_confidence,
           CAST(1 + c % 5 AS TINYINT) AS severity, CASE WHEN r5 < 0.9 THEN 'closed' ELSE 'open' END AS status,
           CASE s WHEN 3 THEN 'patrol' ELSE 'reported' END AS origin,
           'Fait de type ' || c AS title,
           'Signalement numéro ' || i || ' reçu par le service, ' || 'sans suite connue à cette heure' AS text,
           lon_deg, lat_deg, 20::FLOAT AS accuracy_m, 'Lieu ' || (p % 5000) AS place_label,
           'source' AS located_by, NULL::FLOAT AS located_score,
           h3, zone_arrondissement, zone_quartier,
           CASE WHEN c % 10 = 9 THEN 'TITRE_III' ELSE 'RGPD' END AS regime,
           CASE WHEN s = 4 AND c % 2 = 0 THEN 'restricted' ELSE 'internal' END AS sensitivity, 'real' AS reality,
           NULL::DATE AS retain_until, NULL::VARCHAR[] AS flags, NULL::VARCHAR AS attributes, day,
           CAST((isodow(day) - 1) * 24 + second // 3600 AS SMALLINT) AS hour_of_week
    FROM placed
"""


EDITION = hashlib.sha256(_FACTS.encode()).hexdigest()[:12]
"""Which facts these are: a copy of others is made again."""


def places(seed: int) -> pa.Table:
    """Return the points of a made-up town, with their cells and zones: the first ones are drawn most."""
    draw = np.random.default_rng(seed)
    quartier = np.floor(draw.random(PLACES) ** 1.3 * QUARTIERS).astype(int)
    lon = 5.30 + (quartier % 11) * 0.018 + draw.random(PLACES) * 0.018
    lat = 43.22 + (quartier // 11) * 0.014 + draw.random(PLACES) * 0.014
    cells = [h3.latlng_to_cell(y, x, 10) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
    return pa.table(
        {
            "p": np.arange(PLACES, dtype=np.int32),
            "lon_deg": np.round(lon, 6),
            "lat_deg": np.round(lat, 6),
            "h3": cells,
            "zone_quartier": [f"q{q:03d}" for q in quartier],
            "zone_arrondissement": [f"a{q % 16:02d}" for q in quartier],
        }
    )


def month_starts() -> list[date]:
    """Return the first days of the months that are made."""
    return [date(FIRST.year + n // 12, 1 + n % 12, 1) for n in range(MONTHS)]


def fill(folder: Path, events: int, *, seed: int = 7) -> Store:
    """Open the store of this size, made anew where it is not of these facts; kept between runs."""
    filled = folder / "filled"
    if filled.exists() and filled.read_text(encoding="utf-8") == EDITION:
        store = Store.open(folder, levels=LEVELS, timezone=TIMEZONE)
        store.maintain()  # cubes of another edition are made anew; nothing else is left to do
        return store
    shutil.rmtree(folder, ignore_errors=True)
    store = Store.open(folder, levels=LEVELS, timezone=TIMEZONE)
    connection = duckdb.connect()
    connection.execute(f"SET TimeZone = 'UTC'; SET threads = 1; SELECT setseed(0.{seed})")
    connection.register("places", places(seed))
    names = [name for name in event_schema(LEVELS).names if name not in {"id", "version"}]
    begun = time.perf_counter()
    per_month = events // MONTHS
    for number, first in enumerate(month_starts()):
        values = {"first": first, "start": number * per_month, "count": per_month}
        rows = connection.execute(_FACTS, values | {"categories": CATEGORIES, "places": PLACES}).to_arrow_table()
        store.append(rows.select(names))
        print(f"  {first:%Y-%m}: {(number + 1) * per_month:,} facts, {time.perf_counter() - begun:.0f} s", flush=True)
    print("  maintenance:", store.maintain(), flush=True)
    filled.write_text(EDITION, encoding="utf-8")
    return store


_COPIED = (
    "uid, id, source, source_key, occurred_from, time_precision, received_at, category, source_category, "
    "category_by, severity, status, "
    "origin, title, text, lon_deg, lat_deg, accuracy_m, place_label, located_by, h3, zone_arrondissement, "
    "zone_quartier, regime, "
    "sensitivity, reality, day, hour_of_week, version"
)

_TABLE = """
    CREATE TABLE events (
        uid text, id text, source text, source_key text, occurred_from timestamptz, time_precision text,
        received_at timestamptz, category text,
        source_category text, category_by text, severity smallint, status text, origin text, title text,
        text text, lon_deg double precision,
        lat_deg double precision, accuracy_m real, place_label text, located_by text, h3 text,
        zone_arrondissement text, zone_quartier text,
        regime text, sensitivity text, reality text, day date, hour_of_week smallint, version integer
    ) PARTITION BY RANGE (day)
"""
_INDEXES = (
    "CREATE INDEX ON events (id)",
    "CREATE INDEX ON events (zone_quartier, category, occurred_from DESC)",
    "CREATE INDEX ON events (category, day)",
    "CREATE INDEX ON events (lon_deg, lat_deg)",
)


def psql(command: str, *, database: str, source: subprocess.Popen[bytes] | None = None) -> str:
    """Run one command of PostgreSQL's own client on the local server."""
    arguments = ["psql", "-h", "127.0.0.1", "-U", "postgres", "-d", database, "-v", "ON_ERROR_STOP=1", "-qAtc", command]
    stdin = source.stdout if source is not None else subprocess.DEVNULL
    return subprocess.run(arguments, stdin=stdin, check=True, capture_output=True, text=True).stdout.strip()


def fill_postgres(store_folder: Path, database: str, events: int) -> None:
    """Copy the facts to PostgreSQL, partitioned by month and indexed; kept between runs."""
    there = psql(f"SELECT count(*) FROM pg_database WHERE datname = '{database}'", database="postgres")
    if there == "0":
        psql(f"CREATE DATABASE {database}", database="postgres")
    copied = f"{events} {EDITION}"
    if psql("SELECT obj_description(oid) FROM pg_class WHERE relname = 'events'", database=database) == copied:
        return
    psql("DROP TABLE IF EXISTS events", database=database)
    psql(_TABLE, database=database)
    table = DeltaTable(str(store_folder / "events"))
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for first, following in zip(
        month_starts(), [*month_starts()[1:], date(FIRST.year + MONTHS // 12, 1, 1)], strict=True
    ):
        partition = f"events_{first:%Y_%m}"
        psql(
            f"CREATE TABLE {partition} PARTITION OF events FOR VALUES FROM ('{first}') TO ('{following}')",
            database=database,
        )
        text = store_folder / "month.csv"
        files = [uri.removeprefix("file://") for uri in table.file_uris() if f"month={first:%Y-%m}" in uri]
        connection.execute(
            f"COPY (SELECT {_COPIED} FROM read_parquet($files)) TO '{text}' (FORMAT csv, HEADER false)",
            {"files": files},
        )
        psql(f"\\copy {partition} ({_COPIED}) FROM '{text}' (FORMAT csv)", database=database)
        text.unlink()
        print(f"  PostgreSQL: {partition}", flush=True)
    for index in _INDEXES:
        psql(index, database=database)
    psql("ANALYZE events", database=database)
    psql(f"COMMENT ON TABLE events IS '{copied}'", database=database)


def rows_of(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    """Return the rows of an answer in a fixed order, to be compared with another's."""
    return sorted(frame.rows(), key=str)
