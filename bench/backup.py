"""Backups of a million facts: what five more minutes cost, how soon the town is back, against tar of the folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from bench.figure import Figure
from bench.store_facts import LEVELS, TIMEZONE, fill
from quietude.backup.api import Identities, Recipients, Repository, create, make_identity, restore, verify
from quietude.config import Settings
from quietude.model.event import event_schema
from quietude.model.filter.question import Filter
from quietude.model.identity import event_uid
from quietude.model.viewer import Viewer
from quietude.store.api import Store

FACTS = 1_000_000
NEW = 1_000
RPO_S = 300  # issue 3: at most five minutes are lost
RTO_S = 1_800 / 20  # issue 3: back within 30 minutes on 20 M events, hence a twentieth of it on one
ROUNDS = 3
ROOT = Path(__file__).resolve().parent.parent


def filled(work: Path) -> Settings:
    """Return a town with a million facts; the facts are made once and kept between runs."""
    kept = Path(os.environ.get("QUIETUDE_VAR_DIR", ROOT / "var")) / "bench" / f"store-{FACTS}"
    kept.mkdir(parents=True, exist_ok=True)
    fill(kept, FACTS)
    settings = Settings(town="bench", towns_dir=ROOT / "towns", data_dir=work, var_dir=work / "var")
    settings.facts_dir.parent.mkdir(parents=True)
    shutil.copytree(kept, settings.facts_dir)
    return settings


def more(store: Store, number: int) -> None:
    """File a thousand facts that are like those there are."""
    viewer = Viewer.system("bench")
    rows = store.latest(viewer, Filter(), NEW)
    names = [name for name in event_schema(LEVELS).names if name not in {"id", "version"}]
    keys = [f"{number}-{place}" for place in range(rows.num_rows)]
    uids = pa.array([event_uid("more", key) for key in keys], pa.string())
    rows = rows.select(names).set_column(0, rows.schema.field("uid"), uids)
    store.append(rows)


def seconds(act: Callable[[], object]) -> float:
    """Return how long an act takes, all of it on the disk."""
    os.sync()
    began = time.perf_counter()
    act()
    os.sync()
    return time.perf_counter() - began


def tar(folder: Path, archive: Path) -> None:
    """Put a folder in one file, as a script of the operator's would."""
    subprocess.run(["tar", "-cf", archive, "-C", folder.parent, folder.name], check=True)


def untar(archive: Path, target: Path) -> None:
    """Bring the folder back from the file."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    subprocess.run(["tar", "-xf", archive, "-C", target], check=True)


def median(values: list[float]) -> float:
    """Return the middle one of an odd number of values."""
    return sorted(values)[len(values) // 2]


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="quietude-bench-backup-") as folder:
        work = Path(folder)
        settings = filled(work)
        store = Store.open(settings.facts_dir, levels=LEVELS, timezone=TIMEZONE)
        keys = Recipients.read([make_identity(work / "key.txt")])
        identities = Identities.read(work / "key.txt")
        repository = Repository.open_or_make(work / "repository", "bench")

        def back_up() -> None:
            create(settings, repository, keys, lambda: datetime.now(UTC))

        whole = seconds(back_up)
        further: list[float] = []
        archived: list[float] = []
        for number in range(ROUNDS):
            more(store, number)
            further.append(seconds(back_up))
            archived.append(seconds(lambda: tar(settings.var_dir, work / "town.tar")))
        added = repository.index().added_bytes / 1024**2
        size = sum(path.stat().st_size for path in settings.var_dir.rglob("*") if path.is_file()) / 1024**2
        back: list[float] = []
        untarred: list[float] = []
        for number in range(ROUNDS):
            target = work / f"back-{number}"
            back.append(seconds(lambda target=target: restore(settings, repository, identities, target)))  # type: ignore[misc]
            untarred.append(seconds(lambda: untar(work / "town.tar", work / "untarred")))
            shutil.rmtree(target)
        rows = verify(repository, None, identities, work).rows
        show(whole, (further, archived), (back, untarred), f"{size:,.0f} MiB, {rows:,} rows; new: {added:.1f} MiB")
    return 0


def show(
    whole: float, backups: tuple[list[float], list[float]], back: tuple[list[float], list[float]], note: str
) -> None:
    """Print the figures."""
    further, archived = (median(each) for each in backups)
    restored, untarred = (median(each) for each in back)
    tarred = f"tar takes {archived:.1f} s; {note}"
    figures = [
        Figure(name="first backup of 1,000,000 facts", value=whole, unit="s", limit=RPO_S, note=note),
        Figure(name=f"backup after {NEW:,} more facts", value=further, unit="s", limit=RPO_S / 10, note=tarred),
        Figure(
            name=f"backup after {NEW:,} more facts, time of a plain copy",
            value=further / archived,
            unit="×",
            limit=1.0,
            peer="tar of the same folder, not encrypted",
        ),
        Figure(name="restore of 1,000,000 facts, checked", value=restored, unit="s", limit=RTO_S),
        Figure(
            name="restore, time of a plain copy back",
            value=restored / untarred,
            unit="×",
            limit=10.0,
            peer="tar -x of the same folder, neither decrypted nor checked",
        ),
    ]
    for figure in figures:
        figure.show()


if __name__ == "__main__":
    sys.exit(main())
