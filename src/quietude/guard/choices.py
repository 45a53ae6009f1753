"""What a writer chose where the guard marked something: kinds, choices and reasons, never the words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from quietude.guard.rules import reasons, rule_book

MOST = 200
"""Choices that one text may bring: an entry has a handful, a hostile form has no limit."""


class ChoiceError(ValueError):
    """The form's field is not what the guard writes there."""


class Answer(StrEnum):
    """What became of a finding."""

    CHANGED = "changed"
    KEPT = "kept"
    """Left as it was, for a reason of the closed list."""
    LEFT = "left"
    """Neither changed nor kept: the text was sent all the same."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to one finding."""

    kind: str
    answer: Answer
    reason: str = ""
    """Code of reasons.toml, for what is kept."""


def read_choices(field: str) -> tuple[Choice, ...]:
    """Return the choices that the browser wrote in the form's hidden field; none when it is empty (no JavaScript).

    Raises:
        ChoiceError: it is not what the guard writes; the text itself is safe to save.
    """
    if not field.strip():
        return ()
    try:
        given = json.loads(field)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ChoiceError(
            "the choices made on the text are no JSON; the text is safe, its choices are not noted"
        ) from error
    if not isinstance(given, list) or len(given) > MOST:
        raise ChoiceError(f"the choices made on the text are no list of at most {MOST}; the text is safe")
    return tuple(_choice(item) for item in given)


def _choice(item: object) -> Choice:
    if not isinstance(item, dict) or not {"kind", "choice"} <= item.keys() <= {"kind", "choice", "reason"}:
        raise ChoiceError("a choice made on the text lacks its kind or its answer, or says more; the text is safe")
    kind, answer, reason = (str(item.get(name, "")) for name in ("kind", "choice", "reason"))
    if kind not in rule_book().kinds or answer not in set(Answer):
        raise ChoiceError("a choice made on the text is of no known kind or answer; the text is safe")
    if (reason not in reasons()) if answer == Answer.KEPT else reason != "":
        raise ChoiceError("what is kept needs a reason of the list, and nothing else has one; the text is safe")
    return Choice(kind, Answer(answer), reason)


def summed(choices: Iterable[Choice]) -> dict[str, int]:
    """Return the choices as the journal notes them: "kept origin quoted" to how many."""
    return dict(Counter(" ".join(filter(None, (each.answer, each.kind, each.reason))) for each in choices))
