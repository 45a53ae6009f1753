"""Asking the provider over TLS: only a server that an authority vouches for is believed."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from pytest_django import Settings
from tests.portal.oidc.provider import Server, SigningKey, TestProvider, json_answer

from quietude.portal.oidc.fetch import ask
from quietude.portal.oidc.problem import ProviderDown


@pytest.fixture(autouse=True)
def _listed(settings: Settings) -> None:
    """Let the way out go to the loopback address, as an installation does that names its provider there."""
    settings.QUIETUDE = replace(settings.QUIETUDE, fetch_hosts=("127.0.0.1",))


ADDRESS = x509.IPAddress(IPv4Address("127.0.0.1"))


def certificate(folder: Path, key: SigningKey, name: x509.GeneralName, ends: timedelta) -> Path:
    """Write a server's key and the certificate that it signs itself."""
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key.private, hashes.SHA256())
    )
    private = key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "provider.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(
    params=[
        pytest.param((ADDRESS, timedelta(days=1)), id="good"),
        pytest.param((x509.DNSName("elsewhere.example"), timedelta(days=1)), id="of-another-host"),
        pytest.param((ADDRESS, timedelta(days=-1)), id="expired"),
    ]
)
def server(request: pytest.FixtureRequest, tmp_path: Path, signing_key: SigningKey) -> Iterator[tuple[str, Path, bool]]:
    """Start a provider over TLS; return its issuer, its certificate, and whether that is good."""
    path = certificate(tmp_path, signing_key, *request.param)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    provider = TestProvider(keys=[signing_key])
    started = Server(provider, context)
    yield provider.issuer, path, request.param == (ADDRESS, timedelta(days=1))
    started.stop()


def test_a_certificate_that_no_authority_vouches_for_is_not_believed(server: tuple[str, Path, bool]) -> None:
    with pytest.raises(ProviderDown):
        ask(f"{server[0]}/jwks")


def test_an_authority_of_the_town_s_own_is_believed_for_the_right_host_and_time(
    server: tuple[str, Path, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer, path, is_good = server
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    try:
        status = ask(f"{issuer}/jwks").status
    except ProviderDown:
        status = 0
    assert status == (200 if is_good else 0)


def test_what_is_sent_and_what_comes_back(signing_key: SigningKey) -> None:
    provider = TestProvider(keys=[signing_key])
    provider.instead = {"/teapot": (418, {"Content-Type": "Application/JWT; charset=utf-8"}, b"short and stout")}
    started = Server(provider)
    answer = ask(f"{provider.issuer}/teapot")
    started.stop()
    assert (answer.status, answer.content_type, answer.body) == (418, "application/jwt", b"short and stout")


@pytest.mark.parametrize("status", [302, 500, 503])
def test_a_redirect_or_a_failure_is_a_provider_that_is_down(signing_key: SigningKey, status: int) -> None:
    provider = TestProvider(keys=[signing_key])
    provider.instead = {"/jwks": (status, {"Location": "/lure"}, b""), "/lure": json_answer({})}
    started = Server(provider)
    with pytest.raises(ProviderDown, match=str(status)):
        ask(f"{provider.issuer}/jwks")
    started.stop()
    assert "/lure" not in provider.asked


def test_an_address_inside_the_network_that_nobody_named_is_not_asked(
    settings: Settings, signing_key: SigningKey
) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, fetch_hosts=(), oidc_issuer="https://login.example")
    provider = TestProvider(keys=[signing_key])
    started = Server(provider)
    with pytest.raises(ProviderDown, match="not listed"):
        ask(f"{provider.issuer}/jwks")
    started.stop()
    assert provider.asked == []
