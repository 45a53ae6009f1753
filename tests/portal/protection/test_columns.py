"""Every column that data are kept in is tagged: continuous integration fails on an untagged or unknown one."""

from __future__ import annotations

import pytest

from quietude.keeping.api import load_census
from quietude.portal.protection.columns import columns_found
from quietude.portal.town import current_ledger
from quietude.store.api import Store


@pytest.mark.django_db
def test_every_column_of_database_store_and_ledger_is_tagged(empty_store: Store) -> None:
    found = columns_found(empty_store, current_ledger())
    wanted = {"accounts.User", "store.events", "store.history", "store.cubes", "ledger.quarantine"}
    assert wanted | {"database.journal_payload"} <= set(found)
    faults = load_census().faults(found)
    assert not faults, "\n".join(faults)


@pytest.mark.django_db
def test_every_column_has_its_whole_tag(empty_store: Store) -> None:
    found = columns_found(empty_store, current_ledger())
    tags = load_census().tags(found)
    assert len(tags) == sum(len(columns) for columns in found.values())
    assert all(tag.category for tag in tags if tag.is_personal)
    stated = [(tag.purpose, tag.basis, tag.regime, tag.duration, tag.recipients) for tag in tags]
    assert all(label.fr and label.en for labels in stated for label in labels)
