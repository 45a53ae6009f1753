"""The rulebook as people read it."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.portal.conftest import SignIn

from quietude.portal.accounts.roles import Role
from quietude.portal.rules.pages import patterns
from quietude.rulebook.api import Rule, Status, counts, load_rulebook

BOOK = load_rulebook()


def ids_of(answer: Any) -> list[str]:
    """Return the ids of the rules that a list shows, in its order."""
    return [view.rule.id for group in answer.context["groups"] for view in group.rules]


def words_of(answer: Any) -> str:
    """Return a page's words, without tags and with single blanks."""
    return plain(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def plain(text: str) -> str:
    """Return a text with single blanks, those that do not break among them."""
    return " ".join(text.split())


@pytest.mark.parametrize("role", Role)
def test_whoever_has_an_account_reads_the_rules(sign_in: SignIn, role: Role) -> None:
    answer = sign_in(role).get(reverse("rules:list"))
    assert sorted(ids_of(answer)) == sorted(rule.id for rule in BOOK.rules)


@pytest.mark.parametrize("role", Role)
def test_the_rail_leads_to_the_rules(sign_in: SignIn, role: Role) -> None:
    assert f'href="{reverse("rules:list")}"' in sign_in(role).get(reverse("profile")).content.decode()


def test_the_list_counts_each_status(sign_in: SignIn) -> None:
    answer = sign_in().get(reverse("rules:list"))
    assert {status: number for status, _word, number in answer.context["tallies"]} == counts(BOOK.rules)
    assert f"{len(BOOK.rules)} règles sur {len(BOOK.rules)}" in words_of(answer)


@pytest.mark.parametrize("status", Status)
def test_a_status_shows_its_rules_only_and_keeps_all_counts(sign_in: SignIn, status: Status) -> None:
    answer = sign_in().get(reverse("rules:list"), {"status": status.value})
    assert sorted(ids_of(answer)) == sorted(rule.id for rule in BOOK.rules if rule.status is status)
    assert sum(number for _status, _word, number in answer.context["tallies"]) == len(BOOK.rules)


def test_a_theme_shows_its_rules_only(sign_in: SignIn) -> None:
    theme = BOOK.themes[1]
    answer = sign_in().get(reverse("rules:list"), {"theme": theme.code})
    assert ids_of(answer) == [rule.id for rule in BOOK.rules if rule in theme.rules]


def test_words_find_rules_without_their_accents(sign_in: SignIn) -> None:
    answer = sign_in().get(reverse("rules:list"), {"q": "plaques MASQUEES"})
    assert "R7" in ids_of(answer)
    assert len(ids_of(answer)) < 5


@pytest.mark.parametrize(
    ("at", "is_there"),
    [pytest.param("2026-08-01", False, id="before"), pytest.param("2026-08-02", True, id="first-day")],
)
def test_a_day_shows_the_rules_in_force(sign_in: SignIn, at: str, is_there: bool) -> None:
    assert ("R31" in ids_of(sign_in().get(reverse("rules:list"), {"at": at}))) == is_there


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"at": "tomorrow"}, "at"), ({"theme": "none-such"}, "theme"), ({"q": "x" * 201}, "q")],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_asks_nothing(
    sign_in: SignIn, asked: dict[str, str], field: str
) -> None:
    answer = sign_in().get(reverse("rules:list"), asked)
    assert answer.context["form"].errors[field]
    assert len(ids_of(answer)) == len(BOOK.rules)


def test_a_question_without_an_answer_says_so_and_offers_all_rules(sign_in: SignIn) -> None:
    answer = sign_in().get(reverse("rules:list"), {"q": "zanzibar"})
    assert ids_of(answer) == []
    assert "Aucune règle ne répond" in words_of(answer)


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_a_rule_shows_all_that_is_known_of_it(sign_in: SignIn, rule: Rule) -> None:
    said = words_of(sign_in().get(reverse("rules:rule", args=[rule.id])))
    assert plain(rule.text.fr) in said
    assert all(plain(source.name) in said for source in rule.sources)
    assert all(test in said for test in rule.tests)
    assert all((patterns()[place.page] if place.page else place.name) in said for place in rule.enforced)
    assert all(plain(part.what.fr) in said for part in rule.later)


def test_a_rule_links_its_texts_and_the_pages_that_the_reader_may_open(sign_in: SignIn) -> None:
    page = sign_in().get(reverse("rules:rule", args=["R37"])).content.decode()
    assert f'href="{reverse("account_change_password")}"' in page
    address = next(source.address for source in BOOK.rules[5].sources if source.address)
    assert address in sign_in(username="second").get(reverse("rules:rule", args=[BOOK.rules[5].id])).content.decode()


@pytest.mark.parametrize(
    ("today", "is_said"),
    [
        pytest.param(date(2027, 12, 1), True, id="the-day-before"),
        pytest.param(date(2027, 12, 2), False, id="first-day"),
    ],
)
def test_a_rule_says_when_it_is_not_in_force_yet(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, today: date, is_said: bool
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: today)
    said = words_of(sign_in().get(reverse("rules:rule", args=["R31b"])))
    assert ("n’est pas en vigueur aujourd’hui" in said) == is_said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("X1", "Pas de texte de loi : un choix du produit.", id="a-choice"),
        pytest.param("R13", "Le texte n’est pas consigné : à faire vérifier.", id="not-recorded"),
    ],
)
def test_a_rule_without_a_text_says_so(sign_in: SignIn, name: str, said: str) -> None:
    assert said in words_of(sign_in().get(reverse("rules:rule", args=[name])))


def test_rules_are_read_one_after_the_other(sign_in: SignIn) -> None:
    client, ids = sign_in(), [rule.id for rule in BOOK.rules]
    first, last = (client.get(reverse("rules:rule", args=[name])) for name in (ids[0], ids[-1]))
    assert (first.context["before"], first.context["after"].id) == (None, ids[1])
    assert (last.context["before"].id, last.context["after"]) == (ids[-2], None)


@pytest.mark.parametrize("name", ["R99", "r1", "%2e%2e", "x"])
def test_a_rule_that_is_none_is_not_found(sign_in: SignIn, name: str) -> None:
    assert sign_in().get(f"/rules/{name}/").status_code == 404


def test_the_printed_form_holds_the_same_rules_whole(sign_in: SignIn) -> None:
    client = sign_in()
    answer = client.get(reverse("rules:print"), {"status": "partly"})
    assert ids_of(answer) == ids_of(client.get(reverse("rules:list"), {"status": "partly"}))
    said = words_of(answer)
    assert all(plain(rule.text.fr) in said for rule in BOOK.rules if rule.status is Status.PARTLY)


def test_the_rules_speak_english_to_those_who_ask(sign_in: SignIn) -> None:
    client = sign_in(language="en")
    rule = BOOK.rule("R13")
    assert rule is not None
    said = words_of(client.get(reverse("rules:rule", args=["R13"])))
    assert rule.text.en in said
    assert plain(rule.text.fr) not in said
    assert "Tests that prove it" in said
