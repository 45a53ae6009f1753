"""The settings of one installation, frozen, read from the environment at the edges only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that are this machine: the only ones that may be asked without TLS."""

SECOND_FACTORS = ("managers", "everyone", "demo")
"""Whom QUIETUDE_SECOND_FACTOR makes keep a second factor; no one in a demonstration."""

MAIL_SCHEMES = ("smtp", "smtps", "smtp+tls")
UNSCANNED = ("refuse", "take")
"""What QUIETUDE_UNSCANNED says of a file that a virus scanner should have looked at and did not."""
MOST_OPERATORS = 100
"""More seats than any control room of a town has: what is above is a mistake."""
JOURNAL_MONTHS = (6, 12)
"""Shortest and longest time that the contents of the journal are kept. Source: CNIL, deliberation 2021-122."""


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
    backup_every_minutes: int = 0
    """How often `quietude serve` backs the town up; 0 where something else does (QUIETUDE_BACKUP_EVERY_MINUTES)."""
    mail_url: str | None = field(default=None, repr=False)
    """Mail server, with account and password; no e-mail is sent when absent (QUIETUDE_MAIL_URL)."""
    mail_from: str = ""
    """Address that the portal's e-mails come from (QUIETUDE_MAIL_FROM)."""
    mqtt_url: str | None = field(default=None, repr=False)
    """Broker whose messages are records of sources, with account and password (QUIETUDE_MQTT_URL)."""
    alarm_operators: int = 1
    """Persons who take alarms at the same time: loads are counted for each (QUIETUDE_ALARM_OPERATORS)."""
    accepts_own_rules: bool = False
    """Whether who proposes an edition of an alarm rule may accept it (QUIETUDE_ACCEPT_OWN_RULES=1)."""
    nats_url: str | None = field(default=None, repr=False)
    """NATS servers with JetStream whose messages are records of sources (QUIETUDE_NATS_URL)."""
    secrets_dir: Path | None = None
    """Folder with a file for each secret that manifests name (QUIETUDE_SECRETS_DIR)."""
    drop_dir: Path | None = None
    """Folder whose subfolders others put files into, by SFTP for instance (QUIETUDE_DROP_DIR)."""
    journal_months: int = 12
    """Months that the contents of the journal's lines are kept, 6 to 12 (QUIETUDE_JOURNAL_MONTHS)."""
    clamav_socket: Path | None = None
    """Socket of clamd; where there is one at the usual places, that one when absent (QUIETUDE_CLAMAV_SOCKET)."""
    unscanned: str = "refuse"
    """What becomes of a file when the virus scanner does not answer: "refuse" or "take" (QUIETUDE_UNSCANNED)."""
    is_debug: bool = False
    """Developer's mode: /ui/, error pages with details (QUIETUDE_DEBUG=1)."""
    oidc_issuer: str | None = None
    """Address of the identity provider; local accounts alone when absent (QUIETUDE_OIDC_ISSUER)."""
    oidc_client_id: str = ""
    """Name that the identity provider gave this installation (QUIETUDE_OIDC_CLIENT_ID)."""
    oidc_secret: str = field(default="", repr=False)
    """Secret that goes with the name, given itself or as a file (QUIETUDE_OIDC_SECRET, QUIETUDE_OIDC_SECRET_FILE)."""
    oidc_label: str = "ProConnect"
    """Name of the identity provider on the screens (QUIETUDE_OIDC_LABEL)."""
    oidc_scopes: tuple[str, ...] = ("openid", "email")
    """What is asked of the provider about a person (QUIETUDE_OIDC_SCOPES, separated by spaces)."""
    oidc_amr: tuple[str, ...] = ("mfa",)
    """Ways of proving who one is that a sign-in must have used, all of them (QUIETUDE_OIDC_AMR, by spaces)."""
    oidc_acr: tuple[str, ...] = ()
    """Levels of assurance of which a sign-in must have one; any when empty (QUIETUDE_OIDC_ACR, by spaces)."""
    oidc_vouches_for_emails: bool = False
    """Whether each e-mail of the provider counts as verified, unless it says no (QUIETUDE_OIDC_EMAILS_VERIFIED=1)."""

    @property
    def facts_dir(self) -> Path:
        """Return the folder of the town's fact tables."""
        return self.var_dir / self.town / "facts"

    @property
    def search_dir(self) -> Path:
        """Return the folder of the index of texts: made from the facts alone, and never backed up."""
        return self.facts_dir / ".search"

    @property
    def ledger_path(self) -> Path:
        """Return the file of the town's import reports and quarantine."""
        return self.var_dir / self.town / "ledger.sqlite3"

    @property
    def attachments_dir(self) -> Path:
        """Return the folder of the files that are attached to entries of logbooks."""
        return self.var_dir / self.town / "attachments"

    @property
    def documents_dir(self) -> Path:
        """Return the folder of the files of documents."""
        return self.var_dir / self.town / "documents"

    @property
    def document_pages_dir(self) -> Path:
        """Return the folder of the pictures of documents' pages, which are made anew when they are missing."""
        return self.var_dir / self.town / "document-pages"

    @property
    def document_search_dir(self) -> Path:
        """Return the folder of the index of documents: made from the database alone, and never backed up."""
        return self.var_dir / self.town / "document-search"

    @property
    def made_here_dir(self) -> Path:
        """Return the folder of the sources declared in the portal, laid like a town's."""
        return self.var_dir / self.town / "town"

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
        fetch_hosts=_fetch_hosts(environ),
        backup_dir=folder("QUIETUDE_BACKUP_DIR", "") if environ.get("QUIETUDE_BACKUP_DIR") else None,
        backup_recipients=tuple(filter(None, environ.get("QUIETUDE_BACKUP_RECIPIENTS", "").split(","))),
        backup_every_minutes=_every_minutes(environ, count("QUIETUDE_BACKUP_EVERY_MINUTES")),
        clamav_socket=folder("QUIETUDE_CLAMAV_SOCKET", "") if environ.get("QUIETUDE_CLAMAV_SOCKET") else None,
        unscanned=_choice(environ, "QUIETUDE_UNSCANNED", UNSCANNED),
        is_debug=switch("QUIETUDE_DEBUG"),
        accepts_own_rules=switch("QUIETUDE_ACCEPT_OWN_RULES"),
        oidc_vouches_for_emails=switch("QUIETUDE_OIDC_EMAILS_VERIFIED"),
        **_mail(environ),
        **_brokers(environ) | _operators(environ) | _of_flows(environ, working_dir),
        **_journal(environ),
        **_identity_provider(environ),
    )


