"""A document is added whole, read in the background, told when it is there already, replaced by a new version."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from tests.portal.conftest import Lines, MakeUser
from tests.portal.documents.conftest import Add, joined, pdf

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.documents import acts, engine, extracting, files, marking
from quietude.portal.documents.changes import changes_after, words_of
from quietude.portal.documents.faults import Fault
from quietude.portal.documents.models import Document, PageText, State, Step, Version
from quietude.portal.documents.scope import reader_for
from quietude.portal.logbook.reading import reader_of
from quietude.portal.rights.standing import standing_of
from quietude.portal.services.models import Service
from quietude.portal.uploads.problem import UploadRefused

pytestmark = pytest.mark.django_db


def test_a_document_is_kept_as_it_came_and_read_page_by_page(add: Add, lines: Lines) -> None:
    document = add("Arrêté\fdu maire", kind="municipal_order", title=" Rue  Haute ", tags=("Voirie", "voirie", ""))
    version = document.current
    assert files.vault().read(version.sha256) == pdf("Arrêté\fdu maire")
    assert (version.state, version.page_count, version.language) == (State.EXTRACTED, 2, "fr")
    assert words_of(version) == "Arrêté\fdu maire"
    assert list(document.tags.values_list("name", flat=True)) == ["voirie"]
    assert (document.title, document.sensitivity) == ("Rue Haute", "public")
    assert [entry.detail["act"] for entry in lines()] == ["added"]
    assert [(each.document, each.is_gone) for each in changes_after(0, 10)] == [(document.pk, False)] * 2


def test_the_same_file_is_told_to_who_may_see_it_and_lies_on_the_disk_once(
    add: Add, author: User, make_user: MakeUser
) -> None:
    first = add("procès-verbal", kind="report")
    supervisor = reader_for(author, standing_of(author))
    taken = acts.take("copie.pdf", pdf("procès-verbal"))
    with pytest.raises(acts.AlreadyThereError) as told:
        acts.add(author, None, taken, acts.Said())
    assert told.value.document == first
    with pytest.raises(ValidationError):
        acts.add(author, supervisor, taken, acts.Said(kind="report"))  # restricted: they could not see it
    second = acts.add(author, supervisor, taken, acts.Said(kind="minutes"))  # nor are they told of the first
    assert second.current.sha256 == first.current.sha256
    assert len([*files.vault().kept()]) == 2  # the file, and the archive of the first


def test_a_new_version_stands_beside_the_old_one(add: Add, author: User) -> None:
    document = add("ancien texte")
    acts.add_version(author, document, acts.take("b.pdf", pdf("nouveau texte")))
    assert (document.current.number, document.current.state) == (2, State.WAITING)
    extracting.once(timezone.now())
    assert [words_of(each) for each in document.versions.all()] == ["ancien texte", "nouveau texte"]
    with pytest.raises(ValidationError):
        acts.add_version(author, document, acts.take("c.pdf", pdf("nouveau texte")))


def test_reading_that_fails_says_why_and_can_be_tried_again(
    add: Add, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_said: object) -> engine.Reading:
        raise engine.NotReadError(Fault.ENCRYPTED, "page 1: password")

    with monkeypatch.context() as broken:
        broken.setattr(engine, "read", locked)
        document = add("chiffré")
    version = document.current
    assert (version.state, version.fault, version.reason) == (State.FAILED, "encrypted", "page 1: password")
    assert "mot de passe" in str(version.fault_said) or "password" in str(version.fault_said)
    acts.read_again(author, version)
    extracting.once(timezone.now())
    assert document.current.state == State.EXTRACTED
    assert [step.what for step in document.steps.all()] == ["read", "again", "not_read", "added"]


def test_a_process_killed_while_reading_begins_again_and_gives_up_after_three(
    add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = add("piège", is_read=False)

    def killed(*_said: object) -> engine.Reading:
        raise SystemExit

    monkeypatch.setattr(engine, "read", killed)
    for tries in (1, 2, 3):
        with pytest.raises(SystemExit):
            extracting.once(timezone.now())
        assert (document.current.state, document.current.tries) == (State.WAITING, tries)
    extracting.once(timezone.now())
    assert (document.current.state, document.current.fault) == (State.FAILED, "ended")
    assert not PageText.objects.exists()


def test_only_who_keeps_documents_opens_them_wider(add: Add, make_user: MakeUser, service: Service) -> None:
    agent = joined(make_user(Role.AGENT), service)
    document = add(kind="report", service=service)
    said = acts.Said(kind="report", title="t", sensitivity="public", service=service)
    with pytest.raises(ValidationError):
        acts.describe(agent, document, said)
    with pytest.raises(ValidationError):
        acts.add(agent, None, acts.take("x.pdf", pdf("x")), said)
    with pytest.raises(PermissionDenied):
        acts.add(make_user(Role.ANALYST), None, acts.take("x.pdf", pdf("x")), acts.Said())
    assert Version.objects.count() == 1


def test_notes_and_links_name_only_what_is_there_and_open(add: Add, author: User) -> None:
    document = add()
    reader = reader_of(author, standing_of(author))
    marking.write_note(author, document, page=1, said="à vérifier")
    for wrong in ("pm/PM-2026-0001", "2026-0001", ""):
        with pytest.raises(ValidationError):
            marking.link(author, reader, document, wrong)
    with pytest.raises(ValidationError):
        marking.write_note(author, document, page=2, said="trop loin")
    assert [step.what for step in Step.objects.all()][:1] == ["noted"]
    assert not document.links.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b""),
        ("a.pdf", b"MZ\x90 a program"),
        ("a.docx", b"PK\x03\x04 cut off"),
        ("a.txt", b"\x00\x01\x02"),
        ("a.bin", b"plain words"),
    ],
    ids=["empty", "program", "cut-off", "not-text", "unknown"],
)
def test_what_is_no_document_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(UploadRefused):
        acts.take(name, content)
    assert not Document.objects.exists()


def test_names_lead_nowhere() -> None:
    assert acts.take("../../etc/pass\u202ewd.pdf", pdf("x")).name == "pass wd.pdf"
