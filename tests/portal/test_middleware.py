from __future__ import annotations

import pytest
from django.test import Client
from tests.portal.conftest import SignIn

from quietude.portal.accounts.roles import Role
from quietude.portal.middleware import content_policy
from quietude.store.api import Store


def directives(policy: str) -> dict[str, list[str]]:
    return {name: words for name, *words in (part.split() for part in policy.split(";"))}


def test_only_our_own_files_run_and_no_code_written_in_a_page() -> None:
    policy = directives(content_policy(None))
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["worker-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == ["'none'"]
    assert "unsafe" not in content_policy(None)


def test_the_base_maps_server_may_send_tiles_and_nothing_else() -> None:
    policy = directives(content_policy("https://tiles.example/{z}/{x}/{y}.png"))
    assert "https://tiles.example" in policy["img-src"]
    assert "https://tiles.example" in policy["connect-src"]
    assert policy["script-src"] == ["'self'"]


@pytest.mark.parametrize("address", ["/sign-in/", "/no-such-page/", "/healthz"])
def test_every_answer_carries_the_headers(db: None, address: str) -> None:
    answer = Client().get(address)
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cache-Control"]


def test_pages_with_personal_data_stay_in_no_cache(sign_in: SignIn, store: Store) -> None:
    assert sign_in(Role.AGENT).get("/")["Cache-Control"] == "no-store"


def test_no_page_has_code_or_style_of_its_own(sign_in: SignIn, store: Store) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    for address in ("/", "/profile/", "/users/", "/ui/", "/sign-in/"):
        page = client.get(address).content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page


def test_times_are_the_towns(sign_in: SignIn, store: Store) -> None:
    page = sign_in(Role.AGENT).get("/?reality=real").content.decode()
    assert "+02:00" in page
