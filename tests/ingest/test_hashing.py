from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.ingest.hashing import event_uids, fingerprints
from quietude.model.identity import event_uid


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), min_size=1, max_size=5
    )
)
def test_columns_get_the_same_identities_as_single_records(source_keys: list[str]) -> None:
    uids = event_uids("logbook", pl.Series(source_keys))
    assert uids.to_list() == [event_uid("logbook", key) for key in source_keys]


def test_nothing_has_no_fingerprint() -> None:
    assert fingerprints(pl.Series("x", [None, "a"], dtype=pl.String)).null_count() == 1
