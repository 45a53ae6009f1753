"""Which follow-ups concern a person: theirs, their services', those they asked for; the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quietude.journal.api import Kind as JournalKind
from quietude.model.event import Sensitivity
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import Act, note
from quietude.portal.logbook.models import FollowUp
from quietude.portal.logbook.writers import codes_of, written_by
from quietude.portal.rights.standing import Standing
from quietude.portal.town import town_day

SHOWN_MAX = 200  # the most urgent: of more, nobody reads the last
DONE_FOR = timedelta(days=14)  # so long may be opened again from the list
TABS: tuple[tuple[str, str | Promise, str], ...] = (
    ("mine", _("Mine"), "1"),
    ("service", _("Of my service"), "2"),
    ("asked", _("Asked by me"), "3"),
    ("done", _("Done"), "4"),
)
"""Name in the address, name on the screen, key."""
ADDRESSED = (Sensitivity.PUBLIC, Sensitivity.INTERNAL, Sensitivity.RESTRICTED)
"""How sensitive an entry may be for its follow-up to be read by whom it is for."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many follow-ups wait for a person: their own, and the late ones of their service that nobody has."""

    waiting: int
    late: int


@dataclass(frozen=True, slots=True)
class Person:
    """A person to whom follow-ups are addressed, under the purpose they work under."""

    user: User
    regime: str
    """"" without a purpose: nothing is read then."""
    codes: frozenset[str]
    logbooks: frozenset[str]

    @classmethod
    def of(cls, user: User, standing: Standing, now: datetime) -> Person:
        """Return an account as follow-ups know it."""
        if standing.purpose is None or not user.holds(Right.WRITE_LOGBOOK):
            return cls(user, "", frozenset(), frozenset())
        codes = frozenset(codes_of(user, now))
        return cls(user, standing.purpose.regime, codes, frozenset(each.name for each in written_by(user, at=now)))

    def visible(self) -> QuerySet[FollowUp]:
        """Return the follow-ups of entries of the purpose's regime: what is asked is read by whom it is asked of."""
        return FollowUp.objects.filter(
            entry__regime=self.regime, entry__struck_at=None, entry__sensitivity__in=[each.value for each in ADDRESSED]
        )

    def mine(self) -> Q:
        """Return the condition of those for the person."""
        return Q(assignee_id=self.user.pk)

    def of_service(self) -> Q:
        """Return the condition of those for the person's services; older ones name none: their logbook's."""
        return Q(service__in=self.codes) | Q(service="", entry__logbook__in=self.logbooks)

    def asked(self, tab: str, now: datetime) -> QuerySet[FollowUp]:
        """Return what a tab of the page shows."""
        conditions = {
            "mine": self.mine() & Q(done_at=None),
            "service": self.of_service() & Q(done_at=None),
            "asked": Q(made_by_id=self.user.pk, done_at=None),
            "done": (self.mine() | self.of_service() | Q(made_by_id=self.user.pk)) & Q(done_at__gte=now - DONE_FOR),
        }
        found = self.visible().filter(conditions[tab])
        return found.order_by("-done_at", "-pk") if tab == "done" else found

    def counted(self, now: datetime) -> Counted:
        """Return how many wait."""
        if not self.regime:
            return Counted(0, 0)
        nobodys = self.of_service() & free(now) & Q(due_at__lt=now)
        terms = self.visible().filter(self.mine() | nobodys, done_at=None).order_by().values_list("due_at", flat=True)
        found = list(terms[: SHOWN_MAX + 1])
        return Counted(len(found), sum(due is not None and due < now for due in found))


def free(now: datetime) -> Q:
    """Return the condition of follow-ups that no person has, or whose person is away or gone."""
    return Q(assignee=None) | Q(assignee__is_active=False) | Q(assignee__follow_up_wish__away_until__gte=town_day(now))


def note_reading(person: Person, standing: Standing, found: list[FollowUp]) -> None:
    """Note that follow-ups were shown to whom they are for, in one line.

    Raises:
        JournalUnavailableError: the line cannot be written; nothing may be shown.
    """
    if not found:
        return
    labels = list(dict.fromkeys(each.entry.label for each in found))
    detail: dict[str, Any] = {"of": "follow_ups", "rows": str(len(found))}
    note(
        Act(
            kind=JournalKind.CONSULT, who=f"user:{person.user.pk}", purpose=standing.viewer.purpose or "",
            motive=standing.viewer.motive or "", ids=labels, detail=detail,
        )
    )  # fmt: skip
