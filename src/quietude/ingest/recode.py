"""Gives the facts of a source the codes of a changed crosswalk, and takes it back, without reading the source again.

Each recoding is kept as a JSON file with the codes before and after it, so that it can be undone, and so that the codes
of any version that was ever in the store can be brought back even when the crosswalk's file says something else by now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from quietude.ingest.coverage import UNMAPPED, cover, crosswalk_of
from quietude.ingest.recodings import CODINGS_SCHEMA, Recoding, RecodingFolder
from quietude.model.crosswalk import Crosswalk
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.model.vocabulary import Vocabulary
from quietude.sources.api import Manifest
from quietude.store.api import Store

BY_RULE = "crosswalk:"


class RecodeError(ValueError):
    """The recoding is refused; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a recoding would do."""

    source: str
    before: pl.DataFrame
    """`CODINGS_SCHEMA`: how the facts that a rule may decide are coded now."""
    after: pl.DataFrame
    """`CODINGS_SCHEMA` (rows 0): how their source categories would be coded."""
    moves: pl.DataFrame
    """source_category, category (now), category_after, rows: what changes, most rows first."""
    kept: int
    """Facts that keep their code, since the new codes do not know their source category."""

    @property
    def changed(self) -> int:
        """Return the number of facts that would change."""
        return int(self.moves["rows"].sum())


def propose(manifest: Manifest, store: Store, vocabulary: Vocabulary) -> Proposal:
    """Return what recoding with the crosswalk as it is now would do.

    Raises:
        NoCrosswalkError: the source has no crosswalk.
        CrosswalkError: its file cannot be used.
        RecodeError: the file was changed and still has the version that facts were coded by.
    """
    crosswalk = crosswalk_of(manifest, vocabulary)
    before = codings_in(store, manifest)
    after = _codings_of(crosswalk, before, keeps_severity=manifest.map.severity is not None)
    proposal = _proposal(manifest.name, before, after)
    _require_new_version(crosswalk, proposal)
    return proposal


def propose_version(manifest: Manifest, store: Store, folder: RecodingFolder, version: int) -> Proposal:
    """Return what bringing back the codes of a former version would do.

    Raises:
        RecodeError: no recoding ever met that version.
    """
    kept = [
        codings.filter(pl.col("category_by").str.ends_with(f"@{version}"))
        for recoding in folder.recodings(manifest.name)
        for codings in (recoding.after, recoding.before)
    ]
    found = [codings for codings in kept if codings.height]
    if not found:
        known = sorted({by for recoding in folder.recodings(manifest.name) for by in recoding.stamps})
        said = f"kept are {', '.join(known)}" if known else "no recoding was made yet"
        raise RecodeError(f"{manifest.name}: version {version} was never in the store; {said}")
    after = pl.concat(found).unique("source_category", keep="first", maintain_order=True)
    return _proposal(manifest.name, codings_in(store, manifest), after)


def propose_undoing(manifest: Manifest, store: Store, folder: RecodingFolder) -> tuple[Recoding, Proposal]:
    """Return the last recoding that stands, and what undoing it would do.

    Raises:
        RecodeError: there is none.
    """
    standing = [recoding for recoding in folder.recodings(manifest.name) if recoding.undone_at is None]
    if not standing:
        raise RecodeError(f"{manifest.name}: no recoding to undo")
    return standing[0], _proposal(manifest.name, codings_in(store, manifest), standing[0].before)


def apply(proposal: Proposal, store: Store, folder: RecodingFolder, *, at: datetime) -> Recoding:
    """Recode, and keep what is needed to take it back; return the account.

    What is needed to undo is on the disk before the first fact changes.
    """
    recoding = folder.begin(proposal.source, at=at, before=proposal.before, after=proposal.after)
    changed = _recode(store, proposal)
    return folder.complete(recoding, changed=changed)


def undo(recoding: Recoding, proposal: Proposal, store: Store, folder: RecodingFolder, *, at: datetime) -> int:
    """Take a recoding back; return how many facts changed."""
    changed = _recode(store, proposal)
    folder.mark_undone(recoding, at=at)
    return changed


def codings_in(store: Store, manifest: Manifest) -> pl.DataFrame:
    """Return how the facts of a source that a rule may decide are coded now (`CODINGS_SCHEMA`).

    A source category with several codes, left by imports under several versions, has one row for each.
    """
    viewer = Viewer.system("recode")
    question = Filter(sources=Choice(any_of=(manifest.name,)))
    dimensions = ("source_category", "category", "category_by", "severity")
    counted = pl.DataFrame(store.count(viewer, question, by=dimensions)).rename({"count": "rows"})
    by_rule = counted.filter(pl.col("category_by").is_null() | pl.col("category_by").str.starts_with(BY_RULE))
    if manifest.map.severity is not None:
        by_rule = by_rule.with_columns(severity=pl.lit(None))
    grouped = by_rule.sort("rows", descending=True).group_by("source_category", "category", "category_by")
    codings = grouped.agg(pl.col("severity").first(), pl.col("rows").sum())
    return (
        codings.sort("rows", "source_category", descending=[True, False])
        .select(CODINGS_SCHEMA.names())
        .cast(CODINGS_SCHEMA)
    )


def _codings_of(crosswalk: Crosswalk, before: pl.DataFrame, *, keeps_severity: bool) -> pl.DataFrame:
    values = before.group_by(pl.col("source_category").alias("value")).agg(pl.col("rows").sum())
    known = cover("", crosswalk, values).values.filter(pl.col("relation") != UNMAPPED)
    severity = pl.lit(None) if keeps_severity else pl.col("severity")
    codings = known.select(
        source_category="value", category="code", category_by="category_by", severity=severity, rows=pl.lit(0)
    )
    return codings.cast(CODINGS_SCHEMA)


def _proposal(source: str, before: pl.DataFrame, after: pl.DataFrame) -> Proposal:
    new = after.select("source_category", category_after="category", severity_after="severity", is_known=pl.lit(True))
    joined = before.join(new, on="source_category", how="left", nulls_equal=True)
    differs = pl.col("category").ne_missing(pl.col("category_after")) | (
        pl.col("severity_after").is_not_null() & pl.col("severity").ne_missing(pl.col("severity_after"))
    )
    moves = (
        joined.filter(pl.col("is_known") & differs)
        .group_by("source_category", "category", "category_after")
        .agg(pl.col("rows").sum())
        .sort("rows", "source_category", descending=[True, False])
    )
    kept = int(joined.filter(pl.col("is_known").is_null())["rows"].sum())
    return Proposal(source=source, before=before, after=after, moves=moves, kept=kept)


def _require_new_version(crosswalk: Crosswalk, proposal: Proposal) -> None:
    same = proposal.before.filter(pl.col("category_by") == crosswalk.stamp)
    changed = same.join(proposal.moves, on=("source_category", "category"), how="semi", nulls_equal=True)
    if changed.height:
        first = changed["source_category"][0]
        raise RecodeError(
            f"{crosswalk.name}.csv was changed ({first!r} and {changed.height - 1} more values get another code) but "
            f"still says version {crosswalk.version}; write '# version: {crosswalk.version + 1}' in its first line"
        )


def _recode(store: Store, proposal: Proposal) -> int:
    """Recode in the store, one call for each rule that the new codes are said to come from; return what changed."""
    changed = 0
    moving = proposal.after.join(proposal.moves, on="source_category", how="semi", nulls_equal=True)
    for by, codes in _by_rule(moving):
        table = codes.select("source_category", "category", "severity").to_arrow()
        changed += store.recode(proposal.source, table, category_by=by).changed
    return changed


def _by_rule(codings: pl.DataFrame) -> Sequence[tuple[str, pl.DataFrame]]:
    """Return (rule, codes) of codings, each source category once.

    A category that no rule knew goes back to no code; the rule of the others then says so.
    """
    once = codings.unique("source_category", keep="first", maintain_order=True)
    usual = once["category_by"].drop_nulls().mode().sort()
    named = once.with_columns(pl.col("category_by").fill_null(usual[0] if usual.len() else f"{BY_RULE}unknown"))
    return [(str(key[0]), codes) for key, codes in named.group_by("category_by", maintain_order=True)]
