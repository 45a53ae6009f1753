"""How records of a source come by themselves: the `flow` part of a manifest."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field, model_validator

from quietude.sources.door_spec import FolderSpec, PullSpec, ShortDuration, SignatureSpec
from quietude.sources.duration import parse_duration
from quietude.sources.expression import Part, Words
from quietude.sources.read_spec import FileForm

Door = Literal["http", "webhook", "mqtt", "nats", "pull", "folder"]
Form = Literal["json", "ngsi-ld", "cap"]
NEEDS = {"webhook": "signature", "mqtt": "topics", "nats": "subjects", "pull": "pull", "folder": "folder"}
"""Door to the key that it needs, and that needs it."""


def topic_is_sound(topic: str) -> bool:
    """Tell whether a text is a filter of topics. Source: MQTT 5.0, 4.7.1."""
    levels = topic.split("/")
    has_odd = any(("+" in level or "#" in level) and len(level) > 1 for level in levels)
    return bool(topic) and not has_odd and "#" not in levels[:-1] and not topic.startswith("$") and "\0" not in topic


def subject_is_sound(subject: str) -> bool:
    """Tell whether a text is a filter of subjects. Source: docs.nats.io, Subject-Based Messaging."""
    tokens = subject.split(".")
    has_odd = any(("*" in token or ">" in token) and len(token) > 1 for token in tokens)
    is_plain = all(token and token.isascii() and token.isprintable() and " " not in token for token in tokens)
    return is_plain and not has_odd and ">" not in tokens[:-1] and not subject.startswith("$")


class FlowSpec(Part):
    """Which doors take records of the source while the portal is served; the mapping is the manifest's own."""

    doors: tuple[Door, ...] = Field(
        default=("http",),
        min_length=1,
        description=(
            "`http`: POST /api/v1/sources/<source>/records, with a token; `webhook`: …/webhook, with a signature; "
            "`mqtt`, `nats`: the broker of QUIETUDE_MQTT_URL or QUIETUDE_NATS_URL; `pull`: an address that is asked; "
            "`folder`: files that others put down."
        ),
    )
    form: Form = Field(
        default="json",
        description="What messages are: `json` (objects), `ngsi-ld` (notifications), `cap` (alerts, CAP 1.2).",
    )
    records: str | None = Field(
        default=None, description="Path of the list of records in a JSON document, as in `result.items`."
    )
    files: FileForm | None = Field(
        default=None, description="How files of the doors pull and folder are written, where they are tables."
    )
    signature: SignatureSpec | None = Field(default=None, description="How messages of the door webhook are signed.")
    topics: Words = Field(
        default=(),
        description="Topics of the MQTT broker, `+` and `#` allowed; each record has its topic as column `_topic`.",
    )
    subjects: Words = Field(
        default=(),
        description="Subjects of NATS JetStream, `*` and `>` allowed; each record has its subject as column `_topic`.",
    )
    pull: PullSpec | None = Field(default=None, description="What is asked, and how.")
    folder: FolderSpec | None = Field(default=None, description="Where files are put down.")
    empty: Words = Field(default=(), description="Values that mean nothing, besides the empty text: `NA`, `-`, `NULL`.")
    silent_after: ShortDuration | None = Field(
        default=None, description="How long nothing may come before the flow is said to be silent (ISO 8601)."
    )

    @model_validator(mode="after")
    def _has_what_doors_need(self) -> FlowSpec:
        for door, key in NEEDS.items():
            if (door in self.doors) != bool(getattr(self, key)):
                raise ValueError(f"the door {door} needs {key}, and {key} needs that door")
        wrong = [topic for topic in self.topics if not topic_is_sound(topic)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no topic: `+` stands for a whole level, `#` for all the last ones")
        wrong = [subject for subject in self.subjects if not subject_is_sound(subject)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no subject: `*` stands for a whole token, `>` for all the last ones")
        if self.form != "json" and (self.records is not None or self.files is not None):
            raise ValueError(f"records and files are of messages in JSON and of tables, not of the form {self.form}")
        if self.pull is not None and self.pull.is_feed and self.form != "cap":
            raise ValueError("pull.feed: a feed leads to CAP alerts: say form: cap")
        return self

    @property
    def silence(self) -> timedelta | None:
        """Return how long nothing may come."""
        return parse_duration(self.silent_after).exact if self.silent_after is not None else None
