"""A followed place is mirrored: what comes, changes, moves and goes there does so here, whatever breaks in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import Settings
from tests.documents.connectors.places import Disk
from tests.portal.conftest import Lines
from tests.portal.document_sources.conftest import Followed, followed, manifest, told
from tests.portal.documents.conftest import Add, pdf
from tests.portal.documents.conftest import add as add  # noqa: PLC0414  # a fixture of theirs

from quietude.portal.accounts.models import User
from quietude.portal.attachments.taking import NotLookedAt
from quietude.portal.document_sources import acts, rounds
from quietude.portal.document_sources.faults import Fault, Trouble
from quietude.portal.document_sources.models import Item, Source, State
from quietude.portal.document_sources.taking import Taking
from quietude.portal.documents import acts as document_acts
from quietude.portal.documents import keeping, marking
from quietude.portal.documents.models import Document, Version
from quietude.portal.town import town_day

pytestmark = pytest.mark.django_db


def bodies(of: Followed, place: Any) -> list[bytes]:
    """Return what a source's documents hold; an IMAP server ends lines in its own way."""
    return sorted(place.read(each).replace(b"\r\n", b"\n") for each in of.contents())


@pytest.mark.parametrize("kind", ["folder", "webdav", "mailbox", "smb"])
def test_a_place_is_mirrored(place_of: Callable[[str], Any], kind: str) -> None:
    place = place_of(kind)
    contents = {f"{name}.pdf": pdf(name) for name in ("un", "deux", "trois")}
    for name, content in contents.items():
        place.put(name, content)
    orders = followed(place)
    assert orders.round()
    assert bodies(orders, place) == sorted(contents.values())
    assert orders.round()
    assert Version.objects.count() == 3  # nothing changed: nothing comes
    contents["un.pdf"] = pdf("un, corrigé")
    place.change("un.pdf", contents["un.pdf"])
    place.delete("deux.pdf")
    del contents["deux.pdf"]
    assert orders.round()
    assert bodies(orders, place) == sorted(contents.values())
    assert set(orders.states().values()) == {State.HERE}
    place.vanish()
    assert not orders.round()
    assert orders.source.trouble == Trouble.VANISHED
    assert bodies(orders, place) == sorted(contents.values())


def test_a_new_version_keeps_the_document_and_what_moved_keeps_its_notes(disk: Disk, author: User) -> None:
    orders = followed(disk)
    disk.put("a.pdf", pdf("a"))
    orders.round()
    document = orders.document("a")
    marking.write_note(author, document, page=1, said="à revoir")
    disk.change("a.pdf", pdf("a, corrigé"))
    orders.round()
    assert orders.document("a").current.number == 2
    disk.move("a.pdf", "classés/b.pdf")
    orders.round()
    assert orders.documents == [document]
    assert [each.said for each in orders.document("b").notes.all()] == ["à revoir"]
    assert Item.objects.get().folder == "classés"


def test_one_content_in_two_places_is_one_document_until_one_changes(disk: Disk) -> None:
    orders = followed(disk)
    disk.put("a.pdf", pdf("même"))
    disk.put("b.pdf", pdf("même"))
    orders.round()
    assert len(orders.documents) == 1
    disk.change("b.pdf", pdf("autre"))
    orders.round()
    assert orders.contents() == sorted([pdf("autre"), pdf("même")])
    disk.delete("a.pdf")
    orders.round()
    assert orders.contents() == [pdf("autre")]


def test_what_somebody_added_by_hand_stays_theirs(disk: Disk, add: Add) -> None:
    own = add("Arrêté")
    disk.put("a.pdf", pdf("Arrêté"))
    orders = followed(disk)
    orders.round()
    assert len(orders.documents) == 1
    disk.delete("a.pdf")
    orders.round()
    assert list(Document.objects.all()) == [own]


