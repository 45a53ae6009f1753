"""What is marked in the browser as it is typed is what the server finds when it is saved."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest
from bench.guard import PARTS, phrases
from tools.build_web import NODE, WEB

from quietude.guard.api import as_data, findings

ENGINE = WEB / "src" / "lib" / "guard" / "engine.ts"
RUNNER = Path(__file__).parent / "engine.mjs"
ODD = [
    "",
    "🚓🚓 homme de type maghrébin 🏃 06 39 98 14 27",
    "individu de type maghre\u0301bin",  # letters and accents apart, as some telephones write them
    "M.\u00a0DUPONT\u202f: Mme\u2009Roux\r\nest alcoolique\n\u00ab sdf \u00bb",
    "type ma\u200bghrébin, s\u00adchizophrène, ＡＢ－１２３－ＣＤ, \U0001d407omosexuel",
    "crie « sale arabe\nindividu roumain",
    'dit : "nique ta mère" puis "',
    "\0\ufffd\ud7ff\ue000 né le 4\u00a0mai 1988",
    "ſtraße Œdème ŒUVRE İstanbul İI ﬁché S ½ №",
]


def asked_of_both() -> list[tuple[str, str, str]]:
    """Return texts with a regime and a field: the corpus, odd characters, and shuffled pieces of both."""
    texts = [phrase.text for part in PARTS for phrase in phrases(part)]
    drawn = random.Random(20261127)  # the same pieces each time
    pieces = [piece for text in [*texts, *ODD] for piece in text.split(" ")]
    mixed = [drawn.choice(" \n,").join(drawn.choices(pieces, k=25)) for _ in range(80)]
    free = [(text, "", "text") for text in [*texts, *ODD, *mixed]]
    return [
        *free,
        *[(text, "TITRE_III", "party") for text in texts[::5]],
        *[(text, "RGPD", "vehicle") for text in mixed],
    ]


def utf16(text: str, place: int) -> int:
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


@pytest.fixture(scope="module")
def in_the_browser() -> list[list[list[object]]]:
    """Return what the browser's engine finds in each text."""
    asked = {"engine": str(ENGINE), "rules": as_data(), "asked": asked_of_both()}
    command = [str(NODE), "--no-warnings", str(RUNNER)]
    run = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    answers: list[list[list[object]]] = json.loads(run.stdout)
    return answers


def test_both_engines_find_the_same(in_the_browser: list[list[list[object]]]) -> None:
    asked = asked_of_both()
    here = [
        [
            [utf16(text, found.begin), utf16(text, found.end), found.kind.code]
            for found in findings(text, regime=regime, field=field)
        ]
        for text, regime, field in asked
    ]
    different = [
        (ask[0], mine, theirs) for ask, mine, theirs in zip(asked, here, in_the_browser, strict=True) if mine != theirs
    ]
    assert different == []
    assert sum(map(len, here)) > 500
