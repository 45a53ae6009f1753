from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from quietude.ingest.api import FLAGS, REASONS, Reason


@pytest.mark.parametrize("reason", [*REASONS.values(), *FLAGS.values()], ids=lambda reason: reason.code)
def test_a_reason_has_words_in_both_languages(reason: Reason) -> None:
    for language in ("fr", "en"):
        assert reason.say(language).endswith(".")
        assert reason.heading(language)
        assert "{" not in reason.heading(language)
    assert reason.say("fr") != reason.say("en")
    assert re.findall(r"\{\w+\}", reason.say("fr")) == re.findall(r"\{\w+\}", reason.say("en"))


@pytest.mark.parametrize("reason", REASONS.values(), ids=lambda reason: reason.code)
def test_a_reason_says_what_can_be_done(reason: Reason) -> None:
    assert reason.remedy("fr")
    assert reason.remedy("en")


def test_every_code_in_the_code_has_its_sentence(repository: Path) -> None:
    source = repository / "src" / "quietude"
    texts = {
        node.value
        for folder in (source / "ingest", source / "sources" / "readers")
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(REASONS) <= texts | {
        "word_unknown",
        "value_unreadable",
        "value_not_finite",
        "unit_unconvertible",
        "quantity_unknown",
    }
    flags = {code for code in FLAGS if not code.startswith(("coordinates:", "withdrawn:"))}
    assert flags <= texts
