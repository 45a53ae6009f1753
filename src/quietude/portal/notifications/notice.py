"""What a message says: what the town's own configuration says, and numbers. Nothing of a fact, a person or an address.

A notice has no field for text that people wrote: a title is a rule's or a type's, in both languages, and a place is the
code of a zone or the name of a source, looked up in the configuration; one that is not there is left out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, ngettext

from quietude.portal.notifications.models import Dispatch
from quietude.portal.notifications.providers import Outgoing
from quietude.portal.town import current_town, portal_address
from quietude.sources.api import Label

MARK_BYTES = 16
LINK_BYTES = 32
"""Key and signature of a link."""
LISTED = 6
"""Lines of alarms in one message: what a phone shows without scrolling."""


class Said(StrEnum):
    """The sentence that a message begins with."""

    RINGS = "rings"
    AGAIN = "again"
    ASSIGNED = "assigned"
    BEGUN = "begun"
    STEP_SKIPPED = "step_skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What somebody is told."""

    subject: Dispatch.Subject
    subject_key: str
    """Name of the alarm, situation or the like: its messages are shown and recalled by it."""
    said: Said
    title: Label
    """Of the town's configuration: a rule's, a type's."""
    severity: int
    """1 (to know) to 5 (now)."""
    at: datetime
    """When it began (aware)."""
    path: str
    """Page of the portal that the link opens, such as "/alarms/abc/"."""
    about: str = ""
    """"zone:<level>:<code>" or "source:<name>"; "" for the town."""
    count: int | None = None
    """Facts it rests on."""
    is_exercise: bool = False

    @property
    def zones(self) -> frozenset[str]:
        """Return the zones that it lies in, "level:code" each: its own and those that hold it."""
        kind, _, rest = self.about.partition(":")
        level, _, code = rest.partition(":")
        held = current_town().territory.lineage(level, code) if kind == "zone" else ()
        return frozenset(f"{of}:{name}" for of, name in held)

    def dumped(self) -> dict[str, object]:
        """Return what of it is kept with the message."""
        return {
            "said": self.said.value, "title": {"fr": self.title.fr, "en": self.title.en}, "severity": self.severity,
            "at": self.at.isoformat(), "path": self.path, "about": self.about, "count": self.count,
        }  # fmt: skip


def outgoing(contents: Sequence[Mapping[str, object]], *, key: UUID, language: str, is_exercise: bool) -> Outgoing:
    """Return the words of a message in a language, from what was kept of its notice, or of all that it gathers."""
    if len(contents) > 1:
        return _gathered(contents, key=key, language=language, is_exercise=is_exercise)
    return _single(contents[0], key=key, language=language, is_exercise=is_exercise)


def _single(content: Mapping[str, object], *, key: UUID, language: str, is_exercise: bool) -> Outgoing:
    """Return the words of a message of one notice."""
    town = current_town()
    with translation.override(language):
        mark = gettext("EXERCISE") if is_exercise else ""
        sentence = _sentence(Said(str(content["said"])))
        title = Label.model_validate(content["title"]).say(language)
        where = place_said(str(content["about"]), language)
        at = datetime.fromisoformat(str(content["at"])).astimezone(ZoneInfo(town.timezone))
        when = gettext("since %(when)s") % {"when": f"{at:%d/%m %H:%M}"}
        grave = gettext("severity %(n)s of 5") % {"n": content["severity"]}
        count = content["count"]
        many = ngettext("%(n)d fact", "%(n)d facts", count) % {"n": count} if isinstance(count, int) and count else ""
        link = f"{portal_address()}/notifications/open/{link_of(key)}/"
        reference = str(key)[:8]
        subject = f"{f'[{mark}] ' if mark else ''}{title} · {where}"
        lines = [
            *([gettext("« EXERCISE »: nothing of this is real.")] if mark else []),
            f"{sentence} {title}",
            where,
            ", ".join(each for each in (grave, many, when) if each),
            "",
            link,
            "",
            gettext("This message names nobody: sign in to read more. Reference %(key)s.") % {"key": reference},
        ]
        short = " · ".join(each for each in (mark, title, where, grave, f"{at:%H:%M}") if each)
    return Outgoing(subject, "\n".join(lines), f"{short} {link}", str(key))


