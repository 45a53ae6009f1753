"""Pictures of pages: drawn apart at first sight, kept beside the file, gone with it."""

from __future__ import annotations

import os
import secrets
from threading import BoundedSemaphore

from quietude.portal.documents import engine, files
from quietude.portal.documents.models import State, Version

DRAWING = BoundedSemaphore(2)
"""So many pages are drawn at once, whoever asks for how many: the others wait."""


class NoPictureError(LookupError):
    """There is no such page, or it cannot be drawn."""


def picture_of(version: Version, page: int, width_px: int) -> bytes:
    """Return the picture of a page (WebP), drawn now where it was not yet.

    Raises:
        NoPictureError: there is no such page, or it cannot be drawn.
    """
    if version.state != State.EXTRACTED or not version.pages.filter(number=page, has_image=True).exists():
        raise NoPictureError(f"{version}: page {page}")
    path = files.pictures_dir(version.sha256) / f"{page}-{width_px}.webp"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    with DRAWING:
        try:
            drawn = engine.draw(files.vault().path(version.sha256), page, width_px)
        except (engine.NotReadError, OSError) as error:
            raise NoPictureError(str(error)) from error
    with files.alone():
        if files.is_named(version.sha256):  # it may have been deleted while its page was drawn
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(drawn)
            beside.replace(path)
    return drawn
