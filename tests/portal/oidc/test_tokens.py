"""Whatever a token holds, it is believed or refused: it never makes the portal stumble."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import KeySet
from tests.portal.oidc.provider import SigningKey, TestProvider, b64

from quietude.portal.oidc import tokens
from quietude.portal.oidc.problem import Refused
from quietude.portal.oidc.provider import Provider

NONCE = "n" * 43
OURS = Provider(issuer="https://auth.example.gouv.fr/api/v2", client_id="valcombe", secret="x")
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
CLAIMS = ("iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce", "amr", "acr", "sid", "at_hash", "jti", "events")
HEADERS = ("alg", "kid", "typ", "crit", "jwk", "jku", "b64", "x5c", "zip")
Check = Callable[[str], object]
CHECKS: dict[str, Check] = {
    "id_token": lambda token: tokens.check_id_token(OURS, token, nonce=NONCE, access_token="access", now=time.time()),
    "user info": lambda token: tokens.check_user_info(OURS, token, subject="sub-of-camille", now=time.time()),
    "notice": lambda token: tokens.check_logout(OURS, token, now=time.time()),
}


@pytest.fixture(scope="module", autouse=True)
def _published(signing_key: SigningKey) -> Iterator[None]:
    """Publish the provider's key without a network."""
    keys = KeySet.import_key_set({"keys": [signing_key.published]})  # type: ignore[list-item]  # as JSON has it
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "keys_of", lambda provider, unknown=False: None if unknown else keys)
        yield


def good(**changed: Any) -> dict[str, Any]:
    provider = TestProvider(issuer=OURS.issuer, client_id=OURS.client_id)
    return {**provider.claims(nonce=NONCE), **changed}


def test_the_unchanged_token_is_believed(signing_key: SigningKey) -> None:
    proved = CHECKS["id_token"](signing_key.sign(good()))
    assert proved == tokens.Proved("sub-of-camille", frozenset({"pwd", "mfa"}), "session-1")


def signed_by_curve(private: ec.EllipticCurvePrivateKey, kid: str, alg: str) -> str:
    """Return an id_token signed by ES256, whose signature is two numbers side by side (RFC 7518, section 3.4)."""
    header, body = ({"alg": alg, "kid": kid}, good())
    signing = ".".join(b64(json.dumps(part).encode()) for part in (header, body))
    first, second = decode_dss_signature(private.sign(signing.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signing}.{b64(first.to_bytes(32, 'big') + second.to_bytes(32, 'big'))}"


@pytest.fixture
def curve(signing_key: SigningKey, monkeypatch: pytest.MonkeyPatch) -> ec.EllipticCurvePrivateKey:
    """Publish a key on a curve beside the other one; return its private half."""
    private = ec.generate_private_key(ec.SECP256R1())
    numbers = private.public_key().public_numbers()
    x, y = (b64(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    published = {"kty": "EC", "crv": "P-256", "kid": "curve", "x": x, "y": y}
    keys = KeySet.import_key_set({"keys": [signing_key.published, published]})  # type: ignore[list-item]  # as above
    monkeypatch.setattr(tokens, "keys_of", lambda provider, unknown=False: None if unknown else keys)
    return private


def test_a_signature_on_a_curve_is_believed(curve: ec.EllipticCurvePrivateKey) -> None:
    assert CHECKS["id_token"](signed_by_curve(curve, "curve", "ES256"))


def test_a_signature_by_probability_is_believed_where_the_key_is_not_kept_for_another(
    signing_key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing = ".".join(b64(json.dumps(part).encode()) for part in ({"alg": "PS256", "kid": "first"}, good()))
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    signature = signing_key.private.sign(signing.encode(), pss, hashes.SHA256())
    token = f"{signing}.{b64(signature)}"
    with pytest.raises(Refused):  # published for RS256
        CHECKS["id_token"](token)
    published = {name: value for name, value in signing_key.published.items() if name != "alg"}
    keys = KeySet.import_key_set({"keys": [published]})  # type: ignore[list-item]  # as above
    monkeypatch.setattr(tokens, "keys_of", lambda provider, unknown=False: keys)
    assert CHECKS["id_token"](token)


@pytest.mark.parametrize(("kid", "alg"), [("first", "ES256"), ("curve", "RS256"), ("curve", "ES384")])
def test_a_key_serves_its_own_kind_of_signature_alone(curve: ec.EllipticCurvePrivateKey, kid: str, alg: str) -> None:
    with pytest.raises(Refused):
        CHECKS["id_token"](signed_by_curve(curve, kid, alg))


@pytest.mark.parametrize("check", CHECKS)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(CLAIMS), ANY, min_size=1, max_size=3))
def test_any_claims_are_believed_or_refused(check: str, signing_key: SigningKey, changed: dict[str, Any]) -> None:
    try:
        found = CHECKS[check](signing_key.sign(good(**changed)))
    except Refused:
        return
    assert found is not None
    assert "iss" not in changed or changed["iss"] == OURS.issuer
    assert "aud" not in changed or changed["aud"] in (OURS.client_id, [OURS.client_id])


@pytest.mark.parametrize("check", CHECKS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(HEADERS), ANY, min_size=1, max_size=3))
def test_any_header_is_believed_or_refused(check: str, signing_key: SigningKey, header: dict[str, Any]) -> None:
    try:
        CHECKS[check](signing_key.sign(good(), **header))
    except Refused:
        return
    assert header.get("alg", "RS256") in tokens.ALGORITHMS | {None}


@pytest.mark.parametrize("check", CHECKS)
@given(st.text(max_size=200) | st.lists(st.text("ABCabc-_=", max_size=30), min_size=2, max_size=6).map(".".join))
def test_any_text_is_refused(check: str, token: str) -> None:
    with pytest.raises(Refused):
        CHECKS[check](token)


@pytest.mark.parametrize("header", ["[]", "1", "null", "{", '{"alg": "RS256", "alg": "none"}', '{"alg": {"a": 1}}'])
def test_a_header_that_is_no_header_is_refused(signing_key: SigningKey, header: str) -> None:
    _header, body, signature = signing_key.sign(good()).split(".")
    with pytest.raises(Refused):
        CHECKS["id_token"](f"{b64(header.encode())}.{body}.{signature}")


@pytest.mark.parametrize("payload", ["[]", "1", '"x"', "null", "{", "NaN"])
def test_a_signed_token_that_is_no_object_is_refused(signing_key: SigningKey, payload: str) -> None:
    with pytest.raises(Refused):
        CHECKS["notice"](signing_key.sign_text(payload))
