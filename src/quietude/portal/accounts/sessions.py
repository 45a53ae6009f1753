"""Sessions: who is signed in where, and when each ends: idle, too old, or ended by someone."""

from __future__ import annotations

import ipaddress
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import ngettext

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.accounts.second_factor import ALWAYS

LONGEST = timedelta(hours=12)
"""However busy: one long shift, then sign in again (ASVS 7.3.2)."""
IDLE = timedelta(hours=2)
"""An operator may look at a wall of screens for an hour without a click; a desk that was left is closed after two."""
IDLE_MANAGERS = timedelta(minutes=30)
"""Whoever opens others' accounts, the journal or what was rejected leaves no desk open for longer than half a meal."""
NOTED_EVERY = timedelta(minutes=1)
"""Its last use is written at most once a minute: reading a page must not cost a write."""
OPENED = "opened_at"
"""Key of the session: when it was opened, in seconds since 1970. Its last use is beside it, in the list of sessions: a
map asks for ten tiles at once, and each that saved the session would write over what another had just put there."""


def idle_limit(user: User) -> timedelta:
    """Return how long a session of this account may lie unused."""
    return IDLE_MANAGERS if Role(user.role) in ALWAYS else IDLE


def idle_in_words(user: User) -> str:
    """Return the idle limit of an account as people say it, such as "2 hours"."""
    minutes = int(idle_limit(user).total_seconds() // 60)
    if minutes % 60:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    return ngettext("%(count)s hour", "%(count)s hours", minutes // 60) % {"count": minutes // 60}


def keeps_on(request: HttpRequest, user: User) -> bool:
    """Note that a session is used; end it and return False when it is too old or was idle for too long.

    A clock set back counts as no time gone by; only one set forward ends sessions early.
    """
    now = datetime.fromtimestamp(time.time(), tz=UTC)
    key = request.session.session_key
    noted = UserSession.objects.filter(session_key=key).values_list("last_seen_at", flat=True).first()
    if OPENED not in request.session or noted is None:  # just opened, or under a new key since the password changed
        request.session.setdefault(OPENED, now.timestamp())
        UserSession.objects.create_from_request(request)
        _forget_old()
        noted = None
    elif _is_over(now, request.session[OPENED], noted, user):
        end(key or "")
        logout(request)
        return False
    if noted is None or abs(now - noted) >= NOTED_EVERY:
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)
    return True


def _forget_old() -> None:
    """Delete what is left of sessions that are over, with their addresses and devices: no one needs them any more."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.filter(last_seen_at__lt=now - LONGEST).delete()


def _is_over(now: datetime, opened: float, seen: datetime, user: User) -> bool:
    return now.timestamp() - opened > LONGEST.total_seconds() or now - seen > idle_limit(user)


def end(session_key: str) -> None:
    """End one session."""
    for kept in UserSession.objects.filter(session_key=session_key):
        kept.end()


def end_all(user: User) -> None:
    """End every session of an account: those of its list, and any that the list would not know."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    for kept in UserSession.objects.filter(user=user):
        kept.end()


def end_others(request: HttpRequest, user: User) -> int:
    """End every session of an account but the one that asks, and return how many ended."""
    others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
    for kept in others:
        kept.end()
    return len(others)


@dataclass(frozen=True, slots=True)
class Open:
    """One open session, as its owner sees it."""

    pk: int
    device: str
    address: str
    """Shortened: enough to know one's own network, not to follow a person."""
    since: datetime
    seen: datetime
    is_this: bool


def open_sessions(request: HttpRequest, user: User) -> list[Open]:
    """Return the open sessions of an account, this one first, then the last used."""
    found = [
        Open(
            pk=kept.pk,
            device=device_of(kept.user_agent),
            address=shortened(kept.ip),
            since=kept.created_at,
            seen=kept.last_seen_at,
            is_this=kept.session_key == request.session.session_key,
        )
        for kept in UserSession.objects.purge_and_list(user)
        if timezone.now() - kept.last_seen_at <= idle_limit(user) + 2 * NOTED_EVERY
    ]
    return sorted(found, key=lambda one: (not one.is_this, -one.seen.timestamp()))


def shortened(address: str) -> str:
    """Return an address without its end: the last byte of IPv4, all but the first 48 bits of IPv6."""
    found = ipaddress.ip_address(address)
    bits = 24 if found.version == 4 else 48
    network = ipaddress.ip_network(f"{address}/{bits}", strict=False).network_address
    return f"{str(network).removesuffix('.0')}.x" if found.version == 4 else f"{network}x"


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"Linux|X11", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Return browser and system in words; "" where neither is known."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, user_agent)), "")
    return " · ".join(word for word in (browser, system) if word)
