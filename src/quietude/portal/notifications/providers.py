"""The way out: addresses as the `apprise` library reads them, those that may be set up, and sending to one.

Only kinds whose connections are made in the caller's thread, by HTTP or SMTP, are taken: `gate` judges each of them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import quote

import apprise
from django.conf import settings
from django.utils.translation import gettext

from quietude.portal.notifications.gate import only_allowed

PLACE = "{to}"
"""Stands in an address for each person's own number or address."""
MAIL = frozenset({"mailto", "mailtos"})
HEADED = frozenset({"json", "jsons", "xml", "xmls", "form", "forms"})
"""Kinds that carry a header of ours: the key by which the other side tells a double."""
TAKEN = MAIL | HEADED | frozenset(
    {
        "matrix", "matrixs", "mmost", "mmosts", "rocket", "rockets", "nctalk", "nctalks", "ncloud", "nclouds",
        "slack", "workflow", "workflows", "ntfy", "ntfys", "gotify", "gotifys", "pover", "pjet", "pjets", "tgram",
        "signal", "signals", "threema", "zulip", "webex",
        "freemobile", "sfr", "octopush", "smseagle", "smseagles", "sinch", "vonage", "nexmo", "twilio", "clicksend",
        "d7sms", "bulksms", "seven", "smsmanager", "46elks", "msgbird", "httpsms", "sns", "brevo", "goalert",
        "goalerts",
    }
)  # fmt: skip
"""Mail, webhooks, rooms, push, and gateways of short messages. The library knows more: desktops, syslog, threads."""
CONNECT_S, READ_S = 5, 15
"""The most that one message waits for a provider: well below the time that a sender holds it."""
SAID_MAX = 300
ADDRESS_MAX = 1000
_WORD = re.compile(r"[^/?&=@:+,;#]{3,}")
_SAID = ("Socket Exception", "A Connection error", "Failed to", "SMTP", "Error sending", "Server")
log = logging.getLogger("apprise")
_heard: ContextVar[list[str] | None] = ContextVar("heard", default=None)


class ChannelError(ValueError):
    """An address that cannot be set up; says why, without the address."""


class SendError(RuntimeError):
    """A message that a provider did not take; says what it said, without the address."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is sent: a heading, a few lines, and the key by which a double is told."""

    subject: str
    body: str
    short: str
    """The same in one line, for short messages."""
    key: str


def scheme_of(address: str) -> str:
    """Return the kind of an address, such as "mailtos"; "" where it has none."""
    return address.partition("://")[0].lower() if "://" in address else ""


def checked(address: str) -> str:
    """Return the kind of an address that may be set up.

    Raises:
        ChannelError: it may not.
    """
    scheme = scheme_of(address)
    if len(address) > ADDRESS_MAX or not address.isprintable() or any(each.isspace() for each in address):
        raise ChannelError(gettext("An address is one line of 1,000 characters at most, without blanks."))
    if scheme not in TAKEN:
        raise ChannelError(
            gettext("This kind of address is not taken. Known are: %(known)s.") % {"known": ", ".join(sorted(TAKEN))}
        )
    if re.search(r"[?&]verify=(no|false|0|off)", address, re.IGNORECASE):
        raise ChannelError(gettext("The certificate of the other side is always checked: leave verify out."))
    sample = "anne@example.org" if scheme in MAIL else "+33612345678"
    plugin = _plugin(filled(address, sample))
    if plugin is None:
        raise ChannelError(gettext("This address cannot be read: a part of it is missing or wrong."))
    if f"{scheme}s" in TAKEN and not _is_listed(plugin):
        raise ChannelError(
            gettext(
                "This goes in the clear. Write %(scheme)s://, or list the host in QUIETUDE_FETCH_HOSTS if it is yours."
            )
            % {"scheme": f"{scheme}s"}
        )
    return scheme


def filled(address: str, to: str) -> str:
    """Return an address with a person's own number or address in its place."""
    return address.replace(PLACE, quote(to, safe=""))


def send(address: str, out: Outgoing) -> None:
    """Send a message to an address, and wait until the provider has taken it.

    Raises:
        SendError: it did not, or the address leads where no message goes.
    """
    scheme = scheme_of(address)
    plugin = _plugin(_with_options(address, scheme, out.key)) if scheme in TAKEN else None
    if plugin is None:
        raise SendError(gettext("The address cannot be read: a part of it is missing or wrong."))
    is_short = plugin.body_maxlen <= 500  # short messages: 160 of them in the usual alphabet
    subject, body = ("", out.short) if is_short else (out.subject, out.body)
    with _hearing() as heard, only_allowed(is_listed=_is_listed(plugin)) as judged:
        is_sent = plugin.notify(body=body, title=subject, body_format=apprise.NotifyFormat.TEXT)
    if judged.refused:
        reason = gettext("The host is refused (%(why)s). List it in QUIETUDE_FETCH_HOSTS if it is yours.")
        raise SendError(reason % {"why": judged.refused[0]})
    if not is_sent:
        said = " ".join(dict.fromkeys(heard)) or gettext("The provider did not take it, and did not say why.")
        raise SendError(_masked(said, address)[:SAID_MAX])


def _plugin(address: str) -> apprise.NotifyBase | None:
    asset = apprise.AppriseAsset(
        app_id="Quiétude", app_desc="Quiétude", app_url="", http_redirects=False, async_mode=False
    )
    with _hearing():
        return apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)


def _with_options(address: str, scheme: str, key: str) -> str:
    own = f"cto={CONNECT_S}&rto={READ_S}&overflow=truncate"
    if scheme in MAIL:
        own += f"&+X-Quietude-Message={key}"
    elif scheme in HEADED:
        own += f"&+Idempotency-Key={key}"
    return f"{address}{'&' if '?' in address else '?'}{own}"


def _is_listed(plugin: apprise.NotifyBase) -> bool:
    """Tell whether the host is one that the installation lists, or its own mail server."""
    host = str(getattr(plugin, "smtp_host", "") or plugin.host or "").lower().rstrip(".")
    known = settings.QUIETUDE
    return bool(host) and (host in known.fetch_hosts or f"{host}:{plugin.port}" in known.fetch_hosts)


def _masked(said: str, address: str) -> str:
    """Return what a provider said without any part of the address, whose parts are secrets, numbers and names."""
    for word in sorted(set(_WORD.findall(address)), key=len, reverse=True):
        if word != scheme_of(address):
            said = said.replace(word, "…")
    return said


@contextmanager
def _hearing() -> Iterator[list[str]]:
    """Gather what the library says in this thread; nothing of it is logged: it may hold an address."""
    heard: list[str] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


class _Hears(logging.Handler):
    """Keeps what says why a message was not taken."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line, where somebody listens."""
        heard = _heard.get()
        said = record.getMessage()
        if heard is not None and (record.levelno >= logging.WARNING or said.startswith(_SAID)):
            heard.append(" ".join(said.split()))


log.propagate = False
log.setLevel(logging.DEBUG)
log.addHandler(_Hears())
