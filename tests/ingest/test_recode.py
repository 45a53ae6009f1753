from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.ingest.little_town import CROSSWALK, HEADER, NOW, READER, LittleTown, row

from quietude.ingest.api import (
    RecodeError,
    Recoding,
    RecodingFolder,
    apply_recoding,
    propose_recoding,
    propose_undoing,
    propose_version,
    undo_recoding,
)
from quietude.model.filter.question import Filter
from quietude.model.vocabulary import load_vocabulary

LOGBOOK = HEADER + row("1") + row("2") + row("3", kind="dépôt") + row("4", kind="rien") + row("5", kind="rodéo")
SECOND = CROSSWALK.replace("version: 1", "version: 2").replace("bruit,noise,broad", "bruit,noise.music,narrow")


@pytest.fixture
def filed(little: LittleTown) -> LittleTown:
    """Return a town whose logbook is filed."""
    little.write(LOGBOOK)
    assert little.run().error is None
    return little


def rewrite(town: LittleTown, text: str) -> None:
    (town.folder / "town" / "crosswalks" / "logbook.csv").write_text(text, encoding="utf-8")


def kept(town: LittleTown) -> RecodingFolder:
    return RecodingFolder(town.folder / "var" / "recodings")


def recode(town: LittleTown) -> Recoding:
    proposal = propose_recoding(town.town().sources["logbook"], town.store, load_vocabulary())
    return apply_recoding(proposal, town.store, kept(town), at=NOW)


def undo(town: LittleTown) -> int:
    recoding, proposal = propose_undoing(town.town().sources["logbook"], town.store, kept(town))
    return undo_recoding(recoding, proposal, town.store, kept(town), at=NOW + timedelta(hours=1))


def coded(town: LittleTown) -> list[tuple[str, str | None, str | None, int]]:
    return [(fact["source_key"], fact["category"], fact["category_by"], fact["severity"]) for fact in town.facts()]


def test_a_changed_crosswalk_recodes_what_it_changes_and_nothing_else(filed: LittleTown) -> None:
    before = coded(filed)
    rewrite(filed, SECOND)
    made = recode(filed)
    after = coded(filed)
    assert made.changed == 2
    assert [fact[:3] for fact in after[:2]] == [(key, "noise.music", "crosswalk:logbook@2") for key in ("1", "2")]
    assert after[2:] == before[2:]


def test_the_source_is_not_read_again(filed: LittleTown) -> None:
    (filed.folder / "data" / "logbook.csv").unlink()
    rewrite(filed, SECOND)
    assert recode(filed).changed == 2


def test_a_value_newly_known_loses_its_flag(filed: LittleTown) -> None:
    assert filed.facts()[4]["flags"] == ["category:unmapped"]
    rewrite(filed, SECOND + "rodéo,traffic.rodeo,exact,\n")
    recode(filed)
    fact = filed.facts()[4]
    assert (fact["category"], fact["severity"], list(fact["flags"] or ())) == ("traffic.rodeo", 3, [])


def test_undoing_brings_the_codes_and_severities_back(filed: LittleTown) -> None:
    before = coded(filed)
    rewrite(filed, SECOND.replace("dépôt,cleanliness", "dépôt,violence.homicide"))
    assert recode(filed).changed == 3
    assert coded(filed) != before
    assert undo(filed) == 3
    assert coded(filed) == before


def test_recodings_are_undone_from_the_last_to_the_first(filed: LittleTown) -> None:
    first = coded(filed)
    rewrite(filed, SECOND)
    recode(filed)
    second = coded(filed)
    rewrite(filed, SECOND.replace("version: 2", "version: 3").replace("noise.music", "noise.party"))
    recode(filed)
    undo(filed)
    assert coded(filed) == second
    undo(filed)
    assert coded(filed) == first
    with pytest.raises(RecodeError, match="logbook: no recoding to undo"):
        undo(filed)


def test_the_codes_of_a_former_version_are_brought_back(filed: LittleTown) -> None:
    first = coded(filed)
    for version, code in ((2, "noise.music"), (3, "noise.party")):
        rewrite(filed, SECOND.replace("version: 2", f"version: {version}").replace("noise.music", code))
        recode(filed)
    proposal = propose_version(filed.town().sources["logbook"], filed.store, kept(filed), 1)
    assert apply_recoding(proposal, filed.store, kept(filed), at=NOW).changed == 2
    assert coded(filed) == first


def test_a_version_that_never_was_is_refused_with_those_that_were(filed: LittleTown) -> None:
    rewrite(filed, SECOND)
    recode(filed)
    with pytest.raises(
        RecodeError, match=r"version 7 was never in the store; kept are crosswalk:logbook@1, crosswalk:logbook@2"
    ):
        propose_version(filed.town().sources["logbook"], filed.store, kept(filed), 7)


def test_a_change_without_a_new_version_is_refused(filed: LittleTown) -> None:
    rewrite(filed, SECOND.replace("version: 2", "version: 1"))
    with pytest.raises(RecodeError, match=r"still says version 1; write '# version: 2'"):
        recode(filed)


def test_what_a_person_decided_stays(filed: LittleTown) -> None:
    facts = filed.store.query(READER, Filter())
    decided = facts.filter(pc.equal(facts["source_key"], "1"))
    for name, value in (("category", "violence.threat"), ("category_by", "person:7")):
        decided = decided.set_column(decided.schema.get_field_index(name), name, pa.array([value]))
    filed.store.upsert(decided)
    rewrite(filed, SECOND)
    assert recode(filed).changed == 1
    assert coded(filed)[0][:3] == ("1", "violence.threat", "person:7")


def test_the_severity_that_the_source_states_stays(little: LittleTown) -> None:
    little.write(LOGBOOK)
    little.change(map={"severity": {"constant": "5"}})
    little.run()
    rewrite(little, SECOND)
    recode(little)
    assert {fact["severity"] for fact in little.facts()} == {5}


def test_words_that_the_crosswalk_forgot_keep_their_code(filed: LittleTown) -> None:
    rewrite(filed, "\n".join(line for line in SECOND.splitlines() if not line.startswith("dépôt")))
    proposal = propose_recoding(filed.town().sources["logbook"], filed.store, load_vocabulary())
    assert proposal.kept == 2
    recode(filed)
    assert coded(filed)[2][1] == "cleanliness"


def test_nothing_changes_before_the_way_back_is_on_the_disk(filed: LittleTown, tmp_path: Path) -> None:
    before = coded(filed)
    rewrite(filed, SECOND)
    proposal = propose_recoding(filed.town().sources["logbook"], filed.store, load_vocabulary())
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    with pytest.raises(OSError, match="a-file"):
        apply_recoding(proposal, filed.store, RecodingFolder(blocked), at=NOW)
    assert coded(filed) == before


def test_a_recoding_cut_short_can_be_undone(filed: LittleTown) -> None:
    before = coded(filed)
    rewrite(filed, SECOND)
    proposal = propose_recoding(filed.town().sources["logbook"], filed.store, load_vocabulary())
    kept(filed).begin("logbook", at=NOW, before=proposal.before, after=proposal.after)
    assert kept(filed).recodings("logbook")[0].changed is None
    assert undo(filed) == 0
    assert coded(filed) == before
