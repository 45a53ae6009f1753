"""The journey in time through the portal's database: from one day to eleven years on, no row past its term stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from tests.portal.conftest import MakeUser

from quietude.journal.api import Kind
from quietude.keeping.api import Held, Visa, carry_out, load_census, plan
from quietude.portal.accounts.models import AccountAct, ApiToken, User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarms.models import Alarm, RuleEdition, RuleOutage, Suppression
from quietude.portal.documents.models import Document
from quietude.portal.explore.models import SavedView
from quietude.portal.flows.models import AlertChain
from quietude.portal.journal.recording import Act, note
from quietude.portal.links.models import Link, Refusal
from quietude.portal.logbook.models import Entry
from quietude.portal.notifications.models import Dispatch
from quietude.portal.oidc.models import OidcLink, OidcLogout
from quietude.portal.participants import participants
from quietude.portal.protection.models import Breach, Hold, PersonRequest
from quietude.portal.rights.models import Opening, Purpose
from quietude.portal.rosters.models import Replacement, Roster
from quietude.portal.saved_searches.models import Digest, Ring, SavedSearch
from quietude.portal.services.models import Service
from quietude.portal.shifts.models import Attendance, Crew, Instruction, Report, Shift
from quietude.portal.situations.models import KindEdition, Situation
from quietude.portal.wizard.models import Draft
from quietude.store.api import Store

BEGINNING = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAYS = (1, 2, 5, 32, 200, 367, 500, 731, 1100, 1500, 1830, 2400, 11 * 365 + 3)


def shift_of(user: User, *, saved: bool = True) -> Shift:
    """Return a shift that was opened in the beginning."""
    service = Service.objects.get_or_create(
        code="pm",
        defaults={"title_fr": "PM", "title_en": "PM", "kind": "municipal_police", "opened_on": BEGINNING.date()},
    )[0]
    made = Shift(
        service=service, watch="night", begins_at=BEGINNING, ends_at=BEGINNING + timedelta(hours=8), chief=user,
        opened_at=BEGINNING, opened_by=user,
    )  # fmt: skip
    if saved:
        made.save()
    return made


Makers = Mapping[str, tuple[Callable[[User], Any], str, int]]


def saved_search(user: User, name: str, *, kept: bool = False) -> SavedSearch:
    made = SavedSearch(
        owner=user, name=name, text=name, language="fr", purpose="tranquility", since=BEGINNING, seen_at=BEGINNING
    )
    if kept:
        made.save()
    return made


ROWS: Makers = {
    "accounts.AccountAct": (lambda user: AccountAct(by="x", account=user, what="changed"), "at", 366),
    "accounts.ApiToken": (
        lambda user: ApiToken(user=user, name="export", digest="d", mark="m", expires_at=BEGINNING), "expires_at", 366,
    ),
    "account.EmailConfirmation": (
        lambda user: EmailConfirmation(email_address=EmailAddress.objects.get(user=user), key="k"), "created", 4,
    ),
    "explore.SavedView": (lambda user: SavedView(owner=user, name="vue", query=""), "changed_at", 3 * 366),
    "saved_searches.SavedSearch": (lambda user: saved_search(user, "travaux"), "seen_at", 3 * 366),
    "saved_searches.Ring": (
        lambda user: Ring(
            search=SavedSearch.objects.filter(owner=user).first() or saved_search(user, "rixe", kept=True),
            kind="fact", key="u", place="p", at=BEGINNING,
        ),
        "at", 91,
    ),
    "saved_searches.Digest": (
        lambda user: Digest(
            owner=user, rhythm="daily", since=BEGINNING, until=BEGINNING, not_before=BEGINNING
        ),
        "until", 366,
    ),
    "links.Link": (
        lambda user: Link(
            first="a", first_source="x", second="b", second_source="y", reason="r", made_at=BEGINNING, made_by=user
        ),
        "made_at", 3 * 366,
    ),
    "links.Refusal": (
        lambda user: Refusal(first="a", second="b", made_at=BEGINNING, made_by=user), "made_at", 3 * 366,
    ),
    "documents.Document": (
        lambda user: Document(
            title="t", kind="other", sensitivity="internal", added_at=BEGINNING, added_by=user,
            retain_until=BEGINNING.date(),
        ),
        "retain_until", 2,
    ),
    "logbook.Entry": (
        lambda user: Entry(
            key=uuid4(), logbook="patrols", year=2026, number=1, label="PM-2026-0001", author=user,
            written_at=BEGINNING, occurred_at=BEGINNING, retain_until=BEGINNING.date(),
        ),
        "retain_until", 2,
    ),
    "flows.AlertChain": (lambda _: AlertChain(source="s", name="a", last_at=BEGINNING), "last_at", 90),
    "alarms.Alarm": (
        lambda _: Alarm(
            key="k", world="real", rule="r", severity=3, began_at=BEGINNING, raised_at=BEGINNING, facts=1,
            is_active=False, edition=RuleEdition.objects.create(name="r", digest="d", content={}, since=BEGINNING),
        ),
        "raised_at", 3 * 366,
    ),
    "situations.Situation": (
        lambda user: Situation(
            key="2026-0001", year=2026, number=1, world="real", kind="k", title="t", priority=3, opened_by=user,
            opened_at=BEGINNING, began_at=BEGINNING, keep_until=BEGINNING,
            edition=KindEdition.objects.create(name="k", digest="d", content={}, at=BEGINNING),
        ),
        "keep_until", 2,
    ),
    "alarms.Suppression": (
        lambda user: Suppression(
            reason="r", rules=["r"], begins_at=BEGINNING, ends_at=BEGINNING, made_by=user, made_at=BEGINNING
        ),
        "ends_at", 3 * 366,
    ),
    "alarms.RuleOutage": (
        lambda user: RuleOutage(rule="r", reason="r", ends_at=BEGINNING, made_by=user, made_at=BEGINNING),
        "ends_at", 3 * 366,
    ),
    "rosters.Replacement": (
        lambda user: Replacement(
            roster=Roster.objects.create(code="night", title_fr="n", title_en="n", service=shift_of(user).service),
            person=user, begins_at=BEGINNING - timedelta(hours=1), ends_at=BEGINNING, made_by=user, made_at=BEGINNING,
        ),
        "ends_at", 366,
    ),
    "notifications.Dispatch": (
        lambda _: Dispatch(
            key="k", subject="alarm", subject_key="k", asked="role:agent", content={}, at=BEGINNING
        ),
        "at", 366,
    ),
    "wizard.Draft": (lambda user: Draft(key="d", made_by=user, file_name="f.csv"), "changed_at", 31),
    "oidc.OidcLogout": (lambda _: OidcLogout(issuer="i", jti="j", received_at=BEGINNING), "received_at", 32),
    "protection.Breach": (lambda _: Breach(title="b", found_at=BEGINNING, happened="h"), "closed_at", 5 * 366),
    "protection.Hold": (lambda _: Hold(title="h", reason="r", sources=["x"]), "lifted_at", 5 * 366),
    "protection.PersonRequest": (
        lambda _: PersonRequest(reference="r", kind="access", received_on=BEGINNING.date()), "closed_at", 5 * 366,
    ),
    "rights.Opening": (
        lambda user: Opening(
            holder=user, purpose=Purpose.objects.all()[0], kind="column", motive="x", opened_at=BEGINNING,
            until=BEGINNING,
        ),
        "until", 366,
    ),
    "shifts.Shift": (lambda user: shift_of(user, saved=False), "begins_at", 3840),
    "shifts.Attendance": (
        lambda user: Attendance(shift=shift_of(user), person=user, since=BEGINNING), "since", 3 * 366,
    ),
    "shifts.Crew": (lambda user: Crew(shift=shift_of(user), code="A", since=BEGINNING), "since", 3 * 366),
    "shifts.Instruction": (
        lambda user: Instruction(service=shift_of(user).service, text="t", written_at=BEGINNING, written_by=user),
        "written_at", 3 * 366,
    ),
    "shifts.Report": (
        lambda user: Report(
            shift=shift_of(user), template="shift", kind="report", year=2026, number=1, label="R-2026-1",
            language="fr", regime="RGPD", content={}, digest="d", signed_at=BEGINNING, signed_by=user,
        ),
        "signed_at", 10 * 366,
    ),
    "sessions.Session": (lambda _: Session(session_key="k", session_data="x", expire_date=BEGINNING), "expire_date", 1),
    "usersessions.UserSession": (
        lambda user: UserSession(user=user, ip="192.0.2.1", session_key="k", user_agent="a"), "last_seen_at", 32,
    ),
}  # fmt: skip
"""How a row of each table that expires is made, the column it counts from, after how many days it must be gone."""
EDGE = timedelta(days=2)
"""A row is kept on its last day, and time zones and months differ by so much."""


@pytest.fixture
def gone(make_user: MakeUser) -> User:
    """Return an account closed at the beginning, with all that hangs on it."""
    user = make_user(Role.AGENT, "zoe", full_name="Zoé Partie", email="zoe@example.org", is_active=False)
    User.objects.filter(pk=user.pk).update(joined_at=BEGINNING)
    EmailAddress.objects.get_or_create(user=user, email="zoe@example.org")
    Authenticator.objects.create(user=user, type="totp", data={"secret": "s"})
    OidcLink.objects.create(issuer="i", subject="zoe", account=user, last_used_at=BEGINNING)
    AccountAct.objects.create(by="x", account=user, what=AccountAct.What.CLOSED)
    AccountAct.objects.update(at=BEGINNING)
    return user


def planted(user: User) -> None:
    """Make a row of each table that expires, of the beginning."""
    for make, since, _ in ROWS.values():
        row = make(user)
        row.save()
        type(row)._default_manager.filter(pk=row.pk).update(**{since: BEGINNING})


def run(as_of: date, *, of_journal: bool = False) -> int:
    """Carry out what is due of the tables, or of the journal, whose own lines are of the real day."""
    every = [shelf for each in participants() for shelf in each.shelves("Europe/Paris")]
    shelves = [shelf for shelf in every if (shelf.name == "journal") == of_journal]
    planned = plan(shelves, as_of=as_of, held=Held())
    report = carry_out(shelves, planned, Visa(by="Archives", reason="visa", list_digest=planned.digest))
    assert of_journal or plan(shelves, as_of=as_of, held=Held()).total == 0
    return report.done


def overdue(days: int) -> list[str]:
    """Return the tables with a row that should be gone by then, asked of the database without the engine."""
    now = BEGINNING + timedelta(days=days)
    return [
        label
        for label, (_, since, kept) in ROWS.items()
        if apps.get_model(label)._default_manager.filter(**{f"{since}__lt": now - timedelta(days=kept) - EDGE}).exists()
    ]


def test_each_table_that_expires_travels() -> None:
    expiring = {name for name, entry in load_census().tables.items() if entry.expires is not None}
    assert {name for name in expiring if not name.startswith("ledger.")} == set(ROWS)


def test_a_journey_in_time_leaves_no_row_of_the_portal_overdue(empty_store: Store, gone: User) -> None:
    planted(gone)
    done = 0
    for days in DAYS:
        done += run((BEGINNING + timedelta(days=days)).date())
        assert overdue(days) == [], days
    assert done >= len(ROWS)
    left = {label for label in ROWS if apps.get_model(label)._default_manager.filter(pk__isnull=False).exists()}
    assert left == set()


def test_a_year_after_closing_an_account_says_no_more_who_held_it(empty_store: Store, gone: User) -> None:
    run((BEGINNING + timedelta(days=300)).date())
    gone.refresh_from_db()
    assert (gone.full_name, OidcLink.objects.count(), Authenticator.objects.count()) == ("Zoé Partie", 1, 1)
    run((BEGINNING + timedelta(days=370)).date())
    gone.refresh_from_db()
    assert (gone.username, gone.full_name, gone.email) == ("zoe", "", "")
    assert not OidcLink.objects.exists()
    assert not Authenticator.objects.exists()
    assert not EmailAddress.objects.exists()
    assert run((BEGINNING + timedelta(days=400)).date()) == 0


def test_contents_of_the_journal_are_gone_a_year_after_the_act(empty_store: Store, db: None) -> None:
    note(Act(kind=Kind.CONSULT, who="user:1", motive="plainte"))
    today = datetime.now(UTC).date()
    assert run(today + timedelta(days=360), of_journal=True) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_payload WHERE subject IS NOT NULL AND idx = 0")
        assert cursor.fetchone() == (1,)
        run(today + timedelta(days=368), of_journal=True)
        cursor.execute("SELECT count(*) FROM journal_payload WHERE subject IS NOT NULL AND idx = 0")
        assert cursor.fetchone() == (0,)
