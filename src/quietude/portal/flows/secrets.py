"""Secrets that manifests name: each a file of one folder, as systemd, Docker and Kubernetes lay them down."""

from __future__ import annotations

from quietude.portal.town import installation

LARGEST = 4096


class NoSecretError(LookupError):
    """There is no such secret; the message says what to do and holds nothing of one."""


def secrets_of(name: str) -> tuple[str, ...]:
    """Return the secrets of a name, one a line: an old and a new one while a sender changes over.

    Raises:
        NoSecretError: there is no folder, no such file, or nothing in it.
    """
    folder = installation().secrets_dir
    if folder is None:
        raise NoSecretError(f"the secret {name!r} is needed: set QUIETUDE_SECRETS_DIR to the folder that holds it")
    try:
        text = (folder / name).read_bytes()[:LARGEST].decode()
    except (OSError, UnicodeDecodeError) as error:
        raise NoSecretError(f"the secret {name!r} cannot be read: put it into a file of that name") from error
    found = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not found:
        raise NoSecretError(f"the file of the secret {name!r} is empty")
    return found
