"""Writes the bill of materials: every package of both Python locks and of the npm lock, as CycloneDX 1.6.

python tools/sbom.py              writes var/sbom.json
python tools/sbom.py FILE         writes FILE

The same locks give the same bytes: no clock, and a serial number made of the contents.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
VERSION = SchemaVersion.V1_6
LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<rest>(?:.*\\\n)*.*)$", re.MULTILINE)
DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")
NPM_HASHES = {"sha512": HashAlgorithm.SHA_512, "sha1": HashAlgorithm.SHA_1, "sha256": HashAlgorithm.SHA_256}


def python_components(lock: str, scope: ComponentScope) -> Iterator[Component]:
    """Yield the packages of a lock of pip, with the digests of every file that may be installed."""
    for match in LOCKED.finditer(lock):
        name, version = match["name"], match["version"]
        plain = re.sub(r"[-_.]+", "-", name).lower()
        yield Component(
            type=ComponentType.LIBRARY,
            name=name,
            version=version,
            purl=PackageURL("pypi", None, plain, version),
            bom_ref=f"pypi:{plain}@{version}",
            scope=scope,
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in DIGEST.findall(match["rest"])],
        )


def npm_components(lock: dict[str, Any]) -> Iterator[Component]:
    """Yield the packages of a lock of npm; those that only build are optional."""
    for path, package in lock["packages"].items():
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        group, _, short = name.rpartition("/")
        kind, _, digest = package.get("integrity", "").partition("-")
        hashes = [HashType(alg=NPM_HASHES[kind], content=base64.b64decode(digest).hex())] if digest else []
        licence = [LicenseExpression(package["license"])] if _is_expression(package.get("license")) else []
        yield Component(
            type=ComponentType.LIBRARY,
            group=group or None,
            name=short,
            version=package["version"],
            purl=PackageURL("npm", group or None, short, package["version"]),
            bom_ref=f"npm:{path}@{package['version']}",
            scope=ComponentScope.OPTIONAL if package.get("dev") or package.get("optional") else ComponentScope.REQUIRED,
            hashes=hashes,
            licenses=licence,
        )


def _is_expression(licence: object) -> bool:
    return isinstance(licence, str) and re.fullmatch(r"[A-Za-z0-9.+() -]+", licence) is not None


def make(root: Path = ROOT) -> str:
    """Return the bill of materials as JSON."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bom = Bom()
    bom.metadata.component = Component(
        type=ComponentType.APPLICATION,
        name=project["name"],
        version=project["version"],
        bom_ref="quietude",
        licenses=[LicenseExpression(project["license"])],
        purl=PackageURL("pypi", None, project["name"], project["version"]),
    )
    found = [
        *python_components((root / "requirements.lock").read_text(encoding="utf-8"), ComponentScope.REQUIRED),
        *python_components((root / "requirements-spark.lock").read_text(encoding="utf-8"), ComponentScope.OPTIONAL),
        *npm_components(json.loads((root / "web" / "package-lock.json").read_text(encoding="utf-8"))),
    ]
    by_ref = {str(component.bom_ref.value): component for component in reversed(found)}  # required wins over optional
    bom.components.update(by_ref.values())
    bom.register_dependency(bom.metadata.component, by_ref.values())
    content = json.loads(make_outputter(bom, OutputFormat.JSON, VERSION).output_as_string())
    content["metadata"].pop("timestamp", None)
    content.pop("serialNumber", None)
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
    content["serialNumber"] = f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}"
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the bill of materials."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "sbom.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(make(), encoding="utf-8")
    print(f"{path}: {len(json.loads(path.read_text(encoding='utf-8'))['components'])} packages")


if __name__ == "__main__":
    main()
