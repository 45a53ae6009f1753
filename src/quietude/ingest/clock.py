"""Times read from texts: strptime formats and the named ways of `parse`."""

from __future__ import annotations

import re
from datetime import datetime

import polars as pl

from quietude.model.event import TimePrecision
from quietude.sources.api import Expression

CENTURY_PIVOT = 70  # "69" is 2069, "70" is 1970: the POSIX rule, which strptime's %y follows too
MONTHS_FR = {
    "janvier": 1, "janv": 1, "février": 2, "fevrier": 2, "févr": 2, "fevr": 2, "mars": 3, "avril": 4, "avr": 4,
    "mai": 5, "juin": 6, "juillet": 7, "juil": 7, "août": 8, "aout": 8, "septembre": 9, "sept": 9,
    "octobre": 10, "oct": 10, "novembre": 11, "nov": 11, "décembre": 12, "decembre": 12, "déc": 12, "dec": 12,
}  # fmt: skip

_DATE_FR = r"(\d{1,2})\s*(?:er)?\s+(" + "|".join(sorted(MONTHS_FR, key=len, reverse=True)) + r")\.?\s+(\d{4}|\d{2})\b"
_DATE_NUMBERS = r"\b(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})\b"
_CLOCK_FR = r"\b(\d{1,2})\s*[h:]\s*(\d{2})\b"
_YMD_CLOCK = (
    r"^(\d{1,4})(?:\.0)?\s+(\d{1,2})(?:\.0)?\s+(\d{1,2})(?:\.0)?"
    r"(?:\s+(?:(\d{1,2})[:hH](\d{2})(?::\d{2})?|(\d{1,4})(?:\.0)?))?$"
)
_ISO = (
    r"^(\d{4})(?:-?(\d{2})(?:-?(\d{2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2}(?:[.,]\d{1,9})?))?)?"
    r"\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$"
)
_SERIAL = r"^(\d{5})(?:[.,](\d{1,15}))?(?:\s+0?[.,](\d{1,15}))?$"
SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's days have no zone
SERIAL_DAYS = (18_264, 73_415)  # 1 January 1950 to 31 December 2100: a bare year or a number of a file is no serial
_CELLS = (
    r"^(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?"
    r"(?:\s+(?:1899-12-3[01] )?(\d{1,2})\s*[:hH]\s*(\d{2})?(?::\d{2}(?:\.\d+)?)?)?$"
)
_MIDNIGHT = r"\b24:00(?::00(?:\.0+)?)?\b"


def read_times(text: pl.Expr, expression: Expression, prefix: str = "") -> pl.Expr:
    """Return a struct: `naive` (µs, null where unreadable), `offset` (minutes east of UTC where written), `precision`.

    The fields' names begin with `prefix`. `text` is read several times: let it be a column.
    """
    readings = [_read(text, way) for way in expression.parse]
    if len(readings) == 1:  # nothing to choose between: the time is read once
        naive, offset, precision = readings[0]
        if expression.precision is not None:
            precision = pl.lit(expression.precision)
        return pl.struct(
            naive.alias(f"{prefix}naive"), offset.alias(f"{prefix}offset"), precision.alias(f"{prefix}precision")
        )
    naive = pl.coalesce([reading[0] for reading in readings])
    precision = pl.coalesce([pl.when(reading[0].is_not_null()).then(reading[2]) for reading in readings])
    offset = pl.coalesce([pl.when(reading[0].is_not_null()).then(reading[1]) for reading in readings])
    if expression.precision is not None:
        precision = pl.when(naive.is_not_null()).then(pl.lit(expression.precision))
    return pl.struct(
        naive.alias(f"{prefix}naive"), offset.alias(f"{prefix}offset"), precision.alias(f"{prefix}precision")
    )


Reading = tuple[pl.Expr, pl.Expr, pl.Expr]
"""Naive time, offset in minutes, precision."""


def _read(text: pl.Expr, way: str) -> Reading:
    if way == "iso":
        return _iso(text)
    if way == "french":
        return _french(text)
    if way == "ymd_clock":
        return _ymd_clock(text)
    if way == "spreadsheet":
        return _spreadsheet(text)
    return _strptime(text, way)


