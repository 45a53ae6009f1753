"""Keeps addresses with passwords, telephone numbers and the like under the installation's key."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealError(ValueError):
    """What was kept cannot be read: the installation's key is another one since."""


def seal(text: str) -> str:
    """Return a text encrypted."""
    return _cipher().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return what was encrypted.

    Raises:
        SealError: it was under another key.
    """
    try:
        return _cipher().decrypt(sealed.encode("ascii")).decode()
    except InvalidToken as error:
        raise SealError("the installation's key has changed since: give the address again") from error


def _cipher() -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"quietude channels").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))
