"""Raw records of a source, file after file, whatever their form."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import polars as pl

from quietude.sources.batch import LINE, Problem, RawBatch, SourceError
from quietude.sources.gazetteer_files import read_gazetteer
from quietude.sources.manifest import Manifest
from quietude.sources.read_spec import Format, Positions, ReadSpec
from quietude.sources.readers.columnar import read_parquet
from quietude.sources.readers.delimited import read_delimited
from quietude.sources.readers.documents import read_json, read_json_lines
from quietude.sources.readers.geographic import read_shapes
from quietude.sources.readers.piece import Piece
from quietude.sources.readers.spreadsheet import read_sheet
from quietude.sources.simulator.records import read_simulated
from quietude.sources.simulator.spec import SimulatorSpec
from quietude.sources.simulator.stage import build_stage
from quietude.sources.town import Town

BATCH_ROWS = 100_000
AHEAD = 2  # batches read ahead: one being parsed, one waiting

READERS: dict[Format, Callable[[Path, ReadSpec], Iterator[Piece]]] = {
    "csv": read_delimited,
    "xlsx": read_sheet,
    "ods": read_sheet,
    "json": read_json,
    "ndjson": read_json_lines,
    "geojson": read_shapes,
    "gpkg": read_shapes,
    "shapefile": read_shapes,
    "parquet": read_parquet,
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source and how it is read."""

    path: Path
    read: ReadSpec
    number: int
    """Position in the reading order, from 0."""
    size_bytes: int


def find_files(manifest: Manifest, data_dir: Path) -> tuple[SourceFile, ...]:
    """Return the source's files in reading order; none for a simulated source, nor for one written in the portal.

    Raises:
        SourceError: a declared path matches no file, or the source is documents, which are never imported.
    """
    if manifest.is_followed:
        raise SourceError(
            f"{manifest.path}: documents are followed by their connector, not imported as records", code="format"
        )
    files: list[SourceFile] = []
    for read in manifest.read:
        if not isinstance(read, ReadSpec):
            continue
        for path in matches(read, manifest.town_dir, data_dir, where=str(manifest.path)):
            files.append(SourceFile(path, read, len(files), path.stat().st_size))
    return tuple(files)


def matches(read: ReadSpec, town_dir: Path, data_dir: Path, *, where: str = "") -> list[Path]:
    """Return the files of one set in reading order, looked for in the town's folder, then in the data folder.

    Raises:
        SourceError: a path matches no file.
    """
    found: list[Path] = []
    for pattern in read.path:
        for plain in _without_braces(pattern):
            hits = _glob(plain, town_dir) or _glob(plain, data_dir)
            if not hits:
                raise SourceError(
                    f"{where}: read.path: {plain!r} matches no file in {town_dir} nor in {data_dir}; "
                    "correct the path, or set QUIETUDE_DATA_DIR to the folder that holds it",
                    code="missing", file=plain,
                )  # fmt: skip
            found.extend(hit for hit in hits if hit not in found)
    return found


def _without_braces(pattern: str) -> list[str]:
    """Return a pattern for each choice of `{a,b}`, as a shell would."""
    opened = re.search(r"\{([^{}]*)\}", pattern)
    if opened is None:
        return [pattern]
    begin, end = pattern[: opened.start()], pattern[opened.end() :]
    return [plain for choice in opened[1].split(",") for plain in _without_braces(begin + choice + end)]


def _glob(pattern: str, folder: Path) -> list[Path]:
    path = Path(pattern)
    if path.is_absolute():
        return [path] if path.is_file() else []
    if not any(mark in pattern for mark in "*?["):
        return [folder / path] if (folder / path).is_file() else []
    return sorted(hit for hit in folder.glob(pattern) if hit.is_file())


def read_batches(
    manifest: Manifest,
    data_dir: Path,
    *,
    town: Town | None = None,
    batch_rows: int = BATCH_ROWS,
    now: datetime | None = None,
    files: Sequence[SourceFile] | None = None,
) -> Iterator[RawBatch]:
    """Yield the source's records in order, at most `batch_rows` at a time; a batch never spans two files.

    `files` takes these files only (of `find_files`). A simulated source needs `town`, whose places it uses, and `now`
    (aware), after which nothing is made up.

    Raises:
        SourceError: a file is missing, empty, wrongly encoded as a whole, or not of the declared form.
    """
    if manifest.is_written:
        raise SourceError(
            f"{manifest.path}: {manifest.name!r} is a logbook: its entries are written in the portal and become facts "
            "by themselves; there is nothing to import",
            code="written", file="",
        )  # fmt: skip
    if not manifest.has_files:
        raise SourceError(
            f"{manifest.path}: {manifest.name!r} has no file: its records come by themselves while the portal is "
            "served; there is nothing to import",
            code="flow", file="",
        )  # fmt: skip
    simulated = [read for read in manifest.read if isinstance(read, SimulatorSpec)]
    if simulated:
        yield from _simulate(simulated[0], town, now or datetime.now(UTC), batch_rows)
        return
    chosen = find_files(manifest, data_dir) if files is None else tuple(files)
    total = max(sum(file.size_bytes for file in chosen), 1)
    done = 0
    for file in chosen:
        pieces = READERS[file.read.format](file.path, file.read)
        yield from _batches(pieces, file.path.name, file.number, batch_rows, partial(_share, done, total))
        done += file.size_bytes


