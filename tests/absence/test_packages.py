"""No package that recognises, scores or follows persons: not locked, not installed, not in the bill of materials."""

from __future__ import annotations

import json
import re
from importlib.metadata import distributions
from pathlib import Path

import pytest
from tests.absence.denied import CAPABILITIES, denied_package
from tools import sbom

ROOT = Path(__file__).resolve().parents[2]


def locked() -> list[str]:
    """Return the names in both Python locks."""
    text = "".join(
        (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-spark.lock")
    )
    return re.findall(r"^([A-Za-z0-9._-]+)==", text, flags=re.MULTILINE)


def locked_in_the_front() -> list[str]:
    """Return the names in the lock of npm."""
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return [path.rpartition("node_modules/")[2] for path in packages if path]


def declared() -> list[str]:
    """Return what pyproject.toml and package.json ask for."""
    python = re.findall(
        r'^\s+"([A-Za-z0-9._-]+)', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    asked = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))
    return [*python, *asked.get("dependencies", {}), *asked.get("devDependencies", {})]


def installed() -> list[str]:
    """Return what the environment holds."""
    return [str(found.metadata["Name"]) for found in distributions()]


def in_the_bill() -> list[str]:
    """Return what the bill of materials names."""
    return [component["name"] for component in json.loads(sbom.make(ROOT))["components"]]


PLACES = [locked, locked_in_the_front, declared, installed, in_the_bill]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_no_excluded_package(place: object) -> None:
    names = place()  # type: ignore[operator]  # one of PLACES
    assert len(names) > 5, "nothing was read"
    forbidden = set(forbidden_by_contract()) if place is declared else set()
    assert [why for name in names if name not in forbidden and (why := denied_package(name))] == []


def forbidden_by_contract() -> list[str]:
    """Return the modules that the import contract "absence" forbids."""
    contract = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split('id = "absence"')[1].split("[[")[0]
    return re.findall(r'"([a-z0-9_]+)"', contract.split("forbidden_modules")[1])


def test_the_import_contract_forbids_something_of_every_capability() -> None:
    forbidden = set(forbidden_by_contract())
    for capability in CAPABILITIES:
        if capability.name != "scoring of persons":  # no library has that name; its fields are looked for instead
            assert forbidden & capability.modules, capability.name


PLANTED = [
    *(
        "face-recognition",
        "Face_Recognition",
        "deepface",
        "my-face-tools",
        "@vladmandic/face-api",
        "face-api.js",
        "dlib",
    ),
    *("fast-alpr", "eu-anpr", "opengait", "beegait-engine", "torchreid"),
    *("openai-whisper", "speaker-id", "pyannote.audio", "emotion-ai", "tweepy"),
]


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_package_is_found(name: str) -> None:
    assert denied_package(name) is not None


@pytest.mark.parametrize("name", ["django", "interface-types", "platedash", "typeface-inter", "maplibre-gl", "pyarrow"])
def test_a_harmless_package_is_not(name: str) -> None:
    assert denied_package(name) is None
