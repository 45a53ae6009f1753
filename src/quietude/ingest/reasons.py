"""Why a record is set aside, and what may be doubtful about a filed one: codes with their sentences in two languages.

The sentences are data (`reasons.yml`), read once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason or flag. Sentences may hold `{column}`, `{value}` and the names of the details."""

    code: str
    headings: Mapping[str, str]
    """Language to a few words without braces, for groups and labels."""
    sentences: Mapping[str, str]
    remedies: Mapping[str, str]

    def heading(self, language: str) -> str:
        """Return the short name in `language` ("fr" or "en")."""
        return self.headings[_known(language)]

    def say(self, language: str) -> str:
        """Return the sentence in `language` ("fr" or "en"), its braces not yet filled."""
        return self.sentences[_known(language)]

    def remedy(self, language: str) -> str:
        """Return what can be done, in `language` ("fr" or "en"); empty for flags."""
        return self.remedies.get(_known(language), "")


def _known(language: str) -> str:
    return "en" if language.startswith("en") else "fr"


def _read(section: str) -> dict[str, Reason]:
    text = files("quietude.ingest").joinpath("reasons.yml").read_text(encoding="utf-8")
    document: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return {
        code: Reason(
            code=code,
            headings=entry["heading"],
            sentences={"fr": entry["fr"], "en": entry["en"]},
            remedies=document["remedies"][entry["remedy"]] if "remedy" in entry else {},
        )
        for code, entry in document[section].items()
    }


REASONS: Mapping[str, Reason] = _read("reasons")
"""Every reason a record may be set aside for, by code."""
FLAGS: Mapping[str, Reason] = _read("flags")
"""Every quality flag a filed fact may carry, by code."""
