"""The portal's own accounts and made-up facts, for tests that walk over every address."""

from __future__ import annotations

from tests.portal.conftest import _forget_attempts, filed, make_user, sign_in, store

__all__ = ["_forget_attempts", "filed", "make_user", "sign_in", "store"]
