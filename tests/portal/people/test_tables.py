"""A table of accounts: told as differences, then all of it or nothing, each fault by line, column and value."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.portal.conftest import Lines, MakeUser, SignIn

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.people import actions, commands
from quietude.portal.people.tables import Plan, decode, plan
from quietude.portal.rights.models import Grant
from quietude.portal.services.api import Membership, Service, services_of
from quietude.portal.town import town_day

NOW = timezone.now()
TODAY = town_day(NOW)
HEAD = "username,full_name,email,role,services,purpose,designation,trained_on,training_until\n"


@pytest.fixture
def keeper(make_user: MakeUser) -> User:
    """Return an administrator beside an agent with an address and a closed account, in a town with two services."""
    make_user(Role.AGENT, full_name="Camille Roux", email="camille@valcombe.example")
    make_user(Role.ANALYST, username="gone", is_active=False)
    for code in ("pm", "video"):
        Service.objects.create(code=code, title_fr=code, title_en=code, kind="video", opened_on=date(2020, 1, 1))
    return make_user(Role.ADMINISTRATOR)


def done(by: User | None, text: str) -> tuple[Plan, dict[str, str]]:
    found = plan(by, text, NOW)
    return found, actions.apply(by, found, NOW)


def test_accounts_are_made_with_role_services_and_grants(keeper: User) -> None:
    found, passwords = done(keeper, HEAD + "lea,Léa Blanc,LEA@valcombe.example,Agent,video pm,analysis,,,\n")
    lea = User.objects.get(username="lea")
    assert (found.faults, list(passwords)) == ([], ["lea"])
    assert lea.check_password(passwords["lea"])
    assert (lea.email, lea.must_change_password) == ("lea@valcombe.example", True)
    assert [service.code for service in services_of(lea, NOW)] == ["video", "pm"]
    assert {grant.purpose.code for grant in lea.grants.all()} == {"operations", "analysis"}


def test_an_account_there_is_is_told_as_a_difference_then_changed(keeper: User) -> None:
    agent = User.objects.get(username="agent")
    Membership.objects.create(
        person=agent, service=Service.objects.get(code="pm"), since=date(2026, 1, 1), is_main=True
    )
    text = "identifiant;Nom complet;Rôle;Services\nagent;Camille Noir;responsable;video\n"
    found = plan(keeper, text, NOW)
    told = {part.name: (part.before, part.after) for part in found.changes[0].differences}
    assert told["full_name"] == ("Camille Roux", "Camille Noir")
    assert told["services"] == ("pm", "video")
    actions.rehearse(keeper, found, NOW)
    agent.refresh_from_db()
    assert (found.faults, agent.full_name, agent.role) == ([], "Camille Roux", Role.AGENT)
    assert actions.apply(keeper, found, NOW) == {}
    agent.refresh_from_db()
    assert (agent.full_name, agent.role, agent.email) == (
        "Camille Noir", Role.SUPERVISOR, "camille@valcombe.example",
    )  # fmt: skip
    assert [service.code for service in services_of(agent, NOW)] == ["video"]
    again = plan(keeper, text, NOW)
    assert (again.changes, again.same) == ([], 1)


OLD = (TODAY - timedelta(days=400)).isoformat()
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()
TOMORROW = (TODAY + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("rows", "line", "column"),
    [
        pytest.param("lea,,,agent,,,,,\nLEA,,,agent,,,,,", 3, "username", id="same-name-twice"),
        pytest.param("lea,,a@b.example,agent,,,,,\nleo,,A@b.example,agent,,,,,", 3, "email", id="same-email-twice"),
        pytest.param("lea,,Camille@Valcombe.example,agent,,,,,", 2, "email", id="anothers-email"),
        pytest.param("lea,,nowhere,agent,,,,,", 2, "email", id="no-email"),
        pytest.param("lea,,,emperor,,,,,", 2, "role", id="unknown-role"),
        pytest.param("lea,,,,,,,,", 2, "role", id="no-role"),
        pytest.param(",,,agent,,,,,", 2, "username", id="no-name"),
        pytest.param("two words,,,agent,,,,,", 2, "username", id="impossible-name"),
        pytest.param("gone,,,agent,,,,,", 2, "username", id="closed-account"),
        pytest.param("administrator,Me,,agent,,,,,", 2, "username", id="oneself"),
        pytest.param("lea,,,agent,pm army,,,,", 2, "services", id="unknown-service"),
        pytest.param("lea,,,agent,,leisure,,,", 2, "purpose", id="unknown-purpose"),
        pytest.param("lea,,,agent,,judicial,,,", 2, "designation", id="no-designation"),
        pytest.param(f"lea,,,agent,,judicial,acte,{OLD},{YESTERDAY}", 2, "training_until", id="expired-training"),
        pytest.param(f"lea,,,agent,,judicial,acte,{TOMORROW},{TOMORROW}", 2, "trained_on", id="training-to-come"),
        pytest.param("lea,,,agent,,judicial,acte,30/06/2026,2030-01-01", 2, "trained_on", id="no-day"),
        pytest.param("lea,,,agent,,,,,,,", 2, "", id="too-many-values"),
        pytest.param("x" * 65 + ",,,agent,,,,,", 2, "username", id="long-name"),
    ],
)
def test_a_fault_is_named_and_nothing_is_done(keeper: User, rows: str, line: int, column: str) -> None:
    before = (User.objects.count(), Grant.objects.count())
    found, passwords = done(keeper, f"{HEAD}{rows}\n")
    assert (line, column) in {(fault.line, fault.column) for fault in found.faults}
    assert all(fault.said for fault in found.faults)
    assert (User.objects.count(), Grant.objects.count(), passwords) == (*before, {})


def test_the_last_administrator_stays_one_and_the_trial_says_so(keeper: User) -> None:
    found = plan(None, "username,role\nadministrator,agent\nagent,analyst\n", NOW)
    actions.rehearse(None, found, NOW)
    assert [fault.line for fault in found.faults] == [2]
    assert User.objects.get(username="agent").role == Role.AGENT


@pytest.mark.parametrize("text", ["", "\n", "name\nx\n", "username,role,Rôle\nlea,agent,agent\n", "a,b\n", '"'])
def test_a_header_that_cannot_be_is_told_at_line_1(keeper: User, text: str) -> None:
    assert {fault.line for fault in plan(keeper, text, NOW).faults} == {1}


def test_too_many_lines_are_told(keeper: User) -> None:
    rows = "".join(f"u{number},agent\n" for number in range(501))
    assert [fault.line for fault in plan(keeper, "username,role\n" + rows, NOW).faults] == [502]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_of_spreadsheets_are_read(keeper: User, encoding: str, separator: str) -> None:
    text = "username,full_name,role\r\nlea,Léa Müller,agent\r\n".replace(",", separator)
    found = plan(keeper, decode(text.encode(encoding)), NOW)
    assert (found.faults, found.changes[0].details.full_name) == ([], "Léa Müller")


@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_as_some_text(data: bytes) -> None:
    assert isinstance(decode(data), str)


def sent(text: str, **fields: str) -> dict[str, Any]:
    return {"table": text, **fields}


def test_the_page_tells_then_does_and_shows_each_password_once(sign_in: SignIn, lines: Lines, db: None) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    text = "username,full_name,role\nlea,Léa Blanc,agent\n"
    file = SimpleUploadedFile("people.csv", text.encode("cp1252"), content_type="text/csv")
    answer = client.post("/people/table/", {"file": file})
    assert "Léa Blanc" in unescape(answer.content.decode())
    assert not User.objects.filter(username="lea").exists()
    digest = answer.context["plan"].digest
    assert client.post("/people/table/", sent(text, digest="0" * 64)).context["has_changed"]
    assert not User.objects.filter(username="lea").exists()
    answer = client.post("/people/table/", sent(text, digest=digest))
    ((_, password),) = answer.context["rows"]
    assert password in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert User.objects.get(username="lea").check_password(password)
    assert all(password not in str(line) for line in lines())
    assert password not in str(dict(client.session))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"table": "   "},
        {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04\x00\x00\x00rest")},
        {"file": SimpleUploadedFile("x.csv", b"username,role\n" + b"x" * 300_000)},
    ],
    ids=["nothing", "blank", "a-workbook", "too-long"],
)
def test_what_is_no_table_is_refused_with_words(sign_in: SignIn, wrong: dict[str, Any]) -> None:
    answer = sign_in(Role.ADMINISTRATOR).post("/people/table/", wrong)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_the_list_taken_away_is_noted_and_can_be_imported_again(sign_in: SignIn, keeper: User, lines: Lines) -> None:
    User.objects.filter(username="agent").update(full_name="=1+1")
    client = sign_in(Role.ADMINISTRATOR, username="other")
    answer = client.get("/people/accounts.csv?role=agent")
    text = answer.content.decode()
    assert "'=1+1" in text
    assert lines()[-1].kind == "communicate"
    assert lines()[-1].detail["rows"] == "1"
    found = plan(keeper, decode(answer.content), NOW)
    assert found.faults == []
    assert [change.username for change in found.changes] == ["agent"]  # its name, which a spreadsheet would have run


def test_the_command_tells_then_does(keeper: User) -> None:
    told = commands.import_table(b"username,role\nlea,agent\n", is_confirmed=False)
    assert (told["faults"], told["passwords"], User.objects.filter(username="lea").count()) == ((), {}, 0)
    told = commands.import_table(b"username,role\nlea,agent\n", is_confirmed=True)
    assert User.objects.get(username="lea").check_password(told["passwords"]["lea"])
    told = commands.import_table(b"username,role\nleo,emperor\n", is_confirmed=True)
    assert told["faults"][0][:3] == (2, "role", "emperor")
