"""The door of `situations`: kinds, reflex sheets and their walks. Other packages import from here only."""

from __future__ import annotations

from quietude.situations.kind import SOUNDS, SituationKind, check_name
from quietude.situations.kind_file import (
    READY,
    answer_line,
    answer_of,
    kind_from_yaml,
    kind_to_yaml,
    load_kind,
    load_kinds,
    sheet_from_csv,
    steps_to_csv,
)
from quietude.situations.sheet import END, Answer, Sheet, Step
from quietude.situations.street_file import StreetFileError, read_streets, street_file
from quietude.situations.streets import OFF_SAID_M, SPEED_KMH, Lack, Means, Network, Reach, Segments, Way
from quietude.situations.walk import Acted, Fate, Stage, Walk, walk

__all__ = [
    "END",
    "OFF_SAID_M",
    "READY",
    "SOUNDS",
    "SPEED_KMH",
    "Acted",
    "Answer",
    "Fate",
    "Lack",
    "Means",
    "Network",
    "Reach",
    "Segments",
    "Sheet",
    "SituationKind",
    "Stage",
    "Step",
    "StreetFileError",
    "Walk",
    "Way",
    "answer_line",
    "answer_of",
    "check_name",
    "kind_from_yaml",
    "kind_to_yaml",
    "load_kind",
    "load_kinds",
    "read_streets",
    "sheet_from_csv",
    "steps_to_csv",
    "street_file",
    "walk",
]
