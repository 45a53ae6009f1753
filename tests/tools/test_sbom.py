"""The bill of materials: valid, whole, and the same each time."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from tools import sbom

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    """Return the bill of the present locks."""
    made: dict[str, Any] = json.loads(sbom.make())
    return made


def test_it_is_valid_by_the_schema_of_cyclonedx(bill: dict[str, Any]) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None


def test_a_bill_that_is_not_valid_is_found(bill: dict[str, Any]) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps({**bill, "colour": "blue"})) is not None


def test_every_locked_package_is_in_it_with_its_version(bill: dict[str, Any]) -> None:
    purls = {component["purl"] for component in bill["components"]}
    locks = "".join(
        (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-spark.lock")
    )
    python = {
        f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", locks, flags=re.MULTILINE)
    }
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    front = {
        f"pkg:npm/{path.rpartition('node_modules/')[2].replace('@', '%40')}@{package['version']}"
        for path, package in packages.items()
        if path
    }
    assert len(python) > 50
    assert len(front) > 5
    assert purls == python | front


def test_every_package_has_the_digest_of_what_is_installed(bill: dict[str, Any]) -> None:
    assert [component["name"] for component in bill["components"] if not component.get("hashes")] == []


def test_the_product_depends_on_all_of_it(bill: dict[str, Any]) -> None:
    own = next(entry for entry in bill["dependencies"] if entry["ref"] == "quietude")
    assert len(own["dependsOn"]) == len(bill["components"])
    assert bill["metadata"]["component"]["name"] == "quietude"


def test_the_same_locks_give_the_same_bytes() -> None:
    assert sbom.make() == sbom.make()
    assert "timestamp" not in sbom.make()


def test_another_lock_gives_another_serial_number(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "requirements.lock", "requirements-spark.lock", "web/package-lock.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    lock = tmp_path / "requirements.lock"
    lock.write_text(lock.read_text(encoding="utf-8") + "deepface==0.0.99 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    changed = json.loads(sbom.make(tmp_path))
    assert changed["serialNumber"] != json.loads(sbom.make())["serialNumber"]
    assert "deepface" in {component["name"] for component in changed["components"]}
