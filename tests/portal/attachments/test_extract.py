"""A certified extract encloses the files of its entry, and whoever checks it is told which one was altered."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from pypdf import PdfReader
from tests.portal.attachments.conftest import PDF, Attach, sent
from tests.portal.conftest import SignIn
from tests.portal.logbook.conftest import Write, joined

from quietude.cli.main import main
from quietude.model.event import Sensitivity
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.attachments import acts
from quietude.portal.attachments.blurring import Frame, Marks
from quietude.portal.attachments.taking import take
from quietude.portal.journal.recording import log_key
from quietude.portal.logbook.enclosed import enclosed_with
from quietude.portal.logbook.models import Entry
from quietude.portal.logbook.reading import Reader

ASKED = {"to_whom": "Parquet de Valcombe", "reference": "Réquisition 2026-118"}
MARKS = Marks(marks=(Frame(kind="frame", left=10, top=10, width=120, height=90),))


@pytest.fixture
def entry(write: Write, attach: Attach, writer: User) -> Entry:
    """Return an entry with a blurred photograph and a struck one."""
    made = write()
    acts.blur(writer, attach(made, caption="Le quai à 23 h"), MARKS, seen_version=1)
    acts.strike(writer, attach(made), reason="mauvaise rue")
    return made


@pytest.fixture
def unpacked(sign_in: SignIn, entry: Entry, tmp_path: Path) -> Path:
    """Return the folder of an extract, unpacked, with the archive beside."""
    chief = sign_in(Role.SUPERVISOR, username="claire")
    joined(User.objects.get(username="claire"))
    return made_by(chief, entry, tmp_path / "extract")


def made_by(client: Client, entry: Entry, folder: Path) -> Path:
    folder.mkdir()
    answer = client.post(f"/logbook/patrols/{entry.label}/extract/", ASKED)
    assert answer.status_code == 200, answer.content.decode()
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(folder)
    (folder / "all.zip").write_bytes(answer.content)
    (folder / "key.pub").write_text(str(log_key().public))
    return folder


def checked(path: Path) -> tuple[int, str]:
    key = str(path.with_name("key.pub"))
    done = CliRunner().invoke(main, ["audit", "verify", "--extract", str(path), "--key", key])
    return done.exit_code, done.output


def test_the_files_are_beside_the_pages_which_list_them(unpacked: Path, entry: Entry) -> None:
    names = sorted(path.name for path in (unpacked / "attachments").iterdir())
    assert names == ["1-IMG_2041.jpg", "2-IMG_2041.jpg"]
    said = "".join(page.extract_text() for page in PdfReader(unpacked / f"{entry.label}.pdf").pages)
    digests = entry.attachments.values_list("digest", flat=True)
    assert len(digests) == 3
    flat = "".join(said.split())
    assert all(digest in flat for digest in digests)
    assert all(word in said for word in ("Le quai à 23 h", "mauvaise rue", "remplacée par une image floutée"))


@pytest.mark.parametrize("name", ["all.zip", "PM-2026-0001.pdf"])
def test_what_was_not_touched_is_said_to_be_so(unpacked: Path, name: str) -> None:
    code, said = checked(unpacked / name)
    assert (code, said[:9]) == (0, "UNTOUCHED"), said


def test_an_altered_a_missing_and_a_foreign_file_are_each_named(unpacked: Path, entry: Entry) -> None:
    pdf, files = unpacked / f"{entry.label}.pdf", unpacked / "attachments"
    first, second = sorted(files.iterdir())
    kept = first.read_bytes()
    first.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    code, said = checked(pdf)
    assert code == 1
    assert "1-IMG_2041.jpg was altered" in said
    assert "2-IMG_2041.jpg" not in said
    first.write_bytes(kept)
    second.rename(files / "other.jpg")
    code, said = checked(pdf)
    assert code == 1
    assert "2-IMG_2041.jpg is missing" in said
    assert "attachments/other.jpg is none of those that were certified" in said


def test_a_file_altered_in_the_archive_is_named(unpacked: Path) -> None:
    path = unpacked / "altered.zip"
    with zipfile.ZipFile(unpacked / "all.zip") as given, zipfile.ZipFile(path, "w") as made:
        for each in given.namelist():
            made.writestr(each, given.read(each) + (b"x" if each.endswith("2-IMG_2041.jpg") else b""))
    code, said = checked(path)
    assert code == 1
    assert "2-IMG_2041.jpg was altered" in said


def test_a_pdf_that_is_attached_is_not_taken_for_the_extract(
    sign_in: SignIn, entry: Entry, writer: User, tmp_path: Path
) -> None:
    acts.attach(writer, entry, take(sent(PDF, "a.pdf", "application/pdf")), key=entry.key)
    chief = sign_in(Role.SUPERVISOR, username="claire")
    joined(User.objects.get(username="claire"))
    folder = made_by(chief, entry, tmp_path / "extract")
    assert (folder / "attachments" / "3-a.pdf").read_bytes() == PDF
    for name in ("all.zip", f"{entry.label}.pdf"):
        code, said = checked(folder / name)
        assert (code, said[:9]) == (0, "UNTOUCHED"), said


def test_closed_attachments_are_said_to_be_left_out(entry: Entry) -> None:
    masked = Grant(purpose="p", rows=Filter(), ceiling=Sensitivity.RESTRICTED, masked=frozenset({"lon_deg"}))
    (seen,) = Reader(Viewer(who="user:1", grants=(masked,), purpose="p"), 1).seen([entry])
    (only,) = enclosed_with(seen)
    assert only.content is None
    assert only.lines[0].name == "attachments"
