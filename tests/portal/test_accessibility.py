"""The accessibility statement: read by anyone, with all that the law asks for, and no more than is true."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from tests.portal.conftest import SignIn

from quietude.portal.accessibility import CRITERIA, STATED_ON

pytestmark = pytest.mark.django_db
DOCUMENTED = (Path(__file__).parents[2] / "docs" / "accessibility.md").read_text(encoding="utf-8")
ASKED = (
    "État de conformité",
    "Non conforme",
    "Contenus non accessibles",
    "Charge disproportionnée",
    "Établissement de cette déclaration",
    "Voies de recours",
    "Défenseur des droits, Libre réponse 71120",
    "Commune de Valcombe",
)


@pytest.mark.parametrize("words", ASKED)
def test_a_stranger_reads_all_that_the_law_asks_for(words: str) -> None:
    answer = Client().get("/accessibility/", headers={"Accept-Language": "fr"})
    assert answer.status_code == 200
    assert words in unescape(answer.content.decode())


def test_the_page_of_sign_in_says_the_state_and_leads_there() -> None:
    page = unescape(Client().get("/sign-in/", headers={"Accept-Language": "fr"}).content.decode())
    assert re.search(r'href="/accessibility/">Accessibilité : non conforme<', page)


def test_whoever_is_signed_in_keeps_the_rail(sign_in: SignIn) -> None:
    assert 'class="rail"' in sign_in().get("/accessibility/").content.decode()


def test_its_numbers_are_those_of_the_map_of_criteria() -> None:
    totals = re.search(r"^\| All \| 106 \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", DOCUMENTED, flags=re.MULTILINE)
    assert totals is not None
    assert [int(number) for number in totals.groups()] == list(CRITERIA.values())
    assert STATED_ON.year >= 2026
