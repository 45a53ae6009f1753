"""Files are kept once under their digest, for their owner alone, and no name leads out of the folder."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest

from quietude.portal.uploads.keeping import Damaged, Vault


def test_what_is_kept_comes_back_and_is_kept_once(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    digest = vault.keep(b"scan")
    assert digest == vault.keep(b"scan") == hashlib.sha256(b"scan").hexdigest()
    assert vault.read(digest) == b"scan"
    (path,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert vault.forget(digest)
    assert not vault.forget(digest)
    with pytest.raises(FileNotFoundError):
        vault.read(digest)


def test_what_was_changed_on_disk_is_not_sent(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    digest = vault.keep(b"scan")
    vault.path(digest).write_bytes(b"other")
    with pytest.raises(Damaged):
        vault.read(digest)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n", "/" + "a" * 63])
def test_only_a_digest_is_a_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no SHA-256"):
        Vault(tmp_path).read(name)
