"""Numbers that come by themselves: late, twice, in other units, from sensors that are stuck or out of their minds."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.ingest.little_town import NOW, READER, LittleTown

from quietude.ingest.api import Flow, Received
from quietude.model.observation import Note, notes_of, worth_of
from quietude.model.vocabulary import load_vocabulary

SERIES: dict[str, Any] = {
    "columns": "laeq", "quantity": "laeq", "unit": "dB(A)", "low": 20, "high": 130, "unit_from": "code",
    "stuck_after": "PT5M", "gap_after": "PT10M", "jump": 30, "jump_within": "PT5M",
}  # fmt: skip
START = NOW - timedelta(hours=2)


class Sensors:
    """A flow of numbers into a store."""

    def __init__(self, little: LittleTown, *series: dict[str, Any]) -> None:
        little.manifest = {key: value for key, value in little.manifest.items() if key != "map"} | {
            "kind": "observations", "read": {"format": "flow"}, "flow": {"doors": ["http"]},
            "map": {"at": {"column": "at", "parse": "iso"}, "sensor": "sensor", "series": list(series)},
        }  # fmt: skip
        self.little, self.store = little, little.store
        town = little.town()
        self.flow = Flow(town, town.sources["logbook"], self.store, little.ledger, load_vocabulary())

    def send(self, *records: dict[str, object], now: datetime = NOW) -> Received:
        lines = b"".join(json.dumps(each).encode() + b"\n" for each in records)
        return self.flow.file(lines, "http #1", now)

    def rows(self) -> list[tuple[str, float, float | None, str]]:
        """Return series, minute after the start, value and quality."""
        there = self.store.observations(READER).to_pylist()
        return [(r["series"], (r["at"] - START) / timedelta(minutes=1), r["value"], r["quality"]) for r in there]

    def qualities(self) -> list[str]:
        return [row[3] for row in self.rows()]


def said(minute: float, value: object, **others: object) -> dict[str, object]:
    at = START + timedelta(minutes=minute)
    return {"at": at.isoformat(), "sensor": "mp1", "laeq": value} | others


@pytest.fixture
def sensors(little: LittleTown) -> Sensors:
    return Sensors(little, SERIES)


def test_a_value_sent_twice_is_there_once_and_a_corrected_one_wins(sensors: Sensors) -> None:
    assert sensors.send(said(0, 60), said(1, 61)).records == 2
    sensors.send(said(1, 61), said(0, 60))
    sensors.send(said(0, 64.5))
    assert [row[:3] for row in sensors.rows()] == [("logbook/mp1/laeq", 0, 64.5), ("logbook/mp1/laeq", 1, 61)]


def test_a_value_keeps_the_moment_at_which_it_came_as_it_is(sensors: Sensors) -> None:
    sensors.send(said(0, 60), said(1, 61), now=NOW)
    later = NOW + timedelta(minutes=3)
    sensors.send(said(0, 60), said(1, 62), now=later)
    came = sensors.store.observations(READER)["received_at"].to_pylist()
    assert came == [NOW, later]


@pytest.mark.parametrize("seed", range(8))
def test_late_and_shuffled_values_end_in_the_same_rows(sensors: Sensors, seed: int) -> None:
    values = [60, 61, 61, 61, 61, 61, 61, 95, 60, 62, 63]
    minutes = [0, 1, 2, 3, 4, 5, 6, 7, 20, 21, 22]
    records = [said(minute, value) for minute, value in zip(minutes, values, strict=True)]
    random.Random(seed).shuffle(records)
    for record in records:
        sensors.send(record)
    assert [row[1] for row in sensors.rows()] == minutes
    noted = dict(zip(minutes, sensors.qualities(), strict=True))
    assert {minute: said for minute, said in noted.items() if said != "good"} == {
        6: "suspect:stuck", 7: "good:jump", 20: "good:gap",
    }  # fmt: skip


def test_a_late_value_frees_a_sensor_that_seemed_stuck(sensors: Sensors) -> None:
    sensors.send(*(said(minute, 61) for minute in range(0, 8, 2)))
    assert sensors.qualities() == ["good", "good", "good", "suspect:stuck"]
    sensors.send(said(3, 58))
    assert sensors.qualities() == ["good"] * 5


def test_another_unit_is_converted_and_one_that_changes_is_noticed(little: LittleTown) -> None:
    heat = {"columns": "t.value", "quantity": "temperature", "unit": "Cel", "unit_from": "t.unitCode"}
    sensors = Sensors(little, heat)

    def warm(minute: int, value: float, code: str) -> dict[str, object]:
        return said(minute, None) | {"t": {"value": value, "unitCode": code}}

    sensors.send(warm(0, 20, "CEL"), warm(1, 68, "FAH"), warm(2, 86, "FAH"))
    assert [row[2:] for row in sensors.rows()] == [
        (20.0, "good"),
        (pytest.approx(20.0), "suspect:unit+converted"),
        (pytest.approx(30.0), "good:converted"),
    ]


def test_a_unit_that_cannot_be_converted_is_set_aside_with_what_was_said(sensors: Sensors) -> None:
    sensors.send(said(0, 60, code="2N"), said(1, 20, code="CEL"))
    assert [row[1] for row in sensors.rows()] == [0]
    (sick,) = sensors.little.ledger.quarantined()
    assert (sick.reason, sick.column, sick.value, sick.line) == ("unit_unconvertible", "code", "CEL", 2)


@pytest.mark.parametrize(
    ("record", "reason", "column", "value"),
    [
        pytest.param({"laeq": "NaN"}, "value_not_finite", "laeq", "NaN", id="not-a-number"),
        pytest.param({"laeq": "-inf"}, "value_not_finite", "laeq", "-inf", id="infinite"),
        pytest.param({"laeq": "loud"}, "value_unreadable", "laeq", "loud", id="word"),
        pytest.param({"at": "2099-01-01T00:00:00Z"}, "time_in_future", "at", "2099-01-01T00:00:00Z", id="year-2099"),
        pytest.param({"at": "yesterday"}, "time_unreadable", "at", "yesterday", id="no-time"),
    ],
)
def test_what_is_no_measurement_is_set_aside(
    sensors: Sensors, record: dict[str, object], reason: str, column: str, value: str
) -> None:
    assert sensors.send(said(0, 60), said(1, 61) | record).quarantined == 1
    (sick,) = sensors.little.ledger.quarantined()
    assert (sick.reason, sick.column, sick.value) == (reason, column, value)
    assert len(sensors.rows()) == 1


def test_a_time_without_a_zone_is_the_towns_or_the_one_that_the_manifest_says(little: LittleTown) -> None:
    sensors = Sensors(little, SERIES)
    sensors.send(said(0, 60) | {"at": "2026-02-28T12:00:00"})
    assert sensors.store.observations(READER)["at"].to_pylist() == [datetime(2026, 2, 28, 11, tzinfo=UTC)]
    little.manifest["map"]["at"]["timezone"] = "Asia/Tokyo"
    town = little.town()
    Flow(town, town.sources["logbook"], sensors.store, little.ledger, load_vocabulary()).file(
        json.dumps(said(0, 60) | {"at": "2026-02-27T12:00:00"}).encode() + b"\n", "http #2", NOW
    )
    assert datetime(2026, 2, 27, 3, tzinfo=UTC) in sensors.store.observations(READER)["at"].to_pylist()


def test_a_record_may_carry_several_quantities_or_one_that_it_names(little: LittleTown) -> None:
    several = Sensors(little, {"columns": ["laeq", "lamax"], "quantity": "{column}", "unit": "dB(A)"})
    several.send(said(0, 60, lamax=75), said(1, 61), said(1, None, lamax=80))
    assert {row[:3] for row in several.rows()} == {
        ("logbook/mp1/laeq", 0, 60), ("logbook/mp1/lamax", 0, 75), ("logbook/mp1/laeq", 1, 61),
        ("logbook/mp1/lamax", 1, 80),
    }  # fmt: skip


def test_a_quantity_that_no_series_takes_is_set_aside(little: LittleTown) -> None:
    def of(name: str, unit: str) -> dict[str, Any]:
        return {"columns": "v", "quantity": name, "unit": unit, "only": {"column": "kind", "equals": [name]}}

    sensors = Sensors(little, of("laeq", "dB(A)"), of("temperature", "Cel"))
    sensors.send(
        said(0, None, kind="laeq", v=61), said(0, None, kind="temperature", v=4), said(0, None, kind="ozone", v=9)
    )
    assert [row[0::2] for row in sensors.rows()] == [("logbook/mp1/laeq", 61.0), ("logbook/mp1/temperature", 4.0)]
    (sick,) = sensors.little.ledger.quarantined()
    assert (sick.reason, sick.column, sick.value) == ("quantity_unknown", "kind", "ozone")


def test_a_value_out_of_range_is_kept_and_marked(sensors: Sensors) -> None:
    sensors.send(said(0, 60), said(1, 200))
    quality = sensors.qualities()[1]
    assert (worth_of(quality), notes_of(quality)) == ("suspect", (Note.RANGE, Note.JUMP))
