"""The hash tree, against the vectors of the certificate-transparency reference and RFC 6962 as it is written."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.journal.errors import JournalError
from quietude.journal.merkle import (
    EMPTY_ROOT,
    Frontier,
    Nodes,
    consistency_proof,
    hash_leaf,
    hash_node,
    inclusion_proof,
    is_consistent,
    is_included,
    root_at,
)

# google/certificate-transparency, merkletree tests; the same in transparency-dev/merkle, testonly/constants.go
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSION = [
    pytest.param(0, 1, [], id="alone"),
    pytest.param(0, 8, [A, B, C], id="first-of-8"),
    pytest.param(5, 8, [D, E, ROOTS[4]], id="sixth-of-8"),
    pytest.param(2, 3, [ROOTS[2]], id="last-of-3"),
    pytest.param(1, 5, [ROOTS[1], B, D], id="second-of-5"),
]
CONSISTENCY = [
    pytest.param(1, 1, [], id="the-same"),
    pytest.param(1, 8, [A, B, C], id="1-to-8"),
    pytest.param(6, 8, [F, E, ROOTS[4]], id="6-to-8"),
    pytest.param(2, 5, [B, D], id="2-to-5"),
]


def grown(leaves: Sequence[bytes]) -> tuple[Frontier, Nodes]:
    frontier, kept = Frontier(), {}
    for index, leaf in enumerate(leaves):
        kept[0, index] = hash_leaf(leaf)
        frontier, completed = frontier.append(kept[0, index])
        kept.update({(node.level, node.index): node.hash for node in completed})
    return frontier, lambda level, index: kept[level, index]


def mth(leaves: Sequence[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1, word for word."""
    if len(leaves) == 0:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = max(1 << bit for bit in range(len(leaves).bit_length()) if 1 << bit < len(leaves))
    return sha256(b"\x01" + mth(leaves[:split]) + mth(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    assert grown(LEAVES[:size])[0].root.hex() == ROOTS[size]
    assert root_at(size, grown(LEAVES)[1]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_reference(index: int, size: int, path: list[str]) -> None:
    proof = inclusion_proof(index, size, grown(LEAVES)[1])
    assert [step.hex() for step in proof] == path
    assert is_included(hash_leaf(LEAVES[index]), index, size, bytes.fromhex(ROOTS[size]), proof)


@pytest.mark.parametrize(("old", "size", "path"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_reference(old: int, size: int, path: list[str]) -> None:
    proof = consistency_proof(old, size, grown(LEAVES)[1])
    assert [step.hex() for step in proof] == path
    assert is_consistent(old, size, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[size]), proof)


def test_the_example_of_seven_leaves_in_the_rfc() -> None:
    """RFC 6962 section 2.1.3: the paths of d0, d3, d4 and d6, and the proofs from 3, 4 and 6, by their letters."""
    leaves = LEAVES[:7]
    a, b, c, d, e, f, j = (hash_leaf(leaf) for leaf in leaves)
    g, h, i = hash_node(a, b), hash_node(c, d), hash_node(e, f)
    k = hash_node(g, h)
    last = hash_node(i, j)  # "l" in the RFC
    nodes = grown(leaves)[1]
    assert [inclusion_proof(index, 7, nodes) for index in (0, 3, 4, 6)] == [
        (b, h, last),
        (c, g, last),
        (f, j, k),
        (i, k),
    ]
    assert [consistency_proof(old, 7, nodes) for old in (3, 4, 6)] == [(c, d, g, last), (last,), (i, j, k)]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_a_frontier_has_the_root_of_the_definition(leaves: list[bytes]) -> None:
    assert grown(leaves)[0].root == mth(leaves)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_every_proof_of_inclusion_holds_and_no_other_entry_passes(leaves: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(index, size, grown(leaves)[1]), mth(leaves[:size])
    assert is_included(hash_leaf(leaves[index]), index, size, root, proof)
    assert not is_included(hash_leaf(leaves[index] + b"!"), index, size, root, proof)
    assert not is_included(hash_leaf(leaves[index]), index, size, root, (*proof, EMPTY_ROOT))
    assert not proof or not is_included(hash_leaf(leaves[index]), index, size, root, proof[1:])


@given(st.lists(st.binary(max_size=8), max_size=70), st.data())
def test_every_proof_of_consistency_holds_and_no_rewritten_past_passes(
    leaves: list[bytes], data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, len(leaves)))
    old = data.draw(st.integers(0, size))
    proof, root, former = consistency_proof(old, size, grown(leaves)[1]), mth(leaves[:size]), mth(leaves[:old])
    assert is_consistent(old, size, former, root, proof)
    assert not is_consistent(old, size, hash_leaf(former), root, proof)
    assert old == 0 or not is_consistent(old, size, former, hash_leaf(root), proof)
    assert not is_consistent(old, size, former, root, (*proof, EMPTY_ROOT))
    assert not is_consistent(size + 1, size, former, root, proof)


def test_a_proof_of_what_is_not_there_is_refused() -> None:
    nodes = grown(LEAVES)[1]
    with pytest.raises(JournalError, match="entry 8 is not in a tree of 8"):
        inclusion_proof(8, 8, nodes)
    with pytest.raises(JournalError, match="never was one of 9"):
        consistency_proof(9, 8, nodes)
    with pytest.raises(JournalError, match="does not have"):
        Frontier(3, (EMPTY_ROOT,))
