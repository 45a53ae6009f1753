"""No code that recognises persons: imports and names in every module, read as a tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.absence.denied import denied_module
from tests.test_architecture import each, imports, parsed, python_files

ROOT = Path(__file__).resolve().parents[2]
OURS = python_files("src", "bench", "tools")
SCRIPTS = sorted((ROOT / "web" / "src").rglob("*.ts"))
DICTATION = "dictation.ts"
"""Its words are those that the writer speaks into a field, put down by the device, where the town lets it: no sound is
kept, sent or listened to by the portal, and nobody is told by their voice (RULES 7)."""
TONES = "sound.ts"
"""Plays tones of its own making in the situation room. To hear it would need a stream or an element: no script names
one."""
DEVICES = re.compile(
    r"\b(getUserMedia|getDisplayMedia|MediaRecorder|AudioContext|webkitAudioContext|SpeechRecognition|FaceDetector|"
    r"ImageCapture|AudioWorklet|RTCPeerConnection|createMediaStreamSource|createMediaElementSource)\b"
)
"""What a page would need to see, hear or recognise."""


def excluded(tree: ast.AST) -> Iterator[str]:
    """Yield every import, dynamic import and attribute that is excluded."""
    for line, name in imports(tree):
        if why := denied_module(name):
            yield f"line {line}: {why}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (why := denied_module(ast.unparse(node))):
            yield f"line {node.lineno}: {why}"
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"import_module", "__import__"}:
            constants = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            yield from (
                f"line {node.lineno}: {why}"
                for value in constants
                if isinstance(value, str) and (why := denied_module(value))
            )


@each(OURS)
def test_no_module_imports_what_is_excluded(path: Path) -> None:
    assert list(excluded(parsed(path))) == []


@each(SCRIPTS)
def test_no_script_opens_a_camera_or_a_microphone(path: Path) -> None:
    found = DEVICES.findall(path.read_text(encoding="utf-8"))
    allowed = {DICTATION: {"SpeechRecognition"}, TONES: {"AudioContext"}}.get(path.name, set())
    assert [name for name in found if name not in allowed] == []


PLANTED = [
    "import face_recognition",
    "from deepface import DeepFace",
    "import cv2\ncv2.CascadeClassifier('x.xml')",
    "from cv2 import FaceRecognizerSF",
    "import importlib\nimportlib.import_module('whisper')",
    "__import__('tweepy')",
    "def late():\n    from speechbrain.pretrained import SpeakerRecognition",
    "try:\n    import openalpr\nexcept ImportError:\n    pass",
    "import wave",
]


@pytest.mark.parametrize("code", PLANTED)
def test_planted_code_is_found(code: str) -> None:
    assert list(excluded(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["import polars as pl", "from quietude.model.event import Event", "x.face_value", "wave_height = 1"]
)
def test_harmless_code_is_not(code: str) -> None:
    assert list(excluded(ast.parse(code))) == []


def test_a_planted_script_is_found() -> None:
    assert DEVICES.findall("await navigator.mediaDevices.getUserMedia({audio: true})")
