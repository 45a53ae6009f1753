"""The parts of an address: number or kilometre, street or crossing, road, postcode or district; on columns."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from quietude.ingest.locate.text import clean, street_keys
from quietude.ingest.locate.words import Words

MAX_HOUSE_NUMBER = (
    9999  # larger figures are postcodes, kilometre points or telephone numbers; American blocks are parsed apart
)
FREE_TEXT_CHARS = 48  # longer than nearly any address: a sentence, in which the street's name is looked for
CUT_CHARS = 20  # police files cut addresses after 20 to 24 characters; a shorter one is whole
MIN_SECOND_CHARS = 3  # of a crossing's second street: less is what a field's end left of it; "VAR" is a street
PREAMBLE_CHARS = 12  # what stands where the house number should: "tube infer,", "ALLEE 13,"
_MONTHS = "JANVIER|FEVRIER|MARS|AVRIL|MAI|JUIN|JUILLET|AOUT|SEPTEMBRE|OCTOBRE|NOVEMBRE|DECEMBRE"
_WHERE = "FACE|EN FACE|DEVANT|IMMEUBLE|IMM|BATIMENT|BAT|ANGLE|PROX|PROXIMITE|NIVEAU|HAUTEUR|VERS"
_BEFORE = rf"^(?:\b(?:{_WHERE}|AU|DU|LE|A|DE)\b ?)*"
_NUMBER = r"(?:NO? ?)?(\d{1,5}) ?(?:BIS|TER|QUATER|[A-DP])?\b"
_MORE_NUMBERS = r"(?: ?(?:-|/|\bA\b|\bET\b|\bOU\b|&) ?\d{1,4} ?(?:BIS|TER|[A-DP]\b)?)*"
_OF = r"(?: (?:DE LA|DE L'|DES|DU|DE|AVEC LA|AVEC LE|AVEC|D'))?"
_CROSSING = rf" ?(?:/|\b(?:A L')?ANGLE\b{_OF}|\bCROISEMENT\b{_OF}|\bINTERSECTION\b{_OF}|\bX\b|&|@|\bAND\b) ?"

PARSED_COLUMNS = (
    "text",
    "name_a",
    "form",
    "number",
    "metres",
    "road",
    "zone_text",
    "kind_a",
    "core_a",
    "kind_b",
    "core_b",
    "is_long",
)
"""Of `parse_addresses`: `form` is "road", "crossing", "block" or "street"; `metres` counts along a road from its
origin; `zone_text` is a postcode or the number of a district; `is_long` tells that the name may have been cut."""


def parse_addresses(
    addresses: pl.Series, words: Words, *, postcodes: Sequence[str] = (), cities: Sequence[str] = ()
) -> pl.DataFrame:
    """Return the parts of each address, in order, columns as `PARSED_COLUMNS`; null where it says nothing."""
    frame = pl.DataFrame({"text": addresses.cast(pl.String)}).with_columns(text=clean(pl.col("text")))
    ranged = pl.col("text").str.replace_all(r"(\d) ?(?:A|AU) ?(\d)", "${1}-${2}")
    ranged = ranged.str.replace(r"^(\d+)(?: ?, ?\d+)+ ?(?:,|ET) ?\d+ ", "${1} ")
    frame = frame.with_columns(rest=ranged, is_long=pl.col("text").str.len_chars() >= CUT_CHARS)
    frame = _take_zone(frame, postcodes, cities)
    frame = _take_road(frame, words)
    frame = _take_street_of_sentence(frame, words)
    frame = _drop_preamble(frame, words)
    frame = _take_number(frame, words)
    frame = _split_crossing(frame, words)
    for side in ("a", "b"):
        unfolded = frame.select(_unfold(f"part_{side}", words)).to_series()
        frame = frame.with_columns(unfolded.alias(f"name_{side}"))
        keys = street_keys(unfolded, words)
        frame = frame.with_columns(keys["kind"].alias(f"kind_{side}"), keys["core"].alias(f"core_{side}"))
    second_chars = pl.col("core_b").str.len_chars()
    is_second = (second_chars >= MIN_SECOND_CHARS) | (pl.col("kind_b").is_not_null() & (second_chars > 0))
    core_a = pl.when(pl.col("road").is_not_null()).then(pl.col("road")).otherwise(pl.col("core_a"))
    return frame.with_columns(
        core_a=pl.when(core_a.str.len_chars() > 0).then(core_a),
        core_b=pl.when(is_second).then(pl.col("core_b")),
        kind_a=pl.when(pl.col("road").is_null()).then(pl.col("kind_a")).otherwise(pl.lit("ROAD")),
        form=pl.when(pl.col("road").is_not_null()).then(pl.lit("road"))
        .when(is_second).then(pl.lit("crossing"))
        .when(pl.col("is_block")).then(pl.lit("block"))
        .otherwise(pl.lit("street")),
    ).select(PARSED_COLUMNS)  # fmt: skip


def _take_zone(frame: pl.DataFrame, postcodes: Sequence[str], cities: Sequence[str]) -> pl.DataFrame:
    """Take the postcode and the district's number off the end."""
    rest = pl.col("rest")
    zone = pl.lit(None, dtype=pl.String)
    if postcodes:
        pattern = rf"[ ,(-]+({'|'.join(sorted(postcodes))})\b.*$"
        zone = rest.str.extract(pattern, 1)
        zone = pl.coalesce(zone, rest.str.extract(rf"^({'|'.join(sorted(postcodes))})(?: [A-Z ]*)?$", 1))
        rest = rest.str.replace(pattern, "").str.replace(rf"^({'|'.join(sorted(postcodes))})(?: [A-Z ]*)?$", "")
    district = r"[ ,(-]*\b(\d{1,2}) ?(?:ER|E|EME|IEME)? ?ARR(?:T|DT|OND|ONDISSEMENT)?\b.*$"
    zone = pl.coalesce(zone, rest.str.extract(district, 1))
    rest = rest.str.replace(district, "")
    if cities:
        names = "|".join(clean_word(city) for city in cities)
        town = rf"(?:^|[ ,-]+)(?:A )?(?:{names})(?:[ ,-]+(\d{{1,2}}) ?(?:ER|E|EME|IEME)?)?(?: CEDEX.*)?$"
        zone = pl.coalesce(zone, rest.str.extract(town, 1))
        rest = rest.str.replace(town, "")
    alone = r"^(\d{1,2}) ?(?:ER|E|EME|IEME)$"
    zone = pl.coalesce(zone, rest.str.extract(alone, 1))
    return frame.with_columns(zone_text=zone, rest=rest.str.replace(alone, ""))


