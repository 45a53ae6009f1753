"""How records of a source come by themselves: the `flow` part of a manifest."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from quietude.sources.duration import parse_duration
from quietude.sources.expression import Part, Words


def _short(text: str) -> str:
    length = parse_duration(text)
    if length.months or not timedelta(seconds=1) <= length.exact <= timedelta(days=31):
        raise ValueError(f"{text!r}: expected a length from PT1S to P31D")
    return text


Door = Literal["http", "mqtt"]


def topic_is_sound(topic: str) -> bool:
    """Tell whether a text is a filter of topics. Source: MQTT 5.0, 4.7.1."""
    levels = topic.split("/")
    has_odd = any(("+" in level or "#" in level) and len(level) > 1 for level in levels)
    return bool(topic) and not has_odd and "#" not in levels[:-1] and not topic.startswith("$") and "\0" not in topic


class FlowSpec(Part):
    """Which doors take records of the source while the portal is served; the mapping is the manifest's own."""

    doors: tuple[Door, ...] = Field(
        default=("http",),
        min_length=1,
        description=(
            "`http`: POST /api/v1/sources/<source>/records, with a token; `mqtt`: the broker of QUIETUDE_MQTT_URL."
        ),
    )
    topics: Words = Field(
        default=(),
        description="Topics of the broker, `+` and `#` allowed; each record has its topic as column `_topic`.",
    )
    empty: Words = Field(default=(), description="Values that mean nothing, besides the empty text: `NA`, `-`, `NULL`.")
    silent_after: Annotated[str, AfterValidator(_short)] | None = Field(
        default=None, description="How long nothing may come before the flow is said to be silent (ISO 8601)."
    )

    @model_validator(mode="after")
    def _has_topics(self) -> FlowSpec:
        if ("mqtt" in self.doors) != bool(self.topics):
            raise ValueError("the door mqtt needs topics, and topics need that door")
        wrong = [topic for topic in self.topics if not topic_is_sound(topic)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no topic: `+` stands for a whole level, `#` for all the last ones")
        return self

    @property
    def silence(self) -> timedelta | None:
        """Return how long nothing may come."""
        return parse_duration(self.silent_after).exact if self.silent_after is not None else None


class FlowRead(Part):
    """The `read` part of a source of which there is no file: its records only come by themselves."""

    format: Literal["flow"] = Field(description="`flow`: there is no file; `flow` says by which doors records come.")
