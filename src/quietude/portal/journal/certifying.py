"""The way from a line of the journal to a checkpoint that its key signed: what others need to check the line."""

from __future__ import annotations

import base64
from functools import partial

from django.db import connection, transaction

from quietude.journal.api import inclusion_proof, sign
from quietude.portal.journal.recording import TABLES, Act, JournalUnavailableError, log_key, note

COLUMNS = "leaf, actor_salt, actor, subject_salt, subject"


@transaction.atomic
def certify(act: Act) -> dict[str, object]:
    """Write a line and return its proof: the line with its parts and salts, its path and the signed checkpoint.

    The parts may go from the journal later; whoever holds the proof can still show what they said.

    Raises:
        JournalUnavailableError: the line cannot be written; nothing was.
    """
    note(act)
    with connection.cursor() as cursor:
        checkpoint = TABLES.head(cursor).checkpoint  # ours is the last line: the head is held until the end
        index = checkpoint.size - 1
        cursor.execute(
            f"SELECT {COLUMNS} FROM journal_leaf JOIN journal_payload USING (idx) WHERE idx = %s",
            [index],
        )
        row = cursor.fetchone()
        if row is None:
            raise JournalUnavailableError(f"entry {index} of the journal is not there")
        leaf, actor_salt, actor, subject_salt, subject = row
        path = inclusion_proof(index, checkpoint.size, partial(TABLES.node, cursor))
    return {
        "leaf": leaf,
        "actor_salt": bytes(actor_salt).hex(),
        "actor": actor,
        "subject_salt": bytes(subject_salt).hex(),
        "subject": subject,
        "path": [base64.b64encode(step).decode() for step in path],
        "checkpoint": sign(checkpoint, log_key()),
    }
