"""What an entry says, in one shape: from a form, from a queue that was offline, in a version, in an extract."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

TEXT_MAX = 20_000  # characters: a long report is a tenth of it
LINE_MAX = 300
PARTIES_MAX = 40
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean(text: str) -> str:
    """Return a text without control characters (line ends and tabs stay) and with line ends of one kind."""
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


Text = Annotated[str, AfterValidator(clean), Field(max_length=TEXT_MAX)]
Line = Annotated[str, AfterValidator(clean), Field(max_length=LINE_MAX)]


class PartyRole(StrEnum):
    """What a person is to the fact."""

    CALLER = "caller"
    COMPLAINANT = "complainant"
    VICTIM = "victim"
    WITNESS = "witness"
    CONCERNED = "concerned"
    OTHER = "other"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Party(_Part):
    """A person or body in the entry, by role; who it is lies apart (`Identity`)."""

    role: PartyRole
    note: Line = ""
    """What matters of it, without saying who: "résidente du 3e étage"."""


class Identity(_Part):
    """Who a party is: only where the logbook's regime and purpose allow."""

    name: Line = ""
    contact: Line = ""
    born_on: Line = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is said."""
        return not (self.name or self.contact or self.born_on)


class Place(_Part):
    """Where, as far as it is known."""

    label: Annotated[str, AfterValidator(clean), Field(max_length=200)] = ""
    lon_deg: float | None = Field(default=None, ge=-180, le=180)
    lat_deg: float | None = Field(default=None, ge=-90, le=90)
    accuracy_m: float | None = Field(default=None, ge=0, le=100_000)
    located_by: Line = ""


class Content(_Part):
    """All that an entry says but for the identities. Times are aware."""

    occurred_at: datetime
    occurred_to: datetime | None = None
    category: str = Field(default="", max_length=80)
    """Code of the vocabulary; "" where none fits yet."""
    words: Line = ""
    """The service's own word for it."""
    severity: int = Field(default=2, ge=1, le=5)
    regime: str = Field(max_length=20)
    place: Place = Place()
    text: Text = ""
    action: Text = ""
    """What was done at once."""
    crew: Line = ""
    agents: Line = ""
    parties: Annotated[tuple[Party, ...], Field(max_length=PARTIES_MAX)] = ()
    fields: dict[str, str] = Field(default_factory=dict)
    sender: Line = ""
    receiver: Line = ""
    device_at: datetime | None = None
    """The clock of the device at the moment of writing, where it was sent later."""

    def dumped(self) -> dict[str, Any]:
        """Return plain values for a column of JSON."""
        return self.model_dump(mode="json")


def digest_of(salt: bytes, content: Mapping[str, Any], identities: Sequence[Mapping[str, Any]]) -> str:
    """Return the commitment to a version: SHA-256 over salt and canonical JSON, in hexadecimal.

    The salt keeps whoever holds the digest alone from trying likely contents; it goes with them at an erasure.
    """
    said = orjson.dumps([content, list(identities)], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(salt + said).hexdigest()


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return (field, before, after) of what differs between two versions, in the order of the fields."""
    return [
        (name, before.get(name), after.get(name))
        for name in Content.model_fields
        if before.get(name) != after.get(name)
    ]
