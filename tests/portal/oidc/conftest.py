"""The provider that these tests run, the portal that asks it, and a browser's stand-in that goes between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse
from typing import cast
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django import Settings
from tests.portal.oidc.provider import Server, SigningKey, TestProvider


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    """Return a key made once: making one takes a while."""
    return SigningKey("first")


@pytest.fixture(scope="session")
def other_key() -> SigningKey:
    """Return a key that the provider does not publish."""
    return SigningKey("second")


@pytest.fixture
def server(signing_key: SigningKey) -> Iterator[tuple[TestProvider, Server]]:
    """Start a provider of this test alone."""
    provider = TestProvider(keys=[signing_key])
    server = Server(provider)
    yield provider, server
    server.stop()


@pytest.fixture
def provider(server: tuple[TestProvider, Server], settings: Settings) -> TestProvider:
    """Return the provider that the portal is set up with."""
    started = server[0]
    settings.QUIETUDE = replace(
        settings.QUIETUDE,
        oidc_issuer=started.issuer,
        oidc_client_id=started.client_id,
        oidc_secret=started.secret,
    )
    return started


def visit(address: str) -> HTTPResponse:
    """Open an address of the provider as a browser would, without following redirects."""
    parts = urlsplit(address)
    assert parts.hostname is not None
    connection = HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def begin(client: Client, next_page: str | None = None, **asked: str) -> str:
    """Press the button; return the address that the provider sends the browser back to."""
    sent = client.get("/oidc/start/", {**asked, "next": next_page or ""})
    assert sent.status_code == 302, sent.content.decode()
    answer = visit(sent.headers["Location"])
    assert answer.status == 302
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == "http://testserver/oidc/callback/"
    return f"{back.path}?{back.query}"


def dance(client: Client, next_page: str | None = None) -> HttpResponse:
    """Sign in by the provider; return the portal's last answer."""
    return cast("HttpResponse", client.get(begin(client, next_page)))


def words_of(answer: HttpResponseBase) -> str:
    """Return what a page says, without its frame."""
    assert isinstance(answer, HttpResponse)
    found = re.search(r"<main.*?</main>", answer.content.decode(), flags=re.DOTALL)
    assert found is not None
    return found[0]


def is_in(client: Client) -> bool:
    """Tell whether somebody is signed in."""
    return client.get("/profile/").status_code == 200
