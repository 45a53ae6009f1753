"""The folder that keeps recodings: for each, the codes before and after it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl

CODINGS_SCHEMA = pl.Schema(
    {
        "source_category": pl.String(),
        "category": pl.String(),
        "category_by": pl.String(),
        "severity": pl.Int8(),
        "rows": pl.Int64(),
    }
)
"""How the source categories of one source are coded; severity null: the source's own stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoding:
    """One recoding of one source. `before` and `after` have `CODINGS_SCHEMA`."""

    source: str
    number: int
    """1 for the first of the source."""
    at: datetime
    before: pl.DataFrame
    after: pl.DataFrame
    changed: int | None = None
    """Facts that changed; None while it runs, or where it was cut short (undoing it is safe)."""
    undone_at: datetime | None = None

    @property
    def stamps(self) -> tuple[str, ...]:
        """Return the rules that the codes before and after came from."""
        both = pl.concat([self.before["category_by"], self.after["category_by"]]).drop_nulls()
        return tuple(sorted(both.unique().to_list()))


@dataclass(frozen=True, slots=True)
class RecodingFolder:
    """Recodings on the disk: `<path>/<source>/0001.json` and on."""

    path: Path

    def recodings(self, source: str) -> tuple[Recoding, ...]:
        """Return the recodings of a source, newest first."""
        files = sorted((self.path / source).glob("[0-9]*.json"), reverse=True)
        return tuple(_read(source, file) for file in files)

    def begin(self, source: str, *, at: datetime, before: pl.DataFrame, after: pl.DataFrame) -> Recoding:
        """Keep a recoding that is about to be made."""
        known = self.recodings(source)
        number = known[0].number + 1 if known else 1
        recoding = Recoding(source=source, number=number, at=at, before=before, after=after)
        self._write(recoding)
        return recoding

    def complete(self, recoding: Recoding, *, changed: int) -> Recoding:
        """Note that a recoding was made, and return it so."""
        made = replace(recoding, changed=changed)
        self._write(made)
        return made

    def mark_undone(self, recoding: Recoding, *, at: datetime) -> None:
        """Note that a recoding was taken back."""
        self._write(replace(recoding, undone_at=at))

    def _write(self, recoding: Recoding) -> None:
        folder = self.path / recoding.source
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "at": recoding.at,
            "changed": recoding.changed,
            "undone_at": recoding.undone_at,
            "before": recoding.before.to_dicts(),
            "after": recoding.after.to_dicts(),
        }
        partial = folder / f"{recoding.number:04}.partial"
        with partial.open("wb") as file:
            file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(folder / f"{recoding.number:04}.json")


def _read(source: str, file: Path) -> Recoding:
    content: dict[str, Any] = orjson.loads(file.read_bytes())
    return Recoding(
        source=source,
        number=int(file.stem),
        at=datetime.fromisoformat(content["at"]),
        before=pl.DataFrame(content["before"], schema=CODINGS_SCHEMA),
        after=pl.DataFrame(content["after"], schema=CODINGS_SCHEMA),
        changed=content["changed"],
        undone_at=datetime.fromisoformat(content["undone_at"]) if content["undone_at"] is not None else None,
    )
