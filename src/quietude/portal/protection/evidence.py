"""What proves that a person was answered: the acts of a request, with their lines of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quietude.journal.api import Kind
from quietude.portal.journal.searching import Line, Wanted, search
from quietude.portal.journal.words import told_what
from quietude.portal.protection.journal import ActKind
from quietude.portal.protection.models import PersonRequest, ProtectionAct
from quietude.portal.protection.rights import NOTHING

LINES = 2_000  # acts of data protection looked through, newest first: years of requests of a large town


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act of a request."""

    at: datetime
    kind: str
    word: str
    who: str
    what: str
    """Counts by place, never a name."""
    motive: str
    line: int | None
    """Number of its line in the journal; None where the words of that line have gone by their term."""

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
        return tuple(step for step in self.steps if step.kind == ActKind.ERASE)

    @property
    def empty_search(self) -> Step | None:
        """Return the first search after the last erasure, where it found nothing: what shows that all went."""
        if not self.erasures:
            return None
        after = self.steps[self.steps.index(self.erasures[-1]) + 1 :]
        searches = [step for step in after if step.kind == ActKind.CONSULT]
        return searches[0] if searches and searches[0].what == NOTHING else None


def evidence_of(made: PersonRequest) -> Evidence:
    """Return what was done for a request, without any name."""
    start = f"request {made.reference}"
    acts = ProtectionAct.objects.filter(what__startswith=start).order_by("at", "pk")
    lines = [line for line in search(Wanted(purpose="protection"), limit=LINES) if _told(line).startswith(start)]
    steps = []
    for act in acts:
        rest = act.what[len(start) :]
        if rest[:1] not in (":", " "):  # the request of a longer reference
            continue
        fits = [line for line in lines if _told(line) == act.what and line.kind == Kind(act.kind)]
        nearest = min(fits, key=lambda line: abs(line.at - act.at), default=None)
        steps.append(
            Step(
                at=act.at,
                kind=act.kind,
                word=str(act.get_kind_display()),
                who=act.who,
                what=rest.lstrip(": "),
                motive=act.motive,
                line=nearest.index if nearest is not None else None,
            )
        )
    return Evidence(tuple(steps))


def _told(line: Line) -> str:
    return str(line.detail.get("what", ""))
