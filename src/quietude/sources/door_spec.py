"""What single doors need to know: signatures of webhooks, addresses that are asked, folders that are watched."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from quietude.sources.duration import parse_duration
from quietude.sources.expression import Part, Word

NAME = r"[a-z0-9][a-z0-9_.-]{0,62}"
SIGNED = frozenset({"body", "timestamp", "id"})
LONGEST_TOLERANCE = timedelta(hours=1)


def short(text: str) -> str:
    """Return a length of time from a second to a month, as it was written.

    Raises:
        ValueError: it is another.
    """
    length = parse_duration(text)
    if length.months or not timedelta(seconds=1) <= length.exact <= timedelta(days=31):
        raise ValueError(f"{text!r}: expected a length from PT1S to P31D")
    return text


ShortDuration = Annotated[str, AfterValidator(short)]
SecretName = Annotated[str, Field(pattern=f"^{NAME}$")]


class HeaderSpec(Part):
    """One value in the headers of a request."""

    header: str = Field(min_length=1, description="Name of the header.")
    prefix: str = Field(default="", description="What stands before the value: `sha256=`, `v1=`, `t=`.")


class SignatureSpec(HeaderSpec):
    """How a webhook is signed: HMAC-SHA256 of its body, and of its time where the sender states one."""

    secret: SecretName = Field(description="Name of the secret: a file of the folder QUIETUDE_SECRETS_DIR.")
    key: Literal["text", "base64"] = Field(
        default="text", description="How the secret is written; `base64` passes over a beginning `whsec_`."
    )
    encoding: Literal["hex", "base64"] = Field(default="hex", description="How the signature is written.")
    signed: str = Field(default="{body}", description="What is signed: `{body}`, `{timestamp}.{body}`.")
    timestamp: HeaderSpec | None = Field(
        default=None, description="Where the time of sending is (Unix seconds); it must be part of `signed`."
    )
    id: HeaderSpec | None = Field(default=None, description="Where the message's name is, if it is part of `signed`.")
    tolerance: ShortDuration = Field(
        default="PT5M", description="How old a message may be (ISO 8601), an hour at most."
    )

    @field_validator("signed")
    @classmethod
    def _is_template(cls, text: str) -> str:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        if "body" not in names or names - SIGNED:
            raise ValueError(f"{text!r}: expected {{body}}, and {{timestamp}} or {{id}} if the sender signs them")
        return text

    @field_validator("tolerance")
    @classmethod
    def _is_narrow(cls, text: str) -> str:
        if parse_duration(text).exact > LONGEST_TOLERANCE:
            raise ValueError(f"{text!r}: expected an hour (PT1H) at most")
        return text

    @model_validator(mode="after")
    def _holds_together(self) -> SignatureSpec:
        for name in ("timestamp", "id"):
            if (getattr(self, name) is not None) != (f"{{{name}}}" in self.signed):
                raise ValueError(
                    f"{name} and {{{name}}} in `signed` need each other: what is not signed proves nothing"
                )
        return self


class CursorSpec(Part):
    """What was seen last, said to the other server so that it sends what is newer."""

    parameter: str = Field(pattern="^[A-Za-z0-9_.$-]+$", description="Parameter of the address, as in `since`.")
    column: str = Field(description="Column whose largest value is the next one: a number, or a time in ISO 8601.")
    start: Word | None = Field(default=None, description="Value of the first time; without the parameter when absent.")


class PullSpec(Part):
    """An address that is asked by the manifest's `schedule`."""

    url: str = Field(
        pattern="^https?://", description="Address; inside the network only if QUIETUDE_FETCH_HOSTS lists its host."
    )
    secret: SecretName | None = Field(
        default=None, description="Name of the secret that is sent: a file of the folder QUIETUDE_SECRETS_DIR."
    )
    header: str = Field(default="Authorization", description="Header that holds it.")
    prefix: str = Field(default="Bearer ", description="What stands before it.")
    cursor: CursorSpec | None = Field(default=None, description="What is asked for: all each time, when absent.")
    is_feed: bool = Field(
        default=False, alias="feed", description="Whether it is a list of links to CAP alerts (Atom or RSS)."
    )


class FolderSpec(Part):
    """A folder into which others put files, by SFTP for instance."""

    path: str = Field(description="Folder within QUIETUDE_DROP_DIR.")
    still: ShortDuration = Field(
        default="PT10S", description="How long a file must not change before it is whole (ISO 8601)."
    )
    marker: str | None = Field(
        default=None,
        pattern=r"^\.[A-Za-z0-9]+$",
        description="Ending of the empty file that says the other is whole: `.done`.",
    )
    keep: ShortDuration = Field(default="P7D", description="How long files stay once they are taken or refused.")

    @field_validator("path")
    @classmethod
    def _is_inside(cls, text: str) -> str:
        path = PurePosixPath(text)
        if path.is_absolute() or not path.parts or ".." in path.parts or "\\" in text:
            raise ValueError(f"{text!r}: expected a folder within QUIETUDE_DROP_DIR, as in noise/levels")
        return text
