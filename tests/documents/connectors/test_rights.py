"""What rights there mean here."""

from __future__ import annotations

from quietude.documents.connectors.change import Item
from quietude.documents.connectors.rights import Rights, rights_of
from quietude.model.event import Sensitivity
from quietude.sources.api import RightSpec

RULES = (
    RightSpec(folder="Arrêtés", sensitivity=Sensitivity.PUBLIC),
    RightSpec(folder="Arrêtés/Fermetures", sensitivity=Sensitivity.RESTRICTED, groups=("police",)),
    RightSpec(principal="GROUP_POLICE", groups=("police",)),
)


def test_the_strictest_rule_counts_and_groups_add_up() -> None:
    public = Item(key="1", name="a", folder="ARRÊTÉS/2026")
    assert rights_of(public, RULES, Sensitivity.INTERNAL) == Rights(Sensitivity.PUBLIC, ())
    closing = Item(key="2", name="a", folder="Arrêtés/Fermetures", rights=("group_police",))
    assert rights_of(closing, RULES, Sensitivity.INTERNAL) == Rights(Sensitivity.RESTRICTED, ("police",))


def test_a_folder_is_not_taken_for_one_that_begins_like_it() -> None:
    item = Item(key="1", name="a", folder="Arrêtés-brouillons")
    assert rights_of(item, RULES, Sensitivity.INTERNAL).sensitivity is Sensitivity.INTERNAL


def test_a_document_whose_readers_no_rule_knows_is_closed() -> None:
    item = Item(key="1", name="a", folder="Arrêtés", rights=("GROUP_MAYOR",))
    assert rights_of(item, RULES, Sensitivity.INTERNAL).is_closed
    assert not rights_of(item, RULES[:2], Sensitivity.INTERNAL).is_closed  # no rule asks for readers
