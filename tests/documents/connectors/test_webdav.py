"""A WebDAV server that lies about what lies where."""

from __future__ import annotations

import pytest
from tests.documents.connectors.places import keys, opened
from tests.fetch.servers import bytes_of, serving

from quietude.documents.connectors.change import Added, ConnectorError, DeniedError, Skipped

LISTING = """<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">
<D:response><D:href>/docs/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/></D:resourcetype></D:prop>
</D:propstat></D:response>{}</D:multistatus>"""
FILE = """<D:response><D:href>{}</D:href><D:propstat><D:prop><D:resourcetype/><D:getcontentlength>3</D:getcontentlength>
<D:getlastmodified>never</D:getlastmodified></D:prop></D:propstat></D:response>"""


def test_addresses_outside_the_folder_are_skipped() -> None:
    hrefs = [
        "/docs/a.pdf",
        "/docs/../etc/passwd",
        "/docs/%2e%2e/x",
        "/other/b",
        "http://bank.example/docs/c",
        "/docs/%E9",
    ]
    body = LISTING.format("".join(FILE.format(href) for href in hrefs)).encode()
    with serving(bytes_of(body, status="207 Multi-Status")) as server:
        told = list(opened(format="webdav", url=f"{server.url}/docs").changes(None))
    assert keys(told, Added) <= {"a.pdf", "c"}  # another host's address is only ever read as a path of this one
    assert keys(told, Skipped) == {"/docs/../etc/passwd", "/docs/%2e%2e/x", "/other/b", "/docs/%E9"}


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        ("401 Unauthorized", b"", DeniedError, "user, secret"),
        ("503 Service Unavailable", b"", ConnectorError, "answers 503"),
        ("207 Multi-Status", b"<html>", ConnectorError, "no XML"),
        ("207 Multi-Status", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', ConnectorError, "no XML"),
    ],
)
def test_other_answers_are_said(status: str, body: bytes, error: type[Exception], words: str) -> None:
    answer = bytes_of(body, status=status)
    with serving(answer, answer) as server, pytest.raises(error, match=words):
        list(opened(format="webdav", url=f"{server.url}/docs").changes(None))
