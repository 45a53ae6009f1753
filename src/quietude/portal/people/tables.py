"""Accounts from a table: read whole, checked line by line, told as differences before anything is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext, override

from quietude.model.fold import fold
from quietude.portal.accounts.actions import Details
from quietude.portal.accounts.models import Language, User
from quietude.portal.accounts.roles import Role
from quietude.portal.people.grants import grant_of
from quietude.portal.rights.models import Grant, Purpose
from quietude.portal.rights.tables import Fault, read_rows
from quietude.portal.services.api import Service, memberships_of, open_services
from quietude.portal.town import town_day

NEEDED = ("username",)
TRAINING = ("designation", "trained_on", "training_until")
TOLD = ("state", "last_sign_in", "second_factor")
"""Columns of the list taken away, which a table may keep and which change nothing."""
COLUMNS = ("username", "full_name", "email", "role", "services", "purpose", *TRAINING, *TOLD)
ROWS_MAX = 500  # passwords to hash, and to hand over by hand
ALIASES: Mapping[str, str] = {
    "identifiant": "username", "login": "username", "nom": "full_name", "nom complet": "full_name",
    "name": "full_name", "courriel": "email", "e-mail": "email", "mail": "email", "adresse": "email",
    "role": "role", "service": "services", "services": "services", "finalite": "purpose",
    "acte": "designation", "designation": "designation", "forme le": "trained_on",
    "formation valable jusqu'au": "training_until",
}  # fmt: skip
"""Folded names of columns that spreadsheets use, to ours."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changes of an account: its field, what it says now (empty for a new account), what it will say."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one line asks for, checked."""

    line: int
    username: str
    account: User | None
    """None: it is made."""
    details: Details
    services: tuple[Service, ...] | None
    """The main one first; None leaves them as they are."""
    grant: Grant | None
    """Without a holder yet."""
    differences: tuple[Difference, ...]


@dataclass(slots=True)
class Plan:
    """What a table asks for; nothing is done where it has faults."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0
    """Lines that say what is so already."""
    faults: list[Fault] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Return what names these very changes: another table, or accounts that changed meanwhile, have another."""
        told = [
            [change.username, [(each.name, each.before, each.after) for each in change.differences]]
            for change in self.changes
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Known:
    """What lines are checked against, read once."""

    by: User | None
    now: datetime
    today: date
    accounts: Mapping[str, User]
    emails: Mapping[str, str]
    services: Mapping[str, Service]
    purposes: Mapping[str, Purpose]
    seen: dict[tuple[str, str], int]


def decode(data: bytes) -> str:
    """Return the text of a file as spreadsheets write it: UTF-8 with or without mark, UTF-16, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def plan(by: User | None, text: str, now: datetime) -> Plan:
    """Return what a table asks for on a moment, with every fault by line, column and value. Nothing is written."""
    accounts = {user.username: user for user in User.objects.all()}
    known = _Known(
        by=by,
        now=now,
        today=town_day(now),
        accounts=accounts,
        emails={user.email: user.username for user in accounts.values() if user.email},
        services={service.code: service for service in open_services(now)},
        purposes={purpose.code: purpose for purpose in Purpose.objects.all()},
        seen={},
    )
    found = Plan()
    read = read_rows(text, found.faults, needed=NEEDED, columns=COLUMNS, aliases=ALIASES, rows_max=ROWS_MAX)
    for line, row in read:
        if not any(row.values()):
            continue
        change = _change(known, line, row, found.faults)
        if change is not None and (change.differences or change.account is None):
            found.changes.append(change)
        elif change is not None:
            found.same += 1
    if not (found.changes or found.same or found.faults):
        found.faults.append(Fault(1, "", "", gettext("The table has no line below its header.")))
    return found


