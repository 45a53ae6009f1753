"""From a file that nobody declared to a source that is imported, and back."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.portal.conftest import Lines, SignIn
from tests.portal.wizard.logbook import HEADER, NATURES, line, logbook

from quietude.ingest.api import Outcome
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal import town
from quietude.portal.accounts.roles import Role
from quietude.portal.wizard import running
from quietude.portal.wizard.models import Draft
from quietude.portal.wizard.work import work
from quietude.store.api import Store

READER = Viewer.system("test")
ABOUT = {
    "title_fr": "Ancienne main courante", "title_en": "Old logbook", "owner": "Police municipale",
    "legal_basis": "mission d'intérêt public", "regime": "RGPD", "sensitivity": "internal", "retention": "P3Y",
    "timezone": "Europe/Paris", "every": "P1D", "at": "06:00",
}  # fmt: skip


@pytest.fixture
def manager(sign_in: SignIn, empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return a data manager's client; long work is done at once, in this process."""

    def at_once(folder: Path, source: str, mode: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        work(town.installation(), folder, source, mode)

    monkeypatch.setattr(running, "start", at_once)
    return sign_in(Role.DATA_MANAGER)


def uploaded(client: Client, content: str | bytes, name: str = "registre.csv") -> Draft:
    data = content.encode("cp1252") if isinstance(content, str) else content
    response = client.post("/sources/new/", {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 302, response.content.decode()
    return Draft.objects.get(pk=response["Location"].split("/")[3])


def post(client: Client, draft: Draft, step: str, **said: object) -> str:
    """Send a step's form in the draft's newest state; return where it leads."""
    draft.refresh_from_db()
    response = client.post(f"/sources/new/{draft.key}/{step}", {"revision": draft.revision, **said})
    assert response.status_code == 302, response.content.decode()
    draft.refresh_from_db()
    return str(response["Location"])


def roles_on(client: Client, draft: Draft) -> dict[str, str]:
    """Return the form of the columns as the page proposes it."""
    shown = client.get(f"/sources/new/{draft.key}/columns/").context
    fields = {f"role-{row['number']}": row["role"] for row in shown["rows"]}
    reasons = {f"reason-{row['number']}": row["reason"] for row in shown["rows"]}
    return {**fields, **reasons, **({"totals": "on"} if shown["totals"] else {})}


@pytest.fixture
def declared(manager: Client) -> Draft:
    """Return a draft declared up to its words."""
    return declared_as(manager, logbook())


def declared_as(manager: Client, content: str) -> Draft:
    draft = uploaded(manager, content)
    post(manager, draft, "source/", **ABOUT)
    assert post(manager, draft, "columns/", **roles_on(manager, draft)).endswith("/values/")
    return draft


def decided(client: Client, draft: Draft, **codes: str) -> int:
    """Decide values as the page's script does; return the status."""
    body = {"revision": draft.revision, "decided": codes}
    response = client.post(f"/sources/new/{draft.key}/values.json", body, content_type="application/json")
    draft.refresh_from_db()
    return response.status_code


@pytest.fixture
def imported(manager: Client, declared: Draft) -> Draft:
    """Return a draft whose file is imported."""
    decided(manager, declared, **{NATURES[0]: "noise", NATURES[1]: "cleanliness", NATURES[2]: "parking"})
    post(manager, declared, "import/")
    return declared


def test_the_file_is_understood(manager: Client) -> None:
    draft = uploaded(manager, logbook())
    shown = manager.get(f"/sources/new/{draft.key}/file/").content.decode()
    assert draft.declared.read == {"format": "csv", "encoding": "cp1252", "separator": ";"}
    assert "N° fiche" in shown
    assert "42" in shown


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "vide.csv", "vide"),
        (b"%PDF-1.7 scan", "scan.pdf", "tableau"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "vieux.xls", "XLS"),
        (b"a;b\n", "entete.csv", "ligne"),
    ],
)
def test_what_cannot_be_used_is_refused_in_plain_words(manager: Client, content: bytes, name: str, said: str) -> None:
    response = manager.post("/sources/new/", {"file": SimpleUploadedFile(name, content or b" ")})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Draft.objects.exists()
    assert not list(town.installation().var_dir.rglob(name))