def clean_word(word: str) -> str:
    """Return one cleaned word or name."""
    return str(pl.select(clean(pl.lit(word))).item())


def _take_road(frame: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Find a numbered road ("A7-SENS LYON VERS", "02, R.N 8") and the kilometre point ("PR 12+300")."""
    dotless = pl.col("rest").str.replace_all(r"\b([RCN])\.? ?([ND])\.? ?(\d)", "${1}${2} ${3}")
    prefixes = "|".join(sorted(words.roads, key=len, reverse=True))
    found = dotless.str.extract_groups(
        rf"^(?:\d{{1,4}} ?, ?)?({prefixes}) ?\.?(\d{{1,4}})(?: ?([A-Z]))?(?:$|[^A-Z0-9].*$)"
    )
    prefix, number, suffix = (found.struct.field(str(i)) for i in (1, 2, 3))
    code = prefix.replace_strict(words.roads, default=None, return_dtype=pl.String)
    km = pl.col("rest").str.extract_groups(r"\bP\.?[RK]\.? ?(\d{1,3})(?: ?\+ ?(\d{1,4}))?")
    metres = km.struct.field("1").cast(pl.Int32) * 1000 + km.struct.field("2").cast(pl.Int32).fill_null(0)
    return frame.with_columns(
        road=pl.concat_str([code, number.str.strip_chars_start("0"), suffix.fill_null("")]),
        metres=metres,
        rest=pl.col("rest").str.replace(r"\bP\.?[RK]\.? ?\d{1,3} ?\+ ?\d{1,4}", ""),
    )


def _take_street_of_sentence(frame: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Keep of a sentence what follows its first kind of street, up to the next comma."""
    spelt = set(words.types.values())
    kinds = "|".join(sorted(kind for kind in words.types if kind in spelt or kind.removesuffix("S") in spelt))
    phrase = pl.col("rest").str.extract(
        rf"\b((?:\d{{1,4}}(?:[-/]\d{{1,4}})? ?(?:BIS|TER)? ?,? )?(?:{kinds}) [^,;.:]+)", 1
    )
    is_sentence = pl.col("rest").str.len_chars() > FREE_TEXT_CHARS
    return frame.with_columns(
        rest=pl.when(is_sentence).then(pl.coalesce(phrase, pl.col("rest"))).otherwise(pl.col("rest"))
    )


def _drop_preamble(frame: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Keep the digits of what stands before a comma and a street: "ALLEE 13, RTE DE …", "X, BD …", "DF15, AVE …"."""
    kinds = "|".join(sorted(words.types, key=len, reverse=True))
    parts = pl.col("rest").str.extract_groups(
        rf"^([^,(]{{0,{PREAMBLE_CHARS}}}), ?((?:{kinds})\b.*|.*\((?:{kinds})\b.*)$"
    )
    digits = parts.struct.field("1").str.extract(r"(\d{1,4})", 1)
    kept = pl.concat_str([digits.fill_null("0"), parts.struct.field("2")], separator=", ")
    is_plain = parts.struct.field("1").str.contains(rf"^(?:{kinds}) [A-Z]+ ?[A-Z ]*$")
    is_preamble = parts.struct.field("2").is_not_null() & ~is_plain & pl.col("road").is_null()
    return frame.with_columns(rest=pl.when(is_preamble).then(kept).otherwise(pl.col("rest")))


def _take_number(frame: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Take the house number off the front, or the end; a date's number stays in the name ("4 SEPTEMBRE (RUE DU)")."""
    kinds = "|".join(sorted(words.types, key=len, reverse=True))
    block = pl.col("rest").str.extract_groups(r"^(\d{1,5}) ?(?:BLK|BLOCK)(?: OF)? (.+)$")
    masked = pl.col("rest").str.extract_groups(r"^0*(\d{1,3})XX (.+)$")
    front = pl.col("rest").str.extract_groups(rf"{_BEFORE}{_NUMBER}(?:/TER)?{_MORE_NUMBERS} ?(,?) ?(.*)$")
    frame = frame.with_columns(
        block_number=pl.coalesce(
            block.struct.field("1").cast(pl.Int32) + 50, masked.struct.field("1").cast(pl.Int32) * 100 + 50
        ),
        block_rest=pl.coalesce(block.struct.field("2"), masked.struct.field("2")),
        front_number=front.struct.field("1"),
        comma=front.struct.field("2"),
        front_rest=front.struct.field("3"),
    )
    tail = pl.col("front_rest")
    is_date = tail.str.contains(rf"^(?:{_MONTHS}|(?:ERE?|I?EME) [A-Z])") & (pl.col("comma") == "")
    has_number = pl.col("front_number").is_not_null() & ~is_date & pl.col("road").is_null()
    frame = frame.with_columns(
        rest=pl.when(pl.col("block_number").is_not_null()).then(pl.col("block_rest")).when(has_number).then(tail).otherwise(pl.col("rest")),
        number=pl.coalesce(pl.col("block_number"), pl.when(has_number).then(pl.col("front_number").cast(pl.Int32))),
        is_block=pl.col("block_number").is_not_null(),
    )  # fmt: skip
    frame = frame.with_columns(
        rest=pl.col("rest").str.replace_all(r"(?: ET)?[ ,]?(?:NO? ?)?\b\d{1,3}-\d{1,3}\b( ?\()", "${1}")
    )
    behind = pl.col("rest").str.extract_groups(r"^(.*[A-Z).])[ ,]+(?:NO? ?)?(\d{1,4})(?: ?- ?(\d{1,4}))?$")
    is_behind = (
        pl.col("number").is_null()
        & behind.struct.field("2").is_not_null()
        & pl.col("rest").str.contains(rf"(?:, ?| NO? ?|\) ?|\d ?- ?)\d+$|^(?:{kinds})\b.*[A-Z] \d{{1,3}}$")
    )
    first, last = (behind.struct.field(i).cast(pl.Int32) for i in ("2", "3"))
    frame = frame.with_columns(
        number=pl.when(is_behind).then((first + last.fill_null(first)) // 2).otherwise(pl.col("number")),
        rest=pl.when(is_behind).then(behind.struct.field("1")).otherwise(pl.col("rest")),
    )
    is_one = pl.col("number").is_between(1, MAX_HOUSE_NUMBER) | (pl.col("is_block") & (pl.col("number") > 0))
    return frame.with_columns(number=pl.when(is_one).then(pl.col("number")))


def _split_crossing(frame: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Split "A / B", "ANGLE A ET B", "RUE A ET AVENUE B" into `part_a` and `part_b`."""
    kinds = "|".join(sorted((kind for kind in words.types if len(kind) > 1), key=len, reverse=True))
    rest = pl.col("rest").str.replace(r" (?:ET|,) ?\d+ .*$", "")
    at_angle = rest.str.replace(rf"^(?:A L')?(?:ANGLE|CROISEMENT|INTERSECTION)\b{_OF} ", "")
    was_angle = at_angle != rest
    joined = pl.when(was_angle).then(at_angle.str.replace(r" (?:ET|AVEC)(?: LA| LE| L'| LES)? ", " / ")).otherwise(rest)
    if not words.types_last:
        joined = joined.str.replace(rf"(?: - | ET |, ?)(?:LA |LE |L')?({kinds}) ([A-Z])", " / ${1} ${2}")
        joined = joined.str.replace(r"(\([^)]*\)) ?[-,] ?", "${1} / ")
        joined = joined.str.replace(rf"^((?:{kinds})\b[^/]*?) - .*$", "${1}")
    parts = joined.str.replace(_CROSSING, "\x1f").str.split_exact("\x1f", 1)
    is_crossing = pl.col("road").is_null()
    return frame.with_columns(
        part_a=parts.struct.field("field_0").str.strip_chars(" ,-"),
        part_b=pl.when(is_crossing).then(
            parts.struct.field("field_1")
            .str.strip_chars(" ,-/")
            .str.replace(r" ?(?:/|\bANGLE\b).*$", "")
            .str.replace(r"^\d+ ?(?:BIS|TER)?[ ,]+", "")
        ),
    )


def _unfold(column: str, words: Words) -> pl.Expr:
    """Return "RUE DE LA REPUBLIQUE" of "REPUBLIQUE (RUE DE LA)", also where the field's end cut the bracket."""
    folded = pl.col(column).str.extract_groups(r"^(.*?) ?\(+ ?([^()]*?) ?(?:\).*)?$")
    name, inside = folded.struct.field("1"), folded.struct.field("2")
    inside_words = inside.str.replace_all(r"[^A-Z0-9]+", " ").str.strip_chars().str.split(" ")
    spelt = inside_words.list.eval(pl.element().replace(words.cut_types))
    has_kind = spelt.list.eval(pl.element().is_in(sorted(set(words.types.values())))).list.any()
    kinds = "|".join(sorted((kind for kind in words.types if len(kind) > 1), key=len, reverse=True))
    straight = pl.col(column).str.replace_all(r"[()]", " ").str.strip_chars()
    straight = straight.str.replace(rf"^(?:DE LA |DE L'|DES |DU |DE |LA |LES |LE )+({kinds})\b", "${1}")
    return (
        pl.when(name.is_null() | (name == "")).then(straight)
        .when(has_kind).then(pl.concat_str([spelt.list.join(" "), name], separator=" "))
        .otherwise(name)
    )  # fmt: skip
