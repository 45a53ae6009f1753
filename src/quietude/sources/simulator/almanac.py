"""What kind of day each day of the fictional town is: week, feasts, school, weather, matches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import holidays
import numpy as np
import numpy.typing as npt

from quietude.sources.simulator.draws import Draws, Floats, Ints, Keys

SATURDAY, SUNDAY = 5, 6
COLDEST_DAY = 20  # of the year: mid-January, as on the northern Mediterranean coast
BATHING_FROM = 26.5  # degrees Celsius: beaches fill above
WEATHER_LASTS_DAYS = 5  # about what a weather regime lasts

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, kw_only=True)
class Almanac:
    """One entry per day, in order; `day_class` runs from 0 (Monday) to 6 (Sunday)."""

    days: Ints
    """Proleptic ordinals, as `date.toordinal`."""
    day_class: Ints
    """The weekday; a public holiday counts as a Sunday."""
    evening_class: Ints
    """The weekday of the evening; the eve of a public holiday counts as a Saturday."""
    night_class: Ints
    """The weekday whose night fills the hours before six: the evening before."""
    month: Ints
    """1 to 12."""
    is_school_holiday: Flags
    temperature: Floats
    """Day's highest temperature, degrees Celsius."""
    is_wet: Flags
    occasions: dict[str, Flags]
    """Days on which something takes place: match, national_day, new_year, music_day, bathing, market, concert."""

    @property
    def size(self) -> int:
        """Return the number of days."""
        return len(self.days)


def day_keys(days: Ints) -> Keys:
    """Return the keys of days."""
    return days.astype(np.uint64)


def read_almanac(first: date, last: date, draws: Draws, *, country: str) -> Almanac:
    """Return the days from `first` to `last`, both included; a day's entry does not depend on the others asked for."""
    days = np.arange(
        first.toordinal() - 1, last.toordinal() + 2
    )  # the night needs the day before, the eve the day after
    dates = [date.fromordinal(int(day)) for day in days]
    feasts = _feasts(range(dates[0].year, dates[-1].year + 1), country)
    is_feast = np.array([day in feasts for day in dates])
    weekday = (days - 1) % 7
    is_eve = np.append(is_feast[1:], False)
    day_class = np.where(is_feast, SUNDAY, weekday)
    evening_class = np.where(is_eve, SATURDAY, day_class)
    temperature, is_wet = _weather(days, dates, draws)
    occasions = _occasions(days, dates, draws, is_fine=(temperature > BATHING_FROM) & ~is_wet)
    here = slice(1, -1)
    return Almanac(
        days=days[here],
        day_class=day_class[here],
        evening_class=evening_class[here],
        night_class=evening_class[:-2],
        month=np.array([day.month for day in dates[here]]),
        is_school_holiday=np.array([_is_school_holiday(day) for day in dates[here]]),
        temperature=temperature[here],
        is_wet=is_wet[here],
        occasions={name: flags[here] for name, flags in occasions.items()},
    )


def _feasts(years: range, country: str) -> set[date]:
    if country not in holidays.list_supported_countries():
        return set()
    return set(holidays.country_holidays(country, years=list(years)))


def _is_school_holiday(day: date) -> bool:
    """Tell whether the day lies in school holidays *like* the French ones (two weeks in each season, and the summer).

    The official calendar is decreed for a few years at a time; a made-up town needs its rhythm, not its dates.
    """
    if (7, 6) <= (day.month, day.day) <= (8, 31) or (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 4):
        return True
    return any(
        timedelta(0) <= day - _first_saturday(date(day.year, month, from_day)) <= timedelta(days=15)
        for month, from_day in ((2, 8), (4, 8), (10, 17))
    )


def _first_saturday(day: date) -> date:
    return day + timedelta(days=(SATURDAY - day.weekday()) % 7)


def _smooth(days: Ints, draws: Draws, name: str) -> Floats:
    """Return noise of mean 0 and deviation of about 1 that changes over `WEATHER_LASTS_DAYS`."""
    node, inside = np.divmod(days, WEATHER_LASTS_DAYS)
    share = inside / WEATHER_LASTS_DAYS
    before, after = draws.normal(day_keys(node), name), draws.normal(day_keys(node + 1), name)
    blended: Floats = (before * (1 - share) + after * share) / np.hypot(1 - share, share)
    return blended


def _weather(days: Ints, dates: list[date], draws: Draws) -> tuple[Floats, Flags]:
    day_of_year = np.array([day.timetuple().tm_yday for day in dates])
    season = -np.cos(2 * np.pi * (day_of_year - COLDEST_DAY) / 365.25)
    temperature = 20.0 + 9.0 * season + 3.0 * _smooth(days, draws, "weather/temperature")
    is_wet = _smooth(days, draws, "weather/rain") > 1.0 + 0.4 * season  # one day in six, fewer in summer
    return temperature - 4.0 * is_wet, is_wet


def _occasions(days: Ints, dates: list[date], draws: Draws, *, is_fine: Flags) -> dict[str, Flags]:
    keys, weekday = day_keys(days), (days - 1) % 7
    week = day_keys((days - 1) // 7)
    month = np.array([day.month for day in dates])
    of_month = np.array([day.day for day in dates])
    in_season = (month >= 8) | (month <= 5)
    plays_at_home = draws.chance(week, "match/home", 0.52)
    match_day = draws.choice(week, "match/day", np.array([0.0, 0.05, 0.15, 0.1, 0.1, 0.3, 0.3]))
    return {
        "match": in_season & plays_at_home & (weekday == match_day),
        "national_day": (month == 7) & ((of_month == 13) | (of_month == 14)),
        "new_year": ((month == 12) & (of_month == 31)) | ((month == 1) & (of_month == 1)),
        "music_day": (month == 6) & (of_month == 21),
        "bathing": is_fine,
        "market": (weekday == 2) | (weekday == SATURDAY),
        "concert": draws.chance(keys, "concert", np.where((month >= 5) & (month <= 9), 0.12, 0.04)) & (weekday >= 3),
    }
