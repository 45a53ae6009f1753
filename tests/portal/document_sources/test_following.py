"""Sources are followed side by side: one that hangs holds up no other, a mailbox is heard, the inbox keeps away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import BoundedSemaphore, Event
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.portal.document_sources.conftest import manifest

from quietude.portal.document_sources import following, rounds
from quietude.portal.document_sources.following import Following, Line, due, surroundings
from quietude.portal.document_sources.models import Source
from quietude.portal.documents import inbox
from quietude.sources.api import Manifest

pytestmark = pytest.mark.django_db
LONGEST_S = 20.0


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Following:
    """Return threads that touch no database."""
    monkeypatch.setattr(following, "connection", SimpleNamespace(close=lambda: None))
    return Following(surroundings(), Event())


def test_a_source_that_hangs_holds_up_no_other(threads: Following, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging, quick = Event(), Event()

    def follow(of: Manifest, *_said: Any, **_more: Any) -> bool:
        if of.name == "hanging":
            return not hanging.wait(LONGEST_S)
        quick.set()
        return False

    monkeypatch.setattr(rounds, "follow", follow)
    sources = {name: manifest(name=name) for name in ("hanging", "quick")}
    monkeypatch.setattr(following, "followed", lambda: sources)
    assert threads.once(timezone.now()) == ["hanging", "quick"]
    assert quick.wait(LONGEST_S)
    threads.threads["quick"].join(LONGEST_S)
    assert threads.once(timezone.now()) == ["quick"]  # the other one is still at it
    hanging.set()
    for thread in threads.threads.values():
        thread.join(LONGEST_S)
        assert not thread.is_alive()


def test_a_fault_that_nobody_foresaw_is_noted_and_waits(
    threads: Following, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def follow(*_said: Any, **_more: Any) -> bool:
        raise KeyError("unforeseen")

    monkeypatch.setattr(rounds, "follow", follow)
    Source.objects.create(name="orders")
    threads._follow(manifest())
    assert "not foreseen" in caplog.text
    assert Source.objects.get().failures == 1
    assert due({"orders": manifest()}, timezone.now()) == []


@dataclass
class Ear(Line):
    """A line that hears what a test says."""

    heard: tuple[bool | None, ...] = ()
    closed: bool = False

    def hears(self, seconds: float) -> bool | None:
        """Return the next."""
        assert seconds <= following.LISTEN_S
        first, *rest = self.heard
        self.heard = tuple(rest)
        return first

    def close(self) -> None:
        """Note it."""
        self.closed = True


def ear(*heard: bool | None) -> Ear:
    return Ear(manifest(), surroundings(), heard=heard)


def test_a_place_that_tells_by_itself_is_heard_until_its_time_comes_or_it_is_paused(
    threads: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "GATHERED_S", 0.0)
    monkeypatch.setattr(following, "followed", lambda: {"orders": manifest()})
    source = Source.objects.create(name="orders", next_at=timezone.now() + timedelta(hours=1))
    assert threads._listened(manifest(), ear(False, True))
    assert not threads._listened(manifest(), ear(None))
    Source.objects.update(next_at=timezone.now())
    assert threads._listened(manifest(), ear(False))
    source.paused_at = timezone.now()
    source.save(update_fields=["paused_at"])
    assert not threads._listened(manifest(), ear(True))
    Source.objects.update(paused_at=None)
    monkeypatch.setattr(following, "followed", dict)
    assert not threads._listened(manifest(), ear(True))  # its manifest is another one, or gone
    threads.stopped.set()
    assert not threads._listened(manifest(), ear(True))


def test_only_mailboxes_tell_by_themselves() -> None:
    line = Line(manifest(), surroundings())
    assert line.hears(1) is None
    read = {"format": "mailbox", "host": "127.0.0.1", "port": 1, "tls": False, "user": "u", "secret": "s"}
    around = replace(surroundings(), secret_of=lambda _name: "s")
    silent = Line(manifest(read), around)
    silent.opened()
    assert silent.hears(1) is None  # nobody answers: it is asked by its schedule
    silent.close()


def test_new_sources_are_due_at_once_paused_ones_never() -> None:
    now = timezone.now()
    sources = {name: manifest(name=name) for name in ("new", "later", "past", "paused")}
    Source.objects.create(name="later", next_at=now + timedelta(seconds=1))
    Source.objects.create(name="past", next_at=now)
    Source.objects.create(name="paused", paused_at=now)
    assert [each.name for each in due(sources, now)] == ["new", "past"]


@pytest.mark.parametrize(
    ("path", "has_inbox"),
    [
        pytest.param("documents", False, id="the folder itself"),
        pytest.param("documents/report", False, id="a folder of a class"),
        pytest.param("documents/orders", True, id="a folder that the inbox leaves alone"),
        pytest.param("elsewhere", True, id="another folder"),
    ],
)
def test_the_inbox_takes_nothing_away_from_a_folder_that_is_followed(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, path: str, *, has_inbox: bool
) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, drop_dir=tmp_path)
    sources = {"orders": manifest({"format": "folder", "path": path})}
    monkeypatch.setattr(inbox, "current_town", lambda: SimpleNamespace(sources=sources))
    assert (inbox._inbox() is not None) is has_inbox


def test_seats_are_limited() -> None:
    seats = Following(surroundings(), Event()).seats
    assert isinstance(seats, BoundedSemaphore)
    assert [seats.acquire(blocking=False) for _ in range(following.AT_ONCE + 1)] == [True] * following.AT_ONCE + [False]
