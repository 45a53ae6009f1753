"""Random facts, questions and readers, drawn from small pools so that they meet; for every test that needs them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from hypothesis import strategies as st

from quietude.model.event import (
    Origin,
    Reality,
    Regime,
    Sensitivity,
    Status,
    TimePrecision,
    event_schema,
    zone_column,
)
from quietude.model.filter.question import ABSENT, Box, Choice, Filter, Near, Polygon, ZoneChoice
from quietude.model.identity import event_id, event_uid
from quietude.model.viewer import Grant, Viewer

LEVELS = ("arrondissement", "quartier")
TIMEZONE = "Europe/Paris"

CATEGORIES = ("noise", "noise.music", "noise.music.bar", "noise_x", "damage", "damage.graffiti", "traffic.accident")
ZONES = ("1", "13201", "le-panier", "l'estaque", "a b")
SOURCES = ("police", "desk", "Dans ma rue", "b%_")
FLAGS = ("category:unmapped", "late", "l'été")
TEXTS = (
    "Tapage nocturne rue de la République",
    "TAPAGE NOCTURNE",
    "Échec d'une ronde à l’Estaque",
    "100 % de_rien \\ 'cité' \"dite\"",
    "100 pour cent de rien",
    "Où ça ? Là-bas, Noël",
    "",
)
WORDS = ("tapage", "Tapage nocturne", "échec", "l'estaque", "%", "_", "\\", "'", '"', "ou ca", "100 % de_rien", "é")
# Characters whose lower case is one character wherever they stand; that is all of French.
LETTERS = "aAbBzZ09 éÉèÈçÇœŒùÙïÏ'’%_\\\"-.,:;?()/"

LONS = (5.36, 5.37, 5.3698, 5.38, 5.39)
LATS = (43.28, 43.29, 43.2965, 43.30, 43.31)
FIRST_DAY = date(2019, 3, 1)  # with the spring change of the clock, a leap day and a turn of the year within reach
DAYS = 400


def lons() -> st.SearchStrategy[float]:
    """Return longitudes around one town, often the same ones."""
    return st.sampled_from(LONS) | st.floats(5.35, 5.40)


def lats() -> st.SearchStrategy[float]:
    """Return latitudes around one town, often the same ones."""
    return st.sampled_from(LATS) | st.floats(43.27, 43.32)


def days() -> st.SearchStrategy[date]:
    """Return days of the period that facts are drawn from."""
    return st.integers(0, DAYS).map(lambda n: FIRST_DAY + timedelta(days=n))


def instants() -> st.SearchStrategy[datetime]:
    """Return instants of that period, in UTC, some at local midnight."""
    start = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)
    anywhere = st.integers(0, DAYS * 86_400_000_000).map(lambda n: start + timedelta(microseconds=n))
    local = ZoneInfo(TIMEZONE)
    return anywhere | days().map(lambda day: datetime.combine(day, datetime.min.time(), local).astimezone(UTC))


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _values(enumeration: type[Any]) -> st.SearchStrategy[str]:
    return st.sampled_from([member.value for member in enumeration])


def fact(seed: int, levels: tuple[str, ...] = LEVELS, timezone: str = TIMEZONE) -> dict[str, Any]:
    """Return one fact as a row of `event_schema(levels)`, its derived columns in agreement with the others.

    Facts are drawn from one number each: a hundred draws a fact would make the tests slow.
    """
    dice = Random(seed)

    def some(*values: Any) -> Any:
        return dice.choice(values)

    def written() -> Any:
        return some(None, *TEXTS, "".join(dice.choices(LETTERS, k=8)))

    source, key = some(*SOURCES), str(dice.randrange(100))
    local_day = FIRST_DAY + timedelta(days=dice.randrange(DAYS))
    midnight = datetime.combine(local_day, time.min, ZoneInfo(timezone)).astimezone(UTC)
    occurred_from = midnight + some(timedelta(0), timedelta(microseconds=dice.randrange(86_400_000_000)))
    local = occurred_from.astimezone(ZoneInfo(timezone))
    precision = some(*TimePrecision)
    has_hour = precision in {TimePrecision.MINUTE, TimePrecision.HOUR}
    is_located = some(True, True, False)
    uid = event_uid(source, key)
    row: dict[str, Any] = {
        "uid": uid,
        "id": event_id(local.date(), uid),
        "source": source,
        "source_key": key,
        "occurred_from": occurred_from,
        "occurred_to": some(None, occurred_from + timedelta(hours=1)),
        "time_precision": precision,
        "reported_at": some(None, occurred_from + timedelta(minutes=5)),
        "received_at": datetime(2021, 1, 1, tzinfo=UTC),
        "category": some(None, *CATEGORIES),
        "source_category": some(None, *TEXTS),
        "category_by": some(None, "crosswalk:test@1"),
        "category_confidence": some(None, 0.5, 1.0),
        "severity": dice.randint(1, 5),
        "status": some(*Status),
        "origin": some(*Origin),
        "title": written(),
        "text": written(),
        "lon_deg": some(*LONS, dice.uniform(5.35, 5.40)) if is_located else None,
        "lat_deg": some(*LATS, dice.uniform(43.27, 43.32)) if is_located else None,
        "accuracy_m": 20.0 if is_located else None,
        "place_label": written(),
        "located_by": "source" if is_located else None,
        "located_score": None,
        "h3": some(None, "8a3969a6d157fff"),
        "regime": some(*Regime),
        "sensitivity": some(*Sensitivity),
        "reality": some(*Reality),
        "retain_until": some(None, local_day),
        "flags": some(None, [], [FLAGS[0]], list(FLAGS)),
        "attributes": some(None, '{"a": 1}'),
        "day": local.date(),
        "hour_of_week": local.weekday() * 24 + local.hour if has_hour else None,
        "version": dice.randint(1, 3),
    }
    return row | {zone_column(level): some(None, *ZONES) for level in levels}


def event_tables(
    levels: tuple[str, ...] = LEVELS, *, timezone: str = TIMEZONE, min_size: int = 0, max_size: int = 12
) -> st.SearchStrategy[pa.Table]:
    """Return tables of facts in the schema of `event_schema(levels)`, each fact (source and key) once."""
    seeds = st.lists(st.integers(0, 2**32 - 1), min_size=min_size, max_size=max_size)
    return seeds.map(lambda found: table_of([fact(seed, levels, timezone) for seed in found], levels))


def table_of(facts: list[dict[str, Any]], levels: tuple[str, ...] = LEVELS) -> pa.Table:
    """Return facts as a table of `event_schema(levels)`; of two with one identity the last."""
    return pa.Table.from_pylist(list({row["uid"]: row for row in facts}.values()), schema=event_schema(levels))


def choices(values: st.SearchStrategy[str]) -> st.SearchStrategy[Choice]:
    """Return choices among some values, open ones among them."""
    some = st.lists(values, max_size=2, unique=True).map(tuple)
    return st.just(Choice()) | st.builds(Choice, some, some)


def zone_choices(levels: tuple[str, ...] = LEVELS) -> st.SearchStrategy[ZoneChoice]:
    """Return choices of zones on these levels, "outside every zone" among them."""
    pairs = st.tuples(st.sampled_from(levels), st.sampled_from((*ZONES, ABSENT)))
    some = st.lists(pairs, max_size=2, unique=True).map(tuple)
    return st.just(ZoneChoice()) | st.builds(ZoneChoice, some, some)


def boxes() -> st.SearchStrategy[Box]:
    """Return boxes whose sides often pass through facts."""
    return st.tuples(lons(), lats(), lons(), lats()).map(
        lambda c: Box(min(c[0], c[2]), min(c[1], c[3]), max(c[0], c[2]), max(c[1], c[3]))
    )


def polygons() -> st.SearchStrategy[Polygon]:
    """Return outlines, self-crossing ones among them, whose corners often lie on facts."""
    return st.lists(st.tuples(lons(), lats()), min_size=3, max_size=8).map(tuple)


def questions(
    levels: tuple[str, ...] = LEVELS, *, words: st.SearchStrategy[str] | None = None
) -> st.SearchStrategy[Filter]:
    """Return questions on facts of `event_tables`; most leave most dimensions open."""
    word = words if words is not None else st.sampled_from(WORDS)
    moment = _maybe(days() | instants())
    ids = st.builds(lambda s, k: event_uid(s, str(k)), st.sampled_from(SOURCES), st.integers(0, 99))
    optional: dict[str, st.SearchStrategy[Any]] = {
        "since": moment,
        "until": moment,
        "weekdays": st.lists(st.integers(0, 6), max_size=4).map(tuple),
        "hours": st.lists(st.integers(0, 23), max_size=6).map(tuple),
        "categories": choices(st.sampled_from((*CATEGORIES, ABSENT))),
        "zones": zone_choices(levels),
        "sources": choices(st.sampled_from(SOURCES)),
        "statuses": choices(_values(Status)),
        "origins": choices(_values(Origin)),
        "realities": choices(_values(Reality)),
        "regimes": choices(_values(Regime)),
        "sensitivities": choices(_values(Sensitivity)),
        "flags": choices(st.sampled_from(FLAGS)),
        "severity_from": _maybe(st.integers(1, 5)),
        "severity_to": _maybe(st.integers(1, 5)),
        "is_located": _maybe(st.booleans()),
        "words": st.lists(word, max_size=2).map(tuple),
        "without_words": st.lists(word, max_size=2).map(tuple),
        "near": _maybe(st.builds(Near, lats(), lons(), st.floats(0, 2000))),
        "box": _maybe(boxes()),
        "polygon": _maybe(polygons()),
        "ids": st.lists(ids | ids.map(lambda uid: f"201904-{uid}"), max_size=3).map(tuple),
    }
    some = st.sets(st.sampled_from(sorted(optional)), max_size=4)
    return some.flatmap(lambda names: st.builds(Filter, **{name: optional[name] for name in sorted(names)}))


def grants(levels: tuple[str, ...] = LEVELS) -> st.SearchStrategy[Grant]:
    """Return grants with random rows, ceilings, regimes and masks."""
    maskable = ("text", "title", "place_label", "category", "lon_deg", "lat_deg", "day", "severity", "source_category")
    return st.builds(
        Grant,
        purpose=st.just("test"),
        rows=st.just(Filter()) | questions(levels),
        ceiling=st.sampled_from(Sensitivity),
        regimes=st.frozensets(st.sampled_from(Regime)),
        masked=st.frozensets(st.sampled_from(maskable), max_size=3),
    )


def viewers(levels: tuple[str, ...] = LEVELS) -> st.SearchStrategy[Viewer]:
    """Return readers with none to three grants, or the system."""
    some = st.lists(grants(levels), max_size=3).map(tuple)
    return st.just(Viewer.system("test")) | st.builds(Viewer, who=st.just("someone"), grants=some)
