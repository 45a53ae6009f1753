"""Where a draft's files lie, and how they get there and go."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from quietude.ingest.api import Column, Declaration, Profile, crosswalk_text, manifest_text
from quietude.portal.wizard.models import Draft
from quietude.sources.api import Manifest, load_manifest

UPLOAD_MAX_BYTES = 200 * 2**20  # a logbook of a million lines is 150 MB; whoever has more uses a manifest
NAME_MAX = 100


def safe_name(given: str) -> str:
    """Return a file's name that is safe in any folder; wildcards of paths among what is taken out."""
    name = re.sub(r"[^\w.\- ]+", "_", Path(given.replace("\\", "/")).name).strip(". ")
    return (name or "file")[-NAME_MAX:]


def keep_upload(folder: Path, name: str, chunks: Iterable[bytes]) -> Path:
    """Write an uploaded file into a folder, alone in it, readable by its owner only; return its path."""
    making = folder.with_name(f"{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True, mode=0o700)
    path = making / safe_name(name)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in chunks:
                file.write(chunk)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)
    return folder / path.name


def upload_of(draft: Draft) -> Path | None:
    """Return the draft's file; None when it was deleted after the import or has never come."""
    folder = draft.folder / "upload"
    return next(iter(sorted(folder.iterdir())), None) if folder.is_dir() else None


def profile_of_draft(draft: Draft) -> Profile | None:
    """Return what the draft's file holds, as it was found when the file was read."""
    path = draft.folder / "profile.json"
    if not path.is_file():
        return None
    held = json.loads(path.read_text(encoding="utf-8"))
    columns = tuple(Column(**{**column, "samples": tuple(column["samples"])}) for column in held["columns"])
    head = {name: tuple(cells) for name, cells in held["head"].items()}
    return Profile(**{**held, "columns": columns, "head": head})


def keep_profile(draft: Draft, profile: Profile) -> None:
    """Keep what the draft's file holds beside it: it shows persons' words, so it goes when the file goes."""
    write_json(draft.folder / "profile.json", asdict(profile))


def write_json(path: Path, content: Any) -> None:
    """Write JSON so that a reader never sees half of it."""
    making = path.with_suffix(f".{os.getpid()}.making")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    making.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    making.replace(path)


def write_source(folder: Path, declared: Declaration, name: str, version: int) -> Path:
    """Write manifest and crosswalk into a folder laid like a town's; the manifest last, since it names the other."""
    for part in ("sources", "crosswalks", "files"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    if declared.categories or not declared.fixed.get("category"):
        _replace(folder / "crosswalks" / f"{name}.csv", crosswalk_text(declared, version=version))
    path = folder / "sources" / f"{name}.yml"
    _replace(path, manifest_text(declared, name))
    return path


def _replace(path: Path, text: str) -> None:
    making = path.with_name(f"{path.name}.making")
    making.write_text(text, encoding="utf-8")
    making.replace(path)


def written(draft: Draft) -> Manifest:
    """Return the draft's manifest, written and read as any other, with the uploaded file as its only one.

    Raises:
        ManifestError: what was declared is no manifest yet.
    """
    folder = draft.folder / "town"
    shutil.rmtree(folder, ignore_errors=True)
    path = write_source(folder, draft.declared, draft.source, draft.revision)
    (folder / "files" / draft.source).symlink_to(draft.folder / "upload")
    return load_manifest(path)


def forget_upload(draft: Draft) -> None:
    """Delete the uploaded file and all that was learnt from it; what was declared stays."""
    shutil.rmtree(draft.folder, ignore_errors=True)


def forget_folder(folder: Path) -> None:
    """Delete a folder of files that are not to be kept."""
    shutil.rmtree(folder, ignore_errors=True)
