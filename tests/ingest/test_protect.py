from __future__ import annotations

from pathlib import Path

import pytest
from tests.ingest.little_town import HEADER, LittleTown, row

CANARY = "06 39 98 12 34"
MAIL = "jeanne.fictive@exemple.fr"


@pytest.fixture
def imported(little: LittleTown) -> LittleTown:
    """Return a town whose source holds personal data in every kind of column, in filed and in quarantined records."""
    little.change(map={"title": "titre", "attributes": ["*"], "drop": {"naissance": "not needed for the purpose"}})
    little.write(
        "naissance,titre,note," + HEADER
        + f"1984,Appel {CANARY},écrire à {MAIL}," + row("A1", text=f"voisin au {CANARY}")
        + f"1984,Appel {CANARY},écrire à {MAIL}," + row("A2", text=f"voisin au {CANARY}", date=f"hier {CANARY}")
        + f"1984,{CANARY},{MAIL}\n"
    )  # fmt: skip
    report = little.run()
    assert (report.filed, report.quarantined) == (1, 2)
    assert report.masked == {"telephone": 2, "email": 1}
    return little


def test_texts_are_masked_everywhere_in_a_fact(imported: LittleTown) -> None:
    fact = imported.facts()[0]
    assert (fact["title"], fact["text"]) == ("Appel [téléphone]", "voisin au [téléphone]")
    assert fact["attributes"] == '{"note":"écrire à [courriel]"}'
    assert fact["flags"] == ["text:masked"]


def test_the_quarantine_holds_no_original_either(imported: LittleTown) -> None:
    raws = [str(record.raw) + str(record.value) for record in imported.ledger.quarantined()]
    assert len(raws) == 2
    assert not [raw for raw in raws if MAIL in raw or "naissance" in raw]
    assert "[courriel]" in raws[0]


def test_no_file_written_holds_what_was_masked_or_dropped(imported: LittleTown) -> None:
    written = [path for path in (imported.folder / "var").rglob("*") if path.is_file()]
    assert written
    assert not [path for path in written if holds(path, MAIL) or holds(path, f"voisin au {CANARY}")]


def holds(path: Path, text: str) -> bool:
    return text.encode() in path.read_bytes()
