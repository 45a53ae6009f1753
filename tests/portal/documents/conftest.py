"""Documents made on the spot, an engine that reads them without any program, and the folder where they are kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from pytest_django import Settings
from tests.portal.conftest import MakeUser

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.documents import acts, engine, extracting
from quietude.portal.documents.models import Document
from quietude.portal.services.models import Membership, Service

LONG_AGO = "2020-01-01"
Add = Callable[..., Document]


def pdf(text: str) -> bytes:
    """Return what passes for a PDF, each page of `text` after a form feed."""
    return b"%PDF-1.7\n" + text.encode() + b"\n%%EOF\n"


def read(path: Path, media_type: str, work_dir: Path) -> engine.Reading:
    """Read such a PDF: words stand one under the other, each as wide as a tenth of the page."""
    text = path.read_bytes().decode().removeprefix("%PDF-1.7\n").removesuffix("\n%%EOF\n")
    pages = [
        engine.ReadPage(
            said, 100.0, 200.0,
            tuple((word, 0.1, 0.05 * row, 0.2, 0.05 * row + 0.02) for row, word in enumerate(said.split(), 1)),
            "text", None,
        )
        for said in text.split("\f")
    ]  # fmt: skip
    archive = work_dir / "archive.pdf"
    archive.write_bytes(pdf(f"archived {text}"))
    return engine.Reading(tuple(pages), "fr", archive)


def draw(path: Path, page: int, width_px: int) -> bytes:
    """Draw a grey page."""
    written = io.BytesIO()
    Image.new("L", (width_px, 2 * width_px), 200).save(written, "WEBP")
    return written.getvalue()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the town, of this test alone; documents are read by the engine above."""
    settings.QUIETUDE = replace(settings.QUIETUDE, var_dir=tmp_path)
    monkeypatch.setattr(engine, "read", read)
    monkeypatch.setattr(engine, "draw", draw)
    return tmp_path / "valcombe"


@pytest.fixture
def service(db: None) -> Service:
    """Return a service."""
    return Service.objects.create(
        code="pm",
        title_fr="Police municipale",
        title_en="Municipal police",
        kind="municipal_police",
        opened_on=LONG_AGO,
    )


@pytest.fixture
def author(make_user: MakeUser) -> User:
    """Return a supervisor, who adds and keeps documents."""
    return make_user(Role.SUPERVISOR, username="author")


@pytest.fixture
def add(author: User) -> Add:
    """Return what adds a document and reads it: add("texte", kind="report", title="…")."""

    def make(text: str = "Arrêté du maire", *, is_read: bool = True, **said: object) -> Document:
        taken = acts.take("scan.pdf", pdf(text))
        made = acts.add(author, None, taken, acts.Said(**said))  # type: ignore[arg-type]  # fields by name
        if is_read:
            assert extracting.once(timezone.now())
        return made

    return make


def joined(person: User, service: Service) -> User:
    """Have a person belong to a service."""
    Membership.objects.create(person=person, service=service, since=LONG_AGO, given_by="test")
    return person


def bytes_of(folder: Path) -> bytes:
    """Return all that lies in a folder, names included."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return b"".join(str(path).encode() + path.read_bytes() for path in files)
