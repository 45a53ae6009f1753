"""Persons and their grants from a table: read whole, checked line by line, then all done or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.model.fold import fold
from quietude.portal.accounts.models import User
from quietude.portal.rights import actions
from quietude.portal.rights.groups import Access, Group
from quietude.portal.rights.models import Grant, Level, Purpose

NEEDED = ("username", "purpose")
DAYS = ("since", "until", "trained_on", "training_until")
LISTS = ("sources", "categories", "zones")
COLUMNS = (*NEEDED, "level", *LISTS, "ceiling", *(group.value for group in Group), *DAYS, "designation")
ROWS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where."""

    line: int
    column: str
    value: str
    said: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a table."""

    given: int
    faults: tuple[Fault, ...]


class _UndoneError(Exception):
    """Ends a transaction whose work is not to be kept."""


def import_grants(by: User, text: str, *, today: date, is_trial: bool) -> Outcome:
    """Give all grants of a table, or none of them where any line is wrong or it is a trial.

    Raises:
        PermissionDenied: `by` may not manage grants.
    """
    faults: list[Fault] = []
    given = 0
    try:
        with transaction.atomic():
            seen: dict[tuple[str, ...], int] = {}
            for numbered in read_rows(text, faults, needed=NEEDED, columns=COLUMNS):
                given += _one(by, numbered, faults, seen, today)
            if faults or is_trial:
                raise _UndoneError
    except _UndoneError:
        return Outcome(given if not faults else 0, tuple(faults))
    return Outcome(given, ())


def read_rows(
    text: str,
    faults: list[Fault],
    *,
    needed: Collection[str],
    columns: Collection[str],
    aliases: Mapping[str, str] = MappingProxyType({}),
    rows_max: int = ROWS_MAX,
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row of a table with the number of its line; what cannot be read is added to `faults`.

    Args:
        text: With a header; separated by commas, semicolons or tabs.
        faults: Added to; a wrong header yields no row at all.
        needed: Columns that must be there.
        columns: All columns that may be there.
        aliases: Other names of columns, folded, to their own.
        rows_max: How many rows are read.
    """
    head = text.lstrip("\ufeff").partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator, restkey="…")
    try:
        names = [aliases.get(fold(name.strip()), name.strip()) for name in reader.fieldnames or []]
    except csv.Error:
        names = []
    reader.fieldnames = names
    said = gettext("No such column; there are: %(names)s.") % {"names": ", ".join(columns)}
    faults += [Fault(1, name, "", gettext("This column is missing.")) for name in needed if name not in names]
    faults += [Fault(1, name, "", said) for name in names if name not in columns]
    faults += [
        Fault(1, name, "", gettext("This column comes twice."))
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if faults:
        return
    try:
        for number, row in enumerate(reader):
            if number >= rows_max:
                faults.append(Fault(reader.line_num, "", "", gettext("The table is too long: import it in parts.")))
                return
            if "…" in row:
                faults.append(Fault(reader.line_num, "", "", gettext("This line has more values than the header.")))
                continue
            yield reader.line_num, {name: (value or "").strip() for name, value in row.items()}
    except csv.Error:
        faults.append(Fault(reader.line_num, "", "", gettext("This line can't be read: look for a quotation mark.")))


def _one(
    by: User,
    numbered: tuple[int, Mapping[str, str]],
    faults: list[Fault],
    seen: dict[tuple[str, ...], int],
    today: date,
) -> int:
    """Give the grant of one line, or note what is wrong; return how many were given."""
    line, row = numbered
    before = len(faults)
    whole = tuple(row.get(name, "") for name in COLUMNS)
    if whole in seen:
        said = gettext("This line repeats line %(line)s.") % {"line": seen[whole]}
        faults.append(Fault(line, "username", row["username"], said))
        return 0
    seen[whole] = line
    holder = User.objects.filter(username=row["username"].lower(), is_active=True).first()
    if holder is None:
        faults.append(Fault(line, "username", row["username"], gettext("No open account has this name.")))
    purpose = Purpose.objects.filter(code=row["purpose"]).first()
    if purpose is None:
        faults.append(Fault(line, "purpose", row["purpose"], gettext("The register has no such purpose.")))
    days = {name: day_of(line, name, row.get(name, ""), faults) for name in DAYS}
    if holder is None or purpose is None or len(faults) > before:
        return 0
    grant = Grant(holder=holder, purpose=purpose, designation=row.get("designation", ""))
    for name in LISTS:
        setattr(grant, name, row.get(name, "").split())
    for name in ("level", "ceiling", *(group.value for group in Group)):
        if row.get(name):
            setattr(grant, name, row[name])
    for name, day in days.items():
        setattr(grant, name, day)
    grant.since = grant.since or today
    try:
        actions.give(by, grant)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            faults.append(Fault(line, name, row.get(name, ""), " ".join(messages)))
        return 0
    return 1


def day_of(line: int, name: str, value: str, faults: list[Fault]) -> date | None:
    """Return the day that a cell states; none where it is empty, or where it is a fault."""
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        faults.append(Fault(line, name, value, gettext("Write a day like 2026-11-30.")))
        return None


def example() -> str:
    """Return a table to begin with."""
    return "\n".join(
        [
            ",".join(COLUMNS),
            f"agent,operations,{Level.LIST},,noise street,,internal,{Access.OPEN},{Access.ON_DEMAND},{Access.OPEN},"
            f"{Access.OPEN},2026-01-01,2026-12-31,,,arrêté 2026-12",
        ]
    )
