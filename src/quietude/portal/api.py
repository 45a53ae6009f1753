"""The door of the portal: start it, serve it, keep its accounts. Imports Django only when called."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from quietude.config import Settings
from quietude.keeping.api import Plan
from quietude.portal.problem import PortalError

__all__ = [
    "Account",
    "PortalError",
    "UserTable",
    "accepted_rules",
    "add_demo_service",
    "add_user",
    "clear_exercises",
    "copy_journal",
    "dispose",
    "hold_facts",
    "import_users",
    "list_users",
    "move_database",
    "page_names",
    "plan_disposal",
    "release_facts",
    "replay",
    "replay_meanwhile",
    "reset_password",
    "reset_second_factor",
    "serve",
    "start",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account, as the command line lists it."""

    username: str
    role: str
    email: str
    full_name: str
    is_open: bool
    last_sign_in: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTable:
    """What a table of accounts would change, or changed; nothing where there are faults."""

    faults: tuple[tuple[int, str, str, str], ...]
    """Line, column, value, and what to do."""
    changes: tuple[tuple[str, str, str, str], ...]
    """User name, field, what it said, what it says."""
    passwords: dict[str, str]
    """First passwords of the accounts made, by user name; kept nowhere."""


def start(settings: Settings) -> None:
    """Start Django with the settings of this moment, and bring the portal's database up to date.

    Raises:
        PortalError: the database cannot be opened.
    """
    _choose(settings)
    from quietude.portal.starting import migrate  # noqa: PLC0415  # Django reads the settings when it is imported

    migrate(settings)


def add_user(
    settings: Settings,
    username: str,
    role: str,
    *,
    password: str | None = None,
    email: str = "",
    full_name: str = "",
    language: str = "fr",
) -> str:
    """Make an account and return its password: the one given, or one made up that must be changed at first sign-in.

    Raises:
        PortalError: the name is taken, or a field or the password is refused.
    """
    start(settings)
    from quietude.portal.accounts import commands  # noqa: PLC0415  # as above

    return commands.add(username, role, password=password, email=email, full_name=full_name, language=language)


def list_users(settings: Settings) -> list[Account]:
    """Return every account, open ones first, by name."""
    start(settings)
    from quietude.portal.accounts import commands  # noqa: PLC0415  # as above

    return [Account(**row) for row in commands.rows()]


def add_demo_service(
    settings: Settings, code: str, title: Mapping[str, str], *, kind: str, parent: str = "", members: Sequence[str] = ()
) -> None:
    """Make a fictional service where it is missing, and let accounts belong to it; what is there is left as it is.

    Raises:
        PortalError: a field is refused, or an account or what it is part of is not there.
    """
    start(settings)
    from quietude.portal.services import commands  # noqa: PLC0415  # as above

    commands.add_demo_service(code, title, kind=kind, parent=parent, members=members)


def add_demo_unit(settings: Settings, code: str, service: str, means: str, at: tuple[float, float]) -> None:
    """Make a unit of a fictional service where it is missing, available at a point (longitude, latitude).

    Raises:
        PortalError: there is no such service, or no unit moves so.
    """
    start(settings)
    from quietude.portal.situations import commands  # noqa: PLC0415  # as above

    commands.add_demo_unit(code, service, means, at)


def count_only(settings: Settings, username: str) -> None:
    """Let a demonstration's account list public facts and only count internal ones.

    Raises:
        PortalError: there is no such account.
    """
    start(settings)
    from quietude.portal.rights import commands  # noqa: PLC0415  # as above

    commands.count_only(username)


def import_users(settings: Settings, data: bytes, *, is_confirmed: bool = False) -> UserTable:
    """Tell what a table of accounts (CSV) would change; once confirmed, do all of it, or nothing at all."""
    start(settings)
    from quietude.portal.people import commands  # noqa: PLC0415  # as above

    return UserTable(**commands.import_table(data, is_confirmed=is_confirmed))


def reset_password(settings: Settings, username: str, *, password: str | None = None) -> str:
    """Give an account a new password and return it; its sessions end.

    Raises:
        PortalError: there is no such account, or the password is refused.
    """
    start(settings)
    from quietude.portal.accounts import commands  # noqa: PLC0415  # as above

    return commands.reset(username, password=password)


def page_names(settings: Settings) -> frozenset[str]:
    """Return the name of every address of the portal, as "catalogue:inventory"; the database is not opened."""
    _choose(settings)
    import django  # noqa: PLC0415  # it reads the settings when it is set up

    django.setup()
    from quietude.portal.rules.pages import patterns  # noqa: PLC0415  # Django is set up by now

    return frozenset(patterns())


def reset_second_factor(settings: Settings, username: str) -> None:
    """Forget the second factors of an account; its sessions end.

    Raises:
        PortalError: there is no such account, or it has none.
    """
    start(settings)
    from quietude.portal.accounts import commands  # noqa: PLC0415  # as above

    commands.reset_second_factor(username)


