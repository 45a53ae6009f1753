"""Photographs made on the spot, entries to attach them to, and the folder where the files are kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings
from tests.portal.logbook.conftest import at_work, write, writer

from quietude.portal.accounts.models import User
from quietude.portal.attachments import acts
from quietude.portal.attachments.models import Attachment
from quietude.portal.attachments.taking import take
from quietude.portal.logbook.models import Entry

__all__ = ["at_work", "write", "writer"]

GPS = 0x8825
WHERE = (43.0, 17.0, 30.0)
MAKER = "CANARY-TELEPHONE"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
Attach = Callable[..., Attachment]


def photograph(size: tuple[int, int] = (320, 240), form: str = "JPEG") -> bytes:
    """Return a picture of many colours that says where and with what it was taken."""
    picture = Image.linear_gradient("L").resize(size)
    picture = Image.merge("RGB", (picture, picture.rotate(90).resize(size), picture.rotate(180)))
    exif = Image.Exif()
    exif[0x010F] = MAKER
    exif.get_ifd(GPS)[2] = WHERE
    written = io.BytesIO()
    picture.save(written, format=form, exif=exif, quality=92)
    return written.getvalue()


def sent(content: bytes, name: str = "IMG_2041.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    """Return a file as a form brings it."""
    return SimpleUploadedFile(name, content, kind)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Return the folder of the attached files, of this test alone."""
    settings.QUIETUDE = replace(settings.QUIETUDE, var_dir=tmp_path)
    return settings.QUIETUDE.attachments_dir  # type: ignore[no-any-return]  # pytest-django types no setting


def files_in(folder: Path) -> list[Path]:
    """Return the files that are there."""
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def attach(writer: User, write: Callable[..., Entry]) -> Attach:
    """Return what attaches a photograph to a new entry, or to a given one."""

    def made(
        entry: Entry | None = None, content: bytes | None = None, by: User | None = None, **said: Any
    ) -> Attachment:
        taken = take(sent(content or photograph()))
        return acts.attach(by or writer, entry or write(), taken, key=uuid4(), **said)

    return made