def _change(known: _Known, line: int, row: Mapping[str, str], faults: list[Fault]) -> Change | None:
    before = len(faults)
    username = row["username"].lower()
    account = known.accounts.get(username)
    _check_twice(known, line, "username", username, faults)
    email = row.get("email", "").lower()
    if email:
        _check_twice(known, line, "email", email, faults)
        if known.emails.get(email, username) != username:
            said = gettext("The account %(name)s has this address.") % {"name": known.emails[email]}
            faults.append(Fault(line, "email", email, said))
    if account is not None and not account.is_active:
        said = gettext("This account is closed: reopen it first, or leave the line out.")
        faults.append(Fault(line, "username", username, said))
    role = _role(account, line, row.get("role", ""), faults)
    services = _services(known, line, row.get("services", ""), faults)
    if role is None or len(faults) > before:
        return None
    details = Details(
        role=role,
        email=email or (account.email if account else ""),
        full_name=row.get("full_name") or (account.full_name if account else ""),
    )
    _check_fields(account, details, line=line, row=row, faults=faults)
    grant = grant_of(account, role, row=row, line=line, purposes=known.purposes, today=known.today, faults=faults)
    if len(faults) > before:
        return None
    change = Change(line, username, account, details, services, grant, ())
    change = replace(change, differences=tuple(_differences(change, known.now)))
    if known.by is not None and account is not None and account.pk == known.by.pk and change.differences:
        said = gettext("Nobody changes their own account by a table: leave the line out.")
        faults.append(Fault(line, "username", username, said))
        return None
    return change


def _check_twice(known: _Known, line: int, name: str, value: str, faults: list[Fault]) -> None:
    first = known.seen.setdefault((name, value), line)
    if first != line:
        said = gettext("Line %(line)s has it already: keep one of them.") % {"line": first}
        faults.append(Fault(line, name, value, said))


def _role(account: User | None, line: int, value: str, faults: list[Fault]) -> Role | None:
    if not value and account is not None:
        return Role(account.role)
    for role in Role:
        if fold(value) in {role.value, *_in_words(role)}:
            return role
    said = gettext("No such role; there are: %(names)s.") % {"names": ", ".join(Role.values)}
    faults.append(Fault(line, "role", value, said))
    return None


def _in_words(role: Role) -> set[str]:
    words = set()
    for language in Language.values:
        with override(language):
            words.add(fold(str(role.label)))
    return words


def _services(known: _Known, line: int, value: str, faults: list[Fault]) -> tuple[Service, ...] | None:
    codes = list(dict.fromkeys(value.replace(",", " ").split()))
    for code in codes:
        if code not in known.services:
            there = ", ".join(known.services) or "–"
            said = gettext("No open service has this code; there are: %(names)s.") % {"names": there}
            faults.append(Fault(line, "services", code, said))
    return tuple(known.services[code] for code in codes if code in known.services) or None


def _check_fields(
    account: User | None, details: Details, *, line: int, row: Mapping[str, str], faults: list[Fault]
) -> None:
    user = User(username=row["username"].lower(), email=details.email, full_name=details.full_name, role=details.role)
    if account is not None:
        user = User.objects.get(pk=account.pk)
        user.email, user.full_name, user.role = details.email, details.full_name, details.role
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            column = name if name in COLUMNS else ""
            faults.append(Fault(line, column, row.get(column, ""), " ".join(messages)))


def _differences(change: Change, now: datetime) -> list[Difference]:
    language, account = (get_language() or "fr")[:2], change.account
    held = [each.service for each in memberships_of(account, now)] if account is not None else []
    told = [
        ("full_name", account.full_name if account else "", change.details.full_name),
        ("email", account.email if account else "", change.details.email),
        ("role", str(Role(account.role).label) if account else "", str(change.details.role.label)),
    ]
    if change.services is not None:
        told.append(("services", " ".join(each.code for each in held), " ".join(each.code for each in change.services)))
    if change.grant is not None:
        told.append(("purpose", "", change.grant.purpose.say(language)))
    return [Difference(*each) for each in told if each[1] != each[2]]
