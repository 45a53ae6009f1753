"""What a form offers as an example of a time is understood, in the language it is offered in."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.utils import translation

from quietude.portal.logbook.follow_up_forms import FollowUpForm, WishForm
from quietude.portal.logbook.forms import DUE_HELP, EntryForm
from quietude.portal.logbook.moments import moment_of
from quietude.portal.logbook.terms import term_of

PARIS = "Europe/Paris"
NOW = datetime(2026, 6, 17, 10, 10, tzinfo=UTC)


def examples(said: str) -> list[str]:
    """Return the examples of a help text: what stands after "Or", up to a colon that goes on in words."""
    said = re.split(r"\b(?:Ou|Or) ", str(said))[-1]
    said = re.split(r" ?: |: (?=[a-z])", said)[0]
    return [part.strip(" .").lower() for part in re.split(r"[,;]", said) if part.strip(" .")]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_examples_of_a_time_are_understood(language: str) -> None:
    with translation.override(language):
        found = examples(str(EntryForm.base_fields["when"].help_text))
    assert len(found) == 3
    for each in found:
        assert moment_of(each, now=NOW, timezone=PARIS) <= NOW


@pytest.mark.parametrize("language", ["fr", "en"])
def test_examples_of_a_term_are_understood(language: str) -> None:
    with translation.override(language):
        found = examples(str(DUE_HELP))
        found += examples(str(FollowUpForm.base_fields["remind"].help_text))
        found += examples(str(WishForm.base_fields["away_until"].help_text))
    assert len(found) == 8
    for each in found:
        assert term_of(each, now=NOW, timezone=PARIS) > NOW
