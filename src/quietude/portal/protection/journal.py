"""The one place where acts on personal data are noted, in the same transaction as the act itself."""

from __future__ import annotations

from django.http import HttpRequest

from quietude.journal.api import Kind
from quietude.portal.accounts.access import user_of
from quietude.portal.accounts.models import User
from quietude.portal.journal.recording import Act, note

_LONGEST = 400  # letters; a list of sources is cut, never an identity, since none is written here


def note_read(request: HttpRequest, what: str) -> None:
    """Note that a page shows what is written of persons: requests, breaches, holds; before it is shown."""
    note_act(Kind.CONSULT, user_of(request).username, what)


def note_act(kind: Kind, who: str, what: str, *, to: str = "", motive: str = "") -> None:
    """Note one act on personal data; call it inside the transaction of the act, so that both happen or neither.

    Args:
        kind: collect, modify, consult, communicate, link or erase.
        who: user name, or "command:<account>" for the command line.
        what: what it was done to, in words that outlast an erasure: counts, sources, references, never a name.
        to: to whom it was communicated.
        motive: why.

    Raises:
        JournalUnavailableError: the journal cannot be written; the act must not happen.
    """
    account = User.objects.filter(username=who).values_list("pk", flat=True).first()
    note(
        Act(
            kind=kind,
            who=f"user:{account}" if account is not None else who,
            purpose="protection",
            motive=motive[:_LONGEST],
            to_whom=to[:_LONGEST],
            detail={"what": what[:_LONGEST]},
        )
    )
