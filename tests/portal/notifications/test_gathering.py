"""In a flood each reader gets few messages; each alarm is told in exactly one of them, and what is graver at once."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from tests.portal.conftest import MakeUser, SignIn
from tests.portal.notifications.conftest import MakeChannel

from quietude.portal.accounts.roles import Role
from quietude.portal.notifications import sending
from quietude.portal.notifications.gathering import HELD, WITHIN
from quietude.portal.notifications.models import Dispatch, Message
from quietude.portal.notifications.notice import Notice, Said
from quietude.portal.notifications.providers import Outgoing, SendError
from quietude.portal.notifications.sending import send_due
from quietude.portal.notifications.tell import recall, tell
from quietude.portal.notifications.templatetags.told import told_of
from quietude.sources.api import Label

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 17, 20, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TITLES = {2: "Bruit répété", 3: "Rixe", 5: "Coup de feu"}


@dataclass
class Post:
    """What went out, under which keys; `is_down` refuses, `is_cut` takes it and says that it did not."""

    clock: datetime = NOW
    out: list[Outgoing] = field(default_factory=list)
    is_down: bool = False
    is_cut: bool = False

    def send(self, _address: str, words: Outgoing) -> None:
        if self.is_down:
            raise SendError("503")
        self.out.append(words)
        if self.is_cut:
            raise SendError("timed out")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, make_channel: MakeChannel) -> Post:
    """Return a provider whose clock is the test's, with a channel that many read."""
    make_channel("room", "json://127.0.0.1:9/")
    made = Post()
    monkeypatch.setattr(sending, "send", made.send)
    monkeypatch.setattr(sending, "timezone", SimpleNamespace(now=lambda: made.clock))
    return made


def ring(alarm: str, severity: int = 2, at: datetime = NOW, to: str = "channel:room", nth: int = 0) -> Dispatch:
    said = Notice(
        subject=Dispatch.Subject.ALARM, subject_key=alarm, said=Said.AGAIN if nth else Said.RINGS,
        severity=severity, at=at, title=Label(fr=TITLES[severity], en=TITLES[severity]), path=f"/alarms/{alarm}/",
        about="zone:quarter:port",
    )  # fmt: skip
    return tell(said, to, key=f"alarm:{alarm}:1:0:{nth}", now=at)


def test_forty_alarms_at_once_are_one_message_that_counts_them_and_names_the_gravest(post: Post) -> None:
    for number in range(40):
        ring(f"a{number}", severity=3 if number == 17 else 2)
    assert send_due(NOW, "a") == 40
    (words,) = post.out
    assert re.match(r"40 alarme?s .*, Rixe · Le Port · gravité 3 sur 5", words.subject)
    assert words.body.index("Rixe") < words.body.index("39 × Bruit répété · Le Port")
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert words.key == str(Message.objects.get(lead=None).key)


def test_three_go_one_by_one_the_next_wait_for_each_other_and_a_graver_one_for_nothing(post: Post) -> None:
    for number in range(3):
        ring(f"a{number}")
    send_due(NOW, "a")
    assert len(post.out) == 3
    post.clock = NOW + 5 * SECOND
    for number in range(3, 9):
        ring(f"a{number}", at=post.clock)
    assert send_due(post.clock, "a") == 0
    ring("shot", severity=5, at=post.clock)
    assert send_due(post.clock, "a") == 7
    assert re.match(r"7 alarme?s .*, Coup de feu", post.out[-1].subject)
    ring("late", at=post.clock)
    assert [send_due(post.clock + WITHIN / 2, "a"), send_due(post.clock + WITHIN, "a")] == [0, 1]


def test_one_alarm_that_is_told_again_and_again_is_no_flood(post: Post) -> None:
    for nth in range(6):
        ring("a", nth=nth)
    assert send_due(NOW, "a") == 6
    assert len(post.out) == 6


def test_a_letter_that_was_cut_is_the_same_letter_again_and_what_came_meanwhile_is_another(post: Post) -> None:
    for number in range(5):
        ring(f"a{number}")
    post.is_cut = True
    send_due(NOW, "a")
    post.is_cut = False
    ring("new")
    for step in range(120):
        post.clock = NOW + step * SECOND
        send_due(post.clock, "b")
    first, *rest = [words for words in post.out if words.subject.startswith("5 alarm")]
    assert {words.key for words in rest} == {first.key}
    assert {words.body for words in rest} == {first.body}
    assert not Message.objects.exclude(state="sent").exists()


def test_a_letter_whose_first_alarm_was_taken_is_not_lost_for_the_others(post: Post) -> None:
    for number in range(5):
        ring(f"a{number}")
    post.is_down = True
    send_due(NOW, "a")
    post.is_down = False
    recall(Dispatch.Subject.ALARM, "a0")
    later = NOW + HELD
    while Message.objects.filter(state="waiting").exists() and later < NOW + 10 * HELD:
        post.clock = later = later + SECOND
        send_due(later, "a")
    assert sorted(Message.objects.values_list("state", flat=True)) == ["needless", *["sent"] * 4]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_and_breaks_each_alarm_is_told_once_and_letters_are_few(
    seed: int, post: Post, make_user: MakeUser, make_channel: MakeChannel
) -> None:
    chance = random.Random(seed)
    make_channel("mail", "mailto://127.0.0.1:9?from=quietude@valcombe.example&to={to}")
    make_user(Role.SUPERVISOR, email="anne@valcombe.example")
    number = 0
    for second in range(0, 600, 5):
        post.clock = NOW + second * SECOND
        post.is_down = 200 <= second < 260
        for _ in range(chance.choice((0, 0, 1, 4)) if second < 300 else 0):
            number += 1
            ring(
                f"n{number}",
                chance.choice((2, 2, 2, 3)),
                post.clock,
                chance.choice(("channel:room", "role:supervisor")),
            )
        send_due(post.clock, chance.choice("ab"))
    while Message.objects.filter(state="waiting").exists():
        post.clock += 20 * SECOND
        assert post.clock < NOW + timedelta(hours=2)
        send_due(post.clock, "c")
    assert Message.objects.filter(state="sent").count() == number == Dispatch.objects.count()
    told = sum(int(found[1]) if (found := re.match(r"(\d+) alarme?s", words.subject)) else 1 for words in post.out)
    assert told == number, "each in exactly one letter"
    assert len({words.key for words in post.out}) == len(post.out)
    assert len(post.out) < number / 2


def test_the_link_of_a_flood_leads_to_the_tray_and_marks_all_as_read(
    post: Post, sign_in: SignIn, make_channel: MakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_channel("mail", "mailto://127.0.0.1:9?from=quietude@valcombe.example&to={to}")
    agent = sign_in(Role.AGENT, email="anne@valcombe.example")
    for number in range(5):
        ring(f"a{number}", to="role:agent")
    send_due(NOW, "a")
    (link,) = re.findall(r"/notifications/open/[^/]+/", post.out[0].body)
    Dispatch.objects.update(at=timezone.now())
    assert agent.get(link)["Location"] == "/alarms/"
    assert not Message.objects.filter(read_at=None).exists()
    page = told_of("alarm", "a3")
    assert [line.together for _, lines in page["rows"] for line in lines] == [5]
