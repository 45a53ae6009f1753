from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.ingest.little_town import LittleTown

from quietude.ingest.observations import slug
from quietude.model.viewer import Viewer

WIDE = 'date,hour,Quai Nord,Rue Sud\n2026-01-01,6:00-6:59,4,\n2026-01-01,7:00-7:59,"5,5",999\n'


@pytest.fixture
def counters(little: LittleTown) -> LittleTown:
    """Return a town with two counters, one column each."""
    little.manifest = {
        **{key: value for key, value in little.manifest.items() if key != "map"},
        "kind": "observations",
        "history": "open",
        "map": {
            "at": {"columns": ["date", "hour"], "extract": r"^(\S+ \d+:\d+)", "parse": "%Y-%m-%d %H:%M"},
            "series": [{"columns": "*", "sensor": "{column}", "quantity": "pedestrians", "unit": "1/h", "high": 500}],
            "place": {
                "positions": {"read": {"format": "csv", "path": "sites.csv"}, "key": "site", "lon": "x", "lat": "y"}
            },
        },
    }
    little.write(WIDE)
    little.write("site,x,y\nQuai Nord,5.31,43.21\n", "sites.csv")
    return little


def values(little: LittleTown) -> list[tuple[Any, ...]]:
    """Return the numbers in the store."""
    rows = little.store.observations(Viewer.system("test")).to_pylist()
    return [(row["series"], row["at"], row["value"], row["unit"], row["quality"], row["lon_deg"]) for row in rows]


def test_wide_columns_become_series(counters: LittleTown) -> None:
    report = counters.run()
    assert (report.read, report.filed, report.values, report.columns_unread) == (2, 2, 4, [])
    six, seven = datetime(2026, 1, 1, 5, tzinfo=UTC), datetime(2026, 1, 1, 6, tzinfo=UTC)
    assert values(counters) == [
        ("logbook/quai_nord/pedestrians", six, 4.0, "1/h", "good", 5.31),
        ("logbook/quai_nord/pedestrians", seven, 5.5, "1/h", "good", 5.31),
        ("logbook/rue_sud/pedestrians", six, None, "1/h", "missing", None),
        ("logbook/rue_sud/pedestrians", seven, 999.0, "1/h", "suspect:range", None),
    ]


def test_numbers_read_twice_are_stored_once(counters: LittleTown) -> None:
    counters.run()
    again = counters.run()
    assert (again.filed, again.unchanged, again.values) == (0, 2, 0)
    assert len(values(counters)) == 4


def test_what_is_no_number_is_set_aside_with_its_column(counters: LittleTown) -> None:
    counters.write(WIDE + "2026-01-01,8:00-8:59,inf,3\n2026-01-01,9:00-9:59,panne,3\n")
    report = counters.run()
    assert (report.filed, report.quarantined_by_reason) == (2, {"value_not_finite": 1, "value_unreadable": 1})
    assert [(sick.column, sick.value) for sick in counters.ledger.quarantined()] == [
        ("Quai Nord", "inf"),
        ("Quai Nord", "panne"),
    ]


def test_several_columns_of_one_sensor(counters: LittleTown) -> None:
    counters.manifest["map"] = {
        "at": {"column": "t", "parse": "iso"},
        "sensor": "name",
        "series": [{"columns": "laf*_per_hour", "quantity": "{column}", "extract": r"^(laf\d+)", "unit": "dB"}],
    }
    counters.write("t,name,laf10_per_hour,laf90_per_hour,other\n2026-01-01T00:00,MP 01: Éléphant,61,40,x\n")
    report = counters.run()
    assert report.columns_unread == ["other"]
    assert [row[0] for row in values(counters)] == ["logbook/mp_01_elephant/laf10", "logbook/mp_01_elephant/laf90"]


def test_a_slug_is_ascii_and_never_empty() -> None:
    assert (slug("Rue d'Été (EW)"), slug("?!")) == ("rue_d_ete_ew", "_")