def precision_of(form: str) -> TimePrecision:
    """Return how finely a strptime format tells the time."""
    for marks, precision in (
        ("MTRXcrs", TimePrecision.MINUTE),
        ("HIkl", TimePrecision.HOUR),
        ("djeDFxv", TimePrecision.DAY),
        ("mbBh", TimePrecision.MONTH),
    ):
        if re.search(rf"%-?[{marks}]", form):
            return precision
    return TimePrecision.YEAR


def _strptime(text: pl.Expr, form: str) -> Reading:
    precision = precision_of(form)
    nothing = pl.lit(None, dtype=pl.Int32)
    if precision in {TimePrecision.MONTH, TimePrecision.YEAR}:
        filler, marks = ("-01", "-%d") if precision == TimePrecision.MONTH else ("-01-01", "-%m-%d")
        return (
            (text + filler).str.to_date(form + marks, strict=False).cast(pl.Datetime("us")),
            nothing,
            pl.lit(precision.value),
        )
    if precision == TimePrecision.DAY:
        return text.str.to_date(form, strict=False).cast(pl.Datetime("us")), nothing, pl.lit(precision.value)
    if "%z" in form or "%:z" in form:
        aware = text.str.to_datetime(form, time_unit="us", strict=False, time_zone="UTC")
        return aware.dt.replace_time_zone(None), pl.lit(0, dtype=pl.Int32), pl.lit(precision.value)
    if "%H" not in form and "%T" not in form and "%R" not in form:
        return text.str.to_datetime(form, time_unit="us", strict=False), nothing, pl.lit(precision.value)
    is_midnight = text.str.contains(_MIDNIGHT)
    usual = text.str.replace(r"\b24:00", "00:00")
    naive = pl.when(is_midnight).then(usual).otherwise(text).str.to_datetime(form, time_unit="us", strict=False)
    return pl.when(is_midnight).then(naive.dt.offset_by("1d")).otherwise(naive), nothing, pl.lit(precision.value)


def _iso(text: pl.Expr) -> Reading:
    part = text.str.extract_groups(_ISO).struct.field
    year, month, day, hour, minute, second, zone = (part(str(number)) for number in range(1, 8))
    naive = _assembled((year, month.fill_null("1"), day.fill_null("1")), (hour, minute, second.str.replace(",", ".")))
    precision = (
        pl.when(minute.is_not_null()).then(pl.lit("minute")).when(hour.is_not_null()).then(pl.lit("hour"))
        .when(day.is_not_null()).then(pl.lit("day")).when(month.is_not_null()).then(pl.lit("month")).otherwise(pl.lit("year"))
    )  # fmt: skip
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    minutes = zone.str.slice(1, 2).cast(pl.Int32, strict=False) * 60 + zone.str.extract(r"(\d{2})$").cast(
        pl.Int32, strict=False
    ) * (zone.str.len_bytes() > 3).cast(pl.Int32)
    return naive, pl.when(zone == "Z").then(0).otherwise(sign * minutes).cast(pl.Int32), precision


def _french(text: pl.Expr) -> Reading:
    words = text.str.to_lowercase()
    named = words.str.extract_groups(_DATE_FR).struct.field
    numbered = words.str.extract_groups(_DATE_NUMBERS).struct.field
    clock = words.str.extract_groups(_CLOCK_FR).struct.field
    is_named = named("1").is_not_null()
    month = (
        pl.when(is_named)
        .then(named("2").replace_strict(MONTHS_FR, default=None, return_dtype=pl.Int32).cast(pl.String))
        .otherwise(numbered("2"))
    )
    day = pl.when(is_named).then(named("1")).otherwise(numbered("1"))
    year = pl.when(is_named).then(named("3")).otherwise(numbered("3"))
    naive = _assembled((_full_year(year), month, day), (clock("1"), clock("2"), None))
    precision = pl.when(clock("1").is_not_null()).then(pl.lit("minute")).otherwise(pl.lit("day"))
    return naive, pl.lit(None, dtype=pl.Int32), precision


