"""Stores for tests, on each engine."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from tests.model.strategies import LEVELS, TIMEZONE

from quietude.model.viewer import Viewer
from quietude.store.api import Engine, Store

NOON = datetime(2021, 6, 1, 12, tzinfo=UTC)

EVERYONE = Viewer.system("test")

ENGINES = [pytest.param("duckdb"), pytest.param("spark", marks=pytest.mark.spark)]


@cache
def _laid() -> Path:
    """Return a folder with empty tables, laid once: copying it is quicker than laying it for each test."""
    folder = Path(mkdtemp(prefix="quietude-laid-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Store.open(folder, levels=LEVELS, timezone=TIMEZONE)
    return folder


def opened(folder: Path, engine: Engine = "duckdb") -> Store:
    """Open a store whose clock stands at noon."""
    if not (folder / "store.json").exists():
        shutil.copytree(_laid(), folder, dirs_exist_ok=True)
    return Store.open(folder, levels=LEVELS, timezone=TIMEZONE, engine=engine, clock=lambda: NOON)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return opened(tmp_path / "facts")


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return a small local Spark, one for all tests: it starts slowly."""
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed; pip install quietude[spark]")
    if shutil.which("java") is None:
        pytest.skip("no Java here; Spark needs one")
    builder = sql.SparkSession.builder.master("local[1]").appName("quietude-tests")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.codegen.wholeStage": "false",  # compiling takes longer than these small answers
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.files.openCostInBytes": "0",  # all small files in one task
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(params=ENGINES)
def open_store(request: pytest.FixtureRequest) -> Callable[[Path], Store]:
    """Return how to open a store on each engine in turn."""
    engine: Engine = request.param
    wanted = {"spark": ["spark_session"], "duckdb": []}[engine]
    for name in wanted:
        request.getfixturevalue(name)
    return lambda folder: opened(folder, engine)
