"""Kinds in the portal: editions over files, who may keep them, and that what is under way keeps its own."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.portal.conftest import SignIn
from tests.portal.situations.conftest import NOW, Begin

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.situations.kinds import current_kinds, save_kind, withdraw_kind
from quietude.portal.situations.models import KindEdition
from quietude.portal.situations.walking import walk_of
from quietude.situations.api import Sheet

pytestmark = pytest.mark.django_db
FIGHT = "/situations/kinds/fight/"


def fields(**said: object) -> dict[str, object]:
    given: dict[str, object] = {
        "title_fr": "Rixe", "title_en": "Fight", "icon": "swords", "sound": "rise", "priority": "4",
        "retention": "P3Y", "recipients": "role:supervisor", "reason": "plus court",
        "step_key": ["ask", "act"], "step_text_fr": ["Armes ?", "Engager"], "step_text_en": ["Weapons?", "Send"],
        "step_detail_fr": ["", ""], "step_detail_en": ["", ""], "step_mandatory": ["yes", ""],
        "step_within": ["PT1M", ""], "step_answers": ["yes: Oui / Yes -> act\nno: Non / No -> end", ""],
        "step_next": ["", ""],
    }  # fmt: skip
    return given | said


def test_a_saved_kind_stands_over_its_file_and_leaves_what_is_under_way(begin: Begin, supervisor: User) -> None:
    before = begin()
    kind = current_kinds()["fight"]
    save_kind(supervisor, "fight", kind.model_copy(update={"sheet": Sheet()}), NOW, reason="à refaire")
    assert current_kinds()["fight"].sheet.steps == ()
    assert len(walk_of(before).stages) == 1, "it keeps the sheet it began with"
    assert walk_of(begin()).stages == ()
    withdraw_kind(supervisor, "fight", NOW, reason="plus utilisé")
    assert "fight" not in current_kinds()
    with pytest.raises(ValidationError):
        begin()


def test_only_those_who_keep_sheets_save_them(agent: User) -> None:
    kind = current_kinds()["fight"]
    with pytest.raises(PermissionDenied):
        save_kind(agent, "fight", kind.model_copy(update={"priority": 1}), NOW, reason="x")
    with pytest.raises(PermissionDenied):
        withdraw_kind(agent, "fight", NOW, reason="x")


def test_the_form_changes_a_sheet(sign_in: SignIn) -> None:
    client = sign_in(Role.SUPERVISOR)
    answer = client.post(FIGHT, fields(), follow=True)
    assert "Enregistré" in answer.content.decode()
    found = current_kinds()["fight"]
    assert [(step.key, step.mandatory, step.within) for step in found.sheet.steps] == [
        ("ask", True, "PT1M"), ("act", False, None),
    ]  # fmt: skip
    assert [answer.next for answer in found.sheet.steps[0].answers] == ["act", "end"]
    edition = KindEdition.objects.get(name="fight")
    assert (edition.reason, edition.by is not None) == ("plus court", True)
    assert "Rien n’a changé" in client.post(FIGHT, fields()).content.decode()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        pytest.param({"step_next": ["", "ask"]}, "lead back to where they began: ask → act → ask", id="loop"),
        pytest.param({"retention": "P9Y"}, "three years at most", id="kept too long"),
        pytest.param({"step_answers": ["oui", ""]}, "answers: expected `yes: Oui / Yes", id="answer without a key"),
        pytest.param({"reason": ""}, "obligatoire", id="no reason"),
    ],
)
def test_a_sheet_that_cannot_be_used_is_refused_with_what_was_typed(
    said: dict[str, object], shown: str, sign_in: SignIn
) -> None:
    answer = sign_in(Role.SUPERVISOR).post(FIGHT, fields(**said))
    assert answer.status_code == 400
    assert shown in answer.content.decode().replace("&#x27;", "'")
    assert "Armes ?" in answer.content.decode()
    assert not KindEdition.objects.exists()


def test_rows_are_added_moved_and_taken_out_before_anything_is_saved(sign_in: SignIn) -> None:
    client = sign_in(Role.SUPERVISOR)
    more = client.post(FIGHT, fields(more="1")).content.decode()
    assert more.count('name="step_key"') == 3
    moved = client.post(FIGHT, fields(up="1")).content.decode()
    assert moved.index('value="act"') < moved.index('value="ask"')
    assert client.post(FIGHT, fields(out="0")).content.decode().count('name="step_key"') == 1
    assert not KindEdition.objects.exists()


def test_a_new_kind_is_made_and_its_files_go_out_and_in(sign_in: SignIn) -> None:
    client = sign_in(Role.SUPERVISOR)
    client.post("/situations/kinds/new/", fields(name="sauvette", title_fr="Vente à la sauvette"))
    assert current_kinds()["sauvette"].title.fr == "Vente à la sauvette"
    table = client.get("/situations/kinds/sauvette/file/csv/").content
    text = client.get("/situations/kinds/sauvette/file/yml/").content
    longer = table.decode("utf-8-sig").rstrip("\r\n") + "\r\nend_it,Finir,Finish,,,no,,,\r\n"
    sent = SimpleUploadedFile("steps.csv", longer.encode("cp1252"))
    client.post("/situations/kinds/sauvette/import/", {"file": sent, "reason": "une étape de plus"})
    assert current_kinds()["sauvette"].sheet.steps[-1].key == "end_it"
    back = SimpleUploadedFile("sauvette.yml", text)
    client.post("/situations/kinds/sauvette/import/", {"file": back, "reason": "comme avant"})
    assert len(current_kinds()["sauvette"].sheet.steps) == 2


def test_a_file_that_cannot_be_used_says_which_line(sign_in: SignIn) -> None:
    client = sign_in(Role.SUPERVISOR)
    sent = SimpleUploadedFile("fight.yml", b"title: {fr: a, en: b}\npriority: 9\n")
    answer = client.post(f"{FIGHT}import/", {"file": sent, "reason": "x"}, follow=True)
    assert "ligne 2: priority" in answer.content.decode()
    assert not KindEdition.objects.exists()
