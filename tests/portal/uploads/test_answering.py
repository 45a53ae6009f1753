"""A file goes out sandboxed, under its judged type, to be kept; a large one is refused while it comes in."""

from __future__ import annotations

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import RequestFactory

from quietude.portal.uploads.answering import answer_with
from quietude.portal.uploads.judging import Kind
from quietude.portal.uploads.receiving import LimitedUpload, limit_upload


def test_a_file_can_do_nothing_in_a_browser() -> None:
    answer = answer_with(b"%PDF-", Kind.PDF, "constat.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="constat.pdf"')
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "name", ['a"; x="b.html', "a\r\nSet-Cookie: b=c", "../../x.exe", "", "été.jpg.html", "a" * 500]
)
def test_no_name_breaks_the_header_or_names_another_type(name: str) -> None:
    said = answer_with(b"", Kind.JPEG, name).headers["Content-Disposition"]
    assert "\r" not in said
    assert said.count('"') == 2
    assert said.split('"')[1].endswith(".jpg")
    assert "/" not in said.split('"')[1]
    assert len(said) < 600


def test_a_large_file_is_refused_before_it_is_whole() -> None:
    request = RequestFactory().post("/", {"scan": SimpleUploadedFile("a.jpg", bytes(300_000), "image/jpeg")})
    limit_upload(request, 100_000)
    with pytest.raises(RequestDataTooBig):
        _ = request.FILES
    handler = request.upload_handlers[0]
    assert isinstance(handler, LimitedUpload)
    assert 100_000 < handler.received <= 200_000


def test_a_small_file_is_taken() -> None:
    request = RequestFactory().post("/", {"scan": SimpleUploadedFile("a.jpg", b"x" * 3000, "image/jpeg")})
    limit_upload(request, 100_000)
    (scan,) = request.FILES.values()
    assert isinstance(scan, UploadedFile)
    assert scan.read() == b"x" * 3000
