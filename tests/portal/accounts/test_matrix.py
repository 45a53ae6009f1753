"""The authentication matrix (rule 37): every account, password, second factor and code against each other."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from tests.portal.conftest import PASSWORD, MakeUser

from quietude.portal.accounts.models import User

NOON = 1_800_000_000
NAMES = {"open": "camille", "closed": "dominique", "unknown": "nobody", "nameless": ""}
PASSWORDS = {
    "right": PASSWORD,
    "wrong": "not the password at all",
    "empty": "",
    "other-case": PASSWORD.upper(),
    "with-a-space": f"{PASSWORD} ",
    "the-hash": "md5$salt$0123456789abcdef",
    "another-persons": "un mot de passe d'autrui",
}
FACTORS = ("none", "app", "app-and-codes")
CODES = (
    "not-given",
    "right",
    "wrong",
    "late",
    "early",
    "used",
    "recovery",
    "recovery-used",
    "another-persons",
    "empty",
)
OPENS = {
    *[("open", "right", "none", code) for code in CODES],
    ("open", "right", "app", "right"),
    ("open", "right", "app-and-codes", "right"),
    ("open", "right", "app-and-codes", "recovery"),
}
"""The only cells that open the portal. A step of thirty seconds either way is a telephone's clock, not a cell."""


def code_at(secret: str, moment: int) -> str:
    return str(format_hotp_value(hotp_value(secret, moment // 30)))


def keep_app(user: User, *, used: bool) -> str:
    secret = str(generate_totp_secret())
    kept = TOTP.activate(user, secret).instance
    kept.data["last_step"] = NOON // 30 if used else 0
    kept.save()
    return secret


def keep_codes(user: User) -> list[str]:
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    assert Authenticator.objects.get(user=user, type="recovery_codes").wrap().validate_code(codes[0])
    return codes


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: float(NOON))


def codes_to_try(user: User, other: User, factor: str, code: str) -> dict[str, Any]:
    """Keep the second factors of one cell, and return every code that may be tried."""
    theirs = keep_app(other, used=False)
    mine = {"none": lambda: "A" * 32, "app": lambda: keep_app(user, used=code == "used")}
    mine["app-and-codes"] = mine["app"]
    secret = mine[factor]()
    kept = {"app-and-codes": keep_codes}.get(factor, lambda _user: ["1" * 10, "2" * 10])(user)
    right = code_at(secret, NOON)
    return {
        "not-given": None,
        "right": right,
        "used": right,
        "wrong": f"{(int(right) + 1) % 1_000_000:06d}",
        "late": code_at(secret, NOON - 90),
        "early": code_at(secret, NOON + 90),
        "recovery": kept[1],
        "recovery-used": kept[0],
        "another-persons": code_at(theirs, NOON),
        "empty": "",
    }


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("account", NAMES)
@pytest.mark.parametrize("factor", FACTORS)
def test_only_the_right_cells_open_the_portal(make_user: MakeUser, account: str, factor: str) -> None:
    """Each cell begins with the same accounts: what the one before did is taken back."""
    owner = make_user(username="camille")
    make_user(username="dominique", is_active=False)
    other = make_user(username="sacha", password=PASSWORDS["another-persons"])
    opened = set()
    for password, code in product(PASSWORDS, CODES):
        cache.clear()  # of attempts counted
        cell = transaction.savepoint()
        if is_in(NAMES[account], PASSWORDS[password], codes_to_try(owner, other, factor, code)[code]):
            opened.add((account, password, factor, code))
        transaction.savepoint_rollback(cell)
    assert opened == {each for each in OPENS if (each[0], each[2]) == (account, factor)}


def is_in(name: str, password: str, code: str | None) -> bool:
    """Try to sign in and return whether the portal opened."""
    client = Client()
    client.post("/sign-in/", {"login": name, "password": password})
    if code is not None:
        client.post("/sign-in/second-factor/", {"code": code})
    return bool(client.get("/profile/").status_code == 200)
