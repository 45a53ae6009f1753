"""An alarm tells whom its rule names: at once, later, again, until somebody takes it; no name of a fact gets out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from time import sleep

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from tests.portal.alarms.conftest import Ring
from tests.portal.conftest import MakeUser
from tests.portal.flows.conftest import Send, record
from tests.portal.notifications.conftest import Hook, Inbox, MakeChannel
from tests.portal.services.conftest import MakeService

from quietude.alarms.api import Compiled, Tell
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarms import acts
from quietude.portal.alarms.ground import current_rules
from quietude.portal.alarms.models import Alarm
from quietude.portal.alarms.telling import tell_due
from quietude.portal.alarms.watching import Watch
from quietude.portal.flows import filing
from quietude.portal.notifications.models import Dispatch, Message, QuietHours
from quietude.portal.notifications.sending import send_due
from quietude.portal.rosters.models import Roster, Turn
from quietude.portal.services.api import Membership

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ROOM = Tell(to="channel:room")


def rules(*steps: Tell) -> Sequence[Compiled]:
    """Return the town's rules, telling by some steps."""
    return [replace(each, rule=each.rule.model_copy(update={"tell": steps})) for each in current_rules()]


def asked() -> list[str]:
    return [each.asked for each in Dispatch.objects.all()]


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def alarm(ring: Ring, now: datetime) -> Alarm:
    """Return an alarm that rings."""
    ring(now)
    return Alarm.objects.get()


@pytest.fixture
def room(hook: Hook, make_channel: MakeChannel) -> Hook:
    """Return a room that several read."""
    make_channel("room", f"json://127.0.0.1:{hook.port}/")
    return hook


@pytest.fixture
def mail(inbox: tuple[Inbox, int], make_channel: MakeChannel) -> Inbox:
    """Return the inbox of the town's mail server."""
    make_channel("mail", f"mailto://127.0.0.1:{inbox[1]}?from=quietude@valcombe.example&to={{to}}")
    return inbox[0]


@pytest.fixture
def agent(make_user: MakeUser) -> User:
    return make_user(Role.AGENT, email="camille@valcombe.example")


@pytest.fixture
def roster(make_service: MakeService) -> Callable[..., Roster]:
    """Return a maker of rosters whose persons are on call at all hours, in their order."""

    def make(code: str, *people: User, **fields: object) -> Roster:
        service = make_service(f"service-{code}")
        made = Roster.objects.create(code=code, title_fr=code, title_en=code, service=service, **fields)
        for rank, person in enumerate(people, start=1):
            Membership.objects.create(person=person, service=service, since=date(2020, 1, 1), given_by="x")
            Turn.objects.create(
                roster=made, person=person, days=list(range(7)), begins=time(), ends=time(), rank=rank,
                since=date(2020, 1, 1),
            )  # fmt: skip
        return made

    return make


@pytest.mark.usefixtures("alarm", "room")
def test_steps_follow_each_other_until_somebody_takes_the_alarm(now: datetime, agent: User) -> None:
    steps = rules(
        replace_step(ROOM, repeat="PT5M", times=3),
        Tell(to="role:agent", after="PT10M"),
        Tell(to="role:dpo", after="PT30M"),
    )
    assert [tell_due(steps, now), tell_due(steps, now)] == [1, 0]
    assert tell_due(steps, now + 5 * MINUTE) == 1
    assert tell_due(steps, now + 10 * MINUTE) == 2
    assert asked() == ["channel:room", "channel:room", "channel:room", "role:agent"]
    acts.acknowledge(agent, [Alarm.objects.get().key], now + 11 * MINUTE)
    assert tell_due(steps, now + 31 * MINUTE) == 0
    assert set(Message.objects.values_list("state", flat=True)) == {"needless"}, "what was not sent yet is recalled"


@pytest.mark.usefixtures("alarm", "room")
def test_a_step_counts_from_its_severity_on(now: datetime) -> None:
    assert tell_due(rules(replace_step(ROOM, at_least=4)), now) == 0
    assert tell_due(rules(replace_step(ROOM, at_least=3)), now) == 1


@pytest.mark.usefixtures("room")
def test_what_is_over_calls_for_nobody_unless_the_rule_says_so(ring: Ring, now: datetime) -> None:
    ring(now).once(now + timedelta(hours=3))
    assert not Alarm.objects.get().is_active
    later = now + timedelta(hours=3)
    assert tell_due(rules(ROOM), later) == 0
    assert tell_due(rules(replace_step(ROOM, until="acknowledged")), later) == 1


@pytest.mark.usefixtures("alarm", "room")
def test_where_nobody_is_on_call_the_next_is_told_at_once(now: datetime, roster: Callable[..., Roster]) -> None:
    roster("night")
    steps = rules(Tell(to="roster:night"), Tell(to="roster:none", after="PT10M"), replace_step(ROOM, after="PT20M"))
    assert tell_due(steps, now) == 3
    assert [each.found_nobody for each in Dispatch.objects.all()] == ["nobody", "unknown", ""]


