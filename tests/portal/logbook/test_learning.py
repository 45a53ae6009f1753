"""Categories proposed from what a logbook's entries say, corrections counted as such."""

from __future__ import annotations

import pytest
from tests.portal.logbook.conftest import NOW, Write, desk, patrols, said

from quietude.portal.accounts.models import User
from quietude.portal.logbook import acts, learning
from quietude.portal.logbook.learning import LearnedLogbook, offers, proposed

pytestmark = pytest.mark.django_db
ODD = "zouave repéré au pied du pont"


@pytest.fixture(autouse=True)
def _nothing_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "_learned", {})


def test_an_entry_teaches_its_category_at_the_next_question(write: Write) -> None:
    assert proposed(patrols(), "zouave") == []
    write(text=ODD, category="animals")
    assert proposed(patrols(), "zouave")[0] == "animals"


def test_a_correction_counts_twice_and_the_mistake_no_more(write: Write, writer: User) -> None:
    entry = write(text=ODD, category="animals")
    known = LearnedLogbook(patrols())
    known.follow()
    right = said(text=ODD, category="noise.party")
    acts.correct(writer, entry, right, reason="mauvaise nature", seen_version=1, now=NOW)
    known.follow()
    assert known.learner.suggest("zouave")[0] == "noise.party"
    known.learner.unlearn(f" {ODD}", "noise.party", 2.0)
    assert known.learner.suggest("zouave") == []


def test_a_struck_entry_teaches_nothing(write: Write, writer: User) -> None:
    entry = write(text=ODD, category="animals")
    known = LearnedLogbook(patrols())
    known.follow()
    acts.strike(writer, entry, reason="doublon", now=NOW)
    known.follow()
    assert known.learner.suggest("zouave") == []


def test_older_entries_are_learned_step_by_step(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "STEP", 2)
    write(text=ODD, category="animals")
    for _ in range(4):
        write(text="musique")
    known = LearnedLogbook(patrols())
    for _ in range(3):
        known.follow()
    assert known.learner.suggest("zouave")[0] == "animals"


def test_a_logbook_proposes_only_what_it_takes(write: Write) -> None:
    assert offers(desk(), "noise.party")
    assert not offers(desk(), "violence")
    assert all(
        offers(desk(), code) for code in proposed(desk(), "bagarre au couteau, musique forte et dépôt d'ordures")
    )
