"""The situation as the page tells it: sentences first, then by family and zone, what is grave, how fresh it all is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quietude.model.event import zone_column
from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.model.viewer import Viewer
from quietude.portal.home.counts import (
    DAY_HOURS,
    WEEK_HOURS,
    Compared,
    Moment,
    compare,
    compare_all,
    days,
    main_level,
    past_weeks,
)
from quietude.portal.home.sentences import Saying, say_calm, say_count, say_family, say_grave, say_unknown
from quietude.portal.town import current_town
from quietude.portal.ui.drawing import BarDrawing, Mark, bar, spark
from quietude.portal.ui.facts import FactView, columns_needed, fact_views
from quietude.portal.ui.links import explore_address
from quietude.portal.ui.words import CategoryView, category_view
from quietude.store.api import Store

GRAVE = 4  # severity from which a fact is told on the first page
SPARK_DAYS = 28
BARS = 8  # what one reads at a glance; the rest is in Explore
LATEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One sentence with its curve."""

    saying: Saying
    marks: list[Mark]
    table: list[tuple[date, int]]
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line of a comparison: a family or a zone."""

    label: str
    category: CategoryView | None
    compared: Compared
    drawing: BarDrawing
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything the page tells of one moment."""

    moment: Moment
    since_week: datetime
    tiles: list[Tile]
    families: list[Bar]
    zones: list[Bar]
    zone_label: str | Promise
    latest: list[FactView] | None
    """None where the reader may not open single facts."""
    latest_address: str | None


class Telling:
    """Tells the situation of one town to one reader at one moment."""

    def __init__(self, store: Store, viewer: Viewer, moment: Moment, language: str) -> None:
        self._store, self._viewer, self._moment, self._language = store, viewer, moment, language
        self._base = Filter(realities=Choice((moment.reality,)), until=moment.at)
        self._day = self._since(DAY_HOURS)
        self._week = self._since(WEEK_HOURS)

    def _since(self, hours: int) -> Filter:
        return replace(self._base, since=self._moment.at - timedelta(hours=hours))

    def tell(self, *, with_facts: bool) -> Situation:
        """Return the situation; single facts only `with_facts`."""
        by_family = past_weeks(self._store, self._viewer, self._moment, "family")
        level = main_level(self._store, {one.name: len(one.zones) for one in current_town().territory.levels})
        return Situation(
            moment=self._moment,
            since_week=self._moment.at - timedelta(hours=WEEK_HOURS),
            tiles=self._tiles(by_family),
            families=self._family_bars(by_family),
            zones=self._zone_bars(level) if level is not None else [],
            zone_label=_level_label(level, self._language) if level is not None else "",
            latest=self._latest() if with_facts else None,
            latest_address=explore_address(replace(self._week, severity_from=GRAVE)),
        )

    def _tile(self, saying: Saying, past: pl.DataFrame, now_days: int, question: Filter) -> Tile:
        counts = days(past, SPARK_DAYS)
        last = (self._moment.at - timedelta(hours=1)).date()
        table = [(last - timedelta(days=len(counts) - 1 - place), count) for place, count in enumerate(counts)]
        return Tile(saying=saying, marks=spark(counts, now_days), table=table, address=explore_address(question))

    def _tiles(self, by_family: pl.DataFrame) -> list[Tile]:
        tiles = [
            self._tile(say_count(compare_all(by_family, DAY_HOURS), DAY_HOURS), by_family, 1, self._day),
            self._tile(say_count(compare_all(by_family, WEEK_HOURS), WEEK_HOURS), by_family, 7, self._week),
        ]
        families = [one for one in compare(by_family, WEEK_HOURS) if one.key is not None]
        unusual = max(families, key=lambda one: abs(one.surprise), default=None)
        if unusual is not None and abs(unusual.surprise) > 1:
            own = by_family.filter(pl.col("key") == unusual.key)
            label = category_view(unusual.key, self._language).label
            question = replace(self._week, categories=Choice((str(unusual.key),)))
            tiles.append(self._tile(say_family(label, unusual), own, 7, question))
        elif families:
            said = say_calm() if any(one.usual is not None for one in families) else say_unknown()
            tiles.append(self._tile(said, by_family, 7, self._week))
        by_severity = past_weeks(self._store, self._viewer, self._moment, "severity").filter(pl.col("key") >= GRAVE)
        grave = compare_all(by_severity, DAY_HOURS)
        tiles.append(self._tile(say_grave(grave), by_severity, 1, replace(self._day, severity_from=GRAVE)))
        return tiles

    def _bars(
        self, past: pl.DataFrame, line: Callable[[Compared], tuple[str, CategoryView | None, Filter]]
    ) -> list[Bar]:
        shown = [one for one in compare(past, WEEK_HOURS) if one.key is not None][:BARS]
        largest = max((max(one.count, one.usual.high if one.usual is not None else 0) for one in shown), default=1)
        bars = []
        for one in shown:
            label, category, question = line(one)
            drawing = bar(one.count, one.usual, largest)
            bars.append(
                Bar(label=label, category=category, compared=one, drawing=drawing, address=explore_address(question))
            )
        return bars

    def _family_bars(self, by_family: pl.DataFrame) -> list[Bar]:
        def line(one: Compared) -> tuple[str, CategoryView | None, Filter]:
            view = category_view(one.key, self._language)
            return view.label, view, replace(self._week, categories=Choice((str(one.key),)))

        return self._bars(by_family, line)

    def _zone_bars(self, level: str) -> list[Bar]:
        name = level.removeprefix(zone_column(""))
        by_code = current_town().territory.level(name).by_code

        def line(one: Compared) -> tuple[str, CategoryView | None, Filter]:
            code = str(one.key)
            label = by_code[code].name if code in by_code else code
            return label, None, replace(self._week, zones=ZoneChoice(((name, code),)))

        return self._bars(past_weeks(self._store, self._viewer, self._moment, level), line)

    def _latest(self) -> list[FactView]:
        question = replace(self._week, severity_from=GRAVE)
        columns = columns_needed(self._store.levels)
        return fact_views(self._store.query(self._viewer, question, columns=columns, limit=LATEST), self._language)


def _level_label(column: str, language: str) -> str | Promise:
    level = current_town().territory.level(column.removeprefix(zone_column("")))
    return level.labels.get(language) or level.labels.get("fr") or _("Zone")
