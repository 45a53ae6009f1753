"""The settings of one installation, frozen, read from the environment at the edges only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECOND_FACTORS = ("managers", "everyone", "demo")
"""Whom QUIETUDE_SECOND_FACTOR makes keep a second factor; no one in a demonstration."""


class SettingsError(ValueError):
    """A setting has a value that cannot be used; the message names it and the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are and how the software presents itself. Documented one by one in docs/settings.md."""

    town: str
    """Name of the town's folder (QUIETUDE_TOWN)."""
    towns_dir: Path
    """Folder of the towns' configurations (QUIETUDE_TOWNS_DIR)."""
    data_dir: Path
    """Folder that relative paths of manifests start from (QUIETUDE_DATA_DIR)."""
    var_dir: Path
    """Folder of everything the software writes (QUIETUDE_VAR_DIR)."""
    database_url: str | None = None
    """PostgreSQL address of the portal's database; SQLite in `var_dir` when absent (DATABASE_URL)."""
    secret_key: str | None = None
    """Key that signs cookies; made once and kept in `var_dir` when absent (QUIETUDE_SECRET_KEY)."""
    tiles_url: str | None = None
    """Template of base-map tiles; the town's own layers alone when absent (QUIETUDE_TILES_URL)."""
    tiles_attribution: str = ""
    """Words of credit the tiles require (QUIETUDE_TILES_ATTRIBUTION)."""
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    """Host names the portal answers to (QUIETUDE_HOSTS, comma-separated)."""
    is_https: bool = False
    """Whether browsers reach the portal by HTTPS: secure cookies, HSTS (QUIETUDE_HTTPS=1)."""
    proxies: int = 0
    """Reverse proxies of ours in front: as many addresses of X-Forwarded-For are believed (QUIETUDE_PROXIES)."""
    second_factor: str = "managers"
    """Who must keep a second factor: "managers", "everyone", or nobody in a "demo" (QUIETUDE_SECOND_FACTOR)."""
    fetch_hosts: tuple[str, ...] = ()
    """Hosts inside the network that may be asked, also in the clear (QUIETUDE_FETCH_HOSTS, comma-separated)."""
    backup_dir: Path | None = None
    """Folder of the encrypted backups, on another disk or machine (QUIETUDE_BACKUP_DIR)."""
    backup_recipients: tuple[str, ...] = ()
    """Public age keys of whoever may restore (QUIETUDE_BACKUP_RECIPIENTS, comma-separated)."""
    is_debug: bool = False
    """Developer's mode: /ui/, error pages with details (QUIETUDE_DEBUG=1)."""

    @property
    def facts_dir(self) -> Path:
        """Return the folder of the town's fact tables."""
        return self.var_dir / self.town / "facts"

    @property
    def ledger_path(self) -> Path:
        """Return the file of the town's import reports and quarantine."""
        return self.var_dir / self.town / "ledger.sqlite3"

    @property
    def town_dir(self) -> Path:
        """Return the folder of the town's configuration."""
        return self.towns_dir / self.town


def read_settings(environ: Mapping[str, str], *, working_dir: Path) -> Settings:
    """Return the settings that `environ` states; relative folders start from `working_dir`.

    Raises:
        SettingsError: a setting has a value that cannot be used.
    """

    def folder(name: str, default: str) -> Path:
        return (working_dir / environ.get(name, default)).resolve()

    def switch(name: str) -> bool:
        value = environ.get(name, "0")
        if value not in {"0", "1"}:
            raise SettingsError(f"{name}={value!r}: expected 0 or 1")
        return value == "1"

    def count(name: str) -> int:
        value = environ.get(name, "0")
        if not value.isdecimal():
            raise SettingsError(f"{name}={value!r}: expected a number, 0 or more")
        return int(value)

    second_factor = environ.get("QUIETUDE_SECOND_FACTOR", "managers")
    if second_factor not in SECOND_FACTORS:
        raise SettingsError(f"QUIETUDE_SECOND_FACTOR={second_factor!r}: expected one of {', '.join(SECOND_FACTORS)}")
    if second_factor == "demo" and switch("QUIETUDE_HTTPS"):
        raise SettingsError(
            "QUIETUDE_SECOND_FACTOR=demo: a portal that people reach by HTTPS is no demonstration; "
            "say managers or everyone, or leave QUIETUDE_HTTPS out"
        )
    packaged = Path(__file__).parent / "towns"
    towns_dir = folder("QUIETUDE_TOWNS_DIR", str(packaged) if packaged.is_dir() else "towns")
    hosts = environ.get("QUIETUDE_HOSTS")
    return Settings(
        town=environ.get("QUIETUDE_TOWN", "marseille"),
        towns_dir=towns_dir,
        data_dir=folder("QUIETUDE_DATA_DIR", "data"),
        var_dir=folder("QUIETUDE_VAR_DIR", "var"),
        database_url=environ.get("DATABASE_URL") or None,
        secret_key=environ.get("QUIETUDE_SECRET_KEY") or None,
        tiles_url=environ.get("QUIETUDE_TILES_URL") or None,
        tiles_attribution=environ.get("QUIETUDE_TILES_ATTRIBUTION", ""),
        hosts=tuple(hosts.split(",")) if hosts else ("localhost", "127.0.0.1", "[::1]"),
        is_https=switch("QUIETUDE_HTTPS"),
        proxies=count("QUIETUDE_PROXIES"),
        second_factor=second_factor,
        fetch_hosts=tuple(
            host.strip().lower() for host in environ.get("QUIETUDE_FETCH_HOSTS", "").split(",") if host.strip()
        ),
        backup_dir=folder("QUIETUDE_BACKUP_DIR", "") if environ.get("QUIETUDE_BACKUP_DIR") else None,
        backup_recipients=tuple(filter(None, environ.get("QUIETUDE_BACKUP_RECIPIENTS", "").split(","))),
        is_debug=switch("QUIETUDE_DEBUG"),
    )
