"""A message (RFC 5322): who wrote to whom, its text, the messages inside it down to a depth."""

from __future__ import annotations

from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from quietude.documents.extracted import ExtractionError, Warned
from quietude.documents.office import text_of

DEEPEST = 5  # a forward of a forward is met; a tower of fourteen is made to hurt
MOST_PARTS = 500
HEADERS = ("From", "To", "Cc", "Date", "Subject")


@dataclass(slots=True)
class Message:
    """What was read out of a message."""

    texts: list[str] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    parts: int = 0
    title: str | None = None
    author: str | None = None
    created: str | None = None


def read_message(path: Path) -> Message:
    """Return the text of a message, HTML as plain text.

    Raises:
        ExtractionError: it is no message.
    """
    try:
        with path.open("rb") as file:
            parsed = BytesParser(_class=EmailMessage, policy=policy.default).parse(file)
    except (MessageError, RecursionError, ValueError):
        raise ExtractionError("unreadable") from None
    read = Message(title=_header(parsed, "Subject"), author=_header(parsed, "From"))
    try:
        read.created = parsedate_to_datetime(_header(parsed, "Date") or "").isoformat()
    except ValueError:
        read.created = None
    _walk(parsed, read, 1)
    return read


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        value = message[name]
    except (ValueError, IndexError, AttributeError, TypeError):  # the library trips over some broken headers
        return None
    return None if value is None else " ".join(str(value).split()) or None


def _walk(message: EmailMessage, read: Message, depth: int) -> None:
    read.texts += [f"{name}: {value}" for name in HEADERS if (value := _header(message, name))]
    bodies = [message.get_body(preferencelist=("plain", "html"))]
    read.texts += [_body(body) for body in bodies if isinstance(body, EmailMessage)]
    for part in message.walk() if message.get_content_type() != "message/rfc822" else ():
        read.parts += 1
        if read.parts > MOST_PARTS:
            break
        if part.get_content_disposition() == "attachment" and part.get_content_type() != "message/rfc822":
            read.texts.append(f"[{part.get_filename() or part.get_content_type()}]")
            read.warnings.append("attachments")
    for inner in _inside(message):
        if depth >= DEEPEST:
            read.warnings.append("too-deep")
            return
        _walk(inner, read, depth + 1)


def _inside(message: EmailMessage) -> list[EmailMessage]:
    """Return the messages one step inside, not those inside them."""
    found: list[EmailMessage] = []
    waiting = (
        [part for part in message.iter_parts() if isinstance(part, EmailMessage)] if message.is_multipart() else []
    )
    while waiting:
        part = waiting.pop(0)
        if part.get_content_type() == "message/rfc822":
            held = part.get_payload()
            found += [inner for inner in held if isinstance(inner, EmailMessage)] if isinstance(held, list) else []
        elif part.is_multipart():
            waiting += [inner for inner in part.iter_parts() if isinstance(inner, EmailMessage)]
    return found


def _body(part: EmailMessage) -> str:
    try:
        content = part.get_content()
    except (LookupError, ValueError, AssertionError):
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    if not isinstance(content, str):
        return ""
    return text_of(content.encode(), "text/html")[0] if part.get_content_type() == "text/html" else content.strip()
