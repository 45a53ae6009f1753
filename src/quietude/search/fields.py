"""The fields of the index, and how a fact becomes a document of them: terms that we made, never text.

The index keeps no text and no title to show: what a reader is shown is read from the store, with their rights.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import tantivy

from quietude.model.event import ZONE_PREFIX, zone_column
from quietude.model.filter.question import COARSE_PRECISIONS
from quietude.model.fold import fold
from quietude.search.analysis import Analyser
from quietude.search.query_tree import FIELDS

FORMAT = 2
"""Of the fields below: another number in the folder, and the index is built again."""

GROUPS = ("source", "status", "origin", "reality", "regime", "sensitivity", "severity", "category")
"""Columns with few values, kept whole: rights and filters are conditions on them, and facets count them."""
NONE = "\N{EMPTY SET}"
"""What stands where a fact has no value; no code of ours holds this sign."""
UID = "uid"
"""By which a fact is taken out. A text: Tantivy deletes nothing by a number, and does not say so."""
WORDS = {name: f"word_{name}" for name in FIELDS}
"""Column of text → the field of its words as they stand, which suggestions are made of; terms are no words to show."""
RECENT = "recent"
"""How late in its year a fact is, as Tantivy multiplies a score by it: so that of very many equal hits the newest of a
year are among those that are ranked. What is multiplied with is `recent_weight`."""
HALF_LIFE_DAYS = 730.0  # a fact of two years ago has lost half of what recency gives
RECENT_SHARE = 0.3  # of a score: a title that holds the word (twice a text's score) always comes first, however old
_GAIN = RECENT_SHARE / (1 - RECENT_SHARE)
_EPOCH = date(1970, 1, 1)


def columns(levels: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a fact that a document is made from."""
    others = (UID, "id", "occurred_from", "day", "time_precision", "hour_of_week", "lon_deg", "lat_deg", "flags")
    return (*others, *FIELDS, *GROUPS, *map(zone_column, levels))


def schema_of(levels: Sequence[str]) -> tantivy.Schema:
    """Return the fields for a territory with these levels."""
    made = tantivy.SchemaBuilder()
    made.add_text_field(UID, stored=True, tokenizer_name="raw", index_option="basic")
    made.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in FIELDS:
        made.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in (*GROUPS, "year", "hour", "weekday", "located", *map(zone_column, levels)):
        made.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in WORDS.values():
        made.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ("under", "flags"):
        made.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ("day", "occurred_us"):
        made.add_integer_field(name, indexed=True, fast=True)
    made.add_float_field(RECENT, fast=True)
    for name in ("lon_deg", "lat_deg"):
        made.add_float_field(name, indexed=True, fast=True)
    return made.build()


def documents(rows: Sequence[Mapping[str, Any]], analyser: Analyser) -> Iterator[tantivy.Document]:
    """Yield a document for each row with the columns of `columns`."""
    for row in rows:
        yield _document(row, analyser)


def _document(row: Mapping[str, Any], analyser: Analyser) -> tantivy.Document:
    day: date = row["day"]
    made: dict[str, Any] = {UID: row[UID], "id": row["id"]}
    for name in FIELDS:
        if row[name]:
            made[name] = analyser.terms(row[name])
            made[WORDS[name]] = analyser.words(row[name])
    for name in (*GROUPS, *(name for name in row if name.startswith(ZONE_PREFIX))):
        made[name] = NONE if row[name] is None else str(row[name])
    made["under"] = " ".join(prefixes(row["category"])) if row["category"] is not None else NONE
    made["flags"] = " ".join(map(flag_term, row["flags"] or ())) or NONE
    made["year"] = str(day.year)
    made["hour"] = NONE if row["hour_of_week"] is None else str(row["hour_of_week"] % 24)
    made["weekday"] = NONE if row["time_precision"] in COARSE_PRECISIONS else str(day.weekday())
    made["day"] = day_number(day)
    made["occurred_us"] = microseconds(row["occurred_from"])
    made[RECENT] = recent_value(day)
    is_located = row["lon_deg"] is not None and row["lat_deg"] is not None
    made["located"] = "yes" if is_located else "no"
    document = tantivy.Document.from_dict(made)
    if is_located:
        document.add_float("lon_deg", row["lon_deg"])
        document.add_float("lat_deg", row["lat_deg"])
    return document


def recent_value(day: date) -> float:
    """Return what the index keeps of a fact's local day: Tantivy multiplies by log2(2 + it), which is 1 at least."""
    age_days = (date(day.year, 12, 31) - day).days
    return float(2.0 ** (1.0 + _GAIN * 0.5 ** (age_days / HALF_LIFE_DAYS)) - 2.0)


def recent_weight(value: float) -> float:
    """Return what a score was multiplied by."""
    return math.log2(2.0 + value)


def prefixes(code: str) -> list[str]:
    """Return a category's code and those above it: "noise.music" is under "noise" and under itself."""
    parts = code.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]


def flag_term(flag: str) -> str:
    """Return a flag as one term: blanks part terms."""
    return "_".join(flag.split())


def day_number(day: date) -> int:
    """Return a local day as days since 1970."""
    return (day - _EPOCH).days


def microseconds(moment: datetime) -> int:
    """Return a moment (aware) as microseconds since 1970, exactly."""
    since = moment - datetime(1970, 1, 1, tzinfo=moment.tzinfo)
    offset = moment.utcoffset()
    whole = (since - offset) if offset is not None else since
    return (whole.days * 86_400 + whole.seconds) * 1_000_000 + whole.microseconds


def folded_letters(text: str) -> str:
    """Return letters as terms begin with them."""
    return fold(text).strip()