def _gathered(contents: Sequence[Mapping[str, object]], *, key: UUID, language: str, is_exercise: bool) -> Outgoing:
    """Return the words of one message that stands for several, the gravest first: how many, that one, and the others.

    Alarms of one rule and place are one line; of more than `LISTED` lines the number alone is said.
    """
    town = current_town()
    with translation.override(language):
        mark = gettext("EXERCISE") if is_exercise else ""
        first = contents[0]
        alarms = len({str(each["path"]) for each in contents})
        many = ngettext("%(n)d alarm rings", "%(n)d alarms ring", alarms) % {"n": alarms}
        lines = Counter(_line_of(each, language) for each in contents)
        others = [f"{count} × {line}" if count > 1 else line for line, count in lines.items()]
        more = len(others) - LISTED
        since = min(datetime.fromisoformat(str(each["at"])) for each in contents)
        when = gettext("since %(when)s") % {"when": f"{since.astimezone(ZoneInfo(town.timezone)):%d/%m %H:%M}"}
        link = f"{portal_address()}/notifications/open/{link_of(key)}/"
        text = [
            *([gettext("« EXERCISE »: nothing of this is real.")] if mark else []),
            gettext("%(many)s, %(when)s. The gravest first:") % {"many": many, "when": when},
            "",
            *others[:LISTED],
            *([ngettext("and %(n)d more line", "and %(n)d more lines", more) % {"n": more}] if more > 0 else []),
            "",
            link,
            "",
            gettext("This message names nobody: sign in to read more. Reference %(key)s.") % {"key": str(key)[:8]},
        ]
        named = f"{many}, {_line_of(first, language)}"
    subject = f"{f'[{mark}] ' if mark else ''}{named}"
    short = " · ".join(each for each in (mark, named) if each)
    return Outgoing(subject, "\n".join(text), f"{short} {link}", str(key))


def _line_of(content: Mapping[str, object], language: str) -> str:
    title = Label.model_validate(content["title"]).say(language)
    grave = gettext("severity %(n)s of 5") % {"n": content["severity"]}
    return f"{title} · {place_said(str(content['about']), language)} · {grave}"


def place_said(about: str, language: str) -> str:
    """Return the name of what a message is about; of what the configuration does not know, the town's."""
    town = current_town()
    kind, _, rest = about.partition(":")
    level, _, code = rest.partition(":")
    if kind == "zone" and level in town.territory.level_names:
        zone = town.territory.level(level).by_code.get(code)
        if zone is not None:
            return zone.name
    if kind == "source" and rest in town.sources:
        return town.sources[rest].title.say(language)
    return town.title.say(language)


def link_of(key: UUID) -> str:
    """Return the signed part of the link in a message: 43 characters."""
    return base64.urlsafe_b64encode(key.bytes + _signature(key)).rstrip(b"=").decode("ascii")


def key_in(link: str) -> UUID | None:
    """Return the key of the message whose link this is; None where it is none of ours."""
    try:
        raw = base64.urlsafe_b64decode(link + "=" * (-len(link) % 4))
    except ValueError:
        return None
    if len(raw) != LINK_BYTES:
        return None
    key = UUID(bytes=raw[:MARK_BYTES])
    return key if hmac.compare_digest(raw[MARK_BYTES:], _signature(key)) else None


def _signature(key: UUID) -> bytes:
    made = salted_hmac("quietude.portal.notifications.link", key.bytes, algorithm=hashlib.sha256().name)
    return made.digest()[:MARK_BYTES]


def _sentence(said: Said) -> str:
    return {
        Said.RINGS: gettext("An alarm rings:"),
        Said.AGAIN: gettext("An alarm still rings, nobody has taken it:"),
        Said.ASSIGNED: gettext("An alarm is given to you:"),
        Said.BEGUN: gettext("A situation begins:"),
        Said.STEP_SKIPPED: gettext("A mandatory step was skipped:"),
    }[said]