def test_columns_are_proposed_and_what_is_personal_is_dropped(declared: Draft) -> None:
    uses = {name: use.role.value for name, use in declared.declared.columns.items()}
    assert uses["Nature"] == "category"
    assert uses["Nom du requérant"] == "drop"
    assert declared.declared.totals_column == "N° fiche"
    assert declared.source == "ancienne_main_courante"


def test_a_drop_without_a_reason_is_sent_back(manager: Client, declared: Draft) -> None:
    form = {**roles_on(manager, declared), "role-6": "drop", "reason-6": "", "revision": declared.revision}
    response = manager.post(f"/sources/new/{declared.key}/columns/", form)
    assert response.status_code == 200
    assert "Récit" in "".join(response.context["faults"])


def test_the_preview_shows_facts_and_faults_and_files_nothing(
    manager: Client, declared: Draft, empty_store: Store
) -> None:
    shown = manager.get(f"/sources/new/{declared.key}/preview/").context
    assert (shown["report"].read, shown["report"].filed, shown["report"].quarantined) == (42, 40, 1)
    (fault,) = shown["aside"]
    assert (fault.record.line, fault.record.value) == (42, "29/02/2025 16h15")
    assert fault.said.startswith("Date illisible")
    assert shown["facts"][0]["point"] is not None
    assert empty_store.query(READER, Filter()).num_rows == 0


def test_a_dry_run_reads_the_whole_file_and_files_nothing(manager: Client, declared: Draft, empty_store: Store) -> None:
    post(manager, declared, "trial/")
    shown = manager.get(f"/sources/new/{declared.key}/trial/").context
    assert shown["told"].report.outcome == Outcome.DRY_RUN
    assert (shown["told"].report.filed, len(shown["faults"])) == (40, 1)
    assert empty_store.query(READER, Filter()).num_rows == 0
    assert town.current_ledger().reports() == ()


def test_a_dry_run_that_refuses_what_is_old_says_where_that_is_changed(manager: Client) -> None:
    old = HEADER + "".join(line(number, f"{1 + number % 28:02}/06/2009") for number in range(20))
    draft = declared_as(manager, old)
    post(manager, draft, "trial/")
    page = manager.get(f"/sources/new/{draft.key}/trial/").content.decode()
    assert "20 enregistrements ont dépassé la durée de conservation" in page
    assert f'href="/sources/new/{draft.key}/source/"' in page


def test_the_import_files_the_facts_and_declares_the_source(
    manager: Client, imported: Draft, empty_store: Store
) -> None:
    shown = manager.get(f"/sources/new/{imported.key}/done/").context
    assert (shown["report"].filed, shown["report"].quarantined) == (40, 1)
    assert empty_store.query(READER, Filter()).num_rows == 40
    manifest = town.current_town().sources["ancienne_main_courante"]
    assert manifest.schedule is not None
    assert manager.get("/sources/ancienne_main_courante/").status_code == 200


def test_the_uploaded_file_is_gone_after_the_import(imported: Draft) -> None:
    assert not list(town.installation().var_dir.rglob("registre.csv"))


def test_the_import_is_taken_back_and_done_again(manager: Client, imported: Draft, empty_store: Store) -> None:
    assert post(manager, imported, "undo/").endswith("/file/")
    assert empty_store.query(READER, Filter()).num_rows == 0
    file = SimpleUploadedFile("registre.csv", logbook().encode("cp1252"))
    post(manager, imported, "upload/", file=file)
    post(manager, imported, "import/")
    assert empty_store.query(READER, Filter()).num_rows == 40
    walk = (town.installation().made_here_dir / "crosswalks" / "ancienne_main_courante.csv").read_text("utf-8")
    assert "Tapage nocturne,noise,broad," in walk


def test_a_new_file_of_the_same_shape_is_imported_by_the_same_declaration(
    manager: Client, imported: Draft, empty_store: Store
) -> None:
    more = logbook() + line(100)
    response = manager.post(
        "/sources/new/again/ancienne_main_courante/", {"file": SimpleUploadedFile("mars.csv", more.encode("cp1252"))}
    )
    assert response.status_code == 200
    assert empty_store.query(READER, Filter()).num_rows == 41


