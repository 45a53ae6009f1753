"""A file is taken within its size, of its type, looked at by the scanner; its name is cleaned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from tests.portal.attachments.conftest import PDF, photograph, sent
from tests.portal.uploads.test_viruses import EICAR_LIKE, daemon

from quietude.portal.attachments.models import NAME_MAX
from quietude.portal.attachments.taking import FILE_BYTES_MAX, NotLookedAt, clean_name, take
from quietude.portal.uploads import viruses
from quietude.portal.uploads.judging import Kind
from quietude.portal.uploads.problem import UploadRefused
from quietude.portal.uploads.viruses import Verdict, scan

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The file that every scanner calls a virus, and that does nothing. Source: eicar.org."""


@contextmanager
def set_up(settings: Settings, answer: bytes | None = None) -> Iterator[Settings]:
    """Set a made-up scanner up."""
    with daemon(answer) as (path, _read):
        settings.QUIETUDE = replace(settings.QUIETUDE, clamav_socket=path)
        yield settings


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("IMG_2041.JPG", "IMG_2041.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        (r"C:\Users\zoé\Bureau\vélo volé.png", "vélo volé.jpg"),
        ("facture.pdf.exe", "facture.pdf.jpg"),
        ("<script>alert(1)</script>.jpg", "script.jpg"),
        ("a\u202egpj.exe", "a gpj.jpg"),
        ("  .jpg", "document.jpg"),
        ("", "document.jpg"),
        ("x" * 300, "x" * (NAME_MAX - 4) + ".jpg"),
    ],
)
def test_names_are_cleaned(name: str, cleaned: str) -> None:
    assert clean_name(name, Kind.JPEG) == cleaned


@given(st.text(max_size=300))
def test_no_name_leads_anywhere(name: str) -> None:
    cleaned = clean_name(name, Kind.PDF)
    assert cleaned.endswith(".pdf")
    assert len(cleaned) <= NAME_MAX
    assert not set(cleaned) & set('/\\<>:"|?*\r\n\0')
    assert not cleaned.startswith((".", "-"))


def test_a_photograph_is_taken_with_its_size_and_nothing_more() -> None:
    taken = take(sent(photograph()))
    assert (taken.name, taken.kind, taken.size_px) == ("IMG_2041.jpg", Kind.JPEG, (320, 240))
    assert b"CANARY" not in taken.content


REFUSED = {
    "too large": (b"\xff\xd8\xff" + bytes(FILE_BYTES_MAX), "a.jpg", "image/jpeg", "20 Mo"),
    "a program": (b"MZ\x90\x00" + bytes(200), "photo.jpg", "image/jpeg", "programme"),
    "a program of Unix": (b"\x7fELF" + bytes(200), "photo.jpg", "image/jpeg", "programme"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "photo.jpg", "image/jpeg", "programme"),
    "an archive": (b"PK\x03\x04" + bytes(200), "photos.zip", "application/zip", "programme"),
    "a page": (b"<html><script>alert(1)</script>", "photo.jpg", "image/jpeg", "pas accepté"),
    "another type": (b"GIF89a" + bytes(50), "a.gif", "image/gif", "pas accepté"),
    "a locked pdf": (PDF.replace(b"/Root", b"/Encrypt 5 0 R/Root"), "a.pdf", "application/pdf", "mot de passe"),
    "a pdf with a script": (PDF.replace(b"/Type", b"/JS(x)/Type"), "a.pdf", "application/pdf", "nouveau PDF"),
    "a pdf with a file": (PDF.replace(b"/Type", b"/EmbeddedFile/Type"), "a.pdf", "application/pdf", "nouveau PDF"),
    "a broken photograph": (photograph()[:300], "a.jpg", "image/jpeg", "abîmé"),
}


@pytest.mark.parametrize(("content", "name", "kind", "said"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_not_taken_is_said_with_what_to_do(content: bytes, name: str, kind: str, said: str) -> None:
    with pytest.raises(UploadRefused, match=said):
        take(sent(content, name, kind))


def test_a_scanner_that_finds_nothing_is_noted(settings: Settings) -> None:
    with set_up(settings):
        assert take(sent(photograph())).is_scanned


def test_a_virus_is_named_and_not_taken(settings: Settings) -> None:
    with set_up(settings), pytest.raises(UploadRefused, match="Made-Up-Test"):
        take(sent(PDF + b"%" + EICAR_LIKE + b"\n%%EOF", "a.pdf", "application/pdf"))


def test_a_scanner_that_does_not_answer_stops_files_unless_the_setting_says_otherwise(settings: Settings) -> None:
    with set_up(settings, b"ERROR\0"), pytest.raises(NotLookedAt, match="ne répond pas"):
        take(sent(photograph()))
    with set_up(settings, b"ERROR\0"):
        settings.QUIETUDE = replace(settings.QUIETUDE, unscanned="take")
        assert not take(sent(photograph())).is_scanned


def test_a_scanner_that_was_named_and_is_gone_is_missed(settings: Settings, tmp_path: Path) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, clamav_socket=tmp_path / "gone.sock")
    with pytest.raises(NotLookedAt):
        take(sent(photograph()))


def test_without_a_scanner_files_are_taken_and_said_to_be_unscanned(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(viruses, "USUAL", (tmp_path / "none",))
    settings.QUIETUDE = replace(settings.QUIETUDE, clamav_socket=None)
    assert not take(sent(photograph())).is_scanned


@pytest.mark.parametrize("real", [None, *filter(Path.is_socket, viruses.USUAL)], ids=str)
def test_the_file_that_every_scanner_calls_a_virus_is_found(real: Path | None) -> None:
    """Asked of ClamAV itself where this machine has it, of a stand-in that says what ClamAV says everywhere."""
    if real is not None:
        assert scan(EICAR, real)[0] is Verdict.HARMFUL
        return
    with daemon(b"stream: Eicar-Test-Signature FOUND\0") as (path, _):
        assert scan(EICAR, path) == (Verdict.HARMFUL, "Eicar-Test-Signature")
