"""The grant that a line of a table asks for, beside the usual one of the role."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.rights.actions import check
from quietude.portal.rights.models import Grant, Purpose, State
from quietude.portal.rights.tables import Fault, day_of
from quietude.portal.rights.usual import USUAL


def grant_of(
    account: User | None,
    role: Role,
    *,
    row: Mapping[str, str],
    line: int,
    purposes: Mapping[str, Purpose],
    today: date,
    faults: list[Fault],
) -> Grant | None:
    """Return the grant for the purpose that a row names, all columns closed; None where it is held or comes anyway."""
    code = row.get("purpose", "")
    if not code or (USUAL[role].purpose == code and (account is None or account.role != role)):
        return None
    purpose = purposes.get(code)
    if purpose is None or not purpose.is_open:
        there = ", ".join(each.code for each in purposes.values() if each.is_open)
        said = gettext("The register has no such purpose in use; there are: %(names)s.") % {"names": there}
        faults.append(Fault(line, "purpose", code, said))
        return None
    held = Grant.objects.filter(holder=account, purpose=purpose).select_related("purpose") if account else ()
    if any(grant.state(today) is State.ACTIVE for grant in held):
        return None
    days = {name: day_of(line, name, row.get(name, ""), faults) for name in ("trained_on", "training_until")}
    grant = Grant(purpose=purpose, since=today, designation=row.get("designation", ""), **days)
    try:
        check(grant)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            faults.append(Fault(line, name, row.get(name, ""), " ".join(messages)))
        return None
    if grant.training_until is not None and grant.training_until < today:
        said = gettext("This training has expired: renew it, or leave the purpose out.")
        faults.append(Fault(line, "training_until", row["training_until"], said))
    elif grant.state(today) is State.UNTRAINED:
        faults.append(Fault(line, "trained_on", row["trained_on"], gettext("This training lies in the future.")))
    return grant
