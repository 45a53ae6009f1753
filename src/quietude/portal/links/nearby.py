"""Entries near one that is being written, in space, time and words; and pairs that look like one fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import polars as pl

from quietude.analysis.api import ENTRY_COLUMNS, FEATURES, LinkModel, informed, shipped_model
from quietude.model.filter.question import Choice, Filter, Near
from quietude.model.viewer import Viewer
from quietude.portal.links.acts import Proposal
from quietude.portal.links.models import Link, Refusal
from quietude.portal.links.reading import COLUMNS, WITHDRAWN, Told, group_of, told_of
from quietude.portal.town import current_store

NEAR_M = 600.0
BEFORE = timedelta(hours=48)
AFTER = timedelta(hours=6)
LISTED = 6
PROPOSED = 40
LEAST = 0.05
"""Probability below which an entry beside the form would be noise."""
LEAST_PROPOSED = 0.5
WINDOW = timedelta(days=2)
WINDOW_MAX = 20_000
DRAFT = "draft"
_READ = tuple(dict.fromkeys((*COLUMNS, *ENTRY_COLUMNS)))


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of an entry while it is typed."""

    logbook: str
    occurred_at: datetime
    lon_deg: float
    lat_deg: float
    category: str = ""
    text: str = ""
    place_label: str = ""


@dataclass(frozen=True, slots=True)
class Likely:
    """A fact of another service that may be the same."""

    told: Told
    probability: float
    percent: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two facts that may be the same."""

    first: Told
    second: Told
    proposal: Proposal

    @property
    def percent(self) -> int:
        """Return the probability in hundredths."""
        return round(100 * self.proposal.probability)


def current_model() -> LinkModel:
    """Return the model, informed by what people decided so far."""
    return _informed(Link.objects.filter(is_proposed=True).count(), Refusal.objects.count())


@lru_cache(maxsize=1)
def _informed(accepted: int, refused: int) -> LinkModel:
    rows = [
        {name: float(value) for name, value in each.levels.items()} | {"accepted": is_accepted}
        for is_accepted, decided in (
            (True, Link.objects.filter(is_proposed=True, undone_at=None)),
            (False, Refusal.objects.all()),
        )
        for each in decided[: 10 * WINDOW_MAX]
        if set(each.levels) == {"log_odds", *(feature.name for feature in FEATURES)}
    ]
    return informed(shipped_model(), pl.DataFrame(rows)) if rows and accepted + refused else shipped_model()


def nearby(viewer: Viewer, draft: Draft) -> list[Likely]:
    """Return facts of other sources that may be what is being written, the likeliest first."""
    around = Filter(
        near=Near(draft.lat_deg, draft.lon_deg, NEAR_M),
        since=draft.occurred_at - BEFORE, until=draft.occurred_at + AFTER,
        sources=Choice(none_of=(draft.logbook,)),
    )  # fmt: skip
    others = _entries(viewer, around)
    if not others.height:
        return []
    mine = pl.DataFrame(
        {
            "uid": [DRAFT], "source": [draft.logbook], "occurred_from": [draft.occurred_at],
            "time_precision": ["minute"], "category": [draft.category or None], "text": [draft.text],
            "lon_deg": [draft.lon_deg], "lat_deg": [draft.lat_deg], "place_label": [draft.place_label],
        },
        schema_overrides={"occurred_from": pl.Datetime("us", "UTC"), "category": pl.String},
    )  # fmt: skip
    found = current_model().compare(mine, others.select(ENTRY_COLUMNS))
    rows = {row["uid"]: row for row in others.iter_rows(named=True)}
    return [
        Likely(told_of(rows[uid]), chance, round(100 * chance))
        for uid, chance in found.select("right", "probability").iter_rows()
        if chance >= LEAST
    ][:LISTED]


def proposals(viewer: Viewer, *, now: datetime, logbooks: Sequence[str] = ()) -> list[Pair]:
    """Return pairs of the last days that look like one fact, the likeliest first; those decided on are left out.

    Args:
        viewer: who asks; only facts that exist for them are compared.
        now: the present, aware.
        logbooks: only pairs with an entry of one of these, unless empty.
    """
    entries = _entries(viewer, Filter(since=now - WINDOW, until=now))
    if not entries.height:
        return []
    model = current_model()
    found = model.compare(entries.select(ENTRY_COLUMNS)).filter(pl.col("probability") >= LEAST_PROPOSED)
    log_odds = pl.Series(shipped_model().weights.log_odds(found), dtype=pl.Float64)
    refused = set(Refusal.objects.values_list("first", "second"))
    rows = {row["uid"]: row for row in entries.iter_rows(named=True)}
    pairs: list[Pair] = []
    for row in found.with_columns(log_odds=log_odds).iter_rows(named=True):
        one, other = row["left"], row["right"]
        if (one, other) in refused or (logbooks and not {row["left_source"], row["right_source"]} & set(logbooks)):
            continue
        if other in group_of(one):
            continue
        levels = {name: float(row[name]) for name in ("log_odds", *(feature.name for feature in FEATURES))}
        pairs.append(Pair(told_of(rows[one]), told_of(rows[other]), Proposal(row["probability"], levels)))
        if len(pairs) == PROPOSED:
            break
    return pairs


def proposal_of(viewer: Viewer, uids: Sequence[str]) -> Proposal | None:
    """Return what the model says of two facts, or None where it would not compare them."""
    found = current_model().compare(_entries(viewer, Filter(ids=tuple(uids))).select(ENTRY_COLUMNS))
    if not found.height:
        return None
    row = found.row(0, named=True)
    levels = {feature.name: float(row[feature.name]) for feature in FEATURES}
    odds = float(shipped_model().weights.log_odds(found.head(1))[0])
    return Proposal(row["probability"], levels | {"log_odds": odds})


def _entries(viewer: Viewer, question: Filter) -> pl.DataFrame:
    """Return facts that exist for the reader; those withdrawn, such as struck entries, tell of nothing."""
    if not viewer.grants:
        return pl.DataFrame(schema=dict.fromkeys(_READ, pl.String))
    found = pl.DataFrame(current_store().query(viewer, question, columns=_READ, limit=WINDOW_MAX))
    return found.filter(~pl.col("flags").list.eval(pl.element().str.starts_with(WITHDRAWN)).list.any().fill_null(False))
