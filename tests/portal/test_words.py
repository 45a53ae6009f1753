"""French first: every message has its French, and no English is left on a French page."""

from __future__ import annotations

import html
import re

import pytest
from tests.portal.conftest import SignIn
from tools import messages

from quietude.portal.accounts.roles import Role
from quietude.store.api import Store

PAGES = [
    "/",
    "/?reality=fictional",
    "/profile/",
    "/profile/password/",
    "/users/",
    "/users/new/",
    "/users/administrator/",
    "/ui/",
]


def test_every_message_has_its_french_and_no_french_is_left_over() -> None:
    assert messages.complaints() == []


def test_a_message_has_one_french_in_all_apps() -> None:
    """Django merges the apps' files: of two translations of one message, whichever comes first would win."""
    found: dict[tuple[str | None, str], set[str]] = {}
    for path in messages.catalogues().values():
        for message in messages.read(path):
            found.setdefault((message.context, str(message.id)), set()).add(str(message.string))
    assert {key: said for key, said in found.items() if key[1] and len(said) > 1} == {}


def test_french_keeps_every_blank_to_fill() -> None:
    blank = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")
    wrong = []
    for path in messages.catalogues().values():
        for message in messages.read(path):
            singular = message.id if isinstance(message.id, str) else message.id[-1]
            said = message.string if isinstance(message.string, str) else list(message.string or [""])[-1]
            if message.id and sorted(blank.findall(str(singular))) != sorted(blank.findall(str(said))):
                wrong.append(f"{path.parent.parent.parent.parent.name}: {singular!r}")
    assert wrong == []


def english_sentences() -> set[str]:
    """Return the messages of three words or more whose French is different, without blanks."""
    found = set()
    for path in messages.catalogues().values():
        for message in messages.read(path):
            if (
                isinstance(message.id, str)
                and message.id.count(" ") >= 2
                and "%" not in message.id
                and message.id != message.string
            ):
                found.add(message.id)
    return found


@pytest.mark.parametrize("address", PAGES)
def test_no_english_is_left_on_a_french_page(sign_in: SignIn, store: Store, address: str) -> None:
    page = html.unescape(sign_in(Role.ADMINISTRATOR).get(address).content.decode())
    left = [message for message in english_sentences() if message in page]
    assert left == []


@pytest.mark.parametrize("address", PAGES)
def test_no_french_is_left_on_an_english_page(sign_in: SignIn, store: Store, address: str) -> None:
    page = html.unescape(sign_in(Role.ADMINISTRATOR, language="en").get(address).content.decode())
    shown = re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", " ", page, flags=re.DOTALL))
    left = [
        word for word in ("Enregistrer", "Comptes", "Annuler", "faits en", "Mot de passe", "Fermer") if word in shown
    ]
    assert left == []
