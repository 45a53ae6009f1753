"""The list of accounts as a file that a spreadsheet opens, and that can be imported again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime

from quietude.portal.accounts.models import User
from quietude.portal.explore.exports import FORMULA_START
from quietude.portal.services.belonging import in_force
from quietude.portal.services.models import Membership
from quietude.portal.town import town_day

COLUMNS = ("username", "full_name", "email", "role", "services", "state", "second_factor", "last_sign_in")


def write_list(people: Iterable[User], now: datetime) -> str:
    """Return accounts (annotated with `has_factor`) as CSV with a byte-order mark, times in UTC."""
    people = list(people)
    codes: dict[int, list[str]] = {}
    for each in Membership.objects.filter(in_force(town_day(now)), person__in=people).select_related("service"):
        codes.setdefault(each.person_id, []).append(each.service.code)
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(COLUMNS)
    for person in people:
        last = person.last_login.isoformat(timespec="seconds") if person.last_login is not None else ""
        has_factor = "yes" if getattr(person, "has_factor", False) else "no"
        state = "open" if person.is_active else "closed"
        row = [
            person.username, person.full_name, person.email, person.role, " ".join(codes.get(person.pk, [])), state,
            has_factor, last,
        ]  # fmt: skip
        writer.writerow([f"'{cell}" if re.match(FORMULA_START, cell) else cell for cell in row])
    return "\ufeff" + kept.getvalue()