def read_file(path: Path, read: ReadSpec, *, batch_rows: int = BATCH_ROWS) -> Iterator[RawBatch]:
    """Yield the records of one file that no manifest names yet, in order.

    Raises:
        SourceError: the file is empty, wrongly encoded as a whole, or not of the declared form.
    """
    total = max(path.stat().st_size, 1)
    yield from _batches(READERS[read.format](path, read), path.name, 0, batch_rows, partial(_share, 0, total))


def _share(done: int, total: int, bytes_read: int) -> float:
    return (done + bytes_read) / total


def _simulate(spec: SimulatorSpec, town: Town | None, now: datetime, batch_rows: int) -> Iterator[RawBatch]:
    if town is None:
        raise ValueError("a simulated source needs the town whose places it uses")
    gazetteer = read_gazetteer(town.gazetteer, town.folder, town.data_dir) if town.gazetteer is not None else None
    stage = build_stage(town.territory, gazetteer, timezone=town.timezone, country=town.country)

    def pieces() -> Iterator[Piece]:
        line = 1
        for frame in read_simulated(spec, stage, now=now):
            yield Piece(frame.with_columns(pl.int_range(line, line + frame.height, dtype=pl.UInt32).alias(LINE)), (), 0)
            line += frame.height

    yield from _batches(pieces(), f"simulator:{spec.service}", 0, batch_rows, lambda _: 0.0)


def _batches(
    pieces: Iterator[Piece], file: str, number: int, batch_rows: int, fraction: Callable[[int], float]
) -> Iterator[RawBatch]:
    """Yield the pieces of one file as batches of even size, the last marked as such."""
    held: list[pl.DataFrame] = []
    problems: list[Problem] = []
    height, bytes_read = 0, 0
    for piece in pieces:
        if piece.frame.height or not held:
            held = [part for part in held if part.height] + [piece.frame]
        problems.extend(piece.problems)
        height += piece.frame.height
        bytes_read = piece.bytes_read
        while height > batch_rows:
            whole = pl.concat(held, how="diagonal") if len(held) > 1 else held[0]
            yield RawBatch(
                file=file,
                file_number=number,
                frame=_lined(whole.head(batch_rows)),
                problems=tuple(problems),
                fraction=fraction(bytes_read),
            )
            held, problems, height = [whole.slice(batch_rows)], [], height - batch_rows
    rest = (
        pl.concat(held, how="diagonal")
        if len(held) > 1
        else (held[0] if held else pl.DataFrame(schema={LINE: pl.UInt32}))
    )
    yield RawBatch(
        file=file,
        file_number=number,
        frame=_lined(rest),
        problems=tuple(problems),
        is_last=True,
        fraction=fraction(bytes_read),
    )


def _lined(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select([*(name for name in frame.columns if name != LINE), LINE])


def count_records(files: Sequence[SourceFile]) -> int:
    """Return how many records the files hold; delimited texts are cut but not parsed."""
    total = 0
    for file in files:
        for piece in READERS[file.read.format](file.path, file.read):
            total += piece.frame.height
    return total


def read_positions(positions: Positions, town_dir: Path, data_dir: Path) -> pl.DataFrame:
    """Return a file of positions as texts, with the file's own columns.

    Raises:
        SourceError: the file is missing or cannot be read.
    """
    frames = [
        piece.frame
        for path in matches(positions.read, town_dir, data_dir, where="place.positions")
        for piece in READERS[positions.read.format](path, positions.read)
    ]
    return pl.concat(frames, how="diagonal").drop(LINE)


def prefetched(batches: Iterator[RawBatch], ahead: int = AHEAD) -> Iterator[RawBatch]:
    """Yield the same batches, read ahead in a thread of their own; its errors are raised here."""
    waiting: queue.Queue[RawBatch | BaseException | None] = queue.Queue(maxsize=ahead)
    is_over = threading.Event()

    def hand_over(item: RawBatch | BaseException | None) -> None:
        while not is_over.is_set():
            try:
                waiting.put(item, timeout=0.2)
            except queue.Full:
                continue
            return

    def read_on() -> None:
        try:
            for batch in batches:
                hand_over(batch)
                if is_over.is_set():
                    return
            hand_over(None)
        except BaseException as error:
            hand_over(error)

    thread = threading.Thread(target=read_on, name="read ahead", daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        is_over.set()
        thread.join(timeout=5)