@pytest.mark.usefixtures("alarm", "mail")
def test_the_first_on_call_is_told_and_the_second_where_the_first_sleeps(
    now: datetime, roster: Callable[..., Roster], make_user: MakeUser
) -> None:
    first = make_user(Role.AGENT, "first", email="first@valcombe.example")
    second = make_user(Role.AGENT, "second", email="second@valcombe.example")
    roster("night", first, second)
    steps = rules(Tell(to="roster:night", repeat="PT1M"))
    tell_due(steps, now)
    assert [each.person for each in Message.objects.all()] == [first]
    local = timezone.localtime(now)
    quiet = QuietHours.objects.create(
        person=first, begins=(local - timedelta(hours=2)).time(), ends=(local + timedelta(hours=4)).time(), below=4,
        meanwhile="next",
    )  # fmt: skip
    tell_due(steps, now + MINUTE)
    assert Message.objects.last().person == second  # type: ignore[union-attr]  # there is one
    QuietHours.objects.filter(pk=quiet.pk).update(meanwhile="wait")
    tell_due(steps, now + 2 * MINUTE)
    held = Message.objects.last()
    assert held is not None
    assert (held.person, held.is_held) == (first, True)
    assert held.not_before > now + timedelta(hours=1)
    QuietHours.objects.filter(pk=quiet.pk).update(below=3)
    tell_due(steps, now + 3 * MINUTE)
    assert not Message.objects.last().is_held  # type: ignore[union-attr]  # as grave as that comes through


@pytest.mark.usefixtures("alarm", "mail")
def test_a_service_is_told_by_the_roster_that_covers_severity_and_zone_else_as_a_whole(
    now: datetime, roster: Callable[..., Roster], make_user: MakeUser
) -> None:
    people = [make_user(Role.AGENT, name, email=f"{name}@valcombe.example") for name in ("one", "two")]
    made = roster("night", *people, zones=["district:west"])
    steps = rules(Tell(to=f"service:{made.service.code}", repeat="PT1M"))
    tell_due(steps, now)
    assert [each.person for each in Message.objects.all()] == people[:1], "the port lies in the west"
    Roster.objects.update(zones=["district:east"])
    tell_due(steps, now + MINUTE)
    assert Message.objects.count() == 3


@pytest.mark.usefixtures("empty_store")
def test_nothing_nominative_of_a_fact_leaves_the_portal(send: Send, room: Hook, mail: Inbox, agent: User) -> None:
    now = timezone.now()
    words = ("Durand", "Martine", "quai du Port", "0612345678", "12 bis", "AB-123-CD", "martine@")
    said = "Mme Martine Durand, 12 bis quai du Port, 0612345678, martine@orange.fr, AB-123-CD"
    facts = [record(f"Durand-{n}", now - n * MINUTE, text=said, title=said, place=said, name=said) for n in range(3)]
    assert send(facts).status_code == 200
    filing.file_waiting()
    Watch().once(now)
    assert Alarm.objects.exists()
    tell_due(rules(ROOM, Tell(to="role:agent")), now)
    acts.assign(agent, [Alarm.objects.get().key], now, to=agent)
    assert send_due(now + MINUTE, "a") == 3
    assert (len(room.told), len(mail.mails)) == (1, 2)
    bodies = [part.get_payload(decode=True) for mail_ in mail.mails for part in mail_.walk()]
    heads = [str(mail_["Subject"]) for mail_ in mail.mails]
    out = f"{room.told} {heads} {[body.decode() for body in bodies if isinstance(body, bytes)]}"
    assert "Bruit" in out
    assert not [word for word in words if word.casefold() in out.casefold()]
    kept = str(list(Dispatch.objects.values())) + str(list(Message.objects.values()))
    assert not [word for word in words if word.casefold() in kept.casefold()]


@pytest.mark.usefixtures("alarm")
def test_a_rule_of_the_portal_s_own_or_without_steps_tells_nobody(now: datetime) -> None:
    assert tell_due(current_rules(), now) == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_tell_and_send_once(ring: Ring, room: Hook) -> None:
    now = timezone.now()
    ring(now)
    steps = rules(replace_step(ROOM, repeat="PT1M"))
    faults: list[BaseException] = []
    start = threading.Barrier(2)

    def work(name: str) -> None:
        start.wait()
        try:
            for minute in range(5):
                again(partial(tell_due, steps, now + minute * MINUTE))
                again(partial(send_due, now + 5 * MINUTE, name))
        except Exception as error:  # told to the test
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[name]) for name in "ab"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    again(partial(send_due, now + 10 * MINUTE, "c"))
    assert faults == []
    assert Dispatch.objects.count() == 5
    assert sorted(room.keys) == sorted(str(each.key) for each in Message.objects.all())


def again(work: Callable[[], object]) -> None:
    """Do something as the sender's rounds do: where the database was taken, once more."""
    for _ in range(200):
        try:
            work()
        except OperationalError:
            sleep(0.01)
        else:
            return
    work()


def replace_step(step: Tell, **fields: object) -> Tell:
    """Return a step with something else said."""
    return Tell.model_validate(step.model_dump() | fields)
