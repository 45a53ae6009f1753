"""What the store answers to writers: counts that add up, and errors that say what to do."""

from __future__ import annotations

from dataclasses import dataclass


class StoreError(RuntimeError):
    """The store cannot do what is asked; the message says why, what is safe, and the remedy."""


class ReadOnlyError(StoreError):
    """A write was asked of a view of the past."""


class PastGoneError(StoreError):
    """The asked version is older than the files that are kept."""


class DiskFullError(StoreError):
    """No space was left while writing; nothing of the write is in the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What became of a batch: every row of it is counted exactly once, but for `version`."""

    filed: int = 0
    """Facts that were not there before."""
    updated: int = 0
    """Facts whose content changed: a new version, the old one kept in the history."""
    unchanged: int = 0
    """Facts that were there with the same content."""
    repeated: int = 0
    """Rows of the batch that a later row of the same batch with the same uid replaced."""
    refused: int = 0
    """Rows about facts that were erased on purpose: they do not come back by importing again."""
    version: int
    """Version of the table of facts after the write."""

    @property
    def rows(self) -> int:
        """Return the number of rows of the batch."""
        return self.filed + self.updated + self.unchanged + self.repeated + self.refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoded:
    """What a recoding did to the facts of a source."""

    examined: int
    """Facts of the source whose category a rule may decide (what a person or a model decided stays)."""
    changed: int
    """Facts with a new category or severity, hence a new version."""
    uncovered: int
    """Examined facts whose source category is not among the codes; they keep theirs."""
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure removed, for the proof: numbers and a name, nothing of the facts."""

    erasure_id: str
    """Name of the entry in the ledger of erasures."""
    asked: int
    erased: int
    """Facts that were there and are gone."""
    versions: int
    """Past versions that are gone with them."""
    files: int
    """Files that held them and were deleted from the disk."""
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What undoing an import did."""

    gone: int
    """Facts that the import had brought: no version of them is left."""
    restored: int
    """Facts that the import had changed: the version from before it is the current one."""
    kept: int
    """Facts left as they are, because a person restricted or rectified them since."""
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What erasures said again to a restored store removed."""

    entries: int
    """Entries of the ledger that it did not have."""
    erased: int
    """Facts that were there again and are gone."""
    versions: int
    """Past versions that are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """What one round of maintenance did."""

    months_compacted: int = 0
    files_before: int = 0
    files_after: int = 0
    files_deleted: int = 0
    """Files that no kept version needs any more."""
    cube_months: int = 0
    """Months whose cubes were made anew."""
    checkpoints: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TableInfo:
    """One table of the store, as `quietude store info` prints it."""

    name: str
    version: int
    rows: int
    files: int
    bytes: int
    months: int