def plan_disposal(settings: Settings, *, as_of: date | None = None) -> Plan:
    """Return what is past its term on a day (today when None), with the digest of the list to sign."""
    start(settings)
    from quietude.portal.protection import commands  # noqa: PLC0415  # as above

    return commands.report(as_of)


def dispose(
    settings: Settings, *, signed_by: str, reason: str, list_digest: str, as_of: date | None = None
) -> list[dict[str, Any]]:
    """Make what is past its term leave, on a list that was looked at; return the lines of the report.

    Raises:
        PortalError: the list has changed since, or no one signs; nothing was done.
    """
    start(settings)
    from quietude.portal.protection import commands  # noqa: PLC0415  # as above

    return commands.run(signed_by=signed_by, reason=reason, list_digest=list_digest, as_of=as_of)


def hold_facts(
    settings: Settings, title: str, reason: str, *, sources: Sequence[str], uids: Sequence[str], words: str
) -> int:
    """Put a legal hold on sources, facts, or what a selection in its text form finds; return its number.

    Raises:
        PortalError: it covers nothing, or something in it is unknown.
    """
    start(settings)
    from quietude.portal.protection import commands  # noqa: PLC0415  # as above

    return commands.hold(title, reason, sources=sources, uids=uids, words=words)


def release_facts(settings: Settings, number: int) -> str:
    """Lift a legal hold; return its title.

    Raises:
        PortalError: there is no such hold in force.
    """
    start(settings)
    from quietude.portal.protection import commands  # noqa: PLC0415  # as above

    return commands.release(number)


def move_database(settings: Settings, url: str, say: Callable[[str], None]) -> int:
    """Copy the portal's SQLite database to the empty PostgreSQL database at `url`; return the number of rows.

    Raises:
        PortalError: there is nothing to move, or the other database cannot be opened or is not empty.
    """
    start(settings)
    from quietude.portal import moving  # noqa: PLC0415  # as above

    return moving.move(url, say)


def copy_journal(settings: Settings, path: Path) -> int:
    """Write the journal of acts to a new SQLite file for the verifier; return its entries.

    Raises:
        PortalError: the file is there already, or cannot be written.
    """
    start(settings)
    from quietude.journal.api import JournalError  # noqa: PLC0415  # as above
    from quietude.portal.journal import copying  # noqa: PLC0415  # as above

    try:
        return copying.copy_journal(path)
    except JournalError as error:
        raise PortalError(str(error)) from error


def replay(
    settings: Settings,
    sources: Sequence[str],
    since: datetime,
    until: datetime,
    *,
    speed: float,
    say: Callable[[str], None],
) -> int:
    """Play what happened of some sources as an exercise until it ends or is interrupted; return how much was played.

    Raises:
        PortalError: a source, the period or the speed makes no sense, or an exercise is under way.
    """
    start(settings)
    from quietude.portal.alarms import exercises  # noqa: PLC0415  # as above

    begun = exercises.begin(sources, since, until, speed=speed, now=datetime.now(UTC))
    return exercises.play(begun, say)


def replay_meanwhile(sources: Sequence[str], since: datetime, until: datetime, *, speed: float) -> None:
    """Play what happened of some sources as an exercise, in a process that serves; earlier exercises are cleared."""
    from quietude.portal.alarms import exercises  # noqa: PLC0415  # as above

    exercises.play_meanwhile(sources, since, until, speed=speed)


def clear_exercises(settings: Settings) -> int:
    """End what is under way, and take what all exercises played out of the store; return how much there was."""
    start(settings)
    from quietude.portal.alarms import exercises  # noqa: PLC0415  # as above

    now = datetime.now(UTC)
    exercises.end_all(now)
    return exercises.clear(now)


def accepted_rules(settings: Settings) -> dict[str, str | None]:
    """Return the accepted texts of rules that stand over the town's files, by name; None where one is withdrawn."""
    start(settings)
    from quietude.portal.alarm_editions.standing import texts_over_files  # noqa: PLC0415  # as above

    return dict(texts_over_files())


def serve(settings: Settings, *, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve the portal until interrupted; `say` is told the address once it answers. Port 0 takes a free one.

    Raises:
        PortalError: the port is taken, or the database or the town's configuration cannot be used.
    """
    listener = _listen(host, port)
    with listener:
        start(settings)
        from quietude.portal.starting import run  # noqa: PLC0415  # as above

        run(settings, listener, say)


def _choose(settings: Settings) -> None:
    os.environ["QUIETUDE_TOWN"] = settings.town
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quietude.portal.settings")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise PortalError(
            f"cannot listen on {host}:{port}: {error.strerror}. "
            "Is the portal already running there? Choose another port with --port."
        ) from error
    return listener
