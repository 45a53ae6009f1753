"""The hash tree of RFC 6962: a frontier to append to, proofs that an entry is in and that a tree only grew.

Source: RFC 6962 section 2.1; the names "compact range" and "frontier" are those of transparency-dev/merkle.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from quietude.journal.errors import JournalError

EMPTY_ROOT = hashlib.sha256(b"").digest()
HASH_BYTES = 32

Nodes = Callable[[int, int], bytes]
"""The hash of a complete subtree, by level (0: leaves) and index within the level."""


def hash_leaf(leaf: bytes) -> bytes:
    """Return the hash of an entry."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Node:
    """A complete subtree: it never changes again."""

    level: int
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """The complete subtrees whose hashes make the root: one for each bit set in `size`, the largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise JournalError(f"a tree of {self.size} entries does not have {len(self.hashes)} subtrees")

    def append(self, leaf_hash: bytes) -> tuple[Frontier, tuple[Node, ...]]:
        """Return the frontier with one more entry, and the subtrees above the leaves that it completes."""
        stack, completed = list(self.hashes), []
        level, index = 0, self.size
        while index & 1:
            leaf_hash = hash_node(stack.pop(), leaf_hash)
            level, index = level + 1, index >> 1
            completed.append(Node(level, index, leaf_hash))
        return Frontier(self.size + 1, (*stack, leaf_hash)), tuple(completed)

    @property
    def root(self) -> bytes:
        """Return the hash of the whole tree."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = hash_node(left, root)
        return root


def subtree_hash(start: int, size: int, nodes: Nodes) -> bytes:
    """Return MTH(D[start:start + size]); `start` must be a multiple of the largest power of two within `size`."""
    if size.bit_count() == 1:
        level = size.bit_length() - 1
        return nodes(level, start >> level)
    left = _split(size)
    return hash_node(subtree_hash(start, left, nodes), subtree_hash(start + left, size - left, nodes))


def root_at(size: int, nodes: Nodes) -> bytes:
    """Return the root that the tree had at `size` entries."""
    return EMPTY_ROOT if size == 0 else subtree_hash(0, size, nodes)


def inclusion_proof(index: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """Return PATH(index, D[size]), from the leaf up."""
    if not 0 <= index < size:
        raise JournalError(f"entry {index} is not in a tree of {size}")
    start, proof = 0, []
    while size > 1:
        left = _split(size)
        if index - start < left:
            proof.append(subtree_hash(start + left, size - left, nodes))
            size = left
        else:
            proof.append(subtree_hash(start, left, nodes))
            start, size = start + left, size - left
    return tuple(reversed(proof))


def consistency_proof(old: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """Return PROOF(old, D[size]); empty from an empty tree and from the tree itself."""
    if not 0 <= old <= size:
        raise JournalError(f"a tree of {size} entries never was one of {old}")
    if old in (0, size):
        return ()
    start, proof, is_whole = 0, [], True
    while old != size:
        left = _split(size)
        if old <= left:
            proof.append(subtree_hash(start + left, size - left, nodes))
            size = left
        else:
            proof.append(subtree_hash(start, left, nodes))
            start, old, size, is_whole = start + left, old - left, size - left, False
    if not is_whole:
        proof.append(subtree_hash(start, size, nodes))
    return tuple(reversed(proof))


def is_included(leaf_hash: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether the proof shows the leaf at `index` of the tree. Source: RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    node, last, reached = index, size - 1, leaf_hash
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            reached = hash_node(step, reached)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            reached = hash_node(reached, step)
        node, last = node >> 1, last >> 1
    return last == 0 and reached == root


def is_consistent(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether the proof shows that the tree of `size` begins with that of `old`. Source: RFC 9162, 2.1.4.2."""
    if not 0 <= old <= size:
        return False
    if old in (0, size):
        return not proof and (old_root == (EMPTY_ROOT if old == 0 else root))
    steps = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if not steps:
        return False
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            before, after = hash_node(step, before), hash_node(step, after)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            after = hash_node(after, step)
        node, last = node >> 1, last >> 1
    return last == 0 and before == old_root and after == root


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
