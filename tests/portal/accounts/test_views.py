from __future__ import annotations

import pytest
from django.test import Client
from tests.portal.conftest import MakeUser, SignIn

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role


def test_an_administrator_makes_an_account_and_sees_its_password_once(sign_in: SignIn) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    sent = {"username": "camille", "full_name": "Camille Roux", "email": "", "role": "agent"}
    answer = client.post("/users/new/", sent)
    password = answer.context["made_up"]
    assert password in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert User.objects.get(username="camille").check_password(password)
    assert password not in client.get("/users/camille/").content.decode()


def test_a_refused_field_is_said_beside_the_field(sign_in: SignIn) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    answer = client.post("/users/new/", {"username": "Two Words", "role": "agent"})
    assert answer.status_code == 400
    assert "username" in answer.context["form"].errors
    assert not User.objects.filter(role=Role.AGENT).exists()


def test_a_role_that_does_not_exist_is_refused(sign_in: SignIn, make_user: MakeUser) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    make_user(Role.AGENT, username="camille")
    assert client.post("/users/camille/", {"role": "emperor"}).status_code == 400
    assert User.objects.get(username="camille").role == Role.AGENT


@pytest.mark.parametrize(("name", "value"), [("theme", "dark"), ("density", "compact"), ("language", "en")])
def test_preferences_are_kept_with_the_account_and_shape_the_page(sign_in: SignIn, name: str, value: str) -> None:
    client = sign_in(Role.AGENT)
    assert client.post("/preferences/", {name: value}).status_code == 204
    page = client.get("/profile/").content.decode()
    shape = {"theme": 'data-theme="dark"', "density": 'data-density="compact"', "language": '<html lang="en"'}
    assert shape[name] in page


def test_a_visitor_chooses_a_language_for_the_sign_in_page(db: None) -> None:
    client = Client()
    client.post("/preferences/", {"language": "en", "next": "/sign-in/"})
    assert "Sign in" in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize("sent", [{}, {"theme": "pink"}, {"role": "administrator"}])
def test_preferences_take_nothing_else(sign_in: SignIn, sent: dict[str, str]) -> None:
    client = sign_in(Role.AGENT)
    assert client.post("/preferences/", sent).status_code == 400
    assert User.objects.get(username="agent").role == Role.AGENT


def test_preferences_send_no_one_to_another_site(sign_in: SignIn) -> None:
    answer = sign_in(Role.AGENT).post("/preferences/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer.status_code == 204


def test_the_profile_cannot_change_the_role(sign_in: SignIn) -> None:
    client = sign_in(Role.AGENT)
    kept = {"full_name": "Camille", "language": "fr", "theme": "light", "density": "compact", "role": "administrator"}
    assert client.post("/profile/", kept).status_code == 302
    user = User.objects.get(username="agent")
    assert (user.full_name, user.role, user.has_keys) == ("Camille", Role.AGENT, False)
