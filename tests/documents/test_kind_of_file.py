"""A file is what its content says."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.documents import making

from quietude.documents.extracted import ExtractionError
from quietude.documents.kind_of_file import media_type_of


@pytest.mark.parametrize(
    ("content", "said", "is_a"),
    [
        pytest.param(b"\xff\xd8\xff\xe0 a photograph", "application/pdf", "image/jpeg", id="image-said-pdf"),
        pytest.param(b"%PDF-1.4", "text/plain", "application/pdf", id="pdf-said-text"),
        pytest.param(b"<!DOCTYPE html><p>a", "text/plain", "text/html", id="page-said-text"),
        pytest.param("Bonjour à tous".encode("cp1252"), "application/pdf", "text/plain", id="text-said-pdf"),
        pytest.param(b"Subject: a\n\nb", "application/octet-stream", "message/rfc822", id="message"),
        pytest.param(b"{\\rtf1 a}", "application/msword", "application/rtf", id="rtf-said-word"),
    ],
)
def test_the_content_decides(tmp_path: Path, content: bytes, said: str, is_a: str) -> None:
    assert media_type_of(making.written(tmp_path / "a", content), said) == is_a


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b" \n", "empty", id="spaces"),
        pytest.param(making.packed_bomb(600), "zip-bomb", id="bomb"),
        pytest.param(b"PK\x03\x04 broken", "unreadable", id="broken-archive"),
        pytest.param(b"\x7fELF\0\0", "unknown-type", id="program"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted", id="locked-docx"
        ),
    ],
)
def test_what_holds_no_text_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(ExtractionError) as problem:
        media_type_of(making.written(tmp_path / "a", content), "application/octet-stream")
    assert problem.value.reason == reason
