"""A certified extract, read by whoever did not make it: untouched, or altered, and where."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from pypdf import PdfReader
from tests.portal.conftest import Lines, SignIn
from tests.portal.logbook.conftest import NOW, Write, joined

from quietude.cli.main import main
from quietude.journal.api import Use, create_key
from quietude.model.event import Sensitivity
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.journal.recording import log_key
from quietude.portal.logbook import acts
from quietude.portal.logbook.content import Content, Identity
from quietude.portal.logbook.extracts import Asked, parts_of
from quietude.portal.logbook.models import Entry
from quietude.portal.logbook.reading import Reader

ASKED = {"to_whom": "Parquet de Valcombe", "reference": "Réquisition 2026-118 du 17/06/2026"}
TEXT = "Fête au 3e étage. Rappel à l’ordre, musique coupée. " * 40  # goes over the leaf


@pytest.fixture
def entry(write: Write) -> Entry:
    """Return an entry of two versions."""
    made = write(text=TEXT, identities=())
    content = Content.model_validate(made.versions.get().content)
    changed = content.model_copy(update={"action": "Procès-verbal dressé 🔥."})
    return acts.correct(made.author, made, changed, reason="action oubliée", seen_version=1, now=NOW)


@pytest.fixture
def chief(sign_in: SignIn) -> Client:
    """Return the browser of a supervisor of the police service, who may take away what they see."""
    client = sign_in(Role.SUPERVISOR, username="claire")
    joined(User.objects.get(username="claire"))
    return client


@pytest.fixture
def folder(chief: Client, entry: Entry, tmp_path: Path) -> Path:
    """Return the folder of an extract that was made, unpacked."""
    answer = chief.post(f"/logbook/patrols/{entry.label}/extract/", ASKED)
    assert answer.status_code == 200, answer.content.decode()
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    (tmp_path / "all.zip").write_bytes(answer.content)
    (tmp_path / "key.pub").write_text(str(log_key().public))
    return tmp_path


def checked(path: Path) -> tuple[int, str]:
    done = CliRunner().invoke(
        main, ["audit", "verify", "--extract", str(path), "--key", str(path.with_name("key.pub"))]
    )
    return done.exit_code, done.output


def altered(folder: Path, **changes: object) -> tuple[int, str]:
    """Return the verdict once parts of the proof are others."""
    (path,) = folder.glob("*.proof.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    (pdf,) = folder.glob("*.pdf")
    return checked(pdf)


def proof_of(folder: Path) -> dict[str, object]:
    (path,) = folder.glob("*.proof.json")
    said: dict[str, object] = json.loads(path.read_text())
    return said


def test_what_was_not_touched_is_said_to_be_so(folder: Path, entry: Entry) -> None:
    for path in (folder / "all.zip", folder / f"{entry.label}.pdf"):
        code, said = checked(path)
        assert (code, said[:9]) == (0, "UNTOUCHED"), said
        assert entry.label in said


def test_the_pages_say_both_versions_and_for_whom(folder: Path, entry: Entry) -> None:
    said = "".join(page.extract_text() for page in PdfReader(folder / f"{entry.label}.pdf").pages)
    assert all(word in said for word in ("Parquet de Valcombe", "Réquisition 2026-118", "action oubliée", "U+1F525"))
    assert "Version 1" in said
    assert "Version 2" in said


def test_a_letter_changed_in_the_proof_is_named_by_its_field(folder: Path) -> None:
    fields = proof_of(folder)["fields"]
    assert isinstance(fields, list)
    changed = [
        {**each, "said": each["said"].replace("3e", "4e")} if each["name"] == "v1.text" else each for each in fields
    ]
    code, said = altered(folder, fields=changed)
    assert code == 1
    assert "v1.text" in said
    assert "v2.text" not in said


def test_a_letter_changed_in_the_pdf_is_named_by_its_field(folder: Path, entry: Entry, chief: Client) -> None:
    path = folder / f"{entry.label}.pdf"
    kept = path.read_bytes()
    entry.versions.filter(version=2).update(reason="action oubliees")
    again = chief.post(f"/logbook/patrols/{entry.label}/extract/", ASKED)
    path.write_bytes(zipfile.ZipFile(io.BytesIO(again.content)).read(path.name))
    code, said = checked(path)
    assert code == 1
    assert "v2.reason" in said
    assert "v1.text" not in said
    path.write_bytes(kept.replace(b"2026", b"2025", 1))
    assert checked(path)[0] == 1


@pytest.mark.parametrize("part", ["subject", "actor", "leaf"])
def test_a_letter_changed_in_the_line_of_the_journal_is_found(folder: Path, part: str) -> None:
    line = proof_of(folder)["journal"]
    assert isinstance(line, dict)
    code, said = altered(folder, journal={**line, part: line[part].replace("2", "3", 1).replace("user:", "user:9")})
    assert code in {1, 2}
    assert "UNTOUCHED" not in said


def test_hashes_made_anew_are_not_what_the_journal_certifies(folder: Path) -> None:
    hashes = proof_of(folder)["hashes"]
    assert isinstance(hashes, list)
    code, said = altered(folder, hashes=hashes[::-1])
    assert code == 1
    assert "list of fields" in said


@pytest.mark.parametrize(
    "wrong", ["{", "[]", '{"v": 1}', '{"v": 2}', '{"v": 1, "fields": 3, "hashes": null, "journal": {}}']
)
def test_what_is_no_proof_cannot_be_checked(folder: Path, entry: Entry, wrong: str) -> None:
    (folder / f"{entry.label}.proof.json").write_text(wrong)
    assert checked(folder / f"{entry.label}.pdf")[0] == 2


def test_a_key_of_somebody_else_certifies_nothing(folder: Path) -> None:
    public = create_key(folder / "other.key", str(log_key().public).split("+")[0], Use.LOG)  # of the same name
    (folder / "key.pub").write_text(str(public))
    code, said = checked(folder / "all.zip")
    assert code == 2
    assert "signature" in said


def test_the_journal_says_who_made_it_for_whom(lines: Lines, folder: Path, entry: Entry) -> None:
    assert folder.is_dir()
    line = lines()[-1]
    assert (line.kind, line.to_whom, line.ids) == ("communicate", ASKED["to_whom"], (entry.label,))
    assert line.motive == ASKED["reference"]


def test_persons_are_left_out_unless_they_were_opened(chief: Client, write: Write) -> None:
    made = write(
        parties=[{"role": "witness", "note": "voisin"}], identities=(Identity(name="Zoé Brun", contact=""),)
    )  # fmt: skip
    page = chief.get(f"/logbook/patrols/{made.label}/extract/")
    assert "Zoé" not in page.content.decode()
    answer = chief.post(f"/logbook/patrols/{made.label}/extract/", ASKED)
    proof = zipfile.ZipFile(io.BytesIO(answer.content)).read(f"{made.label}.proof.json").decode()
    assert "Brun" not in proof
    assert "identities" in proof


def test_a_place_that_is_closed_is_not_in_the_pages(entry: Entry, write: Write) -> None:
    masked = Grant(purpose="p", rows=Filter(), ceiling=Sensitivity.RESTRICTED, masked=frozenset({"lon_deg"}))
    open_to_all = Grant(purpose="p", rows=Filter(), ceiling=Sensitivity.RESTRICTED)
    found = {}
    for name, grant in (("closed", masked), ("open", open_to_all)):
        reader = Reader(Viewer(who="user:1", grants=(grant,), purpose="p"), entry.author.pk)
        (seen,) = reader.seen([entry])
        parts = parts_of(seen, entry.author, Asked("x", "y"), NOW)
        found[name] = "12 quai du Port" in str(parts)
    assert found == {"closed": False, "open": True}


def test_an_extract_needs_its_recipient_and_a_reader_who_sees_the_text(
    chief: Client, entry: Entry, sign_in: SignIn
) -> None:
    assert chief.post(f"/logbook/patrols/{entry.label}/extract/", {"to_whom": "x"}).status_code == 400
    stranger = sign_in(Role.ANALYST, username="paul")
    assert stranger.get(f"/logbook/patrols/{entry.label}/extract/").status_code in {403, 404}
