"""One fact as every page shows it: the same row, the same card, from a row of the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from quietude.model.event import zone_column
from quietude.portal.town import current_town
from quietude.portal.ui.words import CategoryView, category_view


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """What a row or a card of a fact says; what the reader may not see is None here already."""

    id: str
    title: str
    """The source's own title, else the category."""
    category: CategoryView
    severity: int
    status: str | None
    reality: str
    occurred_from: datetime
    time_precision: str
    place: str | None
    zone: str | None
    """Name of the finest zone known."""
    source: str
    """Title of the source in the screen's language."""
    text: str | None
    address: str | None
    """Of the fact's own page; None where the portal has no such page."""
    is_approximate: bool
    """Whether the place is known to worse than 200 m, or not from the source itself."""


APPROXIMATE_M = 200.0  # about two blocks: beyond, a point on the map suggests more than is known


def columns_needed(levels: tuple[str, ...]) -> list[str]:
    """Return the columns of the store that rows and cards show."""
    plain = ["id", "title", "text", "category", "severity", "status", "reality", "occurred_from", "time_precision"]
    return [*plain, "place_label", "accuracy_m", "source", *(zone_column(level) for level in levels)]


def zone_name(row: Mapping[str, Any]) -> str | None:
    """Return the name of the finest zone that a row of facts is in."""
    territory = current_town().territory
    for level in reversed(territory.levels):
        code = row.get(zone_column(level.name))
        if code is not None:
            zone = level.by_code.get(code)
            return zone.name if zone is not None else str(code)
    return None


def source_title(name: str, language: str) -> str:
    """Return a source's title, or its name where the town no longer declares it."""
    manifest = current_town().sources.get(name)
    return manifest.title.say(language) if manifest is not None else name


def _page_of(event_id: str) -> str | None:
    try:
        return reverse("facts:page", args=[event_id])
    except NoReverseMatch:
        return None


def fact_view(row: Mapping[str, Any], language: str) -> FactView:
    """Return one row of facts as screens show it."""
    category = category_view(row["category"], language)
    accuracy_m = row.get("accuracy_m")
    zone, place = zone_name(row), row.get("place_label")
    if zone is not None and place is not None and place.casefold() == zone.casefold():
        place = None  # a fact placed by its zone alone: said once
    return FactView(
        id=row["id"],
        title=row.get("title") or category.label or gettext("Fact"),
        category=category,
        severity=row["severity"],
        status=row.get("status"),
        reality=row["reality"],
        occurred_from=row["occurred_from"],
        time_precision=row["time_precision"],
        place=place,
        zone=zone,
        source=source_title(row["source"], language),
        text=row.get("text"),
        address=_page_of(row["id"]),
        is_approximate=accuracy_m is not None and accuracy_m > APPROXIMATE_M,
    )


def fact_views(table: pa.Table, language: str) -> list[FactView]:
    """Return the rows of a (short) table of facts as screens show them."""

    def rows() -> Iterator[Mapping[str, Any]]:
        yield from table.to_pylist()

    return [fact_view(row, language) for row in rows()]
