"""Notes, keys and checkpoints, against what C2SP, Go and the Go checksum database have published."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from tests.journal.logs import LOG_KEY, WITNESS_KEY

from quietude.journal.errors import JournalError
from quietude.journal.merkle import EMPTY_ROOT
from quietude.journal.note import Checkpoint, SigningKey, Use, VerifierKey, cosign, open_note, sign, split_note

# golang.org/x/mod/sumdb/note, note_test.go
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

# The checkpoint of c2sp.org/tlog-checkpoint, under the name that its signature was made for; the key is in cmd/go
SUMDB_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB_NOTE = """go.sum database tree
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""
# c2sp.org/tlog-cosignature, section Format: publishes no key, but its time in words
COSIGNATURE = "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
AT = datetime(2026, 3, 1, tzinfo=UTC)
STATE = Checkpoint(LOG_KEY.name, 0, EMPTY_ROOT)


def test_keys_have_the_text_and_the_hash_of_gos_example() -> None:
    assert str(VerifierKey.parse(GO_PUBLIC)) == GO_PUBLIC
    assert str(SigningKey.parse(GO_PRIVATE).public) == GO_PUBLIC
    assert SigningKey.parse(GO_PRIVATE).to_text() == GO_PRIVATE


def test_a_signature_is_that_of_gos_example() -> None:
    key = SigningKey.parse(GO_PRIVATE)
    assert base64.b64encode(key.public.id + key.sign(GO_TEXT)).decode() == GO_SIGNATURE


def test_the_published_checkpoint_of_the_go_checksum_database_is_read() -> None:
    state, at = open_note(SUMDB_NOTE, VerifierKey.parse(SUMDB_KEY))
    assert (state.origin, state.size, at) == ("go.sum database tree", 20852163, None)
    assert state.text.decode() == SUMDB_NOTE.partition("\n\n")[0] + "\n"


def test_a_cosignature_has_the_frame_of_the_published_one() -> None:
    published = base64.b64decode(COSIGNATURE)
    ours = base64.b64decode(cosign(STATE, WITNESS_KEY, at=datetime.fromtimestamp(1679315147, UTC)).split(" ")[2])
    assert len(ours) == len(published)
    assert ours[4:12] == published[4:12]
    message = b"cosignature/v1\ntime 1679315147\n" + STATE.text
    assert WITNESS_KEY.public.holds(ours[12:], message)


def test_a_checkpoint_reads_back_for_the_log_and_for_the_witness() -> None:
    note = sign(STATE, LOG_KEY) + cosign(STATE, WITNESS_KEY, at=AT)
    assert open_note(note, LOG_KEY.public) == (STATE, None)
    assert open_note(note, WITNESS_KEY.public) == (STATE, AT)


@pytest.mark.parametrize("cut", [1, 5, len("PeterNeumann"), len(GO_PUBLIC) - 1])
def test_a_key_that_was_cut_is_refused(cut: int) -> None:
    for text in (GO_PUBLIC[:cut], GO_PUBLIC[cut:]):
        with pytest.raises(JournalError):
            VerifierKey.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
    ids=["too-long", "other-algorithm", "other-hash", "space-in-name"],
)
def test_a_key_that_go_refuses_is_refused(text: str) -> None:
    with pytest.raises(JournalError):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "note",
    [
        SUMDB_NOTE.replace("20852163", "20852164"),
        SUMDB_NOTE.replace("Az3grlgt", "Az3grlgu"),
        SUMDB_NOTE.replace("sum.golang.org", "sum.example"),
        SUMDB_NOTE.partition("— ")[0],
        SUMDB_NOTE.rstrip("\n"),
        SUMDB_NOTE.replace("\n\n", "\n"),
        SUMDB_NOTE + "one line more\n",
        "\x01" + SUMDB_NOTE,
    ],
    ids=["size", "signature", "name", "unsigned", "no-end", "no-blank", "line-more", "control"],
)
def test_an_altered_note_is_refused(note: str) -> None:
    with pytest.raises(JournalError):
        open_note(note, VerifierKey.parse(SUMDB_KEY))


@pytest.mark.parametrize("text", ["a\n1\n", "a\n01\nAA==\n", "a\n-1\nAA==\n", "a\n1\nAA==\n", "\n1\nAA==\n"])
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(JournalError):
        Checkpoint.parse(text)


def test_a_private_key_is_never_shown() -> None:
    assert "seed" not in repr(SigningKey.parse(GO_PRIVATE))
    assert SigningKey.parse(GO_PRIVATE).use is Use.LOG


def test_a_note_keeps_the_empty_lines_of_its_text() -> None:
    assert split_note("a\n\nb\n\n— name AAAAAAA=\n")[0] == "a\n\nb\n"
