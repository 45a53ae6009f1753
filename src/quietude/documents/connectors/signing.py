"""Signatures of requests to object stores. Source: AWS Signature Version 4; checked against botocore in the tests."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit

SAFE = "-_.~"  # RFC 3986, 2.3: what is never written with %


def signed_with(
    access_key: str, secret: str, region: str, clock: Callable[[], datetime]
) -> Callable[[str, str, bytes], Mapping[str, str]]:
    """Return what makes the headers of a signed request, of its method, address and body; `clock` is UTC."""

    def sign(method: str, url: str, body: bytes) -> Mapping[str, str]:
        parts, now = urlsplit(url), clock()
        moment, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
        content = hashlib.sha256(body).hexdigest()
        query = "&".join(
            f"{quote(name, safe=SAFE)}={quote(value, safe=SAFE)}"
            for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True))
        )
        named = {"host": parts.netloc, "x-amz-content-sha256": content, "x-amz-date": moment}
        names = ";".join(named)
        lines = [method, parts.path or "/", query, *(f"{name}:{value}" for name, value in named.items()), "", names]
        whole = "\n".join([*lines, content])
        scope = f"{day}/{region}/s3/aws4_request"
        text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(whole.encode()).hexdigest()])
        key = f"AWS4{secret}".encode()
        for part in (day, region, "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        told = f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        return {"x-amz-content-sha256": content, "x-amz-date": moment, "Authorization": told}

    return sign
