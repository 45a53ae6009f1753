"""How addresses are written in one country: kinds of streets, abbreviations, articles; data beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from ruamel.yaml import YAML

TRUNCATED_TYPE_LETTERS = 4  # "BOUL" can only be cut from BOULEVARD; shorter pieces are declared as abbreviations


@dataclass(frozen=True)
class Words:
    """The words of addresses; all upper-case ASCII."""

    types: Mapping[str, str]
    """Every way of writing a kind of street to the kind: {"BD": "BOULEVARD", "BOULEVARD": "BOULEVARD"}."""
    pairs: Mapping[str, str]
    """Two words to what they are read as: {"ROND POINT": "ROND-POINT"}."""
    expansions: Mapping[str, str]
    """Abbreviation to word: {"GAL": "GENERAL"}."""
    articles: frozenset[str]
    noise: frozenset[str]
    types_last: bool
    """Whether the kind follows the name ("Main Street")."""
    roads: Mapping[str, str]
    """Prefix of a numbered road to the prefix of its code: {"RN": "N"}."""

    @cached_property
    def cut_types(self) -> Mapping[str, str]:
        """Return also the beginnings of kinds, of four letters or more, that a field's end may have cut."""
        cuts: dict[str, str] = {}
        for kind in sorted(kind for kind in set(self.types.values()) if "-" not in kind):
            for end in range(TRUNCATED_TYPE_LETTERS, len(kind)):
                cuts.setdefault(kind[:end], kind)
        return cuts | dict(self.types)


def load_words(country: str) -> Words:
    """Return the words of one country ("fr", "us").

    Raises:
        FileNotFoundError: no words are known for it.
    """
    text = files("quietude.ingest.locate").joinpath(f"words_{country}.yml").read_text(encoding="utf-8")
    data = YAML(typ="safe").load(text)
    types = {short: kind for kind, shorts in data["types"].items() for short in (*shorts, kind)}
    expansions = {short: word for word, shorts in data["words"].items() for short in shorts}
    return Words(
        types=types,
        pairs=data["pairs"],
        expansions=expansions,
        articles=frozenset(data["articles"]),
        noise=frozenset(data["noise"]),
        types_last=data["types_last"],
        roads=data["roads"],
    )
