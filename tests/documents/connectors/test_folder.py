"""Folders as they are met: links in circles, names of other systems, files that change under one's hands."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from tests.documents.connectors.places import keys

from quietude.documents.connectors.change import Added, Deleted, GoneError, Reached, Skipped, UnsettledError
from quietude.documents.connectors.folder import Folder


def test_links_are_not_followed_and_odd_names_are_said(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("outside")
    (root / "a" / "circle").symlink_to(root)
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "~$open.docx").write_text("lock")
    (root / unicodedata.normalize("NFD", "Arrêté.txt")).write_text("text")
    with open(os.fsencode(root) + b"/caf\xe9.txt", "wb"):  # noqa: PTH123  # a name that is no UTF-8
        pass
    told = list(Folder(root=root, leave=("~$*",)).changes(None))
    assert keys(told, Skipped) == {"a/circle", "out.txt", "caf\\udce9.txt"}
    (added,) = [change for change in told if isinstance(change, Added)]
    assert added.item.name == "Arrêté.txt"  # composed, as people type it
    assert added.item.key != added.item.name


@pytest.mark.parametrize(
    "key", ["../secret.txt", "/etc/passwd", "a/../../secret.txt", "out.txt", "linked/secret.txt", ""]
)
def test_no_key_leads_out_of_the_folder(key: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.txt").write_text("outside")
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "linked").symlink_to(tmp_path)
    with pytest.raises(GoneError):
        Folder(root=root).fetch(key, tmp_path / "copy", 1000)
    assert not (tmp_path / "copy").exists()


def test_a_file_that_changes_while_it_is_read_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "log.txt").write_bytes(b"1" * 10)
    really = os.read

    def written_to(file: int, count: int) -> bytes:
        changed = os.fstat(file).st_mtime_ns + 1_000_000
        os.utime(tmp_path / "log.txt", ns=(changed, changed))
        return really(file, count)

    monkeypatch.setattr("quietude.documents.connectors.folder.os.read", written_to)
    with pytest.raises(UnsettledError, match="once it rests"):
        Folder(root=tmp_path).fetch("log.txt", tmp_path / "copy", 1000)
    assert not (tmp_path / "copy").exists()


def test_a_folder_that_cannot_be_read_deletes_nothing_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "a.txt").write_text("text")
    (tmp_path / "b.txt").write_text("text")
    folder = Folder(root=tmp_path)
    *_, reached = folder.changes(None)
    assert isinstance(reached, Reached)
    really = os.scandir

    def refusing(path: Path) -> object:
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return really(path)

    (tmp_path / "b.txt").unlink()
    monkeypatch.setattr("quietude.documents.connectors.folder.os.scandir", refusing)
    told = list(folder.changes(reached.cursor))
    assert keys(told, Skipped) == {"closed"}
    assert keys(told, Deleted) == {"b.txt"}
    assert "closed/a.txt" in told[-1].cursor  # type: ignore[union-attr]
