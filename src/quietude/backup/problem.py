"""What can go wrong with a backup, said with the remedy."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class BackupError(RuntimeError):
    """A backup cannot be made, read or brought back; the message says why, what is safe, and the remedy."""


class WrongKeyError(BackupError):
    """None of the private keys at hand opens the backup."""


class DamagedError(BackupError):
    """A file of the repository is missing or is not what was written."""


class BusyError(BackupError):
    """Another run holds the repository."""


@contextmanager
def explaining_disk(folder: Path, state: str) -> Iterator[None]:
    """Turn an error of the file system into one that says what is safe and what to do.

    Args:
        folder: what is being written.
        state: what has become of the work by then, and what is safe.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise BackupError(f"no space left for {folder}: {state}. Free some space, then run it again.") from error
        raise BackupError(f"{error.filename or folder}: {error.strerror or error}: {state}.") from error
