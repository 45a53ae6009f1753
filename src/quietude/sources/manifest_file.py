"""Manifests read from their files."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import ValidationError

from quietude.sources.manifest import Manifest
from quietude.sources.yaml_file import Fault, ManifestError, faults_of, plain, read_yaml

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def load_manifest(path: Path) -> Manifest:
    """Return the manifest of one source; its name is the file's, its crosswalk is looked for in the town's folder.

    Raises:
        ManifestError: the file cannot be used; every fault names line, column, value, what is expected and a remedy.
    """
    document, marks = read_yaml(path)
    if _NAME.fullmatch(path.stem) is None:
        raise ManifestError(
            path,
            [Fault(1, 1, f"a source's name is lower-case ASCII, digits and _, not {path.stem!r}; rename the file")],
        )
    try:
        manifest = Manifest.model_validate(plain(document))
    except ValidationError as error:
        raise ManifestError(path, faults_of(error, Manifest, marks)) from error
    manifest.bind(name=path.stem, path=path, marks=marks)
    crosswalk = manifest.crosswalk_path()
    if crosswalk is not None and not crosswalk.is_file():
        line, column = marks.find(("map", "category", "crosswalk"))
        raise ManifestError(
            path,
            [Fault(line, column, f"map.category.crosswalk: {crosswalk} does not exist; write it or correct the path")],
        )
    return manifest