def test_a_kill_between_document_and_row_makes_no_double(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = followed(disk)
    disk.put("a.pdf", pdf("a"))
    with monkeypatch.context() as dying:
        dying.setattr(Taking, "_here", killed)
        with pytest.raises(SystemExit):
            orders.round()
    assert len(orders.documents) == 1
    assert orders.states() == {"a.pdf": State.WAITING}
    assert orders.round()  # what the killed process held is taken over at once
    assert len(orders.documents) == 1
    assert Item.objects.get().document == orders.documents[0]


def killed(*_said: object, **_more: object) -> None:
    raise SystemExit


def test_a_large_place_comes_by_bounded_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    place = told(*(f"{number}.pdf" for number in range(1200)))
    orders = Followed(manifest(), lambda: place)
    assert not orders.round(seconds=0)  # no time: the first part alone is kept
    assert Item.objects.count() == 500
    monkeypatch.setattr(Taking, "all_due", lambda _self: False)
    assert not orders.round(backlog=1000)
    assert Item.objects.count() == 1200
    place.changes_told = []
    assert not orders.round(backlog=1000)  # so much waits: the place is not asked what else there is
    monkeypatch.undo()
    assert not orders.round(documents=3, backlog=1000)
    assert orders.source.next_at == orders.now + rounds.SOON
    assert len(orders.documents) == 3
    assert place.fetched == ["0.pdf", "1.pdf", "2.pdf"]


def test_a_round_ends_by_size_and_when_it_is_paused(author: User) -> None:
    place = told("a.pdf", "b.pdf", "c.pdf")
    orders = Followed(manifest(), lambda: place)
    assert not orders.round(size_bytes=1)
    assert place.fetched == ["a.pdf"]
    acts.pause(author, "orders")
    assert not orders.round()
    assert place.fetched == ["a.pdf"]
    acts.resume(author, "orders")
    assert orders.round()


def test_names_that_lead_elsewhere_lead_nowhere() -> None:
    place = told("../../etc/passwd.pdf", "..\\..\\x.pdf", "/abs.pdf")
    orders = Followed(manifest(), lambda: place)
    orders.round()
    assert sorted(Version.objects.values_list("name", flat=True)) == ["abs.pdf", "passwd.pdf", "x.pdf"]


def test_one_document_that_cannot_be_read_stops_no_other_and_a_place_that_fails_waits() -> None:
    place = told("bad.pdf", "b.pdf")
    orders = Followed(manifest(), lambda: place)
    assert orders.round()
    assert orders.states() == {"bad.pdf": State.FAILED, "b.pdf": State.HERE}
    silent = told(*(f"bad{number}.pdf" for number in range(9)))
    desk = Followed(manifest(name="desk"), lambda: silent)
    assert not desk.round()
    assert len(silent.fetched) == 5
    first = desk.source
    assert (first.trouble, first.failures) == (Trouble.SILENT, 1)
    assert first.next_at is not None
    assert timedelta(seconds=15) <= first.next_at - desk.now <= timedelta(seconds=30)
    desk.round()
    assert desk.source.failures == 2


def test_what_is_no_document_is_refused_with_its_reason_and_comes_once_it_is_one(disk: Disk) -> None:
    for name, content in {"virus.exe": b"MZ...", "vide.pdf": b"", "a.pdf": pdf("a")}.items():
        disk.put(name, content)
    disk.put("grand.pdf", pdf("x" * 3000))
    orders = followed(disk, read={"max_bytes": 2000})
    assert orders.round()
    assert dict(Item.objects.exclude(fault="").values_list("name", "fault")) == {
        "virus.exe": Fault.REFUSED, "vide.pdf": Fault.REFUSED, "grand.pdf": Fault.LARGE,
    }  # fmt: skip
    disk.change("vide.pdf", pdf("plus vide"))
    orders.round()
    assert orders.states()["vide.pdf"] == State.HERE


def test_the_manifest_says_how_long_in_which_class_and_under_which_regime(place_of: Callable[[str], Any]) -> None:
    place = place_of("mailbox")
    place.put("Arrêté", b"texte")
    orders = followed(place, retention="P2Y", regime="TITRE_III", read={"class": "report"})
    orders.round()
    made = orders.documents[0]
    day = town_day(timezone.now())  # the server dates it: it came now
    assert (made.kind, made.regime, made.dated_on) == ("report", "TITRE_III", day)
    assert made.retain_until == day.replace(year=day.year + 2)
    unknown = followed(place, name="other", read={"class": "unknown"})
    assert not unknown.round()
    assert unknown.source.trouble == Trouble.SETTING
    assert "unknown" in unknown.source.trouble_said


def test_a_mail_past_its_term_is_not_taken() -> None:
    place = told("vieux.eml", modified=timezone.now() - timedelta(days=800))
    read = {"format": "mailbox", "host": "mail.example", "user": "u", "secret": "s"}
    orders = Followed(manifest(read, retention="P2Y"), lambda: place)
    orders.round()
    assert Item.objects.get().fault == Fault.OLD
    assert place.fetched == []


def test_mass_deletions_wait_for_a_word_that_names_their_number(disk: Disk, author: User, lines: Lines) -> None:
    names = [f"{number:02}.pdf" for number in range(14)]
    for name in names:
        disk.put(name, pdf(name))
    orders = followed(disk)
    orders.round()
    for name in names[:12]:
        disk.delete(name)
    orders.round()
    assert (orders.source.vanished, orders.source.vanished_of, len(orders.documents)) == (12, 14, 14)
    with pytest.raises(ValidationError):
        acts.agree(author, "orders", 11, reason="fermeture")
    acts.agree(author, "orders", 12, reason="fermeture du service")
    orders.round()
    assert len(orders.documents) == 2
    assert (orders.source.vanished, orders.source.agreed) == (0, 0)
    erased = [entry for entry in lines() if entry.kind == "erase"]
    assert {entry.detail["act"] for entry in erased} == {"gone_at_source"}
    assert len(erased) == 12


def test_what_came_back_needs_no_word(disk: Disk) -> None:
    for number in range(14):
        disk.put(f"{number}.pdf", pdf(f"{number}"))
    orders = followed(disk)
    orders.round()
    moved = disk.root.rename(disk.root.with_name("elsewhere"))
    disk.root.mkdir()
    orders.round()
    assert orders.source.vanished == 14
    disk.root.rmdir()
    moved.rename(disk.root)
    orders.round()
    assert orders.source.vanished == 0
    assert len(orders.documents) == 14


def test_a_hold_and_what_is_written_once_outlive_their_place(disk: Disk, author: User) -> None:
    for name in ("tenu.pdf", "libre.pdf"):
        disk.put(name, pdf(name))
    orders = followed(disk)
    orders.round()
    keeping.hold(author, orders.document("tenu"), reason="enquête")
    disk.put("preuve.pdf", pdf("preuve"))
    evidence = followed(disk, read={"class": "evidence"})
    evidence.now = orders.now
    evidence.round()
    disk.change("preuve.pdf", pdf("preuve, changée"))
    evidence.round()
    assert Item.objects.get(name="preuve.pdf").fault == Fault.LOCKED
    for name in ("tenu.pdf", "libre.pdf", "preuve.pdf"):
        disk.delete(name)
    evidence.round()
    assert sorted(each.title for each in orders.documents) == ["preuve", "tenu"]
    assert orders.states() == {"tenu.pdf": State.STAYS, "preuve.pdf": State.STAYS}
    keeping.release(author, orders.document("tenu"), reason="classée")
    evidence.round()
    assert [each.title for each in orders.documents] == ["preuve"]


def test_what_was_deleted_here_is_not_fetched_again_and_not_named(disk: Disk, author: User) -> None:
    disk.put("dupont.pdf", pdf("Dupont"))
    orders = followed(disk)
    orders.round()
    keeping.delete(author, orders.documents[0], reason="effacement demandé")
    item = Item.objects.get()
    assert (item.state, item.key, item.name, item.document) == (State.DROPPED, "", "", None)
    disk.change("dupont.pdf", pdf("Dupont encore"))
    orders.round()
    assert orders.documents == []
    disk.delete("dupont.pdf")
    orders.round()
    assert not Item.objects.exists()


def test_a_place_of_another_kind_begins_anew_and_deletes_nothing_by_itself(disk: Disk, author: User) -> None:
    disk.put("a.pdf", pdf("a"))
    disk.put("b.pdf", pdf("b"))
    orders = followed(disk)
    orders.round()
    Source.objects.update(form="webdav", cursor='{"form":"webdav"}')
    disk.delete("b.pdf")
    orders.round()
    assert (orders.source.vanished, len(orders.documents), Version.objects.count()) == (1, 2, 2)
    acts.agree(author, "orders", 1, reason="autre serveur")
    orders.round()
    assert [each.title for each in orders.documents] == ["a"]


def test_one_portal_follows_a_source_at_a_time(disk: Disk) -> None:
    disk.put("a.pdf", pdf("a"))
    orders = followed(disk)
    with rounds.alone("orders", orders.now):
        assert not orders.round()
    Source.objects.update(keeper="another machine", kept_until=orders.now + timedelta(hours=2))
    assert not orders.round()
    orders.now += timedelta(hours=2)
    assert orders.round()
    assert orders.source.kept_until is None


def test_documents_wait_while_the_scanner_or_the_disk_is_away(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    disk.put("a.pdf", pdf("a"))
    orders = followed(disk)

    def away(error: Exception) -> Callable[..., None]:
        def fail(*_said: object, **_more: object) -> None:
            raise error

        return fail

    for error, trouble in ((NotLookedAt("no scanner"), Trouble.SCANNER), (OSError(28, "full"), Trouble.HERE)):
        with monkeypatch.context() as broken:
            broken.setattr(document_acts, "take", away(error))
            assert not orders.round()
        assert (orders.source.trouble, orders.states()) == (trouble, {"a.pdf": State.WAITING})
    assert orders.round()
    assert orders.source.trouble == ""


def test_a_secret_that_is_missing_is_said_without_asking_the_place(settings: Settings) -> None:
    from quietude.portal.document_sources.following import Line, surroundings

    settings.QUIETUDE = replace(settings.QUIETUDE, secrets_dir=None)
    read = {"format": "webdav", "url": "https://cloud.example/x", "user": "reader", "secret": "cloud"}
    orders = Followed(manifest(read), Line(manifest(read), surroundings()).opened)
    assert not orders.round()
    assert orders.source.trouble == Trouble.SETTING
    assert "QUIETUDE_SECRETS_DIR" in orders.source.trouble_said
