"""A little town with everything a backup holds, and keys to it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.portal.made_up import Recipe, facts

from quietude.backup.api import (
    Identities,
    Index,
    Recipients,
    Repository,
    Restored,
    Verified,
    create,
    make_identity,
    restore,
    verify,
)
from quietude.config import Settings
from quietude.ingest.api import Ledger
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.sources.api import Town, load_town
from quietude.store.api import Store

TOWNS = Path(__file__).resolve().parents[1] / "portal" / "towns"
UNTIL = datetime(2026, 6, 17, 10, 20, tzinfo=UTC)
EVERYONE = Viewer.system("test")
ROOT = TOWNS.parents[2]
BackUp = Callable[..., Index]
BringBack = Callable[..., Restored]
Prove = Callable[..., Verified]
RunApart = Callable[..., "subprocess.Popen[str]"]
APART = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from quietude.backup.api import BackupError, Recipients, Repository, create
from quietude.config import Settings
root, repository, key = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
settings = Settings(town="valcombe", towns_dir=root / "towns", data_dir=root, var_dir=root / "var")
print("ready", flush=True)
try:
    create(settings, Repository.open_or_make(repository, "valcombe"), Recipients.read([key]), lambda: datetime.now(UTC))
except BackupError as error:
    print(error, flush=True)
"""


def now() -> datetime:
    return datetime.now(UTC)


def uids(store: Store) -> set[str]:
    return set(store.query(EVERYONE, Filter(), columns=("uid",))["uid"].to_pylist())


@pytest.fixture(scope="session")
def valcombe() -> Town:
    return load_town(TOWNS / "valcombe", TOWNS)


@pytest.fixture(scope="session")
def some_facts(valcombe: Town) -> Callable[..., pa.Table]:
    """Return a maker of facts: some_facts(days=3, per_day=4, source="logbook")."""

    def make(**recipe: object) -> pa.Table:
        return facts(valcombe.territory, Recipe(**{"until": UNTIL, "days": 40, "per_day": 6, **recipe}))  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, valcombe: Town, some_facts: Callable[..., pa.Table]) -> Path:
    """Return a folder with a town's var and towns folders, laid once: copying it is quicker."""
    root = tmp_path_factory.mktemp("town")
    shutil.copytree(TOWNS, root / "towns")
    folder = root / "var" / "valcombe"
    store = Store.open(folder / "facts", levels=valcombe.territory.level_names, timezone=valcombe.timezone)
    store.append(some_facts())
    store.maintain()
    Ledger(folder / "ledger.sqlite3")
    with sqlite3.connect(folder / "portal.sqlite3") as portal:
        portal.execute("PRAGMA journal_mode = WAL")
        portal.execute("CREATE TABLE account (name TEXT)")
        portal.executemany("INSERT INTO account VALUES (?)", [(f"account {number}",) for number in range(500)])
    portal.close()
    (folder / "gazetteer").mkdir()
    (folder / "gazetteer" / "streets.txt").write_text("rue de la Mer\n", encoding="utf-8")
    (root / "var" / "secret.key").write_text("not really secret", encoding="ascii")
    (root / "var" / "secret.key").chmod(0o600)
    return root


@pytest.fixture
def settings(tmp_path: Path, template: Path) -> Settings:
    """Return the settings of a town of the test's own."""
    shutil.copytree(template, tmp_path / "town")
    return Settings(
        town="valcombe", towns_dir=tmp_path / "town" / "towns", data_dir=tmp_path, var_dir=tmp_path / "town" / "var"
    )


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a private key; its public key is in its first line."""
    path = tmp_path_factory.mktemp("keys") / "key.txt"
    make_identity(path)
    return path


@pytest.fixture(scope="session")
def public_key(key_file: Path) -> str:
    return key_file.read_text(encoding="ascii").splitlines()[0].rpartition(" ")[2]


@pytest.fixture(scope="session")
def recipients(public_key: str) -> Recipients:
    return Recipients.read([public_key])


@pytest.fixture(scope="session")
def identities(key_file: Path) -> Identities:
    return Identities.read(key_file)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.open_or_make(tmp_path / "repository", "valcombe")


@pytest.fixture
def back_up(settings: Settings, repository: Repository, recipients: Recipients) -> BackUp:
    """Return how to back the town up: back_up()."""

    def make(clock: Callable[[], datetime] = now, of: Settings = settings) -> Index:
        return create(of, repository, recipients, clock)

    return make


@pytest.fixture
def bring_back(settings: Settings, repository: Repository, identities: Identities, tmp_path: Path) -> BringBack:
    """Return how to restore into the folder "back": bring_back(name=…, target=…, database_url=…)."""

    def bring(*, target: Path | None = None, **asked: Any) -> Restored:
        return restore(settings, repository, identities, target or tmp_path / "back", **asked)

    return bring


@pytest.fixture
def prove(repository: Repository, identities: Identities, tmp_path: Path) -> Prove:
    """Return how to verify a backup with the private key: prove("2026…"), the newest by default."""
    return lambda name=None: verify(repository, name, identities, tmp_path)


@pytest.fixture
def run_apart(settings: Settings, repository: Repository, public_key: str) -> RunApart:
    """Return how to start a backup in a process of its own: run_apart(code before it)."""

    def start(before: str = "") -> subprocess.Popen[str]:
        code = before + APART
        command = [sys.executable, "-c", code, str(settings.var_dir.parent), str(repository.path), public_key]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=settings.data_dir
        )

    return start
