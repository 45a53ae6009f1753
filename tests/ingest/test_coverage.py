from datetime import datetime

import polars as pl
import pytest
from tests.ingest.little_town import HEADER, NOW, LittleTown, row

from quietude.ingest.api import NoCrosswalkError, cover, crosswalk_of, filed_values, source_values
from quietude.model.crosswalk import Crosswalk, CrosswalkRow, Relation
from quietude.model.vocabulary import load_vocabulary

LOGBOOK = HEADER + row("1") + row("2") + row("3", kind="dépôt") + row("4", kind="rien") + row("5", kind="rodéo")


def walk(*rows: tuple[str, str]) -> Crosswalk:
    return Crosswalk(
        name="logbook",
        version=1,
        rows=tuple(CrosswalkRow(source_category=value, code=code, relation=Relation.BROAD) for value, code in rows),
    )


def values(**rows: int) -> pl.DataFrame:
    return pl.DataFrame(
        {"value": list(rows), "rows": list(rows.values())}, schema={"value": pl.String, "rows": pl.Int64}
    )


def test_rows_values_relations_and_the_unmapped_are_counted(little: LittleTown) -> None:
    little.write(LOGBOOK)
    manifest = little.town().sources["logbook"]
    found = cover("logbook", crosswalk_of(manifest, load_vocabulary()), source_values(little.town(), manifest, now=NOW))
    assert (found.rows, found.covered_rows, found.share) == (5, 3, 0.6)
    assert found.relations.rows() == [("broad", 2, 3), ("none", 1, 1), ("unmapped", 1, 1)]
    assert found.unmapped.rows() == [("rodéo", 1)]


def test_filed_facts_and_files_say_the_same(little: LittleTown) -> None:
    little.write(LOGBOOK)
    little.run()
    in_files = source_values(little.town(), little.town().sources["logbook"], now=NOW)
    assert filed_values(little.store, "logbook").sort("value").rows() == in_files.sort("value").rows()


def test_records_out_of_scope_are_not_counted(little: LittleTown) -> None:
    little.write(LOGBOOK)
    little.change(only=[{"column": "type", "matches": "^r"}])
    counted = source_values(little.town(), little.town().sources["logbook"], now=NOW)
    assert sorted(counted["value"].to_list()) == ["rien", "rodéo"]


def test_a_source_without_crosswalk_is_told(little: LittleTown) -> None:
    little.write(LOGBOOK)
    little.change(map={"category": {"code": "noise"}})
    manifest = little.town().sources["logbook"]
    with pytest.raises(NoCrosswalkError, match=r"logbook: its manifest names no crosswalk"):
        crosswalk_of(manifest, load_vocabulary())
    with pytest.raises(NoCrosswalkError, match=r"logbook: its manifest reads no category"):
        source_values(little.town(), manifest, now=datetime.now(NOW.tzinfo))


def test_a_value_that_two_patterns_claim_for_different_codes_is_ambiguous() -> None:
    found = cover("x", walk(("*chien*", "animals"), ("*bruit*", "noise")), values(**{"bruit de chien": 3, "bruit": 2}))
    assert found.ambiguous.rows() == [("bruit de chien", 3, ["animals", "noise"])]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("*musique*", "noise.music"), ("*bruit*", "noise")], id="a-wider-code-of-the-same-branch"),
        pytest.param(
            [("bruit de musique", "noise.music"), ("*musique", "events"), ("*bruit*", "noise")], id="exact-row"
        ),
    ],
)
def test_what_is_settled_is_not_ambiguous(rows: list[tuple[str, str]]) -> None:
    assert not cover("x", walk(*rows), values(**{"bruit de musique": 3})).ambiguous.height


def test_no_rows_are_wholly_covered() -> None:
    assert cover("x", walk(("*", "noise")), values()).share == 1.0
