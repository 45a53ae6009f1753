"""A town: its configuration folder read whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl
from pydantic import Field, ValidationError, field_validator

from quietude.model.territory import Territory
from quietude.sources.duration import parse_duration
from quietude.sources.expression import Part
from quietude.sources.gazetteer_files import GazetteerFile, GazetteerSpec, read_gazetteer
from quietude.sources.logbook_file import Logbook, load_logbooks
from quietude.sources.manifest import Label, Manifest
from quietude.sources.manifest_file import load_manifest
from quietude.sources.territory_files import TerritorySpec, read_territory
from quietude.sources.yaml_file import Fault, ManifestError, faults_of, plain, read_yaml


class View(Part):
    """Where maps open."""

    lat: float = Field(description="Latitude of the centre, degrees.")
    lon: float = Field(description="Longitude of the centre, degrees.")
    zoom: float = Field(default=11.0, description="Zoom level of web maps.")


class Protection(Part):
    """Who answers for the personal data of the town."""

    controller: str = Field(min_length=1, description="The controller, with address: the town, by its mayor.")
    officer: str = Field(min_length=1, description="How the data-protection officer is reached.")
    archives: str | None = Field(default=None, description="The archives that take transfers and give visas.")
    dictation: bool = Field(
        default=False,
        description="Whether facts may be dictated by voice, by what the device offers: its maker may hear them.",
    )


class Correlation(Part):
    """Which alarms of different rules are shown together."""

    radius_m: int = Field(default=300, ge=0, le=20_000, description="How near to each other, in metres; 0 for none.")
    within: str = Field(default="PT1H", description="How soon one began after the other.")

    @field_validator("within")
    @classmethod
    def _is_short(cls, text: str) -> str:
        span = parse_duration(text)
        if span.months or not timedelta(0) < span.exact <= timedelta(days=2):
            raise ValueError(f"expected a length up to PT48H, such as PT1H, not {text!r}")
        return text


class TownSpec(Part):
    """The file `town.yml`."""

    title: Label = Field(description="Name of the town on screens.")
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166 code, for holidays and telephone numbers.")
    timezone: str = Field(description="IANA time zone, such as Europe/Paris.")
    crs: str = Field(
        pattern=r"^EPSG:\d+$", description="Projected reference system for metric work, such as EPSG:2154."
    )
    subdivision: str | None = Field(
        default=None, description="Part of the country with its own holidays, as the holidays package names it."
    )
    view: View | None = Field(default=None, description="Where maps open; the territory's extent when absent.")
    notice: Label | None = Field(
        default=None, description="What every screen says about the town's data, such as `demonstration`."
    )
    protection: Protection | None = Field(default=None, description="Who answers for personal data.")
    territory: TerritorySpec = Field(description="The nested zones.")
    gazetteer: GazetteerSpec | None = Field(default=None, description="Streets, places and addresses.")
    correlation: Correlation = Field(
        default_factory=Correlation, description="Which alarms are shown together, near in place and time."
    )
    places: Mapping[str, tuple[GazetteerFile, ...]] = Field(
        default_factory=dict, description="Lists of places that rules name, such as schools: the files of each."
    )

    @field_validator("timezone")
    @classmethod
    def _exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no such time zone {name!r}; expected an IANA name such as Europe/Paris") from error
        return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """One town's configuration, read and checked."""

    name: str
    """The folder's name."""
    folder: Path
    data_dir: Path
    title: Label
    country: str
    subdivision: str | None
    timezone: str
    crs: str
    view: View | None
    notice: Label | None
    protection: Protection | None
    territory: Territory
    gazetteer: GazetteerSpec | None
    places: Mapping[str, tuple[GazetteerFile, ...]] = field(default_factory=dict)
    """Files of the lists of places that rules name."""
    correlation: Correlation = field(default_factory=Correlation)
    sources: Mapping[str, Manifest]
    """Manifests by name, in the order of the names; those of the logbooks last."""
    logbooks: Mapping[str, Logbook] = field(default_factory=dict)
    """Logbooks that are written in the portal, by name; each is a source too."""


def load_town(folder: Path, data_dir: Path, *, made_here: Path | None = None) -> Town:
    """Return the town configured in `folder`; relative paths of data start from `data_dir`.

    `made_here` is laid like a town's folder and holds the sources that were declared in the portal. Where both have
    a source of one name the town's own counts: what was exported to the town's repository replaces what it came from.

    Raises:
        ManifestError: a file of the configuration cannot be used; all its faults are named.
        TerritoryError: the zones cannot be read.
    """
    path = folder / "town.yml"
    document, marks = read_yaml(path)
    try:
        spec = TownSpec.model_validate(plain(document))
    except ValidationError as error:
        raise ManifestError(path, faults_of(error, TownSpec, marks)) from error
    manifests, logbooks = load_manifests(folder), load_logbooks(folder)
    for name, logbook in logbooks.items():
        if name in manifests:
            raise ManifestError(logbook.path, [Fault(1, 1, f"a source {name!r} exists already; rename the logbook")])
        manifests[name] = logbook.manifest()
    return Town(
        name=folder.name,
        folder=folder,
        data_dir=data_dir,
        title=spec.title,
        country=spec.country,
        subdivision=spec.subdivision,
        timezone=spec.timezone,
        crs=spec.crs,
        view=spec.view,
        notice=spec.notice,
        protection=spec.protection,
        territory=read_territory(spec.territory, folder, data_dir),
        gazetteer=spec.gazetteer,
        places=spec.places,
        correlation=spec.correlation,
        sources={**(load_manifests(made_here) if made_here is not None else {}), **manifests},
        logbooks=logbooks,
    )


def read_places(town: Town) -> dict[str, pl.DataFrame]:
    """Return the lists of places that rules name, columns `name`, `lon`, `lat`; one whose files are missing is empty.

    Raises:
        GazetteerError: a file lacks a declared column or cannot be parsed.
    """
    return {
        name: read_gazetteer(GazetteerSpec(files=files), town.folder, town.data_dir).select("name", "lon", "lat")
        for name, files in town.places.items()
    }


def load_manifests(folder: Path) -> dict[str, Manifest]:
    """Return a town's manifests by name.

    Raises:
        ManifestError: a manifest cannot be used, or two have one name.
    """
    manifests: dict[str, Manifest] = {}
    for path in sorted((folder / "sources").glob("*.yml")):
        manifest = load_manifest(path)
        if manifest.name in manifests:
            raise ManifestError(path, [Fault(1, 1, f"a source {manifest.name!r} exists already")])
        manifests[manifest.name] = manifest
    return manifests
