"""What belongs to a situation: only what its reader may see; merged and split in bulk, and undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from tests.portal.alarms.conftest import Ring, ring
from tests.portal.flows.conftest import send
from tests.portal.situations.conftest import NOW, PORT, Begin, reading

from quietude.portal.accounts.models import User
from quietude.portal.alarms.models import Alarm, World
from quietude.portal.rights.models import Grant
from quietude.portal.situations.attaching import attach, detach, merge, split, write_note
from quietude.portal.situations.changing import undo
from quietude.portal.situations.models import Item, LogLine, Situation
from quietude.portal.situations.opening import Opening, open_situation
from quietude.portal.situations.reading import items_of
from quietude.portal.situations.tasks import end_task, give_task

__all__ = ["ring", "send"]
pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


def refs(situation: Situation) -> list[str]:
    return list(situation.items.filter(removed_at=None).values_list("ref", flat=True))


def undo_last(by: User, situation: Situation) -> None:
    line = LogLine.objects.filter(situation=situation).order_by("-pk").first()
    assert line is not None
    undo(by, str(line.act), line.at)


def test_alarms_become_a_situation_and_are_taken_with_it(ring: Ring, agent: User) -> None:
    now = timezone.now()
    ring(now)
    alarm = Alarm.objects.get()
    opening = Opening(kind="night_noise", alarms=[alarm.key])
    found = open_situation(agent, opening, now, language="fr")
    alarm.refresh_from_db()
    assert (alarm.is_acknowledged, alarm.taken_by) == (True, agent)
    assert refs(found) == [alarm.key]
    assert found.began_at == alarm.began_at
    assert found.zones == {"quarter": alarm.group}
    assert found.priority == 3, "as grave as its alarm"
    (shown,) = items_of(found, reading(agent), now, "fr")
    assert (shown.is_open, shown.said) == (True, "Le Port")


def test_alarms_of_facts_near_each_other_say_where_it_is(ring: Ring, agent: User) -> None:
    now = timezone.now()
    ring(now)
    alarm = Alarm.objects.get()
    alarm.edition.content["by"] = "radius:300"
    alarm.edition.save()
    Alarm.objects.update(group="43.290000,5.380000")
    found = open_situation(agent, Opening(kind="fight", alarms=[alarm.key]), now, language="fr")
    assert (found.lon_deg, found.lat_deg, found.zones["quarter"]) == (5.38, 43.29, "port")


def test_an_exercise_and_what_is_real_stay_apart(ring: Ring, agent: User, begin: Begin) -> None:
    now = timezone.now()
    ring(now)
    alarm = Alarm.objects.get()
    Alarm.objects.filter(pk=alarm.pk).update(world=World.EXERCISE)
    found = open_situation(agent, Opening(kind="night_noise", alarms=[alarm.key]), now, language="fr")
    assert found.is_exercise
    with pytest.raises(ValidationError, match="exercice"):
        merge(agent, begin(at=now).key, [found.key], now)


def test_what_the_reader_may_not_see_is_neither_attached_nor_shown(ring: Ring, agent: User, begin: Begin) -> None:
    now = timezone.now()
    ring(now)
    alarm, found = Alarm.objects.get(), begin(at=now)
    attach(agent, reading(agent), found.key, now, what="alarm", refs=[alarm.key])
    Grant.objects.filter(holder=agent).delete()
    (shown,) = items_of(found, reading(agent), now, "fr")
    assert (shown.is_open, shown.title, shown.url) == (False, "", "")
    with pytest.raises(ValidationError, match="parmi ce que vous pouvez lire"):
        attach(agent, reading(agent), found.key, now, what="fact", refs=alarm.evidence[:1])


@pytest.mark.parametrize("ref", ["patrols/none", "patrols", "../x", "patrols/x#1", ""])
def test_what_is_not_there_is_refused_by_its_name(ref: str, agent: User, begin: Begin) -> None:
    found = begin()
    with pytest.raises(ValidationError):
        attach(agent, reading(agent), found.key, NOW, what="entry", refs=[ref])
    assert refs(found) == []


def test_the_same_thing_is_attached_once(ring: Ring, agent: User, begin: Begin) -> None:
    now = timezone.now()
    ring(now)
    alarm, found = Alarm.objects.get(), begin(at=now)
    for expected in (1, 0):
        _, count = attach(agent, reading(agent), found.key, now, what="alarm", refs=[alarm.key, alarm.key])
        assert count == expected
    fact = alarm.evidence[0]
    attach(agent, reading(agent), found.key, now, what="fact", refs=[fact])
    titles = [shown.is_open for shown in items_of(found, reading(agent), now, "fr")]
    assert titles == [True, True]


def test_situations_without_anything_in_common_become_one_and_part_again(begin: Begin, agent: User) -> None:
    first, second = begin("fight"), begin("rodeo", at=LATER)
    write_note(agent, second.key, LATER, said="ils partent vers le port")
    task = give_task(agent, second.key, LATER, text="Prévenir le parc")
    merge(agent, first.key, [second.key], LATER)
    second.refresh_from_db()
    task.refresh_from_db()
    assert (second.merged_into, task.situation) == (first, first)
    assert [item.said for item in first.items.all()] == ["ils partent vers le port"]
    with pytest.raises(ValidationError, match="fait maintenant partie"):
        write_note(agent, second.key, LATER, said="encore")
    undo_last(agent, first)
    second.refresh_from_db()
    task.refresh_from_db()
    assert (second.merged_into, task.situation) == (None, second)
    assert not first.items.exists()


def test_some_of_it_is_split_off_and_comes_back(begin: Begin, agent: User) -> None:
    found = begin()
    for said in ("une", "deux", "trois"):
        write_note(agent, found.key, NOW, said=said)
    chosen = list(found.items.values_list("pk", flat=True))
    with pytest.raises(ValidationError, match="au moins un élément"):
        split(agent, found.key, chosen, Opening(kind="rodeo"), LATER, language="fr")
    new = split(agent, found.key, chosen[:2], Opening(kind="rodeo", place=PORT), LATER, language="fr")
    assert [item.said for item in new.items.all()] == ["une", "deux"]
    assert [item.said for item in found.items.all()] == ["trois"]
    undo_last(agent, found)
    new.refresh_from_db()
    assert new.merged_into == found
    assert Item.objects.filter(situation=found).count() == 3


def test_what_is_taken_off_is_kept_as_taken_off(begin: Begin, agent: User) -> None:
    found = begin()
    write_note(agent, found.key, NOW, said="faux")
    item = found.items.get()
    detach(agent, found.key, [item.pk], LATER)
    item.refresh_from_db()
    assert item.removed_at == LATER
    with pytest.raises(ValidationError, match="Rien n’est choisi"):
        detach(agent, found.key, [item.pk], LATER)
    undo_last(agent, found)
    item.refresh_from_db()
    assert item.removed_at is None


def test_a_task_is_done_once(begin: Begin, agent: User) -> None:
    found = begin()
    task = give_task(agent, found.key, NOW, text="Appeler", owner=agent, due_at=LATER)
    assert task.is_late(LATER + timedelta(seconds=1))
    end_task(agent, found.key, task.pk, LATER)
    task.refresh_from_db()
    assert (task.done_by, task.is_late(LATER + timedelta(days=1))) == (agent, False)
    with pytest.raises(ValidationError, match="déjà faite"):
        end_task(agent, found.key, task.pk, LATER, is_dropped=True)
