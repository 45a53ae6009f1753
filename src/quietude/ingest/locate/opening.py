"""A town's geocoder, built of its files and lessons; the compiled names are kept so that the next start is quick."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import orjson
import polars as pl
from filelock import FileLock

from quietude.ingest.locate.calibration import Calibration, load_calibration
from quietude.ingest.locate.gazetteer import Gazetteer, build_gazetteer
from quietude.ingest.locate.geocoder import Geocoder
from quietude.ingest.locate.learn import learn
from quietude.ingest.locate.lessons import LESSON_SCHEMA, read_lessons
from quietude.model.event import Sensitivity
from quietude.sources.api import GazetteerSpec, SourceError, Town, find_files, gazetteer_paths, read_gazetteer

FORM = 1  # raise when the same files would compile to other names: cached ones are then made again
TEACHERS = frozenset({Sensitivity.PUBLIC, Sensitivity.INTERNAL})
CALIBRATION_FILE = "geocoder.json"  # in the town's folder, where the town has fitted its own


def open_geocoder(town: Town, *, cache_dir: Path | None = None) -> Geocoder:
    """Return the town's geocoder. With `cache_dir` (written to), names are compiled only when a file has changed.

    A source to learn from whose files are missing teaches nothing.

    Raises:
        GazetteerError, ManifestError: a declared file or manifest cannot be used.
        KeyError: `learn_from` names a source that the town has not.
        ValueError: `learn_from` names a source too sensitive to teach.
    """
    return Geocoder(town.territory, open_gazetteer(town, cache_dir=cache_dir), calibration_of(town))


def calibration_of(town: Town) -> Calibration:
    """Return the numbers of the score that the town has fitted itself, else those that come with the software."""
    own = town.folder / CALIBRATION_FILE
    return load_calibration(own if own.is_file() else None)


def open_gazetteer(town: Town, *, cache_dir: Path | None = None) -> Gazetteer:
    """Return the town's names, from `cache_dir` where they are compiled already."""
    spec = town.gazetteer
    if spec is None:
        return Gazetteer.empty(town.territory)
    if cache_dir is None:
        return _compile(spec, town)
    folder = cache_dir / f"names-{_fingerprint(spec, town)}"
    cache_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(cache_dir / "names.lock"):
        if not (folder / "points.parquet").is_file():
            made = _compile(spec, town)
            folder.mkdir(exist_ok=True)
            made.names.write_parquet(folder / "names.parquet")
            made.points.write_parquet(folder / "points.unfinished")
            (folder / "points.unfinished").replace(folder / "points.parquet")
            return made
    bare = build_gazetteer(
        spec, read_gazetteer(spec.model_copy(update={"files": ()}), town.folder, town.data_dir), town.territory
    )
    return replace(
        bare, names=pl.read_parquet(folder / "names.parquet"), points=pl.read_parquet(folder / "points.parquet")
    )


def base_gazetteer(town: Town) -> Gazetteer:
    """Return the town's names as its files alone have them, nothing learned."""
    if town.gazetteer is None:
        return Gazetteer.empty(town.territory)
    return build_gazetteer(town.gazetteer, read_gazetteer(town.gazetteer, town.folder, town.data_dir), town.territory)


def lessons_of(town: Town, sources: Sequence[str]) -> pl.DataFrame:
    """Return the lessons of several sources, one after the other; those whose files are missing give none.

    Raises:
        KeyError: the town has no such source.
        ValueError: the source is too sensitive to teach.
    """
    lessons = [pl.DataFrame(schema=LESSON_SCHEMA)]
    for name in sources:
        if name not in town.sources:
            raise KeyError(
                f"{town.folder / 'town.yml'}: gazetteer: learn_from: no source {name!r}; there are {list(town.sources)}"
            )
        if town.sources[name].sensitivity not in TEACHERS:
            raise ValueError(
                f"{town.folder / 'town.yml'}: gazetteer: learn_from: the source {name!r} is "
                f"{town.sources[name].sensitivity}; what it knows of places must not outlive its records: take it off"
            )
        try:
            lessons.append(read_lessons(town.sources[name], town))
        except SourceError as error:
            if error.code != "missing":
                raise
    return pl.concat(lessons)


def _compile(spec: GazetteerSpec, town: Town) -> Gazetteer:
    return learn(base_gazetteer(town), lessons_of(town, spec.learn_from))


def _fingerprint(spec: GazetteerSpec, town: Town) -> str:
    """Return what changes when the spec, a manifest, the zones or a file that the names are compiled from changes."""
    paths = list(gazetteer_paths(spec, town.folder, town.data_dir))
    for name in spec.learn_from:
        manifest = town.sources[name]
        try:
            paths += [manifest.path, *[file.path for file in find_files(manifest, town.data_dir)]]
        except SourceError:
            continue
    stamps = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    outlines = [zone.geometry.wkb for level in town.territory.levels for zone in level.zones]
    said = orjson.dumps([FORM, spec.model_dump(mode="json"), stamps], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(said + b"".join(outlines)).hexdigest()[:16]
