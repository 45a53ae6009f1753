"""Whether a webhook comes from whom it says: HMAC-SHA256 of its body, compared in constant time.

Forms met: GitHub (`X-Hub-Signature-256: sha256=<hex>`), Stripe (`Stripe-Signature: t=<time>,v1=<hex>`, over
`<time>.<body>`), Slack (`v0:<time>:<body>`), Standard Webhooks (`webhook-signature: v1,<base64>`, over
`<id>.<time>.<body>`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from quietude.sources.door_spec import HeaderSpec, SignatureSpec
from quietude.sources.duration import parse_duration


class SignatureError(ValueError):
    """A message is not signed as its source says; the message says what is missing, and holds nothing of a secret."""


def verify(
    spec: SignatureSpec, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, now: datetime
) -> str:
    """Return the signature's fingerprint, the same when the message comes again.

    Any of the `secrets` will do: an old and a new one while the sender changes over. `headers` are found by name
    whatever its case.

    Raises:
        SignatureError: no signature, a wrong one, or one that is too old or ahead of `now` (aware).
    """
    given = {name.lower(): value for name, value in headers.items()}
    candidates = list(_values(given, spec))
    if not candidates:
        raise SignatureError(f"unsigned: the header {spec.header} holds no signature that begins {spec.prefix!r}")
    words = {
        name: _one(given, part)
        for name, part in (("timestamp", spec.timestamp), ("id", spec.id))
        if part is not None
    }  # fmt: skip
    if spec.timestamp is not None:
        _fresh(words["timestamp"], spec, now)
    signed = _signed(spec.signed, words, body)
    for secret in secrets:
        right = hmac.new(_key(secret, spec), signed, hashlib.sha256).digest()
        for candidate in candidates:
            if hmac.compare_digest(right, _decoded(candidate, spec)):
                return hashlib.sha256(b"webhook\0" + right).hexdigest()
    raise SignatureError(f"the signature in {spec.header} does not fit the body: check the secret, and what is signed")


def _values(headers: Mapping[str, str], part: HeaderSpec) -> Iterator[str]:
    """Yield the values of a header that begin as they should, several being separated by blanks or commas."""
    text = headers.get(part.header.lower(), "")
    blanks = text if "," in part.prefix else text.replace(",", " ")
    for piece in blanks.split():
        if piece.startswith(part.prefix) and len(piece) > len(part.prefix):
            yield piece[len(part.prefix) :]


def _one(headers: Mapping[str, str], part: HeaderSpec) -> str:
    found = next(_values(headers, part), None)
    if found is None:
        raise SignatureError(f"the header {part.header} is missing, or does not begin {part.prefix!r}")
    return found


def _fresh(text: str, spec: SignatureSpec, now: datetime) -> None:
    if not (text.isascii() and text.isdecimal() and len(text) <= 11):  # seconds up to the year 5138
        raise SignatureError(f"the time {text[:20]!r} is no number of seconds since 1970")
    away = abs((now - datetime.fromtimestamp(int(text), UTC)).total_seconds())
    allowed = parse_duration(spec.tolerance).exact.total_seconds()
    if away > allowed:
        raise SignatureError(
            f"stale: signed {away:.0f} s from now, {allowed:.0f} s are allowed; check the sender's clock, sign anew"
        )


def _signed(template: str, words: Mapping[str, str], body: bytes) -> bytes:
    before, _, after = template.partition("{body}")
    return before.format(**words).encode() + body + after.format(**words).encode()


def _key(secret: str, spec: SignatureSpec) -> bytes:
    if spec.key == "text":
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureError(
            f"the secret {spec.secret!r} of this portal is not base64: tell whoever runs it"
        ) from error


def _decoded(text: str, spec: SignatureSpec) -> bytes:
    try:
        return bytes.fromhex(text) if spec.encoding == "hex" else base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
