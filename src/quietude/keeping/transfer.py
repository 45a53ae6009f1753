"""Packages for the archives: facts and versions as Parquet and CSV, with a manifest, checksums and the visa."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from quietude.keeping.disposal import DisposalError, Visa
from quietude.keeping.items import BATCH, batches, facts_of, uids_of
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.sources.api import Manifest
from quietude.store.api import Store

READER = Viewer.system("archives")
NOTE = "manifest.json"
SUMS = "SHA256SUMS"
_FORM = 1  # of the package


@dataclass(frozen=True, slots=True)
class Package:
    """One package as it lies in its folder."""

    folder: Path
    note: dict[str, Any]

    @property
    def uids(self) -> tuple[str, ...]:
        """Return the facts that it holds."""
        return tuple(self.note["uids"])


def pack(store: Store, manifest: Manifest, items: Sequence[str], visa: Visa, folder: Path) -> Package:
    """Write the package of some facts of a source; under the same visa they make the same folder.

    Raises:
        DisposalError: what was written does not read back whole; the facts are still in the store.
    """
    facts = pa.concat_tables([facts_of(store, manifest.name, some, viewer=READER) for some in batches(items)])
    wanted = pa.array(uids_of(items), pa.string())
    names = (*facts.schema.names, "superseded_at")
    question = Filter(sources=Choice(any_of=(manifest.name,)))
    old = [table.filter(pc.is_in(table["uid"], wanted)) for table in store.past(READER, question, columns=names)]
    versions = pa.concat_tables(old) if old else None
    note = {
        "form": _FORM,
        "source": manifest.name,
        "title": manifest.title.fr,
        "owner": manifest.owner,
        "legal_basis": manifest.legal_basis,
        "purpose": manifest.purpose,
        "regime": manifest.regime.value,
        "retention": manifest.retention,
        "first_day": str(min(facts["day"].to_pylist(), default=None)),
        "last_day": str(max(facts["day"].to_pylist(), default=None)),
        "visa": {"by": visa.by, "reason": visa.reason, "list": visa.list_digest},
        "notes": [],
    }
    return _write(folder / f"{manifest.name}-{visa.list_digest[:16]}", note, facts, versions)


def packages(folder: Path) -> tuple[Package, ...]:
    """Return the packages that lie in a folder, by name."""
    found = sorted(folder.glob(f"*/{NOTE}")) if folder.is_dir() else []
    return tuple(Package(path.parent, orjson.loads(path.read_bytes())) for path in found)


def faults_of_package(package: Package) -> tuple[str, ...]:
    """Return the files whose bytes are not those that the package states."""
    stated = package.note["files"]
    return tuple(
        name
        for name, entry in stated.items()
        if not (package.folder / name).is_file() or _sum(package.folder / name) != entry["sha256"]
    )


def withdraw(folder: Path, uids: Sequence[str], *, why: str) -> int:
    """Take facts out of the packages that still lie here: an erasure reaches them too. Return how many changed.

    What was handed over already is the archives' own: they are told, as other recipients are.
    """
    going = set(uids)
    changed = 0
    for package in packages(folder):
        if not going & set(package.uids):
            continue
        facts = _kept(pq.read_table(package.folder / "facts.parquet"), going)
        versions_path = package.folder / "versions.parquet"
        versions = _kept(pq.read_table(versions_path), going) if versions_path.is_file() else None
        note = package.note | {"notes": [*package.note["notes"], why]}
        _write(package.folder, note, facts, versions)
        changed += 1
    return changed


def _write(folder: Path, note: dict[str, Any], facts: pa.Table, versions: pa.Table | None) -> Package:
    making = folder.with_name(f"{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    counts: dict[str, int] = {}
    for name, table in (("facts", facts), ("versions", versions)):
        if table is not None:
            pq.write_table(table, making / f"{name}.parquet", compression="zstd", write_statistics=False)
            _write_csv(table, making / f"{name}.csv")
            counts |= {f"{name}.parquet": table.num_rows, f"{name}.csv": table.num_rows}
    files = {
        name: {"rows": rows, "bytes": (making / name).stat().st_size, "sha256": _sum(making / name)}
        for name, rows in counts.items()
    }
    whole = note | {"count": facts.num_rows, "uids": sorted(facts["uid"].to_pylist()), "files": files}
    (making / NOTE).write_bytes(orjson.dumps(whole, option=orjson.OPT_INDENT_2))
    sums = {name: entry["sha256"] for name, entry in files.items()} | {NOTE: _sum(making / NOTE)}
    (making / SUMS).write_text("".join(f"{value}  {name}\n" for name, value in sums.items()), encoding="ascii")
    if pq.read_metadata(making / "facts.parquet").num_rows != facts.num_rows:
        raise DisposalError(f"{making}: the package does not read back whole; the facts are still in the store")
    shutil.rmtree(folder, ignore_errors=True)
    making.replace(folder)
    return Package(folder, whole)


def _write_csv(table: pa.Table, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.schema.names)
        for batch in table.to_batches(max_chunksize=BATCH):
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else getattr(value, "isoformat", lambda: value)()


def _kept(table: pa.Table, going: set[str]) -> pa.Table:
    return table.filter(pa.array([uid not in going for uid in table["uid"].to_pylist()], pa.bool_()))


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
