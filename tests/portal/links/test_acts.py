from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.portal.conftest import Lines, MakeUser
from tests.portal.links.conftest import Told, reader, uid_of

from quietude.journal.api import Kind
from quietude.model.filter.question import Filter
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.links import acts
from quietude.portal.links.models import Link, Refusal
from quietude.portal.links.reading import also_told, group_of
from quietude.portal.logbook.models import Entry, EntryVersion
from quietude.portal.town import current_store


def test_a_link_joins_two_entries_and_its_line_says_who_why_and_which(
    anne: User, patrol: Told, counter: Told, lines: Lines
) -> None:
    mine, theirs = patrol(), counter()
    acts.link(anne, reader(), [uid_of(mine), uid_of(theirs)], reason="même appel")
    assert [each.told.uid for each in also_told(reader(), uid_of(mine))] == [uid_of(theirs)]
    assert [each.told.uid for each in also_told(reader(), uid_of(theirs))] == [uid_of(mine)]
    line = next(line for line in lines() if line.kind == Kind.LINK)
    assert line.who == f"user:{anne.pk}"
    assert sorted(name.split("-")[1] for name in line.ids) == sorted([uid_of(mine), uid_of(theirs)])
    assert (line.detail["act"], line.detail["reason"]) == ("linked", "même appel")


def test_unlinking_undoes_exactly_and_keeps_that_it_was(anne: User, patrol: Told, counter: Told, lines: Lines) -> None:
    mine, theirs, other = patrol(), counter(), counter(text="Musique, encore.")
    acts.link(anne, reader(), [uid_of(mine), uid_of(other)], reason="même appel")
    facts = current_store().query(reader(), _all(), columns=("uid", "version", "status"), order_by=("uid",)).to_pylist()
    rows = list(Entry.objects.values()), list(EntryVersion.objects.values("entry", "digest", "content"))
    before = {uid: group_of(uid) for uid in (uid_of(mine), uid_of(theirs), uid_of(other))}
    made = acts.link(anne, reader(), [uid_of(mine), uid_of(theirs)], reason="même appel")
    assert set(group_of(uid_of(theirs))) == {uid_of(mine), uid_of(other)}
    acts.unlink(anne, reader(), made.pk, reason="autre étage")
    assert {uid: group_of(uid) for uid in before} == before
    assert (list(Entry.objects.values()), list(EntryVersion.objects.values("entry", "digest", "content"))) == rows
    again = current_store().query(reader(), _all(), columns=("uid", "version", "status"), order_by=("uid",)).to_pylist()
    assert again == facts
    kept = Link.objects.get(pk=made.pk)
    assert (kept.undone_by, kept.undone_reason) == (anne, "autre étage")
    assert [line.detail["act"] for line in lines() if line.kind == Kind.LINK] == ["linked", "linked", "unlinked"]


def test_what_was_unlinked_can_be_linked_again(anne: User, patrol: Told, counter: Told) -> None:
    pair = [uid_of(patrol()), uid_of(counter())]
    acts.unlink(anne, reader(), acts.link(anne, reader(), pair, reason="même appel").pk, reason="non")
    acts.link(anne, reader(), pair, reason="si, vérifié")
    assert Link.objects.filter(undone_at=None).count() == 1


def test_two_entries_are_linked_once_with_a_reason_and_of_two_logbooks(anne: User, patrol: Told, counter: Told) -> None:
    pair = [uid_of(patrol()), uid_of(counter())]
    with pytest.raises(ValidationError, match=r"Say why|Dites pourquoi"):
        acts.link(anne, reader(), pair, reason=" ")
    acts.link(anne, reader(), pair, reason="même appel")
    with pytest.raises(ValidationError):
        acts.link(anne, reader(), pair[::-1], reason="même appel")
    with pytest.raises(ValidationError):
        acts.link(anne, reader(), [pair[0], uid_of(patrol(text="Autre chose."))], reason="même appel")
    assert Link.objects.count() == 1


def test_nobody_links_or_unlinks_what_they_may_not_see(anne: User, patrol: Told, counter: Told, lines: Lines) -> None:
    pair = [uid_of(patrol()), uid_of(counter())]
    with pytest.raises(PermissionDenied):
        acts.link(anne, reader("patrols"), pair, reason="même appel")
    made = acts.link(anne, reader(), pair, reason="même appel")
    with pytest.raises(PermissionDenied):
        acts.unlink(anne, reader("patrols"), made.pk, reason="non")
    assert Link.objects.get().undone_at is None
    assert len([line for line in lines() if line.kind == Kind.LINK]) == 1


def test_who_writes_in_no_logbook_links_nothing(make_user: MakeUser, patrol: Told, counter: Told) -> None:
    analyst = make_user(Role.ANALYST, "zoe")
    with pytest.raises(PermissionDenied):
        acts.link(analyst, reader(), [uid_of(patrol()), uid_of(counter())], reason="même appel")


def test_a_refusal_is_kept_once_and_a_link_takes_it_away(anne: User, patrol: Told, counter: Told, lines: Lines) -> None:
    pair = [uid_of(patrol()), uid_of(counter())]
    acts.refuse(anne, reader(), pair, None)
    acts.refuse(anne, reader(), pair[::-1], None)
    assert Refusal.objects.count() == 1
    acts.link(anne, reader(), pair, reason="si, vérifié")
    assert not Refusal.objects.exists()
    assert [line.detail["act"] for line in lines() if line.kind == Kind.LINK] == ["link_refused"] * 2 + ["linked"]


def _all() -> Filter:
    return Filter()
