"""What makes a password too weak, whatever its length, and what never does."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from tests.portal.conftest import PASSWORD

from quietude.portal.accounts.models import User
from quietude.portal.accounts.passwords import made_up

DRESSED_UP = [
    pytest.param("password1234567", id="figures-behind"),
    pytest.param("!!!2024password2024!!!", id="both-ends"),
    pytest.param("P@ssw0rd-P@ssw0rd!", id="figures-for-letters"),
    pytest.param("Soleil2024-Soleil2025", id="a-word-twice"),
    pytest.param("valcombe-police-2026", id="the-place"),
    pytest.param("QUIÉTUDE---Mairie---2026", id="the-portal"),
]


@pytest.mark.parametrize("password", DRESSED_UP)
def test_a_common_password_dressed_up_is_refused(db: None, password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert "password_dressed_up" in {error.code for error in refused.value.error_list}


@pytest.mark.parametrize(
    "password",
    [
        pytest.param(PASSWORD, id="a-sentence"),
        pytest.param("correct horse battery staple", id="four-words"),
        pytest.param("lowercaseonlynosigns", id="no-capital-no-figure-no-sign"),
        pytest.param("les goélands rient à midi", id="accents"),
        pytest.param("静かな夜の海に月が出ていた窓", id="another-script"),
        pytest.param("x" * 5 + " a long one with spaces " * 8, id="two-hundred-signs"),
    ],
)
def test_no_rule_of_composition_refuses_a_long_password(db: None, password: str) -> None:
    validate_password(f"{password} ")


def test_made_up_passwords_pass_every_rule() -> None:
    for _ in range(200):
        validate_password(made_up())


def test_a_password_is_neither_cut_nor_trimmed(db: None) -> None:
    user = User()
    long = "a sentence of more than seventy-two signs, which older hashes would have cut without a word"
    user.set_password(f" {long}")
    assert user.check_password(f" {long}")
    assert not user.check_password(long)
    assert not user.check_password(f" {long[:72]}")
