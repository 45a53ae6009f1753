"""Facts, numbers, quarantined records and import reports of several sources, spread over years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from tests.keeping.town import manifest, town

from quietude.ingest.api import ImportReport, Ledger, Outcome, Quarantined
from quietude.model.event import event_schema
from quietude.model.identity import event_uid
from quietude.model.observation import OBSERVATION_SCHEMA
from quietude.sources.api import Town
from quietude.store.api import Store

BEGINNING = date(2026, 3, 1)
LEVELS = ("quarter",)
ZONE = "Europe/Paris"
NUMBERS_MAP = {"at": {"column": "t", "parse": "iso"}, "series": [{"columns": "v", "quantity": "x", "unit": "1"}]}


def usual_town() -> Town:
    """Return a town whose sources leave by each of the ways there are."""
    return town(
        manifest("logbook", retention="P3Y"),
        manifest("desk", retention="P1Y", disposal="transfer"),
        manifest("figures", retention="P2Y", history="statistics"),
        manifest("open_data", retention="P3Y", history="open", licence="Licence Ouverte 2.0"),
        manifest("sensors", kind="observations", retention="P5Y", map=NUMBERS_MAP),
    )


def a_fact(source: str, key: str, day: date, **changes: Any) -> dict[str, Any]:
    """Return one fact as a row, kept until its source's manifest of `usual_town` says."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    years = {"logbook": 3, "desk": 1, "figures": 2}.get(source)
    row: dict[str, Any] = {field.name: None for field in event_schema(LEVELS)}
    row |= {
        "uid": event_uid(source, key),
        "source": source,
        "source_key": key,
        "occurred_from": noon,
        "time_precision": "minute",
        "received_at": noon,
        "category": "noise",
        "source_category": "bruit",
        "category_by": "crosswalk:test@1",
        "severity": 2,
        "status": "closed",
        "origin": "reported",
        "title": f"Fait {key}",
        "text": f"Appel {key}",
        "lon_deg": 5.32,
        "lat_deg": 43.25,
        "accuracy_m": 20.0,
        "place_label": "12 rue de la Paix",
        "located_by": "source",
        "h3": "8a3969a6d157fff",
        "zone_quarter": "west",
        "regime": "RGPD",
        "sensitivity": "internal",
        "reality": "real",
        "retain_until": day.replace(year=day.year + years) if years is not None else None,
        "flags": [],
        "attributes": '{"agent": "7"}',
        "day": day,
        "hour_of_week": day.weekday() * 24 + 12,
    }
    return row | changes


def table(*rows: dict[str, Any]) -> pa.Table:
    """Return rows as a table to file."""
    schema = event_schema(LEVELS)
    return pa.Table.from_pylist(list(rows), schema=pa.schema([f for f in schema if f.name not in {"id", "version"}]))


def open_store(folder: Path, *, at: datetime = datetime(2026, 3, 1, tzinfo=UTC)) -> Store:
    """Open a store whose clock stands still."""
    return Store.open(folder, levels=LEVELS, timezone=ZONE, clock=lambda: at)


def fill(store: Store, ledger: Ledger) -> None:
    """File a year and a half of each source before `BEGINNING`, with corrections, numbers, quarantine and reports."""
    days = [BEGINNING - timedelta(days=17 * step) for step in range(32)]
    facts = [
        a_fact(source, f"{source}-{place}", day)
        for source in ("logbook", "desk", "figures", "open_data")
        for place, day in enumerate(days)
        if source != "desk" or place < 20  # a year at most: what is past its term is refused at the door
    ]
    store.upsert(table(*facts))
    corrected = [row | {"text": "corrigé"} for row in facts[::3]]
    moved = a_fact("logbook", "logbook-31", BEGINNING - timedelta(days=1), text="daté autrement")
    store.upsert(table(*corrected, moved))
    store.append_observations(
        pa.Table.from_pylist([_number("sensors", day) for day in days], schema=OBSERVATION_SCHEMA)
    )
    for place, day in enumerate(days):
        report = ImportReport(source="logbook", town="petiteville", started_at=_at(day), outcome=Outcome.DONE)
        ledger.begin(report)
        sick = [_sick(f"{source}-{place}", source, _at(day)) for source in ("logbook", "desk", "open_data", "gone")]
        ledger.set_aside(sick)
    ledger.close_quarantined(["logbook-3", "gone-4"], status="filed", at=_at(BEGINNING))


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def _number(source: str, day: date) -> dict[str, Any]:
    return {
        "source": source,
        "series": f"{source}/a/x",
        "at": _at(day),
        "value": float(day.day),
        "unit": "1",
        "quality": "good",
        "sensitivity": "public",
        "reality": "real",
        "lon_deg": None,
        "lat_deg": None,
    }


def _sick(name: str, source: str, at: datetime) -> Quarantined:
    return Quarantined(
        id=name,
        source=source,
        import_id=1,
        file="a.csv",
        line=2,
        reason="time_missing",
        column="date",
        value="x",
        detail={},
        raw={"texte": f"ligne {name}"},
        status="open",
        noted_at=at,
    )
