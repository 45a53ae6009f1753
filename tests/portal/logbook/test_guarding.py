"""What the journal holds of the guard's warnings: kinds, answers and reasons, whatever a form says."""

from __future__ import annotations

import json
from collections import Counter
from uuid import uuid4

import pytest
from django.test import Client
from tests.portal.conftest import Lines

from quietude.guard.api import reasons
from quietude.portal.logbook.guarding import chosen_in, told

WORDS = "Individu schizophrène, rappel au 06 12 34 56 78."
REASON = next(iter(reasons()))


def test_what_the_browser_says_is_counted_by_answer() -> None:
    field = json.dumps(
        [{"kind": "health", "choice": "kept", "reason": REASON}, {"kind": "telephone", "choice": "changed"}]
    )
    assert chosen_in(WORDS, field, "RGPD") == {f"kept health {REASON}": 1, "changed telephone": 1}


@pytest.mark.parametrize("field", ["", "[]", "no json", '[{"kind": "Marie Curie", "choice": "kept"}]'])
def test_what_the_guard_did_not_write_counts_as_left(field: str) -> None:
    assert chosen_in(WORDS, field, "RGPD") == {"left health": 1, "left telephone": 1}


def test_a_clean_text_says_nothing() -> None:
    assert chosen_in("Bruit de moteur, fin à 23h10.", "", "RGPD") == {}
    assert told(Counter()) == ""


def test_the_line_of_an_entry_says_what_was_left_and_holds_no_word(at_work: Client, lines: Lines) -> None:
    sent = {
        "key": str(uuid4()), "category": "noise.party", "text": WORDS, "logbook": "patrols",
        "text_guard": '[{"kind": "Marie Curie", "choice": "left"}]', "choices": "Marie Curie",
    }  # fmt: skip
    assert at_work.post("/logbook/new/", sent).status_code == 302
    line = next(line for line in reversed(lines()) if line.detail.get("act") == "written")
    assert line.detail["guard"] == "left health 1, left telephone 1"
    assert "Curie" not in str(line)
