"""A town of a few manifests, held in memory: what registers and durations are made from."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.ingest.little_town import MANIFEST

from quietude.model.territory import Level, Territory
from quietude.sources.api import Label, Manifest, Protection, Town, manifest_from

CONTROLLER = "Commune de Petiteville, 1 place de la Mairie"


def manifest(name: str, **changes: Any) -> Manifest:
    """Return a manifest by that name, of a source that says all it has to."""
    content = {"purpose": "Tranquillité publique", "notice": "Affichage en mairie", **MANIFEST, **changes}
    made = manifest_from(content)
    return made.bind(name=name, path=Path(f"{name}.yml"), marks=made.marks)


def town(*manifests: Manifest, is_protected: bool = True) -> Town:
    """Return a town of these sources."""
    protection = Protection(controller=CONTROLLER, officer="dpo@petiteville.example", archives="Archives municipales")
    return Town(
        name="petiteville",
        folder=Path("petiteville"),
        data_dir=Path("data"),
        title=Label(fr="Petiteville", en="Littletown"),
        country="FR",
        subdivision=None,
        timezone="Europe/Paris",
        crs="EPSG:2154",
        view=None,
        notice=None,
        protection=protection if is_protected else None,
        territory=Territory(levels=tuple(Level(name=name, labels={}, zones=()) for name in ("quarter",))),
        gazetteer=None,
        sources=MappingProxyType({each.name: each for each in manifests}),
    )
