from __future__ import annotations

from datetime import date, datetime, time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.ingest.clock import precision_of, read_times
from quietude.sources.api import Expression

MIDNIGHT = datetime.combine(date(2000, 1, 1), time.min)


def read(text: str | None, *ways: str, **more: str) -> tuple[str | None, int | None, str | None]:
    """Return what one text is read as: the time as text (Python has no year 0), the offset, the precision."""
    expression = Expression.model_validate({"column": "x", "parse": list(ways), **more})
    frame = (
        pl.DataFrame({"x": [text]}, schema={"x": pl.String}).select(t=read_times(pl.col("x"), expression)).unnest("t")
    )
    naive, offset, precision = frame.select(
        pl.col("naive").dt.to_string("%Y-%m-%d %H:%M:%S"), "offset", "precision"
    ).row(0)
    return naive, offset, precision


@pytest.mark.parametrize(
    ("text", "way", "expected"),
    [
        ("03/05/2017 12:15:00 AM", "%m/%d/%Y %I:%M:%S %p", ("2017-03-05 00:15:00", None, "minute")),
        ("28/02/2022 08:27:21.737", "%d/%m/%Y %H:%M:%S%.f", ("2022-02-28 08:27:21", None, "minute")),
        ("2019-01-01 6:00", "%Y-%m-%d %H:%M", ("2019-01-01 06:00:00", None, "minute")),
        ("2018-10", "%Y-%m", ("2018-10-01 00:00:00", None, "month")),
        ("2018", "%Y", ("2018-01-01 00:00:00", None, "year")),
        ("17/10/2025", "%d/%m/%Y", ("2025-10-17 00:00:00", None, "day")),
        ("31/12/2025 24:00", "%d/%m/%Y %H:%M", ("2026-01-01 00:00:00", None, "minute")),
        ("2018-04-16T07:11:51", "iso", ("2018-04-16 07:11:51", None, "minute")),
        ("2018-04-16", "iso", ("2018-04-16 00:00:00", None, "day")),
        ("2018-04", "iso", ("2018-04-01 00:00:00", None, "month")),
        ("2018-04-16T24:00:00", "iso", ("2018-04-17 00:00:00", None, "minute")),
        ("2018-04-16 07:11+02:00", "iso", ("2018-04-16 07:11:00", 120, "minute")),
        ("2018-04-16T07:11:51Z", "iso", ("2018-04-16 07:11:51", 0, "minute")),
        ("2018-04-16T07:11-0330", "iso", ("2018-04-16 07:11:00", -210, "minute")),
        ("Arrêté du 17 octobre 2025 à 14h30", "french", ("2025-10-17 14:30:00", None, "minute")),
        ("1er mars 2020", "french", ("2020-03-01 00:00:00", None, "day")),
        ("en date du 24/09/20", "french", ("2020-09-24 00:00:00", None, "day")),
        ("2025-03-01 00:00:00", "spreadsheet", ("2025-03-01 00:00:00", None, "day")),
        ("2025-03-01 21:30:00", "spreadsheet", ("2025-03-01 21:30:00", None, "minute")),
        ("2025-03-01 00:00:00 1899-12-31 21:30:00", "spreadsheet", ("2025-03-01 21:30:00", None, "minute")),
        ("2025-03-01 00:00:00 1899-12-31 00:00:00", "spreadsheet", ("2025-03-01 00:00:00", None, "minute")),
        ("2025-03-01 00:00:00 22h15", "spreadsheet", ("2025-03-01 22:15:00", None, "minute")),
        ("45717", "spreadsheet", ("2025-03-01 00:00:00", None, "day")),
        ("45717.5", "spreadsheet", ("2025-03-01 12:00:00", None, "minute")),
        ("45717 0.89583333", "spreadsheet", ("2025-03-01 21:30:00", None, "minute")),
        ("6 1 11 805", "ymd_clock", ("2006-01-11 08:05:00", None, "minute")),
        ("6 1 11 5", "ymd_clock", ("2006-01-11 00:05:00", None, "minute")),
        ("2019 5 3 16:45", "ymd_clock", ("2019-05-03 16:45:00", None, "minute")),
        ("2019 5 3", "ymd_clock", ("2019-05-03 00:00:00", None, "day")),
        ("6 1 11 2400", "ymd_clock", ("2006-01-12 00:00:00", None, "minute")),
        ("0000-01-01", "iso", ("0000-01-01 00:00:00", None, "day")),
    ],
)
def test_a_time_is_read_as_finely_as_it_is_written(text: str, way: str, expected: tuple[str, int | None, str]) -> None:
    assert read(text, way) == expected


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("30/02/2026", "%d/%m/%Y"),
        ("2026-02-30", "iso"),
        ("du 30 février 2020", "french"),
        ("2025", "spreadsheet"),
        ("99999", "spreadsheet"),
        ("2025-02-29 00:00:00", "spreadsheet"),
        ("6 2 30 1200", "ymd_clock"),
        ("2019 5 3 2561", "ymd_clock"),
        ("25:00", "%H:%M"),
        ("sans date", "french"),
        (None, "iso"),
    ],
)
def test_what_is_no_time_is_never_guessed(text: str | None, way: str) -> None:
    assert read(text, way)[0] is None


def test_ways_are_tried_in_order_each_with_its_precision() -> None:
    ways = ("%d/%m/%Y %H:%M", "%d/%m/%Y")
    assert read("02/03/2026 04:05", *ways)[2] == "minute"
    assert read("02/03/2026", *ways)[2] == "day"


def test_the_manifest_may_say_that_a_time_is_known_less_finely() -> None:
    assert read("2010-01-01 06:00:00", "iso", precision="hour")[2] == "hour"


@settings(max_examples=50, deadline=None)
@given(st.datetimes(min_value=MIDNIGHT.replace(year=1900), max_value=MIDNIGHT.replace(year=2100)))
def test_iso_reads_back_what_was_written(moment: datetime) -> None:
    assert read(moment.isoformat(timespec="seconds"), "iso")[0] == f"{moment:%Y-%m-%d %H:%M:%S}"


@settings(max_examples=50, deadline=None)
@given(st.dates(min_value=date(1971, 1, 1), max_value=date(2068, 1, 1)))
def test_french_dates_read_back_what_was_written(day: date) -> None:
    assert read(f"{day:%d/%m/%y}", "french")[0] == f"{day:%Y-%m-%d} 00:00:00"


@pytest.mark.parametrize(
    ("form", "precision"),
    [
        ("%Y", "year"),
        ("%b %Y", "month"),
        ("%d %B %Y", "day"),
        ("%Y-%m-%d %H", "hour"),
        ("%I %p", "hour"),
        ("%T", "minute"),
    ],
)
def test_a_format_tells_its_precision(form: str, precision: str) -> None:
    assert precision_of(form) == precision
