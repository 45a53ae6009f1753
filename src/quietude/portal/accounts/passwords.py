"""Rules of passwords beside length and the list of common ones, and passwords made for others."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from quietude.model.fold import fold
from quietude.portal.accounts.models import User

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # without l, o, 0, 1: read aloud and typed once
GROUPS = 5
GROUP_LENGTH = 4  # 20 characters of 32: 100 bits
KEYBOARD = (
    "0123456789",
    "1234567890",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
)
FEWEST_SIGNS = 6  # a sentence of 15 characters has more; "aaaaaaaabbbbbbbb" has not
MEANINGFUL_LENGTH = 4  # a shorter name occurs in passwords by chance


class NotTheAccountValidator:
    """Refuse a password that holds the account's own name, in any case or accent."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Check one password.

        Raises:
            ValidationError: it holds the account's name.
        """
        if user is None:
            return
        names = [user.username, user.email.partition("@")[0], *user.full_name.split()]
        if any(len(name) >= MEANINGFUL_LENGTH and fold(name) in fold(password) for name in names):
            raise ValidationError(gettext("The password must not hold your own name."), code="password_too_similar")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return gettext("It must not hold your own name.")


class NotARefrainValidator:
    """Refuse what is long only by repeating itself or following the keyboard, as broken passwords do."""

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002  # Django's signature
        """Check one password.

        Raises:
            ValidationError: it repeats a block, holds too few different signs, or is a run of the keyboard.
        """
        folded = fold(password)
        repeats = folded in (folded + folded)[1:-1]  # true exactly when it is a shorter block, several times
        is_run = any(folded in row * 4 or folded in row[::-1] * 4 for row in KEYBOARD)
        if repeats or is_run or len(set(folded)) < FEWEST_SIGNS:
            raise ValidationError(gettext("The password repeats itself or follows the keyboard."), code="refrain")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return gettext("It must not repeat itself or follow the keyboard.")


class NotDressedUpValidator:
    """Refuse one or two words that everyone tries, dressed up with figures and signs until they are long enough.

    Those words are Django's list of the twenty thousand commonest passwords of breaches, and the words of the place.
    """

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002  # Django's signature
        """Check one password.

        Raises:
            ValidationError: without figures and signs, no more than two such words are left.
        """
        words = {word for word in re.split(r"[\W\d_]+", fold(password).translate(_LEET)) if word}
        plain = {word for word in re.split(r"[\W\d_]+", fold(password)) if word}
        tried = _tried()
        if any(found <= tried for found in (words, plain) if 0 < len(found) <= FEW_WORDS):
            raise ValidationError(
                gettext("This is a common password, dressed up with figures and signs."), code="password_dressed_up"
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return gettext("It must not be a common password, dressed up.")


_LEET = str.maketrans("013457@$", "oieastas")
FEW_WORDS = 2
"""Three different words of twenty thousand are 8·10¹² guesses, beyond what throttling lets through in a life."""
PLACE = frozenset({"quietude", "tranquillite", "police", "municipale", "municipal", "mairie", "ville", "agent"})
"""Words that someone who attacks this portal tries first, beside the town's own name."""


@cache
def _tried() -> frozenset[str]:
    town = {word for word in re.split(r"[\W_]+", fold(settings.QUIETUDE.town)) if word}
    return frozenset(CommonPasswordValidator().passwords) | PLACE | town


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A password made for someone else, and what is kept of it."""

    password: str
    hashed: str

    @classmethod
    def new(cls) -> MadeUp:
        """Make one up; slow, as hashing passwords is."""
        password = made_up()
        return cls(password, make_password(password))


def made_up() -> str:
    """Return a random password for someone else to use once: five groups of four, such as "k7fm-…"."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
