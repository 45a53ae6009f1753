"""The one place where acts on personal data are noted, in the same transaction as the act itself."""

from __future__ import annotations

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.journal.recording import Act, note
from quietude.portal.protection.models import ActKind, ProtectionAct

__all__ = ["ActKind", "note_act"]

_LONGEST = 400  # of the columns; a list of sources is cut, never an identity, since none is written here


def note_act(kind: ActKind, who: str, what: str, *, to: str = "", motive: str = "") -> None:
    """Note one act on personal data; call it inside the transaction of the act, so that both happen or neither.

    Args:
        kind: collect, modify, consult, communicate, link or erase.
        who: user name, or "command" for the command line.
        what: what it was done to, in words that outlast an erasure: counts, sources, references, never a name.
        to: to whom it was communicated.
        motive: why.

    Raises:
        JournalUnavailableError: the journal cannot be written; the act must not happen.
    """
    account = User.objects.filter(username=who).values_list("pk", flat=True).first()
    note(
        Act(
            kind=Kind(kind.value),
            who=f"user:{account}" if account is not None else who,
            purpose="protection",
            motive=motive[:_LONGEST],
            to_whom=to[:_LONGEST],
            detail={"what": what[:_LONGEST]},
        )
    )
    ProtectionAct.objects.create(kind=kind, who=who, what=what[:_LONGEST], to=to[:_LONGEST], motive=motive[:_LONGEST])
