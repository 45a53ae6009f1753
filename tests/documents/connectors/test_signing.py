"""Signatures, against the library of the store's maker."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from quietude.documents.connectors.signing import signed_with

PARIS = "eu-west-3"


@pytest.mark.parametrize(
    "url",
    [
        "https://s3.example/city?list-type=2&prefix=a%20b%2F%C3%A9&max-keys=1000&encoding-type=url",
        "https://s3.example/city/Arr%C3%AAt%C3%A9s/a%2Bb%20%28c%29~.pdf",
        "http://127.0.0.1:9000/city",
    ],
)
def test_requests_are_signed_as_botocore_does(url: str) -> None:
    request = AWSRequest(method="GET", url=url, headers={"X-Amz-Content-SHA256": "e3b0c44298fc1c149afbf4c8996fb92427"
                                                         "ae41e4649b934ca495991b7852b855"})  # fmt: skip
    peer = S3SigV4Auth(Credentials("reader", "s3cr3t"), "s3", PARIS)
    peer.add_auth(request)
    moment = datetime.strptime(request.context["timestamp"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    ours = signed_with("reader", "s3cr3t", PARIS, lambda: moment)("GET", url, b"")
    assert ours["Authorization"] == request.headers["Authorization"]
