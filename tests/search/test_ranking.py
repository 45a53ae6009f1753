"""Best first: by where the words stand, then the newest and the nearest, as far as the reader knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.model.strategies import table_of
from tests.search.test_suggestions import one, reader
from tests.store.conftest import EVERYONE, opened

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.search import ranking
from quietude.search.api import Asked, Hit, Index, Writer, read_search

NOW = datetime(2021, 6, 1, tzinfo=UTC)
HERE = (5.37, 43.2965)
NORTH_1_KM = (5.37, 43.2965 + 1000 / 111_195)
FAR = (5.37, 43.2965 + 9000 / 111_195)
PLACES = frozenset({"lon_deg", "lat_deg"})


def told(number: int, on: date, **values: Any) -> dict[str, Any]:
    at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    return one(number, **({"day": on, "occurred_from": at, "lon_deg": None, "lat_deg": None} | values))


def found(folder: Path, rows: Sequence[dict[str, Any]], text: str, who: Viewer = EVERYONE, **asked: Any) -> list[Hit]:
    """Return what is found, the number of each fact being its uid."""
    store = opened(folder / "facts")
    store.append(table_of(list(rows)))
    Writer(folder / "search", store).follow()
    search = read_search(text, lambda _: Filter())
    question = Asked(conditions=search.conditions, words=search.words, now=NOW, **asked)
    return list(Index(folder / "search", store).find(who, question).hits)


def numbers(hits: Sequence[Hit]) -> list[int]:
    return [int(hit.row["uid"], 16) for hit in hits]


def test_the_newest_of_equal_hits_comes_first_however_rare_the_word_was_in_each_year(tmp_path: Path) -> None:
    """Weighed by its rarity within its year, the only canari of 2015 came before the many of 2019."""
    rows = [told(100 + n, date(2015, 1, 1 + n), text="un merle chante") for n in range(20)]
    rows += [told(1, date(2015, 6, 1), text="un canari chante")]
    rows += [told(2 + n, date(2019, 6, 1 + n), text="un canari chante") for n in range(5)]
    rows += [told(7, date(2019, 6, 9), text="un canari chante dans une rue très longue où tout dort depuis longtemps")]
    assert numbers(found(tmp_path, rows, "canari")) == [7, 6, 5, 4, 3, 2, 1]
    assert numbers(found(tmp_path / "again", rows, "canari OU corbeau", limit=3)) == [7, 6, 5]


def test_recency_never_outranks_a_clearly_better_match(tmp_path: Path) -> None:
    rows = [
        told(1, date(2001, 1, 1), title="Canari perdu"),
        told(2, date(2021, 5, 31), text="un canari chante"),
        told(3, date(2010, 1, 1), title="Canari", text="un canari chante"),
        told(4, date(2020, 1, 1), place_label="impasse du Canari"),
    ]
    hits = found(tmp_path, rows, "canari")
    assert numbers(hits) == [3, 1, 4, 2]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_of_more_equal_hits_than_are_ranked_the_newest_are_ranked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "BEST", 3)
    first = date(2019, 1, 1)
    rows = [told(1 + n, first + timedelta(days=9 * (n * 7 % 40)), text="canari") for n in range(40)]
    newest = sorted(rows, key=lambda row: row["day"], reverse=True)[:3]
    assert numbers(found(tmp_path, rows, "canari", limit=3)) == [int(row["uid"], 16) for row in newest]


def test_the_nearer_of_equal_hits_comes_first_with_its_distance(tmp_path: Path) -> None:
    day = date(2020, 5, 1)
    rows = [
        told(1, day, text="canari", lon_deg=FAR[0], lat_deg=FAR[1]),
        told(2, day, text="canari"),
        told(3, day, text="canari", lon_deg=NORTH_1_KM[0], lat_deg=NORTH_1_KM[1]),
        told(4, date(2011, 5, 1), text="canari", lon_deg=HERE[0], lat_deg=HERE[1]),
        told(5, date(2021, 5, 1), title="Merle", lon_deg=HERE[0], lat_deg=HERE[1]),
    ]
    hits = found(tmp_path, rows, "canari", around=HERE)
    assert numbers(hits) == [3, 4, 1, 2]
    assert [round(hit.distance_m, -1) if hit.distance_m is not None else None for hit in hits] == [1000, 0, 9000, None]
    assert numbers(found(tmp_path / "all", rows, "", around=HERE, limit=2)) == [5, 3]


def test_a_near_fact_is_ranked_though_many_newer_ones_have_the_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "BEST", 3)
    rows = [told(2 + n, date(2020, 6, 1 + n), text="canari", lon_deg=FAR[0], lat_deg=FAR[1]) for n in range(9)]
    rows += [told(1, date(2020, 1, 1), text="canari", lon_deg=HERE[0], lat_deg=HERE[1])]
    assert numbers(found(tmp_path, rows, "canari", around=HERE, limit=1)) == [1]


def test_who_may_not_see_places_or_times_learns_neither_from_the_order(tmp_path: Path) -> None:
    rows = [
        told(1, date(2020, 5, 1), text="canari", lon_deg=HERE[0], lat_deg=HERE[1]),
        told(2, date(2020, 5, 2), text="canari", lon_deg=FAR[0], lat_deg=FAR[1]),
    ]
    hits = found(tmp_path, rows, "canari", reader(masked=PLACES), around=HERE)
    assert (numbers(hits), [hit.distance_m for hit in hits]) == ([2, 1], [None, None])
    timeless = found(tmp_path / "timeless", rows, "canari", reader(masked=frozenset({"occurred_from"})))
    assert timeless[0].score == timeless[1].score