def _ymd_clock(text: pl.Expr) -> Reading:
    part = text.str.extract_groups(_YMD_CLOCK).struct.field
    digits = part("6").str.zfill(4)
    hour = pl.coalesce(part("4"), digits.str.slice(0, 2))
    minute = pl.coalesce(part("5"), digits.str.slice(2, 2))
    naive = _assembled((_full_year(part("1")), part("2"), part("3")), (hour, minute, None))
    precision = pl.when(hour.is_not_null()).then(pl.lit("minute")).otherwise(pl.lit("day"))
    return naive, pl.lit(None, dtype=pl.Int32), precision


def _spreadsheet(text: pl.Expr) -> Reading:
    """Read cells of workbooks: days since 30 December 1899 with the time as a fraction, or dates and times as cells.

    A cell of a time of day comes as a time of 30 or 31 December 1899; a date alone comes with the clock at 0:00.
    Source: ECMA-376 part 1, 18.17.4 (the 1900 date system, whose 29 February 1900 never was).
    """
    serial = text.str.extract_groups(_SERIAL).struct.field
    days = serial("1").cast(pl.Int32, strict=False)
    digits = pl.coalesce(serial("3"), serial("2"))
    share = pl.concat_str(pl.lit("0."), digits).cast(pl.Float64, strict=False)
    minutes = (share.fill_null(0.0) * 1440).round().cast(pl.Int64)
    is_serial = days.is_between(*SERIAL_DAYS)
    counted = pl.when(is_serial).then(
        pl.lit(SERIAL_ZERO).dt.offset_by(pl.concat_str(days, pl.lit("d"))).cast(pl.Datetime("us"))
        + pl.duration(minutes=minutes)
    )
    cell = text.str.extract_groups(_CELLS).struct.field
    year, month, day = (cell("1").str.slice(*span) for span in ((0, 4), (5, 2), (8, 2)))
    is_stated = cell("4").is_not_null()
    hour = pl.when(is_stated).then(cell("4")).otherwise(cell("2"))
    minute = pl.when(is_stated).then(cell("5")).otherwise(cell("3"))
    naive = _assembled((year, month, day), (hour, minute, None))
    is_midnight = (hour == "00") & (minute == "00")
    has_clock = pl.when(is_serial).then(digits.is_not_null()).otherwise(is_stated | ~is_midnight)
    precision = pl.when(has_clock).then(pl.lit("minute")).otherwise(pl.lit("day"))
    return pl.coalesce(counted, naive), pl.lit(None, dtype=pl.Int32), precision


def _full_year(year: pl.Expr) -> pl.Expr:
    number = year.cast(pl.Int32, strict=False)
    full = (
        pl.when(year.str.len_bytes() > 2)
        .then(number)
        .when(number < CENTURY_PIVOT)
        .then(number + 2000)
        .otherwise(number + 1900)
    )
    return full.cast(pl.String)


def _assembled(ymd: tuple[pl.Expr, pl.Expr, pl.Expr], hms: tuple[pl.Expr, pl.Expr, pl.Expr | None]) -> pl.Expr:
    """Return the naive time of parts given as digits; absent parts of the clock are 0; 24:00 is the next day's 0:00."""
    (year, month, day), (hour, minute, second) = ymd, hms
    is_midnight = (hour == "24") & (minute.fill_null("00").cast(pl.Int32, strict=False) == 0)
    shown_hour = pl.when(is_midnight).then(pl.lit("00")).otherwise(hour.fill_null("00"))
    date = pl.concat_str([year.str.zfill(4), month.str.zfill(2), day.str.zfill(2)], separator="-")
    seconds = pl.lit("00") if second is None else second.fill_null("00")
    clock = pl.concat_str([shown_hour.str.zfill(2), minute.fill_null("00").str.zfill(2), seconds], separator=":")
    text = pl.concat_str([date, clock], separator=" ")
    naive = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    return pl.when(is_midnight).then(naive.dt.offset_by("1d")).otherwise(naive)
