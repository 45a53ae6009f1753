"""No answer to a reader depends on what they may not read: two worlds that differ only there answer alike.

For random facts, grants and questions: in the second world every fact that the reader may not see is another one, and
every value that is masked on a fact they see is another value. Rows, counts by any dimension, clocks, cells, bytes of
tiles, exports and single facts must be the same.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.model.strategies import fact, questions, table_of, viewers
from tests.store.conftest import opened
from tests.store.naive import admitted

from quietude.model.event import event_schema
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.store.api import Store, StoreError

FACTS = [fact(seed) for seed in range(60)]
OTHERS = [fact(seed) for seed in range(1_000, 1_400)]
VALUES: dict[str, tuple[Any, ...]] = {
    "text": ("zanzibar", "un tapage", None),
    "title": ("zanzibar", "bruit", None),
    "place_label": ("ailleurs", None),
    "source_category": ("autre", None),
    "category": ("noise", "theft", None),
    "severity": (1, 2, 3, 4, 5),
}
"""Other values of columns that a grant may mask."""
DIMENSIONS = (
    "source",
    "category",
    "family",
    "nature",
    "month",
    "year",
    "severity",
    "zone_quartier",
    "hour",
    "weekday",
    "title",
)
DIMENSIONS_THERE = st.lists(st.sampled_from(DIMENSIONS), max_size=2, unique=True).map(tuple)


def opens(viewer: Viewer, facts: pa.Table) -> list[list[bool]]:
    """Return for each grant which facts it opens."""
    frame = pl.DataFrame(facts)
    return [admitted(grant, frame).to_list() for grant in viewer.grants]


def other_world(viewer: Viewer, dice: Any) -> list[dict[str, Any]]:
    """Return facts that differ from `FACTS` only in what the viewer may not read."""
    by_grant = opens(viewer, table_of(FACTS))
    order = list({row["uid"]: row for row in FACTS}.values())
    kept: list[dict[str, Any]] = []
    for position, row in enumerate(order):
        opening = [grant for grant, opened_ in zip(viewer.grants, by_grant, strict=True) if opened_[position]]
        if not opening:
            continue
        hidden = [name for name in VALUES if all(name in grant.masked for grant in opening)]
        changed = row | {name: dice.choice(VALUES[name]) for name in hidden}
        still = opens(viewer, table_of([changed]))  # a masked value may be what a grant's own rows are chosen by
        same = [opened_[position] for opened_ in by_grant] == [opened_[0] for opened_ in still]
        kept.append(changed if same else row)
    taken = {row["uid"] for row in kept}
    unseen = [row for row in OTHERS if row["uid"] not in taken]
    by_other = opens(viewer, table_of(unseen))
    names = list({row["uid"]: row for row in unseen}.values())
    invisible = [row for position, row in enumerate(names) if not any(opened_[position] for opened_ in by_other)]
    return [*kept, *invisible[: dice.randint(0, 40)]]


def answers(store: Store, viewer: Viewer, question: Filter, by: tuple[str, ...]) -> list[Any]:
    """Return all that a reader can be answered to one question."""
    columns = [name for name in event_schema(store.levels).names if name != "received_at"]
    rows = store.query(viewer, question, columns=columns, order_by=("id",)).to_pylist()
    streamed = [row for batch in store.stream(viewer, question, columns=columns) for row in batch.to_pylist()]
    names = [row["id"] for row in rows if row["id"] is not None]
    return [
        rows,
        sorted(streamed, key=lambda row: str(row["id"])),
        store.count(viewer, question, by=by).to_pylist(),
        store.matrix(viewer, question).tolist(),
        store.h3_bins(viewer, question, resolution=8).to_pylist(),
        [store.tile(viewer, question, z, x, y, has_families=True) for z, x, y in ((0, 0, 0), (11, 1054, 749))],
        [versions(store, viewer, name) for name in names],
    ]


def versions(store: Store, viewer: Viewer, name: str) -> list[str]:
    """Return the versions of one fact; a grant that masks what a fact is never without opens no single fact."""
    try:
        return [repr(version) for version in store.event(viewer, name)]
    except StoreError as error:
        return [str(error)]


@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(viewer=viewers(), question=st.just(Filter()) | questions(), by=DIMENSIONS_THERE, dice=st.randoms())
def test_no_answer_depends_on_what_the_reader_may_not_read(
    viewer: Viewer, question: Filter, by: tuple[str, ...], dice: Any
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, other = opened(Path(folder) / "one"), opened(Path(folder) / "other")
        one.append(table_of(FACTS))
        other.append(table_of(other_world(viewer, dice)))
        for store in (one, other):
            store.maintain()  # so that cubes answer where they can
        assert answers(one, viewer, question, by) == answers(other, viewer, question, by)
