"""What a writer chose where the guard on free text warned: kinds, answers and reasons, never the words."""

from __future__ import annotations

from collections import Counter

from quietude.guard.api import Answer, Choice, ChoiceError, findings, read_choices, summed

GUARDED = ("text", "action")
"""Fields of an entry that the guard reads."""
GUARD_MAX = 20_000
"""Characters of a field of choices: two hundred of them, and no more."""


def chosen_in(text: str, field: str, regime: str) -> dict[str, int]:
    """Return how often each answer was given to what is marked in a text, `{"kept health quoted": 1}`.

    What the browser says is taken. Where it says nothing (no script) or nothing that the guard writes, what stands in
    the text counts as left: the journal never holds a word of a form that somebody made up.

    Args:
        text: what is saved.
        field: the choices, as the browser wrote them.
        regime: the entry's, which makes some identities lawful.
    """
    try:
        choices = read_choices(field)
    except ChoiceError:
        choices = ()
    if not choices and text.strip():
        choices = tuple(Choice(found.kind.code, Answer.LEFT) for found in findings(text, regime=regime, field="text"))
    return summed(choices)


def told(choices: Counter[str]) -> str:
    """Return answers and numbers in one line, as the journal notes them: "kept health quoted 1, left plate 2"."""
    return ", ".join(f"{answer} {number}" for answer, number in sorted(choices.items()))
