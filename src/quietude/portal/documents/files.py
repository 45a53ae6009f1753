"""Where files of documents and pictures of their pages lie; both go at once, with the last row that names them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from filelock import FileLock

from quietude.portal.town import installation
from quietude.portal.uploads.keeping import Vault


def vault() -> Vault:
    """Return where the files are kept: each once, under the SHA-256 of its content."""
    return Vault(installation().documents_dir)


def pictures_dir(sha256: str) -> Path:
    """Return the folder of the pictures of a file's pages.

    Raises:
        ValueError: this is no SHA-256, so that no address leads out of the folder.
    """
    vault().path(sha256)
    return installation().document_pages_dir / sha256[:2] / sha256[2:]


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other thread or process adds or erases files: one that is erased must not be added meanwhile."""
    folder = installation().documents_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / ".lock"):
        yield


def forget_later(digests: Sequence[str]) -> None:
    """Erase files and their pictures when the transaction is final, unless another row still names them."""
    transaction.on_commit(partial(forget, digests))


def forget(digests: Sequence[str]) -> None:
    """Erase files and their pictures now, unless a row names them."""
    with alone():
        for digest in digests:
            if not is_named(digest):
                shutil.rmtree(pictures_dir(digest), ignore_errors=True)
                vault().forget(digest)


def is_named(digest: str) -> bool:
    """Tell whether a version's file, or its archive, lies under a digest."""
    return bool(apps.get_model("documents.Version").objects.filter(Q(sha256=digest) | Q(archive=digest)).exists())
