"""Files of a backup, decrypted and checked byte for byte."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from quietude.backup.encryption import Identities
from quietude.backup.manifest import FileEntry, Index, Manifest
from quietude.backup.problem import DamagedError, WrongKeyError, explaining_disk
from quietude.backup.repository import Repository


def read_manifest(repository: Repository, index: Index, identities: Identities) -> Manifest:
    """Open the manifest of a backup.

    Raises:
        WrongKeyError: the backup was made for others.
        DamagedError: it cannot be read.
    """
    sealed = repository.get(index.manifest, index.objects[index.manifest])
    try:
        return Manifest.of(identities.unseal(sealed, f"backup {index.name}"))
    except WrongKeyError as error:
        raise WrongKeyError(f"{error}: it was made for {', '.join(index.recipients)}") from error
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise DamagedError(f"the manifest of backup {index.name} cannot be read: {error}") from error


def write_files(
    repository: Repository,
    index: Index,
    identities: Identities,
    folder: Path,
    *,
    files: tuple[FileEntry, ...],
) -> None:
    """Write files of a backup under a folder, each checked against its digest.

    Raises:
        DamagedError: a file is not what was backed up; it is named.
        BackupError: there is no space.
    """
    with explaining_disk(folder, "nothing was restored, the backup is untouched"):
        for entry in files:
            path = _inside(folder, entry.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with path.open("wb") as file:
                for name in entry.pieces:
                    content = _piece(repository, index, identities, entry, name)
                    digest.update(content)
                    file.write(content)
            if digest.hexdigest() != entry.sha256:
                raise DamagedError(f"{entry.path} of backup {index.name} is damaged: its digest is not the one noted")
            path.chmod(entry.mode)


def _piece(repository: Repository, index: Index, identities: Identities, entry: FileEntry, name: str) -> bytes:
    try:
        sealed = repository.get(name, index.objects[name])
        return identities.unseal(sealed, str(repository.object_path(name)))
    except (DamagedError, KeyError) as error:
        raise DamagedError(f"{error}. It holds a part of {entry.path} of backup {index.name}") from error


def _inside(folder: Path, name: str) -> Path:
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts:
        raise DamagedError(f"the backup names a file outside its folder: {name!r}")
    return folder / parts
