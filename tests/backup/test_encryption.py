from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.backup.encryption import Identities, Recipients, make_identity
from quietude.backup.problem import BackupError, DamagedError, WrongKeyError


@given(content=st.binary(max_size=5000))
def test_what_is_sealed_is_an_age_file_that_only_the_private_key_opens(
    content: bytes, recipients: Recipients, identities: Identities
) -> None:
    sealed = recipients.seal(content)
    assert sealed.startswith(b"age-encryption.org/v1\n")
    assert identities.unseal(sealed, "it") == content


@given(place=st.integers(min_value=0, max_value=399), flip=st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_never_taken_for_content(
    place: int, flip: int, recipients: Recipients, identities: Identities
) -> None:
    sealed = bytearray(recipients.seal(b"x" * 400))
    sealed[place] ^= flip
    with pytest.raises((DamagedError, WrongKeyError), match="this file"):
        identities.unseal(bytes(sealed), "this file")


def test_another_private_key_opens_nothing_and_says_so(tmp_path: Path, recipients: Recipients) -> None:
    make_identity(tmp_path / "other.txt")
    with pytest.raises(WrongKeyError, match=r"other\.txt opens backup 7"):
        Identities.read(tmp_path / "other.txt").unseal(recipients.seal(b"x"), "backup 7")


def test_a_private_key_is_its_owner_s_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key.txt"
    assert make_identity(path).startswith("age1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_text(encoding="ascii")
    with pytest.raises(BackupError, match="never overwritten"):
        make_identity(path)
    assert path.read_text(encoding="ascii") == before


def test_a_private_key_given_as_recipient_is_refused_without_being_repeated(key_file: Path) -> None:
    private = key_file.read_text(encoding="ascii").splitlines()[1]
    with pytest.raises(BackupError, match="a private key") as refused:
        Recipients.read([private])
    assert private not in str(refused.value)


@pytest.mark.parametrize("keys", [[], [" "], ["age1short"], ["ssh-ed25519 AAAA"]], ids=["none", "blank", "cut", "ssh"])
def test_recipients_that_cannot_be_used_are_refused(keys: list[str]) -> None:
    with pytest.raises(BackupError, match="public key"):
        Recipients.read(keys)


@pytest.mark.parametrize("text", ["", "# public key: age1\n", "AGE-SECRET-KEY-1CUT\n"], ids=["empty", "comment", "cut"])
def test_a_file_without_a_private_key_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "key.txt").write_text(text, encoding="ascii")
    with pytest.raises(BackupError, match=r"key\.txt"):
        Identities.read(tmp_path / "key.txt")


def test_the_order_of_recipients_does_not_matter_but_the_keys_do(tmp_path: Path, public_key: str) -> None:
    other = make_identity(tmp_path / "other.txt")
    both = Recipients.read([public_key, other])
    assert both.fingerprint == Recipients.read([other, public_key, public_key]).fingerprint
    assert both.fingerprint != Recipients.read([public_key]).fingerprint
