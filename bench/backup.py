"""Backups: what five more minutes cost, how soon the town is back and answers, against tar of the folder.

Of a million facts; of as many as are named: `python -m bench.backup 20000000` (once, it takes long to make them).
The portal's database is SQLite, or what QUIETUDE_BENCH_DATABASE_URL names: an empty one of PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
import pyarrow as pa

from bench.figure import Figure
from bench.logbook_agents import prepare, served
from bench.store_facts import LEVELS, TIMEZONE, fill
from quietude.backup.api import Identities, Recipients, Repository, create, make_identity, restore, verify
from quietude.config import Settings
from quietude.model.event import event_schema
from quietude.model.filter.question import Filter
from quietude.model.identity import event_uid
from quietude.model.viewer import Viewer
from quietude.store.api import Store

FACTS = 1_000_000
MANY = 10_000_000  # from here on each figure is taken once
NEW = 1_000  # a town of 20 million facts in three years has 64 in five minutes
RPO_S = 300  # issue 3: at most five minutes are lost
RTO_S = 1_800 / 20_000_000  # issue 3: back within 30 minutes on 20 M events, so much an event
ROUNDS = 3
AGENTS = 50
BACK = "quietude_bench_back"
"""Database of PostgreSQL that a restore is brought into."""
TOWN = """
title: {fr: "Banc", en: "Bench"}
country: FR
timezone: Europe/Paris
crs: EPSG:2154
territory:
  levels:
    - {name: arrondissement, labels: {fr: Arr., en: Arr.}, zones: [{code: "1", name: "1", boxes: [[5, 43, 6, 44]]}]}
    - {name: quartier, labels: {fr: Q., en: Q.}, zones: [{code: "1", name: "1", boxes: [[5, 43, 6, 44]]}]}
"""
ROOT = Path(__file__).resolve().parent.parent


def filled(work: Path, facts: int) -> Settings:
    """Return a town with so many facts; the facts are made once and kept between runs."""
    kept = Path(os.environ.get("QUIETUDE_VAR_DIR", ROOT / "var")) / "bench" / f"store-{facts}"
    kept.mkdir(parents=True, exist_ok=True)
    fill(kept, facts)
    url = os.environ.get("QUIETUDE_BENCH_DATABASE_URL")
    towns = work / "towns"
    (towns / "bench").mkdir(parents=True)
    (towns / "bench" / "town.yml").write_text(TOWN, encoding="utf-8")
    settings = Settings(town="bench", towns_dir=towns, data_dir=work, var_dir=work / "var", database_url=url)
    settings.facts_dir.parent.mkdir(parents=True)
    shutil.copytree(kept, settings.facts_dir)
    prepare(settings, AGENTS, "bench")
    return settings


def answers(settings: Settings) -> None:
    """Ask a restored store once, and a portal that serves it for the page of sign-in."""
    Store.reopen(settings.facts_dir).count(Viewer.system("bench"), Filter())
    with served(settings) as (_, address), urllib.request.urlopen(f"{address}/sign-in/", timeout=60) as page:
        if b"<form" not in page.read():
            raise RuntimeError("the restored portal shows no sign-in")


@contextmanager
def place_for(settings: Settings) -> Iterator[str | None]:
    """Yield the address of an empty database beside the installation's own, dropped afterwards; None on SQLite."""
    if settings.database_url is None:
        yield None
        return
    drop = f"DROP DATABASE IF EXISTS {BACK} WITH (FORCE)"
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(f"CREATE DATABASE {BACK}")
        yield f"{settings.database_url.rpartition('/')[0]}/{BACK}"
        connection.execute(drop)


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
    taken = time.perf_counter() - began
    print(f"  {taken:.1f} s", flush=True)
    return taken


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
    facts = int(sys.argv[1]) if len(sys.argv) > 1 else FACTS
    rounds = 1 if facts >= MANY else ROUNDS
    with tempfile.TemporaryDirectory(prefix="quietude-bench-backup-", dir=os.environ.get("TMPDIR")) as folder:
        work = Path(folder)
        settings = filled(work, facts)
        store = Store.open(settings.facts_dir, levels=LEVELS, timezone=TIMEZONE)
        keys = Recipients.read([make_identity(work / "key.txt")])
        identities = Identities.read(work / "key.txt")
        repository = Repository.open_or_make(work / "repository", "bench")

        def back_up() -> None:
            create(settings, repository, keys, lambda: datetime.now(UTC))

        taken: dict[str, list[float]] = {name: [] for name in ("further", "archived", "back", "answered", "untarred")}
        whole = seconds(back_up)
        for number in range(rounds):
            more(store, number)
            taken["further"].append(seconds(back_up))
            taken["archived"].append(seconds(lambda: tar(settings.var_dir, work / "town.tar")))
        added = repository.index().added_bytes / 1024**2
        size = sum(path.stat().st_size for path in settings.var_dir.rglob("*") if path.is_file()) / 1024**2
        for number in range(rounds):
            target = work / f"back-{number}"
            back = replace(settings, towns_dir=target / "towns", var_dir=target / "var")
            with place_for(settings) as url:
                taken["back"].append(
                    seconds(partial(restore, settings, repository, identities, target, database_url=url))
                )
                taken["answered"].append(seconds(partial(answers, replace(back, database_url=url))))
            taken["untarred"].append(seconds(lambda: untar(work / "town.tar", work / "untarred")))
            shutil.rmtree(target)
        proven = seconds(lambda: verify(repository, None, identities, work))
        note = f"{size:,.0f} MiB; new: {added:.1f} MiB"
        show(facts, {"whole": whole, "proven": proven} | {name: median(each) for name, each in taken.items()}, note)
    return 0


def show(facts: int, taken: dict[str, float], note: str) -> None:
    """Print the figures."""
    tarred = f"tar takes {taken['archived']:.1f} s; {note}"
    untarred = f"tar -x takes {taken['untarred']:.1f} s"
    named, back = f"{facts:,} facts", taken["back"] + taken["answered"]
    figures = [
        Figure(name=f"first backup of {named}", value=taken["whole"], unit="s", limit=RPO_S, note=tarred),
        Figure(
            name="first backup, time of a plain copy",
            value=taken["whole"] / taken["archived"],
            unit="×",
            limit=10.0,
            peer="tar of the same folder, not encrypted",
        ),
        Figure(
            name=f"backup after {NEW:,} more facts", value=taken["further"], unit="s", limit=RPO_S / 10, note=tarred
        ),
        Figure(
            name=f"backup after {NEW:,} more facts, time of a plain copy",
            value=taken["further"] / taken["archived"],
            unit="×",
            limit=1.0,
            peer="tar of the same folder, not encrypted",
        ),
        Figure(
            name=f"restore of {named}, checked, until the portal answers",
            value=back,
            unit="s",
            limit=facts * RTO_S,
            note=f"start and first answers: {taken['answered']:.1f} s; {untarred}",
        ),
        Figure(
            name="restore, time of a plain copy back",
            value=taken["back"] / taken["untarred"],
            unit="×",
            limit=10.0,
            peer="tar -x of the same folder, neither decrypted nor checked",
        ),
        Figure(name="proof with the private key", value=taken["proven"], unit="s", limit=facts * RTO_S),
    ]
    for figure in figures:
        figure.show()


if __name__ == "__main__":
    sys.exit(main())
