"""What proves that a person was answered: the acts of a request, with their lines of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.auditing.words import KINDS, told_what
from quietude.portal.journal.searching import Line, Wanted, search
from quietude.portal.protection.models import PersonRequest
from quietude.portal.protection.rights import NOTHING

LINES = 2_000  # acts of data protection looked through, newest first: years of requests of a large town


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act of a request."""

    at: datetime
    kind: Kind
    word: str
    who: str
    what: str
    """Counts by place, never a name."""
    motive: str
    line: int
    """Number of its line in the journal. Lines whose words have gone by their term tell nothing any more."""

    @property
    def said(self) -> str:
        """Return what it was done to, in the reader's language."""
        return told_what(self.what)

    @property
    def reason(self) -> str:
        """Return the motive, in the reader's language where it is one of ours."""
        return told_what(self.motive)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The acts of a request, oldest first, and what they prove of an erasure."""

    steps: tuple[Step, ...]

    @property
    def erasures(self) -> tuple[Step, ...]:
        """Return the erasures among them."""
        return tuple(step for step in self.steps if step.kind == Kind.ERASE)

    @property
    def empty_search(self) -> Step | None:
        """Return the first search after the last erasure, where it found nothing: what shows that all went."""
        if not self.erasures:
            return None
        after = self.steps[self.steps.index(self.erasures[-1]) + 1 :]
        searches = [step for step in after if step.kind == Kind.CONSULT]
        return searches[0] if searches and searches[0].what == NOTHING else None


def evidence_of(made: PersonRequest) -> Evidence:
    """Return what was done for a request, without any name, oldest first."""
    start = f"request {made.reference}"
    lines = [line for line in search(Wanted(purpose="protection"), limit=LINES) if _is_of(line, start)]
    names = dict(User.objects.filter(pk__in=[_key(line.who) for line in lines]).values_list("pk", "username"))
    return Evidence(
        tuple(
            Step(
                at=line.at,
                kind=line.kind,
                word=str(KINDS[line.kind][0]),
                who=names.get(_key(line.who), line.who),
                what=_told(line)[len(start) :].lstrip(": "),
                motive=line.motive,
                line=line.index,
            )
            for line in reversed(lines)
        )
    )


def _is_of(line: Line, start: str) -> bool:
    """Tell whether a line is of a request, and not of one with a longer reference."""
    told = _told(line)
    return told.startswith(start) and told[len(start) : len(start) + 1] in {":", " "}


def _key(who: str) -> int:
    kind, _colon, key = who.partition(":")
    return int(key) if kind == "user" and key.isdecimal() else 0


def _told(line: Line) -> str:
    return str(line.detail.get("what", ""))
