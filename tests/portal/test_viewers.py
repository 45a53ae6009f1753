from __future__ import annotations

import pytest
from tests.portal.conftest import MakeUser

from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Filter
from quietude.portal.accounts.roles import RIGHTS, Right, Role
from quietude.portal.viewers import EXACT_PLACE, FREE_TEXT, GRANTS, PURPOSES, viewer_for
from quietude.store.api import Store

COLUMNS = ["title", "text", "lon_deg", "source_key", "category", "zone_quarter"]


def readable(store: Store, make_user: MakeUser, role: Role) -> set[str]:
    rows = store.query(viewer_for(make_user(role)), Filter(), columns=COLUMNS, limit=20).to_pylist()
    assert len(rows) == 20
    return {name for name in COLUMNS if any(row[name] is not None for row in rows)}


def test_every_role_has_a_grant_and_its_purpose_has_words() -> None:
    assert set(GRANTS) == set(Role)
    assert {grant.purpose for grant in GRANTS.values()} <= set(PURPOSES)


@pytest.mark.parametrize(
    ("role", "columns"),
    [
        (Role.AGENT, {"title", "text", "lon_deg", "source_key", "category", "zone_quarter"}),
        (Role.ANALYST, {"lon_deg", "category", "zone_quarter"}),
        (Role.ELECTED, {"category", "zone_quarter"}),
        (Role.DATA_MANAGER, {"title", "text", "lon_deg", "source_key", "category", "zone_quarter"}),
        (Role.ADMINISTRATOR, {"category", "zone_quarter"}),
    ],
)
def test_each_role_reads_its_columns_and_no_other(
    store: Store, make_user: MakeUser, role: Role, columns: set[str]
) -> None:
    assert readable(store, make_user, role) == columns


def test_words_of_a_masked_text_cannot_be_searched(store: Store, make_user: MakeUser) -> None:
    question = Filter(words=("musique",))
    assert store.count(viewer_for(make_user(Role.AGENT)), question).to_pylist()[0]["count"] > 0
    assert store.count(viewer_for(make_user(Role.ANALYST)), question).to_pylist()[0]["count"] == 0


@pytest.mark.parametrize("role", list(Role))
def test_penal_records_need_a_clearance(store: Store, make_user: MakeUser, role: Role) -> None:
    from quietude.model.filter.question import Choice

    penal = Filter(regimes=Choice(("TITRE_III",)))
    assert store.count(viewer_for(make_user(role)), penal).to_pylist()[0]["count"] == 0
    cleared = viewer_for(make_user(role, username="cleared", has_penal_clearance=True))
    expected = 10 if Right.READ_FACT in RIGHTS[role] else 0
    assert store.count(cleared, penal).to_pylist()[0]["count"] == expected


def test_a_closed_account_reads_nothing(make_user: MakeUser) -> None:
    assert viewer_for(make_user(Role.AGENT, is_active=False)).grants == ()


def test_readers_of_aggregates_see_neither_text_nor_exact_place() -> None:
    for role in [role for role in Role if Right.READ_FACT not in RIGHTS[role]]:
        assert GRANTS[role].masked >= FREE_TEXT | EXACT_PLACE


def test_no_ordinary_grant_opens_the_penal_regime_or_confidential_facts() -> None:
    assert all(grant.regimes == {Regime.RGPD} for grant in GRANTS.values())
    assert all(grant.ceiling is not Sensitivity.CONFIDENTIAL for grant in GRANTS.values())
