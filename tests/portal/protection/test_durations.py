from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.portal.conftest import Lines, MakeUser
from tests.portal.made_up import Recipe, facts

from quietude.journal.api import Kind
from quietude.keeping.api import DisposalError
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.accounts.actions import close_user
from quietude.portal.accounts.models import AccountAct, User
from quietude.portal.accounts.roles import Role
from quietude.portal.explore.models import SavedView
from quietude.portal.protection import durations
from quietude.portal.protection.models import Disposal, Hold
from quietude.portal.town import current_town
from quietude.store.api import Store

READER = Viewer.system("test")
OLD = datetime(2021, 6, 1, tzinfo=UTC)


@pytest.fixture
def officer(make_user: MakeUser) -> User:
    return make_user(Role.DPO)


@pytest.fixture
def old(empty_store: Store, db: None) -> Store:
    """Return the portal's store with twelve facts of 2021, past their three years, and twelve of this week."""
    territory = current_town().territory
    empty_store.append(facts(territory, Recipe(until=OLD, days=1)))
    empty_store.append(facts(territory, Recipe(until=timezone.now(), days=1, regime="TITRE_III")))
    return empty_store


def run(by: User | None) -> Disposal:
    day = durations.today()
    digest = durations.planned(day).digest
    return durations.dispose(by, signed_by="Archives", reason="visa 7", list_digest=digest, as_of=day)


def test_what_is_past_its_term_leaves_and_the_rest_stays(old: Store, officer: User, lines: Lines) -> None:
    done = run(officer)
    assert old.query(READER, Filter()).num_rows == 12
    (line,) = [line for line in done.report["lines"] if line["place"] == "facts"]
    assert line == {"place": "facts", "source": "logbook", "fate": "eliminate", "due": 12, "held": 0, "done": 12}
    assert (done.by, done.reason) == ("Archives", "visa 7")
    [act] = [line for line in lines() if line.kind is Kind.ERASE]
    assert (act.who, act.motive) == (f"user:{officer.pk}", "visa 7")


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"list_digest": "0" * 64}, id="another list"),
        pytest.param({"signed_by": " "}, id="no one signs"),
        pytest.param({"reason": ""}, id="no reason"),
        pytest.param({"as_of": date(2999, 1, 1)}, id="a day to come"),
    ],
)
def test_a_run_without_a_whole_visa_changes_nothing(old: Store, officer: User, wrong: dict[str, Any]) -> None:
    day = durations.today()
    digest = durations.planned(day).digest
    given = {"signed_by": "Archives", "reason": "visa 7", "list_digest": digest, "as_of": day, **wrong}
    with pytest.raises(DisposalError):
        durations.dispose(officer, **given)
    assert old.query(READER, Filter()).num_rows == 24
    assert not Disposal.objects.exists()


def test_only_who_protects_data_may_eliminate(old: Store, make_user: MakeUser) -> None:
    with pytest.raises(PermissionDenied):
        run(make_user(Role.ADMINISTRATOR))
    assert old.query(READER, Filter()).num_rows == 24


def test_a_hold_keeps_what_its_selection_finds_until_it_is_lifted(old: Store, officer: User) -> None:
    made = durations.hold(officer, title="Procès", reason="TJ 24/118", words="source:logbook jusqu'à:2022")
    run(officer)
    assert old.query(READER, Filter()).num_rows == 24
    durations.release(officer, made)
    run(officer)
    assert old.query(READER, Filter()).num_rows == 12
    with pytest.raises(DisposalError, match=r"lifted already|déjà"):
        durations.release(officer, made)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({}, id="covers nothing"),
        pytest.param({"words": "gravité>=9"}, id="unreadable selection"),
        pytest.param({"sources": ["logbook"], "title": " "}, id="no title"),
    ],
)
def test_a_hold_that_holds_nothing_is_refused(old: Store, officer: User, wrong: dict[str, Any]) -> None:
    with pytest.raises(DisposalError):
        durations.hold(officer, **{"title": "Procès", "reason": "TJ", **wrong})
    assert not Hold.objects.exists()


def test_rows_of_the_portal_leave_at_their_term(old: Store, officer: User, make_user: MakeUser) -> None:
    now = timezone.now()
    gone = make_user(Role.AGENT, "partie", full_name="Zoé Partie", email="zoe@example.org")
    here = make_user(Role.AGENT, "restee", full_name="Ana Restée")
    close_user(None, gone)
    User.objects.filter(pk=gone.pk).update(joined_at=now - timedelta(days=900))
    AccountAct.objects.update(at=now - timedelta(days=400))
    Session.objects.create(session_key="k" * 32, session_data="x", expire_date=now - timedelta(days=2))
    Session.objects.create(session_key="m" * 32, session_data="x", expire_date=now + timedelta(days=1))
    SavedView.objects.create(owner=here, name="vieille", query="")
    SavedView.objects.update(changed_at=now - timedelta(days=1200))
    SavedView.objects.create(owner=here, name="supprimée", query="", removed_at=now - timedelta(days=3))
    SavedView.objects.create(owner=here, name="récente", query="")
    run(officer)
    gone.refresh_from_db()
    here.refresh_from_db()
    assert (gone.username, gone.full_name, gone.email) == ("partie", "", "")
    assert here.full_name == "Ana Restée"
    assert not AccountAct.objects.exists()
    assert [session.session_key for session in Session.objects.all()] == ["m" * 32]
    assert [view.name for view in SavedView.objects.all()] == ["récente"]
    assert durations.planned(durations.today()).total == 0
