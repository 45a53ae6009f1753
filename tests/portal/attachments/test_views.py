"""Pages of attachments, as a writer, a reader and a stranger meet them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from tests.portal.attachments.conftest import PDF, Attach, files_in, photograph, sent
from tests.portal.conftest import Lines, SignIn
from tests.portal.logbook.conftest import Write

from quietude.model.event import Sensitivity
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.roles import Role
from quietude.portal.attachments import reading
from quietude.portal.attachments.models import Attachment, State
from quietude.portal.attachments.taking import FILE_BYTES_MAX
from quietude.portal.logbook.enclosed import BYTES_MAX
from quietude.portal.logbook.models import Entry
from quietude.portal.logbook.reading import Reader

pytestmark = pytest.mark.django_db
MARKS = json.dumps({"marks": [{"kind": "stroke", "radius": 30, "points": [[100, 100], [120, 110]]}]})
AS_DATA = {"Accept": "application/json"}


@pytest.fixture
def entry(write: Write) -> Entry:
    now = timezone.now()
    return write(occurred_at=now, now=now)


@pytest.fixture
def page(entry: Entry) -> str:
    return f"/logbook/patrols/{entry.label}/attachments/"


def add(client: Client, page: str, file: SimpleUploadedFile, **said: str) -> Any:
    """Attach a file as a script does."""
    return client.post(f"{page}add/", {"key": str(uuid4()), "files": file, **said}, headers=AS_DATA)


def test_a_photograph_comes_back_without_place_and_only_to_be_kept_or_shown(
    at_work: Client, page: str, lines: Lines
) -> None:
    said = at_work.post(
        f"{page}add/", {"key": str(uuid4()), "files": sent(photograph()), "caption": "Quai"}, headers=AS_DATA
    )
    assert (said.status_code, said.json()["address"]) == (200, f"{page}1/"), said.content
    assert "Quai" in at_work.get(f"{page}1/").content.decode()
    before = len(lines())
    response = at_work.get(f"{page}1/file/")
    with Image.open(io.BytesIO(response.content)) as picture:
        assert (picture.size, len(picture.getexif())) == ((320, 240), 0)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert response["Content-Disposition"].startswith("attachment;")
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "private, no-store")
    (line,) = lines()[before:]
    assert (line.kind, line.detail["of"], line.detail["columns"]) == ("consult", "attachment", "file")
    assert line.detail["digest"] == Attachment.objects.get().digest


def test_files_come_with_the_form_of_a_page_where_no_script_runs(at_work: Client, page: str, entry: Entry) -> None:
    both = [sent(photograph()), sent(PDF, "rapport.pdf", "application/pdf")]
    shown = at_work.post(f"{page}add/", {"files": both, "caption": "Rapport"}, follow=True).content.decode()
    assert "IMG_2041.jpg est joint" in shown
    assert "rapport.pdf" in shown
    assert entry.attachments.count() == 2
    assert "Aucun fichier choisi" in at_work.post(f"{page}add/", {}, follow=True).content.decode()
    assert "programme" in at_work.post(f"{page}add/", {"files": sent(b"MZ" + bytes(99))}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b"MZ" + bytes(99), 422, id="a program"),
        pytest.param(b"\xff\xd8\xff" + bytes(40 * 2**20), 413, id="40 MB"),
        pytest.param(b"\xff\xd8\xff" + bytes(FILE_BYTES_MAX), 413, id="a little too much"),
    ],
)
def test_what_is_refused_is_said_with_its_status_and_nothing_is_kept(
    at_work: Client, page: str, folder: Path, content: bytes, status: int
) -> None:
    answer = add(at_work, page, sent(content))
    assert answer.status_code == status
    assert len(answer.json()["error"]) > 40
    assert "Mio" in answer.json()["error"] or status != 413
    assert (files_in(folder), Attachment.objects.count()) == ([], 0)


def test_a_script_sends_one_file_with_its_key(at_work: Client, page: str) -> None:
    for wrong in ({"files": sent(photograph())}, {"key": "x", "files": sent(photograph())}, {"key": str(uuid4())}):
        assert at_work.post(f"{page}add/", wrong, headers=AS_DATA).status_code == 400


def form(**fields: object) -> dict[str, object]:
    usual = {"logbook": "patrols", "key": str(uuid4()), "when": "", "category": "noise.party", "text": "Fête au 3e."}
    return usual | fields


def test_an_entry_is_written_with_its_files_without_scripts_or_not_at_all(at_work: Client, folder: Path) -> None:
    refused = at_work.post("/logbook/new/", form(files=[sent(photograph()), sent(b"MZ" + bytes(99), "b.jpg")]))
    assert refused.status_code == 400
    assert "b.jpg" in refused.content.decode()
    assert "Fête au 3e." in refused.content.decode()
    assert (Entry.objects.count(), files_in(folder)) == (0, [])
    same = form()
    for _ in range(2):  # sent twice: one entry, one attachment
        at_work.post("/logbook/new/", same | {"files": [sent(photograph())]})
    assert Entry.objects.get().attachments.count() == 1
    assert at_work.post("/logbook/new/", form(files=[sent(bytes(BYTES_MAX + 1))])).status_code == 413


def test_a_photograph_is_blurred_by_marks_or_by_a_frame_without_scripts(
    at_work: Client, page: str, django_capture_on_commit_callbacks: type, folder: Path
) -> None:
    add(at_work, page, sent(photograph()))
    assert at_work.get(f"{page}1/blur/").status_code == 200
    assert at_work.post(f"{page}1/blur/", {"seen_version": "1", "marks": '{"marks":[]}'}).status_code == 400
    with django_capture_on_commit_callbacks(execute=True):
        assert at_work.post(f"{page}1/blur/", {"seen_version": "1", "marks": MARKS}).status_code == 302
        assert at_work.post(f"{page}1/blur/", {"seen_version": "1", "marks": MARKS}).status_code == 409
        frame = {"left": "10", "top": "10", "width": "50", "height": "50"}
        assert at_work.post(f"{page}1/blur/", {"seen_version": "2", **frame}).status_code == 302
    assert list(Attachment.objects.values_list("version", "state")) == [
        (1, "replaced"),
        (2, "replaced"),
        (3, "current"),
    ]
    assert len(files_in(folder)) == 1
    shown = at_work.get(f"{page}1/").content.decode()
    assert "floutée" in shown


def test_an_attachment_is_struck_from_its_page(at_work: Client, attach: Attach, entry: Entry, page: str) -> None:
    add(at_work, page, sent(photograph()))
    assert at_work.post(f"{page}1/strike/", {"reason": ""}).status_code == 400
    assert at_work.post(f"{page}1/strike/", {"reason": "mauvaise rue"}).status_code == 302
    assert Attachment.objects.get().state == State.STRUCK
    assert "mauvaise rue" in at_work.get(f"/logbook/patrols/{entry.label}/").content.decode()
    assert at_work.get(f"{page}1/blur/").status_code == 403


def test_a_pdf_is_kept_and_neither_shown_nor_blurred(at_work: Client, page: str) -> None:
    scan = sent(PDF, "rapport.pdf", "application/pdf")
    add(at_work, page, scan)
    assert at_work.get(f"{page}1/file/").content == PDF
    assert "<img" not in at_work.get(f"{page}1/").content.decode().split("<main")[1]
    assert at_work.get(f"{page}1/blur/").status_code == 403


def test_a_file_that_was_changed_on_the_disk_is_not_sent(
    at_work: Client, attach: Attach, entry: Entry, page: str, folder: Path
) -> None:
    attach(entry)
    (kept,) = files_in(folder)
    kept.write_bytes(kept.read_bytes()[:-2])
    answer = at_work.get(f"{page}1/file/")
    assert answer.status_code == 410
    kept.unlink()
    assert at_work.get(f"{page}1/file/").status_code == 410


def test_who_may_not_read_the_text_sees_no_attachment(sign_in: SignIn, attach: Attach, entry: Entry, page: str) -> None:
    attach(entry, caption="Deux visages")
    stranger = sign_in(Role.AGENT, username="clara")
    shown = stranger.get(f"/logbook/patrols/{entry.label}/").content.decode()
    assert "Une pièce jointe, fermée pour vous" in shown
    assert "Deux visages" not in shown
    for path in ("1/", "1/file/", "1/blur/", "1/strike/", "add/"):
        assert stranger.get(page + path).status_code in {403, 405}
    assert stranger.post(f"{page}add/", {"files": sent(photograph())}).status_code == 403


def test_a_reader_who_opens_the_text_on_demand_sees_the_attachments_then(
    sign_in: SignIn, attach: Attach, entry: Entry, page: str, opened: object
) -> None:
    attach(entry, caption="Deux visages")
    reader = sign_in(Role.AGENT, username="clara")
    assert reader.get(f"{page}1/file/").status_code == 403
    opened(reader)  # type: ignore[operator]  # what opens closed texts
    shown = reader.get(f"/logbook/patrols/{entry.label}/").content.decode()
    assert "Deux visages" in shown
    assert "Joindre" not in shown.split('id="attachments"')[1].split("</section>")[0]
    assert reader.get(f"{page}1/file/").status_code == 200


def test_what_does_not_exist_for_a_reader_is_not_found(
    sign_in: SignIn, attach: Attach, write: Write, page: str
) -> None:
    penal = write(regime="TITRE_III")
    attach(penal)
    analyst = sign_in(Role.ANALYST)
    assert analyst.get(f"/logbook/patrols/{penal.label}/attachments/1/").status_code == 404
    assert analyst.get(f"/logbook/patrols/{penal.label}/attachments/1/file/").status_code == 404


@pytest.mark.parametrize("masked", ["text", "lon_deg"])
def test_a_closed_text_or_place_closes_the_attachments(attach: Attach, masked: str) -> None:
    made = attach()
    grant = Grant(purpose="p", rows=Filter(), ceiling=Sensitivity.RESTRICTED, masked=frozenset({masked}))
    open_to_all = Grant(purpose="p", rows=Filter(), ceiling=Sensitivity.RESTRICTED)
    seen = {
        name: Reader(Viewer(who="user:1", grants=(each,), purpose="p"), made.added_by.pk).seen([made.entry])[0]
        for name, each in (("closed", grant), ("open", open_to_all))
    }
    assert {name: reading.are_open(each) for name, each in seen.items()} == {"closed": False, "open": True}


def test_numbers_that_are_not_there_are_not_found(at_work: Client, page: str) -> None:
    assert at_work.get(f"{page}7/").status_code == 404
    assert at_work.get(f"{page}7/file/").status_code == 404