def _operators(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return how many persons take alarms at the same time."""
    said = environ.get("QUIETUDE_ALARM_OPERATORS", "1")
    if not said.isdecimal() or not 1 <= int(said) <= MOST_OPERATORS:
        raise SettingsError(f"QUIETUDE_ALARM_OPERATORS={said!r}: expected a number of persons, 1 to {MOST_OPERATORS}")
    return {"alarm_operators": int(said)}


def _fetch_hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the servers that may be asked, in lower case."""
    said = environ.get("QUIETUDE_FETCH_HOSTS", "").split(",")
    return tuple(host.strip().lower() for host in said if host.strip())


def _choice(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """Return one of some words, the first when nothing is said."""
    value = environ.get(name, choices[0])
    if value not in choices:
        raise SettingsError(f"{name}={value!r}: expected one of {', '.join(choices)}")
    return value


def _every_minutes(environ: Mapping[str, str], minutes: int) -> int:
    """Return how often backups are made; they have to be told where to and for whom."""
    missing = [name for name in ("QUIETUDE_BACKUP_DIR", "QUIETUDE_BACKUP_RECIPIENTS") if not environ.get(name)]
    if minutes and missing:
        raise SettingsError(f"QUIETUDE_BACKUP_EVERY_MINUTES={minutes}: set {' and '.join(missing)} too")
    return minutes


def _mail(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings of the mail server that `environ` states; none without its address."""
    url = environ.get("QUIETUDE_MAIL_URL", "")
    if not url:
        return {}
    address = urlsplit(url)
    if address.scheme not in MAIL_SCHEMES or not address.hostname:
        raise SettingsError(
            "QUIETUDE_MAIL_URL: expected smtps://account:password@host (TLS from the start), smtp+tls://… (STARTTLS) "
            "or smtp://host for a server of this machine"
        )
    if address.scheme == "smtp" and address.hostname not in LOOPBACK:
        raise SettingsError("QUIETUDE_MAIL_URL: mail leaves this machine by TLS only: smtps:// or smtp+tls://")
    sender = environ.get("QUIETUDE_MAIL_FROM", "")
    if "@" not in sender or not sender.isprintable():
        raise SettingsError("QUIETUDE_MAIL_URL is set: set QUIETUDE_MAIL_FROM too, the address that e-mails come from")
    return {"mail_url": url, "mail_from": sender}


def _brokers(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the brokers that `environ` states; none without their addresses."""
    found: dict[str, Any] = {}
    for kind, schemes, example in (
        ("mqtt", {"mqtt", "mqtts"}, "mqtt://account:password@host:1883, or mqtts://… for TLS"),
        ("nats", {"nats", "tls"}, "nats://account:password@host:4222, or tls://… for TLS, several separated by commas"),
    ):
        name = f"QUIETUDE_{kind.upper()}_URL"
        url = environ.get(name, "")
        addresses = [urlsplit(each) for each in (url.split(",") if kind == "nats" else [url])]
        if url and any(each.scheme not in schemes or not each.hostname for each in addresses):
            raise SettingsError(f"{name}: expected {example}")
        if url:
            found[f"{kind}_url"] = url
    return found


def _of_flows(environ: Mapping[str, str], working_dir: Path) -> dict[str, Any]:
    """Return the folders that doors of flows need; none where they are not stated."""
    said = {name: environ.get(f"QUIETUDE_{name.upper()}", "") for name in ("secrets_dir", "drop_dir")}
    return {name: (working_dir / path).resolve() for name, path in said.items() if path}


def _journal(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return how long the journal's lines are kept, within the bounds of CNIL 2021-122."""
    said = environ.get("QUIETUDE_JOURNAL_MONTHS", str(JOURNAL_MONTHS[1]))
    least, most = JOURNAL_MONTHS
    if not said.isdecimal() or not least <= int(said) <= most:
        raise SettingsError(f"QUIETUDE_JOURNAL_MONTHS={said!r}: expected a number of months, {least} to {most}")
    return {"journal_months": int(said)}


def _identity_provider(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings of the identity provider that `environ` states; none without an issuer."""
    issuer = environ.get("QUIETUDE_OIDC_ISSUER", "")
    if not issuer:
        return {}
    address = urlsplit(issuer)
    is_here = address.scheme == "http" and address.hostname in LOOPBACK
    is_whole = bool(address.hostname) and not (address.query or address.fragment or address.username)
    if not is_whole or not (address.scheme == "https" or is_here):
        raise SettingsError(
            f"QUIETUDE_OIDC_ISSUER={issuer!r}: expected the https:// address that the provider calls its issuer"
        )
    client_id = environ.get("QUIETUDE_OIDC_CLIENT_ID", "")
    secret = environ.get("QUIETUDE_OIDC_SECRET", "") or _secret_in(environ.get("QUIETUDE_OIDC_SECRET_FILE", ""))
    if not client_id or not secret:
        raise SettingsError(
            "QUIETUDE_OIDC_ISSUER is set: set QUIETUDE_OIDC_CLIENT_ID too, and QUIETUDE_OIDC_SECRET_FILE "
            "(or QUIETUDE_OIDC_SECRET), as the provider gave them"
        )
    stated: dict[str, Any] = {"oidc_issuer": issuer, "oidc_client_id": client_id, "oidc_secret": secret}
    if label := environ.get("QUIETUDE_OIDC_LABEL", "").strip():
        stated["oidc_label"] = label
    for name in ("scopes", "amr", "acr"):
        if (words := environ.get(f"QUIETUDE_OIDC_{name.upper()}")) is not None:
            stated[f"oidc_{name}"] = tuple(words.split())
    if "openid" not in stated.get("oidc_scopes", ("openid",)):
        raise SettingsError("QUIETUDE_OIDC_SCOPES: expected names separated by spaces, 'openid' among them")
    return stated


def _secret_in(path: str) -> str:
    """Return the secret that a file holds; nothing for no file."""
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"QUIETUDE_OIDC_SECRET_FILE={path!r}: the file cannot be read") from error
