"""No nought gets in, by any door."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from tests.portal.conftest import SignIn

from quietude.portal.accounts.roles import Role
from quietude.portal.noughts import has_nought
from quietude.portal.people.forms import SIZE_MAX


@pytest.mark.parametrize(
    ("sent", "found"), [("a=1&b=%00", True), ("a=1&a=x%00y", True), ("a=1&b=2", False), ("", False)]
)
def test_a_nought_is_found_in_any_value(sent: str, found: bool) -> None:
    assert has_nought(QueryDict(sent)) is found


def test_a_nought_in_address_question_or_form_is_refused(sign_in: SignIn) -> None:
    client = sign_in(Role.AGENT)
    assert client.get("/explore/", {"q": "a\x00b"}).status_code == 400
    assert client.get("/facts/a%00b/").status_code == 400
    assert client.post("/preferences/", {"theme": "dark\x00"}).status_code == 400


def test_a_form_with_a_file_is_looked_at_too(sign_in: SignIn) -> None:
    sent = {"table": "a\x00b", "file": SimpleUploadedFile("a.csv", b"login\n", "text/csv")}
    assert sign_in(Role.ADMINISTRATOR).post("/people/table/", sent).status_code == 400


def test_a_file_too_large_is_refused_and_so_is_a_form_without_its_token(sign_in: SignIn) -> None:
    large = SimpleUploadedFile("a.csv", b"x" * (4 * SIZE_MAX + 1), "text/csv")
    client = sign_in(Role.ADMINISTRATOR)
    assert client.post("/people/table/", {"file": large}).status_code == 413
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post("/people/table/", {"table": "login"}).status_code == 403
