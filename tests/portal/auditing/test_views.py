"""Pages of the journal."""

from __future__ import annotations

from html import unescape

from django.utils.translation import override
from tests.portal.conftest import Lines, SignIn

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.auditing.words import told_filter
from quietude.store.api import Store


def test_the_officer_reads_what_an_agent_opened_and_is_noted_too(store: Store, sign_in: SignIn, lines: Lines) -> None:
    sign_in(Role.AGENT, full_name="Camille Agent").get("/explore/?category=noise")
    page = unescape(sign_in(Role.DPO).get("/journal/?who=agent").content.decode())
    assert "Camille Agent" in page
    with override("fr"):
        assert told_filter("category=noise") in page
    assert lines()[-1].detail == {"journal": "read", "who": "agent"}


def test_an_act_is_found_by_its_fact(store: Store, sign_in: SignIn, lines: Lines) -> None:
    sign_in(Role.AGENT).get("/explore/?category=noise")
    name = next(line.ids[0] for line in lines() if line.ids)
    page = sign_in(Role.DPO).get(f"/journal/?about={name}")
    assert name[:19] in page.content.decode()
    assert sign_in(Role.DPO, username="other").get("/journal/?about=202001-0").context["lines"] == []


def test_what_is_no_name_is_told(store: Store, sign_in: SignIn) -> None:
    response = sign_in(Role.DPO).get("/journal/?about=%25")
    assert response.status_code == 400
    assert "n’est pas un nom" in unescape(response.content.decode())


def test_what_stands_out_has_its_page(store: Store, sign_in: SignIn) -> None:
    assert "Rien ne ressort" in unescape(sign_in(Role.DPO).get("/journal/unusual/").content.decode())


def test_a_person_reads_their_own_lines_and_no_other_s(store: Store, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    agent.get("/explore/?category=noise")
    sign_in(Role.SUPERVISOR).get("/explore/?category=theft")
    key = User.objects.get(username="agent").pk
    rows = agent.get("/journal/mine/").context["lines"]
    assert rows
    assert {row["line"].who for row in rows} == {f"user:{key}"}


def test_the_officer_checks_the_journal_and_takes_a_copy_which_is_noted(sign_in: SignIn, lines: Lines) -> None:
    officer = sign_in(Role.DPO)
    page = unescape(officer.post("/journal/proof/", {"outside": ""}).content.decode())
    assert "Le journal est intact." in page
    assert "un journal refait avec sa clé ne se remarquerait pas" in page
    copy = officer.post("/journal/proof/copy/")
    assert b"".join(copy.streaming_content).startswith(b"SQLite format 3")  # type: ignore[attr-defined]
    assert [(line.kind.value, line.detail["journal"]) for line in lines() if "journal" in line.detail] == [
        ("consult", "checked"),
        ("communicate", "copy"),
    ]


def test_what_is_no_signed_state_is_told_and_proves_nothing(sign_in: SignIn, lines: Lines) -> None:
    answer = sign_in(Role.DPO).post("/journal/proof/", {"outside": "Bonjour"})
    assert answer.status_code == 400
    assert "La vérification n’a pas eu lieu" in unescape(answer.content.decode())
    assert [line for line in lines() if "journal" in line.detail] == []


def test_the_verifier_is_the_file_that_stands_alone(sign_in: SignIn) -> None:
    said = sign_in(Role.DPO).get("/journal/proof/verify.py")
    assert b"Stands alone" in said.content
    assert "import django" not in said.content.decode()
