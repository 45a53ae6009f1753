"""Messages of brokers: what is not of the source's form is kept all the same, and set aside when it is filed."""

from __future__ import annotations

import orjson

from quietude.sources.api import BodyError, FlowSpec, Sent, read_message

TOPIC = "_topic"
"""Column with the topic or subject of a record's message."""
JSON = FlowSpec()


def records_of(payload: bytes, topic: str, flow: FlowSpec = JSON, *, language: str = "fr") -> Sent:
    """Return the records of a message, each with its topic; what cannot be read is one that will be set aside."""
    if not payload.strip():
        return Sent(b"", 0)
    try:
        sent = read_message(payload, flow, language=language, is_lines=b"\n" in payload.strip())
    except BodyError:
        return Sent(b" ".join(payload.split()) + b"\n", 1)
    return Sent(
        b"".join(_with_topic(line, topic) + b"\n" for line in sent.lines.splitlines()), sent.records, sent.alerts
    )


def _with_topic(line: bytes, topic: str) -> bytes:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return line
    return orjson.dumps(record | {TOPIC: topic}) if isinstance(record, dict) else line
