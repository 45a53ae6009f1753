"""Manifests of documents: what is wrong is named with its line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from quietude.sources.api import FolderDocuments, ManifestError, SourceError
from quietude.sources.manifest_file import load_manifest
from quietude.sources.read import find_files

HEAD = """title: {fr: "Arrêtés", en: "Orders"}
owner: "Secrétariat général"
kind: documents
legal_basis: "mission d'intérêt public"
retention: P10Y
schedule: {every: PT10M}
"""


def written(folder: Path, text: str) -> Path:
    """Write a manifest."""
    path = folder / "towns" / "ville" / "sources" / "orders.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_manifest_of_documents_is_followed_and_never_imported(tmp_path: Path) -> None:
    manifest = load_manifest(written(tmp_path, HEAD + "read: {format: folder, path: orders}\n"))
    (read,) = manifest.read
    assert isinstance(read, FolderDocuments)
    assert manifest.is_followed
    assert not manifest.has_files
    with pytest.raises(SourceError, match="followed by their connector"):
        find_files(manifest, tmp_path)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("read: {format: folder, path: ../etc}", 7, "within QUIETUDE_DROP_DIR"),
        ("read: {format: webdav, url: 'ftp://a.example'}", 7, "url"),
        ("read:\n  format: webdav\n  url: https://a.example\n  user: reader", 7, "user and secret need each other"),
        (
            "read:\n  format: cmis\n  url: https://a.example\n  rights:\n    - {folder: a, principal: b}",
            11,
            "one of them",
        ),
        ("read:\n  format: s3\n  url: https://a.example\n  bucket: Not A Bucket", 10, "bucket"),
        ("read: {format: folder, path: a, rights: [{principal: b, groups: [c]}]}", 7, "rules by folder"),
        ("read: {format: smb, host: a, share: b, user: c, secret: d, pth: e}", 7, "pth"),
        ("read: {format: csv, path: a.csv}", 7, "follows one place"),
        ("read: {format: folder, path: a}\nmap: {name: b}", 8, "leave it out"),
    ],
)
def test_faults_name_their_line_and_a_remedy(text: str, line: int, words: str, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + text + "\n")
    with pytest.raises(ManifestError) as caught:
        load_manifest(path)
    assert f"{path}:{line}:" in str(caught.value)
    assert words in str(caught.value)


def test_a_place_of_documents_needs_the_kind(tmp_path: Path) -> None:
    text = HEAD.replace("documents", "places") + "read: {format: folder, path: a}\nmap: {name: b}\n"
    with pytest.raises(ManifestError, match="say kind: documents"):
        load_manifest(written(tmp_path, text))