def test_a_file_of_another_shape_is_refused_with_the_columns_it_lacks(manager: Client, imported: Draft) -> None:
    response = manager.post(
        "/sources/new/again/ancienne_main_courante/", {"file": SimpleUploadedFile("autre.csv", b"a;b\n1;2\n")}
    )
    assert response.status_code == 422
    assert "Nature" in response.content.decode()


def test_the_source_is_taken_along_as_a_town_has_it(manager: Client, imported: Draft) -> None:
    response = manager.get("/sources/new/export/ancienne_main_courante.zip")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert sorted(archive.namelist()) == [
            "crosswalks/ancienne_main_courante.csv",
            "sources/ancienne_main_courante.yml",
        ]


@pytest.mark.parametrize("sent", ['{"revision": Infinity, "decided": {}}', "[" * 100_000, "5", '{"revision": null}'])
def test_what_no_page_sends_is_refused_in_words(manager: Client, declared: Draft, sent: str) -> None:
    answer = manager.post(f"/sources/new/{declared.key}/values.json", sent, content_type="application/json")
    assert (answer.status_code, "error" in answer.json()) == (400, True)


def test_who_saves_second_is_told_and_writes_nothing_over(manager: Client, declared: Draft, sign_in: SignIn) -> None:
    other = sign_in(Role.DATA_MANAGER, username="seconde")
    before = declared.revision
    assert decided(other, declared, **{NATURES[0]: "noise"}) == 200
    stale = {"revision": before, "decided": {NATURES[1]: "noise"}}
    answer = manager.post(f"/sources/new/{declared.key}/values.json", stale, content_type="application/json")
    assert answer.status_code == 409
    assert "seconde" in answer.json()["error"]
    declared.refresh_from_db()
    assert list(declared.declared.categories) == [NATURES[0]]
    page = manager.post(f"/sources/new/{declared.key}/source/", {**ABOUT, "revision": before}, follow=True)
    assert "seconde" in page.content.decode()


def test_values_that_are_not_there_and_codes_that_are_none_are_left(manager: Client, declared: Draft) -> None:
    assert decided(manager, declared, **{"Jamais vu": "noise", NATURES[0]: "no.such.code", NATURES[1]: "-"}) == 200
    assert {value: coded.relation for value, coded in declared.declared.categories.items()} == {NATURES[1]: "none"}


def test_words_of_status_are_mapped(manager: Client, declared: Draft, empty_store: Store) -> None:
    shown = manager.get(f"/sources/new/{declared.key}/values/").context
    (kind,) = shown["kinds"]
    assert {word["word"]: word["value"] for word in kind["words"]} == {"Clôturé": "closed", "En cours": "under_way"}
    post(manager, declared, "values/", **{f"status-{word['number']}": word["value"] for word in kind["words"]})
    post(manager, declared, "import/")
    counted = empty_store.count(READER, Filter(), ["status"]).to_pydict()
    assert dict(zip(counted["status"], counted["count"], strict=True)) == {"closed": 20, "under_way": 20}


def test_a_draft_goes_with_its_file(manager: Client, declared: Draft) -> None:
    folder = declared.folder
    assert folder.is_dir()
    assert manager.post(f"/sources/new/{declared.key}/discard/").status_code == 302
    assert not folder.exists()


def test_each_look_at_the_file_leaves_a_line(manager: Client, lines: Lines) -> None:
    draft = uploaded(manager, logbook())
    manager.get(f"/sources/new/{draft.key}/file/")
    acts = [entry.detail.get("act") for entry in lines()]
    assert acts == ["upload", "rows"]


@pytest.mark.parametrize("step", ["columns", "values", "preview", "trial", "done"])
def test_a_step_that_is_too_early_leads_to_the_one_that_is_due(manager: Client, step: str) -> None:
    draft = uploaded(manager, logbook())
    response = manager.get(f"/sources/new/{draft.key}/{step}/")
    assert response.status_code == 302
    assert response["Location"].endswith("/source/")


def test_a_work_whose_process_is_gone_says_so(tmp_path: Path) -> None:
    (tmp_path / "work.json").write_text('{"mode": "trial", "pid": 999999999, "stage": "filing"}', encoding="utf-8")
    told = running.told(tmp_path)
    assert told is not None
    assert (told.is_running, told.error) == (False, "stopped")
