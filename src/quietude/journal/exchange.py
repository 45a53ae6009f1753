"""A folder that a log and its witness share, where no network leads from one to the other (a mounted disk, a stick).

`request.txt` is the log's; `refusal.txt` and `witnessed/<size>.txt` are the witness's. Each signed checkpoint stays:
they are what `verify --witness` holds the log against.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from quietude.journal.errors import JournalError
from quietude.journal.merkle import Nodes
from quietude.journal.note import Checkpoint, SigningKey, sign, split_note
from quietude.journal.witness import RefusedError, Request, Witness, request, write_whole


class Exchange:
    """The shared folder. Every file in it is whole or not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.witnessed = folder / "witnessed"

    def ask(self, checkpoint: Checkpoint, key: SigningKey, nodes: Nodes) -> Path:
        """Show a checkpoint of the log to the witness; return the request's file.

        Raises:
            JournalError: the witness holds more entries than there are: the log was put back or cut short.
        """
        old = self.size()
        if old > checkpoint.size:
            raise JournalError(
                f"the witness holds {old} entries, the journal has {checkpoint.size}: it was put back or cut short. "
                "Run quietude audit verify with --witness"
            )
        target = self.folder / "request.txt"
        write_whole(target, str(request(sign(checkpoint, key), checkpoint, old=old, nodes=nodes)).encode())
        return target

    def answer(self, witness: Witness, *, at: datetime) -> Path | None:
        """Let the witness answer the request that lies here; return the file it signed, None when nothing was asked.

        Raises:
            JournalError: the witness refuses; its reason lies in refusal.txt too.
        """
        asked, refusal = self.folder / "request.txt", self.folder / "refusal.txt"
        if not asked.exists():
            return None
        try:
            shown = Request.parse(asked.read_text(encoding="utf-8"))
            signed = witness.sign(shown, at=at)
        except JournalError as error:
            size = f"old {error.size}\n" if isinstance(error, RefusedError) else ""
            write_whole(refusal, f"{size}{error}\n".encode())
            asked.unlink()
            raise
        target = self.witnessed / f"{Checkpoint.parse(split_note(signed)[0]).size:012d}.txt"
        write_whole(target, signed.encode())
        refusal.unlink(missing_ok=True)
        asked.unlink()
        return target

    def size(self) -> int:
        """Return how many entries the witness holds, by what it left here."""
        sizes = [int(file.stem) for file in self.witnessed.glob("*.txt") if file.stem.isdecimal()]
        refusal = self.folder / "refusal.txt"
        if refusal.exists():
            first = refusal.read_text(encoding="utf-8").partition("\n")[0]
            if first.startswith("old ") and first[4:].isdecimal():
                sizes.append(int(first[4:]))
        return max(sizes, default=0)
