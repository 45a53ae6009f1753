"""What one installation keeps beside its facts: the key that signs cookies, the portal's database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from filelock import FileLock

from quietude.config import Settings, SettingsError

POOL_MAX = 20  # a quarter of what PostgreSQL takes by default (100), so that four processes and an operator fit
POOL_WAIT_S = 10  # a visitor waits so long for a free connection, then is told that the portal is busy
MAIL_WAIT_S = 3  # whoever breaks the glass waits at most so long for a mail server that is down
KEPT_S = 60  # a connection to SQLite: opening one costs as much as ten questions; a restored file is seen after that
KEY_BYTES = 48  # 384 bits, above the 256 of the signatures it makes


def secret_key_of(settings: Settings) -> str:
    """Return the key that signs cookies; made once, readable by its owner only, unless the settings give one."""
    if settings.secret_key is not None:
        return settings.secret_key
    path = settings.var_dir / "secret.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock"):
        if not path.is_file():
            _write_private(path, secrets.token_urlsafe(KEY_BYTES))
    return path.read_text(encoding="ascii").strip()


def _write_private(path: Path, text: str) -> None:
    making = path.with_suffix(".making")
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    making.replace(path)


def database_from(settings: Settings) -> dict[str, Any]:
    """Return Django's description of the portal's database: SQLite in the var folder, or PostgreSQL by its address.

    Raises:
        SettingsError: the address is not one of PostgreSQL.
    """
    if settings.database_url is None:
        folder = settings.var_dir / settings.town
        folder.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "quietude.portal.sqlite",
            "NAME": folder / "portal.sqlite3",
            "CONN_MAX_AGE": KEPT_S,
            "OPTIONS": {
                "timeout": 20,  # seconds a writer waits for another before it gives up
                "transaction_mode": "IMMEDIATE",  # a writer waits at its start, where waiting is safe
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
                ),
            },
        }
    return postgresql(settings.database_url)


def mail_from(settings: Settings) -> dict[str, Any]:
    """Return Django's settings of the mail server; without one nothing is sent."""
    if settings.mail_url is None:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    address = urlsplit(settings.mail_url)
    ports = {"smtp": 25, "smtps": 465, "smtp+tls": 587}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": address.hostname or "",
        "EMAIL_PORT": address.port or ports[address.scheme],
        "EMAIL_HOST_USER": unquote(address.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(address.password or ""),
        "EMAIL_USE_SSL": address.scheme == "smtps",
        "EMAIL_USE_TLS": address.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": MAIL_WAIT_S,
        "DEFAULT_FROM_EMAIL": settings.mail_from,
    }


def _pool() -> dict[str, int]:
    return {"min_size": 1, "max_size": POOL_MAX, "timeout": POOL_WAIT_S}


def postgresql(url: str) -> dict[str, Any]:
    """Return Django's description of the PostgreSQL database at an address.

    Raises:
        SettingsError: the address is not one of PostgreSQL.
    """
    address = urlsplit(url)
    if address.scheme not in {"postgres", "postgresql"} or not address.path.strip("/"):
        raise SettingsError("DATABASE_URL: expected postgresql://user:password@host:port/name, or nothing for SQLite")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(address.path.strip("/")),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": address.hostname or "",
        "PORT": str(address.port or ""),
        # Each request has a thread of its own, so connections are kept in a pool and not with their thread.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**dict(parse_qsl(address.query)), "pool": _pool()},
    }
