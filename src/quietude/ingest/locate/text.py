"""Addresses as bare upper-case words: encodings mended, accents folded, abbreviations spelt out; on columns."""

from __future__ import annotations

import polars as pl

from quietude.ingest.locate.words import Words
from quietude.model.fold import FOLD_FROM, FOLD_TO

_ACCENTS = {a.upper(): b.upper() for a, b in zip(FOLD_FROM, FOLD_TO, strict=True) if a.isalpha() and b.isascii()}
_LIGATURES = {
    "Œ": "OE",
    "Æ": "AE",
    "ß": "SS",
    "’": "'",
    "ʼ": "'",
    "`": "'",
    "´": "'",
    "–": "-",
    "—": "-",
    "N°": " NO ",
    "°": " ",
}
_DOUBLE_UTF8 = {c.encode().decode("latin-1"): c for c in "éèêëàâçîïôöùûüÉÈÊÀÇÔ’"}
_LOST_LETTERS = {"\ufffd".encode().decode("latin-1"): "", "\ufffd": ""}  # what an earlier conversion could not read
_DOS_LETTERS = {
    chr(code): bytes([code]).decode("cp850") for code in range(0x80, 0xA0)
}  # code page 850 read as Latin-1: letters became control characters


def clean(written: pl.Expr) -> pl.Expr:
    """Return upper-case text without accents; punctuation stays, spaces are single, broken encodings are mended."""
    text = written.str.replace_many(_DOUBLE_UTF8 | _LOST_LETTERS).str.replace_many(_DOS_LETTERS).str.to_uppercase()
    text = text.str.replace_many({**_ACCENTS, **_LIGATURES})
    return text.str.replace_all(r"[*\s\x00-\x1f\x{a0}]+", " ").str.strip_chars(" ,;-.")


def words_of(text: pl.Expr, words: Words) -> pl.Expr:
    """Return the list of words of a name, pairs joined ("ROND POINT" is one), ordinals as numbers ("4EME" is "4")."""
    bare = text.str.replace_all(r"[^A-Z0-9]+", " ").str.strip_chars()
    padded = pl.concat_str([pl.lit(" "), bare, pl.lit(" ")])
    padded = padded.str.replace_all(r" (\d+) ?(?:ER|ERE|E|EME|IEME|ND|NDE|ST|TH|RD) ", " ${1} ")
    if words.pairs:
        padded = padded.str.replace_many(
            {f" {pair} ": f" {one.replace('-', '_')} " for pair, one in words.pairs.items()}
        )
    return padded.str.strip_chars().str.replace_all("_", "-").str.split(" ")


def split_kind(frame: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Return the columns `kind` (of street, null without one) and `core` of the names in the list column `words`.

    `core` holds the telling words in order: abbreviations spelt out, articles and noise left out. A kind is taken
    from the first word, else from the last ("MORGIOU CHE"), else, spelt out, from within ("POUNCHE CHEMIN DE LA");
    from the last first where the country writes it so.
    """
    many = pl.col("words").list.len() > 1
    short = sorted(word for word in words.types if len(word) < 2)  # a name may end in an initial
    kinds = pl.col("words").list.eval(
        pl.element().replace_strict(words.types, default=None, return_dtype=pl.String)
    )  # fmt: skip
    spelt = pl.col("words").list.eval(
        pl.element().is_in(sorted(k for k in set(words.types.values()) if len(k) > 3)).arg_true().first()
    )
    first = pl.when(many & kinds.list.first().is_not_null()).then(pl.lit(0))
    last_at = pl.col("words").list.len().cast(pl.Int64) - 1
    last = pl.when(many & kinds.list.last().is_not_null() & ~pl.col("words").list.last().is_in(short)).then(last_at)
    within = pl.when(many).then(spelt.list.first().cast(pl.Int64))
    order = (last, first, within) if words.types_last else (first, last, within)
    split = frame.with_columns(at=pl.coalesce([part.cast(pl.Int64) for part in order]), kinds=kinds)
    after = pl.col("words").list.slice(pl.col("at").fill_null(0) + 1)
    before = pl.col("words").list.slice(0, pl.col("at").fill_null(0))
    taken = pl.when(pl.col("at").is_null()).then(pl.col("words")).otherwise(after.list.concat(before))
    return (
        split.with_columns(
            kind=pl.when(pl.col("at").is_not_null()).then(
                pl.col("kinds").list.get(pl.col("at").fill_null(0), null_on_oob=True)
            ),
            taken=taken,
        )
        .with_columns(core=_telling(words))
        .drop("taken", "kinds", "at")
    )


def _telling(words: Words) -> pl.Expr:
    expanded = pl.col("taken").list.eval(pl.element().replace(words.expansions))
    skipped = sorted(words.articles | words.noise)
    telling = expanded.list.eval(pl.element().filter(~pl.element().is_in(skipped)))
    return pl.when(telling.list.len() > 0).then(telling).otherwise(expanded).list.join(" ")


def street_keys(names: pl.Series, words: Words) -> pl.DataFrame:
    """Return for each cleaned name its `kind` and `core` (see `split_kind`), `sorted` words and `compact` letters."""
    frame = pl.DataFrame({"text": names.cast(pl.String)}).with_columns(words=words_of(pl.col("text"), words))
    return split_kind(frame, words).select(
        "kind",
        "core",
        sorted=pl.col("core").str.split(" ").list.sort().list.join(" "),
        compact=pl.col("core").str.replace_all(" ", "", literal=True),
    )
