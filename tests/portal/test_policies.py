"""The headers by which browsers keep strangers' code out, word for word."""

from __future__ import annotations

import pytest

from quietude.portal.policies import (
    PERMISSIONS,
    content_policy,
    embedder_policy,
    file_headers,
    make_nonce,
    origin_of_tiles,
)

TILES = "https://tiles.example/{z}/{x}/{y}.png"


def directives(policy: str) -> dict[str, list[str]]:
    return {name: words for name, *words in (part.split() for part in policy.split(";"))}


def policies(tiles_url: str | None) -> list[dict[str, list[str]]]:
    return [directives(policy) for policy in content_policy(tiles_url, "word").split(",")]


def test_only_our_own_files_run_and_no_code_written_in_a_page() -> None:
    files, _ = policies(None)
    assert files["default-src"] == ["'none'"]
    assert files["script-src"] == files["style-src"] == files["worker-src"] == ["'self'"]
    assert files["frame-ancestors"] == files["base-uri"] == files["object-src"] == ["'none'"]
    assert "unsafe" not in content_policy(None, "word")


def test_of_our_own_scripts_only_those_run_that_carry_the_word() -> None:
    _, marked = policies(None)
    assert marked["script-src"] == ["'nonce-word'", "'strict-dynamic'"]


def test_the_base_maps_server_may_send_tiles_and_nothing_else() -> None:
    files, marked = policies(TILES)
    assert "https://tiles.example" in files["img-src"]
    assert "https://tiles.example" in files["connect-src"]
    assert files["script-src"] == ["'self'"]
    assert "tiles.example" not in str(marked)


@pytest.mark.parametrize(("url", "origin"), [(None, None), ("/tiles/{z}", None), (TILES, "https://tiles.example")])
def test_the_other_server_is_the_one_of_the_tiles(url: str | None, origin: str | None) -> None:
    assert origin_of_tiles(url) == origin
    assert embedder_policy(url) == ("require-corp" if origin is None else "credentialless")


def test_built_files_say_how_they_may_be_used() -> None:
    headers = file_headers(None, is_https=True)
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Strict-Transport-Security" not in file_headers(None, is_https=False)


def test_devices_of_surveillance_are_closed_to_every_page() -> None:
    assert {"camera=()", "microphone=()", "display-capture=()"} <= set(PERMISSIONS.split(", "))


def test_no_two_nonces_are_the_same() -> None:
    assert len({make_nonce() for _ in range(1000)}) == 1000
