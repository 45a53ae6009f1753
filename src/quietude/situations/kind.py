"""A kind of situation: what it is called, how it looks and sounds, who is told, and what is to be done."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from quietude.situations.sheet import Sheet
from quietude.sources.api import Label, Part, parse_duration

MONTH = timedelta(days=30.4375)
RETENTION_MOST = timedelta(days=3 * 365.25)
"""What a main courante may keep its records for: rule 13 of the rulebook."""
SOUNDS = ("none", "chime", "knock", "rise", "pulse")
Sound = Literal["none", "chime", "knock", "rise", "pulse"]
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ICON = re.compile(r"[a-z][a-z0-9-]{0,39}")
_RECIPIENT = re.compile(r"(role|service|roster):[a-z][a-z0-9_-]{0,62}")


def _icon(text: str) -> str:
    if _ICON.fullmatch(text) is None:
        raise ValueError(f"expected the name of an icon such as users, not {text!r}")
    return text


def _recipient(text: str) -> str:
    if _RECIPIENT.fullmatch(text) is None:
        raise ValueError(f"expected role:<role>, service:<service> or roster:<roster>, not {text!r}")
    return text


def _retention(text: str) -> str:
    span = parse_duration(text)
    if not timedelta(0) < span.exact + span.months * MONTH <= RETENTION_MOST:
        raise ValueError(f"expected a length of three years at most, such as P3Y, not {text!r}")
    return text


def check_name(text: str) -> str:
    """Return a name of a kind.

    Raises:
        ValueError: it is none.
    """
    if _NAME.fullmatch(text) is None:
        raise ValueError(f"expected a short name such as night_noise, of a-z, 0-9 and _, not {text!r}")
    return text


class SituationKind(Part):
    """One kind. Its name is its file's, or the one it was given in the portal."""

    title: Label = Field(description="What it is called.")
    icon: Annotated[str, AfterValidator(_icon)] = Field(default="siren", description="An icon of the portal.")
    sound: Sound = Field(default="chime", description="What is heard in the room when one is opened.")
    priority: int = Field(ge=1, le=5, description="From 1 (can wait) to 5 (now), when it is opened.")
    retention: Annotated[str, AfterValidator(_retention)] = Field(
        default="P3Y", description="How long it is kept after it was closed, three years at most."
    )
    recipients: tuple[Annotated[str, AfterValidator(_recipient)], ...] = Field(
        default=(), max_length=20, description="Who is told when one is opened: role:…, service:… or roster:…."
    )
    sheet: Sheet = Field(default=Sheet(), description="What is to be done.")

    @property
    def digest(self) -> str:
        """Return what is another one when anything of it is: 64 hexadecimal digits."""
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()
